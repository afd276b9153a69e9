// The difference of two texts, as `diff -u` shows it.
//
// Cost: linear in the texts for few differences; never above about 2000 times
// their lines, beyond which the difference is right but no longer the shortest.
#ifndef MQWARDEN_BASE_UNIFIED_DIFF_H_
#define MQWARDEN_BASE_UNIFIED_DIFF_H_

#include <string>
#include <string_view>

namespace mqwarden {

// "" for equal texts; else two lines with the names and the hunks, each line with
// its end. A last line without one is followed by "\ No newline at end of file".
std::string UnifiedDiff(std::string_view old_name, std::string_view old_text,
                        std::string_view new_name, std::string_view new_text);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_UNIFIED_DIFF_H_
