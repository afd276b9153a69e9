// Replay: rules over history. Reads all inputs, puts their events into total
// order, joins what belongs together (ordered_events.h), and runs one engine over
// them in event time; nothing waits, and alerts go to the sink and nowhere else.
//
//   mqwarden::ReplayOptions options;
//   options.input.inputs = {"qm1.json.gz", "qm2.json"};
//   auto result = mqwarden::Replay(plan, options, &sink);
//   if (!result.ok()) return result.status();
//
// Results are a function of the rules and of what the files hold: the order in
// which files are named, their names and how they are compressed change nothing.
//
// Inputs that are in order are evaluated while they are read; their alerts are held
// back until it is certain that all are (in_order_events.h). Others are sorted
// first (sorted_merge.h). That does not show in the results.
//
// At the end the watermark stands at `to`, else at the last event: what is due
// up to that instant is decided, what lies beyond has not happened.
#ifndef MQWARDEN_PIPELINE_RUNNER_H_
#define MQWARDEN_PIPELINE_RUNNER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/profile.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/pipeline/alert_summary.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/pipeline/sorted_merge.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct ReplayProgress {
  enum class Phase : uint8_t { kReading, kEvaluating };
  Phase phase = Phase::kReading;
  int64_t done = 0;   // bytes on disk, then events
  int64_t total = 0;  // 0: not known
};

struct ReplayOptions {
  // Limits and where they lead to disk.
  SortedMergeOptions merge;
  EngineOptions engine;
  // Behaviour.
  EventJoinsOptions joins;
  InputOptions input;
  // Performance. False: sort, without a look at the order.
  bool may_stream = true;
  // Of alerts held back, in memory.
  size_t held_alert_bytes = size_t{16} << 20;
  // Called on the calling thread, often enough for a progress bar.
  std::function<void(const ReplayProgress&)> on_progress;
};

struct ReplayResult {
  std::vector<InputReport> files;
  EngineStats engine;
  EngineProfile profile;  // with EngineOptions::profile_clock
  EventJoinsStats joins;
  std::map<std::string, AlertFigures> rules;  // those that sent an alert
  AlertFigures total;
  // Of the events that rules saw.
  std::optional<Time> first_event;
  std::optional<Time> last_event;
  // `input.stop` ended the reading, whose events were still evaluated, or the
  // evaluation.
  bool interrupted = false;
  // Whether the inputs had to be sorted.
  bool sorted = false;

  // Sums over `files`.
  int64_t bytes() const;
  int64_t read() const;
  int64_t normalized() const;
  int64_t outside() const;
  std::map<std::string, int64_t> rejected() const;     // by reason
  std::map<std::string, int64_t> passed_over() const;  // by what they are
  int64_t rejected_count() const;
};

// `sink` is not owned and gets every alert, muted ones too, on the calling
// thread. Returns an error, with an unknown part of the alerts given, when an
// input cannot be opened (kNotFound, kUnavailable), a temporary file fails
// (kUnavailable) or an engine option is out of bounds (kInvalidArgument).
absl::StatusOr<ReplayResult> Replay(const std::shared_ptr<const Plan>& plan,
                                    const ReplayOptions& options,
                                    AlertSink* sink);

struct ReplayTarget {
  std::shared_ptr<const Plan> plan;
  AlertSink* sink = nullptr;  // not owned
};

// The same for several plans over one reading of the inputs, with an engine each;
// what their sinks get is what separate replays would give. The results are in
// the order of `targets`, which is not empty.
absl::StatusOr<std::vector<ReplayResult>> ReplayEach(
    std::span<const ReplayTarget> targets, const ReplayOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_RUNNER_H_
