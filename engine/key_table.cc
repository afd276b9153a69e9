#include "mqwarden/engine/key_table.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace mqwarden {
namespace {

// The index is at most four fifths full.
bool IsFull(size_t size, size_t entries) { return 5 * (size + 1) > 4 * entries; }

}  // namespace

KeyTable::KeyTable(size_t state_bytes)
    : slot_bytes_((sizeof(KeySlot) + state_bytes + 7) / 8 * 8) {}

KeyTable::KeyTable(KeyTable&& other) noexcept
    : slot_bytes_(other.slot_bytes_),
      entries_(std::move(other.entries_)),
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

KeySlot* KeyTable::slot(uint32_t number) const {
  const bool is_large = number >= kLargeChunk;
  const uint32_t chunk = is_large ? kLargeChunk / kSmallChunk - 1 + number / kLargeChunk
                                  : number / kSmallChunk;
  const uint32_t place = number % (is_large ? kLargeChunk : kSmallChunk);
  return reinterpret_cast<KeySlot*>(
      reinterpret_cast<char*>(chunks_[chunk].get()) + place * slot_bytes_);
}

KeySlot* KeyTable::Find(std::string_view key, uint64_t hash) {
  if (size_ == 0) return nullptr;
  const auto tag = static_cast<uint32_t>(hash);
  for (size_t i = Home(tag); entries_[i].slot != 0; i = Next(i)) {
    if (entries_[i].tag != tag) continue;
    KeySlot* const s = slot(entries_[i].slot - 1);
    if (s->key() == key) return s;
  }
  return nullptr;
}

uint32_t KeyTable::NewSlot() {
  if (!free_.empty()) {
    const uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }
  const uint32_t slots = slot_count_ >= kLargeChunk ? kLargeChunk : kSmallChunk;
  if (slot_count_ % slots == 0) {
    chunks_.push_back(std::make_unique<uint64_t[]>(slots * slot_bytes_ / 8));
  }
  return slot_count_++;
}

KeySlot* KeyTable::Insert(std::string_view key, uint64_t hash) {
  if (IsFull(size_, entries_.size())) Grow();
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

  const auto tag = static_cast<uint32_t>(hash);
  size_t i = Home(tag);
  while (entries_[i].slot != 0) i = Next(i);
  entries_[i] = {tag, number + 1};
  ++size_;
  return s;
}

void KeyTable::Erase(KeySlot* erased, uint64_t hash) {
  const auto tag = static_cast<uint32_t>(hash);
  size_t hole = Home(tag);
  while (entries_[hole].slot == 0 ||
         slot(entries_[hole].slot - 1) != erased) {
    hole = Next(hole);
  }
  const uint32_t number = entries_[hole].slot - 1;
  // Entries behind the hole move up, unless that put them before their home.
  for (size_t i = Next(hole); entries_[i].slot != 0; i = Next(i)) {
    const size_t mask = entries_.size() - 1;
    const size_t from_home = (i - Home(entries_[i].tag)) & mask;
    const size_t from_hole = (i - hole) & mask;
    if (from_home < from_hole) continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole] = {0, 0};
  if (erased->key_size > KeySlot::kInlineBytes) delete[] erased->long_key;
  erased->in_use = 0;
  free_.push_back(number);
  --size_;
}

void KeyTable::Grow() {
  std::vector<Entry> old = std::move(entries_);
  entries_.assign(old.empty() ? kFirstEntries : 2 * old.size(), Entry{0, 0});
  for (const Entry& entry : old) {
    if (entry.slot == 0) continue;
    size_t i = Home(entry.tag);
    while (entries_[i].slot != 0) i = Next(i);
    entries_[i] = entry;
  }
}

}  // namespace mqwarden
