#include "mqwarden/base/decimal.h"

#include <cstddef>
#include <limits>

namespace mqwarden {
namespace {

constexpr int kPlaces = 9;

absl::uint128 Magnitude(absl::int128 value) {
  const absl::uint128 bits(value);
  return value < 0 ? -bits : bits;
}

// A product of two 128-bit magnitudes.
struct Wide {
  absl::uint128 high;
  absl::uint128 low;
};

Wide Multiply(absl::uint128 a, absl::uint128 b) {
  const absl::uint128 a0 = absl::Uint128Low64(a), a1 = absl::Uint128High64(a);
  const absl::uint128 b0 = absl::Uint128Low64(b), b1 = absl::Uint128High64(b);
  const absl::uint128 low = a0 * b0;
  const absl::uint128 left = a1 * b0;
  const absl::uint128 right = a0 * b1;
  // Three addends below 2^64 each, so the column does not overflow.
  const absl::uint128 middle = absl::uint128(absl::Uint128High64(low)) +
                               absl::Uint128Low64(left) +
                               absl::Uint128Low64(right);
  return {a1 * b1 + absl::Uint128High64(left) + absl::Uint128High64(right) +
              absl::Uint128High64(middle),
          absl::MakeUint128(absl::Uint128Low64(middle),
                            absl::Uint128Low64(low))};
}

int CompareMagnitudes(const Wide& a, const Wide& b) {
  if (a.high != b.high) return a.high < b.high ? -1 : 1;
  if (a.low != b.low) return a.low < b.low ? -1 : 1;
  return 0;
}

int Sign(absl::int128 value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

std::string DigitsOf(absl::uint128 value) {
  std::string digits;
  do {
    digits.insert(digits.begin(),
                  static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);

  const uint64_t max_whole =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) +
      (negative ? 1 : 0);
  uint64_t whole = 0;
  size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    const uint64_t digit = static_cast<uint64_t>(text[at] - '0');
    if (whole > (max_whole - digit) / 10) return std::nullopt;
    whole = whole * 10 + digit;
  }
  if (at == 0) return std::nullopt;

  int64_t fraction = 0;
  if (at < text.size()) {
    const std::string_view places = text.substr(at + 1);
    if (text[at] != '.' || places.empty() || places.size() > kPlaces) {
      return std::nullopt;
    }
    for (size_t i = 0; i < kPlaces; ++i) {
      const char c = i < places.size() ? places[i] : '0';
      if (c < '0' || c > '9') return std::nullopt;
      fraction = fraction * 10 + (c - '0');
    }
  }
  const absl::int128 magnitude = absl::int128(whole) * kOne + fraction;
  return Decimal(negative ? -magnitude : magnitude);
}

std::optional<int64_t> Decimal::ToInt() const {
  const absl::int128 whole = billionths_ / kOne;
  if (whole * kOne != billionths_ ||
      whole < std::numeric_limits<int64_t>::min() ||
      whole > std::numeric_limits<int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<int64_t>(whole);
}

std::string Decimal::ToString() const {
  const absl::uint128 magnitude = Magnitude(billionths_);
  std::string out = DigitsOf(magnitude / kOne);
  if (billionths_ < 0) out.insert(out.begin(), '-');
  const absl::uint128 fraction = magnitude % kOne;
  if (fraction != 0) {
    const std::string places = DigitsOf(fraction);
    out.push_back('.');
    out.append(kPlaces - places.size(), '0');
    out += places;
    while (out.back() == '0') out.pop_back();
  }
  return out;
}

Decimal Decimal::Add(Decimal a, Decimal b) {
  const absl::int128 x = a.billionths_, y = b.billionths_;
  if (y > 0 && x > absl::Int128Max() - y) return Decimal(absl::Int128Max());
  if (y < 0 && x < absl::Int128Min() - y) return Decimal(absl::Int128Min());
  return Decimal(x + y);
}

Decimal Decimal::Subtract(Decimal a, Decimal b) {
  const absl::int128 x = a.billionths_, y = b.billionths_;
  if (y < 0 && x > absl::Int128Max() + y) return Decimal(absl::Int128Max());
  if (y > 0 && x < absl::Int128Min() + y) return Decimal(absl::Int128Min());
  return Decimal(x - y);
}

std::partial_ordering CompareRatio(Decimal a, Decimal b, Decimal c,
                                   Decimal d) {
  const int b_sign = Sign(b.billionths()), d_sign = Sign(d.billionths());
  if (b_sign == 0 || d_sign == 0) return std::partial_ordering::unordered;
  const int left_sign = Sign(a.billionths()) * b_sign;
  const int right_sign = Sign(c.billionths()) * d_sign;
  if (left_sign != right_sign) return left_sign <=> right_sign;
  // |a / b| against |c / d| is |a d| against |c b|.
  const int magnitudes = CompareMagnitudes(
      Multiply(Magnitude(a.billionths()), Magnitude(d.billionths())),
      Multiply(Magnitude(c.billionths()), Magnitude(b.billionths())));
  return magnitudes * left_sign <=> 0;
}

}  // namespace mqwarden
