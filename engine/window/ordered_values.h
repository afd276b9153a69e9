// A multiset of numbers that answers "which is the k-th smallest?" exactly: what
// percentile() is asked of.
//
// Model: a sorted array. What is kept instead, and why it is the same answer:
// First, equal numbers are one entry with a count.
// Second, the array is cut into chunks of at most kMaxChunk entries, each with
// the number of values in it, so that an insertion moves a chunk and not the
// array, and a rank is found by passing over chunks.
//
// Invariants: chunks are not empty; two neighbours together hold more than half
// of kMaxChunk entries. Thread-compatible.
// Cost: a binary search and a move within 512 entries; a rank passes over at most
// 4 chunks per 512 different values.
#ifndef MQWARDEN_ENGINE_WINDOW_ORDERED_VALUES_H_
#define MQWARDEN_ENGINE_WINDOW_ORDERED_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"

namespace mqwarden {

class OrderedValues {
 public:
  static constexpr size_t kMaxChunk = 512;

  void Add(absl::int128 value, int64_t times = 1);
  // One less of a value that is there.
  void Remove(absl::int128 value);
  void Clear();

  int64_t size() const { return size_; }
  size_t distinct() const { return distinct_; }
  bool Contains(absl::int128 value) const;
  // The rank-th smallest, 1 <= rank <= size().
  absl::int128 AtRank(int64_t rank) const;

  // Calls visit(value, times) in order.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const Chunk& chunk : chunks_) {
      for (size_t i = 0; i < chunk.values.size(); ++i) {
        visit(chunk.values[i], chunk.times[i]);
      }
    }
  }

 private:
  struct Chunk {
    std::vector<absl::int128> values;
    std::vector<int64_t> times;
    int64_t size = 0;
  };

  // The chunk that holds `value` or would.
  size_t ChunkOf(absl::int128 value) const;
  static size_t PlaceOf(const Chunk& chunk, absl::int128 value);
  void Split(size_t at);
  // Joins the chunk with the next one where both are small.
  void Join(size_t at);

  std::vector<Chunk> chunks_;
  int64_t size_ = 0;
  size_t distinct_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_ORDERED_VALUES_H_
