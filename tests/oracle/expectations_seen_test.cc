// What the language says of `new`, `rare` and `absent`; see expectations.h.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

INSTANTIATE_TEST_SUITE_P(
    New, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"NewFiresWhereTheTupleWasNotSeen", "when new (user) in 10s",
         "0s authn user=a\n1s authn user=b\n2s authn user=A\n3s authn user=a",
         {"0s r open high n=1 0s..0s {user='a'} #1",
          "1s r open high n=1 1s..1s {user='b'} #2"}},
        {"NewLooksAtTheHalfOpenPeriodBefore", "when new (user) in 10s",
         "0s authn user=a\n9s999ms authn user=a\n19s999ms authn user=a\n"
         "29s998ms999us999ns authn user=a",
         {"0s r open high n=1 0s..0s {user='a'} #1",
          "19s999ms r open high n=1 19s999ms..19s999ms {user='a'} #2"}},
        {"EarlierEventsOfTheInstantAreSeen", "when new (user) in 10s",
         "0s authn user=a\n0s authn user=a",
         {"0s r open high n=1 0s..0s {user='a'} #1"}},
        {"HistoriesOfKeysAreApart", "by qmgr when new (user) in 10s",
         "0s authn user=a qmgr=Q1\n1s authn user=a qmgr=Q2\n"
         "2s authn user=a qmgr=q1",
         {"0s r open high n=1 0s..0s qmgr='Q1' {user='a'} #1",
          "1s r open high n=1 1s..1s qmgr='Q2' {user='a'} #2"}},
        {"AnEventWithoutATupleFieldIsLeftOutAndCounted",
         "by qmgr when new (user, channel) in 10s",
         "0s authn user=a qmgr=q\n1s authn qmgr=q channel=c\n"
         "2s authn user=a channel=c\n3s authn user=a qmgr=q channel=c",
         {"3s r open high n=1 3s..3s qmgr='q' {user='a', channel='c'} #1"},
         "matched=4 excluded=0 without_key=3 fired=1"},
        {"AQuestionMarkInTheTupleAdmitsMissing", "when new (user, channel?) in 10s",
         "0s authn user=a channel=c\n1s authn user=a\n2s authn user=a\n"
         "3s authn channel=c",
         {"0s r open high n=1 0s..0s {user='a', channel='c'} #1",
          "1s r open high n=1 1s..1s {user='a'} #2"},
         "without_key=1"},
        {"ExcludedEventsStayOutOfTheHistory",
         "where object == \"o\" exclude user == \"a\" and tags has \"lab\" when "
         "new (user) in 10s",
         "0s authn user=a object=o tags=lab\n1s authn user=a\n"
         "2s authn user=a object=o",
         {"2s r open high n=1 2s..2s {user='a'} #1"},
         "matched=2 excluded=1"},
        {"NothingFiresWhileItLearns", "when new (user) in 1h learn 5s",
         "0s authn user=a\n4s999ms authn user=b\n5s authn user=c\n"
         "6s authn user=b\n7s authn user=a",
         {"5s r open high n=1 5s..5s {user='c'} #1"}, "fired=1"},
        {"LearningBeginsAtTheRulesFirstEventOfAnyKey",
         "where object == \"o\" exclude tags has \"lab\" by qmgr when new (user) in "
         "1h learn 5s",
         "0s authn user=a qmgr=q\n1s authn user=a qmgr=q object=o tags=lab\n"
         "2s authn user=a object=o\n3s authn object=o qmgr=q\n"
         "4s authn user=a qmgr=p object=o\n8s authn user=b qmgr=q object=o\n"
         "9s authn user=c qmgr=q object=o",
         {"9s r open high n=1 9s..9s qmgr='q' {user='c'} #1"}},
        {"TheTupleMayBeComputed", "when new (k = lower(user), outcome?) in 10s",
         "0s authn user=Ana outcome=failure\n1s authn user=ANA\n2s authn user=ana",
         {"0s r open high n=1 0s..0s {k='ana', outcome='failure'} #1",
          "1s r open high n=1 1s..1s {k='ana'} #2"}},
        {"SilencesApplyToNew",
         "when new (user) in 1h mute where user == \"b\" limit 1 per 10s by all",
         "0s authn user=a\n1s authn user=b\n2s authn user=c\n10s authn user=d\n"
         "11s authn user=b",
         {"0s r open high n=1 0s..0s {user='a'} #1",
          "1s r open high n=1 1s..1s {user='b'} muted #2",
          "10s r open high n=1 10s..10s {user='d'} held=1 #3"},
         "fired=4 muted=1 limited=1 sent=2"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Rare, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"RareFiresWhileTheTupleWasSeenFewerThanNTimes",
         "when rare (user) < 2 in 10s",
         "0s authn user=a\n1s authn user=a\n2s authn user=a\n3s authn user=b",
         {"0s r open high n=1 0s..0s {user='a'} #1",
          "1s r open high n=2 0s..1s {user='a'} #2",
          "3s r open high n=1 3s..3s {user='b'} #3"}},
        {"RareForgets", "when rare (user) < 2 in 10s",
         "0s authn user=a\n1s authn user=a\n10s authn user=a\n10s authn user=a\n"
         "10s authn user=a",
         {"0s r open high n=1 0s..0s {user='a'} #1",
          "1s r open high n=2 0s..1s {user='a'} #2",
          "10s r open high n=2 1s..10s {user='a'} #3"}},
        {"RareLearns", "when rare (user) < 3 in 1h learn 2s",
         "0s authn user=a\n1s authn user=a\n2s authn user=a\n3s authn user=a",
         {"2s r open high n=3 0s..2s {user='a'} #1"}},
        {"RarePerKey", "by qmgr when rare (user, channel?) < 2 in 10s",
         "0s authn user=a qmgr=q\n1s authn user=a qmgr=q channel=c\n"
         "2s authn user=a qmgr=q\n3s authn user=a qmgr=q\n4s authn user=a qmgr=p",
         {"0s r open high n=1 0s..0s qmgr='q' {user='a'} #1",
          "1s r open high n=1 1s..1s qmgr='q' {user='a', channel='c'} #2",
          "2s r open high n=2 0s..2s qmgr='q' {user='a'} #3",
          "4s r open high n=1 4s..4s qmgr='p' {user='a'} #4"}},
    }),
    CaseName);

constexpr char kWatched[] = "list watched = [\"QM1\", \"qm2\"]\n";

std::string Absent(const std::string& clauses) {
  return std::string(kWatched) + "rule r { title \"t\" severity high on authn " +
         clauses + " }";
}

INSTANTIATE_TEST_SUITE_P(
    Absent, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TheUniverseIsTheListAndShowsItsSpelling",
         Absent("by qmgr from watched when absent 10s"),
         "0s authn qmgr=qm1\nuntil 10s",
         {"10s r open high n=0 qmgr='QM1' #1", "10s r open high n=0 qmgr='qm2' #2"}},
        {"AbsentNeedsTheWatermark", Absent("by qmgr from watched when absent 10s"),
         "0s authn qmgr=qm1\nuntil 9s999ms999us999ns", {}, "undecided=0"},
        {"AValueNotYetSeenCountsFromTheFirstEventOfAnyKind",
         Absent("by qmgr from watched when absent 10s"),
         "0s config\n3s authn qmgr=QM1\nuntil 12s",
         {"10s r open high n=0 qmgr='qm2' #1"}},
        {"WithoutAnyEventNothingIsAbsent",
         Absent("by qmgr from watched when absent 10s"), "until 1h", {}},
        {"AnEventAtTheVeryDeadlineCounts",
         Absent("by qmgr from watched when absent 10s"),
         "0s authn qmgr=QM1\n0s authn qmgr=QM2\n10s authn qmgr=QM1\nuntil 19s",
         {"10s r open high n=0 qmgr='qm2' #1"}},
        {"ItFiresOnceAndAgainOnlyAfterAnEvent",
         Absent("by qmgr from watched when absent 10s"),
         "0s authn qmgr=QM1\n5s authn qmgr=QM2\n50s authn qmgr=QM1\n"
         "51s authn qmgr=QM1\nuntil 2m",
         {"10s r open high n=0 qmgr='QM1' #1", "15s r open high n=0 qmgr='qm2' #2",
          "1m1s r open high n=0 qmgr='QM1' #3"}},
        {"EventsWhoseKeyIsNotInTheListAreIgnored",
         Absent("by qmgr from watched when absent 10s"),
         "0s authn qmgr=QM3\n1s authn\n2s authn qmgr=QM1\n2s authn qmgr=qm2\n"
         "until 11s",
         {}, "matched=4 excluded=0 without_key=1"},
        {"EventsThatDoNotPassAreNotSeen",
         Absent("where outcome == success exclude user == \"probe\" "
                "by qmgr from watched when absent 10s"),
         "0s authn qmgr=QM1 outcome=success\n0s authn qmgr=QM2 outcome=success\n"
         "5s authn qmgr=QM1\n6s authn qmgr=QM1 outcome=success user=probe\n"
         "7s config qmgr=QM1 outcome=success\n8s authn qmgr=QM2 outcome=success\n"
         "until 17s",
         {"10s r open high n=0 qmgr='QM1' #1"}, "matched=4 excluded=1"},
        {"AnAbsenceIsResolvedByTheNextEvent",
         Absent("by qmgr from watched when absent 10s resolve"),
         "0s authn qmgr=QM1\n0s authn qmgr=QM2\n20s authn qmgr=QM1\nuntil 25s",
         {"10s r open high n=0 qmgr='QM1' #1", "10s r open high n=0 qmgr='qm2' #2",
          "20s r resolved high n=0 qmgr='QM1' #1"},
         "resolved=1"},
        {"AnAbsenceThatBeganInAMutedTimeIsSentAfterIt",
         "calendar change { from 2026-01-05T09:00:05Z to 2026-01-05T09:00:20Z }\n" +
             Absent("by qmgr from watched when absent 10s mute during change "
                    "resolve"),
         "0s authn qmgr=QM1\n0s authn qmgr=QM2\n15s authn qmgr=QM1\nuntil 21s",
         {"10s r open high n=0 qmgr='QM1' muted #1",
          "10s r open high n=0 qmgr='qm2' muted #2",
          "20s r open high n=0 qmgr='qm2' #2"},
         "fired=2 muted=2 limited=0 sent=1 sent_after_mute=1"},
        {"LimitsOfAbsencesReadTheListsSpelling",
         Absent("by qmgr from watched when absent 10s limit 1 per 1h by qmgr "
                "alert { summary \"{qmgr} {user}\" }"),
         "0s authn qmgr=qm1 user=a\n15s authn qmgr=QM1 user=b\nuntil 1m",
         {"10s r open high n=0 qmgr='QM1' - \"QM1 a\" #1",
          "10s r open high n=0 qmgr='qm2' - \"qm2 -\" #2"},
         "fired=3 muted=0 limited=1"},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
