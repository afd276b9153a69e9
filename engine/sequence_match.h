// What has been matched of a sequence so far. Immutable once made, and shared by
// all that go on from it.
#ifndef MQWARDEN_ENGINE_SEQUENCE_MATCH_H_
#define MQWARDEN_ENGINE_SEQUENCE_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/kept_value.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {

using EncodedEvent = std::shared_ptr<const std::string>;

// An event as a match knows it. Ordinals count the events of the rule, so they
// are the total order.
struct SequenceEvent {
  int64_t time = 0;
  uint64_t ordinal = 0;
  EncodedEvent bytes;  // only where the rule shows evidence
};

struct SequenceMatch {
  int64_t first_time = 0;
  uint64_t first_ordinal = 0;
  int64_t last_time = 0;
  int64_t count = 0;
  absl::InlinedVector<uint64_t, 4> ends;  // by position: its last event
  std::vector<KeptValue> captures;  // as SequencePlan; missing where not taken
  // The first events and, without repeats, the last ones.
  std::vector<EncodedEvent> first_events;
  std::vector<EncodedEvent> last_events;

  // Adds an event to the evidence.
  void Show(const RulePlan& rule, const EncodedEvent& bytes);
  // first_events and last_events in order.
  std::vector<EncodedEvent> Evidence() const;
  void AppendValues(std::vector<Value>* values) const;
  // The identity of the values of some captures.
  void AppendJoins(const std::vector<uint32_t>& joins, std::string* out) const;

  void Save(ByteWriter* out) const;
  // False where the bytes are of no match of this many positions and captures.
  bool Load(size_t positions, size_t captures, ByteReader* in);
};

using SequenceMatchPtr = std::shared_ptr<const SequenceMatch>;

// Whether `a` is to be kept rather than `b`, of as many positions: the one whose
// first event is later, of equals the newer, that is the one whose last events
// are later, the last position first.
bool IsPreferred(const SequenceMatch& a, const SequenceMatch& b);

void SaveEvent(const SequenceEvent& event, ByteWriter* out);
bool LoadEvent(ByteReader* in, SequenceEvent* event);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SEQUENCE_MATCH_H_
