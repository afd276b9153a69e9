#include "mqwarden/pipeline/rule_test_set.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <utility>

#include "absl/status/status.h"

namespace mqwarden {

absl::StatusOr<std::vector<RuleTestOutcome>> RunRuleTests(
    const std::shared_ptr<const Plan>& plan,
    std::span<const RuleTest* const> tests, int threads) {
  std::vector<RuleTestOutcome> outcomes(tests.size());
  std::vector<absl::Status> failures(tests.size());
  // Tests differ much in length: each thread takes the next that nobody has.
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < tests.size(); i = next++) {
      const auto start = std::chrono::steady_clock::now();
      absl::StatusOr<RuleTestResult> result = RunRuleTest(plan, *tests[i]);
      outcomes[i].test = tests[i];
      outcomes[i].took = std::chrono::steady_clock::now() - start;
      if (result.ok()) {
        outcomes[i].result = *std::move(result);
      } else {
        failures[i] = result.status();
      }
    }
  };
  const auto wanted = static_cast<size_t>(std::max(1, threads));
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(wanted, tests.size()); ++i) {
    others.emplace_back(work);
  }
  work();
  for (std::thread& other : others) other.join();
  for (const absl::Status& failure : failures) {
    if (!failure.ok()) return failure;
  }
  return outcomes;
}

}  // namespace mqwarden
