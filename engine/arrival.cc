#include "mqwarden/engine/arrival.h"

#include <cstdint>

#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

// The counts that a firing changes.
constexpr int64_t RuleStats::*kCounts[] = {
    &RuleStats::matched, &RuleStats::without_key, &RuleStats::fired,
    &RuleStats::muted,   &RuleStats::limited,     &RuleStats::sent,
    &RuleStats::keys_evicted};

}  // namespace

void Arrival::Save(ByteWriter* out) const {
  out->Varint(fired.size());
  for (const RuleStats& stats : fired) {
    out->Text(stats.rule);
    for (const auto count : kCounts) out->I64(stats.*count);
  }
  std::string bytes;
  out->Varint(alert_events.size());
  for (const AlertEvent& alert : alert_events) {
    out->Text(alert.rule);
    out->Text(alert.sort_key);
    bytes.clear();
    EncodeEvent(*alert.event, &bytes);
    out->Text(bytes);
  }
}

void Arrival::Load(ByteReader* in) {
  fired.clear();
  alert_events.clear();
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    RuleStats& stats = fired.emplace_back();
    stats.rule = in->Text();
    for (const auto count : kCounts) stats.*count = in->I64();
  }
  Event event;
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    AlertEvent& alert = alert_events.emplace_back();
    alert.rule = in->Text();
    alert.sort_key = in->Text();
    alert.event = std::make_unique<Event>();
    if (!DecodeEvent(in->Text(), &event)) return in->Fail();
    alert.event->CopyFrom(event);
  }
}

}  // namespace mqwarden
