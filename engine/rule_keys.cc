#include "mqwarden/engine/rule_keys.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

// A rule with fewer keys a group than this lives in one group.
constexpr int64_t kMinKeysPerGroup = 64;
constexpr int kSweptPerInsert = 2;
// Of the keys at the bound, one in this many is given up at once.
constexpr size_t kEvictedShare = 64;

// Two entries of the index for each slot in use.
constexpr int64_t kIndexBytes = 16;

uint32_t GroupsOf(const RulePlan& rule, int32_t key_groups, int64_t most) {
  if (std::min(rule.max_keys, most) < kMinKeysPerGroup * key_groups) return 1;
  return static_cast<uint32_t>(key_groups);
}

}  // namespace

RuleKeys::RuleKeys(const RulePlan& rule, const WindowShape& shape,
                   const WindowLayout& layout, const EngineOptions& options,
                   int64_t state_share, RuleStats* stats)
    : rule_(rule),
      shape_(shape),
      layout_(layout),
      hash_seed_(options.hash_seed),
      length_((rule.window.has_value() ? rule.window->length
                                      : rule.seen->length)
                  .count()),
      groups_(GroupsOf(rule, options.key_groups, state_share / SlotBytes(""))),
      max_keys_(static_cast<size_t>((rule.max_keys + groups_ - 1) / groups_)),
      group_bytes_(state_share == kNoLimit ? kNoLimit : state_share / groups_),
      stats_(stats),
      slab_(options.on_large_block) {}

RuleKeys::~RuleKeys() {
  for (Group& group : tables_) {
    for (uint32_t i = 0; i < group.table.slot_count(); ++i) {
      KeySlot* const slot = group.table.slot(i);
      if (slot->in_use) Release(slot);
    }
  }
}

void RuleKeys::Release(KeySlot* slot) {
  delete slot->open;
  slot->open = nullptr;
  if (shape_.is_pane) {
    delete PaneOf(slot);
  } else if (!shape_.is_ring) {
    delete DequeOf(slot);
  }
}

void RuleKeys::Erase(Group* group, KeySlot* slot) {
  if (is_limited()) {
    group->bytes -= SlotBytes(slot->key());
    if (!shape_.is_ring) {
      group->bytes -= shape_.is_pane ? PaneOf(slot)->weighed : DequeOf(slot)->weighed;
    }
  }
  Release(slot);
  group->table.Erase(slot, HashBytes(slot->key(), hash_seed_));
}

KeySlot* RuleKeys::Get(std::string_view key, uint64_t hash, int64_t t) {
  if (tables_.empty()) MakeTables();
  Group& group = tables_[GroupOf(hash)];
  if (KeySlot* const known = group.table.Find(key, hash)) return known;

  for (int i = 0; i < kSweptPerInsert; ++i) {
    if (group.hand >= group.table.slot_count()) group.hand = 0;
    if (group.table.slot_count() == 0) break;
    KeySlot* const old = group.table.slot(group.hand++);
    if (old->in_use && IsExpired(old, t)) Erase(&group, old);
  }
  if (group.table.size() >= max_keys_) DropExpired(&group, t);
  if (group.table.size() >= max_keys_) Evict(&group, t, nullptr);
  if (is_limited()) {
    const int64_t more = SlotBytes(key);
    if (group.bytes + more > group_bytes_) DropExpired(&group, t);
    while (group.bytes + more > group_bytes_ && group.table.size() > 0) {
      Evict(&group, t, nullptr);
    }
  }
  return Insert(&group, key, hash);
}

void RuleKeys::MakeTables() {
  const size_t state_bytes =
      shape_.is_ring ? CountRing::Bytes(static_cast<uint32_t>(shape_.entries))
                     : sizeof(void*);
  tables_.reserve(groups_);
  for (uint32_t i = 0; i < groups_; ++i) {
    tables_.emplace_back(state_bytes, &slab_);
  }
}

KeySlot* RuleKeys::Insert(Group* group, std::string_view key, uint64_t hash) {
  if (is_limited()) group->bytes += SlotBytes(key);
  KeySlot* const slot = group->table.Insert(key, hash);
  if (shape_.is_pane) {
    *static_cast<PaneState**>(slot->state()) = new PaneState();
  } else if (!shape_.is_ring) {
    *static_cast<DequeState**>(slot->state()) = new DequeState(layout_);
  }
  return slot;
}

KeySlot* RuleKeys::Find(std::string_view key) {
  if (tables_.empty()) return nullptr;
  const uint64_t hash = HashBytes(key, hash_seed_);
  return tables_[GroupOf(hash)].table.Find(key, hash);
}

bool RuleKeys::IsExpired(const KeySlot* slot, int64_t t) const {
  if (slot->open != nullptr && rule_.resolve) return false;
  if (slot->disarmed && !shape_.empty_arms) return false;
  // An event at exactly t - D still stands in the first moment of an event at t.
  const int64_t cutoff = SaturatingSub(SaturatingSub(t, length_), 1);
  if (shape_.is_ring) {
    return !RingOf(slot).AtLeast(1, cutoff);
  }
  if (shape_.is_pane) {
    // A timer ends every pane.
    const PaneState& state = *PaneOf(slot);
    return state.current == nullptr && state.ended == nullptr;
  }
  const DequeState& state = *DequeOf(slot);
  if (state.has_fired &&
      state.fired > SaturatingSub(t, rule_.window->every.count())) {
    return false;
  }
  return state.deque.empty() || state.deque.last() <= cutoff;
}

RuleKeys::Rank RuleKeys::RankOf(KeySlot* slot, int64_t t) const {
  const int64_t cutoff = SaturatingSub(t, length_);
  constexpr int64_t kNoEvent = std::numeric_limits<int64_t>::min();
  if (shape_.is_ring) {
    const CountRing ring = RingOf(slot);
    return {ring.CountAfter(cutoff),
            ring.size() == 0 ? kNoEvent : ring.Newest(1), slot};
  }
  if (shape_.is_pane) {
    const PaneState& state = *PaneOf(slot);
    size_t events = 0;
    int64_t last = kNoEvent;
    for (const auto* const window : {state.ended.get(), state.current.get()}) {
      if (window == nullptr) continue;
      events += static_cast<size_t>(window->pane.count());
      last = window->pane.last();
    }
    return {events, last, slot};
  }
  const EventDeque& deque = DequeOf(slot)->deque;
  return {deque.CountAfter(cutoff), deque.empty() ? kNoEvent : deque.last(),
          slot};
}

void RuleKeys::DropExpired(Group* group, int64_t t) {
  for (uint32_t i = 0; i < group->table.slot_count(); ++i) {
    KeySlot* const slot = group->table.slot(i);
    if (slot->in_use && IsExpired(slot, t)) Erase(group, slot);
  }
}

int64_t RuleKeys::SlotBytes(std::string_view key) const {
  const size_t state =
      shape_.is_ring   ? CountRing::Bytes(static_cast<uint32_t>(shape_.entries))
      : shape_.is_pane ? sizeof(void*) + sizeof(PaneState)
                       : sizeof(void*) + sizeof(DequeState);
  const size_t apart = key.size() > KeySlot::kInlineBytes ? key.size() : 0;
  return static_cast<int64_t>(sizeof(KeySlot) + state + apart) + kIndexBytes;
}

// What the window holds; a ring holds nothing beyond its slot. It follows from the
// state alone, so that a restored engine gives up the same keys.
int64_t RuleKeys::BytesOf(const KeySlot* slot) const {
  if (!shape_.is_pane) return static_cast<int64_t>(DequeOf(slot)->deque.bytes());
  size_t bytes = 0;
  const PaneState& state = *PaneOf(slot);
  for (const auto* const window : {state.ended.get(), state.current.get()}) {
    if (window != nullptr) bytes += sizeof(PaneState::Window) + window->pane.bytes();
  }
  return static_cast<int64_t>(bytes);
}

void RuleKeys::Weigh(KeySlot* slot) {
  if (shape_.is_ring || !slot->in_use) return;
  Group& group = tables_[GroupOf(HashBytes(slot->key(), hash_seed_))];
  int64_t& weighed =
      shape_.is_pane ? PaneOf(slot)->weighed : DequeOf(slot)->weighed;
  const int64_t now = BytesOf(slot);
  group.bytes += now - weighed;
  weighed = now;
}

void RuleKeys::WeighAndMakeRoom(KeySlot* slot, int64_t t) {
  if (shape_.is_ring || !slot->in_use) return;
  Weigh(slot);
  Group& group = tables_[GroupOf(HashBytes(slot->key(), hash_seed_))];
  if (group.bytes <= group_bytes_) return;
  DropExpired(&group, t);
  while (group.bytes > group_bytes_ && group.table.size() > 1) {
    Evict(&group, t, slot);
  }
}

void RuleKeys::Evict(Group* group, int64_t t, const KeySlot* kept) {
  std::vector<Rank> ranks;
  ranks.reserve(group->table.size());
  for (uint32_t i = 0; i < group->table.slot_count(); ++i) {
    KeySlot* const slot = group->table.slot(i);
    if (slot->in_use && slot != kept) ranks.push_back(RankOf(slot, t));
  }
  const size_t share = std::max<size_t>(1, ranks.size() / kEvictedShare);
  std::nth_element(ranks.begin(),
                   ranks.begin() + static_cast<std::ptrdiff_t>(share - 1),
                   ranks.end(), [](const Rank& a, const Rank& b) {
                     if (a.events != b.events) return a.events < b.events;
                     if (a.last != b.last) return a.last < b.last;
                     return a.slot->key() < b.slot->key();
                   });
  for (size_t i = 0; i < share; ++i) {
    evicted_.Add(ranks[i].slot->key());
    Erase(group, ranks[i].slot);
    ++stats_->keys_evicted;
  }
}

size_t RuleKeys::StateBytes() const {
  size_t bytes = slab_.bytes_reserved() + tables_.capacity() * sizeof(Group);
  for (const Group& group : tables_) {
    bytes += group.table.index_bytes();
    for (uint32_t i = 0; i < group.table.slot_count() && !shape_.is_ring; ++i) {
      const KeySlot* const slot = group.table.slot(i);
      if (!slot->in_use) continue;
      bytes += shape_.is_pane
                   ? sizeof(PaneState)
                   : sizeof(DequeState) +
                         DequeOf(slot)->deque.size() * sizeof(int64_t);
    }
  }
  return bytes;
}

int64_t RuleKeys::CountPanes() const {
  int64_t panes = 0;
  for (const Group& group : tables_) {
    for (uint32_t i = 0; i < group.table.slot_count(); ++i) {
      const KeySlot* const slot = group.table.slot(i);
      if (!slot->in_use) continue;
      const PaneState& state = *PaneOf(slot);
      panes += (state.current != nullptr) + (state.ended != nullptr);
    }
  }
  return panes;
}

int64_t RuleKeys::CountLive(int64_t t) const {
  const int64_t after = SaturatingAdd(t, 1);  // what is due at t is done
  int64_t live = 0;
  for (const Group& group : tables_) {
    for (uint32_t i = 0; i < group.table.slot_count(); ++i) {
      const KeySlot* const slot = group.table.slot(i);
      if (slot->in_use && !IsExpired(slot, after)) ++live;
    }
  }
  return live;
}

}  // namespace mqwarden
