// What the language says of calendars and recents; see expectations.h. Streams
// start on Monday, 2026-01-05, at 09:00 UTC.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

std::string During(const std::string& calendar, const std::string& condition =
                                                    "time during c") {
  return "calendar c { " + calendar +
         " }\nrule r { title \"t\" severity high on any where " + condition +
         " }";
}

// The line of the alert without `when` of the event of that time.
std::string At(const std::string& time, int number) {
  return time + " r open high n=1 " + time + ".." + time + " #" +
         std::to_string(number);
}

INSTANTIATE_TEST_SUITE_P(
    Calendars, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"RangesExcludeTheirEnd", During("tz \"UTC\" mon..fri 09:00-09:30"),
         "0s authn\n29m59s999ms authn\n30m authn\n23h59m59s authn\n1d authn\n"
         "4d authn\n5d authn\n6d authn\n7d authn",
         {At("0s", 1), At("29m59s999ms", 2), At("1d", 3), At("4d", 4),
          At("1w", 5)}},
        {"ARangeOverMidnightBelongsToTheDayItStarts",
         During("tz \"UTC\" mon 22:00-06:00"),
         // Mon 05:00 is before the start; Mon 22:00, Tue 05:59, 06:00, 22:00.
         "0s authn\n13h authn\n20h59m59s authn\n21h authn\n1d13h authn\n"
         "6d20h authn",
         {At("13h", 1), At("20h59m59s", 2)}},
        {"TheWeekIsARing", During("tz \"UTC\" sun 22:00-06:00"),
         // Sun 22:00 and Mon 05:59.
         "6d12h59m authn\n6d13h authn\n6d20h59m authn\n6d21h authn",
         {At("6d13h", 1), At("6d20h59m", 2)}},
        {"DaysMayStandAlone", During("tz \"UTC\" mon, wed 08:00-10:00 fri 00:00-24:00"),
         "0s authn\n1d authn\n2d authn\n4d authn\n4d14h59m authn\n4d15h authn",
         {At("0s", 1), At("2d", 2), At("4d", 3), At("4d14h59m", 4)}},
        {"TheZoneIsOfTheCalendar",
         During("tz \"America/New_York\" mon 08:00-09:00"),
         // 08:00 in New York is 13:00 UTC in January.
         "0s authn\n3h59m59s authn\n4h authn\n4h59m59s authn\n5h authn",
         {At("4h", 1), At("4h59m59s", 2)}},
        {"WallClockAcrossDst", During("tz \"Europe/London\" sat..mon 08:00-09:00"),
         // 2026-03-28 is the last Saturday of GMT: 82 days after the start.
         "81d23h authn\n82d authn\n82d22h59m authn\n82d23h authn\n83d22h authn\n"
         "83d23h authn",
         {At("81d23h", 1), At("82d22h59m", 2), At("83d22h", 3)}},
        {"TheLocalNightOfTheChange", During("tz \"Europe/London\" sun 00:30-02:30"),
         // Sunday 2026-03-29: 01:00 UTC becomes 02:00 local. 00:30 UTC is in,
         // 01:29 UTC is 02:29 local, 01:30 UTC is 02:30 local.
         "82d15h29m authn\n82d15h30m authn\n82d16h29m authn\n82d16h30m authn",
         {At("82d15h30m", 1), At("82d16h29m", 2)}},
        {"AnHourThatComesTwiceIsTwiceIn",
         During("tz \"Europe/London\" sun 01:00-02:00"),
         // Sunday 2026-10-25: 00:00 UTC and 01:00 UTC are both 01:00 local.
         "292d14h59m authn\n292d15h authn\n292d16h30m authn\n292d17h authn",
         {At("292d15h", 1), At("292d16h30m", 2)}},
        {"ExceptionsAreDaysOfTheZone",
         During("tz \"America/New_York\" mon..fri 00:00-24:00 except [2026-01-06]"),
         // The 6th in New York is 05:00 UTC on the 6th to 05:00 UTC on the 7th.
         "19h59m authn\n20h authn\n1d19h59m authn\n1d20h authn",
         {At("19h59m", 1), At("1d20h", 2)}},
        {"AnExceptionRemovesItsOwnDayWhateverDayARangeStarted",
         During("tz \"UTC\" mon..fri 22:00-06:00 except [2026-01-06]"),
         "14h59m authn\n15h authn\n1d13h authn\n1d15h authn\n1d20h authn",
         {At("14h59m", 1), At("1d15h", 2), At("1d20h", 3)}},
        {"SpansExcludeTheirEnd",
         During("from 2026-01-05T09:00:02Z to 2026-01-05T09:00:04Z"),
         "1s authn\n2s authn\n3s999ms authn\n4s authn", {At("2s", 1), At("3s999ms", 2)}},
        {"ExceptionsAlsoCutSpans",
         During("tz \"UTC\" from 2026-01-05T12:00:00Z to 2026-01-07T12:00:00Z "
                "except [2026-01-06]"),
         "3h authn\n14h59m authn\n15h authn\n1d14h59m authn\n1d15h authn\n2d3h authn",
         {At("3h", 1), At("14h59m", 2), At("1d15h", 3)}},
        {"NotDuringIsTheNegation",
         During("tz \"UTC\" mon 09:00-09:30", "time not during c"),
         "0s authn\n30m authn", {At("30m", 1)}},
        {"AnyOfSeveralCalendars",
         "calendar d { from 2026-01-05T09:00:05Z to 2026-01-05T09:00:06Z }\n" +
             During("from 2026-01-05T09:00:02Z to 2026-01-05T09:00:03Z",
                    "time during [c, d]"),
         "1s authn\n2s authn\n3s authn\n5s authn\n6s authn", {At("2s", 1), At("5s", 2)}},
        {"AFileOfSpans",
         "calendar c from \"freeze.csv\"\n"
         "rule r { title \"t\" severity high on any where time during c }",
         "0s authn\n1s authn\n2s authn\n3s authn", {At("1s", 1), At("2s", 2)}},
        {"KeyCellsAreGlobsAndAnEmptyOneFitsEverything",
         "calendar c from \"changes.csv\" key qmgr\n"
         "rule r { title \"t\" severity high on any where time during c[qmgr] }",
         "2s authn qmgr=qm1\n3s authn qmgr=pay1\n6s authn qmgr=QM1\n"
         "7s authn qmgr=pay1\n10s authn qmgr=QM9\n11s authn qmgr=x",
         {At("2s", 1), At("7s", 2), At("10s", 3), At("11s", 4)}},
        {"AnotherTimeField", During("from 2026-01-05T09:00:02Z to 2026-01-05T09:00:04Z",
                                    "received during c"),
         "2s authn\n3s authn", {}},
        {"MuteDuringLooksAtTheTimeOfTheAlert",
         "calendar c { from 2026-01-05T09:00:09Z to 2026-01-05T09:00:11Z }\n"
         "rule r { title \"t\" severity high on any when count() >= 1 in 5s tumbling "
         "mute during c }",
         "1s authn\n6s authn\n10s authn\nuntil 1m",
         {"5s r open high n=1 1s..1s #1", "10s r open high n=1 6s..6s muted #2",
          "15s r open high n=1 10s..10s #3"}},
        {"AnAlertMutedByACalendarIsSentByTheFirstEventAfterIt",
         "calendar c { from 2026-01-05T09:00:00Z to 2026-01-05T09:00:03Z }\n"
         "rule r { title \"t\" severity high on any when count() >= 2 in 10s "
         "mute during c }",
         "0s authn\n1s authn\n2s authn\n4s authn\n5s authn",
         {"1s r open high n=2 0s..1s muted #1", "4s r open high n=4 0s..4s #1"}},
        {"MuteDuringAKeyedCalendar",
         "calendar c from \"changes.csv\" key qmgr\n"
         "rule r { title \"t\" severity high on any mute during c[qmgr] }",
         "2s authn qmgr=QM1\n3s authn qmgr=QM2\n4s authn qmgr=QM1",
         {"2s r open high n=1 2s..2s muted #1", "3s r open high n=1 3s..3s #2",
          "4s r open high n=1 4s..4s #3"}},
    }),
    CaseName);

constexpr char kRecent[] =
    "recent refused { on authn where outcome == failure by user for 5s }\n";

std::string WithRecent(const std::string& clauses) {
  return std::string(kRecent) + "rule r { title \"t\" severity high " + clauses +
         " }";
}

INSTANTIATE_TEST_SUITE_P(
    Recents, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"RecentIsTrueAfterAnEventThatPassed",
         WithRecent("on authz where refused[user]"),
         "0s authn user=a\n1s authz user=a\n2s authn user=a outcome=failure\n"
         "3s authz user=A\n4s authz user=b\n5s authz",
         {At("3s", 1)}},
        {"RecentIsLaterThanTMinusD", WithRecent("on authz where refused[user]"),
         "0s authn user=a outcome=failure\n4s999ms999us999ns authz user=a\n"
         "5s authz user=a",
         {At("4s999ms999us999ns", 1)}},
        {"RecentIsStrictlyEarlierInTheTotalOrder",
         WithRecent("on any where refused[user]"),
         "0s authn user=a outcome=failure\n0s authz user=a\n"
         "1s authz user=b\n1s authn user=b outcome=failure\n"
         "1s authn user=b outcome=failure",
         {At("0s", 1), At("1s", 2)}},
        {"TheLastOneCounts", WithRecent("on authz where refused[user]"),
         "0s authn user=a outcome=failure\n4s authn user=a outcome=failure\n"
         "8s authz user=a\n9s authz user=a",
         {At("8s", 1)}},
        {"NotRecent", WithRecent("on authz where not refused[user]"),
         "0s authn user=a outcome=failure\n1s authz user=a\n2s authz user=b\n"
         "3s authz",
         {At("2s", 1), At("3s", 2)}},
        {"RecentInExcludeSeverityAndMute",
         std::string(kRecent) +
             "rule r { title \"t\" severity critical when refused[user] severity low "
             "on authz exclude refused[client_user] mute where refused[event_user] }",
         "0s authn user=a outcome=failure\n1s authz user=a\n"
         "2s authz client_user=a\n3s authz event_user=a\n4s authz",
         {"1s r open critical n=1 1s..1s #1", "3s r open low n=1 3s..3s muted #2",
          "4s r open low n=1 4s..4s #3"}},
        {"AMutedAbsenceKeepsTheSeverityOfItsFiring",
         "recent seen { on authn by user for 2s }\n"
         "rule r { title \"t\" severity high when seen[user] severity low on any "
         "by qmgr from [\"q\"] when absent 1s mute until 2026-01-05T09:00:20Z }",
         "0s authn user=a qmgr=q\nuntil 30s",
         {"1s r open high n=0 qmgr='q' muted #1", "20s r open high n=0 qmgr='q' #1"}},
        {"RecentInASequenceStep",
         WithRecent("when sequence in 9s { authz where refused[user] config }"),
         "0s authz user=a\n1s authn user=a outcome=failure\n2s config\n"
         "3s authz user=a\n4s config",
         {"4s r open high n=2 3s..4s #1"}},
        {"RecentOfTwoFields",
         "recent pair { on any by user, qmgr for 5s }\n"
         "rule r { title \"t\" severity high on authz where pair[user, qmgr] }",
         "0s authn user=a qmgr=q\n1s authz user=a qmgr=p\n2s authz user=a qmgr=Q",
         {At("2s", 1)}},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
