// The keys of one rule in one key group, each with a slot that holds its state.
//
// Layout. A slot is one piece of memory: a header with the key, inline when it
// has at most 24 bytes, and behind it the state, whose size the rule decides; a
// rule that counts to ten by address needs 128 bytes a key. Slots come from
// chunks and never move, so a slot may be kept until it is erased. The index is
// an open table of (tag, slot number), eight bytes an entry, probed linearly and
// without tombstones.
//
// Cost of a look-up: a cache miss in the index and one in the slot. A known key
// allocates nothing.
//
// Invariants: at least one entry of the index is free; an entry's home is its
// tag modulo the size, and no free entry lies between its home and it.
// Thread-compatible. Slots number less than 2^32.
#ifndef MQWARDEN_ENGINE_KEY_TABLE_H_
#define MQWARDEN_ENGINE_KEY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace mqwarden {

struct OpenAlert;

struct KeySlot {
  static constexpr uint32_t kInlineBytes = 24;

  union {
    char inline_key[kInlineBytes];
    char* long_key;
  };
  OpenAlert* open;  // owned by the rule; null: none
  uint32_t key_size;
  uint32_t generation : 29;  // counts the keys that the slot has had
  uint32_t in_use : 1;
  uint32_t disarmed : 1;
  uint32_t has_timer : 1;

  std::string_view key() const {
    return {key_size <= kInlineBytes ? inline_key : long_key, key_size};
  }
  // What lies behind the header, aligned for 64-bit words.
  void* state() { return this + 1; }
  const void* state() const { return this + 1; }
};
static_assert(sizeof(KeySlot) == 40);

class KeyTable {
 public:
  explicit KeyTable(size_t state_bytes);
  ~KeyTable();
  KeyTable(KeyTable&& other) noexcept;
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;

  // Null when the key is not there.
  KeySlot* Find(std::string_view key, uint64_t hash);
  // A slot for a key that is not there; its state is zeroed.
  KeySlot* Insert(std::string_view key, uint64_t hash);
  // Gives the slot up. What its state and `open` own is the caller's to free.
  void Erase(KeySlot* slot, uint64_t hash);

  size_t size() const { return size_; }
  // Slots by number, in use or not, for sweeps.
  uint32_t slot_count() const { return slot_count_; }
  KeySlot* slot(uint32_t number) const;

 private:
  struct Entry {
    uint32_t tag;
    uint32_t slot;  // number + 1; 0: free
  };
  // The first slots come in small chunks, since a rule has many tables and most
  // of them few keys; the others in large ones, so that the pointers to the chunks
  // of millions of keys stay in the cache.
  static constexpr uint32_t kSmallChunk = 8;
  static constexpr uint32_t kLargeChunk = 64;  // slots before it are in small ones
  static constexpr size_t kFirstEntries = 8;

  size_t Home(uint32_t tag) const { return tag & (entries_.size() - 1); }
  size_t Next(size_t i) const { return (i + 1) & (entries_.size() - 1); }
  uint32_t NewSlot();
  void Grow();

  size_t slot_bytes_;

  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<uint64_t[]>> chunks_;
  std::vector<uint32_t> free_;
  uint32_t slot_count_ = 0;
  size_t size_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_KEY_TABLE_H_
