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
// engines get them in their order.
class ReplayRun {
 public:
  explicit ReplayRun(const ReplayOptions& options)
      : options_(options),
        events_(options.input, options.merge, options.joins) {}

  absl::Status Add(const ReplayTarget& target) {
    auto lane = std::make_unique<Lane>(target.sink);
    EngineOptions engine = options_.engine;
    if (!engine.start.has_value()) engine.start = options_.input.from;
    MQWARDEN_ASSIGN_OR_RETURN(
        lane->engine, Engine::Create(target.plan, engine, &lane->sinks));
    lanes_.push_back(std::move(lane));
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
        before, [this](Event* event) { Process(event); }));
    std::optional<Time> end = result_.last_event;
    // Of an interrupted replay only what was seen has happened.
    if (options_.input.to && !result_.interrupted) end = options_.input.to;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      if (end) lane->engine->AdvanceWatermark(*end);
      lane->engine->Flush();
    }
    return absl::OkStatus();
  }

  std::vector<ReplayResult> Take() {
    result_.joins = events_.stats();
    std::vector<ReplayResult> results;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      ReplayResult& result = results.emplace_back(result_);
      result.engine = lane->engine->stats();
      result.rules = lane->summary.Rules();
      result.total = lane->summary.Total();
    }
    return results;
  }

 private:
  // One plan and what becomes of its alerts.
  struct Lane {
    explicit Lane(AlertSink* sink) : sinks({sink, &summary}) {}
    AlertSummary summary;
    FanOut sinks;
    std::unique_ptr<Engine> engine;
  };

  // An engine adds to an event what its inventory knows: each but the last gets a
  // copy of its own.
  void Process(Event* event) {
    for (size_t i = 0; i + 1 < lanes_.size(); ++i) {
      copy_.CopyFrom(*event);
      lanes_[i]->engine->Process(&copy_);
    }
    lanes_.back()->engine->Process(event);
  }

  void Report(ReplayProgress::Phase phase, int64_t done, int64_t total) {
    if (options_.on_progress) options_.on_progress({phase, done, total});
  }

  const ReplayOptions& options_;
  OrderedEvents events_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  Event copy_;
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

absl::StatusOr<std::vector<ReplayResult>> ReplayEach(
    std::span<const ReplayTarget> targets, const ReplayOptions& options) {
  ReplayRun run(options);
  for (const ReplayTarget& target : targets) {
    MQWARDEN_RETURN_IF_ERROR(run.Add(target));
  }
  MQWARDEN_RETURN_IF_ERROR(run.Read());
  MQWARDEN_RETURN_IF_ERROR(run.Evaluate());
  return run.Take();
}

absl::StatusOr<ReplayResult> Replay(const std::shared_ptr<const Plan>& plan,
                                    const ReplayOptions& options,
                                    AlertSink* sink) {
  const ReplayTarget target = {plan, sink};
  MQWARDEN_ASSIGN_OR_RETURN(std::vector<ReplayResult> results,
                            ReplayEach({&target, 1}, options));
  return std::move(results.front());
}

}  // namespace mqwarden
