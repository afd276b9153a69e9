#include "mqwarden/engine/ratio.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/decimal.h"

namespace mqwarden {
namespace {

Ratio R(int64_t a, int64_t b) { return *MakeRatio(a, b); }

bool Same(const Ratio& a, const Ratio& b) { return Compare(a, b) == 0; }

std::string Shown(const std::optional<Ratio>& ratio) {
  if (!ratio.has_value()) return "none";
  const std::optional<absl::int128> rounded = Round(*ratio, Decimal::kOne);
  if (!rounded.has_value()) return "too large";
  return Decimal::FromBillionths(*rounded).ToString();
}

// Every pair of small fractions, against arithmetic on numerators over one
// common denominator.
TEST(RatioExhaustiveTest, AgreesWithACommonDenominator) {
  constexpr int64_t kCommon = 12;
  std::vector<Ratio> all;
  for (const int64_t b : {-4, -3, -1, 1, 2, 3, 4, 6}) {
    for (int64_t a = -5; a <= 5; ++a) all.push_back(R(a, b));
  }
  const auto twelfths = [](const Ratio& r) {
    return static_cast<int64_t>(r.numerator * kCommon / r.denominator);
  };
  for (const Ratio& a : all) {
    for (const Ratio& b : all) {
      const int64_t x = twelfths(a), y = twelfths(b);
      EXPECT_TRUE(Compare(a, b) == (x <=> y));
      EXPECT_TRUE(Same(*Add(a, b), R(x + y, kCommon)));
      EXPECT_TRUE(Same(*Subtract(a, b), R(x - y, kCommon)));
      EXPECT_TRUE(Same(*Multiply(a, b), R(x * y, kCommon * kCommon)));
      if (y == 0) {
        EXPECT_FALSE(Divide(a, b).has_value());
      } else {
        EXPECT_TRUE(Same(*Divide(a, b), R(x, y)));
      }
    }
  }
}

TEST(RatioTest, RoundsToNinePlacesHalfAwayFromZero) {
  EXPECT_EQ(Shown(R(1, 3)), "0.333333333");
  EXPECT_EQ(Shown(R(2, 3)), "0.666666667");
  EXPECT_EQ(Shown(R(-2, 3)), "-0.666666667");
  EXPECT_EQ(Shown(R(1, 2'000'000'000)), "0.000000001");
  EXPECT_EQ(Shown(R(-1, 2'000'000'000)), "-0.000000001");
  EXPECT_EQ(Shown(R(1, 2'000'000'001)), "0");
  EXPECT_EQ(Shown(R(999'999'999'999, 1'000'000'000'000)), "1");
  EXPECT_EQ(Shown(R(7, 1)), "7");
  EXPECT_EQ(Round(R(5, 2), 1), 3);
  EXPECT_EQ(Round(R(-5, 2), 1), -3);
}

TEST(RatioTest, FindsWholeNumbers) {
  EXPECT_EQ(WholeOf(R(6, 3)), 2);
  EXPECT_EQ(WholeOf(R(-6, 3)), -2);
  EXPECT_EQ(WholeOf(R(7, 3)), std::nullopt);
}

TEST(RatioTest, ComparesWhereProductsNeedMoreThan128Bits) {
  const absl::int128 big = absl::int128(1) << 110;
  const Ratio a = *MakeRatio(big, big - 1);
  const Ratio b = *MakeRatio(big + 1, big);
  EXPECT_TRUE(Compare(a, b) > 0);
  EXPECT_TRUE(Compare(b, a) < 0);
  EXPECT_TRUE(Same(a, a));
}

TEST(RatioTest, CancelsBeforeItGivesUp) {
  const absl::int128 big = absl::int128(1) << 100;
  EXPECT_EQ(Shown(Multiply(*MakeRatio(big, 3), *MakeRatio(3, big))), "1");
  EXPECT_EQ(Shown(Divide(*MakeRatio(big, 3), *MakeRatio(big, 6))), "2");
  EXPECT_EQ(Shown(Add(*MakeRatio(big, big * 4), *MakeRatio(big, big * 2))),
            "0.75");
}

TEST(RatioTest, WhatDoesNotFitIsNone) {
  const absl::int128 big = absl::int128(1) << 100;
  EXPECT_EQ(Shown(Multiply(*MakeRatio(big, 1), *MakeRatio(big, 1))), "none");
  EXPECT_EQ(Shown(MakeRatio(1, (absl::int128(1) << 120) + 1)), "none");
  EXPECT_EQ(Shown(MakeRatio(1, 0)), "none");
  EXPECT_EQ(Shown(MakeRatio(absl::Int128Max(), 1)), "too large");
  EXPECT_EQ(Round(*MakeRatio(absl::Int128Max(), 1), 1), absl::Int128Max());
}

}  // namespace
}  // namespace mqwarden
