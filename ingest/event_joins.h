// Stage 0 as one step: what is known of an event from other events. Stands
// between the readers, behind the merge that puts their events in order, and the
// engine:
//
//   ids (SameIds, EventIdentity) -> connections -> change pairs -> same facts
//
// Order.  Events come in the total order and leave in it. With `disorder` they may
//         come otherwise, by so much, for a host that asks about an event at once;
//         then what leaves has no order.
// Memory. Bounded, as each part is.
// Threads. Thread-compatible.
#ifndef MQWARDEN_INGEST_EVENT_JOINS_H_
#define MQWARDEN_INGEST_EVENT_JOINS_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/change_pairs.h"
#include "mqwarden/ingest/connections.h"
#include "mqwarden/ingest/event_id.h"
#include "mqwarden/ingest/same_facts.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct EventJoinsOptions {
  // Behaviour.
  // How far behind the latest an event may come, where order is not total.
  Duration disorder = Duration::zero();
  ConnectionsOptions connections;
  ChangePairsOptions changes;
  SameFactsOptions same_facts;
};

struct EventJoinsStats {
  ConnectionsStats connections;
  ChangePairsStats changes;
  SameFactsStats same_facts;
  int64_t read_twice = 0;  // messages with an id that was there before

  int64_t duplicates() const { return same_facts.absorbed + read_twice; }
};

class EventJoins final {
 public:
  // Gets every event that leaves, inside of the calls below, each with an
  // event_id. It may change its event.
  using Sink = std::function<void(Event*)>;

  EventJoins(const EventJoinsOptions& options, Sink sink);
  EventJoins(const EventJoins&) = delete;
  EventJoins& operator=(const EventJoins&) = delete;

  // Takes an event, which has a time. It may be changed.
  void Process(Event* event);
  // Promises that no event at or before `time` follows.
  void AdvanceTo(Time time);
  // Promises that no event follows: all leave.
  void Finish();

  // The state as bytes, and back: loaded, it goes on as if it had never stopped.
  // Load() is of a new object with equal options, and fails the reader where it
  // cannot be; then the object is not to be used.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

  // No event that leaves from now on is before it; nullopt: nothing is held.
  std::optional<Time> oldest_held() const;
  // Of the event just taken: whether it is no fact of its own, since one that came
  // before it is the same; and the sequence of that one, -1 where it is not known.
  bool is_joined() const { return is_joined_; }
  int64_t joined_to() const { return joined_to_; }
  EventJoinsStats stats() const;

 private:
  SameIds same_ids_;
  EventIdentity identity_;
  Connections connections_;
  SameFacts same_facts_;
  ChangePairs changes_;  // feeds same_facts_
  int64_t read_twice_ = 0;
  // Of the event just taken.
  int64_t sequence_ = -1;
  int64_t joined_to_ = -1;
  bool is_joined_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_JOINS_H_
