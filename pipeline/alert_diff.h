// What a change of rules does to the alerts of the same history: which are gone,
// new, moved or the same, rule by rule, and why.
//
//   auto diff = mqwarden::DiffAlerts(old_plan, new_plan, options);
//
// Both rule sets run over one reading of the inputs. An alert counts when it is
// not muted. Alerts are matched within a rule by state, group and time, never by
// id: the id depends on the version of the rule. Of what is left over, an old and
// a new alert of one state and group whose spans of counted events overlap are
// one alert that moved.
//
// Memory grows with the alerts that both sets make, a few hundred bytes each.
#ifndef MQWARDEN_PIPELINE_ALERT_DIFF_H_
#define MQWARDEN_PIPELINE_ALERT_DIFF_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// What is kept of an alert.
struct DiffAlert {
  AlertState state = AlertState::kOpen;
  Severity severity = Severity::kInfo;
  Time time;
  Time begin;  // of the span of events counted, the time included
  Time end;
  int64_t count = 0;
  std::string group_json;  // {"user":"ana"}; identifies the group
  std::string group;       // user ana, source_ip 192.0.2.7; not escaped
  std::string summary;
  std::string muted;
  Hash128 content;  // of all that is shown but id, version and evidence
};

// An alert that is not as it was. `before` is absent of a new one, `after` of one
// that is gone.
struct AlertChange {
  std::optional<DiffAlert> before;
  std::optional<DiffAlert> after;
  std::string cause;  // "" where only the rule's causes say why; not escaped
};

struct RuleDiff {
  std::string rule;
  bool in_old = false;
  bool in_new = false;
  RuleStats old_stats;
  RuleStats new_stats;
  int64_t same = 0;  // the altered ones among them
  // Each in order of time.
  std::vector<AlertChange> gone;
  std::vector<AlertChange> added;
  std::vector<AlertChange> moved;
  std::vector<AlertChange> altered;  // same, and shows something else
  // Clauses that differ, a line each; where a rule is missing, that it is. Not
  // escaped.
  std::vector<std::string> causes;

  bool differs() const {
    return !gone.empty() || !added.empty() || !moved.empty() ||
           !altered.empty();
  }
};

struct AlertDiff {
  std::vector<RuleDiff> rules;      // of both sets, by name
  std::vector<std::string> causes;  // that concern all rules: limits of the policy
  // Of the new set; the inputs are those of both.
  ReplayResult replay;

  bool differs() const;
};

// Returns what Replay() returns.
absl::StatusOr<AlertDiff> DiffAlerts(
    const std::shared_ptr<const Plan>& old_plan,
    const std::shared_ptr<const Plan>& new_plan, const ReplayOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ALERT_DIFF_H_
