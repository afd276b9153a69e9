#include "mqwarden/pipeline/runner.h"

#include <algorithm>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/sinks/fan_out.h"

namespace mqwarden {
namespace {

// Events between two calls of on_progress.
constexpr int64_t kProgressEvents = 4096;

// What the two halves of a replay share: first every event is read, then the
// engine gets them in their order.
class ReplayRun {
 public:
  ReplayRun(const ReplayOptions& options, AlertSink* sink)
      : options_(options),
        events_(options.input, options.merge, options.joins),
        sinks_({sink, &summary_}) {}

  absl::Status Prepare(const std::shared_ptr<const Plan>& plan) {
    MQWARDEN_ASSIGN_OR_RETURN(
        engine_, Engine::Create(plan, options_.engine, &sinks_));
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
    // What stopped the reading does not stop this as well.
    const std::atomic<bool>* const stop =
        result_.interrupted ? nullptr : options_.input.stop;
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
    MQWARDEN_RETURN_IF_ERROR(events_.Give(
        before, [this](Event* event) { engine_->Process(event); }));
    std::optional<Time> end = result_.last_event;
    // Of an interrupted replay only what was seen has happened.
    if (options_.input.to && !result_.interrupted) end = options_.input.to;
    if (end) engine_->AdvanceWatermark(*end);
    engine_->Flush();
    return absl::OkStatus();
  }

  ReplayResult Take() {
    result_.engine = engine_->stats();
    result_.joins = events_.stats();
    result_.rules = summary_.Rules();
    result_.total = summary_.Total();
    return std::move(result_);
  }

 private:
  void Report(ReplayProgress::Phase phase, int64_t done, int64_t total) {
    if (options_.on_progress) options_.on_progress({phase, done, total});
  }

  const ReplayOptions& options_;
  OrderedEvents events_;
  AlertSummary summary_;
  FanOut sinks_;
  std::unique_ptr<Engine> engine_;
  ReplayResult result_;
};

template <typename Member>
int64_t Sum(const std::vector<InputReport>& files, Member member) {
  int64_t sum = 0;
  for (const InputReport& file : files) sum += file.*member;
  return sum;
}

}  // namespace

int64_t ReplayResult::bytes() const { return Sum(files, &InputReport::bytes); }
int64_t ReplayResult::read() const { return Sum(files, &InputReport::read); }
int64_t ReplayResult::normalized() const {
  return Sum(files, &InputReport::normalized);
}
int64_t ReplayResult::outside() const {
  return Sum(files, &InputReport::outside);
}

std::map<std::string, int64_t> ReplayResult::rejected() const {
  std::map<std::string, int64_t> sums;
  for (const InputReport& file : files) {
    for (const auto& [reason, report] : file.rejected) {
      sums[reason] += report.count;
    }
  }
  return sums;
}

std::map<std::string, int64_t> ReplayResult::passed_over() const {
  std::map<std::string, int64_t> sums;
  for (const InputReport& file : files) {
    for (const auto& [what, count] : file.passed_over) sums[what] += count;
  }
  return sums;
}

int64_t ReplayResult::rejected_count() const {
  int64_t sum = 0;
  for (const InputReport& file : files) sum += file.rejected_count();
  return sum;
}

absl::StatusOr<ReplayResult> Replay(const std::shared_ptr<const Plan>& plan,
                                    const ReplayOptions& options,
                                    AlertSink* sink) {
  ReplayRun run(options, sink);
  MQWARDEN_RETURN_IF_ERROR(run.Prepare(plan));
  MQWARDEN_RETURN_IF_ERROR(run.Read());
  MQWARDEN_RETURN_IF_ERROR(run.Evaluate());
  return run.Take();
}

}  // namespace mqwarden
