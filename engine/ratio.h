// Exact fractions: what arithmetic on numbers and averages gives. Nothing rounds
// until a value is shown or stored; comparisons cross-multiply in 256 bits.
//
// Numerator and denominator have 128 bits. An operation whose result needs more,
// in lowest terms, has none: callers make it a missing value.
#ifndef MQWARDEN_ENGINE_RATIO_H_
#define MQWARDEN_ENGINE_RATIO_H_

#include <compare>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"

namespace mqwarden {

struct Ratio {
  absl::int128 numerator = 0;
  absl::int128 denominator = 1;  // positive, at most 2^120
};

// Nullopt where `denominator` is zero or the fraction does not fit.
std::optional<Ratio> MakeRatio(absl::int128 numerator,
                               absl::int128 denominator);

std::optional<Ratio> Add(const Ratio& a, const Ratio& b);
std::optional<Ratio> Subtract(const Ratio& a, const Ratio& b);
std::optional<Ratio> Multiply(const Ratio& a, const Ratio& b);
// Nullopt where b is zero.
std::optional<Ratio> Divide(const Ratio& a, const Ratio& b);

std::strong_ordering Compare(const Ratio& a, const Ratio& b);

// The whole number when it is one.
std::optional<absl::int128> WholeOf(const Ratio& a);

// a * scale, scale a power of ten up to 10^9, to the nearest whole number, half
// away from zero. Nullopt where that has more than 127 bits.
std::optional<absl::int128> Round(const Ratio& a, int64_t scale);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RATIO_H_
