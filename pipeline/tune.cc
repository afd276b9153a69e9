#include "mqwarden/pipeline/tune.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/pipeline/tune_days.h"
#include "mqwarden/pipeline/tune_findings.h"
#include "mqwarden/pipeline/tune_gate.h"
#include "mqwarden/pipeline/tune_groups.h"
#include "mqwarden/pipeline/tune_sweep.h"
#include "mqwarden/pipeline/tune_variants.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

constexpr int64_t kProgressEvents = 4096;
constexpr size_t kMaxSamples = 10;

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
    gate_ = std::make_unique<TuneGate>(now, options_.rule);
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
    group_sinks_.push_back(std::make_unique<TuneGroupSink>(
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
    swept_groups_ = std::make_unique<SweptTuneGroups>(now, options_.labels, &groups_,
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
  TuneGroups groups_;
  NoSink no_sink_;
  SentSink sent_sink_;
  std::vector<std::unique_ptr<TuneGroupSink>> group_sinks_;
  std::unique_ptr<TuneGate> gate_;
  std::shared_ptr<const Plan> first_plan_;
  std::vector<std::unique_ptr<Engine>> engines_;  // the rule as written first
  std::vector<size_t> point_engines_;  // of the points, window by window
  // In place of engines for the points; may be null.
  std::unique_ptr<TuneSweep> sweep_;
  std::unique_ptr<SweptTuneGroups> swept_groups_;
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
