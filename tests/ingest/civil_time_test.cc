// Civil times: what is read, what is refused, zones, and years that are not
// stated.

#include "mqwarden/ingest/civil_time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

std::string Show(const std::optional<Time>& time) {
  return time.has_value() ? FormatTimeShort(*time) : "none";
}

// A date, blanks, a time of day, perhaps AM or PM, perhaps an offset.
std::string ReadStamp(std::string_view text,
                      const std::optional<absl::TimeZone>& zone) {
  CivilScanner in(text);
  CivilTime civil;
  in.YearMonthDay(&civil);
  in.Blanks();
  in.TimeOfDay(&civil);
  in.Meridian(&civil);
  const auto offset = in.Offset();
  if (!in.ok() || !in.rest().empty()) return "unread";
  return Show(offset.has_value() ? ComposeTime(civil, *offset)
                                 : ComposeTime(civil, zone));
}

TEST(CivilTimeTest, ReadsStamps) {
  const struct {
    std::string_view text;
    std::string_view time;
  } cases[] = {
      {"2026/11/20 09:00:01.654884", "2026-11-20T09:00:01.654884Z"},
      {"2026-11-20 09:00:01", "2026-11-20T09:00:01Z"},
      {"2026.11.20   9:00:01,5", "2026-11-20T09:00:01.5Z"},
      {"2026-11-20 09:00:01.1234567899", "2026-11-20T09:00:01.123456789Z"},
      {"2026-11-20 12:00:01 AM", "2026-11-20T00:00:01Z"},
      {"2026-11-20 12:00:01PM", "2026-11-20T12:00:01Z"},
      {"2026-11-20 3:00:01 pm", "2026-11-20T15:00:01Z"},
      {"2026-11-20 09:00:01Z", "2026-11-20T09:00:01Z"},
      {"2026-11-20 09:00:01+02:00", "2026-11-20T07:00:01Z"},
      {"2026-11-20 09:00:01-0330", "2026-11-20T12:30:01Z"},
      {"2026-11-20 09:00:01+01", "2026-11-20T08:00:01Z"},
      {"2026-12-31 23:59:60", "2027-01-01T00:00:00Z"},
      {"2024-02-29 00:00:00", "2024-02-29T00:00:00Z"},
      {"1969-12-31 23:59:59.5", "1969-12-31T23:59:59.5Z"},
      {"2026-02-29 00:00:00", "none"},
      {"2026-13-01 00:00:00", "none"},
      {"2026-00-01 00:00:00", "none"},
      {"2026-01-00 00:00:00", "none"},
      {"2026-01-32 00:00:00", "none"},
      {"2026-01-01 24:00:00", "none"},
      {"2026-01-01 00:60:00", "none"},
      {"2026-01-01 00:00:61", "none"},
      {"0000-01-01 00:00:00", "none"},
      {"9999-01-01 00:00:00", "none"},
      {"2026/01-01 00:00:00", "unread"},
      {"2026 01 01 00:00:00", "unread"},
      {"2026-1-01 00:00:00", "unread"},
      {"2026-01-01 00:00", "unread"},
      {"2026-01-01 00:00:0", "unread"},
      {"2026-01-01T00:00:00", "unread"},
      {"2026-01-01 13:00:00 PM", "unread"},
      {"2026-01-01 0:00:00 AM", "unread"},
      {"2026-01-01 01:00:00 AMX", "unread"},
      {"2026-01-01 01:00:00.", "unread"},
      {"2026-01-01 01:00:00+24:00", "unread"},
      {"", "unread"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ReadStamp(c.text, std::nullopt), c.time) << c.text;
  }
}

TEST(CivilTimeTest, NamesOfMonthsAndDays) {
  CivilScanner in("Tue aUg  4 12:57:49 2026");
  CivilTime civil;
  in.WeekdayName();
  in.Blanks();
  civil.month = in.MonthName();
  in.Blanks();
  civil.day = in.Number(1, 2);
  in.Blanks();
  in.TimeOfDay(&civil);
  in.Blanks();
  civil.year = in.Number(4);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in.rest(), "");
  EXPECT_EQ(Show(ComposeTime(civil, 0)), "2026-08-04T12:57:49Z");

  CivilScanner wrong("Agu");
  wrong.MonthName();
  EXPECT_FALSE(wrong.ok());
  CivilScanner short_name("Tu");
  short_name.WeekdayName();
  EXPECT_FALSE(short_name.ok());
}

TEST(CivilTimeTest, UsesTheZoneThatIsGiven) {
  const absl::TimeZone zone = absl::FixedTimeZone(2 * 60 * 60);
  EXPECT_EQ(ReadStamp("2026-07-01 09:00:00.25", zone),
            "2026-07-01T07:00:00.25Z");
  EXPECT_EQ(ReadStamp("2026-12-31 23:59:60", zone), "2026-12-31T22:00:00Z");
  EXPECT_EQ(ReadStamp("2026-02-30 00:00:00", zone), "none");
  EXPECT_EQ(TimeQualityOf(zone), EnumCode(EnumType::kTimeQuality, "exact"));
  EXPECT_EQ(TimeQualityOf(std::nullopt),
            EnumCode(EnumType::kTimeQuality, "no_zone"));
}

TEST(CivilTimeTest, ADateWithoutAYearIsNoInstant) {
  EXPECT_EQ(Show(ComposeTime(CivilTime{{}, 7, 1, 0, 0, 0, 0}, 0)), "none");
}

std::string ResolveAll(YearTracker years, std::string_view dates) {
  std::string shown;
  CivilScanner in(dates);
  while (!in.rest().empty()) {
    CivilTime civil;
    civil.month = in.MonthName();
    in.Blanks();
    civil.day = in.Number(1, 2);
    in.SkipBlanks();
    if (!in.ok()) return "unread";
    shown += Show(years.Resolve(civil)).substr(0, 10) + " ";
  }
  return shown;
}

TEST(YearTrackerTest, FollowsTheFile) {
  const auto from = ParseTime("2026-06-15T00:00:00Z");
  const struct {
    std::string_view dates;
    std::string_view resolved;
  } cases[] = {
      {"Jun 15 Jul 1", "2026-06-15 2026-07-01 "},
      {"Jun 14", "2027-06-14 "},
      {"Jan 2 Sep 9", "2027-01-02 2027-09-09 "},
      {"Dec 31 Jan 1 Dec 31 Jan 1",
       "2026-12-31 2027-01-01 2026-12-31 2027-01-01 "},
      {"Aug 1 Jul 1", "2026-08-01 2026-07-01 "},
      {"Nov 1 Feb 1 Nov 1 Feb 1",
       "2026-11-01 2027-02-01 2027-11-01 2028-02-01 "},
      {"Feb 29 Mar 1", "2028-02-29 2028-03-01 "},
      {"Feb 30 Jul 1", "none 2026-07-01 "},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ResolveAll(YearTracker(from, std::nullopt), c.dates), c.resolved)
        << c.dates;
  }
  EXPECT_EQ(ResolveAll(YearTracker(std::nullopt, std::nullopt), "Jun 15"),
            "none ");
}

TEST(YearTrackerTest, JudgesInTheZoneOfTheDates) {
  const auto from = ParseTime("2026-12-31T23:00:00Z");
  const absl::TimeZone east = absl::FixedTimeZone(2 * 60 * 60);
  EXPECT_EQ(ResolveAll(YearTracker(from, east), "Jan 1"), "2027-12-31 ");
  const absl::TimeZone west = absl::FixedTimeZone(-2 * 60 * 60);
  EXPECT_EQ(ResolveAll(YearTracker(from, west), "Jan 1"), "2027-01-01 ");
}

}  // namespace
}  // namespace mqwarden
