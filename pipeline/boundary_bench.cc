#include "mqwarden/pipeline/boundary_bench.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "mqwarden/engine/engine.h"
#include "mqwarden/ingest/event_id.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Where tests start as well: a Monday, 09:00.
constexpr std::string_view kStart = "2026-01-05T09:00:00Z";

class FirstAlert final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    if (!time_.has_value() && alert.state == AlertState::kOpen) {
      time_ = alert.time;
    }
  }
  std::optional<Time> time() const { return time_; }

 private:
  std::optional<Time> time_;
};

void SortByTime(std::vector<TimedEvent>* events) {
  std::stable_sort(
      events->begin(), events->end(),
      [](const auto& a, const auto& b) { return a.time < b.time; });
}

}  // namespace

std::string EventsText(int64_t count) {
  return std::to_string(count) + (count == 1 ? " event" : " events");
}

BoundaryBench::BoundaryBench(std::shared_ptr<const Plan> plan,
                             std::span<const ExamplePtr> seeds,
                             BoundaryReport* report)
    : plan_(std::move(plan)),
      seeds_(seeds),
      report_(report),
      examples_(*plan_),
      start_(*ParseTime(kStart)) {}

EventWishes BoundaryBench::Counted() const {
  EventWishes wishes;
  wishes.context.rule = &rule();
  wishes.context.severity = rule().severity.back().severity;
  if (rule().where != kNoExpr) wishes.conditions.push_back({rule().where, true});
  for (const ExcludePlan& exclude : rule().excludes) {
    wishes.conditions.push_back({exclude.condition, false});
  }
  // Without `when`, `by` only shapes the group, and may lack a field.
  for (const KeyPart& part : rule().by) {
    if (!part.optional && (rule().has_when() || part.each)) {
      wishes.present.push_back(part.expr);
    }
  }
  return wishes;
}

ExamplePtr BoundaryBench::Find(const EventWishes& wishes, uint32_t kinds,
                               std::optional<Time> at) {
  const auto try_from = [&](const Event& from) -> ExamplePtr {
    Event event;
    event.CopyFrom(from);
    event.SetTime(at.value_or(start_));
    return examples_.Make(event, wishes, /*keep_time=*/at.has_value());
  };
  for (const ExamplePtr& seed : seeds_) {
    if ((kinds >> seed->Int(FieldId::kKind) & 1) == 0) continue;
    if (ExamplePtr found = try_from(*seed)) return found;
  }
  for (int kind = 0; kind < kKindCount; ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    Event blank;
    blank.SetInt(FieldId::kKind, kind);
    if (ExamplePtr found = try_from(blank)) return found;
  }
  return nullptr;
}

std::optional<RuleStats> BoundaryBench::Run(std::vector<TimedEvent> events,
                                            const Form& form) {
  const auto rule_form = std::make_shared<RulePlan>(rule());
  rule_form->mutes.clear();
  rule_form->limits.clear();
  if (form.mute.has_value()) rule_form->mutes.push_back(*form.mute);
  if (form.limit.has_value()) rule_form->limits.push_back(*form.limit);
  const auto shared_pool = std::shared_ptr<const PlanPool>(plan_, &pool());
  // The inventory is the plan's.
  const auto inventory = std::shared_ptr<const Inventory>(plan_, plan_->inventory());
  const auto plan = std::make_shared<const Plan>(
      shared_pool, std::vector<std::shared_ptr<const RulePlan>>{rule_form},
      std::vector<LimitPlan>(), inventory);
  EngineOptions options;
  SortByTime(&events);
  if (!events.empty()) options.start = events.front().time;
  if (form.start.has_value()) options.start = form.start;
  FirstAlert sink;
  auto engine = Engine::Create(plan, options, &sink);
  if (!engine.ok()) {
    status_ = engine.status();
    return std::nullopt;
  }
  EventIdentity identity;
  int64_t sequence = 0;
  Event event;
  for (const TimedEvent& timed : events) {
    event.CopyFrom(*timed.event);
    event.SetTime(timed.time);
    event.set_sequence(sequence++);
    identity.Assign(&event);
    (*engine)->Process(&event);
  }
  if (!events.empty()) (*engine)->AdvanceWatermark(events.back().time);
  if (form.advance_to.has_value()) {
    (*engine)->AdvanceWatermark(*form.advance_to);
  }
  (*engine)->Flush();
  return (*engine)->stats().rules[0];
}

std::optional<size_t> BoundaryBench::FirstFiring(
    const std::vector<TimedEvent>& events) {
  const auto fires = [&](size_t n) {
    const auto stats = Run({events.begin(), events.begin() + static_cast<std::ptrdiff_t>(n)}, {});
    return stats.has_value() && stats->fired > 0;
  };
  if (!fires(events.size())) return std::nullopt;
  // What has fired has fired: more events do not undo it.
  size_t low = 0;
  size_t high = events.size();
  while (low + 1 < high) {
    const size_t middle = low + (high - low) / 2;
    (fires(middle) ? high : low) = middle;
  }
  return high - 1;
}

void BoundaryBench::NotDerived(std::string_view part, std::string name,
                               std::string why) {
  report_->cases.push_back({std::string(part), std::move(name),
                            BoundaryCase::Verdict::kNotDerived,
                            std::move(why)});
}

void BoundaryBench::Expect(std::string_view part, std::string name, bool holds,
                           std::string otherwise) {
  report_->cases.push_back(
      {std::string(part), std::move(name),
       holds ? BoundaryCase::Verdict::kHolds : BoundaryCase::Verdict::kDiffers,
       holds ? "" : std::move(otherwise)});
}

void BoundaryBench::ExpectFired(std::string_view part, std::string name,
                                std::vector<TimedEvent> events, int64_t fired,
                                const Form& form) {
  const auto stats = Run(std::move(events), form);
  if (!stats.has_value()) return;
  std::string otherwise =
      stats->fired == 0 ? "it does not fire"
                        : "it fires " + std::to_string(stats->fired) +
                              (stats->fired == 1 ? " time" : " times");
  Expect(part, std::move(name), stats->fired == fired, std::move(otherwise));
}

bool BoundaryBench::AllHold(const std::vector<TimedEvent>& events,
                            const EventWishes& wishes) {
  Event event;
  return std::all_of(events.begin(), events.end(), [&](const TimedEvent& timed) {
    event.CopyFrom(*timed.event);
    event.SetTime(timed.time);
    return examples_.Holds(event, wishes);
  });
}

}  // namespace mqwarden
