#include "mqwarden/engine/key_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/check.h"

namespace mqwarden {
namespace {

constexpr size_t kCacheLine = 64;

// The index is at most four fifths full.
bool IsFull(size_t size, size_t entries) { return 5 * (size + 1) > 4 * entries; }

}  // namespace

KeyTable::KeyTable(size_t state_bytes, SlotSlab* slab)
    : slot_bytes_((sizeof(KeySlot) + state_bytes + 7) / 8 * 8), slab_(slab) {}

KeyTable::KeyTable(KeyTable&& other) noexcept
    : slot_bytes_(other.slot_bytes_),
      slab_(other.slab_),
      index_(std::exchange(other.index_, Index())),
      old_(std::exchange(other.old_, Index())),
      moved_(std::exchange(other.moved_, 0)),
      chunks_(std::move(other.chunks_)),
      free_(std::move(other.free_)),
      slot_count_(std::exchange(other.slot_count_, 0)),
      size_(std::exchange(other.size_, 0)) {}

KeyTable::~KeyTable() {
  for (uint32_t i = 0; i < slot_count_; ++i) {
    KeySlot* const s = slot(i);
    if (s->in_use && s->key_size > KeySlot::kInlineBytes) delete[] s->long_key;
  }
}

KeyTable::Index KeyTable::NewIndex(size_t size) {
  Index index;
  index.entries.reset(static_cast<Entry*>(std::calloc(size, sizeof(Entry))));
  MQWARDEN_CHECK(index.entries != nullptr, "there is memory for the index");
  index.size = size;
  return index;
}

KeySlot* KeyTable::FindIn(const Index& index, std::string_view key,
                          uint32_t tag) const {
  const Entry* const entries = index.entries.get();
  for (size_t i = Home(index, tag); entries[i].slot != 0; i = Next(index, i)) {
    if (entries[i].tag != tag || entries[i].slot == kMoved) continue;
    KeySlot* const s = slot(entries[i].slot - 1);
    if (s->key() == key) return s;
  }
  return nullptr;
}

KeySlot* KeyTable::Find(std::string_view key, uint64_t hash) {
  if (size_ == 0) return nullptr;
  KeySlot* const found = FindIn(index_, key, TagOf(hash));
  if (found != nullptr || old_.size == 0) return found;
  return FindIn(old_, key, TagOf(hash));
}

void KeyTable::PrefetchSlot(uint64_t hash) const {
  if (index_.size == 0) return;
  const uint32_t tag = TagOf(hash);
  const Entry* const entries = index_.entries.get();
  for (size_t i = Home(index_, tag); entries[i].slot != 0;
       i = Next(index_, i)) {
    if (entries[i].tag != tag) continue;
    const char* const bytes =
        reinterpret_cast<const char*>(slot(entries[i].slot - 1));
    // A larger slot is read here and there, which the processor does not wait for.
    for (size_t at = 0; at < std::min(slot_bytes_, 2 * kCacheLine);
         at += kCacheLine) {
      __builtin_prefetch(bytes + at, /*rw=*/1);
    }
    return;
  }
}

uint32_t KeyTable::NewSlot() {
  if (!free_.empty()) {
    const uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }
  const uint32_t slots = slot_count_ >= kLargeChunk ? kLargeChunk : kSmallChunk;
  if (slot_count_ % slots == 0) {
    chunks_.push_back(static_cast<char*>(slab_->Allocate(slots * slot_bytes_)));
  }
  return slot_count_++;
}

void KeyTable::Enter(Entry entry) {
  Entry* const entries = index_.entries.get();
  size_t i = Home(index_, entry.tag);
  while (entries[i].slot != 0) i = Next(index_, i);
  entries[i] = entry;
}

KeySlot* KeyTable::Insert(std::string_view key, uint64_t hash) {
  if (old_.size != 0) Move(kMovesPerInsert);
  if (IsFull(size_, index_.size)) Grow();
  const uint32_t number = NewSlot();
  KeySlot* const s = slot(number);
  const uint32_t generation = s->generation + 1;
  std::memset(static_cast<void*>(s), 0, slot_bytes_);
  s->generation = generation;
  s->in_use = 1;
  s->key_size = static_cast<uint32_t>(key.size());
  char* bytes = s->inline_key;
  if (key.size() > KeySlot::kInlineBytes) {
    bytes = s->long_key = new char[key.size()];
  }
  if (!key.empty()) std::memcpy(bytes, key.data(), key.size());
  Enter({TagOf(hash), number + 1});
  ++size_;
  return s;
}

void KeyTable::Erase(KeySlot* erased, uint64_t hash) {
  uint32_t number = 0;
  if (!EraseFromNew(erased, TagOf(hash), &number)) {
    EraseFromOld(erased, TagOf(hash), &number);
  }
  if (erased->key_size > KeySlot::kInlineBytes) delete[] erased->long_key;
  erased->in_use = 0;
  free_.push_back(number);
  --size_;
}

bool KeyTable::EraseFromNew(const KeySlot* erased, uint32_t tag,
                            uint32_t* number) {
  Entry* const entries = index_.entries.get();
  size_t hole = Home(index_, tag);
  while (entries[hole].slot != 0 && slot(entries[hole].slot - 1) != erased) {
    hole = Next(index_, hole);
  }
  if (entries[hole].slot == 0) return false;
  *number = entries[hole].slot - 1;
  // Entries behind the hole move up, unless that put them before their home.
  for (size_t i = Next(index_, hole); entries[i].slot != 0;
       i = Next(index_, i)) {
    const size_t mask = index_.size - 1;
    const size_t from_home = (i - Home(index_, entries[i].tag)) & mask;
    const size_t from_hole = (i - hole) & mask;
    if (from_home < from_hole) continue;
    entries[hole] = entries[i];
    hole = i;
  }
  entries[hole] = {0, 0};
  return true;
}

void KeyTable::EraseFromOld(const KeySlot* erased, uint32_t tag,
                            uint32_t* number) {
  Entry* const entries = old_.entries.get();
  size_t i = Home(old_, tag);
  while (entries[i].slot == kMoved ||
         slot(entries[i].slot - 1) != erased) {
    i = Next(old_, i);
  }
  *number = entries[i].slot - 1;
  entries[i].slot = kMoved;
}

void KeyTable::Grow() {
  Move(old_.size);
  old_ = std::move(index_);
  moved_ = 0;
  index_ = NewIndex(old_.size == 0 ? kFirstEntries : 2 * old_.size);
  if (old_.size <= kMaxMovedAtOnce) Move(old_.size);
}

void KeyTable::Move(size_t entries) {
  const size_t end = std::min(old_.size, moved_ + entries);
  for (; moved_ < end; ++moved_) {
    Entry& entry = old_.entries.get()[moved_];
    if (entry.slot == 0 || entry.slot == kMoved) continue;
    Enter(entry);
    entry.slot = kMoved;
  }
  if (moved_ == old_.size) {
    old_ = Index();
    moved_ = 0;
  }
}

}  // namespace mqwarden
