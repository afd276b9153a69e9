// What the language says of tumbling windows, sessions, aggregates and
// arithmetic; see expectations.h.
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Tumbling, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ATumblingWindowIsDecidedAtItsEnd",
         "when count() >= 2 in 10s tumbling",
         "1s authn\n9s authn\n10s authn\n11s authn\nuntil 15s",
         {"10s r open high n=2 1s..9s #1"}, "fired=1 muted=0 limited=0 sent=1"},
        {"TumblingWindowsAreHalfOpenFromTheEpoch",
         "when count() >= 2 in 10s tumbling", "9s999ms authn\n10s authn\nuntil 1m",
         {}, "undecided=0"},
        {"ATumblingWindowHoldsItsBeginning", "when count() >= 2 in 10s tumbling",
         "10s authn\n19s authn\nuntil 1m", {"20s r open high n=2 10s..19s #1"}},
        {"TheWatermarkDecidesTheEndItself", "when count() >= 2 in 10s tumbling",
         "0s authn\n1s authn\nuntil 10s", {"10s r open high n=2 0s..1s #1"},
         "undecided=0"},
        {"AnOpenTumblingWindowIsUndecided", "when count() >= 9 in 10s tumbling",
         "0s authn user=a\n1s authn user=b\nuntil 9s999ms", {}, "undecided=1"},
        {"OpenTumblingWindowsAreCountedPerKey",
         "by user when count() >= 2 in 10s tumbling",
         "0s authn user=a\n11s authn user=b\n12s authn user=c\nuntil 13s", {},
         "undecided=2"},
        {"TumblingFiresOncePerWindowAndKeyWithoutArming",
         "by user when count() >= 2 in 10s tumbling",
         "0s authn user=a\n1s authn user=A\n2s authn user=a\n3s authn user=b\n"
         "12s authn user=b\n13s authn user=A\n14s authn user=a\nuntil 20s",
         {"10s r open high n=3 0s..2s user='a' #1",
          "20s r open high n=2 13s..14s user='a' #2"}},
        {"TextsOfATumblingWindowReadItsLastEvent",
         "rule r { title \"{user} {count()}\" severity low when user == \"c\" "
         "severity critical when distinct(user) >= 3 severity medium on any "
         "when count() >= 1 in 10s tumbling alert { summary \"{set(user, 2)}\" "
         "fields qmgr, l = user evidence first 1 last 1 } }",
         "0s authn user=a qmgr=Q\n1s authn user=b\n2s authn user=d\n"
         "13s authn user=c\nuntil 20s",
         {"10s r open critical n=3 0s..2s {l='d'} \"d 3\" - \"a, b\" evidence 0 2 "
          "#1",
          "20s r open low n=1 13s..13s {l='c'} \"c 1\" - \"c\" evidence 3 #2"}},
        {"WindowsThatEndTogetherFireInTheOrderOfTheirKeys",
         "by user? when count() >= 1 in 10s tumbling limit 2 per 1h by all",
         "0s authn user=b\n1s authn user=A\n2s authn\nuntil 10s",
         {"10s r open high n=1 2s..2s #1",
          "10s r open high n=1 1s..1s user='A' #2"},
         "fired=3 muted=0 limited=1 sent=2"},
        {"LimitsOfTumblingWindowsAreByTheTimeOfTheAlert",
         "when count() >= 1 in 5s tumbling limit 1 per 10s by all",
         "1s authn\n6s authn\n11s authn\nuntil 1m",
         {"5s r open high n=1 1s..1s #1", "15s r open high n=1 11s..11s held=1 #2"}},
        {"MutesOfTumblingWindowsReadTheLastEventAndTheTimeOfTheAlert",
         "when count() >= 1 in 5s tumbling mute where user == \"a\" "
         "mute until 2026-01-05T09:00:10Z",
         "1s authn user=b\n6s authn user=b\n11s authn user=b\n12s authn user=a\n"
         "until 1m",
         {"5s r open high n=1 1s..1s muted #1", "10s r open high n=1 6s..6s #2",
          "15s r open high n=2 11s..12s muted #3"},
         "fired=3 muted=2"},
        {"ATumblingAlertIsResolvedByTheNextWindow",
         "when count() >= 2 in 5s tumbling resolve",
         "1s authn\n2s authn\n6s authn\n7s authn\n8s authn\n11s authn\nuntil 1m",
         {"5s r open high n=2 1s..2s #1", "10s r open high n=3 6s..8s #2",
          "15s r resolved high n=1 11s..11s #2"}},
        {"ATumblingAlertIsResolvedByAnEmptyWindow",
         "when count() >= 2 in 5s tumbling resolve", "1s authn\n2s authn\nuntil 1m",
         {"5s r open high n=2 1s..2s #1", "10s r resolved high n=0 #1"}},
        {"DigestsOfTumblingWindows",
         "when count() >= 1 in 5s tumbling limit 1 per 1h by all then digest",
         "1s authn\n6s authn\n11s authn\nuntil 1h",
         {"5s r open high n=1 1s..1s #1", "1h r digest high n=2 10s..15s #2"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Sessions, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ASessionIsClosedByAGap", "when count() >= 2 in 5s session",
         "0s authn\n4s authn\n8s authn\nuntil 20s",
         {"13s r open high n=3 0s..8s #1"}, "undecided=0"},
        {"AnEventExactlyDAfterTheLastOpensANewSession",
         "when count() >= 2 in 5s session",
         "0s authn\n1s authn\n6s authn\n7s authn\nuntil 12s",
         {"6s r open high n=2 0s..1s #1", "12s r open high n=2 6s..7s #2"}},
        {"ANanosecondLessBelongsToTheSession", "when count() >= 2 in 5s session",
         "0s authn\n4s999ms999us999ns authn\nuntil 1m",
         {"9s999ms999us999ns r open high n=2 0s..4s999ms999us999ns #1"}},
        {"AnOpenSessionIsUndecided", "by user when count() >= 1 in 5s session",
         "0s authn user=a\n1s authn user=b\nuntil 5s999ms",
         {"5s r open high n=1 0s..0s user='a' #1"}, "undecided=1"},
        {"ASessionWithoutItsConditionIsSilent", "when count() >= 3 in 5s session",
         "0s authn\n1s authn\n10s authn\n11s authn\n12s authn\nuntil 17s",
         {"17s r open high n=3 10s..12s #1"}},
        {"SessionsOfKeysAreApart", "by user when distinct(object) >= 2 in 3s session",
         "0s authn user=a object=x\n1s authn user=b object=x\n"
         "2s authn user=a object=y\n3s authn user=b object=x\nuntil 20s",
         {"5s r open high n=2 0s..2s user='a' #1"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Aggregates, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"SumsAreExact", "when sum(attr.n) == 0.3 in 9s",
         "0s authn attr.n=0.1\n1s authn attr.n=0.2",
         {"1s r open high n=2 0s..1s #1"}},
        {"SumsFollowTheWindow", "when sum(pid) >= 10 in 5s",
         "0s authn pid=6\n4s authn pid=3\n5s authn pid=6\n6s authn pid=1",
         {"6s r open high n=3 4s..6s #1"}},
        {"SumsHaveNegativeParts", "when sum(attr.n) > 1 in 9s",
         "0s authn attr.n=3\n1s authn attr.n=-2.5\n2s authn attr.n=0.5",
         {"0s r open high n=1 0s..0s #1"}},
        {"AggregatesSkipWhatIsMissingOrNoNumber", "when avg(attr.n) >= 4 in 9s",
         "0s authn attr.n=x\n1s authn\n2s authn attr.n=3\n3s authn attr.n=5\n"
         "4s authn attr.n=4x",
         {"3s r open high n=4 0s..3s #1"}},
        {"UndefinedComparesFalse",
         "when (count() >= 1 and (avg(pid) > -1 or min(pid) <= 9 or max(pid) >= 0 "
         "or percentile(pid, 50) >= 0)) in 9s",
         "0s authn\n1s authn", {}},
        {"SumOfNothingIsZero", "when (count() >= 2 and sum(pid) == 0) in 9s",
         "0s authn\n1s authn", {"1s r open high n=2 0s..1s #1"}},
        {"MinAndMaxFollowTheWindow",
         "when (min(pid) == 2 and max(pid) == 7) in 5s",
         "0s authn pid=1\n1s authn pid=7\n2s authn pid=2\n5s authn pid=3",
         {"5s r open high n=3 1s..5s #1"}},
        {"PercentileIsTheNearestRank",
         "when count() >= 4 in 9s alert { fields a = percentile(pid, 50), b = "
         "percentile(pid, 50.000000001), c = percentile(pid, 100), d = "
         "percentile(pid, 0.5), e = percentile(pid, 75) }",
         "0s authn pid=40\n1s authn pid=10\n2s authn pid=30\n3s authn pid=20",
         {"3s r open high n=4 0s..3s {a=20, b=30, c=40, d=10, e=30} #1"}},
        {"RatiosAreExact",
         "when (count() >= 3 and count(outcome == failure) / count() > 0.333333333 "
         "and count(outcome == failure) / count() < 0.333333334) in 9s",
         "0s authn\n1s authn outcome=failure\n2s authn\n3s authn",
         {"2s r open high n=3 0s..2s #1"}},
        {"ADivisionByZeroIsUndefined",
         "when (count() >= 1 and count() / count(outcome == failure) >= 0) in 9s",
         "0s authn\n1s authn\n2s authn outcome=failure",
         {"2s r open high n=3 0s..2s #1"}},
        {"ArithmeticHasItsPrecedence",
         "when sum(pid) - 2 * count() + 6 / 3 >= 4 in 9s",
         "0s authn pid=3\n1s authn pid=3\n2s authn pid=3",
         {"1s r open high n=2 0s..1s #1"}},
        {"SumsOfDurationsAreDurations", "when sum(duration) >= 3s in 9s",
         "0s authn duration=1s\n1s authn\n2s authn duration=2s",
         {"2s r open high n=3 0s..2s #1"}},
        {"AveragesOfDurationsAreDurations", "when avg(duration) == 1s500ms in 9s",
         "0s authn duration=1s\n1s authn duration=2s",
         {"1s r open high n=2 0s..1s #1"}},
        {"DurationsSubtractAndDivide",
         "when (max(duration) - min(duration) > 500ms and max(duration) / "
         "min(duration) >= 2 and sum(duration) / 2 >= 1s500ms) in 9s",
         "0s authn duration=1s\n1s authn duration=1s500ms\n2s authn duration=2s",
         {"2s r open high n=3 0s..2s #1"}},
        {"ValuesAreShownAsTheyAre",
         "when count() >= 2 in 9s alert { summary \"{sum(pid)} {avg(pid)} "
         "{avg(duration)} {max(attr.n)} {count() / 4} {avg(source_port)}\" fields "
         "s = sum(duration), a = avg(pid), u = min(source_port) }",
         "0s authn pid=1 duration=1s attr.n=0.5\n1s authn pid=2 duration=2s",
         {"1s r open high n=2 0s..1s {s='3s', a=1.5} - \"3 1.5 1s500ms 0.5 0.5 "
          "-\" #1"}},
        {"ResolvedWhereAnAverageTurnsFalse", "when avg(pid) >= 4 in 5s resolve",
         "0s authn pid=9\n1s authn pid=1\n2s authn pid=0\nuntil 20s",
         {"0s r open high n=1 0s..0s #1", "2s r resolved high n=3 0s..2s #1"}},
        {"ResolvedWhereItTurnsUndefined", "when avg(pid) >= 4 in 5s resolve",
         "0s authn pid=9\n1s authn\nuntil 20s",
         {"0s r open high n=1 0s..0s #1", "5s r resolved high n=1 1s..1s #1"}},
        {"RiseBelowOfAnAverage", "when avg(pid) >= 4 in 3s refire rise below 2",
         "0s authn pid=5\n3s authn pid=3\n6s authn pid=5\n9s authn pid=1\n"
         "12s authn pid=5",
         {"0s r open high n=1 0s..0s #1", "12s r open high n=1 12s..12s #2"}},
        {"EscalationReadsAggregates",
         "rule r { title \"t\" severity low on any when sum(pid) >= 2 in 9s "
         "escalate high when sum(pid) / count() >= 3 }",
         "0s authn pid=2\n1s authn pid=2\n2s authn pid=5",
         {"0s r open low n=1 0s..0s #1", "2s r update high n=3 0s..2s #1"}},
        {"ArgumentsMayBeExpressions", "when sum(length(user)) >= 6 in 9s",
         "0s authn user=abc\n1s authn\n2s authn user=abc",
         {"2s r open high n=3 0s..2s #1"}},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
