#include "mqwarden/ingest/event_joins.h"

#include <utility>

namespace mqwarden {

EventJoins::EventJoins(const EventJoinsOptions& options, Sink sink)
    : identity_(options.disorder),
      connections_(options.connections),
      same_facts_(options.same_facts, std::move(sink)),
      changes_(options.changes,
               [this](Event* event) {
                 const bool is_just_taken = event->sequence() == sequence_;
                 same_facts_.Process(event);
                 if (!is_just_taken || same_facts_.absorbed_by() < 0) return;
                 is_joined_ = true;
                 joined_to_ = same_facts_.absorbed_by();
               }) {}

void EventJoins::Process(Event* event) {
  sequence_ = event->sequence();
  joined_to_ = -1;
  is_joined_ = same_ids_.IsRepeated(*event);
  if (is_joined_) {
    ++read_twice_;
    return;
  }
  identity_.Assign(event);
  connections_.Process(event);
  changes_.Process(event);
  if (changes_.paired_with() < 0) return;
  is_joined_ = true;
  joined_to_ = changes_.paired_with();
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

void EventJoins::Save(ByteWriter* out) const {
  out->I64(read_twice_);
  same_ids_.Save(out);
  identity_.Save(out);
  connections_.Save(out);
  changes_.Save(out);
  same_facts_.Save(out);
}

void EventJoins::Load(ByteReader* in) {
  read_twice_ = in->I64();
  same_ids_.Load(in);
  identity_.Load(in);
  connections_.Load(in);
  changes_.Load(in);
  same_facts_.Load(in);
}

std::optional<Time> EventJoins::oldest_held() const {
  if (same_facts_.held() > 0) return same_facts_.oldest_held();
  if (changes_.held() > 0) return changes_.oldest_held();
  return std::nullopt;
}

EventJoinsStats EventJoins::stats() const {
  return {connections_.stats(), changes_.stats(), same_facts_.stats(),
          read_twice_};
}

}  // namespace mqwarden
