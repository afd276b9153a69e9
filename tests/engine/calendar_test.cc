#include "mqwarden/engine/calendar.h"

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int32_t kHour = 3600;
constexpr int32_t kDaySeconds = 24 * kHour;

int64_t Utc(int year, int month, int day, int hour = 0, int minute = 0) {
  return absl::ToUnixNanos(absl::FromCivil(
      absl::CivilMinute(year, month, day, hour, minute), absl::UTCTimeZone()));
}

CalendarPlan::WeeklyRange On(int weekday, int begin_hour, int hours) {
  const int32_t begin = weekday * kDaySeconds + begin_hour * kHour;
  return {begin, begin + hours * kHour};
}

struct Case {
  const char* name;
  CalendarPlan calendar;
  int64_t t;
  bool holds;
};

class CalendarTest : public ::testing::TestWithParam<Case> {};

TEST_P(CalendarTest, Holds) {
  const Case& c = GetParam();
  EXPECT_EQ(CalendarHolds(c.calendar, c.t, {}), c.holds);
}

CalendarPlan Weekly(std::vector<CalendarPlan::WeeklyRange> ranges) {
  CalendarPlan calendar;
  calendar.weekly = std::move(ranges);
  return calendar;
}

CalendarPlan FridayNight(std::vector<int32_t> excepted) {
  CalendarPlan calendar = Weekly({On(4, 22, 8)});
  calendar.excepted = std::move(excepted);
  return calendar;
}

// 2026-01-05 is a Monday, 2026-01-09 a Friday; the latter is day 20462.
INSTANTIATE_TEST_SUITE_P(
    Cases, CalendarTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"StartIsInside", Weekly({On(0, 8, 10)}), Utc(2026, 1, 5, 8), true},
        {"EndIsOutside", Weekly({On(0, 8, 10)}), Utc(2026, 1, 5, 18), false},
        {"LastInstantIsInside", Weekly({On(0, 8, 10)}),
         Utc(2026, 1, 5, 18) - 1, true},
        {"OtherDayIsOutside", Weekly({On(0, 8, 10)}), Utc(2026, 1, 6, 8),
         false},
        {"NightGoesOnAfterMidnight", FridayNight({}), Utc(2026, 1, 10, 5),
         true},
        {"NightBelongsToTheDayItStarts", FridayNight({}), Utc(2026, 1, 9, 5),
         false},
        {"ExceptionCutsItsOwnDayOnly", FridayNight({20462}),
         Utc(2026, 1, 10, 0), true},
        {"ExceptionTakesTheWholeDay", FridayNight({20462}),
         Utc(2026, 1, 9, 23), false},
        {"SundayNightGoesOnInTheNextWeek", Weekly({On(6, 22, 8)}),
         Utc(2026, 1, 5, 5), true},
        {"SundayNightEndsInTheNextWeek", Weekly({On(6, 22, 8)}),
         Utc(2026, 1, 5, 6), false},
        {"BeforeTheEpoch", Weekly({On(2, 23, 1)}), -1, true},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CalendarSpanTest, KeysAreGlobsAndEmptyFitsEverything) {
  CalendarPlan calendar;
  calendar.keys = 1;
  calendar.spans = {{10, 20, {"prd*"}}, {15, 30, {""}}};
  const std::vector<std::string_view> prod = {"PRDQM1"};
  const std::vector<std::string_view> test = {"TSTQM1"};
  const std::vector<std::string_view> missing = {""};
  EXPECT_TRUE(CalendarHolds(calendar, 10, prod));
  EXPECT_FALSE(CalendarHolds(calendar, 10, test));
  EXPECT_FALSE(CalendarHolds(calendar, 10, missing));
  EXPECT_TRUE(CalendarHolds(calendar, 29, missing));
  EXPECT_FALSE(CalendarHolds(calendar, 30, prod));
}

std::vector<CalendarPlan::Offset> OffsetsOf(absl::TimeZone zone) {
  std::vector<CalendarPlan::Offset> offsets = {
      {INT64_MIN, zone.At(absl::UnixEpoch()).offset}};
  absl::TimeZone::CivilTransition transition;
  absl::Time at = absl::UnixEpoch();
  while (zone.NextTransition(at, &transition)) {
    at = absl::FromCivil(transition.to, zone);
    const absl::Time instant = zone.At(transition.to).trans;
    at = instant;
    if (absl::ToCivilYear(at, zone).year() > 2040) break;
    offsets.push_back({absl::ToUnixNanos(at), zone.At(at).offset});
  }
  return offsets;
}

// Working hours by the civil time of Abseil, which knows the zone itself.
bool NaiveHolds(absl::TimeZone zone, int64_t t) {
  const auto civil = absl::ToCivilSecond(absl::FromUnixNanos(t), zone);
  const auto day = absl::GetWeekday(civil);
  return day != absl::Weekday::saturday && day != absl::Weekday::sunday &&
         civil.hour() >= 1 && civil.hour() < 18;
}

CalendarPlan London() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &zone));
  CalendarPlan calendar;
  calendar.offsets = OffsetsOf(zone);
  for (int day = 0; day < 5; ++day) calendar.weekly.push_back(On(day, 1, 17));
  return calendar;
}

TEST(CalendarZoneTest, GoesByTheWallClockAcrossSummerTime) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/London", &zone));
  const CalendarPlan calendar = London();
  ASSERT_GT(calendar.offsets.size(), 50u);
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    // Hours around 2020 to 2035, so that both changes of every year are met.
    const int64_t hour = 438'288 + static_cast<int64_t>(random() % 131'400);
    const int64_t t = hour * 3600 * kSecond + static_cast<int64_t>(random() % 2);
    ASSERT_EQ(CalendarHolds(calendar, t, {}), NaiveHolds(zone, t)) << t;
  }
}

// 2026-03-29T01:00:00Z is two o'clock in London, 2026-10-25T01:00:00Z is one.
TEST(CalendarZoneTest, TheClockHasChangedAtTheInstantOfItsChange) {
  CalendarPlan calendar = London();
  calendar.weekly = {On(6, 2, 1)};
  const int64_t spring = Utc(2026, 3, 29, 1);
  EXPECT_FALSE(CalendarHolds(calendar, spring - 1, {}));
  EXPECT_TRUE(CalendarHolds(calendar, spring, {}));
  calendar.weekly = {On(6, 1, 1)};
  const int64_t autumn = Utc(2026, 10, 25, 1);
  EXPECT_TRUE(CalendarHolds(calendar, autumn - 1, {}));
  EXPECT_TRUE(CalendarHolds(calendar, autumn, {}));
  EXPECT_TRUE(CalendarHolds(calendar, autumn + 3600 * kSecond - 1, {}));
  EXPECT_FALSE(CalendarHolds(calendar, autumn + 3600 * kSecond, {}));
}

TEST(CalendarNextChangeTest, FollowsAChangeOfTheClockThatComesAtOnce) {
  CalendarPlan calendar;
  calendar.offsets = {{INT64_MIN, 0},
                      {100 * kSecond, 3600},
                      {200 * kSecond, 0}};
  calendar.excepted = {0};  // a day that changes at its midnights only
  EXPECT_EQ(CalendarNextChange(calendar, 0), 100 * kSecond);
  EXPECT_EQ(CalendarNextChange(calendar, 100 * kSecond), 200 * kSecond);
}

TEST(CalendarNextChangeTest, NothingChangesBeforeIt) {
  CalendarPlan calendar = London();
  calendar.excepted = {20454, 20460};
  calendar.spans = {{Utc(2026, 1, 10, 3), Utc(2026, 1, 10, 4), {}}};
  std::mt19937_64 random(11);
  int64_t t = Utc(2026, 1, 1);
  int changes = 0;
  while (t < Utc(2026, 4, 15)) {
    const int64_t next = CalendarNextChange(calendar, t);
    ASSERT_GT(next, t);
    const bool now = CalendarHolds(calendar, t, {});
    for (int i = 0; i < 20; ++i) {
      const int64_t between =
          t + static_cast<int64_t>(random() % static_cast<uint64_t>(next - t));
      ASSERT_EQ(CalendarHolds(calendar, between, {}), now) << t << " " << between;
    }
    changes += CalendarHolds(calendar, next, {}) != now;
    t = next;
  }
  EXPECT_GT(changes, 140);
  EXPECT_EQ(CalendarNextChange(CalendarPlan(), 0), INT64_MAX);
}

}  // namespace
}  // namespace mqwarden
