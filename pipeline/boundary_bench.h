// The bench on which boundary cases are tried: one rule, its wishes, its example
// events, and runs of them on an engine. Shared by the derivations of each form of
// `when`; one report is filled, case by case. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_BOUNDARY_BENCH_H_
#define MQWARDEN_PIPELINE_BOUNDARY_BENCH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/pipeline/boundary.h"
#include "mqwarden/pipeline/example_event.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

using ExamplePtr = std::shared_ptr<const Event>;

struct TimedEvent {
  ExamplePtr event;
  Time time{};
};

class BoundaryBench final {
 public:
  // `plan` has one rule; `report` outlives the bench.
  BoundaryBench(std::shared_ptr<const Plan> plan,
                std::span<const ExamplePtr> seeds, BoundaryReport* report);

  const RulePlan& rule() const { return *plan_->rules()[0]; }
  const PlanPool& pool() const { return plan_->pool(); }
  const Plan& plan() const { return *plan_; }
  ExampleEvents& examples() { return examples_; }
  const absl::Status& status() const { return status_; }
  Time start() const { return start_; }

  // What every event that the rule counts is like: `where`, no exclude, a key.
  // `kinds` of the rule's.
  EventWishes Counted() const;
  // From a seed, else from an event with nothing but its kind; null: none found.
  ExamplePtr Find(const EventWishes& wishes, uint32_t kinds,
                  std::optional<Time> at = std::nullopt);

  // How a run differs from the rule as it is.
  struct Form {
    // Detection alone: no mutes and no limits.
    std::optional<MutePlan> mute;
    std::optional<LimitPlan> limit;
    std::optional<Time> advance_to;  // after the last event
    std::optional<Time> start;       // of the input; else the first event
  };
  // The counters of the rule after the events, which are put in order of time.
  // Nullopt where the engine cannot be made; see status().
  std::optional<RuleStats> Run(std::vector<TimedEvent> events,
                               const Form& form);
  // The place, from 0, of the event at whose time the rule first fired.
  std::optional<size_t> FirstFiring(const std::vector<TimedEvent>& events);

  // Each adds a case.
  void NotDerived(std::string_view part, std::string name, std::string why);
  void Expect(std::string_view part, std::string name, bool holds,
              std::string otherwise);
  // Runs the events, which must fire so often.
  void ExpectFired(std::string_view part, std::string name,
                   std::vector<TimedEvent> events, int64_t fired,
                   const Form& form);

  // False where a condition on time does not hold of one of the events.
  bool AllHold(const std::vector<TimedEvent>& events, const EventWishes& wishes);

 private:
  const std::shared_ptr<const Plan> plan_;
  const std::span<const ExamplePtr> seeds_;
  BoundaryReport* const report_;
  ExampleEvents examples_;
  Time start_;
  absl::Status status_;
};

// "1 event", "3 events".
std::string EventsText(int64_t count);

// The derivations, each for one form of `when`. Each adds the cases of detection
// and returns the events of one firing, for mutes and limits; none where there is
// no example.
struct BoundaryFiring {
  std::vector<TimedEvent> events;  // the last one fires
  EventWishes wishes;              // of the last one
  uint32_t kinds = 0;              // of the last one
  Duration drains{};  // after so long the same events fire again
  bool again_at_once = false;  // they fire again right away
  bool by_time = false;        // decided at an instant, after the last event
  Duration decided_after{};    // by_time: so long after the last event
};
std::optional<BoundaryFiring> DeriveWindow(BoundaryBench* bench);
std::optional<BoundaryFiring> DeriveSequence(BoundaryBench* bench);
std::optional<BoundaryFiring> DeriveSeen(BoundaryBench* bench);
std::optional<BoundaryFiring> DeriveAbsent(BoundaryBench* bench);
std::optional<BoundaryFiring> DeriveEach(BoundaryBench* bench);
// Excludes, mutes and limits around one firing.
void DeriveSilences(const BoundaryFiring& firing, BoundaryBench* bench);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_BOUNDARY_BENCH_H_
