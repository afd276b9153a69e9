#include "mqwarden/pipeline/runner.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/pipeline/alert_spool.h"
#include "mqwarden/pipeline/huge_pages.h"
#include "mqwarden/pipeline/in_order_events.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/sinks/fan_out.h"

namespace mqwarden {
namespace {

// Events between two calls of on_progress.
constexpr int64_t kProgressEvents = 4096;

// The engines of a replay and what becomes of their alerts.
class Evaluation {
 public:
  explicit Evaluation(const ReplayOptions& options) : options_(options) {}
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // `hold`: alerts go nowhere before Release().
  absl::Status Add(const ReplayTarget& target, bool hold) {
    auto lane = std::make_unique<Lane>(target.sink);
    if (hold) {
      lane->held.emplace(options_.held_alert_bytes, options_.merge.temp_folder);
    }
    EngineOptions engine = options_.engine;
    if (!engine.start.has_value()) engine.start = options_.input.from;
    if (engine.on_large_block == nullptr) {
      engine.on_large_block = AskForHugePages;
    }
    AlertSink* sink = &lane->sinks;
    if (lane->held) sink = &*lane->held;
    MQWARDEN_ASSIGN_OR_RETURN(lane->engine,
                              Engine::Create(target.plan, engine, sink));
    lanes_.push_back(std::move(lane));
    return absl::OkStatus();
  }

  // An event that rules are going to see.
  void Note(const Event& event) {
    if (!first_event_) first_event_ = event.time();
    last_event_ = event.time();
  }

  // An engine adds to an event what its inventory knows: each but the last gets a
  // copy of its own.
  void Process(Event* event) {
    for (size_t i = 0; i + 1 < lanes_.size(); ++i) {
      copy_.CopyFrom(*event);
      lanes_[i]->engine->Process(&copy_);
    }
    lanes_.back()->engine->Process(event);
  }

  void Finish(bool interrupted) {
    std::optional<Time> end = last_event_;
    // Of an interrupted replay only what was seen has happened.
    if (options_.input.to && !interrupted) end = options_.input.to;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      if (end) lane->engine->AdvanceWatermark(*end);
      lane->engine->Flush();
    }
  }

  // Whether all alerts could be held.
  bool HoldsAll() const {
    return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) {
      return lane->held->status().ok();
    });
  }

  absl::Status Release() {
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      MQWARDEN_RETURN_IF_ERROR(lane->held->Release(&lane->sinks));
    }
    return absl::OkStatus();
  }

  std::vector<ReplayResult> Take(ReplayResult result) {
    result.first_event = first_event_;
    result.last_event = last_event_;
    std::vector<ReplayResult> results;
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      ReplayResult& of_lane = results.emplace_back(result);
      of_lane.engine = lane->engine->stats();
      if (options_.engine.profile_clock != nullptr) {
        of_lane.profile = lane->engine->profile();
      }
      of_lane.rules = lane->summary.Rules();
      of_lane.total = lane->summary.Total();
    }
    return results;
  }

 private:
  // One plan and what becomes of its alerts.
  struct Lane {
    explicit Lane(AlertSink* sink) : sinks({sink, &summary}) {}
    AlertSummary summary;
    FanOut sinks;
    std::optional<AlertSpool> held;
    std::unique_ptr<Engine> engine;
  };

  const ReplayOptions& options_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  Event copy_;
  std::optional<Time> first_event_;
  std::optional<Time> last_event_;
};

class ReplayRun {
 public:
  ReplayRun(std::span<const ReplayTarget> targets, const ReplayOptions& options)
      : targets_(targets), options_(options) {}

  // Reads every input and then evaluates.
  absl::StatusOr<std::vector<ReplayResult>> Sort() {
    Evaluation evaluation(options_);
    MQWARDEN_RETURN_IF_ERROR(AddTargets(&evaluation, /*hold=*/false));
    OrderedEvents events(options_.input, options_.merge, options_.joins);
    MQWARDEN_ASSIGN_OR_RETURN(InputSummary inputs,
                              events.Read({}, OnReading()));
    ReplayResult result;
    result.sorted = true;
    result.files = std::move(inputs.files);
    result.interrupted = inputs.interrupted;
    const int64_t total = events.events();
    int64_t done = 0;
    // What stopped the reading does not stop this as well.
    const std::atomic<bool>* const stop =
        result.interrupted ? nullptr : options_.input.stop;
    const auto before = [&](const Event& event) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        result.interrupted = true;
        return false;
      }
      evaluation.Note(event);
      if (++done % kProgressEvents == 0) {
        Report(ReplayProgress::Phase::kEvaluating, done, total);
      }
      return true;
    };
    MQWARDEN_RETURN_IF_ERROR(events.Give(
        before, [&](Event* event) { evaluation.Process(event); }));
    evaluation.Finish(result.interrupted);
    result.joins = events.stats();
    return evaluation.Take(std::move(result));
  }

  // Evaluates while reading. Gives no alert and returns nothing where that does
  // not do, be it because a file fails: sorting meets the failure again.
  absl::StatusOr<std::optional<std::vector<ReplayResult>>> Stream() {
    std::optional<std::vector<ReplayResult>> results;
    const auto files = ListInputs(options_.input.inputs);
    if (!files.ok()) return results;
    for (const InputFile& file : *files) {
      if (!file.is_regular) return results;
    }
    OrderAssumptions assumptions;
    for (;;) {
      Evaluation evaluation(options_);
      MQWARDEN_RETURN_IF_ERROR(AddTargets(&evaluation, /*hold=*/true));
      InOrderEvents events(*files, options_.input, options_.joins);
      const absl::StatusOr<OrderFound> found = events.Give(
          &assumptions, [&](const Event& event) { evaluation.Note(event); },
          [&](Event* event) { evaluation.Process(event); }, OnReading());
      if (!found.ok() || *found == OrderFound::kNone) return results;
      if (*found == OrderFound::kOneFailed) continue;
      InputSummary inputs = events.TakeSummary();
      evaluation.Finish(inputs.interrupted);
      if (!evaluation.HoldsAll()) return results;
      MQWARDEN_RETURN_IF_ERROR(evaluation.Release());
      ReplayResult result;
      result.files = std::move(inputs.files);
      result.interrupted = inputs.interrupted;
      result.joins = events.stats();
      results = evaluation.Take(std::move(result));
      return results;
    }
  }

 private:
  absl::Status AddTargets(Evaluation* evaluation, bool hold) {
    for (const ReplayTarget& target : targets_) {
      MQWARDEN_RETURN_IF_ERROR(evaluation->Add(target, hold));
    }
    return absl::OkStatus();
  }

  std::function<void(const InputProgress&)> OnReading() {
    return [this](const InputProgress& progress) {
      Report(ReplayProgress::Phase::kReading, progress.done_bytes,
             progress.total_bytes);
    };
  }

  void Report(ReplayProgress::Phase phase, int64_t done, int64_t total) {
    if (options_.on_progress) options_.on_progress({phase, done, total});
  }

  const std::span<const ReplayTarget> targets_;
  const ReplayOptions& options_;
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
  ReplayRun run(targets, options);
  if (options.may_stream) {
    MQWARDEN_ASSIGN_OR_RETURN(auto results, run.Stream());
    if (results) return *std::move(results);
  }
  return run.Sort();
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
