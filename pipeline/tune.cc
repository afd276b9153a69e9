#include "mqwarden/pipeline/tune.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/pipeline/tune_findings.h"
#include "mqwarden/pipeline/tune_sweep.h"
#include "mqwarden/pipeline/tune_variants.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

constexpr int64_t kProgressEvents = 4096;
constexpr size_t kMaxGroups = 100'000;
constexpr size_t kShownGroups = 50;
constexpr size_t kMaxSamples = 10;
constexpr uint32_t kAlertKind = uint32_t{1}
                                << static_cast<uint32_t>(Kind::kAlert);
constexpr int64_t kDayNanos = int64_t{86'400} * 1'000'000'000;
constexpr int64_t kHourNanos = kDayNanos / 24;

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

int64_t DayOf(Time time) {
  return FloorDiv(time.time_since_epoch().count(), kDayNanos);
}

// 1970-01-01 was a Thursday.
size_t HourOfWeek(Time time) {
  const int64_t hours =
      FloorDiv(time.time_since_epoch().count(), kHourNanos) + 3 * 24;
  return static_cast<size_t>(hours - FloorDiv(hours, 168) * 168);
}

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

// What was sent as the rule is written.
class SentSink final : public AlertSink {
 public:
  SentSink(const std::string& rule, TuneResult* result)
      : rule_(rule), result_(result) {}

  void OnAlert(const Alert& alert) override {
    if (alert.rule != rule_ || alert.state != AlertState::kOpen ||
        !alert.muted.empty()) {
      return;
    }
    ++result_->timeline[DayOf(alert.time)].sent;
    if (result_->samples.size() == kMaxSamples) return;
    TuneSample sample;
    sample.time = FormatTimeShort(alert.time);
    sample.severity = std::string(SeverityName(alert.severity));
    sample.title = alert.title;
    sample.summary = alert.summary;
    for (const AlertField& field : alert.group) {
      sample.group.append(sample.group.empty() ? "" : ", ")
          .append(field.name)
          .append(": ");
      AppendPlainValue(field.value, &sample.group);
    }
    result_->samples.push_back(std::move(sample));
  }

 private:
  const std::string& rule_;
  TuneResult* const result_;
};

// Groups over all thresholds at the rule's own window.
class Groups final {
 public:
  void Add(const Alert& alert, int64_t threshold, bool is_current,
           bool is_labelled) {
    Note(Find(alert.group), threshold, is_current, is_labelled);
  }

  // The group of these values; null where there is no room for one more. Stays
  // where it is.
  TuneGroup* Find(const std::vector<AlertField>& values) {
    name_.clear();
    for (const AlertField& field : values) {
      name_.append(name_.empty() ? "" : ", ").append(field.name).append(": ");
      AppendPlainValue(field.value, &name_);
    }
    auto found = groups_.find(name_);
    if (found == groups_.end()) {
      if (groups_.size() == kMaxGroups) return nullptr;
      found = groups_.emplace(name_, TuneGroup()).first;
      found->second.name = name_;
      if (values.size() == 1) {
        AppendPlainValue(values[0].value, &found->second.value);
      }
    }
    return &found->second;
  }

  // A firing of the group that Find() gave.
  void Note(TuneGroup* group, int64_t threshold, bool is_current,
            bool is_labelled) {
    if (group == nullptr) {
      ++not_kept_;
      return;
    }
    if (is_current) ++group->fired;
    if (is_labelled) group->is_labelled = true;
    group->peak = std::max(group->peak, threshold);
  }

  void Report(TuneResult* result) const {
    std::vector<TuneGroup> noisy;
    std::vector<TuneGroup> near;
    for (const auto& [name, group] : groups_) {
      if (group.fired > 0) {
        noisy.push_back(group);
      } else if (result->rising && group.peak < result->current) {
        near.push_back(group);
      }
      result->noisy_total += group.fired;
    }
    result->groups = static_cast<int64_t>(groups_.size());
    result->groups_not_kept = not_kept_;
    std::sort(noisy.begin(), noisy.end(), [](const auto& a, const auto& b) {
      return a.fired != b.fired ? a.fired > b.fired : a.name < b.name;
    });
    std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
      return a.peak != b.peak ? a.peak > b.peak : a.name < b.name;
    });
    noisy.resize(std::min(noisy.size(), kShownGroups));
    near.resize(std::min(near.size(), kShownGroups));
    result->noisy = std::move(noisy);
    result->near = std::move(near);
  }

 private:
  std::unordered_map<std::string, TuneGroup> groups_;
  std::string name_;
  int64_t not_kept_ = 0;
};

class GroupSink final : public AlertSink {
 public:
  GroupSink(const std::string& rule, int64_t threshold, bool is_current,
            const std::vector<TuneLabel>& labels, Groups* groups,
            TuneResult* result)
      : rule_(rule),
        labels_(labels),
        threshold_(threshold),
        is_current_(is_current),
        groups_(groups),
        result_(result),
        found_(&result->labels_found[threshold]) {
    found_->resize(labels.size());
  }

  void OnAlert(const Alert& alert) override {
    if (alert.rule != rule_ || alert.state != AlertState::kOpen) return;
    bool is_labelled = false;
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (!labels_[i].Fits(alert)) continue;
      (*found_)[i] = true;
      is_labelled = true;
    }
    groups_->Add(alert, threshold_, is_current_, is_labelled);
    if (!is_current_) return;
    ++result_->fired_by_hour[HourOfWeek(alert.time)];
    ++result_->timeline[DayOf(alert.time)].fired;
  }

 private:
  const std::string& rule_;
  const std::vector<TuneLabel>& labels_;
  const int64_t threshold_;
  const bool is_current_;
  Groups* const groups_;
  TuneResult* const result_;
  std::vector<bool>* const found_;  // in a map, which does not move it
};

// What GroupSink takes from engines, from a sweep: the firings at the rule's own
// window and at other thresholds than its own. A key is put in words once.
class SweptGroups final {
 public:
  SweptGroups(std::shared_ptr<const Plan> plan,
              const std::vector<TuneLabel>& labels, Groups* groups,
              TuneResult* result)
      : plan_(std::move(plan)),
        rule_(*plan_->rules()[0]),
        evaluator_(*plan_),
        labels_(labels),
        groups_(groups),
        result_(result) {}

  void Take(const TuneSweep::KeyFiring& firing) {
    if (firing.threshold == result_->current) return;
    auto known = by_key_.find(firing.key);
    const bool is_new = known == by_key_.end();
    if (is_new || !labels_.empty()) ReadAlert(*firing.event);
    if (is_new) {
      // Keys have the bound of groups.
      if (by_key_.size() >= kMaxGroups) by_key_.clear();
      known = by_key_.emplace(std::string(firing.key), groups_->Find(alert_.group))
                  .first;
    }
    bool is_labelled = false;
    if (!labels_.empty()) {
      std::vector<bool>& found = result_->labels_found[firing.threshold];
      found.resize(labels_.size());
      for (size_t i = 0; i < labels_.size(); ++i) {
        if (!labels_[i].Fits(alert_)) continue;
        found[i] = true;
        is_labelled = true;
      }
    }
    groups_->Note(known->second, firing.threshold, /*is_current=*/false,
                  is_labelled);
  }

 private:
  // As far as labels and groups read it.
  void ReadAlert(const Event& event) {
    evaluator_.SetEvent(&event);
    alert_.time = event.time();
    alert_.group.clear();
    for (const KeyPart& part : rule_.by) {
      const Value value = evaluator_.Eval(part.expr);
      if (!value.missing()) {
        alert_.group.push_back({part.name, ToAlertValue(value)});
      }
    }
  }

  const std::shared_ptr<const Plan> plan_;
  const RulePlan& rule_;
  Evaluator evaluator_;
  const std::vector<TuneLabel>& labels_;
  Groups* const groups_;
  TuneResult* const result_;
  absl::flat_hash_map<std::string, TuneGroup*, TextHash, TextEq> by_key_;
  Alert alert_;
};

// Whether an event may matter to any engine. Of a plan whose rules remember
// nothing but what they match, an event that none matches does nothing: time
// reaches the engines with the next event or at the end.
class Gate final {
 public:
  Gate(std::shared_ptr<const Plan> plan, std::string_view rule)
      : plan_(std::move(plan)), evaluator_(*plan_) {
    for (const auto& each : plan_->rules()) {
      if (each->name == rule) rule_ = each.get();
      // A `recent` remembers, and alerts are events of their own.
      if (each->in_order || (each->kinds & kAlertKind) != 0) {
        passes_all_ = true;
      }
    }
  }

  // False where events that the rule matches are not known one by one.
  bool tells_when() const {
    return !rule_->in_order && (rule_->kinds & kAlertKind) == 0;
  }

  // Whether the engines need it; `*matches`: the rule itself matches it, as far
  // as the event alone tells.
  bool Pass(const Event& event, bool* matches) {
    *matches = false;
    if (!event.Has(FieldId::kKind)) return passes_all_;
    evaluator_.SetEvent(&event);
    const uint32_t kind = uint32_t{1} << event.Int(FieldId::kKind);
    // What is recent, only the engines know.
    *matches = !rule_->in_order && Matches(*rule_, kind);
    if (*matches || passes_all_) return true;
    for (const auto& rule : plan_->rules()) {
      if (rule.get() != rule_ && Matches(*rule, kind)) return true;
    }
    return false;
  }

 private:
  bool Matches(const RulePlan& rule, uint32_t kind) {
    if ((rule.kinds & kind) == 0 || !evaluator_.Condition(rule.where)) {
      return false;
    }
    for (const ExcludePlan& exclude : rule.excludes) {
      if (evaluator_.Condition(exclude.condition)) return false;
    }
    return true;
  }

  const std::shared_ptr<const Plan> plan_;
  Evaluator evaluator_;
  const RulePlan* rule_ = nullptr;
  bool passes_all_ = false;
};

const RuleStats& StatsOf(const Engine& engine, const std::string& rule) {
  static const RuleStats& none = *new RuleStats();
  for (const RuleStats& stats : engine.stats().rules) {
    if (stats.rule == rule) return stats;
  }
  return none;
}

class TuneRun final {
 public:
  TuneRun(const TuneOptions& options, const TuneVariants& variants)
      : options_(options),
        variants_(variants),
        events_(options.replay.input, options.replay.merge,
                options.replay.joins),
        sent_sink_(options.rule, &result_) {
    result_.rule = options.rule;
    result_.number = variants.number();
    result_.param = variants.param();
    result_.current = variants.current();
    result_.current_window = variants.current_window();
    result_.rising = variants.rising();
    result_.has_limits = variants.places().has_limits;
  }

  absl::Status Prepare(DiagnosticList* diagnostics) {
    const Duration own = variants_.current_window();
    std::vector<Duration> windows = options_.windows;
    if (windows.empty()) windows.push_back(own);
    MQWARDEN_ASSIGN_OR_RETURN(
        const std::shared_ptr<const Plan> now,
        variants_.Compile(variants_.current(), own, diagnostics));
    gate_ = std::make_unique<Gate>(now, options_.rule);
    result_.tells_when = gate_->tells_when();
    MQWARDEN_RETURN_IF_ERROR(Add(now, &sent_sink_).status());
    MQWARDEN_RETURN_IF_ERROR(AddBare(now, variants_.current()));

    MQWARDEN_ASSIGN_OR_RETURN(const bool is_swept,
                              PrepareSweep(now, windows, diagnostics));
    if (is_swept) return absl::OkStatus();
    for (const Duration window : windows) {
      TuneCurve curve;
      curve.window = window;
      for (int64_t n = options_.first; n <= options_.last; ++n) {
        MQWARDEN_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan,
                                  variants_.Compile(n, window, diagnostics));
        MQWARDEN_ASSIGN_OR_RETURN(const size_t engine, Add(plan, &no_sink_));
        TunePoint point;
        point.threshold = n;
        curve.points.push_back(point);
        point_engines_.push_back(engine);
        if (n == options_.first) first_plan_ = plan;
        if (n == options_.first + 1 &&
            VersionOf(*plan) == VersionOf(*first_plan_)) {
          return absl::InvalidArgumentError(
              ToAbsl("rule " + options_.rule + " does not depend on " +
                     variants_.number()));
        }
      }
      result_.curves.push_back(std::move(curve));
    }
    for (int64_t n = options_.first; n <= options_.last; ++n) {
      if (n == variants_.current() || !variants_.rising()) continue;
      MQWARDEN_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan,
                                variants_.Compile(n, own, diagnostics));
      MQWARDEN_RETURN_IF_ERROR(AddBare(plan, n));
    }
    result_.engines = static_cast<int64_t>(engines_.size());
    return absl::OkStatus();
  }

  absl::Status Read() {
    const auto report = [this](const InputProgress& progress) {
      Report(ReplayProgress::Phase::kReading, progress.done_bytes,
             progress.total_bytes);
    };
    MQWARDEN_ASSIGN_OR_RETURN(InputSummary inputs, events_.Read({}, report));
    result_.files = std::move(inputs.files);
    result_.interrupted = inputs.interrupted;
    return absl::OkStatus();
  }

  absl::Status Evaluate() {
    const int64_t total = events_.events();
    int64_t done = 0;
    const std::atomic<bool>* const stop =
        result_.interrupted ? nullptr : options_.replay.input.stop;
    const auto before = [&](const Event& event) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        result_.interrupted = true;
        return false;
      }
      if (!result_.first_event) result_.first_event = event.time();
      result_.last_event = event.time();
      if (++done % kProgressEvents == 0) {
        Report(ReplayProgress::Phase::kEvaluating, done, total);
      }
      return true;
    };
    MQWARDEN_RETURN_IF_ERROR(
        events_.Give(before, [this](Event* event) { Take(event); }));
    std::optional<Time> end = result_.last_event;
    if (options_.replay.input.to && !result_.interrupted) {
      end = options_.replay.input.to;
    }
    for (const auto& engine : engines_) {
      if (end) engine->AdvanceWatermark(*end);
      engine->Flush();
    }
    return absl::OkStatus();
  }

  TuneResult Finish() {
    if (result_.first_event) {
      const double nanos = static_cast<double>(
          (*result_.last_event - *result_.first_event).count());
      result_.days = nanos / static_cast<double>(kDayNanos);
    }
    const double days = std::max(1.0, result_.days);
    const auto fill = [&](const Engine& engine, TunePoint* point) {
      const RuleStats& stats = StatsOf(engine, options_.rule);
      point->fired = stats.fired;
      point->sent = stats.sent;
      point->per_day = static_cast<double>(stats.sent) / days;
    };
    size_t next = 0;
    for (size_t window = 0; window < result_.curves.size(); ++window) {
      for (TunePoint& point : result_.curves[window].points) {
        if (sweep_ == nullptr) {
          fill(*engines_[point_engines_[next++]], &point);
          continue;
        }
        const TuneSweep::Count& count = sweep_->At(window, point.threshold);
        point.fired = count.fired;
        point.sent = count.sent;
        point.per_day = static_cast<double>(count.sent) / days;
      }
    }
    if (sweep_ != nullptr) result_.keys_not_kept = sweep_->overflowed();
    result_.now.threshold = result_.current;
    fill(*engines_[0], &result_.now);
    const RuleStats& stats = StatsOf(*engines_[0], options_.rule);
    result_.without_key = stats.without_key;
    result_.matched = stats.matched - stats.excluded;
    groups_.Report(&result_);
    result_.labels_now = result_.labels_found[result_.current];
    for (const InputReport& file : result_.files) {
      result_.rejected += file.rejected_count();
    }
    result_.duplicates = events_.stats().duplicates();
    return std::move(result_);
  }

 private:
  std::string VersionOf(const Plan& plan) const {
    for (const auto& rule : plan.rules()) {
      if (rule->name == options_.rule) return rule->version;
    }
    return "";
  }

  absl::StatusOr<size_t> Add(const std::shared_ptr<const Plan>& plan,
                             AlertSink* sink) {
    MQWARDEN_ASSIGN_OR_RETURN(
        std::unique_ptr<Engine> engine,
        Engine::Create(plan, options_.replay.engine, sink));
    engines_.push_back(std::move(engine));
    return engines_.size() - 1;
  }

  absl::Status AddBare(const std::shared_ptr<const Plan>& plan,
                       int64_t threshold) {
    group_sinks_.push_back(std::make_unique<GroupSink>(
        options_.rule, threshold, threshold == variants_.current(),
        options_.labels, &groups_, &result_));
    return Add(variants_.Bare(plan), group_sinks_.back().get()).status();
  }

  void Take(Event* event) {
    ++result_.events;
    if (variants_.inventory() != nullptr) variants_.inventory()->Apply(event);
    if (event->infers_channel_type()) InferChannelType(event);
    bool matches = false;
    const bool passes = gate_->Pass(*event, &matches);
    if (matches) {
      ++result_.matched_by_hour[HourOfWeek(event->time())];
      ++result_.timeline[DayOf(event->time())].matched;
    }
    if (!passes) return;
    ++result_.given;
    if (sweep_ != nullptr) sweep_->Process(*event);
    for (const auto& engine : engines_) engine->Process(event);
  }

  // A sweep instead of an engine for each point, where the rule allows it. The
  // first two thresholds and the last are compiled, at each window: that they
  // differ in nothing but the number means that those between do.
  absl::StatusOr<bool> PrepareSweep(const std::shared_ptr<const Plan>& now,
                                    const std::vector<Duration>& windows,
                                    DiagnosticList* diagnostics) {
    if (!variants_.rising() || !TuneSweep::Fits(*now)) return false;
    const int64_t current = variants_.current();
    for (const Duration window : windows) {
      for (const int64_t n :
           {options_.first, std::min(options_.first + 1, options_.last),
            options_.last}) {
        MQWARDEN_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan,
                                  variants_.Compile(n, window, diagnostics));
        if (!TuneSweep::Fits(*plan) ||
            !TuneSweep::DifferByThreshold(*now, *plan, n - current)) {
          return false;
        }
      }
    }
    for (const Duration window : windows) {
      TuneCurve curve;
      curve.window = window;
      for (int64_t n = options_.first; n <= options_.last; ++n) {
        curve.points.push_back({.threshold = n});
      }
      result_.curves.push_back(std::move(curve));
    }
    sweep_ = std::make_unique<TuneSweep>(now, current, options_.first,
                                         options_.last, windows);
    swept_groups_ = std::make_unique<SweptGroups>(now, options_.labels, &groups_,
                                                  &result_);
    for (int64_t n = options_.first; n <= options_.last; ++n) {
      result_.labels_found[n].resize(options_.labels.size());
    }
    sweep_->Watch(variants_.current_window(),
                  [this](const TuneSweep::KeyFiring& firing) {
                    swept_groups_->Take(firing);
                  });
    result_.engines = static_cast<int64_t>(engines_.size());
    return true;
  }

  void Report(ReplayProgress::Phase phase, int64_t done, int64_t total) {
    if (options_.replay.on_progress) {
      options_.replay.on_progress({phase, done, total});
    }
  }

  const TuneOptions& options_;
  const TuneVariants& variants_;
  OrderedEvents events_;
  TuneResult result_;
  Groups groups_;
  NoSink no_sink_;
  SentSink sent_sink_;
  std::vector<std::unique_ptr<GroupSink>> group_sinks_;
  std::unique_ptr<Gate> gate_;
  std::shared_ptr<const Plan> first_plan_;
  std::vector<std::unique_ptr<Engine>> engines_;  // the rule as written first
  std::vector<size_t> point_engines_;  // of the points, window by window
  // In place of engines for the points; may be null.
  std::unique_ptr<TuneSweep> sweep_;
  std::unique_ptr<SweptGroups> swept_groups_;
};

absl::Status CheckRange(const TuneOptions& options) {
  if (options.first > options.last) {
    return absl::InvalidArgumentError("the range of thresholds is empty");
  }
  const uint64_t steps = static_cast<uint64_t>(options.last) -
                         static_cast<uint64_t>(options.first);
  const uint64_t windows = std::max<uint64_t>(1, options.windows.size());
  const auto most = static_cast<uint64_t>(TuneOptions::kMaxPoints);
  if (steps >= most || windows > most || (steps + 1) * windows > most) {
    return absl::InvalidArgumentError(ToAbsl(
        "thresholds times windows are more than " + std::to_string(most)));
  }
  for (const Duration window : options.windows) {
    if (window <= Duration::zero()) {
      return absl::InvalidArgumentError("a window is not above 0");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TuneResult> Tune(std::span<const RuleSource> sources,
                                FileReader* files, const TuneOptions& given,
                                DiagnosticList* diagnostics) {
  MQWARDEN_RETURN_IF_ERROR(CheckRange(given));
  TuneOptions options = given;
  // What is said of other rules this one need not find.
  std::erase_if(options.labels, [&options](const TuneLabel& label) {
    return !label.Concerns(options.rule);
  });
  MQWARDEN_ASSIGN_OR_RETURN(
      const TuneVariants variants,
      TuneVariants::Create(sources, files, options.rule, options.param));
  TuneRun run(options, variants);
  MQWARDEN_RETURN_IF_ERROR(run.Prepare(diagnostics));
  MQWARDEN_RETURN_IF_ERROR(run.Read());
  MQWARDEN_RETURN_IF_ERROR(run.Evaluate());
  TuneResult result = run.Finish();
  AddFindings(variants, options, &result);
  return result;
}

}  // namespace mqwarden
