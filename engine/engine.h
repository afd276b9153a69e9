// The correlation engine: evaluates one compiled plan over a stream of
// normalized events and hands every alert to a sink.
//
//   auto engine = mqwarden::Engine::Create(plan, {}, &sink);
//   if (!engine.ok()) return engine.status();
//   while (source.Next(&event)) (*engine)->Process(&event);
//   (*engine)->AdvanceWatermark(last_event_time);
//
// Time.    The engine never reads a clock: time comes only from events and from
//          AdvanceWatermark(). Equal input gives equal alerts.
// Order.   Events take effect in the order in which they are given, which should
//          be the total order (time, collector, sequence). An event earlier than
//          one already taken, or at or before the watermark, is late: counted,
//          seen by rules without `when`, and never part of a window.
//          Alerts come in the order (time, rule name, key, state); to keep it,
//          the alerts of an instant are handed over when time moves past it.
// Threads. Thread-compatible. Different engines may share a plan.
// Memory.  Bounded by the rules' keys and EngineOptions; each limit says what is
//          lost at it, and nothing is lost without being counted.
// Errors.  Create() returns a Status. Process() cannot fail: what it cannot use
//          is counted in stats().
#ifndef MQWARDEN_ENGINE_ENGINE_H_
#define MQWARDEN_ENGINE_ENGINE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/profile.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct Arrival;  // mqwarden/engine/arrival.h

class Engine final {
 public:
  // `sink` is not owned and must outlive the engine; it is called on the calling
  // thread, inside Process(), AdvanceWatermark() and Flush(). Returns
  // kInvalidArgument, naming the option and its bound.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(
      std::shared_ptr<const Plan> plan, const EngineOptions& options,
      AlertSink* sink);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Takes one event. Adds to it what the plan's inventory knows; keeps no
  // reference to it.
  void Process(Event* event);

  // The same for several, in order: equal results, at less cost where there are
  // many keys, since their memory is asked for ahead. Alerts of all but the last
  // instant may have been handed over when it returns.
  void ProcessBatch(std::span<Event> events);

  // The same for a host that shows each event twice, as live ones do: Arrive() as
  // soon as it is there, in any order, and then Process() at its place in the
  // total order, or ProcessLate() where that has gone by.
  //
  // Arrive() fires the rules without `when` that need no order, and hands their
  // alerts over before it returns; their limits count in the order of arrival.
  // `*arrival` becomes what the second call needs to know; it may be kept, saved
  // and shown to another engine in between. Events that turn out to be one fact
  // share the one that came first. The event needs an `event_id`.
  void Arrive(Event* event, Arrival* arrival);
  void Process(Event* event, Arrival* arrival);
  // A late event, whatever its time: seen by rules without `when` only.
  void ProcessLate(Event* event, Arrival* arrival);
  // Whether Arrive() may do anything with any event.
  bool has_arrival_rules() const;

  // Promises that no event at or before `watermark` follows, decides everything
  // that is due up to and including it, and hands over the alerts up to it. A
  // watermark in the past is ignored.
  void AdvanceWatermark(Time watermark);

  // Hands over the alerts of the current instant now. A live host that would
  // rather have an alert at once than in the order of rule names calls it after
  // each event.
  void Flush();

  // Appends the whole state to `*out`: restored, an engine goes on as if it had
  // never stopped. The bytes are canonical and the same on every platform.
  void Checkpoint(std::string* out) const;
  // Takes over the state of a checkpoint, in place of its own. Rules and reports
  // are found by name and keep their state where they mean the same; others start
  // empty. Returns kDataLoss where the bytes are damaged or of another version,
  // and kFailedPrecondition where they have other key groups or another hash
  // seed; then nothing has changed.
  absl::StatusOr<RestoreReport> Restore(std::string_view checkpoint);

  // Counters up to now, `keys_live` and `undecided` included.
  const EngineStats& stats() const;
  // What each rule has cost since the engine was made or restored.
  EngineProfile profile() const;

 private:
  class Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ENGINE_H_
