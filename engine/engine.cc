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
#include "mqwarden/engine/checkpoint.h"
#include "mqwarden/engine/each_keys.h"
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
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/engine/window/entry_reader.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

constexpr int32_t kMinKeyGroups = 64;
constexpr int32_t kMaxKeyGroups = 32768;
constexpr size_t kNoLabel = static_cast<size_t>(-1);

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
        recents_(*plan_),
        each_keys_(&evaluator_) {
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
    const RuleShared shared = {
        plan_.get(), &options_, &evaluator_, &builder_,
        &*silence_,  &timers_,  &image_};
    for (size_t i = 0; i < plan_->rules().size(); ++i) {
      const RulePlan& rule = *plan_->rules()[i];
      stats_.rules[i].rule = rule.name;
      labels_.push_back(LabelsOf(rule, &stats_.rules[i]));
      has_each_.push_back(EachKeys::HasEach(rule.by));
      runners_.emplace_back(static_cast<uint32_t>(i), shared, &stats_.rules[i]);
    }
    reports_.emplace(*plan_, options_, &evaluator_, &builder_, &image_, &queue_,
                     &timers_, &stats_);
    batch_.emplace(*plan_, runners_, &evaluator_, &router_, &profiler_);
    for (size_t i = 0; i < runners_.size(); ++i) {
      const RulePlan& rule = *plan_->rules()[i];
      fires_on_arrival_.push_back(!rule.has_when() && !rule.in_order &&
                                  !takes_alerts[i]);
      if (fires_on_arrival_.back()) has_arrival_rules_ = true;
    }
    has_alert_readers_ = alert_events_.has_readers();
    goes_on_ = !reports_->empty() || !recents_.empty() ||
               alert_events_.has_readers();
    if (options_.start.has_value()) Start(*options_.start);
  }

  bool has_arrival_rules() const { return has_arrival_rules_; }

  // Only what fires is told: all else of the rule is done when the event has its
  // turn, and so is the counting, since reports may read it.
  void Arrive(Event* event, Arrival* arrival) {
    if (!has_arrival_rules_ || !event->Has(FieldId::kTime) ||
        !event->Has(FieldId::kKind)) {
      return;
    }
    if (plan_->inventory() != nullptr) plan_->inventory()->Apply(event);
    if (event->infers_channel_type()) InferChannelType(event);
    const size_t queued = queue_.size();
    bool is_started = false;
    for (const uint32_t rule : router_.Candidates(*event)) {
      if (!fires_on_arrival_[rule]) continue;
      if (!is_started) StartEvent(event);
      is_started = true;
      RuleStats& stats = stats_.rules[rule];
      const RuleStats before = std::exchange(stats, RuleStats());
      stats.excluded_by_label = before.excluded_by_label;
      ProcessRule(rule, *event, /*is_late=*/false);
      if (stats.fired > 0) {
        arrival->fired.push_back(std::move(stats));
        arrival->fired.back().rule = before.rule;
      }
      stats = before;
    }
    queue_.FlushBehind(queued);
    if (alert_events_.empty()) return;
    for (auto& alert : alert_events_.TakeWaiting()) {
      arrival->alert_events.push_back(std::move(alert));
    }
  }

  // What fired on arrival has happened now, for all that counts it. The rules are
  // left out of what follows.
  void TakeArrival(Arrival* arrival) {
    for (const RuleStats& fired : arrival->fired) {
      const auto rule = std::lower_bound(
          stats_.rules.begin(), stats_.rules.end(), fired.rule,
          [](const RuleStats& r, const std::string& name) {
            return r.rule < name;
          });
      if (rule == stats_.rules.end() || rule->rule != fired.rule) continue;
      const auto index = static_cast<uint32_t>(rule - stats_.rules.begin());
      if (!fires_on_arrival_[index]) continue;
      arrived_.push_back(index);
      rule->matched += fired.matched;
      rule->without_key += fired.without_key;
      rule->fired += fired.fired;
      rule->muted += fired.muted;
      rule->limited += fired.limited;
      rule->sent += fired.sent;
      rule->keys_evicted += fired.keys_evicted;
    }
    if (has_alert_readers_) {
      alert_events_.PutBack(std::move(arrival->alert_events));
    }
    arrival->alert_events.clear();
  }

  void Process(Event* event, Arrival* arrival, bool is_late_by_source) {
    if (!Prepare(event)) return;
    const bool is_late = TakeTime(*event, is_late_by_source);
    if (arrival != nullptr && !arrival->empty()) TakeArrival(arrival);
    RunRules(event, is_late);
    if (!arrived_.empty()) arrived_.clear();
    if (goes_on_) GoOn(*event, is_late);
  }

  void ProcessBatch(std::span<Event> events) {
    if (!recents_.empty()) {
      for (Event& event : events) Process(&event, nullptr, false);
      return;
    }
    while (!events.empty()) {
      const auto some =
          events.first(std::min(events.size(), RoutedBatch::kMaxEvents));
      events = events.subspan(some.size());
      bool all_timed = true;
      for (Event& event : some) all_timed &= Prepare(&event);
      batch_->Route(some);
      for (size_t i = 0; i < some.size(); ++i) {
        if (all_timed || IsTimed(some[i])) TakeRouted(some[i], i);
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
    const std::span<const uint32_t> rules = router_.Candidates(*event);
    profiler_.BookLookup(&lap);
    if (rules.empty()) return;
    StartEvent(event);
    for (const uint32_t rule : rules) {
      const bool has_fired =
          !arrived_.empty() &&
          std::find(arrived_.begin(), arrived_.end(), rule) != arrived_.end();
      if (!has_fired) ProcessRule(rule, *event, is_late);
      profiler_.BookRule(rule, &lap);
    }
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

  // As RunRules(), of an event of the batch.
  void TakeRouted(const Event& event, size_t place) {
    const bool is_late = TakeTime(event);
    ++events_of_kind_[static_cast<size_t>(event.Int(FieldId::kKind))];
    const std::span<const RoutedBatch::Hit> hits = batch_->HitsOf(place);
    if (!hits.empty()) {
      StartEvent(&event);
      int64_t lap = profiler_.Start();
      for (const RoutedBatch::Hit& hit : hits) {
        TakeHit(hit, event, is_late);
        profiler_.BookRule(hit.rule, &lap);
      }
    }
    if (goes_on_) GoOn(event, is_late);
  }

  void TakeHit(const RoutedBatch::Hit& hit, const Event& event, bool is_late) {
    if (!CountMatch(hit.rule, hit.excluded, hit.exclude)) return;
    const RulePlan& rule = *plan_->rules()[hit.rule];
    if (hit.has_key) {
      ProcessKey(hit.rule, rule, event, batch_->KeyOf(hit), is_late);
    } else {
      ProcessEachKey(hit.rule, rule, event, is_late);
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

  // For each `exclude` the place of its label in the statistics.
  static std::vector<size_t> LabelsOf(const RulePlan& rule, RuleStats* stats) {
    std::vector<size_t> labels;
    auto& counted = stats->excluded_by_label;
    for (const ExcludePlan& exclude : rule.excludes) {
      if (exclude.label.empty()) {
        labels.push_back(kNoLabel);
        continue;
      }
      const auto known = std::find_if(
          counted.begin(), counted.end(),
          [&exclude](const auto& e) { return e.first == exclude.label; });
      labels.push_back(static_cast<size_t>(known - counted.begin()));
      if (known == counted.end()) counted.emplace_back(exclude.label, 0);
    }
    return labels;
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

  void ProcessRule(uint32_t index, const Event& event, bool is_late) {
    const RulePlan& rule = *plan_->rules()[index];
    size_t exclude = 0;
    const Router::Match match = router_.MatchRule(index, rule, &exclude);
    if (match == Router::Match::kNo ||
        !CountMatch(index, match == Router::Match::kExcluded, exclude)) {
      return;
    }
    if (has_each_[index]) {
      ProcessEachKey(index, rule, event, is_late);
    } else {
      ProcessKey(index, rule, event, router_.KeyOf(index, event), is_late);
    }
  }

  // An event has passed the `where` of a rule. False: it is excluded.
  bool CountMatch(uint32_t index, bool is_excluded, size_t exclude) {
    RuleStats& stats = stats_.rules[index];
    ++stats.matched;
    if (!is_excluded) return true;
    ++stats.excluded;
    const size_t label = labels_[index][exclude];
    if (label != kNoLabel) ++stats.excluded_by_label[label].second;
    return false;
  }

  // Once per value of an `each`.
  void ProcessEachKey(uint32_t index, const RulePlan& rule, const Event& event,
                      bool is_late) {
    const auto keys =
        each_keys_.Of(rule.by, /*only_shapes=*/!runners_[index].has_when());
    if (keys.empty()) {
      ProcessKey(index, rule, event, Router::Key(), is_late);
      return;
    }
    RuleStats& stats = stats_.rules[index];
    const int64_t late = stats.late;
    const int64_t without_key = stats.without_key;
    for (const EachKeys::Key& key : keys) {
      evaluator_.SetEach(key.values);
      ProcessKey(index, rule, event, router_.KeyOfBytes(key.bytes), is_late);
    }
    // What is left out is one event, however many keys it has.
    stats.late = std::min(stats.late, late + 1);
    stats.without_key = std::min(stats.without_key, without_key + 1);
  }

  void ProcessKey(uint32_t index, const RulePlan& rule, const Event& event,
                  const Router::Key& key, bool is_late) {
    RuleStats& stats = stats_.rules[index];
    if (!runners_[index].has_when()) {
      if (key.complete || !has_each_[index]) {
        FireOnEvent(index, rule, event, key.bytes);
      } else {
        ++stats.without_key;
      }
      return;
    }
    if (!key.complete) {
      ++stats.without_key;
    } else if (is_late) {
      ++stats.late;
    } else {
      runners_[index].OnEvent(event, key);
    }
  }

  // A rule without `when` fires at each event; what it counts is that event.
  void FireOnEvent(uint32_t index, const RulePlan& rule, const Event& event,
                   std::string_view key) {
    AggregatesOfEvent(rule, &evaluator_, &aggregates_);
    Firing firing;
    firing.rule_index = index;
    firing.rule = &rule;
    firing.key = key;
    firing.event = &event;
    firing.time = event.time();
    firing.window.count = 1;
    firing.window.first = firing.time;
    firing.window.last = firing.time;
    firing.window.aggregates = aggregates_;
    firing.severity = silence_->SeverityOf(firing);
    silence_->Open(firing);
  }

  const std::shared_ptr<const Plan> plan_;
  const EngineOptions options_;
  AlertSink* const sink_;
  std::vector<std::vector<size_t>> labels_;  // by rule, by exclude
  std::vector<bool> has_each_;               // by rule

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
  EachKeys each_keys_;
  TimerHeap timers_;
  EventImage image_;
  std::optional<Silence> silence_;
  std::vector<RuleRunner> runners_;  // by rule
  std::optional<Reports> reports_;
  std::optional<RoutedBatch> batch_;
  std::vector<AggregateValue> aggregates_;               // scratch
  std::string tuple_;                                    // scratch
  // By rule: whether it fires when an event arrives.
  std::vector<bool> fires_on_arrival_;
  bool has_arrival_rules_ = false;
  std::vector<uint32_t> arrived_;  // rules that have fired at the present event
  bool has_alert_readers_ = false;
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
