// A rule `when sequence`: its keys, the matches that stand before a last
// `missing`, their deadlines, the bound.
//
// A completed match fires at its event, or, before a last `missing`, stands until
// such an event clears it or the deadline, its first event's time + D, comes. What
// completes while a match of the key stands is dropped; an event that clears the
// last one makes room for what it completes itself.
//
// Bound. A key counts for as many as it has lanes at one position. At `keys`
// expired keys go first, then those with the fewest events matched, of equals the
// oldest, then by key: whole, so that nothing forgotten makes a match of what was
// none. They are counted, and alerts of such a key say so.
// Thread-compatible.
#ifndef MQWARDEN_ENGINE_SEQUENCE_RULE_H_
#define MQWARDEN_ENGINE_SEQUENCE_RULE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evicted_keys.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/sequence_key.h"
#include "mqwarden/engine/sequence_match.h"
#include "mqwarden/engine/sequence_shape.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class SequenceRule {
 public:
  SequenceRule(uint32_t rule_index, const RuleShared& shared, RuleStats* stats);
  SequenceRule(const SequenceRule&) = delete;
  SequenceRule& operator=(const SequenceRule&) = delete;

  // The evaluator and the image stand on `event`, which is not late. All timers
  // before its time have been handled. `key` is complete.
  void OnEvent(const Event& event, const Router::Key& key);
  // Fires what is due then, in the order of keys.
  void OnTimer(const Timer& timer);

  int64_t CountLiveKeys(int64_t t) const;
  // Without what the captured values of its matches take.
  size_t StateBytes() const {
    return keys_.size() * (sizeof(Key) + sizeof(std::string)) +
           due_.size() * (sizeof(Key*) + sizeof(int64_t));
  }
  int64_t CountUndecided() const { return standing_; }

  void Save(ByteWriter* out) const;
  // False where the bytes are of no such state. Sets the timers of what stands.
  bool Load(ByteReader* in);

 private:
  // A complete match before the last `missing`.
  struct Standing {
    SequenceMatchPtr match;
    std::string joins;  // identity of the values that `missing` reads
    EncodedEvent last_event;
    int64_t deadline = 0;
  };
  struct Key {
    explicit Key(const SequenceContext& context) : matches(context) {}

    std::string bytes;
    SequenceKey matches;
    std::vector<Standing> standing;  // by joins
    size_t counted = 0;              // against the bound
  };
  struct Due;

  bool Begins(uint32_t kind) const;
  Key* NewKey(std::string_view bytes, int64_t t);
  void Erase(Key* key);
  // Brings the count of the key up to date; one that holds nothing is erased.
  void Recount(Key* key, bool is_empty);
  void MakeRoom(const Key* current, int64_t t);
  void DropExpired(const Key* except, int64_t t);

  void Clear(Key* key, const SequenceEvent& event, uint32_t kind);
  void Stand(Key* key, const std::vector<SequenceMatchPtr>& completed);
  void AddDeadline(Key* key, int64_t deadline);
  // Of a match of the key that no longer stands.
  void DropDeadline(Key* key, int64_t deadline);
  void Fire(std::string_view key, const SequenceMatch& match,
            const Event& event, Time time, std::optional<Hash128> id);
  std::string SortKey(std::string_view key);

  const RulePlan& rule_;
  const uint32_t rule_index_;
  const RuleShared shared_;
  RuleStats* const stats_;
  const SequenceShape shape_;
  const SequenceContext context_;
  const size_t max_keys_;
  const bool shows_evidence_;
  const bool has_each_;

  absl::flat_hash_map<std::string, std::unique_ptr<Key>, TextHash, TextEq>
      keys_;
  std::set<std::pair<int64_t, Key*>> due_;
  EvictedKeys evicted_;
  uint64_t ordinal_ = 0;
  size_t counted_ = 0;
  int64_t standing_ = 0;
  size_t sweep_at_ = 64;
  EachKeys each_keys_;
  std::vector<SequenceMatchPtr> completed_;  // scratch
  std::vector<Value> values_;                // scratch
  std::vector<AggregateValue> aggregates_;   // scratch
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SEQUENCE_RULE_H_
