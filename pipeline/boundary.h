// Boundary cases of a rule: what its text promises at the edges of its threshold,
// window, groups, excludes, mutes and limits, tried on the real engine.
//
//   plan -> one rule -> example events -> cases -> engine -> which hold
//
// The cases come from the plan, not from the author's tests: one event less than
// the threshold, the threshold, the last nanosecond of the window and the first
// after it, the same events of two groups, one of them excluded, muted, and one
// firing more than a limit lets pass. What a case expects is reckoned from the
// language's definition; a case that does not hold tells an author that the rule
// does not do what its numbers say (a second branch fires first, a policy leaves
// the events out), and us that the engine is wrong. Where no example of an event is
// found, or a case has no meaning for the rule, it is said to be not derived: it
// is neither a success nor a failure.
//
// Free function, thread-safe. At most kMaxBoundaryEvents events a case.
#ifndef MQWARDEN_PIPELINE_BOUNDARY_H_
#define MQWARDEN_PIPELINE_BOUNDARY_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/test_block.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

inline constexpr int64_t kMaxBoundaryEvents = 2000;

struct BoundaryCase {
  enum class Verdict : uint8_t { kHolds, kDiffers, kNotDerived };
  std::string part;  // "threshold", "window", "group", "exclude", "mute", "limit"
  std::string name;  // "9 events in 5m do not fire"
  Verdict verdict = Verdict::kNotDerived;
  std::string detail;  // what came instead, or why there is no such case
};

struct BoundaryReport {
  std::string rule;
  std::vector<BoundaryCase> cases;  // never empty
};

// `seeds` are events to begin the search for examples with, such as those of the
// rule's tests. Returns kNotFound where the plan has no such rule, and what
// Engine::Create() returns.
absl::StatusOr<BoundaryReport> RunBoundaryCases(
    const std::shared_ptr<const Plan>& plan, std::string_view rule,
    std::span<const std::shared_ptr<const Event>> seeds);

// The same for every rule of the plan, on several threads, each begun with the
// events of its own tests. In the order of the rules.
absl::StatusOr<std::vector<BoundaryReport>> RunAllBoundaryCases(
    const std::shared_ptr<const Plan>& plan, std::span<const RuleTest> tests,
    int threads);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_BOUNDARY_H_
