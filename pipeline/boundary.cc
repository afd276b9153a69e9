#include "mqwarden/pipeline/boundary.h"

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/boundary_bench.h"
#include "mqwarden/pipeline/work_on_threads.h"

namespace mqwarden {
namespace {

// Events of a rule's tests that a search begins with.
constexpr size_t kMaxSeeds = 40;

}  // namespace

absl::StatusOr<BoundaryReport> RunBoundaryCases(
    const std::shared_ptr<const Plan>& plan, std::string_view rule,
    std::span<const std::shared_ptr<const Event>> seeds) {
  const std::shared_ptr<const Plan> alone = plan->WithRule(rule);
  if (alone == nullptr) {
    return absl::NotFoundError(ToAbsl("no rule " + std::string(rule)));
  }
  BoundaryReport report;
  report.rule = std::string(rule);
  BoundaryBench bench(alone, seeds, &report);
  const RulePlan& form = bench.rule();
  const auto firing = form.window.has_value()     ? DeriveWindow(&bench)
                      : form.sequence.has_value() ? DeriveSequence(&bench)
                      : form.seen.has_value()     ? DeriveSeen(&bench)
                      : form.absent.has_value()   ? DeriveAbsent(&bench)
                                                  : DeriveEach(&bench);
  if (firing.has_value()) DeriveSilences(*firing, &bench);
  if (!bench.status().ok()) return bench.status();
  return report;
}

absl::StatusOr<std::vector<BoundaryReport>> RunAllBoundaryCases(
    const std::shared_ptr<const Plan>& plan, std::span<const RuleTest> tests,
    int threads) {
  std::map<std::string, std::vector<std::shared_ptr<const Event>>> seeds;
  for (const RuleTest& test : tests) {
    for (const RuleTestStep& step : test.steps) {
      auto& events = seeds[test.rule];
      // The repeats of an event are no better to begin with.
      for (const auto& event : step.events) {
        if (events.size() == kMaxSeeds) break;
        if (&event == &step.events.front() || &event == &step.events.back()) {
          events.push_back(event);
        }
      }
    }
  }
  const auto& rules = plan->rules();
  std::vector<BoundaryReport> reports(rules.size());
  std::vector<absl::Status> statuses(rules.size());
  WorkOnThreads(rules.size(), threads, [&](size_t i) {
    const auto own = seeds.find(rules[i]->name);
    auto report = RunBoundaryCases(
        plan, rules[i]->name,
        own == seeds.end() ? std::span<const std::shared_ptr<const Event>>()
                           : std::span(own->second));
    if (report.ok()) {
      reports[i] = *std::move(report);
    } else {
      statuses[i] = report.status();
    }
  });
  for (const absl::Status& status : statuses) {
    MQWARDEN_RETURN_IF_ERROR(status);
  }
  return reports;
}

}  // namespace mqwarden
