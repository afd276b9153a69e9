// Exact fractions for the oracle's numbers: naive, in 128 bits, reduced after
// every operation. Streams are small, so nothing overflows; an operation that
// does gives no fraction at all.
#ifndef MQWARDEN_TESTS_ORACLE_FRACTION_H_
#define MQWARDEN_TESTS_ORACLE_FRACTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "mqwarden/base/decimal.h"

namespace mqwarden::oracle {

class Fraction {
 public:
  Fraction() = default;
  static Fraction Of(int64_t value) { return Fraction(value, 1); }
  static Fraction Of(Decimal value) {
    return *Make(value.billionths(), Decimal::kOne);
  }
  // Nullopt where `denominator` is zero.
  static std::optional<Fraction> Make(absl::int128 numerator,
                                      absl::int128 denominator);

  friend std::optional<Fraction> Sum(const Fraction& a, const Fraction& b);
  friend std::optional<Fraction> Product(const Fraction& a, const Fraction& b);
  Fraction Negative() const { return Fraction(-numerator_, denominator_); }
  // 1 / this; nullopt of zero.
  std::optional<Fraction> Inverse() const {
    return Make(denominator_, numerator_);
  }

  friend bool operator==(const Fraction& a, const Fraction& b) {
    return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  }
  friend bool operator<(const Fraction& a, const Fraction& b) {
    return a.numerator_ * b.denominator_ < b.numerator_ * a.denominator_;
  }

  // Rounded to nine places, half away from zero.
  Decimal Rounded() const;
  // Rounded to a whole number likewise.
  int64_t Whole() const;

 private:
  Fraction(absl::int128 numerator, absl::int128 denominator)
      : numerator_(numerator), denominator_(denominator) {}

  // Without a common divisor; the denominator is over zero.
  absl::int128 numerator_ = 0;
  absl::int128 denominator_ = 1;
};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_FRACTION_H_
