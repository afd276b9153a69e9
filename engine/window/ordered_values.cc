#include "mqwarden/engine/window/ordered_values.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace mqwarden {

size_t OrderedValues::ChunkOf(absl::int128 value) const {
  const auto after = std::upper_bound(
      chunks_.begin(), chunks_.end(), value,
      [](const absl::int128& v, const Chunk& chunk) {
        return v < chunk.values.front();
      });
  return after == chunks_.begin()
             ? 0
             : static_cast<size_t>(after - chunks_.begin()) - 1;
}

size_t OrderedValues::PlaceOf(const Chunk& chunk, absl::int128 value) {
  return static_cast<size_t>(
      std::lower_bound(chunk.values.begin(), chunk.values.end(), value) -
      chunk.values.begin());
}

bool OrderedValues::Contains(absl::int128 value) const {
  if (chunks_.empty()) return false;
  const Chunk& chunk = chunks_[ChunkOf(value)];
  const size_t place = PlaceOf(chunk, value);
  return place < chunk.values.size() && chunk.values[place] == value;
}

void OrderedValues::Add(absl::int128 value, int64_t times) {
  const size_t at = chunks_.empty() ? 0 : ChunkOf(value);
  if (chunks_.empty()) chunks_.emplace_back();
  Chunk& chunk = chunks_[at];
  const size_t place = PlaceOf(chunk, value);
  chunk.size += times;
  size_ += times;
  if (place < chunk.values.size() && chunk.values[place] == value) {
    chunk.times[place] += times;
    return;
  }
  const auto offset = static_cast<std::ptrdiff_t>(place);
  chunk.values.insert(chunk.values.begin() + offset, value);
  chunk.times.insert(chunk.times.begin() + offset, times);
  ++distinct_;
  if (chunk.values.size() > kMaxChunk) Split(at);
}

void OrderedValues::Remove(absl::int128 value) {
  const size_t at = ChunkOf(value);
  Chunk& chunk = chunks_[at];
  const size_t place = PlaceOf(chunk, value);
  --chunk.size;
  --size_;
  if (--chunk.times[place] > 0) return;
  const auto offset = static_cast<std::ptrdiff_t>(place);
  chunk.values.erase(chunk.values.begin() + offset);
  chunk.times.erase(chunk.times.begin() + offset);
  --distinct_;
  if (chunk.values.empty()) {
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at));
    // Those beside it are neighbours now.
    if (at > 0) Join(at - 1);
    return;
  }
  Join(at);
  if (at > 0) Join(at - 1);
}

void OrderedValues::Clear() {
  chunks_.clear();
  size_ = 0;
  distinct_ = 0;
}

absl::int128 OrderedValues::AtRank(int64_t rank) const {
  size_t at = 0;
  while (rank > chunks_[at].size) rank -= chunks_[at++].size;
  const Chunk& chunk = chunks_[at];
  size_t place = 0;
  while (rank > chunk.times[place]) rank -= chunk.times[place++];
  return chunk.values[place];
}

void OrderedValues::Split(size_t at) {
  Chunk& lower = chunks_[at];
  const auto half = static_cast<std::ptrdiff_t>(lower.values.size() / 2);
  Chunk upper;
  upper.values.assign(lower.values.begin() + half, lower.values.end());
  upper.times.assign(lower.times.begin() + half, lower.times.end());
  lower.values.resize(static_cast<size_t>(half));
  lower.times.resize(static_cast<size_t>(half));
  for (const int64_t times : upper.times) upper.size += times;
  lower.size -= upper.size;
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                 std::move(upper));
}

void OrderedValues::Join(size_t at) {
  if (at + 1 >= chunks_.size()) return;
  Chunk& lower = chunks_[at];
  Chunk& upper = chunks_[at + 1];
  if (lower.values.size() + upper.values.size() > kMaxChunk / 2) return;
  lower.values.insert(lower.values.end(), upper.values.begin(),
                      upper.values.end());
  lower.times.insert(lower.times.end(), upper.times.begin(),
                     upper.times.end());
  lower.size += upper.size;
  chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

}  // namespace mqwarden
