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
