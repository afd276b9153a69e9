#include "mqwarden/engine/engine.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_events.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/arrival.h"
#include "mqwarden/engine/arrived_rules.h"
#include "mqwarden/engine/checkpoint.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/recents.h"
#include "mqwarden/engine/profiler.h"
#include "mqwarden/engine/reports.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/routed_batch.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_index.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/rule_turn.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

constexpr int32_t kMinKeyGroups = 64;
constexpr int32_t kMaxKeyGroups = 32768;

absl::Status Invalid(const std::string& message) {
  return absl::InvalidArgumentError(ToAbsl(message));
}

absl::Status Validate(const EngineOptions& options) {
  if (options.window_events < 1) {
    return Invalid("window_events is " + std::to_string(options.window_events) +
                   ", below 1");
  }
  if (options.key_groups < kMinKeyGroups) {
    return Invalid("key_groups is " + std::to_string(options.key_groups) +
                   ", below " + std::to_string(kMinKeyGroups));
  }
  if (options.key_groups > kMaxKeyGroups) {
    return Invalid("key_groups is " + std::to_string(options.key_groups) +
                   ", above " + std::to_string(kMaxKeyGroups));
  }
  if (options.state_bytes &&
      *options.state_bytes < EngineOptions::kMinStateBytes) {
    return Invalid("state_bytes is " + std::to_string(*options.state_bytes) +
                   ", below " + std::to_string(EngineOptions::kMinStateBytes));
  }
  return absl::OkStatus();
}

}  // namespace

class Engine::Impl {
 public:
  Impl(std::shared_ptr<const Plan> plan, const EngineOptions& options,
       AlertSink* sink)
      : plan_(std::move(plan)),
        options_(options),
        sink_(sink),
        evaluator_(*plan_),
        router_(*plan_, IndexOf(*plan_, options_), &evaluator_,
                options_.hash_seed),
        profiler_(options_.profile_clock, plan_->rules().size()),
        builder_(&evaluator_),
        queue_(sink),
        alert_events_(*plan_),
        recents_(*plan_) {
    evaluator_.SetRecents(&recents_);
    evaluator_.SetObserver(options_.observer);
    stats_.rules.resize(plan_->rules().size());
    silence_.emplace(*plan_, &evaluator_, &builder_, &queue_, &alert_events_,
                     &timers_, &stats_);
    std::vector<bool> takes_alerts;
    for (const auto& rule : plan_->rules()) {
      takes_alerts.push_back(
          (rule->kinds >> static_cast<uint32_t>(Kind::kAlert) & 1) != 0);
    }
    timers_.set_last(takes_alerts);
    RuleShared shared = {plan_.get(), &options_, &evaluator_, &builder_,
                         &*silence_,  &timers_,  &image_};
    if (options_.state_bytes) {
      const auto has_keys = [](const auto& rule) {
        return rule->window || rule->seen || rule->sequence;
      };
      const auto rules = std::count_if(plan_->rules().begin(),
                                       plan_->rules().end(), has_keys);
      shared.state_share = *options_.state_bytes / std::max<int64_t>(1, rules);
    }
    for (size_t i = 0; i < plan_->rules().size(); ++i) {
      const RulePlan& rule = *plan_->rules()[i];
      stats_.rules[i].rule = rule.name;
      runners_.emplace_back(static_cast<uint32_t>(i), shared, &stats_.rules[i]);
    }
    reports_.emplace(*plan_, options_, &evaluator_, &builder_, &image_, &queue_,
                     &timers_, &stats_);
    batch_.emplace(*plan_, runners_, &evaluator_, &router_, &profiler_);
    turn_.emplace(*plan_, runners_, &evaluator_, &router_, &*silence_, &stats_);
    arrived_.emplace(*plan_, runners_, &stats_);
    goes_on_ = !reports_->empty() || !recents_.empty() ||
               alert_events_.has_readers();
    if (options_.start.has_value()) Start(*options_.start);
  }

  bool has_arrival_rules() const { return arrived_->any(); }

  // Only what fires is told: all else of the rule is done when the event has its
  // turn, and so is the counting, since reports may read it.
  void Arrive(Event* event, Arrival* arrival) {
    if (!arrived_->any() || !IsTimed(*event)) return;
    if (plan_->inventory() != nullptr) plan_->inventory()->Apply(event);
    if (event->infers_channel_type()) InferChannelType(event);
    const size_t queued = queue_.size();
    bool is_started = false;
    for (const uint32_t rule : router_.Candidates(*event)) {
      if (!arrived_->FiresOnArrival(rule)) continue;
      if (!is_started) StartEvent(event);
      is_started = true;
      arrived_->Run(
          rule, [&] { turn_->Ask(rule, *event, /*is_late=*/false); }, arrival);
    }
    queue_.FlushBehind(queued);
    if (alert_events_.empty()) return;
    for (auto& alert : alert_events_.TakeWaiting()) {
      arrival->alert_events.push_back(std::move(alert));
    }
  }

  void Process(Event* event, Arrival* arrival, bool is_late_by_source) {
    if (!Prepare(event)) return;
    const bool is_late = TakeTime(*event, is_late_by_source);
    if (arrival != nullptr && !arrival->empty()) {
      arrived_->TakeTurn(*arrival);
      if (alert_events_.has_readers()) {
        alert_events_.PutBack(std::move(arrival->alert_events));
      }
      arrival->alert_events.clear();
    }
    RunRules(event, is_late);
    arrived_->EndTurn();
    if (goes_on_) GoOn(*event, is_late);
  }

  void ProcessBatch(std::span<Event> events) {
    // The first event starts the input; `recent` reads state.
    while (!events.empty() && (!instant_.has_value() || !recents_.empty())) {
      Process(&events.front(), nullptr, false);
      events = events.subspan(1);
    }
    while (!events.empty()) {
      const auto some =
          events.first(std::min(events.size(), RoutedBatch::kMaxEvents));
      events = events.subspan(some.size());
      if (goes_on_) {
        ProcessEach(some);
      } else {
        ProcessHits(some);
      }
    }
  }

  // What few plans have, after the rules have seen the event.
  void GoOn(const Event& event, bool is_late) {
    if (!reports_->empty()) {
      reports_->CountEvent();
      RunReports(event, is_late);
    }
    if (!is_late && !recents_.empty()) RememberRecents(event);
    if (!alert_events_.empty()) RunAlertRules(is_late);
  }

  // The rules `on alert` see what the others have fired, once.
  void RunAlertRules(bool is_late) {
    for (const auto& event : alert_events_.Take()) {
      RunRules(&*event, is_late);
      if (!reports_->empty()) RunReports(*event, is_late);
      if (!is_late && !recents_.empty()) RememberRecents(*event);
    }
  }

  void RunReports(const Event& event, bool is_late) {
    if (!reports_->MayMatch(event)) return;
    StartEvent(&event);
    reports_->OnEvent(event, is_late);
  }

  void RunRules(const Event* event, bool is_late) {
    ++events_of_kind_[static_cast<size_t>(event->Int(FieldId::kKind))];
    int64_t lap = profiler_.Start();
    // Most events are for no rule and cost no more.
    bool is_started = false;
    router_.VisitCandidates(*event, [&](uint32_t rule) {
      if (!is_started) {
        is_started = true;
        StartEvent(event);
        profiler_.BookLookup(&lap);
      }
      if (!arrived_->HasFired(rule)) turn_->Ask(rule, *event, is_late);
      profiler_.BookRule(rule, &lap);
    });
    if (!is_started) profiler_.BookLookup(&lap);
  }

  void AdvanceWatermark(Time watermark) {
    if (watermark_.has_value() && watermark <= *watermark_) return;
    watermark_ = watermark;
    RunTimers(watermark.time_since_epoch().count());
    queue_.FlushThrough(watermark);
  }

  void Flush() { queue_.FlushThrough(Time::max()); }

  void Checkpoint(std::string* out) {
    CountEvaluations();
    SaveEngine(state(), out);
  }

  // Of a new engine.
  absl::Status Restore(std::string_view checkpoint, RestoreReport* report) {
    // The input begins anew at the next event, for what has no state.
    return LoadEngine(checkpoint, state(), report);
  }

  // A new engine with the same plan, options and sink.
  std::unique_ptr<Impl> Anew() const {
    return std::make_unique<Impl>(plan_, options_, sink_);
  }

  EngineProfile profile() {
    EngineProfile profile;
    const EngineStats& counted = stats();
    profile.events = counted.events;
    profile.lookup_ns = profiler_.lookup_ns();
    for (size_t i = 0; i < counted.rules.size(); ++i) {
      const RuleStats& rule = counted.rules[i];
      RuleProfile& made = profile.rules.emplace_back();
      made.rule = rule.rule;
      made.evaluations = rule.evaluations;
      made.candidates = router_.candidates(static_cast<uint32_t>(i));
      made.matched = rule.matched;
      made.ns = profiler_.rule_ns(i);
      made.keys_live = rule.keys_live;
      made.state_bytes = runners_[i].StateBytes();
      profile.rules_ns += made.ns;
    }
    return profile;
  }

  const EngineStats& stats() {
    CountEvaluations();
    int64_t present = std::numeric_limits<int64_t>::min();
    for (const auto& time : {instant_, watermark_}) {
      if (time.has_value()) {
        present = std::max(present, time->time_since_epoch().count());
      }
    }
    for (size_t i = 0; i < runners_.size(); ++i) {
      runners_[i].CountState(present, &stats_.rules[i]);
    }
    return stats_;
  }

 private:
  static std::shared_ptr<const RuleIndex> IndexOf(
      const Plan& plan, const EngineOptions& options) {
    if (!options.test_only_without_index) return plan.index();
    return std::make_shared<const RuleIndex>(plan, /*use_accesses=*/false);
  }

  static bool IsTimed(const Event& event) {
    return event.Has(FieldId::kTime) && event.Has(FieldId::kKind);
  }

  // What is to be known of an event before anything reads it. False: it cannot
  // be used.
  bool Prepare(Event* event) {
    ++stats_.events;
    if (!IsTimed(*event)) {
      ++stats_.untimed;
      return false;
    }
    if (plan_->inventory() != nullptr) plan_->inventory()->Apply(event);
    if (event->infers_channel_type()) InferChannelType(event);
    return true;
  }

  // It is the event's turn: time moves on to it, unless it is late.
  bool TakeTime(const Event& event, bool is_late_by_source = false) {
    const Time t = event.time();
    const bool is_late = is_late_by_source ||
                         (instant_.has_value() && t < *instant_) ||
                         (watermark_.has_value() && t <= *watermark_);
    if (is_late) {
      ++stats_.late;
    } else if (!instant_.has_value() || t > *instant_) {
      MoveTo(t);
      if (!is_started_) Start(t);
    }
    return is_late;
  }

  // A batch of which nothing but the rules wants to know. Events that are for no
  // rule are seen once and never again: time moves on to the next event that is for
  // one, or to the end of the batch, which decides the same in the same order as if
  // it had stopped at each.
  void ProcessHits(std::span<Event> events) {
    batch_->Clear();
    int64_t newest = instant_->time_since_epoch().count();
    const bool has_closed = watermark_.has_value();
    const int64_t closed =
        has_closed ? watermark_->time_since_epoch().count() : 0;
    uint64_t late = 0;  // a bit an event
    static_assert(RoutedBatch::kMaxEvents <= 64);
    for (uint32_t i = 0; i < events.size(); ++i) {
      Event& event = events[i];
      if (!Prepare(&event)) continue;
      const int64_t t = event.Int(FieldId::kTime);
      if (t < newest || (has_closed && t <= closed)) {
        late |= uint64_t{1} << i;
        ++stats_.late;
      } else {
        newest = t;
      }
      ++events_of_kind_[static_cast<size_t>(event.Int(FieldId::kKind))];
      batch_->Route(i, event);
    }
    batch_->Prefetch();
    const std::span<const RoutedBatch::Hit> hits = batch_->hits();
    for (size_t i = 0; i < hits.size();) {
      const uint32_t place = hits[i].event;
      const bool is_late = (late >> place & 1) != 0;
      if (!is_late) MoveOn(events[place].time());
      i = TakeHits(i, events[place], is_late);
    }
    MoveOn(Time(Duration(newest)));
  }

  // The same where there is more to an event than rules.
  void ProcessEach(std::span<Event> events) {
    batch_->Clear();
    for (uint32_t i = 0; i < events.size(); ++i) {
      if (Prepare(&events[i])) batch_->Route(i, events[i]);
    }
    batch_->Prefetch();
    size_t hit = 0;
    for (uint32_t i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (!IsTimed(event)) continue;
      const bool is_late = TakeTime(event);
      ++events_of_kind_[static_cast<size_t>(event.Int(FieldId::kKind))];
      const auto hits = batch_->hits();
      if (hit < hits.size() && hits[hit].event == i) {
        hit = TakeHits(hit, event, is_late);
      }
      GoOn(event, is_late);
    }
  }

  void MoveOn(Time t) {
    if (t > *instant_) MoveTo(t);
  }

  // The hits of `event`, of which `first` is the first; the first hit behind them.
  size_t TakeHits(size_t first, const Event& event, bool is_late) {
    const std::span<const RoutedBatch::Hit> hits = batch_->hits();
    StartEvent(&event);
    int64_t lap = profiler_.Start();
    size_t i = first;
    for (; i < hits.size() && hits[i].event == hits[first].event; ++i) {
      TakeHit(hits[i], event, is_late);
      profiler_.BookRule(hits[i].rule, &lap);
    }
    return i;
  }

  void TakeHit(const RoutedBatch::Hit& hit, const Event& event, bool is_late) {
    if (!turn_->CountMatch(hit.rule, hit.excluded, hit.exclude)) return;
    if (hit.has_key) {
      turn_->ProcessKey(hit.rule, event, batch_->KeyOf(hit), is_late);
    } else {
      turn_->ProcessEachKey(hit.rule, event, is_late);
    }
  }

  // An event is one evaluation of each rule of its kind, which nobody has to
  // count one by one.
  void CountEvaluations() {
    for (size_t kind = 0; kind < events_of_kind_.size(); ++kind) {
      const int64_t events = std::exchange(events_of_kind_[kind], 0);
      if (events == 0) continue;
      for (const uint32_t rule : router_.RulesOf(static_cast<Kind>(kind))) {
        stats_.rules[rule].evaluations += events;
      }
    }
  }

  EngineState state() {
    return {plan_.get(), &options_,  &stats_,    &builder_,    &queue_,
            &recents_,   &*silence_, &runners_,  &*reports_,   &timers_,
            &instant_, &watermark_};
  }

  // Afterwards, so that what is recent to an event passed before it.
  void RememberRecents(const Event& event) {
    const auto kind = static_cast<uint32_t>(event.Int(FieldId::kKind));
    bool is_started = false;
    for (size_t i = 0; i < recents_.size(); ++i) {
      const RecentPlan& recent = recents_.plan(i);
      if ((recent.kinds >> kind & 1) == 0) continue;
      if (!is_started) evaluator_.SetEvent(&event);
      is_started = true;
      if (!evaluator_.Condition(recent.where)) continue;
      tuple_.clear();
      bool complete = true;
      for (const KeyPart& part : recent.by) {
        const Value value = evaluator_.Eval(part.expr);
        if (value.missing() && !part.optional) complete = false;
        AppendIdentity(value, &tuple_);
      }
      if (complete) recents_.Remember(i, tuple_, event.Int(FieldId::kTime));
    }
  }

  // The input begins at `t`.
  void Start(Time t) {
    is_started_ = true;
    for (const RuleRunner& runner : runners_) {
      runner.Start(t.time_since_epoch().count());
    }
  }

  // Time moves on to `t`: what is due before it is decided, and the alerts of
  // the instants before it are handed over.
  void MoveTo(Time t) {
    const int64_t before = SaturatingSub(t.time_since_epoch().count(), 1);
    if (timers_.HasDue(before)) {
      RunTimers(before);
    } else {
      timers_.set_decided(before);
    }
    if (!queue_.empty()) queue_.FlushThrough(Time(Duration(before)));
    if (!reports_->empty()) {
      reports_->StartInstant(t.time_since_epoch().count());
    }
    builder_.StartInstant();
    instant_ = t;
  }

  void StartEvent(const Event* event) {
    evaluator_.SetEvent(event);
    router_.StartEvent();
    image_.Start(event);
  }

  void RunTimers(int64_t through) {
    Timer timer;
    int64_t deadline = std::numeric_limits<int64_t>::min();
    while (timers_.Pop(through, &timer)) {
      if (timer.deadline > deadline) {
        deadline = timer.deadline;
        queue_.FlushThrough(Time(Duration(SaturatingSub(deadline, 1))));
      }
      evaluator_.SetEvent(nullptr);
      HandleTimer(timer);
      // After the instant: all of its timers first, but those of the rules that
      // these alerts reach, for which they are events of the instant.
      if (!alert_events_.empty() && !timers_.HasFirstDue(deadline)) {
        RunAlertRules(/*is_late=*/false);
      }
    }
    timers_.set_decided(through);
  }

  void HandleTimer(const Timer& timer) {
    if (timer.target == Timer::Target::kReport) {
      reports_->OnTimer(timer);
      return;
    }
    if (!reports_->empty()) reports_->StartInstant(timer.deadline);
    if (timer.target == Timer::Target::kDigest) {
      silence_->Digest(timer);
    } else {
      runners_[timer.rule].OnTimer(timer);
    }
  }

  const std::shared_ptr<const Plan> plan_;
  const EngineOptions options_;
  AlertSink* const sink_;

  EngineStats stats_;
  // Since the evaluations of the rules were counted last.
  std::array<int64_t, kKindCount> events_of_kind_{};
  Evaluator evaluator_;
  Router router_;
  Profiler profiler_;
  AlertBuilder builder_;
  AlertQueue queue_;
  AlertEvents alert_events_;
  Recents recents_;
  TimerHeap timers_;
  EventImage image_;
  std::optional<Silence> silence_;
  std::vector<RuleRunner> runners_;  // by rule
  std::optional<Reports> reports_;
  std::optional<RoutedBatch> batch_;
  std::optional<RuleTurn> turn_;
  std::optional<ArrivedRules> arrived_;
  std::string tuple_;            // scratch
  bool goes_on_ = false;         // there is more to an event than rules
  bool is_started_ = false;      // the input has begun
  std::optional<Time> instant_;  // of the newest event
  std::optional<Time> watermark_;
};

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(
    std::shared_ptr<const Plan> plan, const EngineOptions& options,
    AlertSink* sink) {
  if (plan == nullptr) return Invalid("plan is null");
  if (sink == nullptr) return Invalid("sink is null");
  MQWARDEN_RETURN_IF_ERROR(Validate(options));
  MQWARDEN_RETURN_IF_ERROR(plan->Verify());
  return std::unique_ptr<Engine>(
      new Engine(std::make_unique<Impl>(std::move(plan), options, sink)));
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;
void Engine::Process(Event* event) { impl_->Process(event, nullptr, false); }
void Engine::ProcessBatch(std::span<Event> events) {
  impl_->ProcessBatch(events);
}
void Engine::Process(Event* event, Arrival* arrival) {
  impl_->Process(event, arrival, false);
}
void Engine::ProcessLate(Event* event, Arrival* arrival) {
  impl_->Process(event, arrival, true);
}
void Engine::Arrive(Event* event, Arrival* arrival) {
  impl_->Arrive(event, arrival);
}
bool Engine::has_arrival_rules() const { return impl_->has_arrival_rules(); }
void Engine::AdvanceWatermark(Time watermark) {
  impl_->AdvanceWatermark(watermark);
}
void Engine::Flush() { impl_->Flush(); }
void Engine::Checkpoint(std::string* out) const { impl_->Checkpoint(out); }
absl::StatusOr<RestoreReport> Engine::Restore(std::string_view checkpoint) {
  std::unique_ptr<Impl> restored = impl_->Anew();
  RestoreReport report;
  MQWARDEN_RETURN_IF_ERROR(restored->Restore(checkpoint, &report));
  impl_ = std::move(restored);
  return report;
}
const EngineStats& Engine::stats() const { return impl_->stats(); }
EngineProfile Engine::profile() const { return impl_->profile(); }

}  // namespace mqwarden
