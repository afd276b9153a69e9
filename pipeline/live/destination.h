// Where the alerts of a live run go. One interface for the file that is exactly
// once, for the file that rotates, and for what goes over a wire, behind an
// outbox.
//
//   recover(state of the last checkpoint) -> { take, step }* -> checkpoint -> ...
//
// A destination has a state, a few bytes that are kept in the checkpoint together
// with the engine's: how long its file is, which numbers were acknowledged. After
// a crash the run goes back to the checkpoint, gives the destination that state,
// and makes the same alerts once more, in the same order and with the same ids.
// A file cuts itself back and is exactly once; a wire sends again what it was not
// told to have arrived, at least once.
//
// Blocking. No call waits for anything but the local disk. What cannot be sent now
//           is kept; while there is no room for more, has_room() is false and the
//           run stops reading its sources.
// Errors.   A peer that is down is no error: it is tried again, and counted. A
//           local disk that fails is one: it is final, the run stops at it, and
//           the state of the last checkpoint stays good.
// Threads.  Thread-compatible; all calls are the run's.
#ifndef MQWARDEN_PIPELINE_LIVE_DESTINATION_H_
#define MQWARDEN_PIPELINE_LIVE_DESTINATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// Of the records (alerts and reports) of one destination; for metrics.
struct DestinationStats {
  int64_t taken = 0;         // since the process began
  int64_t acknowledged = 0;  // of these, and of older ones, known to have arrived
  int64_t waiting = 0;       // not acknowledged yet
  int64_t waiting_bytes = 0;
  int64_t failures = 0;      // of connecting and sending
  bool is_down = false;
};

class Destination : public AlertSink {
 public:
  // As the configuration writes it, "jsonl:/var/log/alerts.jsonl"; the state is
  // found again by it.
  virtual std::string_view name() const = 0;

  // The first call: goes back to `state`, which a Checkpoint() of an earlier
  // process wrote; without one there is no checkpoint, and what stands there is
  // of no earlier run of this state. kDataLoss when what the state speaks of is
  // gone.
  virtual absl::Status Recover(std::optional<std::string_view> state) = 0;

  // OnAlert() and OnReport(), of AlertSink, take a record. They do not fail: a
  // failure of the local disk shows in status().
  virtual const absl::Status& status() const = 0;

  // Whether it can take more. A run asks before it takes more events, which may
  // make several records; these are taken all the same.
  virtual bool has_room() const { return true; }

  // Does what can be done now; `now` is steady. Called after every wait, and at
  // least as often as next_step() asks.
  virtual void Step(Duration /*now*/) {}
  // When Step() is next to be called even if nothing comes; nullopt: never.
  virtual std::optional<Duration> next_step() const { return std::nullopt; }
  virtual void AddInterests(std::vector<Interest>* /*interests*/) const {}

  // Appends to `*state` what Recover() needs to come back to exactly this point,
  // once Sync() has made durable what was taken before.
  virtual absl::Status Checkpoint(std::string* state) = 0;
  // Makes durable, with the local disk, all that was taken before the last
  // Checkpoint(); more does no harm. It may be called in a process that was forked
  // after that call, and then it changes nothing but the disk. A failure is final.
  virtual absl::Status Sync() = 0;
  // The state of the last Checkpoint() is durable. It may be asked for, and so may
  // the one before it, should this one be found damaged; older ones will not.
  virtual void Committed() {}

  // The run ends well, after a last checkpoint: whether all was delivered does
  // not matter, what waits is kept.
  virtual absl::Status Close() = 0;

  virtual DestinationStats stats() const = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_DESTINATION_H_
