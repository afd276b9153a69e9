// The partial matches of one key of a sequence.
//
// Model: at each event every choice of earlier events of the key that begins the
// sequence could go on. What is kept instead, and why it is enough:
//
// First, of the partial matches that wait for a position with equal values of the
// captures still read, only the one whose first event is latest, of equals the
// newer: whatever completes another completes it too, and it stays longest in
// the window. It lies in `waiting` of the lane of these values.
//
// Second, a position of N events keeps the N - 1 newest, each with the match
// that waited when it came; of those that N - 1 newer ones follow only the one
// with the latest first event, `anchor`. The next event completes the position
// from it. So `N x` costs O(1) an event.
//
// A guard takes what waits, not what its position has begun. Positions go from
// the last to the first, so an event serves at most one of a match, and a guard
// comes after its position and before what the event completes to wait there: an
// event is never forbidden by itself. Thread-compatible.
#ifndef MQWARDEN_ENGINE_SEQUENCE_KEY_H_
#define MQWARDEN_ENGINE_SEQUENCE_KEY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/sequence_match.h"
#include "mqwarden/engine/sequence_shape.h"
#include "mqwarden/engine/window/circular_buffer.h"

namespace mqwarden {

// Lanes of one position where no look-up finds the right one; each event tries
// them all.
inline constexpr size_t kMaxScannedLanes = 1024;

// What the keys of one rule share.
struct SequenceContext {
  const RulePlan* rule;
  const SequenceShape* shape;
  Evaluator* evaluator;
  size_t max_lanes;  // of one position
};

class SequenceKey {
 public:
  explicit SequenceKey(const SequenceContext& context);

  // The evaluator stands on the event, which is of one of `kinds` (one bit).
  // Sets `*completed` to the whole matches that it completes; if there is one,
  // nothing else is left. Returns the lanes given up at the bound.
  size_t Advance(const SequenceEvent& event, uint32_t kind,
                 std::vector<SequenceMatchPtr>* completed);

  // Drops what cannot complete at or after `t`. True: nothing is left.
  bool DropExpired(int64_t t);
  bool HasLive(int64_t t) const;
  // What it counts for against the bound of keys: its lanes at one position.
  size_t lanes() const;
  // Events of its longest partial match, and the ordinal of its newest event.
  int64_t events() const;
  uint64_t newest() const { return newest_; }

  // In a canonical order.
  void Save(ByteWriter* out) const;
  // False where the bytes are of no such key.
  bool Load(ByteReader* in);

 private:
  // An event of a position, with the match that it goes on from. At the first
  // position it starts a match itself.
  struct Entry {
    SequenceEvent event;
    bool starts = false;
    SequenceMatchPtr prefix;

    uint64_t first_ordinal() const {
      return prefix != nullptr ? prefix->first_ordinal : event.ordinal;
    }
    int64_t first_time() const {
      return prefix != nullptr ? prefix->first_time : event.time;
    }
  };
  struct Lane {
    SequenceMatchPtr waiting;
    std::optional<Entry> anchor;
    CircularBuffer<Entry> newest;

    bool empty() const {
      return waiting == nullptr && !anchor.has_value() && newest.empty();
    }
    // Any of its matches: all have the values that tell lanes apart.
    const SequenceMatch* sample() const;
    int64_t first_time() const;  // the latest
  };
  struct Level {
    absl::flat_hash_map<std::string, Lane, TextHash, TextEq> lanes;
    size_t sweep_at = 16;
  };

  void Step(size_t p, const SequenceEvent& event, uint32_t kind);
  // Calls visit(lane) for the lanes with something of which the test holds.
  template <typename Visit>
  void ForEachLane(Level* level, const SequenceShape::Test& test,
                   const Visit& visit);
  bool Holds(const SequenceShape::Test& test, const Lane& lane);
  void AdvanceLane(size_t p, const SequenceEvent& event, Lane* lane);
  // Appends to done_ the match that `event` completes position p of.
  void Complete(size_t p, const SequenceMatch* prefix, const Entry* start,
                const CircularBuffer<Entry>* newest,
                const SequenceEvent& event);
  void Insert(size_t p, SequenceMatchPtr match);
  void MakeRoom(size_t p);
  static void Trim(int64_t cutoff, Lane* lane);
  int64_t CutoffAt(int64_t t) const;

  static void SaveLane(const Lane& lane, ByteWriter* out);
  bool LoadLane(size_t p, ByteReader* in, Lane* lane) const;

  const SequenceContext& context_;

  std::vector<Level> levels_;  // by position
  uint64_t newest_ = 0;
  // Of the event in hand.
  int64_t cutoff_ = std::numeric_limits<int64_t>::min();
  size_t given_up_ = 0;
  std::vector<SequenceMatchPtr> done_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SEQUENCE_KEY_H_
