// One normalized event: a flat array of typed slots, one per stored field of
// the catalogue, whose texts are views.
//
// Texts.   SetText() keeps the view it is given: the bytes must outlive the
//          event's use (the record that a decoder reads, a constant). CopyText()
//          copies into the event's own arena. A copy of an event (CopyFrom) owns
//          all of its texts. Views handed out die with Clear(), CopyFrom() or
//          the event.
// Absence. A field is present or absent; there is no null and no default.
//          SetText() of "" makes the field absent, as an empty list does
//          (`attr` values may be empty).
// Threads. Thread-compatible. Reusing one Event for many records allocates
//          nothing once its arena has grown.
// Limits.  At most kMaxAttrs attrs of kMaxAttrBytes each; the rest is counted in
//          attrs_dropped().
#ifndef MQWARDEN_SCHEMA_EVENT_H_
#define MQWARDEN_SCHEMA_EVENT_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "mqwarden/base/arena.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// A source field that the schema does not map. An attr of an enumerated IBM MQ
// parameter carries both its word (text) and its number.
struct Attr {
  std::string_view name;
  std::string_view text;
  int64_t number = 0;
  bool has_number = false;  // false: `text` may still be a decimal
};

class Event final {
 public:
  static constexpr int kMaxAttrs = 256;
  static constexpr size_t kMaxAttrBytes = 1024;

  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  // Views stay good in the event that takes over; the other is then as cleared.
  Event(Event&& other) noexcept;
  Event& operator=(Event&& other) noexcept;

  // Makes every field absent and frees the arena for reuse.
  void Clear();
  // Becomes an equal event that owns all of its texts, in one block of exactly
  // their size. `other` is another event.
  void CopyFrom(const Event& other);

  // --- Reading. Each getter asks for a field of its own type that is present;
  // computed fields are read with ComputedBool().
  bool Has(FieldId f) const { return (present_[Word(f)] & Bit(f)) != 0; }
  // Calls visit(FieldId) for every field that is present, in the order of the
  // catalogue.
  template <typename Visit>
  void ForEachPresent(const Visit& visit) const {
    for (size_t word = 0; word < kPresenceWords; ++word) {
      for (uint64_t rest = present_[word]; rest != 0; rest &= rest - 1) {
        visit(static_cast<FieldId>(word * 64 + std::countr_zero(rest)));
      }
    }
  }
  // kInt, kEnum (index of the value), kBool (0 or 1), kTs and kDuration (ns).
  int64_t Int(FieldId f) const { return slots_[static_cast<size_t>(f)].number; }
  std::string_view Text(FieldId f) const {
    const Slot& s = slots_[static_cast<size_t>(f)];
    return {s.text.data, s.text.size};
  }
  const IpAddress& Ip(FieldId f) const {
    return slots_[static_cast<size_t>(f)].ip;
  }
  std::span<const std::string_view> List(FieldId f) const {
    const Slot& s = slots_[static_cast<size_t>(f)];
    return {s.list.data, s.list.size};
  }
  std::span<const Attr> attrs() const { return attrs_; }
  const Attr* FindAttr(std::string_view name) const;  // exact; nullptr if absent
  int64_t attrs_dropped() const { return attrs_dropped_; }
  void set_attrs_dropped(int64_t dropped) { attrs_dropped_ = dropped; }
  // is_admin_user, is_system_object, is_reply_model; never missing.
  bool ComputedBool(FieldId f) const;

  // The three parts of the total order. `time()` asks for Has(kTime); a missing
  // collector orders as "". `sequence` is the place within the collector.
  Time time() const { return Time(Duration(Int(FieldId::kTime))); }
  int64_t sequence() const { return sequence_; }
  void set_sequence(int64_t sequence) { sequence_ = sequence; }
  // Set by decoders of IBM MQ's own formats, whose records carry no channel
  // type: where the inventory knows none either, InferChannelType() may fill it.
  // Events that come normalized (NDJSON, rule tests, protobuf) say it themselves.
  bool infers_channel_type() const { return infers_channel_type_; }
  void set_infers_channel_type(bool infers) { infers_channel_type_ = infers; }

  // --- Writing. The last value set holds.
  void Unset(FieldId f) { present_[Word(f)] &= ~Bit(f); }
  void SetInt(FieldId f, int64_t value) {
    present_[Word(f)] |= Bit(f);
    slots_[static_cast<size_t>(f)].number = value;
  }
  void SetTime(Time time) {
    SetInt(FieldId::kTime, time.time_since_epoch().count());
  }
  void SetText(FieldId f, std::string_view view) {
    if (view.empty()) return Unset(f);
    present_[Word(f)] |= Bit(f);
    slots_[static_cast<size_t>(f)].text = {view.data(), view.size()};
  }
  void CopyText(FieldId f, std::string_view text) { SetText(f, Keep(text)); }
  void SetIp(FieldId f, const IpAddress& ip) {
    present_[Word(f)] |= Bit(f);
    slots_[static_cast<size_t>(f)].ip = ip;
  }
  // Drops repeats (without regard to case) and empty elements; the element
  // views are kept as SetText keeps its view, the array is copied. `elements`
  // may be the list that the event has.
  void SetList(FieldId f, std::span<const std::string_view> elements);
  void CopyList(FieldId f, std::span<const std::string_view> elements);
  // Keeps the views. A text over kMaxAttrBytes is cut there at a character
  // boundary. Returns false when nothing was added: the first value of a name
  // holds; beyond kMaxAttrs, and with a name that is empty or over
  // kMaxAttrBytes, the attr is counted as dropped.
  bool AddAttr(const Attr& attr);
  bool CopyAttr(const Attr& attr);
  // Copies text into the event's arena for use with the setters above.
  std::string_view Keep(std::string_view text) { return arena_.Copy(text); }

 private:
  // Small, since an engine keeps many events as evidence.
  static constexpr size_t kArenaChunkBytes = 1024;
  static constexpr size_t kPresenceWords = (kFieldCount + 63) / 64;

  static constexpr size_t Word(FieldId f) {
    return static_cast<size_t>(f) / 64;
  }
  static constexpr uint64_t Bit(FieldId f) {
    return uint64_t{1} << (static_cast<size_t>(f) % 64);
  }

  union Slot {
    Slot() : number(0) {}
    int64_t number;
    IpAddress ip;
    struct {
      const char* data;
      size_t size;
    } text;
    struct {
      const std::string_view* data;
      size_t size;
    } list;
  };

  // The kept elements of `elements`, in the arena.
  std::span<std::string_view> Deduplicate(
      std::span<const std::string_view> elements);
  void PutList(FieldId f, std::span<const std::string_view> kept);
  bool PutAttr(const Attr& attr, bool copy);

  std::array<uint64_t, kPresenceWords> present_{};  // a bit per field
  std::array<Slot, kFieldCount> slots_;  // undefined where absent
  std::vector<Attr> attrs_;
  int64_t attrs_dropped_ = 0;
  int64_t sequence_ = 0;
  bool infers_channel_type_ = false;
  Arena arena_{kArenaChunkBytes};
};

// True when `a` comes before `b` in the total order (time, collector,
// sequence). Both must have a time.
bool ComesBefore(const Event& a, const Event& b);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_EVENT_H_
