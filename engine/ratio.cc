#include "mqwarden/engine/ratio.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "mqwarden/base/decimal.h"

namespace mqwarden {
namespace {

constexpr absl::int128 kMaxDenominator = absl::int128(1) << 120;

absl::uint128 Magnitude(absl::int128 value) {
  const absl::uint128 bits(value);
  return value < 0 ? -bits : bits;
}

bool IsSmall(absl::int128 value) {
  return value >= std::numeric_limits<int64_t>::min() &&
         value <= std::numeric_limits<int64_t>::max();
}

bool MultiplyInto(absl::int128 a, absl::int128 b, absl::int128* product) {
  if (IsSmall(a) && IsSmall(b)) {
    *product = a * b;
    return true;
  }
  const absl::uint128 x = Magnitude(a);
  const absl::uint128 y = Magnitude(b);
  if (x != 0 && y > absl::uint128(absl::Int128Max()) / x) return false;
  *product = a * b;
  return true;
}

bool AddInto(absl::int128 a, absl::int128 b, absl::int128* sum) {
  if (b > 0 ? a > absl::Int128Max() - b : a < absl::Int128Min() - b) {
    return false;
  }
  *sum = a + b;
  return true;
}

absl::uint128 GreatestDivisor(absl::uint128 a, absl::uint128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

Ratio Reduced(const Ratio& a) {
  const absl::uint128 divisor =
      GreatestDivisor(Magnitude(a.numerator), Magnitude(a.denominator));
  const absl::int128 d(divisor);
  return {a.numerator / d, a.denominator / d};
}

// The two fractions over their least common denominator, as far as it fits.
std::optional<Ratio> AddSigned(const Ratio& a, const Ratio& b, bool subtract) {
  if (b.numerator == absl::Int128Min() && subtract) return std::nullopt;
  const absl::int128 right = subtract ? -b.numerator : b.numerator;
  const absl::int128 common(GreatestDivisor(Magnitude(a.denominator),
                                            Magnitude(b.denominator)));
  const absl::int128 a_factor = b.denominator / common;
  const absl::int128 b_factor = a.denominator / common;
  absl::int128 x = 0, y = 0, numerator = 0, denominator = 0;
  if (!MultiplyInto(a.numerator, a_factor, &x) ||
      !MultiplyInto(right, b_factor, &y) || !AddInto(x, y, &numerator) ||
      !MultiplyInto(a.denominator, a_factor, &denominator)) {
    return std::nullopt;
  }
  return MakeRatio(numerator, denominator);
}

}  // namespace

std::optional<Ratio> MakeRatio(absl::int128 numerator,
                               absl::int128 denominator) {
  if (denominator == 0 || numerator == absl::Int128Min() ||
      denominator == absl::Int128Min()) {
    return std::nullopt;
  }
  Ratio ratio = {numerator, denominator};
  if (denominator < 0) ratio = {-numerator, -denominator};
  if (ratio.denominator > kMaxDenominator) {
    ratio = Reduced(ratio);
    if (ratio.denominator > kMaxDenominator) return std::nullopt;
  }
  return ratio;
}

std::optional<Ratio> Add(const Ratio& a, const Ratio& b) {
  if (const auto sum = AddSigned(a, b, /*subtract=*/false)) return sum;
  return AddSigned(Reduced(a), Reduced(b), /*subtract=*/false);
}

std::optional<Ratio> Subtract(const Ratio& a, const Ratio& b) {
  if (const auto difference = AddSigned(a, b, /*subtract=*/true)) {
    return difference;
  }
  return AddSigned(Reduced(a), Reduced(b), /*subtract=*/true);
}

std::optional<Ratio> Multiply(const Ratio& a, const Ratio& b) {
  absl::int128 numerator = 0, denominator = 0;
  if (MultiplyInto(a.numerator, b.numerator, &numerator) &&
      MultiplyInto(a.denominator, b.denominator, &denominator)) {
    if (const auto product = MakeRatio(numerator, denominator)) return product;
  }
  // In lowest terms crosswise, so that nothing more can be cancelled.
  const Ratio left = Reduced({a.numerator, b.denominator});
  const Ratio right = Reduced({b.numerator, a.denominator});
  if (!MultiplyInto(left.numerator, right.numerator, &numerator) ||
      !MultiplyInto(left.denominator, right.denominator, &denominator)) {
    return std::nullopt;
  }
  return MakeRatio(numerator, denominator);
}

std::optional<Ratio> Divide(const Ratio& a, const Ratio& b) {
  const std::optional<Ratio> inverse = MakeRatio(b.denominator, b.numerator);
  if (!inverse.has_value()) return std::nullopt;
  return Multiply(a, *inverse);
}

std::strong_ordering Compare(const Ratio& a, const Ratio& b) {
  const std::partial_ordering order =
      CompareRatio(Decimal::FromBillionths(a.numerator),
                   Decimal::FromBillionths(a.denominator),
                   Decimal::FromBillionths(b.numerator),
                   Decimal::FromBillionths(b.denominator));
  if (order < 0) return std::strong_ordering::less;
  return order > 0 ? std::strong_ordering::greater
                   : std::strong_ordering::equal;
}

std::optional<absl::int128> WholeOf(const Ratio& a) {
  const absl::int128 whole = a.numerator / a.denominator;
  if (whole * a.denominator != a.numerator) return std::nullopt;
  return whole;
}

std::optional<absl::int128> Round(const Ratio& a, int64_t scale) {
  const absl::uint128 denominator = Magnitude(a.denominator);
  absl::uint128 whole = Magnitude(a.numerator) / denominator;
  absl::uint128 rest = Magnitude(a.numerator) % denominator;
  // Long division, one place at a time: the rest stays below 2^124.
  for (; scale > 1; scale /= 10) {
    rest *= 10;
    if (whole > absl::uint128(absl::Int128Max()) / 10 - 1) return std::nullopt;
    whole = whole * 10 + rest / denominator;
    rest %= denominator;
  }
  if (rest >= denominator - rest) ++whole;
  const absl::int128 magnitude(whole);
  if (magnitude < 0) return std::nullopt;
  return a.numerator < 0 ? -magnitude : magnitude;
}

}  // namespace mqwarden
