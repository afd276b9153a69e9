#include "mqwarden/tests/oracle/fraction.h"

#include "mqwarden/base/check.h"

namespace mqwarden::oracle {
namespace {

absl::int128 GreatestCommonDivisor(absl::int128 a, absl::int128 b) {
  while (b != 0) {
    const absl::int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a < 0 ? -a : a;
}

// `numerator / denominator` as a whole number, half away from zero.
absl::int128 RoundedQuotient(absl::int128 numerator, absl::int128 denominator) {
  const bool negative = numerator < 0;
  const absl::int128 magnitude = negative ? -numerator : numerator;
  const absl::int128 whole = (2 * magnitude + denominator) / (2 * denominator);
  return negative ? -whole : whole;
}

absl::int128 Checked(absl::int128 value) {
  // A quarter of the range is left for one more operation.
  const absl::int128 bound = absl::int128(1) << 124;
  MQWARDEN_CHECK(-bound < value && value < bound,
                 "numbers of the oracle are small");
  return value;
}

}  // namespace

std::optional<Fraction> Fraction::Make(absl::int128 numerator,
                                       absl::int128 denominator) {
  if (denominator == 0) return std::nullopt;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const absl::int128 divisor = GreatestCommonDivisor(numerator, denominator);
  return Fraction(Checked(numerator / divisor), Checked(denominator / divisor));
}

std::optional<Fraction> Sum(const Fraction& a, const Fraction& b) {
  return Fraction::Make(
      a.numerator_ * b.denominator_ + b.numerator_ * a.denominator_,
      a.denominator_ * b.denominator_);
}

std::optional<Fraction> Product(const Fraction& a, const Fraction& b) {
  return Fraction::Make(a.numerator_ * b.numerator_,
                        a.denominator_ * b.denominator_);
}

Decimal Fraction::Rounded() const {
  return Decimal::FromBillionths(
      RoundedQuotient(numerator_ * Decimal::kOne, denominator_));
}

int64_t Fraction::Whole() const {
  return static_cast<int64_t>(RoundedQuotient(numerator_, denominator_));
}

}  // namespace mqwarden::oracle
