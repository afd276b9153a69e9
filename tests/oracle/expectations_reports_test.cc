// What the language says of reports; see expectations.h.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

// A report `top` of refusals, beside a rule that is silent.
std::string Top(const std::string& clauses) {
  return "report top { title \"t\" on authz where outcome == failure " +
         clauses + " }\nrule r { title \"t\" severity low on command }";
}

INSTANTIATE_TEST_SUITE_P(
    Reports, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TheLargestGroupsTheirShareAndTheTotal",
         Top("every 10s top 2 by object order count()"),
         "0s authz outcome=failure object=a\n1s authz outcome=failure object=b\n"
         "2s authz outcome=failure object=B\n3s authz outcome=failure object=c\n"
         "4s authz object=a\n5s authz outcome=failure\nuntil 10s",
         {"10s report top total=4 [object='b' n=2 0.5000] "
          "[object='a' n=1 0.2500]"}},
        {"SharesHaveFourDecimals", Top("every 10s top 9 by object order count()"),
         "0s authz outcome=failure object=a\n1s authz outcome=failure object=a\n"
         "2s authz outcome=failure object=b\nuntil 10s",
         {"10s report top total=3 [object='a' n=2 0.6667] "
          "[object='b' n=1 0.3333]"}},
        {"OnlyDecidedPeriodsAndNoEmptyOnes",
         Top("every 10s top 9 by object order count()"),
         "9s authz outcome=failure object=a\n10s authz object=a\n"
         "31s authz outcome=failure object=b\n45s authz outcome=failure object=c\n"
         "until 49s",
         {"10s report top total=1 [object='a' n=1 1.0000]",
          "40s report top total=1 [object='b' n=1 1.0000]"}},
        {"PeriodsFromAnInstant",
         Top("every 10s from 2026-01-05T09:00:03Z top 9 by object order count()"),
         "2s authz outcome=failure object=a\n3s authz outcome=failure object=b\n"
         "12s authz outcome=failure object=b\nuntil 20s",
         {"3s report top total=1 [object='a' n=1 1.0000]",
          "13s report top total=2 [object='b' n=2 1.0000]"}},
        {"HoursOfAZone",
         Top("every hour tz \"Asia/Kolkata\" top 9 by object order count()"),
         // Half past the hour in UTC is the full hour there.
         "29m59s authz outcome=failure object=a\n30m authz outcome=failure "
         "object=b\nuntil 2h",
         {"30m report top total=1 [object='a' n=1 1.0000]",
          "1h30m report top total=1 [object='b' n=1 1.0000]"}},
        {"WeeksBeginOnMonday",
         Top("every week tz \"Europe/London\" top 9 by object order count()"),
         "0s authz outcome=failure object=a\n6d14h59m authz outcome=failure "
         "object=b\n6d15h authz outcome=failure object=c\nuntil 6d15h",
         {"6d15h report top total=2 [object='a' n=1 0.5000] "
          "[object='b' n=1 0.5000]"}},
        {"ShowAddsAggregatesAndFieldsOfTheLastEvent",
         Top("every 10s top 9 by object order count() show u = distinct(user), "
             "last = user, qmgr"),
         "0s authz outcome=failure object=a user=x\n"
         "1s authz outcome=failure object=a user=y qmgr=Q\n"
         "2s authz outcome=failure object=b\nuntil 10s",
         {"10s report top total=3 [object='a' n=2 0.6667 {u=2, last='y', "
          "qmgr='Q'}] [object='b' n=1 0.3333 {u=0}]"}},
        {"OrderedByAnotherAggregateMissingLast",
         Top("every 10s top 9 by object order max(pid)"),
         "0s authz outcome=failure object=a pid=1\n"
         "1s authz outcome=failure object=a\n2s authz outcome=failure object=b\n"
         "3s authz outcome=failure object=c pid=7\nuntil 10s",
         {"10s report top total=4 [object='c' n=1 0.2500] "
          "[object='a' n=2 0.5000] [object='b' n=1 0.2500]"}},
        {"CompareAddsThePeriodBeforeAndWhatFellToZero",
         Top("every 10s top 2 by object order count() compare previous"),
         "0s authz outcome=failure object=a\n1s authz outcome=failure object=b\n"
         "2s authz outcome=failure object=b\n3s authz outcome=failure object=c\n"
         "11s authz outcome=failure object=c\nuntil 20s",
         {"10s report top total=4 [object='b' n=2 0.5000 before=0] "
          "[object='a' n=1 0.2500 before=0]",
          "20s report top total=1 [object='c' n=1 1.0000 before=1] "
          "[object='b' n=0 0.0000 before=2] [object='a' n=0 0.0000 before=1]"}},
        {"ThePolicyLeavesReportsAlone",
         "policy { exclude user == \"a\" }\n" +
             Top("exclude user == \"b\" every 10s top 2 by user order count()"),
         "0s authz outcome=failure user=a\n1s authz outcome=failure user=b\n"
         "until 10s",
         {"10s report top total=1 [user='a' n=1 1.0000]"}},
        {"ReportsComeAfterTheAlertsOfTheirInstant",
         "report a { title \"t\" on any every 10s top 1 by user order count() }\n"
         "rule r { title \"t\" severity low on any when count() >= 1 in 5s "
         "tumbling }",
         "6s authn user=a\nuntil 10s",
         {"10s r open low n=1 6s..6s #1",
          "10s report a total=1 [user='a' n=1 1.0000]"}},
        {"StatisticsOfEachPeriod",
         "report s { title \"t\" of statistics every 10s }\n"
         "rule a { title \"t\" severity low on authn exclude user == \"x\" "
         "limit 1 per 1h by all }\n"
         "rule b { title \"t\" severity low on authz mute where user == \"m\" }",
         "0s authn\n1s authn user=x\n2s authz user=m\n3s config\n10s authn\n"
         "until 30s",
         {"0s a open low n=1 0s..0s #1", "2s b open low n=1 2s..2s muted #2",
          "10s report s total=4 [rule='a' {matched=2, excluded=1, fired=1, "
          "muted=0, limited=0, sent=1}] [rule='b' {matched=1, excluded=0, "
          "fired=1, muted=1, limited=0, sent=0}]",
          "20s report s total=1 [rule='a' {matched=1, excluded=0, fired=1, "
          "muted=0, limited=1, sent=0}] [rule='b' {matched=0, excluded=0, "
          "fired=0, muted=0, limited=0, sent=0}]"}},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
