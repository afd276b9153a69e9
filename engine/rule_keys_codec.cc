// The keys of a rule to bytes and back. A key's bytes do not depend on the slot
// it has, on the seed of the hash or on which expired keys are still around.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/state_codec.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

constexpr uint8_t kDisarmed = 1;
constexpr uint8_t kHasTimer = 2;
constexpr uint8_t kIsOpen = 4;
constexpr uint8_t kAllFlags = 7;

void SaveWindow(const std::unique_ptr<PaneState::Window>& window,
                ByteWriter* out) {
  out->U8(window != nullptr ? 1 : 0);
  if (window == nullptr) return;
  window->pane.Save(out);
  out->Text(window->last_event);
}

bool LoadWindow(const WindowLayout& layout, ByteReader* in,
                std::unique_ptr<PaneState::Window>* window) {
  if (!LoadBool(in)) return in->ok();
  *window = std::make_unique<PaneState::Window>(layout);
  if (!(*window)->pane.Load(in) || (*window)->pane.empty()) return false;
  (*window)->last_event = in->Text();
  Event event;
  return in->ok() && DecodeEvent((*window)->last_event, &event);
}

bool LoadSeverity(ByteReader* in, Severity* severity) {
  const uint8_t value = in->U8();
  if (value > static_cast<uint8_t>(Severity::kCritical)) return false;
  *severity = static_cast<Severity>(value);
  return in->ok();
}

}  // namespace

void RuleKeys::Save(int64_t t, ByteWriter* out) const {
  std::vector<const KeySlot*> slots;
  for (const Group& group : tables_) {
    for (uint32_t i = 0; i < group.table.slot_count(); ++i) {
      const KeySlot* const slot = group.table.slot(i);
      if (slot->in_use && !IsExpired(slot, t)) slots.push_back(slot);
    }
  }
  std::sort(slots.begin(), slots.end(), [](const auto* a, const auto* b) {
    return a->key() < b->key();
  });
  out->Varint(slots.size());
  for (const KeySlot* const slot : slots) {
    out->Text(slot->key());
    SaveKey(slot, out);
  }
  evicted_.Save(out);
}

void RuleKeys::SaveKey(const KeySlot* slot, ByteWriter* out) const {
  // The timer of an alert that has closed does nothing, and is not saved.
  const bool has_timer =
      slot->has_timer && (shape_.is_pane || slot->open != nullptr);
  out->U8(static_cast<uint8_t>((slot->disarmed ? kDisarmed : 0) |
                               (has_timer ? kHasTimer : 0) |
                               (slot->open != nullptr ? kIsOpen : 0)));
  if (slot->open != nullptr) {
    const OpenAlert& open = *slot->open;
    out->U64(open.id.hi);
    out->U64(open.id.lo);
    out->U8(static_cast<uint8_t>(open.severity));
    out->U8(static_cast<uint8_t>(open.told_severity));
    out->U8(open.sent ? 1 : 0);
    out->U8(open.muted ? 1 : 0);
    out->Text(open.last_event);
    out->I64(open.looked_at);
  }
  if (shape_.is_ring) {
    RingOf(slot).Save(out);
    return;
  }
  if (shape_.is_pane) {
    const PaneState& state = *PaneOf(slot);
    SaveWindow(state.current, out);
    SaveWindow(state.ended, out);
    if (state.ended != nullptr) out->I64(state.ended_at);
    return;
  }
  const DequeState& state = *DequeOf(slot);
  state.deque.Save(out);
  out->U8(state.has_fired ? 1 : 0);
  if (state.has_fired) out->I64(state.fired);
}

bool RuleKeys::Load(ByteReader* in) {
  const size_t size = LoadCount(in, 2);
  std::string_view before;
  for (size_t i = 0; i < size; ++i) {
    const std::string_view key = in->Text();
    if (!in->ok() || (i > 0 && key <= before)) return false;
    before = key;
    if (tables_.empty()) MakeTables();
    const uint64_t hash = HashBytes(key, hash_seed_);
    Group& group = tables_[GroupOf(hash)];
    KeySlot* const slot = Insert(&group, key, hash);
    if (!LoadKey(in, slot)) return false;
    if (is_limited() && !shape_.is_ring) {
      int64_t& weighed =
          shape_.is_pane ? PaneOf(slot)->weighed : DequeOf(slot)->weighed;
      weighed = BytesOf(slot);
      group.bytes += weighed;
    }
  }
  return evicted_.Load(in);
}

bool RuleKeys::LoadKey(ByteReader* in, KeySlot* slot) {
  const uint8_t flags = in->U8();
  if (!in->ok() || flags > kAllFlags) return false;
  slot->disarmed = (flags & kDisarmed) != 0;
  slot->has_timer = (flags & kHasTimer) != 0;
  if ((flags & kIsOpen) != 0 && !LoadOpen(in, slot)) return false;
  if (shape_.is_ring) return RingOf(slot).Load(in);
  if (shape_.is_pane) {
    PaneState& state = *PaneOf(slot);
    if (!LoadWindow(layout_, in, &state.current) ||
        !LoadWindow(layout_, in, &state.ended)) {
      return false;
    }
    if (state.ended != nullptr) state.ended_at = in->I64();
    return in->ok();
  }
  DequeState& state = *DequeOf(slot);
  if (!state.deque.Load(in)) return false;
  state.has_fired = LoadBool(in);
  if (state.has_fired) state.fired = in->I64();
  return in->ok();
}

bool RuleKeys::LoadOpen(ByteReader* in, KeySlot* slot) {
  slot->open = new OpenAlert();
  OpenAlert& open = *slot->open;
  open.id.hi = in->U64();
  open.id.lo = in->U64();
  if (!LoadSeverity(in, &open.severity) ||
      !LoadSeverity(in, &open.told_severity)) {
    return false;
  }
  open.sent = LoadBool(in);
  open.muted = LoadBool(in);
  open.last_event = in->Text();
  open.looked_at = in->I64();
  // A rule that resolves reads it when time closes the alert.
  if (open.last_event.empty()) return in->ok() && !rule_.resolve;
  Event event;
  return in->ok() && DecodeEvent(open.last_event, &event);
}

}  // namespace mqwarden
