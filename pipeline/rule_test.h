// Runs the `test` blocks of a rule set on the real engine.
//
// A test inside a rule runs that rule alone, with the policy; any other runs the
// set as deployed. Each test runs three times: as written; with its events shuffled
// and put into total order again, as a replay does, on an engine with another
// number of key groups and another hash seed; and with a checkpoint after each
// event, from which another engine goes on (of a long test, after every so many).
// All runs must give the same alerts.
//
// Time. Only the events and `advance` of a test move its watermark. The events
// before an `expect` or `advance` are delivered in total order; at an `expect`
// everything is decided that is due up to the last of them, that instant
// included, unless a later event of the test belongs to the same instant.
//
// What an `expect` counts. All records since the last `expect`, whatever their
// state; muted ones only where the expectation names `muted`.
#ifndef MQWARDEN_PIPELINE_RULE_TEST_H_
#define MQWARDEN_PIPELINE_RULE_TEST_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/engine/observer.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {

struct RuleTestResult {
  bool passed = false;
  // Why not, for people: several lines that start with where the test stands,
  // each ended, escaped for terminals. "" when it passed.
  std::string failure;
  int expectations = 0;  // that were judged
};

// `plan` is the whole set that `test` belongs to; a test with a plan of its own
// runs on that. Returns kNotFound when the test's rule is not in it,
// kInvalidArgument for an input that cannot be read, and what Engine::Create()
// and Engine::Restore() return.
absl::StatusOr<RuleTestResult> RunRuleTest(
    const std::shared_ptr<const Plan>& plan, const RuleTest& test);

// Runs the test once, as it is written, on `plan`, and judges nothing: `observer`
// is told of what the plan has watched, and `*stats` are the counters at the end.
// Returns what RunRuleTest() does.
absl::Status RunRuleTestOnce(const std::shared_ptr<const Plan>& plan,
                             const RuleTest& test, Observer* observer,
                             EngineStats* stats);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_RULE_TEST_H_
