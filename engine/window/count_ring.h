// The window of one key of a rule that only ever asks "are there at least k
// events?", for k up to n: the last n timestamps.
//
// Model: keep every timestamp; at t, count those in (t - D, t]; compare. What is
// kept instead, and why it is the same answer:
// First, "at least k" holds exactly when the k-th newest timestamp is in the
// window, so for k <= n the last n timestamps replace the history: 8n bytes a
// key, whatever the event rate.
// Second, expiry disappears: nothing leaves, the newest timestamp overwrites the
// oldest kept, and each question brings the cutoff at or before which events are
// out. There is no loop, and the cost per event does not depend on n.
// Third, the count itself, which alerts show, is known up to n: CountAfter() is
// exact below n and means "n or more" at n.
//
// Invariant: words_[0] packs `next` (low half: where the next timestamp goes)
// and `size`; the size_ timestamps before `next`, modulo n, do not decrease.
// A view on the bytes of a key's slot; not thread-safe. Timestamps given to
// Add() do not decrease. Cost: benchmarks, BM_CountRing.
#ifndef MQWARDEN_ENGINE_WINDOW_COUNT_RING_H_
#define MQWARDEN_ENGINE_WINDOW_COUNT_RING_H_

#include <cstddef>
#include <cstdint>

#include "mqwarden/base/bytes.h"

namespace mqwarden {

class CountRing {
 public:
  // Bytes of a ring of `n` >= 1; zeroed bytes are an empty ring.
  static constexpr size_t Bytes(uint32_t n) { return 8 * (size_t{n} + 1); }

  // `words` has Bytes(n) bytes, stays the caller's and must outlive the view.
  CountRing(int64_t* words, uint32_t n) : words_(words), n_(n) {}

  uint32_t size() const {
    return static_cast<uint32_t>(static_cast<uint64_t>(words_[0]) >> 32);
  }

  void Add(int64_t t) {
    const uint32_t at = next();
    words_[1 + at] = t;
    const uint32_t kept = size();
    Store(at + 1 == n_ ? 0 : at + 1,  // not %: n is not a power of two
          kept < n_ ? kept + 1 : n_);
  }

  // The k-th newest timestamp, 1 <= k <= size().
  int64_t Newest(uint32_t k) const {
    const uint32_t at = next();
    return words_[1 + (at >= k ? at - k : at + n_ - k)];
  }

  // Whether at least k events, k <= n, are later than `cutoff`.
  bool AtLeast(uint32_t k, int64_t cutoff) const {
    return k == 0 || (size() >= k && Newest(k) > cutoff);
  }

  // How many of the kept timestamps are later than `cutoff`.
  uint32_t CountAfter(int64_t cutoff) const {
    uint32_t count = 0;
    while (count < size() && Newest(count + 1) > cutoff) ++count;
    return count;
  }

  void Clear() { Store(0, 0); }

  // The timestamps, the oldest first.
  void Save(ByteWriter* out) const {
    out->Varint(size());
    for (uint32_t k = size(); k > 0; --k) out->I64(Newest(k));
  }
  // Of an empty ring. False where the bytes are of no ring of this size.
  bool Load(ByteReader* in) {
    const uint64_t count = in->Varint();
    if (count > n_) return false;
    for (uint64_t i = 0; i < count; ++i) {
      const int64_t t = in->I64();
      if (i > 0 && t < Newest(1)) return false;
      Add(t);
    }
    return in->ok();
  }

 private:
  uint32_t next() const { return static_cast<uint32_t>(words_[0]); }
  void Store(uint32_t next, uint32_t size) {
    words_[0] = static_cast<int64_t>(uint64_t{size} << 32 | next);
  }

  int64_t* const words_;
  const uint32_t n_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_COUNT_RING_H_
