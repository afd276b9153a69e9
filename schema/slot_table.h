// A constant hash table from hashes to row numbers, built when it is compiled:
// the look-up structure of the catalogue and of the IBM MQ constants. Rows stay
// where they are; the caller compares them.
//
// Invariant: at least one slot is free, so every probe ends.
#ifndef MQWARDEN_SCHEMA_SLOT_TABLE_H_
#define MQWARDEN_SCHEMA_SLOT_TABLE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace mqwarden {

// A name is hashed eight bytes at a time, the last eight of them again with those
// before: names of some twenty bytes cost three multiplications. The same when it
// is compiled, on any machine.
constexpr uint64_t NameWord(const char* bytes) {
  if (std::is_constant_evaluated() ||
      std::endian::native != std::endian::little) {
    uint64_t word = 0;
    for (int i = 7; i >= 0; --i) {
      word = word << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return word;
  }
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

constexpr uint64_t MixName(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

// `fold` is added to the bits of every byte: 0x20 in each makes one of two cases
// of a letter, and does no harm to the rest.
constexpr uint32_t HashNameWith(std::string_view name, uint64_t fold) {
  const size_t size = name.size();
  uint64_t hash = size;
  if (size >= 8) {
    for (size_t i = 0; i + 8 < size; i += 8) {
      hash = MixName(hash, NameWord(name.data() + i) | fold);
    }
    hash = MixName(hash, NameWord(name.data() + size - 8) | fold);
  } else {
    uint64_t word = 0;
    for (const char c : name) word = word << 8 | static_cast<unsigned char>(c);
    hash = MixName(hash, word | fold);
  }
  return static_cast<uint32_t>(hash);
}

constexpr uint32_t HashName(std::string_view name) {
  return HashNameWith(name, 0);
}

constexpr uint32_t HashNameFolded(std::string_view name) {
  return HashNameWith(name, 0x2020202020202020u);
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
