// Which keys of a rule were ever given up at its bound: a Bloom filter of fixed
// size, made when the first one is. It may call a key given up that was not; a
// key that was is never missed. The hash is not keyed, so equal runs answer
// alike.
#ifndef MQWARDEN_ENGINE_EVICTED_KEYS_H_
#define MQWARDEN_ENGINE_EVICTED_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"

namespace mqwarden {

class EvictedKeys {
 public:
  void Add(std::string_view key) {
    if (words_.empty()) words_.resize(kBits / 64);
    const Hash128 hash = HashBytes128(key);
    for (uint64_t i = 0; i < kProbes; ++i) {
      const uint64_t bit = BitOf(hash, i);
      words_[bit / 64] |= uint64_t{1} << bit % 64;
    }
  }

  bool MayContain(std::string_view key) const {
    if (words_.empty()) return false;
    const Hash128 hash = HashBytes128(key);
    for (uint64_t i = 0; i < kProbes; ++i) {
      const uint64_t bit = BitOf(hash, i);
      if ((words_[bit / 64] >> bit % 64 & 1) == 0) return false;
    }
    return true;
  }

  // The words that have a bit, each after the words that have none.
  void Save(ByteWriter* out) const {
    size_t used = 0;
    for (const uint64_t word : words_) used += word != 0;
    out->Varint(used);
    size_t next = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] == 0) continue;
      out->Varint(i - next);
      out->U64(words_[i]);
      next = i + 1;
    }
  }
  // False where the bytes are of no such filter.
  bool Load(ByteReader* in) {
    words_.clear();
    const uint64_t used = in->Varint();
    if (!in->ok() || used > kBits / 64) return false;
    if (used > 0) words_.resize(kBits / 64);
    size_t next = 0;
    for (uint64_t i = 0; i < used; ++i) {
      const uint64_t gap = in->Varint();
      const uint64_t word = in->U64();
      if (!in->ok() || word == 0 || gap >= words_.size() - next) return false;
      next += static_cast<size_t>(gap);
      words_[next++] = word;
    }
    return true;
  }

 private:
  static constexpr uint64_t kBits = uint64_t{1} << 20;  // 128 KiB
  static constexpr uint64_t kProbes = 4;

  static uint64_t BitOf(Hash128 hash, uint64_t i) {
    return (hash.lo + i * hash.hi) % kBits;
  }

  std::vector<uint64_t> words_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_EVICTED_KEYS_H_
