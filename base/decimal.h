// Exact decimals: the `real` of the language. Nine places, an integer part of
// 64 bits, kept as a whole number of billionths in 128 bits, so that sums
// neither round nor depend on their order. Nothing here is floating point.
#ifndef MQWARDEN_BASE_DECIMAL_H_
#define MQWARDEN_BASE_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"

namespace mqwarden {

class Decimal {
 public:
  static constexpr int64_t kOne = 1'000'000'000;  // billionths in 1

  constexpr Decimal() = default;
  static Decimal FromInt(int64_t value) {
    return Decimal(absl::int128(value) * kOne);
  }
  static constexpr Decimal FromBillionths(absl::int128 billionths) {
    return Decimal(billionths);
  }
  // `-12.5`: an optional minus, digits, and optionally a point with one to nine
  // places. Nullopt for any other text, for more places, and where the integer
  // part does not fit 64 bits with a sign.
  static std::optional<Decimal> Parse(std::string_view text);

  // Of a duration in seconds, these are its nanoseconds.
  constexpr absl::int128 billionths() const { return billionths_; }

  // The value when it is whole and fits.
  std::optional<int64_t> ToInt() const;

  // The shortest text that Parse reads back to the same value.
  std::string ToString() const;

  // Sums of up to 10^10 parsed values are exact; beyond the 128 bits they are
  // held at the ends of the range.
  friend Decimal operator+(Decimal a, Decimal b) { return Add(a, b); }
  friend Decimal operator-(Decimal a, Decimal b) { return Subtract(a, b); }
  Decimal& operator+=(Decimal b) { return *this = *this + b; }
  Decimal& operator-=(Decimal b) { return *this = *this - b; }

  friend bool operator==(Decimal a, Decimal b) {
    return a.billionths_ == b.billionths_;
  }
  friend std::strong_ordering operator<=>(Decimal a, Decimal b) {
    if (a.billionths_ == b.billionths_) return std::strong_ordering::equal;
    return a.billionths_ < b.billionths_ ? std::strong_ordering::less
                                         : std::strong_ordering::greater;
  }

 private:
  explicit constexpr Decimal(absl::int128 billionths)
      : billionths_(billionths) {}

  static Decimal Add(Decimal a, Decimal b);
  static Decimal Subtract(Decimal a, Decimal b);

  absl::int128 billionths_ = 0;
};

// a / b against c / d, exactly, by cross-multiplication in 256 bits. Unordered,
// so that every comparison is false, when b or d is zero.
std::partial_ordering CompareRatio(Decimal a, Decimal b, Decimal c, Decimal d);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_DECIMAL_H_
