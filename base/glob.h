// Globs as the language has them: `like`, pattern tables and inventories.
#ifndef MQWARDEN_BASE_GLOB_H_
#define MQWARDEN_BASE_GLOB_H_

#include <string_view>

namespace mqwarden {

// Whether `pattern` fits the whole of `text`. In a pattern `*` stands for any
// run of characters, also an empty one, `?` for exactly one, and any other
// character for itself; there is no escape. A character is one of UTF-8, or one
// byte where the bytes are no UTF-8. `fold_case` ignores ASCII case.
//
// No recursion and no allocation. One pass without a `*` or where what follows
// a `*` fails early, as names do; at worst |text| times the longest part of the
// pattern between two `*`.
bool GlobMatch(std::string_view pattern, std::string_view text, bool fold_case);

// Whether `pattern` has a `*` or `?` at all, or else is a plain name.
bool HasGlobWildcard(std::string_view pattern);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_GLOB_H_
