#include "mqwarden/engine/engine.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/windowed_rule.h"
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
        evaluator_(*plan_),
        router_(*plan_, &evaluator_, options_.hash_seed),
        builder_(&evaluator_),
        queue_(sink) {
    stats_.rules.resize(plan_->rules().size());
    silence_.emplace(*plan_, &evaluator_, &builder_, &queue_, &timers_,
                     &stats_);
    const WindowedRule::Shared shared = {
        plan_.get(), &options_, &evaluator_, &builder_,
        &*silence_,  &timers_,  &image_};
    for (size_t i = 0; i < plan_->rules().size(); ++i) {
      const RulePlan& rule = *plan_->rules()[i];
      stats_.rules[i].rule = rule.name;
      labels_.push_back(LabelsOf(rule, &stats_.rules[i]));
      windowed_.push_back(
          rule.window.has_value()
              ? std::make_unique<WindowedRule>(static_cast<uint32_t>(i), shared,
                                               &stats_.rules[i])
              : nullptr);
    }
  }

  void Process(Event* event) {
    ++stats_.events;
    if (!event->Has(FieldId::kTime) || !event->Has(FieldId::kKind)) {
      ++stats_.untimed;
      return;
    }
    if (plan_->inventory() != nullptr) plan_->inventory()->Apply(event);
    if (event->infers_channel_type()) InferChannelType(event);

    const Time t = event->time();
    const bool is_late = (instant_.has_value() && t < *instant_) ||
                         (watermark_.has_value() && t <= *watermark_);
    if (is_late) {
      ++stats_.late;
    } else if (!instant_.has_value() || t > *instant_) {
      MoveTo(t);
    }

    // Most events are refused by the guards of all rules and cost no more.
    bool is_started = false;
    const auto kind = static_cast<Kind>(event->Int(FieldId::kKind));
    for (const uint32_t rule : router_.RulesOf(kind)) {
      ++stats_.rules[rule].evaluations;
      if (!router_.MayMatch(rule, *event)) continue;
      if (!is_started) StartEvent(event);
      is_started = true;
      ProcessRule(rule, *event, is_late);
    }
  }

  void AdvanceWatermark(Time watermark) {
    if (watermark_.has_value() && watermark <= *watermark_) return;
    watermark_ = watermark;
    RunTimers(watermark.time_since_epoch().count());
    queue_.FlushThrough(watermark);
  }

  void Flush() { queue_.FlushThrough(Time::max()); }

  const EngineStats& stats() {
    int64_t present = std::numeric_limits<int64_t>::min();
    for (const auto& time : {instant_, watermark_}) {
      if (time.has_value()) {
        present = std::max(present, time->time_since_epoch().count());
      }
    }
    for (size_t i = 0; i < windowed_.size(); ++i) {
      if (windowed_[i] == nullptr) continue;
      stats_.rules[i].keys_live = windowed_[i]->CountLiveKeys(present);
    }
    return stats_;
  }

 private:
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

  // Time moves on to `t`: what is due before it is decided, and the alerts of
  // the instants before it are handed over.
  void MoveTo(Time t) {
    const int64_t before = SaturatingSub(t.time_since_epoch().count(), 1);
    RunTimers(before);
    if (!queue_.empty()) queue_.FlushThrough(Time(Duration(before)));
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
      if (timer.slot == nullptr) {
        silence_->Digest(timer);
      } else {
        windowed_[timer.rule]->OnTimer(timer);
      }
    }
    timers_.set_decided(through);
  }

  void ProcessRule(uint32_t index, const Event& event, bool is_late) {
    const RulePlan& rule = *plan_->rules()[index];
    RuleStats& stats = stats_.rules[index];
    size_t exclude = 0;
    switch (router_.MatchRule(rule, &exclude)) {
      case Router::Match::kNo:
        return;
      case Router::Match::kExcluded: {
        ++stats.matched;
        ++stats.excluded;
        const size_t label = labels_[index][exclude];
        if (label != kNoLabel) ++stats.excluded_by_label[label].second;
        return;
      }
      case Router::Match::kYes:
        ++stats.matched;
        break;
    }
    if (windowed_[index] == nullptr) {
      FireOnEvent(index, rule, event);
      return;
    }
    const Router::Key key = router_.KeyOf(index);
    if (!key.complete) {
      ++stats.without_key;
    } else if (is_late) {
      ++stats.late;
    } else {
      windowed_[index]->OnEvent(event, key);
    }
  }

  // A rule without `when` fires at each event; what it counts is that event.
  void FireOnEvent(uint32_t index, const RulePlan& rule, const Event& event) {
    aggregates_.clear();
    for (const Aggregate& aggregate : rule.aggregates) {
      aggregates_.push_back(CountsEvent(aggregate) ? 1 : 0);
    }
    Firing firing;
    firing.rule_index = index;
    firing.rule = &rule;
    firing.key = router_.KeyOf(index).bytes;
    firing.event = &event;
    firing.time = event.time();
    firing.window.count = 1;
    firing.window.first = firing.time;
    firing.window.last = firing.time;
    firing.window.aggregates = aggregates_;
    firing.severity = silence_->SeverityOf(firing);
    silence_->Open(firing);
  }

  bool CountsEvent(const Aggregate& aggregate) {
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
        return true;
      case Aggregate::Kind::kCountIf:
        return evaluator_.Condition(aggregate.condition);
      default:
        break;
    }
    return std::none_of(
        aggregate.args.begin(), aggregate.args.end(),
        [this](ExprId arg) { return evaluator_.Eval(arg).missing(); });
  }

  const std::shared_ptr<const Plan> plan_;
  const EngineOptions options_;
  std::vector<std::vector<size_t>> labels_;  // by rule, by exclude

  EngineStats stats_;
  Evaluator evaluator_;
  Router router_;
  AlertBuilder builder_;
  AlertQueue queue_;
  TimerHeap timers_;
  EventImage image_;
  std::optional<Silence> silence_;
  std::vector<std::unique_ptr<WindowedRule>> windowed_;  // null without `when`
  std::vector<int64_t> aggregates_;                      // scratch
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
void Engine::Process(Event* event) { impl_->Process(event); }
void Engine::AdvanceWatermark(Time watermark) {
  impl_->AdvanceWatermark(watermark);
}
void Engine::Flush() { impl_->Flush(); }
const EngineStats& Engine::stats() const { return impl_->stats(); }

}  // namespace mqwarden
