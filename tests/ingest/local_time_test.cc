#include "mqwarden/ingest/formats/local_time.h"

#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

struct DateCase {
  std::string_view text;
  std::optional<DateOrder> order;
  std::string_view expected;  // "": none
};

TEST(LocalTimeTest, IsReadInTheOrdersOfTheLocales) {
  constexpr auto kMdy = DateOrder::kMdy;
  constexpr auto kDmy = DateOrder::kDmy;
  constexpr auto kYmd = DateOrder::kYmd;
  for (const DateCase& c : std::vector<DateCase>{
           {"02/26/20 10:04:57", {}, "2020-02-26T10:04:57Z"},
           {"26/02/20 10:04:57", {}, "2020-02-26T10:04:57Z"},
           {"02/03/20 10:04:57", {}, ""},
           {"02/03/20 10:04:57", kMdy, "2020-02-03T10:04:57Z"},
           {"02/03/20 10:04:57", kDmy, "2020-03-02T10:04:57Z"},
           {"02/03/20 10:04:57", kYmd, "2002-03-20T10:04:57Z"},
           {"03/03/20 10:04:57", {}, "2020-03-03T10:04:57Z"},
           // A field above 12 decides that record alone.
           {"13/07/2018 07:06:03", kMdy, "2018-07-13T07:06:03Z"},
           {"13.07.2018 07:06:00", {}, "2018-07-13T07:06:00Z"},
           {"2018-07-13 07:06:00", {}, "2018-07-13T07:06:00Z"},
           {"2018/02/03 07:06:00", kDmy, "2018-02-03T07:06:00Z"},
           {"2018\u5e7407\u670813\u65e5 07\u65f606\u520600\u79d2", {}, "2018-07-13T07:06:00Z"},
           {"09/19/2024 03:16:15 PM", {}, "2024-09-19T15:16:15Z"},
           {"09/19/2024 12:16:15 am", {}, "2024-09-19T00:16:15Z"},
           {"2024/09/19 \u4e0b\u5348 03:16:15", {}, "2024-09-19T15:16:15Z"},
           {"09/19/2024 15:16:15 PM", {}, ""},
           {"13 Jul 2018 07:06:00", {}, "2018-07-13T07:06:00Z"},
           {"Fri Jul 13 07:06:00 2018", {}, "2018-07-13T07:06:00Z"},
           {"31/02/2018 07:06:00", {}, ""},
           {"13/13/2018 07:06:00", {}, ""},
           {"07:06:00", {}, ""},
           {"1111111111111/07/2018 07:06:00", {}, ""},
           {"", {}, ""},
       }) {
    const auto civil = ParseLocalTime(c.text, c.order);
    const auto time =
        civil.has_value() ? ComposeTime(*civil, 0) : std::optional<Time>();
    EXPECT_EQ(time.has_value() ? FormatTimeShort(*time) : "", c.expected)
        << c.text;
  }
}

struct StampCase {
  std::string_view text;
  std::string_view expected;  // "": none
  std::string_view quality;
};

TEST(LocalTimeTest, StampsOfLoggersAreRead) {
  for (const StampCase& c : std::vector<StampCase>{
           {"20120418163258988000", "2012-04-18T16:32:58.988Z", "no_zone"},
           {"20120418163258", "2012-04-18T16:32:58Z", "no_zone"},
           {"2019-04-24-15.31.58.250", "2019-04-24T15:31:58.25Z", "no_zone"},
           {"2019-04-24 15:31:58", "2019-04-24T15:31:58Z", "no_zone"},
           {"2019-04-24T15:31:58.5+02:00", "2019-04-24T13:31:58.5Z", "exact"},
           {"Apr 24 2019 15:31:58", "2019-04-24T15:31:58Z", "no_zone"},
           {"Apr 24 2019 15:31:58.250 -0500", "2019-04-24T20:31:58.25Z", "exact"},
           {"1776529978000", "2026-04-18T16:32:58Z", "exact"},
           {"20121318163258", "", ""},
           {"201204181632", "", ""},
           {"yesterday", "", ""},
           {"2019-04-24", "", ""},
           {"", "", ""},
       }) {
    const auto stamp = ParseStamp(c.text, std::nullopt);
    EXPECT_EQ(stamp.has_value() ? FormatTimeShort(stamp->time) : "", c.expected)
        << c.text;
    EXPECT_EQ(stamp.has_value()
                  ? EnumValueName(EnumType::kTimeQuality, stamp->quality)
                  : "",
              c.quality)
        << c.text;
  }
}

TEST(LocalTimeTest, AStampWithoutAZoneTakesTheOneThatIsGiven) {
  const auto stamp =
      ParseStamp("20120418163258", absl::FixedTimeZone(2 * 60 * 60));
  ASSERT_TRUE(stamp.has_value());
  EXPECT_EQ(FormatTimeShort(stamp->time), "2012-04-18T14:32:58Z");
  EXPECT_EQ(EnumValueName(EnumType::kTimeQuality, stamp->quality), "exact");
}

}  // namespace
}  // namespace mqwarden
