// Stage 0: makes one event of the two halves of a configuration change.
//
// IBM MQ writes the definition of an object before a change and the one after it
// as two messages. Halves of equal qmgr, correlation, object_type and object
// become one event: the After half, with `changes`, the names of the attributes
// that differ, and `attr.old_NAME`, the value before. A half whose other one
// does not come within `hold` of event time leaves as it is, with
// `object_state`; its `changes` are then those of the command with the same
// correlation, where that is known.
//
// Order.  Events come in the total order and leave in it: while a half waits,
//         what comes behind it waits too.
// Memory. At most `max_held` events wait; then the oldest half is given up and
//         leaves as one that stays alone, counted.
// Threads. Thread-compatible. The pairs of a queue manager depend on its own
//         events alone.
#ifndef MQWARDEN_INGEST_CHANGE_PAIRS_H_
#define MQWARDEN_INGEST_CHANGE_PAIRS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct ChangePairsOptions {
  // Behaviour.
  Duration hold = std::chrono::seconds(5);
  // Limits. One below 1 counts as 1.
  size_t max_held = 4096;
  size_t max_commands = 4096;  // remembered for their attribute names
};

struct ChangePairsStats {
  int64_t pairs = 0;
  int64_t alone = 0;     // halves that left without the other one
  int64_t given_up = 0;  // of these, because of max_held
};

class ChangePairs final {
 public:
  // Gets every event that leaves, inside of the calls below. It may change its
  // event.
  using Sink = std::function<void(Event*)>;

  ChangePairs(const ChangePairsOptions& options, Sink sink);
  ChangePairs(const ChangePairs&) = delete;
  ChangePairs& operator=(const ChangePairs&) = delete;

  // Takes an event, which has a time. It is copied only if it has to wait.
  void Process(Event* event);
  // Promises that no event at or before `time` follows.
  void AdvanceTo(Time time);
  // Promises that no event follows: all leave.
  void Finish();

  // The state as bytes, and back. Load() fails the reader where it cannot be.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

  size_t held() const { return held_.size(); }
  // Nothing that leaves later is before it, where anything is held.
  Time oldest_held() const { return held_.front().event.time(); }
  // The sequence of the half that made a pair with the event just taken, or -1.
  int64_t paired_with() const { return paired_with_; }
  const ChangePairsStats& stats() const { return stats_; }

 private:
  struct Held {
    Event event;
    std::string key;           // of a half that waits; "" of any other event
    bool is_absorbed = false;  // it became a part of another event
  };
  struct Command {
    std::string key;
    Time time;
    std::vector<std::string> changes;
  };

  void Release(Time now);
  bool TakeHalf(Event* event);
  Held* FindOtherHalf(const Event& event);
  void MakeRoom(Time now);
  Held& Hold(const Event& event);
  void StopWaiting(Held* held);
  void LeaveAlone(Held* held);
  void RememberCommand(const Event& event);
  void ForgetCommands(Time now);

  const ChangePairsOptions options_;
  const Sink sink_;

  std::deque<Held> held_;
  int64_t first_ = 0;  // number of held_.front() since the beginning
  // Numbers of the halves that wait, oldest first. Those under one key are all
  // Before halves, or all After halves: others would be pairs.
  absl::flat_hash_map<std::string, std::deque<int64_t>, TextHash, TextEq>
      waiting_;
  std::deque<Command> commands_;  // oldest first
  int64_t first_command_ = 0;
  // The latest command under a key.
  absl::flat_hash_map<std::string, int64_t, TextHash, TextEq> command_numbers_;

  std::string key_;  // of the half being taken
  std::string command_key_;
  int64_t paired_with_ = -1;
  ChangePairsStats stats_;
};

// Makes `after` the event of the whole change. `before` is the other half.
void MergeChange(const Event& before, Event* after);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_CHANGE_PAIRS_H_
