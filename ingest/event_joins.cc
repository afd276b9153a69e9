#include "mqwarden/ingest/event_joins.h"

#include <utility>

namespace mqwarden {

EventJoins::EventJoins(const EventJoinsOptions& options, Sink sink)
    : connections_(options.connections),
      same_facts_(options.same_facts, std::move(sink)),
      changes_(options.changes,
               [this](Event* event) { same_facts_.Process(event); }) {}

void EventJoins::Process(Event* event) {
  if (same_ids_.IsRepeated(*event)) {
    ++read_twice_;
    return;
  }
  identity_.Assign(event);
  connections_.Process(event);
  changes_.Process(event);
}

// What waits for the other half of a change may still reach same_facts_ with an
// earlier time than `time`.
void EventJoins::AdvanceTo(Time time) {
  changes_.AdvanceTo(time);
  if (changes_.held() == 0) same_facts_.AdvanceTo(time);
}

void EventJoins::Finish() {
  changes_.Finish();
  same_facts_.Finish();
}

EventJoinsStats EventJoins::stats() const {
  return {connections_.stats(), changes_.stats(), same_facts_.stats(),
          read_twice_};
}

}  // namespace mqwarden
