#include "mqwarden/pipeline/rule_test_set.h"

#include <chrono>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/pipeline/work_on_threads.h"

namespace mqwarden {

absl::StatusOr<std::vector<RuleTestOutcome>> RunRuleTests(
    const std::shared_ptr<const Plan>& plan,
    std::span<const RuleTest* const> tests, int threads) {
  std::vector<RuleTestOutcome> outcomes(tests.size());
  std::vector<absl::Status> failures(tests.size());
  WorkOnThreads(tests.size(), threads, [&](size_t i) {
    const auto start = std::chrono::steady_clock::now();
    absl::StatusOr<RuleTestResult> result = RunRuleTest(plan, *tests[i]);
    outcomes[i].test = tests[i];
    outcomes[i].took = std::chrono::steady_clock::now() - start;
    if (result.ok()) {
      outcomes[i].result = *std::move(result);
    } else {
      failures[i] = result.status();
    }
  });
  for (const absl::Status& failure : failures) {
    if (!failure.ok()) return failure;
  }
  return outcomes;
}

}  // namespace mqwarden
