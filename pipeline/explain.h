// Why a rule fired, or did not, at one event of an input.
//
//   auto why = mqwarden::ExplainEvent(plan, "burst", 7, options);
//
// The answer comes from the engine itself. The rule set runs over the events up
// to the one asked for, and the counters of the rule before and after it say what
// became of it. Beside it runs a probe: a plan that holds, under the name of the
// rule, its window with a condition that is true at that event alone, and shows
// every part of the real condition; and a rule that shows every part of `where`
// and of the excludes. So no second reading of the language can disagree.
//
// Alerts of the same instant that other rules make are decided before those of
// the event asked for, which matters only where they share a limit.
#ifndef MQWARDEN_PIPELINE_EXPLAIN_H_
#define MQWARDEN_PIPELINE_EXPLAIN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// Nodes of one tree; what is below is left out.
inline constexpr int kMaxExplainedNodes = 200;

// A condition and what it is made of.
struct ConditionNode {
  std::string text;    // in the words of the language; not escaped
  std::string values;  // of a comparison: "reason is 2035"; not escaped
  bool truth = false;
  std::vector<ConditionNode> parts;  // of `and`, `or` and `not` of these
};

struct ExplainedCondition {
  std::string name;  // "where", "exclude lab", "step 2"
  ConditionNode condition;
};

// A window at the event, which it holds.
struct ExplainedWindow {
  std::string group;  // user ana; not escaped
  int64_t count = 0;
  std::optional<Time> first;
  std::optional<Time> last;
  ConditionNode condition;
  std::vector<std::string> events;  // first and last ones, as JSON
  int64_t not_shown = 0;            // between the first half of them and the second
};

enum class ExplainedOutcome : uint8_t {
  kOtherKind,  // the rule is not for events of this kind
  kNoMatch,    // `where` is false
  kExcluded,
  kWithoutKey,
  kNotReached,  // it matched, and `when` is not true
  kPending,     // it matched, and its tumbling window or session has not ended
  kNotArmed,    // `when` is true and was before
  kMuted,
  kLimited,
  kSent,
};
std::string_view ExplainedOutcomeName(ExplainedOutcome outcome);  // "no match"

struct EventExplanation {
  std::string rule;
  int64_t event = 0;
  Time time;
  std::string event_json;  // as the rule saw it
  ExplainedOutcome outcome = ExplainedOutcome::kNoMatch;
  // One sentence. Not escaped.
  std::string verdict;
  // The conditions that are short of true, in the order of the rule, with their
  // values; empty where nothing is. Not escaped.
  std::vector<std::string> misses;
  std::string when;  // the clause; "" where there is none
  std::vector<std::string> limits;  // of the rule and the policy
  std::vector<ExplainedCondition> conditions;
  std::vector<ExplainedWindow> windows;  // one a key; of rules with a window
  std::vector<Alert> alerts;             // of the rule, that the event made
  std::vector<InputReport> files;
};

// `event` counts from 1 the events as they stand after sorting and joining, which
// is how `normalize` prints those that have a time. Returns kNotFound for a rule
// that is not there, kOutOfRange for an event beyond the last, and what Replay()
// returns.
absl::StatusOr<EventExplanation> ExplainEvent(
    const std::shared_ptr<const Plan>& plan, std::string_view rule,
    int64_t event, const ReplayOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_EXPLAIN_H_
