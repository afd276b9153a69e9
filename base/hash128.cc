#include "mqwarden/base/hash128.h"

#include <xxhash.h>

namespace mqwarden {
namespace {

// Part of every stored hash: values never change.
enum Tag : char { kText = 1, kUnsigned = 2, kNegative = 3, kHash = 4 };

}  // namespace

std::string ToHex(Hash128 hash) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out(32, '0');
  for (int i = 0; i < 16; ++i) {
    out[i] = kHex[hash.hi >> (60 - 4 * i) & 0xF];
    out[16 + i] = kHex[hash.lo >> (60 - 4 * i) & 0xF];
  }
  return out;
}

uint64_t HashBytes(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Hash128 HashBytes128(std::string_view bytes, uint64_t seed) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return Hash128{hash.high64, hash.low64};
}

void Hasher128::Add(std::string_view text) {
  bytes_.push_back(kText);
  AppendFixed(text.size());
  bytes_.append(text);
}

void Hasher128::Add(Hash128 hash) {
  bytes_.push_back(kHash);
  AppendFixed(hash.hi);
  AppendFixed(hash.lo);
}

void Hasher128::AddInteger(bool negative, uint64_t bits) {
  bytes_.push_back(negative ? kNegative : kUnsigned);
  AppendFixed(bits);
}

void Hasher128::AppendFixed(uint64_t bits) {
  char little_endian[8];
  for (int i = 0; i < 8; ++i) {
    little_endian[i] = static_cast<char>(bits >> (8 * i) & 0xFF);
  }
  bytes_.append(little_endian, sizeof(little_endian));
}

Hash128 Hasher128::Finish() {
  const Hash128 hash = HashBytes128(bytes_, seed_);
  bytes_.clear();
  return hash;
}

}  // namespace mqwarden
