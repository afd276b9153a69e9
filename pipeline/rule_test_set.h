// Runs many tests of a rule set on several threads.
//
// The answers stand in the order of the tests, and neither they nor anything said
// of them depends on the number of threads: each test has engines of its own, and
// a plan is shared as data. The clock is read for how long each took, nothing else.
#ifndef MQWARDEN_PIPELINE_RULE_TEST_SET_H_
#define MQWARDEN_PIPELINE_RULE_TEST_SET_H_

#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/rule_test.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {

struct RuleTestOutcome {
  const RuleTest* test = nullptr;
  RuleTestResult result;
  Duration took{};  // on the clock of its thread's work
};

// Below 1 `threads` is 1. Returns what RunRuleTest() returns for the first test,
// in their order, that cannot be run.
absl::StatusOr<std::vector<RuleTestOutcome>> RunRuleTests(
    const std::shared_ptr<const Plan>& plan,
    std::span<const RuleTest* const> tests, int threads);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_RULE_TEST_SET_H_
