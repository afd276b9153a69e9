// Texts that a pattern accepts: what examples of events are made of.
//
// Best effort: the caller checks what it gets. Free functions, thread-safe.
#ifndef MQWARDEN_PIPELINE_EXAMPLE_TEXT_H_
#define MQWARDEN_PIPELINE_EXAMPLE_TEXT_H_

#include <string>
#include <string_view>

namespace mqwarden {

// The glob with `filler` for each `*`, and `x` for each `?`.
std::string TextOfGlob(std::string_view glob, std::string_view filler);

// A text in which the regex, in the syntax of RE2, finds something: the first of
// its alternatives, each part as often as it must be. Classes by name beyond \d,
// \w and \s, and what else it does not know, give a text that may not fit.
std::string TextOfRegex(std::string_view regex);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_EXAMPLE_TEXT_H_
