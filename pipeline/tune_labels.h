// True positives that somebody has marked: a time span and values of the group.
// A suggestion must not lose one that the rule finds as it is written.
//
//   from,to,rule,user,what
//   2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,burst;probe,ana,a stolen account
//
// A firing fits a label when its time is in [from, to], its rule is among those
// that the column `rule` names, and its group has the values of the other cells,
// without regard to ASCII case; empty cells say nothing. `rule` may be left out.
// `what` is for people and not read.
#ifndef MQWARDEN_PIPELINE_TUNE_LABELS_H_
#define MQWARDEN_PIPELINE_TUNE_LABELS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct TuneLabel {
  Time from{};
  Time to{};
  std::vector<std::string> rules;  // empty: any
  std::vector<std::pair<std::string, std::string>> group;

  // Whether it speaks of this rule at all.
  bool Concerns(std::string_view rule) const;
  // `alert` is of a rule that it concerns.
  bool Fits(const Alert& alert) const;
};

// Reads the text of such a CSV file. Returns kInvalidArgument, naming the line.
absl::StatusOr<std::vector<TuneLabel>> ParseTuneLabels(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_LABELS_H_
