// True positives that somebody has marked: a time span and values of the group.
// A suggestion must not lose one that the rule finds as it is written.
//
//   from,to,user
//   2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,ana
//
// A firing fits a label when its time is in [from, to] and its group has the
// values of the cells that are not empty, without regard to ASCII case.
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
  std::vector<std::pair<std::string, std::string>> group;

  bool Fits(const Alert& alert) const;
};

// Reads the text of such a CSV file. Returns kInvalidArgument, naming the line.
absl::StatusOr<std::vector<TuneLabel>> ParseTuneLabels(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_LABELS_H_
