// Stage 0 as one step: what is known of an event from other events. Stands
// between the readers, behind the merge that puts their events in order, and the
// engine:
//
//   ids (SameIds, EventIdentity) -> connections -> change pairs -> same facts
//
// Order.  Events come in the total order and leave in it.
// Memory. Bounded, as each part is.
// Threads. Thread-compatible.
#ifndef MQWARDEN_INGEST_EVENT_JOINS_H_
#define MQWARDEN_INGEST_EVENT_JOINS_H_

#include <cstdint>
#include <functional>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/change_pairs.h"
#include "mqwarden/ingest/connections.h"
#include "mqwarden/ingest/event_id.h"
#include "mqwarden/ingest/same_facts.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct EventJoinsOptions {
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

  EventJoinsStats stats() const;

 private:
  SameIds same_ids_;
  EventIdentity identity_;
  Connections connections_;
  SameFacts same_facts_;
  ChangePairs changes_;  // feeds same_facts_
  int64_t read_twice_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_JOINS_H_
