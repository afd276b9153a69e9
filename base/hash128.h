// Hashes that become ids, key groups and state: the same bytes on every
// platform and in every later version, never a hash table's business. The
// function is XXH3, which is fast and not cryptographic: a hash says "the
// same", never "genuine".
#ifndef MQWARDEN_BASE_HASH128_H_
#define MQWARDEN_BASE_HASH128_H_

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mqwarden/base/time.h"

namespace mqwarden {

struct Hash128 {
  uint64_t hi = 0;
  uint64_t lo = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
  friend std::strong_ordering operator<=>(const Hash128&,
                                          const Hash128&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Hash128& hash) {
    return H::combine(std::move(state), hash.hi, hash.lo);
  }
};

// 32 lower-case hex digits, the most significant first.
std::string ToHex(Hash128 hash);

// Of bytes as they stand.
uint64_t HashBytes(std::string_view bytes, uint64_t seed = 0);
Hash128 HashBytes128(std::string_view bytes, uint64_t seed = 0);

// Hashes a sequence of values. Each is tagged with its kind and a text with its
// length, so different sequences never feed the hash the same bytes: ("ab",
// "c") is not ("a", "bc"), 1 is not "1". An integer counts by its value,
// whatever its type.
//
//   Hasher128 hasher;
//   hasher.Add(rule_name);
//   hasher.Add(event_time);
//   const Hash128 id = hasher.Finish();
class Hasher128 {
 public:
  explicit Hasher128(uint64_t seed = 0) : seed_(seed) {}

  void Add(std::string_view text);
  void Add(Hash128 hash);
  void Add(Duration d) { Add(d.count()); }
  void Add(Time t) { Add(t.time_since_epoch()); }

  template <std::integral Integer>
  void Add(Integer value) {
    if constexpr (std::is_signed_v<Integer>) {
      AddInteger(value < 0, static_cast<uint64_t>(int64_t{value}));
    } else {
      AddInteger(false, value);
    }
  }

  // The hash of all that was added since the construction or the last Finish,
  // which leaves the hasher as new, with its buffer and seed.
  Hash128 Finish();

 private:
  void AddInteger(bool negative, uint64_t bits);
  void AppendFixed(uint64_t bits);

  const uint64_t seed_;
  // Input is gathered and hashed at once: it is short, and XXH3's own streaming
  // state is larger than most of it.
  std::string bytes_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_HASH128_H_
