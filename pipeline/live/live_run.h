// A live run: sources that never end, through stage 0 and one engine, to
// destinations, on one thread, for years.
//
//   source -> Take ----------------> Engine::Arrive     rules without `when`, at once
//               | late? -> side output, ProcessLate
//               v
//         ReorderBuffer -> EventJoins -> Engine::Process     in the total order
//                                            -> destinations
//
// Time.    Each source has a watermark of its own (ingest/lateness.h); the run's is the
//          least of those that are waited for. A source that is quiet for its lateness
//          has said all up to its last event; one that is idle is not waited for; when
//          all are, event time goes on with the steady clock, `max_delay` behind it.
//          Where such a decision makes an event late, it is written down, so that
//          reading the same bytes again decides the same.
// State.   A checkpoint holds all of it: places in the sources, what waits, the engine,
//          where the destinations stand. After a crash the run goes back to the last
//          one and does the same again; a file of alerts is cut back to it.
// Rules.   Reload() takes effect behind the latest event seen: every event is seen by
//          one version of the rules, by all parts of it. Until the order has come so
//          far, later events wait with their arrival.
// Bounds.  Back-pressure: while a destination has no room nothing is read. What waits
//          for its turn is bounded by `buffer_bytes`; at the bound only the source that
//          the order waits for is read, and at twice that the oldest events go on early,
//          counted.
// Errors.  A Status of Step() is final: of a disk, a source or a destination. The state
//          of the last checkpoint stays good. A failed sync is never tried again.
// Threads. Thread-compatible. Nothing waits but Wait(); the clock, the disk, the sources
//          and the destinations are given, so that a simulation can be all of them.
#ifndef MQWARDEN_PIPELINE_LIVE_LIVE_RUN_H_
#define MQWARDEN_PIPELINE_LIVE_LIVE_RUN_H_

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/reorder_buffer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/arrival.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/ingest/lateness.h"
#include "mqwarden/pipeline/live/checkpoint_store.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/event_log.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/pipeline/live/floor_log.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/source.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/sinks/fan_out.h"

namespace mqwarden {

struct LiveOptions {
  // Limits.
  size_t buffer_bytes = size_t{256} << 20;
  EngineOptions engine;  // the key groups and seed of a state go before these
  // Behaviour.
  LatenessOptions lateness;
  EventJoinsOptions joins;
  Duration idle = std::chrono::seconds(5);
  Duration max_delay = std::chrono::seconds(60);
  std::string state_path;  // "": no state
  Duration checkpoint_every = std::chrono::seconds(10);
  // Whether a forked process writes checkpoints, so that events go on meanwhile.
  bool fork_checkpoints = false;
  std::string late_path;  // where late events go; "": nowhere
};

struct LiveStats {
  int64_t events = 0;       // that sources gave
  int64_t without_time = 0;  // of these; rejected
  int64_t late = 0;
  int64_t future = 0;        // dated ahead, and clamped
  int64_t hurried = 0;       // went on early, for want of room
  int64_t waiting = 0;       // for their turn
  int64_t waiting_bytes = 0;
  int64_t checkpoints = 0;
  int64_t checkpoint_bytes = 0;  // of the last
  int64_t reloads = 0;
  std::optional<Time> watermark;
};

class LiveRun final {
 public:
  struct Restored {
    bool has_state = false;
    std::string path;                   // of the generation that was used
    std::vector<std::string> damaged;   // generations that were passed over
    RestoreReport rules;
    bool is_other_rule_set = false;
  };

  // `machine` and `disk` are not owned. Opens everything, and goes back to the state
  // where there is one. kDataLoss: there is one, and it is damaged.
  // kFailedPrecondition: another process has it, or another version wrote it.
  static absl::StatusOr<std::unique_ptr<LiveRun>> Start(
      std::shared_ptr<const Plan> plan, const LiveOptions& options,
      Machine* machine, FileSystem* disk,
      std::vector<std::unique_ptr<Source>> sources,
      std::vector<std::unique_ptr<Destination>> destinations,
      Restored* restored);
  ~LiveRun();
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  // A bounded piece of work. False: there is nothing to do now.
  absl::StatusOr<bool> Step();
  // Returns when there may be something to do, after `most` at the latest.
  void Wait(Duration most, std::vector<Interest> others = {});
  // All sources have ended.
  bool has_ended() const;

  // Other rules, from behind the latest event on. The state of rules that mean the
  // same goes on. A later call replaces one that has not taken effect.
  void Reload(std::shared_ptr<const Plan> plan);

  // Writes a checkpoint now, in this process.
  absl::Status CheckpointNow();

  // Ends the run. Where it can be gone on with (there is a state, and sources that
  // have not ended), what waits stays in the state; else all is decided, as at the end
  // of a replay.
  absl::Status Finish();

  LiveStats stats() const;
  const EngineStats& engine_stats() const { return engine_->stats(); }
  EventJoinsStats joins_stats() const { return joins_->stats(); }
  const std::vector<std::unique_ptr<Destination>>& destinations() const {
    return destinations_;
  }
  std::vector<std::pair<std::string, IngestStats>> source_stats() const;
  int64_t lost() const;

 private:
  struct Feed {
    std::unique_ptr<Source> source;
    Lateness lateness;
    int64_t events = 0;            // given by it
    std::string ahead;             // an event that waits to be believed, encoded
    std::optional<Time> ahead_at;
    std::deque<FloorLog::Entry> floors;  // decided before a crash, still to come
    std::optional<Duration> nothing_since;  // steady; nullopt: there is more
    bool is_flushed = false;       // Quiet() was called since it was read
    bool has_ended = false;

    explicit Feed(const LatenessOptions& options) : lateness(options) {}
  };
  struct Waiting {
    int64_t time = 0;
    int64_t sequence = 0;
    std::string collector;
    std::string event;  // encoded
  };
  struct ComesFirst {
    bool operator()(const Waiting& a, const Waiting& b) const {
      if (a.time != b.time) return a.time < b.time;
      const int order = a.collector.compare(b.collector);
      return order != 0 ? order < 0 : a.sequence < b.sequence;
    }
  };
  struct Arrived {
    Time time;
    std::shared_ptr<Arrival> arrival;
  };
  // Adds to what a destination takes its failure.
  class Sinks;

  LiveRun(const LiveOptions& options, Machine* machine, FileSystem* disk);

  // live_run.cc: events.
  absl::StatusOr<bool> ReadSources();
  void Take(Event& event, Feed* feed);
  void Arrive(const Event& event);
  void ArriveNow(const Event& event);
  void TakeLate(Event* event, Feed* feed);
  void TakeAhead(const Event& event, Feed* feed);
  void SettleAhead(Feed* feed, bool is_believed, Time clamp);
  void Buffer(const Event& event);
  void Deliver(Event* event);
  void Advance();
  void Release(Time before);
  void DecideQuiet();
  void RelieveBuffer();
  void ForgetArrivals();
  void SwitchRules();
  void Drain();
  bool all_idle_for(Duration quiet) const;
  absl::Status DestinationStatus() const;

  // live_state.cc: the state as blocks.
  void SaveRun(ByteWriter* out) const;
  void LoadRun(ByteReader* in);
  void SaveFeed(const Feed& feed, ByteWriter* out) const;
  bool LoadFeed(ByteReader* in, Feed* feed, std::string* source);
  Checkpoint MakeCheckpoint() const;
  absl::Status Restore(const Checkpoint& checkpoint, Restored* restored);
  absl::Status OpenAll(const Checkpoint* checkpoint);

  // live_checkpoint.cc: when and by whom it is written.
  absl::Status PrepareCheckpoint();
  absl::Status WriteCheckpoint();
  absl::Status StepCheckpoint();
  absl::Status ForkCheckpoint();
  absl::StatusOr<bool> CollectFork(bool wait);
  void Committed();

  const LiveOptions options_;
  Machine* const machine_;
  FileSystem* const disk_;

  std::unique_ptr<CheckpointStore> store_;  // null: no state
  std::vector<std::unique_ptr<Feed>> feeds_;
  std::vector<std::unique_ptr<Destination>> destinations_;
  std::unique_ptr<FanOut> sinks_;
  std::unique_ptr<EventLog> late_events_;   // null: nowhere
  std::unique_ptr<FloorLog> floor_log_;     // null: no state

  std::shared_ptr<const Plan> plan_;
  EngineOptions engine_options_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EventJoins> joins_;
  std::unique_ptr<EventJoins> arrival_joins_;  // in order of arrival
  ReorderBuffer<Waiting, ComesFirst> buffer_;
  size_t buffer_bytes_ = 0;
  std::map<int64_t, Arrived> arrived_;  // by the sequence of the event
  int64_t sequence_ = 0;                // of the event that arrived last
  std::optional<Time> released_;        // events before it have had their turn
  std::optional<Time> latest_;          // of all that was believed
  std::optional<Time> last_processed_;  // by the engine
  LiveStats stats_;

  // Rules that take effect behind `switch_at_`.
  std::shared_ptr<const Plan> next_plan_;
  Time switch_at_;
  std::deque<std::string> not_arrived_;  // events behind it, encoded

  Event copy_;
  Event decoded_;
  std::string scratch_;

  // Checkpoints.
  uint64_t generation_ = 0;
  std::vector<std::string> destination_states_;
  std::string late_state_;
  Duration last_checkpoint_{};
  bool is_dirty_ = false;
  ::pid_t writer_ = -1;
  int writer_says_ = -1;
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_LIVE_RUN_H_
