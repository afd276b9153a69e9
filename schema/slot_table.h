// A constant hash table from hashes to row numbers, built when it is compiled:
// the look-up structure of the catalogue and of the IBM MQ constants. Rows stay
// where they are; the caller compares them.
//
// Invariant: at least one slot is free, so every probe ends.
#ifndef MQWARDEN_SCHEMA_SLOT_TABLE_H_
#define MQWARDEN_SCHEMA_SLOT_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/base/text.h"

namespace mqwarden {

// FNV-1a: a few instructions a byte, which suits names of some twenty bytes, and
// constexpr.
inline constexpr uint32_t kNameHashStart = 2166136261u;

constexpr uint32_t HashNameByte(uint32_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 16777619u;
}

constexpr uint32_t HashName(std::string_view name) {
  uint32_t hash = kNameHashStart;
  for (const char c : name) hash = HashNameByte(hash, c);
  return hash;
}

constexpr uint32_t HashNameFolded(std::string_view name) {
  uint32_t hash = kNameHashStart;
  for (const char c : name) hash = HashNameByte(hash, AsciiLower(c));
  return hash;
}

// `kSlots` is a power of two above the number of rows, best twice as many.
template <size_t kSlots>
class SlotTable {
 public:
  static_assert((kSlots & (kSlots - 1)) == 0 && kSlots <= 65536);

  constexpr void Insert(uint32_t hash, int row) {
    size_t slot = Home(hash);
    while (slots_[slot] != 0) slot = (slot + 1) & (kSlots - 1);
    slots_[slot] = static_cast<uint16_t>(row + 1);
  }

  // The row first inserted of those with a hash that collides for which
  // `is_row(row)` holds; -1 when there is none.
  template <typename IsRow>
  constexpr int Find(uint32_t hash, const IsRow& is_row) const {
    for (size_t slot = Home(hash); slots_[slot] != 0;
         slot = (slot + 1) & (kSlots - 1)) {
      const int row = slots_[slot] - 1;
      if (is_row(row)) return row;
    }
    return -1;
  }

 private:
  static constexpr size_t Home(uint32_t hash) {
    return (hash ^ (hash >> 15)) & (kSlots - 1);
  }

  std::array<uint16_t, kSlots> slots_{};  // row + 1; 0 where free
};

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_SLOT_TABLE_H_
