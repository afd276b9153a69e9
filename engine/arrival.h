// What the rules without `when` made of an event when it arrived, before its turn.
//
// A live host shows an event to the engine twice: on arrival, when rules without
// `when` fire at once, and at its place in the total order, when everything else
// sees it. What happened first is kept here in between, so that no rule fires
// twice at one fact, and is counted, and seen by rules `on alert`, at its place.
// Rules are named, not numbered: the plan may change in between.
#ifndef MQWARDEN_ENGINE_ARRIVAL_H_
#define MQWARDEN_ENGINE_ARRIVAL_H_

#include <memory>
#include <string>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct Arrival {
  // What a firing is for rules `on alert`.
  struct AlertEvent {
    std::string rule;
    std::string sort_key;
    std::unique_ptr<Event> event;
  };

  // Counts of the rules that fired, which are added up when the event has its
  // turn.
  std::vector<RuleStats> fired;
  std::vector<AlertEvent> alert_events;

  bool empty() const { return fired.empty(); }
  // Load() fails the reader where the bytes are of no arrival.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ARRIVAL_H_
