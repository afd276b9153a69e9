#include "mqwarden/base/time.h"

#include <cstdint>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Time At(int64_t nanos) { return Time(Duration(nanos)); }

struct InstantCase {
  std::string text;
  int64_t nanos;
};

TEST(TimeTest, InstantsAreRead) {
  const std::vector<InstantCase> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00.000000001Z", 1},
      {"1969-12-31T23:59:59.999999999Z", -1},
      {"2026-11-20T09:00:00.12Z", 1795165200120000000},
      {"2026-11-20t09:00:00z", 1795165200000000000},
      {"2026-11-20T10:30:00+01:30", 1795165200000000000},
      {"2026-11-20T04:00:00-05:00", 1795165200000000000},
      {"2026-11-21T08:59:00+23:59", 1795165200000000000},
      {"2024-02-29T00:00:00Z", 1709164800000000000},
      {"2016-12-31T23:59:60Z", 1483228800000000000},
      {"2016-12-31T23:59:60.5Z", 1483228800500000000},
      {"1677-09-21T00:12:43.145224192Z", kMin},
      {"1677-09-21T00:12:44Z", -9223372036000000000},
      {"2262-04-11T23:47:16.854775807Z", kMax},
  };
  for (const InstantCase& c : cases) {
    const auto time = ParseTime(c.text);
    ASSERT_TRUE(time.has_value()) << c.text;
    EXPECT_EQ(time->time_since_epoch().count(), c.nanos) << c.text;
  }
}

TEST(TimeTest, OtherTextsAreNoInstants) {
  for (const std::string text : {
           "", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20 09:00:00Z",
           "2026-11-20T09:00Z", "2026-11-20T09:00:00.Z",
           "2026-11-20T09:00:00.1234567890Z", "2026-11-20T09:00:00,5Z",
           "2026-11-20T09:00:00ZZ", " 2026-11-20T09:00:00Z",
           "2026-11-20T09:00:00Z ", "2026-13-01T00:00:00Z",
           "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
           "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
           "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
           "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
           "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
           "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+1:00",
           "2026-1-01T00:00:00Z", "+2026-01-01T00:00:00Z",
           "2026-01-01T00:00:0", "1677-09-21T00:12:43.145224191Z",
           "1677-09-21T00:12:43Z", "1677-09-21T00:12:42.999999999Z",
           "2262-04-11T23:47:16.854775808Z", "2262-04-11T23:47:17Z",
           "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
  EXPECT_FALSE(
      ParseTime(std::string_view("2026-01-01T00:00:00Z\0", 21)).has_value());
}

TEST(TimeTest, InstantsAreShownWithNineDigitsOrAsFewAsNeeded) {
  struct Case {
    int64_t nanos;
    std::string full;
    std::string brief;
  };
  const std::vector<Case> cases = {
      {0, "1970-01-01T00:00:00.000000000Z", "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999999Z"},
      {1795165200120000000, "2026-11-20T09:00:00.120000000Z",
       "2026-11-20T09:00:00.12Z"},
      {kMin, "1677-09-21T00:12:43.145224192Z",
       "1677-09-21T00:12:43.145224192Z"},
      {kMax, "2262-04-11T23:47:16.854775807Z",
       "2262-04-11T23:47:16.854775807Z"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FormatTime(At(c.nanos)), c.full);
    EXPECT_EQ(FormatTimeShort(At(c.nanos)), c.brief);
  }
}

TEST(TimeTest, RandomInstantsAgreeWithLibcAndReadBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const int64_t nanos = static_cast<int64_t>(random());
    const int64_t fraction = ((nanos % 1'000'000'000) + 1'000'000'000) %
                             1'000'000'000;
    const std::time_t seconds =
        fraction == 0 || nanos > 0 ? nanos / 1'000'000'000
                                   : nanos / 1'000'000'000 - 1;
    std::tm utc;
    ASSERT_NE(gmtime_r(&seconds, &utc), nullptr);
    char expected[32];
    ASSERT_GT(std::strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S",
                            &utc),
              0u);
    const std::string text = FormatTime(At(nanos));
    EXPECT_EQ(text.substr(0, 19), expected);
    EXPECT_EQ(std::stoll(text.substr(20, 9)), fraction);
    EXPECT_EQ(ParseTime(text), At(nanos)) << text;
    EXPECT_EQ(ParseTime(FormatTimeShort(At(nanos))), At(nanos)) << text;
  }
}

TEST(TimeTest, DurationsAreReadAndShown) {
  constexpr int64_t kSecond = 1'000'000'000;
  struct Case {
    std::string text;
    int64_t nanos;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"250ms", 250'000'000, "250ms"},
      {"30s", 30 * kSecond, "30s"},
      {"5m", 300 * kSecond, "5m"},
      {"12h", 43'200 * kSecond, "12h"},
      {"7d", 604'800 * kSecond, "1w"},
      {"10d", 864'000 * kSecond, "10d"},
      {"2w", 1'209'600 * kSecond, "2w"},
      {"4m30s", 270 * kSecond, "4m30s"},
      {"270s", 270 * kSecond, "4m30s"},
      {"36h", 129'600 * kSecond, "1d12h"},
      {"1w1d1h1m1s1ms1us1ns", 694'861'001'001'001, "8d1h1m1s1ms1us1ns"},
      {"0s", 0, "0s"},
      {"0ns", 0, "0s"},
      {"007m", 420 * kSecond, "7m"},
      {"9223372036854775807ns", kMax, "106751d23h47m16s854ms775us807ns"},
  };
  for (const Case& c : cases) {
    const auto duration = ParseDuration(c.text);
    ASSERT_TRUE(duration.has_value()) << c.text;
    EXPECT_EQ(duration->count(), c.nanos) << c.text;
    EXPECT_EQ(FormatDuration(*duration), c.shown);
    EXPECT_EQ(ParseDuration(c.shown), duration) << c.text;
  }
  EXPECT_EQ(FormatDuration(Duration(-270 * kSecond)), "-4m30s");
  EXPECT_EQ(FormatDuration(Duration(kMin)),
            "-106751d23h47m16s854ms775us808ns");
}

TEST(TimeTest, OtherTextsAreNoDurations) {
  for (const std::string text :
       {"", "5", "m", "5 m", "5M", "5m ", "-5m", "1.5h", "30s4m", "5m5m",
        "1ms1s", "5min", "5mm", "5x", "4m30", "9223372036854775808ns",
        "99999999999999999999s", "15251w", "15250w9223372036854775807ns"}) {
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
  }
}

TEST(TimeTest, ArithmeticIsHeldAtTheEnds) {
  EXPECT_EQ(SaturatingAdd(At(5), Duration(7)), At(12));
  EXPECT_EQ(SaturatingAdd(At(kMax - 1), Duration(1)), At(kMax));
  EXPECT_EQ(SaturatingAdd(At(kMax - 1), Duration(2)), At(kMax));
  EXPECT_EQ(SaturatingAdd(At(kMin + 1), Duration(-2)), At(kMin));
  EXPECT_EQ(SaturatingAdd(At(kMin), Duration(kMax)), At(-1));
  EXPECT_EQ(SaturatingSub(At(5), Duration(7)), At(-2));
  EXPECT_EQ(SaturatingSub(At(kMin + 1), Duration(1)), At(kMin));
  EXPECT_EQ(SaturatingSub(At(kMin + 1), Duration(2)), At(kMin));
  EXPECT_EQ(SaturatingSub(At(kMax), Duration(-1)), At(kMax));
  EXPECT_EQ(SaturatingSub(At(0), Duration(kMin)), At(kMax));
  EXPECT_EQ(SaturatingSub(At(-1), Duration(kMin)), At(kMax));
  EXPECT_EQ(SaturatingSub(At(-2), Duration(kMin)), At(kMax - 1));
  EXPECT_EQ(SaturatingSub(At(kMax), At(kMin)), Duration(kMax));
  EXPECT_EQ(SaturatingSub(At(9), At(4)), Duration(5));
}

}  // namespace
}  // namespace mqwarden
