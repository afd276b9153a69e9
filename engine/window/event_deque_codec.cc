// The state of a window to bytes and back. Counters are not written: they follow
// from the entries. Values of distinct() and set() are written once each, in the
// order of their first entry, so that equal windows have equal bytes whatever
// ids they use.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/state_codec.h"
#include "mqwarden/engine/window/event_deque.h"

namespace mqwarden {
namespace {

// One number per entry: 0 for none, else one more than the value's place among
// `*order`, the ids in the order of their first entry.
std::vector<uint64_t> PlacesOf(const CircularBuffer<uint32_t>& ids,
                               std::vector<uint32_t>* order) {
  absl::flat_hash_map<uint32_t, uint64_t> known;
  std::vector<uint64_t> places;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == CountedValues::kNone) {
      places.push_back(0);
      continue;
    }
    const auto [entry, is_new] = known.try_emplace(ids[i], known.size() + 1);
    if (is_new) order->push_back(ids[i]);
    places.push_back(entry->second);
  }
  return places;
}

// Reads the places; false unless each value is used and they first appear in
// order.
bool LoadPlaces(ByteReader* in, size_t size, size_t values,
                std::vector<uint64_t>* places) {
  uint64_t seen = 0;
  for (size_t i = 0; i < size; ++i) {
    const uint64_t place = in->Varint();
    if (place > seen + 1 || place > values) return false;
    if (place > seen) seen = place;
    places->push_back(place);
  }
  return in->ok() && seen == values;
}

}  // namespace

void EventDeque::Save(ByteWriter* out) const {
  out->Varint(times_.size());
  for (size_t i = 0; i < times_.size(); ++i) out->I64(times_[i]);
  for (size_t i = 0; i < bits_.size(); ++i) out->U64(bits_[i]);
  for (const DistinctTuples& distinct : distincts_) {
    std::vector<uint32_t> order;
    const std::vector<uint64_t> places = PlacesOf(distinct.ids, &order);
    out->Varint(order.size());
    for (const uint32_t id : order) out->Text(distinct.tuples.identity(id));
    for (const uint64_t place : places) out->Varint(place);
  }
  for (const SetValues& set : sets_) {
    std::vector<uint32_t> order;
    const std::vector<uint64_t> places = PlacesOf(set.ids, &order);
    out->Varint(order.size());
    for (const uint32_t id : order) {
      out->Text(set.values.identity(id));
      out->Text(set.identities[id]);
      SaveAlertValue(set.shown[id], out);
    }
    for (const uint64_t place : places) out->Varint(place);
  }
  for (const NumberColumn& column : columns_) {
    for (size_t i = 0; i < column.numbers.size(); ++i) {
      SaveInt128(column.numbers[i], out);
    }
  }
  for (size_t i = 0; i < events_.size(); ++i) SaveEventBytes(events_[i], out);
  out->U8(saturated_ ? 1 : 0);
  if (!saturated_) return;
  out->I64(lost_);
  out->U8(lost_negative_ ? 1 : 0);
}

bool EventDeque::Load(ByteReader* in) {
  const size_t size = LoadCount(in, 8);
  if (!in->ok() || size > layout_.max_entries) return false;
  for (size_t i = 0; i < size; ++i) {
    const int64_t time = in->I64();
    if (i > 0 && time < times_.back()) return false;
    times_.push_back(time);
  }
  if (!LoadEntries(in, size)) return false;
  saturated_ = LoadBool(in);
  if (saturated_) {
    lost_ = in->I64();
    lost_negative_ = LoadBool(in);
    // The newest entry is always kept, and a lost one is not newer.
    if (times_.empty() || lost_ > times_.front()) return false;
  }
  return in->ok();
}

bool EventDeque::LoadEntries(ByteReader* in, size_t size) {
  if (!counts_.empty()) {
    for (size_t e = 0; e < size; ++e) {
      const uint64_t bits = in->U64();
      bits_.push_back(bits);
      for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += bits >> i & 1;
    }
  }
  for (DistinctTuples& distinct : distincts_) {
    std::vector<std::string_view> tuples(LoadCount(in));
    for (std::string_view& tuple : tuples) tuple = in->Text();
    std::vector<uint64_t> places;
    if (!LoadPlaces(in, size, tuples.size(), &places)) return false;
    for (const uint64_t place : places) {
      distinct.ids.push_back(place == 0
                                 ? CountedValues::kNone
                                 : distinct.tuples.Add(tuples[place - 1]));
    }
    if (distinct.tuples.size() != tuples.size()) return false;  // a repeat
  }
  for (SetValues& set : sets_) {
    if (!LoadSet(in, size, &set)) return false;
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    for (size_t e = 0; e < size && in->ok(); ++e) {
      const absl::int128 number = LoadInt128(in);
      if (!IsColumnNumber(number)) return false;
      AddNumber(number, layout_.columns[i], &columns_[i]);
    }
  }
  if (layout_.evidence_first > 0 || layout_.evidence_last > 0) {
    for (size_t e = 0; e < size; ++e) {
      std::shared_ptr<const std::string> event;
      if (!LoadEventBytes(in, &event)) return false;
      events_.push_back(std::move(event));
    }
    // What would be shown is there.
    for (const auto& event : Evidence()) {
      if (event == nullptr) return false;
    }
  }
  return in->ok();
}

bool EventDeque::LoadSet(ByteReader* in, size_t size, SetValues* set) {
  const size_t values = LoadCount(in, 4);
  std::vector<std::string_view> exact;
  for (size_t i = 0; i < values; ++i) {
    exact.push_back(in->Text());
    set->identities.emplace_back(in->Text());
    if (!LoadAlertValue(in, &set->shown.emplace_back())) return false;
  }
  std::vector<uint64_t> places;
  if (!LoadPlaces(in, size, values, &places)) return false;
  for (const uint64_t place : places) {
    // New values come in the order of their places, so ids are places.
    set->ids.push_back(place == 0 ? CountedValues::kNone
                                  : set->values.Add(exact[place - 1]));
  }
  return set->values.size() == values;
}

}  // namespace mqwarden
