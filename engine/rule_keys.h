// The keys of one rule with their windows: look-up, expiry, the bound.
//
// Keys are spread over K key groups by hash, unless the bound is so small that
// one group holds it exactly. A key whose window has emptied and that holds
// nothing else is expired: giving it up changes nothing. Each new key looks at
// two old ones, so memory follows the live windows.
//
// At the bound of a group expired keys go first, then those with the fewest
// events in their window, of equals the oldest, then by key. They are counted
// and remembered; one in 64 goes at once, so that a flood of new keys costs a
// constant each. Thread-compatible.
#ifndef MQWARDEN_ENGINE_RULE_KEYS_H_
#define MQWARDEN_ENGINE_RULE_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/evicted_keys.h"
#include "mqwarden/engine/key_table.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/slot_slab.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/window/count_ring.h"
#include "mqwarden/engine/window/event_deque.h"
#include "mqwarden/engine/window/pane.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/engine/window_shape.h"

namespace mqwarden {

// An alert whose condition still holds.
struct OpenAlert {
  Hash128 id;
  Severity severity = Severity::kInfo;       // the highest reached
  Severity told_severity = Severity::kInfo;  // as of the last record not muted
  bool sent = false;   // the open or an update of it
  bool muted = false;  // and not offered again since
  std::string last_event;  // encoded; only where the rule resolves
  // Of a tumbling window: when the next one ends, and it with it unless that one
  // makes the condition true again.
  int64_t looked_at = 0;
};

// What the slot of a key holds where its window slides and is no ring.
struct DequeState {
  explicit DequeState(const WindowLayout& layout) : deque(layout) {}

  EventDeque deque;
  bool has_fired = false;
  int64_t fired = 0;  // when last
  int64_t weighed = 0;  // bytes, as the group counts them
};

// What it holds of tumbling windows or sessions: the one that events come to and,
// for the rest of the instant at which it ended, the one before.
struct PaneState {
  struct Window {
    explicit Window(const WindowLayout& layout) : pane(layout) {}
    Pane pane;
    std::string last_event;  // encoded, in memory that is used again
  };

  std::unique_ptr<Window> current;
  std::unique_ptr<Window> ended;
  int64_t ended_at = 0;
  int64_t weighed = 0;
};

class RuleKeys {
 public:
  // All but `options` outlive the object; `rule` has a window, or keys that are
  // tuples seen.
  RuleKeys(const RulePlan& rule, const WindowShape& shape,
           const WindowLayout& layout, const EngineOptions& options,
           int64_t state_share, RuleStats* stats);
  ~RuleKeys();
  RuleKeys(const RuleKeys&) = delete;
  RuleKeys& operator=(const RuleKeys&) = delete;

  // The slot of `key`, new if need be, at the time `t` of its event.
  KeySlot* Get(std::string_view key, uint64_t hash, int64_t t);
  CountRing RingOf(const KeySlot* slot) const {
    return CountRing(
        static_cast<int64_t*>(const_cast<KeySlot*>(slot)->state()),
        static_cast<uint32_t>(shape_.entries));
  }
  static DequeState* DequeOf(const KeySlot* slot) {
    return *static_cast<DequeState* const*>(slot->state());
  }

  static PaneState* PaneOf(const KeySlot* slot) {
    return *static_cast<PaneState* const*>(slot->state());
  }
  // The slot of a key that is there; null: it is not.
  KeySlot* Find(std::string_view key);
  // Ask ahead for the memory that Get() will read; see KeyTable.
  void PrefetchIndex(uint64_t hash) const {
    if (!tables_.empty()) tables_[GroupOf(hash)].table.PrefetchIndex(hash);
  }
  void PrefetchSlot(uint64_t hash) const {
    if (!tables_.empty()) tables_[GroupOf(hash)].table.PrefetchSlot(hash);
  }

  // Whether the bytes of the rule's state have a bound as well. The window of a key
  // that is no ring is weighed then after all that changes it. After an event others
  // of its group are given up where the group has grown beyond its share.
  bool is_limited() const { return group_bytes_ != kNoLimit; }
  void Weigh(KeySlot* slot);
  void WeighAndMakeRoom(KeySlot* slot, int64_t t);

  // Tumbling windows and sessions that hold an event.
  int64_t CountPanes() const;
  // Keys that hold something after all that happens at `t`.
  int64_t CountLive(int64_t t) const;
  // About what the keys take: their slots and index, and the time of each event of
  // a window that grows.
  size_t StateBytes() const;
  bool WasEvicted(std::string_view key) const {
    return evicted_.MayContain(key);
  }

  // The keys that are not expired at `t`, in order, and those ever given up.
  void Save(int64_t t, ByteWriter* out) const;
  // Of new keys. False, and then not to be used, where the bytes are of no keys
  // of this rule.
  bool Load(ByteReader* in);

 private:
  struct Group {
    Group(size_t state_bytes, SlotSlab* slab) : table(state_bytes, slab) {}
    KeyTable table;
    uint32_t hand = 0;  // the next slot to look at for expiry
    int64_t bytes = 0;  // about what its keys take; only where there is a limit
  };
  // How little a key would be missed: the least goes first.
  struct Rank {
    size_t events;
    int64_t last;
    KeySlot* slot;
  };

  uint32_t GroupOf(uint64_t hash) const {
    return static_cast<uint32_t>((hash >> 32) * groups_ >> 32);
  }
  void MakeTables();
  KeySlot* Insert(Group* group, std::string_view key, uint64_t hash);
  bool IsExpired(const KeySlot* slot, int64_t t) const;
  void SaveKey(const KeySlot* slot, ByteWriter* out) const;
  bool LoadKey(ByteReader* in, KeySlot* slot);
  bool LoadOpen(ByteReader* in, KeySlot* slot);
  Rank RankOf(KeySlot* slot, int64_t t) const;
  void DropExpired(Group* group, int64_t t);
  // Spares `kept`, which may be null.
  void Evict(Group* group, int64_t t, const KeySlot* kept);
  // Of a key with its share of the index, without and with what its window holds.
  int64_t SlotBytes(std::string_view key) const;
  int64_t BytesOf(const KeySlot* slot) const;
  void Release(KeySlot* slot);
  void Erase(Group* group, KeySlot* slot);

  const RulePlan& rule_;
  const WindowShape& shape_;
  const WindowLayout& layout_;
  const uint64_t hash_seed_;
  const int64_t length_;
  const uint32_t groups_;
  const size_t max_keys_;  // of a group
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
  const int64_t group_bytes_;  // kNoLimit: none
  RuleStats* const stats_;

  SlotSlab slab_;
  std::vector<Group> tables_;  // empty until the first key
  EvictedKeys evicted_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_KEYS_H_
