#include "mqwarden/base/decimal.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "gtest/gtest.h"

namespace mqwarden {
namespace {

Decimal D(const std::string& text) {
  const std::optional<Decimal> value = Decimal::Parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal());
}

TEST(DecimalTest, DecimalsAreReadExactlyAndShownShortest) {
  struct Case {
    std::string text;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.000000000", "0"},
      {"007", "7"},
      {"12.5", "12.5"},
      {"-12.50", "-12.5"},
      {"-0.25", "-0.25"},
      {"0.000000001", "0.000000001"},
      {"1.506625", "1.506625"},
      {"1000000000", "1000000000"},
      {"9223372036854775807.999999999", "9223372036854775807.999999999"},
      {"-9223372036854775808.999999999", "-9223372036854775808.999999999"},
  };
  for (const Case& c : cases) EXPECT_EQ(D(c.text).ToString(), c.shown);
  EXPECT_EQ(D("1.506625").billionths(), 1506625000);
  EXPECT_EQ(D("-0.25").billionths(), -250000000);
}

TEST(DecimalTest, OtherTextsAreNoDecimals) {
  for (const std::string text :
       {"", "-", "+1", ".5", "5.", "-.5", "1e3", "1,5", " 1", "1 ", "--1",
        "1.2.3", "0x10", "inf", "nan", "1.-5", "1.0000000000",
        "0.0000000001", "9223372036854775808", "-9223372036854775809",
        "99999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(Decimal::Parse(text).has_value()) << text;
  }
}

TEST(DecimalTest, WholeNumbersCrossToIntegersAndBack) {
  for (const int64_t value : {int64_t{0}, int64_t{-5},
                              std::numeric_limits<int64_t>::max(),
                              std::numeric_limits<int64_t>::min()}) {
    EXPECT_EQ(Decimal::FromInt(value).ToInt(), value);
    EXPECT_EQ(Decimal::FromInt(value).ToString(), std::to_string(value));
  }
  EXPECT_EQ(D("0.5").ToInt(), std::nullopt);
  EXPECT_EQ((Decimal::FromInt(std::numeric_limits<int64_t>::max()) +
             Decimal::FromInt(1))
                .ToInt(),
            std::nullopt);
}

TEST(DecimalTest, SumsAreExactAndHeldAtTheEnds) {
  EXPECT_EQ(D("0.1") + D("0.2"), D("0.3"));
  EXPECT_EQ(D("1") - D("0.999999999"), D("0.000000001"));
  Decimal total;
  for (int i = 0; i < 1000; ++i) total += D("9223372036854775807.9");
  for (int i = 0; i < 1000; ++i) total -= D("9223372036854775807.9");
  EXPECT_EQ(total, Decimal());
  const Decimal most = Decimal::FromBillionths(absl::Int128Max());
  const Decimal least = Decimal::FromBillionths(absl::Int128Min());
  EXPECT_EQ(most + D("1"), most);
  EXPECT_EQ(most - D("-1"), most);
  EXPECT_EQ(least + D("-1"), least);
  EXPECT_EQ(least - D("1"), least);
  EXPECT_EQ(most + least, D("-0.000000001"));
}

TEST(DecimalTest, OrderIsThatOfTheValues) {
  EXPECT_LT(D("-1"), D("-0.5"));
  EXPECT_LT(D("2"), D("10"));
  EXPECT_GT(D("0.1"), D("0.09"));
  EXPECT_EQ(D("1.50"), D("1.5"));
}

TEST(DecimalTest, RandomValuesReadBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10000; ++i) {
    const absl::int128 billionths =
        absl::int128(static_cast<int64_t>(random() >> random() % 64)) *
            (random() % 2 == 0 ? 1 : -1000) +
        static_cast<int64_t>(random() % 1000);
    const Decimal value = Decimal::FromBillionths(billionths);
    ASSERT_EQ(Decimal::Parse(value.ToString()), value) << value.ToString();
  }
}

TEST(DecimalTest, RatiosAreComparedExactly) {
  EXPECT_TRUE(CompareRatio(D("1"), D("3"), D("2"), D("6")) == 0);
  EXPECT_TRUE(CompareRatio(D("1"), D("3"), D("0.333333333"), D("1")) > 0);
  EXPECT_TRUE(CompareRatio(D("-1"), D("2"), D("1"), D("3")) < 0);
  EXPECT_TRUE(CompareRatio(D("-1"), D("2"), D("1"), D("-3")) < 0);
  EXPECT_TRUE(CompareRatio(D("1"), D("-2"), D("-1"), D("2")) == 0);
  EXPECT_TRUE(CompareRatio(D("0"), D("5"), D("0"), D("-7")) == 0);
  const Decimal most = Decimal::FromBillionths(absl::Int128Max());
  const Decimal nearly = Decimal::FromBillionths(absl::Int128Max() - 1);
  const Decimal least = Decimal::FromBillionths(absl::Int128Min());
  EXPECT_TRUE(CompareRatio(nearly, most, most, nearly) < 0);
  EXPECT_TRUE(CompareRatio(most, least, least, most) > 0);
  EXPECT_TRUE(CompareRatio(least, most, least, nearly) > 0);
}

TEST(DecimalTest, ARatioWithoutDenominatorComparesWithNothing) {
  const std::partial_ordering left =
      CompareRatio(D("1"), D("0"), D("1"), D("2"));
  const std::partial_ordering right =
      CompareRatio(D("1"), D("2"), D("0"), D("0"));
  EXPECT_EQ(left, std::partial_ordering::unordered);
  EXPECT_EQ(right, std::partial_ordering::unordered);
  EXPECT_FALSE(left < 0 || left == 0 || left > 0);
}

TEST(DecimalTest, RandomRatiosAgreeWithSmallArithmetic) {
  std::mt19937 random(1);
  int equal = 0;
  for (int i = 0; i < 50000; ++i) {
    int64_t v[4];
    for (int64_t& x : v) x = static_cast<int64_t>(random() % 15) - 7;
    if (v[1] == 0 || v[3] == 0) continue;
    int64_t left = v[0] * v[3];
    int64_t right = v[2] * v[1];
    if (v[1] * v[3] < 0) std::swap(left, right);
    // Both ratios stretched beyond 64 bits, which changes neither.
    const absl::int128 a(int64_t{1} << random() % 62);
    const absl::int128 b = a * (int64_t{1} << random() % 60);
    const std::partial_ordering order = CompareRatio(
        Decimal::FromBillionths(v[0] * b), Decimal::FromBillionths(v[1] * b),
        Decimal::FromBillionths(v[2] * a), Decimal::FromBillionths(v[3] * a));
    ASSERT_TRUE(order == (left <=> right));
    equal += left == right;
  }
  EXPECT_GT(equal, 100);
}

}  // namespace
}  // namespace mqwarden
