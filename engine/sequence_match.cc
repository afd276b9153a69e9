#include "mqwarden/engine/sequence_match.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mqwarden/engine/state_codec.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {

void SequenceMatch::Show(const RulePlan& rule, const EncodedEvent& bytes) {
  if (first_events.size() < static_cast<size_t>(rule.evidence_first)) {
    first_events.push_back(bytes);
    return;
  }
  const auto last = static_cast<size_t>(rule.evidence_last);
  if (last == 0) return;
  if (last_events.size() == last) last_events.erase(last_events.begin());
  last_events.push_back(bytes);
}

std::vector<EncodedEvent> SequenceMatch::Evidence() const {
  std::vector<EncodedEvent> events = first_events;
  events.insert(events.end(), last_events.begin(), last_events.end());
  return events;
}

void SequenceMatch::AppendValues(std::vector<Value>* values) const {
  for (const KeptValue& capture : captures) values->push_back(capture.value());
}

void SequenceMatch::AppendJoins(const std::vector<uint32_t>& joins,
                                std::string* out) const {
  for (const uint32_t capture : joins) {
    AppendIdentity(captures[capture].value(), out);
  }
}

bool IsPreferred(const SequenceMatch& a, const SequenceMatch& b) {
  if (a.first_ordinal != b.first_ordinal) {
    return a.first_ordinal > b.first_ordinal;
  }
  return std::lexicographical_compare(b.ends.rbegin(), b.ends.rend(),
                                      a.ends.rbegin(), a.ends.rend());
}

void SequenceMatch::Save(ByteWriter* out) const {
  out->I64(first_time);
  out->U64(first_ordinal);
  out->I64(last_time);
  out->I64(count);
  for (const uint64_t end : ends) out->U64(end);
  for (const KeptValue& capture : captures) capture.Save(out);
  for (const auto* events : {&first_events, &last_events}) {
    out->Varint(events->size());
    for (const EncodedEvent& bytes : *events) SaveEventBytes(bytes, out);
  }
}

bool SequenceMatch::Load(size_t positions, size_t capture_count,
                         ByteReader* in) {
  *this = SequenceMatch();
  first_time = in->I64();
  first_ordinal = in->U64();
  last_time = in->I64();
  count = in->I64();
  for (size_t i = 0; i < positions && in->ok(); ++i) ends.push_back(in->U64());
  for (size_t i = 0; i < capture_count && in->ok(); ++i) {
    captures.emplace_back().Load(in);
  }
  for (auto* events : {&first_events, &last_events}) {
    const size_t size = LoadCount(in);
    for (size_t i = 0; i < size && in->ok(); ++i) {
      if (!LoadEventBytes(in, &events->emplace_back())) return false;
      if (events->back() == nullptr) in->Fail();
    }
  }
  return in->ok();
}

void SaveEvent(const SequenceEvent& event, ByteWriter* out) {
  out->I64(event.time);
  out->U64(event.ordinal);
  SaveEventBytes(event.bytes, out);
}

bool LoadEvent(ByteReader* in, SequenceEvent* event) {
  event->time = in->I64();
  event->ordinal = in->U64();
  return LoadEventBytes(in, &event->bytes);
}

}  // namespace mqwarden
