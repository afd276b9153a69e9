// Stage 0: makes one event of the same fact seen by two sources, as a refusal
// that stands in an event queue and in an error log.
//
// An event is absorbed by an earlier one of another source, at most `within`
// before it, that matches: same qmgr; same outcome; same kind, or both of authn,
// authz and channel; connect matches only connect; of user, object, channel,
// reason and source_ip none differs where both have it, and user, or object, or
// channel with source_ip, is in both. A user cut off after 12 characters is any
// user that begins so. Of several the nearest in time absorbs it, of these the
// first in the total order; each absorbs at most one event of each other source,
// so that counts stay right in a burst. The survivor takes over what it lacks.
//
// Two events of one source are never merged here; see SameIds for a message that
// was read twice. Events that came normalized are left alone, as are those of
// kind diag.
//
// Order.  Events come in the total order and leave in it, each `within` later;
//         where there is one source only, none waits.
// Memory. At most `max_held` events wait; then the oldest leaves, counted.
// Cost.   Logarithmic in the events that wait; at most kMaxCompared of one key
//         are compared with an event.
// Threads. Thread-compatible. What becomes of a queue manager's events depends on
//         its own events alone.
#ifndef MQWARDEN_INGEST_SAME_FACTS_H_
#define MQWARDEN_INGEST_SAME_FACTS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct SameFactsOptions {
  // Behaviour. 0 keeps events of different sources apart.
  Duration within = std::chrono::seconds(2);
  // Values of the enum `source` that events may have, a bit each.
  uint32_t sources = ~uint32_t{0};
  // Limits. One below 1 counts as 1.
  size_t max_held = 65536;
};

struct SameFactsStats {
  int64_t absorbed = 0;
  int64_t given_up = 0;  // left early, because of max_held
};

class SameFacts final {
 public:
  // Gets every event that leaves, inside of the calls below. It may change its
  // event.
  using Sink = std::function<void(Event*)>;

  static constexpr int kMaxCompared = 256;

  SameFacts(const SameFactsOptions& options, Sink sink);
  SameFacts(const SameFacts&) = delete;
  SameFacts& operator=(const SameFacts&) = delete;

  // Takes an event, which has a time.
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
  // The sequence of the survivor that absorbed the event just taken, or -1.
  int64_t absorbed_by() const { return absorbed_by_; }
  const SameFactsStats& stats() const { return stats_; }

 private:
  // Survivors by preference: the time, so that a later one comes first, and the
  // number in the total order.
  using Place = std::pair<int64_t, int64_t>;
  struct Held {
    Event event;
    bool may_match = false;
    uint32_t absorbed = 0;  // sources, a bit each
    std::vector<std::string> keys;
  };

  void Release(Time now);
  void ReleaseOldest();
  // Whether the event has what the index asks for.
  static bool CanBeFound(const Event& event);
  static void SetKeys(const Event& event, std::vector<std::string>* keys);
  void AddSource(int source);
  // In and out of the index, for events of all sources that it may absorb.
  void Enter(int64_t number);
  void Leave(int64_t number);
  void Index(const Held& held, int64_t number, int source, bool enter);
  Held* FindSurvivor(const Event& event, int source, int64_t* number);
  Held& HeldAt(int64_t number) {
    return held_[static_cast<size_t>(number - first_)];
  }

  const SameFactsOptions options_;
  const Sink sink_;

  std::deque<Held> held_;
  int64_t first_ = 0;     // number of held_.front() since the beginning
  uint32_t seen_ = 0;     // sources so far, a bit each
  // By a source and a value that a match needs in both: the survivors that may
  // still absorb an event of that source.
  absl::flat_hash_map<std::string, std::set<Place>, TextHash, TextEq> index_;

  std::vector<std::string> keys_;  // of the event being taken
  std::string scratch_;
  int64_t absorbed_by_ = -1;
  SameFactsStats stats_;
};

// Knows messages that were read twice: browsed, or sent again. Events come in the
// total order, and the two readings of a message have one time, so what is
// remembered is forgotten when time moves on. Thread-compatible.
class SameIds final {
 public:
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);
  // Whether an event of the same source, queue manager and host had the id of
  // this one, which its source gave it.
  bool IsRepeated(const Event& event);

 private:
  Time time_ = Time::min();
  absl::flat_hash_set<std::string> ids_;  // at `time_`
  std::string key_;
};

// Whether the two, of different sources and near in time, are one fact.
bool IsSameFact(const Event& a, const Event& b);
// Gives `survivor` what it lacks and `absorbed` has.
void TakeOver(const Event& absorbed, Event* survivor);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_SAME_FACTS_H_
