// The keys of one rule in one key group, each with a slot that holds its state.
//
// Layout. A slot is one piece of memory: a header with the key, inline when it
// has at most 24 bytes, and behind it the state, whose size the rule decides; a
// rule that counts to ten by address needs 128 bytes a key. Slots come from a slab
// in chunks and never move, so a slot may be kept until it is erased. The index
// is an open table of (tag, slot number), eight bytes an entry, probed linearly
// and without tombstones.
//
// Cost of a look-up: a cache miss in the index and one in the slot, both of which
// can be asked for ahead. A known key allocates nothing.
//
// Growth. A large index grows piece by piece: the larger one stands beside the old
// one, and each new key brings a few of the old entries over. So no single key
// waits for all others to move.
//
// Invariants: at least one entry of the index is free; an entry's home is its
// tag modulo the size, and no free entry lies between its home and it. Of the old
// index entries before `moved_` are in the new one; none of its entries becomes
// free, so that its chains hold. Thread-compatible. Slots number less than 2^32.
#ifndef MQWARDEN_ENGINE_KEY_TABLE_H_
#define MQWARDEN_ENGINE_KEY_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "mqwarden/engine/slot_slab.h"

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
  // `slab` outlives the table and may be shared with others.
  KeyTable(size_t state_bytes, SlotSlab* slab);
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

  // Ask for the memory that Find() will read, first for the index and, when that
  // has had time to come, for the slot. They change nothing.
  void PrefetchIndex(uint64_t hash) const {
    if (index_.size != 0) {
      __builtin_prefetch(&index_.entries.get()[Home(index_, TagOf(hash))]);
    }
  }
  void PrefetchSlot(uint64_t hash) const;

  size_t size() const { return size_; }
  // Slots by number, in use or not, for sweeps.
  uint32_t slot_count() const { return slot_count_; }
  KeySlot* slot(uint32_t number) const {
    const bool is_large = number >= kLargeChunk;
    const uint32_t chunk = is_large
                               ? kLargeChunk / kSmallChunk - 1 +
                                     number / kLargeChunk
                               : number / kSmallChunk;
    const uint32_t place = number % (is_large ? kLargeChunk : kSmallChunk);
    return reinterpret_cast<KeySlot*>(chunks_[chunk] + place * slot_bytes_);
  }
  // Bytes of the index; those of the slots are the slab's.
  size_t index_bytes() const {
    return (index_.size + old_.size) * sizeof(Entry) +
           chunks_.capacity() * sizeof(char*);
  }

 private:
  struct Entry {
    uint32_t tag;
    uint32_t slot;  // number + 1; 0: free
  };
  struct Free {
    void operator()(Entry* entries) const { std::free(entries); }
  };
  // Zeroed memory of the system, so that a large index costs nothing at once.
  struct Index {
    std::unique_ptr<Entry[], Free> entries;
    size_t size = 0;  // a power of two, or 0
  };
  // The first slots come in small chunks, since a rule has many tables and most
  // of them few keys; the others in large ones, so that the pointers to the chunks
  // of millions of keys stay in the cache.
  static constexpr uint32_t kSmallChunk = 8;
  static constexpr uint32_t kLargeChunk = 256;  // slots before it are in small ones
  static constexpr size_t kFirstEntries = 8;
  // Of an old index that is gone: its slot is that of no key.
  static constexpr uint32_t kMoved = 0xffffffff;
  // Entries of the old index that each new key moves: more than enough to be done
  // before the new one is full.
  static constexpr size_t kMovesPerInsert = 8;
  // A smaller index moves at once.
  static constexpr size_t kMaxMovedAtOnce = 4096;

  static uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash); }
  static size_t Home(const Index& index, uint32_t tag) {
    return tag & (index.size - 1);
  }
  static size_t Next(const Index& index, size_t i) {
    return (i + 1) & (index.size - 1);
  }
  static Index NewIndex(size_t size);

  KeySlot* FindIn(const Index& index, std::string_view key, uint32_t tag) const;
  void Enter(Entry entry);
  // Whether the entry of the slot was there.
  bool EraseFromNew(const KeySlot* slot, uint32_t tag, uint32_t* number);
  void EraseFromOld(const KeySlot* slot, uint32_t tag, uint32_t* number);
  uint32_t NewSlot();
  void Grow();
  void Move(size_t entries);

  size_t slot_bytes_;
  SlotSlab* slab_;

  Index index_;
  Index old_;         // size 0 unless the index grows
  size_t moved_ = 0;  // entries of old_
  std::vector<char*> chunks_;
  std::vector<uint32_t> free_;
  uint32_t slot_count_ = 0;
  size_t size_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_KEY_TABLE_H_
