// A difference of alerts as people, programs and pull requests read it.
#ifndef MQWARDEN_CLI_DIFF_REPORT_H_
#define MQWARDEN_CLI_DIFF_REPORT_H_

#include <cstdint>
#include <string>

#include "mqwarden/pipeline/alert_diff.h"

namespace mqwarden {

// `limit` is how many alerts of each kind a rule shows; the others are counted.
// Each ends with a newline.

// Escaped for terminals.
std::string DiffText(const AlertDiff& diff, int64_t limit);
// One object, `mqwarden.diff.v1`.
std::string DiffJson(const AlertDiff& diff, int64_t limit);
// What comes from events stands in code spans, where neither markup, links nor
// names of people have a meaning.
std::string DiffMarkdown(const AlertDiff& diff, int64_t limit);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_DIFF_REPORT_H_
