// What the language says, written out by hand: the oracle is held to it, so
// that it is not only compared with the engine; the engine is held to it as
// well. Here: sliding windows, firing, the silences, the life of an alert, and
// conditions on one event.
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/expectations.h"
#include "mqwarden/tests/oracle/stream_text.h"

namespace mqwarden::oracle {
TEST_P(ExpectationsTest, Holds) { CheckCase(GetParam()); }

namespace {

INSTANTIATE_TEST_SUITE_P(
    Windows, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TwoEventsExactlyDApartAreNeverInOneWindow", "when count() >= 2 in 5s",
         "0s authn\n5s authn", {}},
        {"TheWindowIsExactToTheNanosecond", "when count() >= 2 in 5s",
         "0s authn\n4s999ms999us999ns authn",
         {"4s999ms999us999ns r open high n=2 0s..4s999ms999us999ns #1"}},
        {"EventsOfOneInstantAreInOneWindow", "when count() >= 2 in 5s",
         "0s authn\n0s authn", {"0s r open high n=2 0s..0s #1"}},
        {"AnEventWithoutAKeyFieldIsLeftOutAndCounted",
         "by user when count() >= 2 in 5s",
         "0s authn user=ana\n1s authn\n2s authn user=ana",
         {"2s r open high n=2 0s..2s user='ana' #1"},
         "matched=3 excluded=0 without_key=1 fired=1 muted=0 limited=0 sent=1"},
        {"AQuestionMarkAdmitsMissingAsAValueOfItsOwn",
         "by user? when count() >= 2 in 5s",
         "0s authn user=ana\n1s authn\n2s authn",
         {"2s r open high n=2 1s..2s #1"}, "without_key=0"},
        {"KwKeysIgnoreCaseAndShowTheTriggeringEvent",
         "by user when count() >= 2 in 5s", "0s authn user=ana\n1s authn user=ANA",
         {"1s r open high n=2 0s..1s user='ANA' #1"}},
        {"StrKeysAreExact", "by correlation when count() >= 2 in 5s",
         "0s authn correlation=x\n1s authn correlation=X", {}},
        {"SpellingsOfOneAddressAreOneKey",
         "by source_ip when count() >= 2 in 5s",
         "0s authn source_ip=::ffff:192.0.2.1\n1s authn source_ip=192.0.2.1",
         {"1s r open high n=2 0s..1s source_ip='192.0.2.1' #1"}},
        {"AComputedKeyIsOneKeyByItsValue",
         "by k = lower(user), outcome? when count() >= 2 in 5s",
         "0s authn user=Ana outcome=failure\n1s authn user=ANA\n"
         "2s authn user=aNA",
         {"2s r open high n=2 1s..2s k='ana' #1"}},
        {"DistinctSkipsWhatIsMissingAndIgnoresCase",
         "when distinct(user) >= 2 in 9s",
         "0s authn user=ana\n1s authn\n2s authn user=ANA\n3s authn user=bob",
         {"3s r open high n=4 0s..3s #1"}},
        {"DistinctOfSeveralCountsTuples", "when distinct(user, outcome) >= 2 in 9s",
         "0s authn user=ana outcome=failure\n1s authn user=bob\n"
         "2s authn user=Ana outcome=failure\n3s authn user=ana outcome=success",
         {"3s r open high n=4 0s..3s #1"}},
        {"CountOfAConditionLeavesTheCountOfTheAlert",
         "when count(outcome == failure) >= 2 in 9s",
         "0s authn outcome=failure\n1s authn outcome=success\n"
         "2s authn outcome=failure",
         {"2s r open high n=3 0s..2s #1"}},
        {"JoinedConditionsHoldTogether",
         "when (distinct(user) >= 2 and count() >= 3 or count() >= 5) in 9s",
         "0s authn user=a\n1s authn user=b\n2s authn user=b\n3s authn user=b",
         {"2s r open high n=3 0s..2s #1"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Refire, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"RiseFiresOnceWhileTheConditionHolds", "when count() >= 2 in 5s",
         "0s authn\n1s authn\n2s authn\n3s authn",
         {"1s r open high n=2 0s..1s #1"}},
        {"ASteadyBeatOfExactlyDIsNoGap", "when count() >= 1 in 5s",
         "0s authn\n5s authn\n10s authn\n10s authn",
         {"0s r open high n=1 0s..0s #1"}},
        {"OneNanosecondMoreIsAGap", "when count() >= 1 in 5s",
         "0s authn\n5s1ns authn",
         {"0s r open high n=1 0s..0s #1",
          "5s1ns r open high n=1 5s1ns..5s1ns #2"}},
        {"RiseArmsWhereTheConditionIsFalseAfterLeaving",
         "when count() >= 3 in 5s",
         "0s authn\n1s authn\n2s authn\n5s500ms authn",
         {"2s r open high n=3 0s..2s #1", "5s500ms r open high n=3 1s..5s500ms #2"}},
        {"RiseBelowArmsOnlyBelowTheOtherThreshold",
         "when count() >= 3 in 5s refire rise below 2",
         "0s authn\n1s authn\n2s authn\n5s500ms authn",
         {"2s r open high n=3 0s..2s #1"}},
        {"RiseBelowArmsThere", "when count() >= 3 in 5s refire rise below 2",
         "0s authn\n1s authn\n2s authn\n6s500ms authn\n6s800ms authn",
         {"2s r open high n=3 0s..2s #1", "6s800ms r open high n=3 2s..6s800ms #2"}},
        {"EachFiresWheneverTheConditionHolds",
         "when count() >= 2 in 5s refire each",
         "0s authn\n1s authn\n2s authn\n7s authn\n8s authn",
         {"1s r open high n=2 0s..1s #1", "2s r open high n=3 0s..2s #2",
          "8s r open high n=2 7s..8s #3"}},
        {"EveryFiresWhenTheLastFiringIsAtOrBeforeTMinusD",
         "when count() >= 1 in 10s refire every 3s",
         "0s authn\n1s authn\n3s authn\n5s999ms authn\n6s authn",
         {"0s r open high n=1 0s..0s #1", "3s r open high n=3 0s..3s #2",
          "6s r open high n=5 0s..6s #3"}},
        {"EveryIsPerKey", "by user when count() >= 1 in 10s refire every 3s",
         "0s authn user=a\n1s authn user=b\n2s authn user=a",
         {"0s r open high n=1 0s..0s user='a' #1",
          "1s r open high n=1 1s..1s user='b' #2"}},
        {"ResetEmptiesTheWindow", "when count() >= 2 in 10s refire reset",
         "0s authn\n1s authn\n2s authn\n3s authn",
         {"1s r open high n=2 0s..1s #1", "3s r open high n=2 2s..3s #2"}},
        {"WithoutWhenEveryEventFiresAndByOnlyShapesGroup", "by user, outcome",
         "0s authn user=ana outcome=failure\n0s authn user=bob",
         {"0s r open high n=1 0s..0s user='ana', outcome='failure' #1",
          "0s r open high n=1 0s..0s user='bob' #2"},
         "without_key=0 fired=2"},
        {"ExcludedEventsAreNeverCounted",
         "where outcome == failure exclude user == \"ana\" exclude b: tags has \"lab\" "
         "when count() >= 2 in 9s",
         "0s authn outcome=failure\n1s authn outcome=failure user=ANA\n"
         "2s authn outcome=failure tags=LAB\n3s authn\n4s authn outcome=failure",
         {"4s r open high n=2 0s..4s #1"}, "matched=4 excluded=2"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Severity, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TheFirstSeverityThatHoldsDecides",
         "rule r { title \"t\" severity critical when user == \"root\" "
         "severity medium when count() >= 2 severity low on any "
         "when count() >= 1 in 9s refire each }",
         "0s authn\n1s authn user=ROOT\n2s authn",
         {"0s r open low n=1 0s..0s #1", "1s r open critical n=2 0s..1s #2",
          "2s r open medium n=3 0s..2s #3"}},
        {"EscalationAtFiringIsOneOpenRecord",
         "when count() >= 2 in 9s escalate critical when count() >= 2",
         "0s authn\n1s authn", {"1s r open critical n=2 0s..1s #1"}},
        {"ALaterRiseIsAnUpdateOfTheSameId",
         "rule r { title \"t\" severity low on any when count() >= 1 in 9s "
         "escalate high when count() >= 2 escalate critical when count() >= 4 }",
         "0s authn\n1s authn\n2s authn\n3s authn\n4s authn",
         {"0s r open low n=1 0s..0s #1", "1s r update high n=2 0s..1s #1",
          "3s r update critical n=4 0s..3s #1"},
         "fired=1 muted=0 limited=0 sent=1 sent_after_mute=0 updates=2"},
        {"SeverityOnlyRises",
         "rule r { title \"t\" severity low on any when count() >= 1 in 9s "
         "escalate high when distinct(user) == 1 }",
         "0s authn user=a\n1s authn user=b\n9s authn user=b\n12s authn user=b",
         {"0s r open high n=1 0s..0s #1"}},
        {"AnUpdatePassesEveryLimit",
         "by user when count() >= 1 in 9s limit 1 per 1h by all "
         "escalate critical when count() >= 2 resolve",
         "0s authn user=a\n1s authn user=b\n2s authn user=b\nuntil 20s",
         {"0s r open high n=1 0s..0s user='a' #1",
          "2s r update critical n=2 1s..2s user='b' #2",
          "9s r resolved high n=0 user='a' #1",
          "11s r resolved critical n=0 user='b' #2"},
         "fired=2 muted=0 limited=1 sent=1 sent_after_mute=0 updates=1 "
         "resolved=2"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Limits, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TheBudgetLooksAtTheTrailingHalfOpenWindow", "limit 1 per 5s by all",
         "0s authn\n4s999ms authn\n5s authn\n9s authn\n10s authn",
         {"0s r open high n=1 0s..0s #1", "5s r open high n=1 5s..5s held=1 #2",
          "10s r open high n=1 10s..10s held=1 #3"},
         "fired=5 muted=0 limited=2 sent=3"},
        {"TheNextAlertOfTheTupleCarriesWhatWasHeld", "limit 1 per 3s by user",
         "0s authn user=a\n1s authn user=a\n1s authn user=b\n2s authn user=A\n"
         "3s authn user=a\n7s authn user=a",
         {"0s r open high n=1 0s..0s #1", "1s r open high n=1 1s..1s #2",
          "3s r open high n=1 3s..3s held=2 #3", "7s r open high n=1 7s..7s #4"}},
        {"SeveralLimitsMustAllPassAndOnlyThenIsBudgetSpent",
         "limit 2 per 10s by user limit 1 per 10s by object",
         "0s authn user=a object=x\n1s authn user=a object=x\n"
         "2s authn user=a object=y\n3s authn user=a object=z\n"
         "12s authn user=a object=x",
         {"0s r open high n=1 0s..0s #1", "2s r open high n=1 2s..2s #2",
          "12s r open high n=1 12s..12s held=2 #3"}},
        {"AnAlertThatLacksAFieldIsNotSubject", "limit 1 per 10s by user",
         "0s authn\n1s authn\n2s authn user=a\n3s authn user=a",
         {"0s r open high n=1 0s..0s #1", "1s r open high n=1 1s..1s #2",
          "2s r open high n=1 2s..2s #3"}},
        {"AQuestionMarkMakesMissingATuple", "limit 1 per 10s by user?",
         "0s authn\n1s authn\n2s authn user=a", 
         {"0s r open high n=1 0s..0s #1", "2s r open high n=1 2s..2s #2"}},
        {"WhatUnlessExemptsNeitherSpendsNorCarriesHeld",
         "limit 1 per 10s by all unless outcome == failure",
         "0s authn outcome=failure\n1s authn\n2s authn outcome=failure\n"
         "3s authn\n4s authn outcome=failure\n11s authn",
         {"0s r open high n=1 0s..0s #1", "1s r open high n=1 1s..1s #2",
          "2s r open high n=1 2s..2s #3", "4s r open high n=1 4s..4s #4",
          "11s r open high n=1 11s..11s held=1 #5"}},
        {"AHeldFiringStillDisarms",
         "by user when count() >= 2 in 3s limit 1 per 4s by all",
         "0s authn user=a\n0s authn user=a\n1s authn user=b\n1s authn user=b\n"
         "3s authn user=b\n5s authn user=b",
         {"0s r open high n=2 0s..0s user='a' #1",
          "5s r open high n=2 3s..5s user='b' held=1 #2"}},
        {"ADigestReportsInsteadOfHeld", "limit 1 per 10s by user then digest",
         "0s authn user=ana\n1s authn user=ana\n2s authn user=ANA\n"
         "3s authn user=bob\n10s authn user=ana",
         {"0s r open high n=1 0s..0s #1", "3s r open high n=1 3s..3s #2",
          "10s r open high n=1 10s..10s #3",
          "10s r digest high n=2 1s..2s user='ANA' #4"},
         "limited=2 sent=3 sent_after_mute=0 updates=0 resolved=0 digests=1"},
        {"DigestsOfOneInstantStandByTupleThenByLimit",
         "limit 1 per 5s by outcome? then digest "
         "limit 1 per 10s by reason? then digest",
         "0s authn\n6s authn outcome=failure\n7s authn user=a reason=1\n"
         "8s authn user=b reason=2\nuntil 10s",
         {"0s r open high n=1 0s..0s #1", "7s r open high n=1 7s..7s #2",
          "10s r digest high n=1 8s..8s #3", "10s r digest high n=1 6s..6s #4"}},
        {"LimitsOfOneTupleAndPeriodHaveDigestsOfTheirOwn",
         "limit 1 per 10s by user unless outcome == failure then digest "
         "limit 1 per 10s by user then digest",
         "0s authn user=a\n1s authn user=a\n2s authn user=a outcome=failure\n"
         "until 10s",
         {"0s r open high n=1 0s..0s #1",
          "10s r digest high n=1 1s..1s user='a' #2",
          "10s r digest high n=1 2s..2s user='a' #3"}},
        {"ADigestSpeaksOfNoSingleAlert",
         "rule r { title \"{user}\" severity low when user == \"a\" severity high "
         "on any limit 1 per 10s by all then digest alert { summary \"s\" fields "
         "user evidence first 1 } }",
         "0s authn user=a\n1s authn user=b\n2s authn user=a\nuntil 10s",
         {"0s r open low n=1 0s..0s {user='a'} \"a\" - \"s\" evidence 0 #1",
          "10s r digest high n=2 1s..2s \"a\" #2"}},
        {"ADigestThatIsNotDueIsNotSent", "limit 1 per 10s by all then digest",
         "0s authn\n1s authn\nuntil 9s999ms", {"0s r open high n=1 0s..0s #1"}},
        {"PeriodsStandOnTheEpochAndExcludeTheirEnd",
         "limit 1 per 10s by all then digest",
         "5s authn\n6s authn\n10s authn\n11s authn\nuntil 20s",
         {"5s r open high n=1 5s..5s #1", "10s r digest high n=1 6s..6s #2",
          "20s r digest high n=2 10s..11s #3"}},
        {"APolicyHasOneBudgetForRulesWithWhenAndOneForThoseWithout",
         "policy { limit 1 per 10s by all }\n"
         "rule b { title \"t\" severity high on any }\n"
         "rule a { title \"t\" severity high on any }\n"
         "rule c { title \"t\" severity high on any when count() >= 1 in 20s "
         "refire each }",
         "0s authn\n1s authn\n10s authn",
         {"0s a open high n=1 0s..0s #1", "0s c open high n=1 0s..0s #2",
          "10s a open high n=1 10s..10s held=3 #3",
          "10s c open high n=3 0s..10s held=1 #4"},
         "c: matched=3 excluded=0 without_key=0 fired=3 muted=0 limited=1"},
        {"PolicyLimitsComeFirst",
         "policy { limit 1 per 10s by rule unless severity >= critical }\n"
         "rule r { title \"t\" severity critical when user == \"root\" "
         "severity low on any limit 1 per 5s by user }",
         "0s authn user=a\n1s authn user=a\n2s authn user=root\n"
         "3s authn user=root\n7s authn user=root\n10s authn user=a",
         {"0s r open low n=1 0s..0s #1", "2s r open critical n=1 2s..2s #2",
          "7s r open critical n=1 7s..7s held=1 #3",
          "10s r open low n=1 10s..10s held=1 #4"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Mutes, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"AMutedAlertIsRecordedAndSpendsNothing",
         "mute where user == \"a\" limit 1 per 10s by all",
         "0s authn user=a\n1s authn user=b",
         {"0s r open high n=1 0s..0s muted #1", "1s r open high n=1 1s..1s #2"},
         "fired=2 muted=1 limited=0 sent=1"},
        {"AMutedOpenAlertIsSentWhenTheMuteEnds",
         "by user when count() >= 2 in 10s mute until 2026-01-05T09:00:03Z",
         "0s authn user=a\n1s authn user=a\n2s authn user=a\n3s authn user=A\n"
         "4s authn user=a",
         {"1s r open high n=2 0s..1s user='a' muted #1",
          "3s r open high n=4 0s..3s user='A' #1"},
         "fired=1 muted=1 limited=0 sent=1 sent_after_mute=1"},
        {"AMutedAlertThatEndedIsNotSent",
         "when count() >= 2 in 2s mute until 2026-01-05T09:00:03Z resolve",
         "0s authn\n1s authn\n4s authn\n5s authn\nuntil 10s",
         {"1s r open high n=2 0s..1s muted #1", "5s r open high n=2 4s..5s #2",
          "6s r resolved high n=1 5s..5s #2"},
         "resolved=1"},
        {"AMuteReadsTheRisenSeverity",
         "rule r { title \"t\" severity low tags \"Noisy\" on any "
         "when count() >= 1 in 9s "
         "mute where severity < high and rule_tags has \"noisy\" and rule == \"R\" "
         "escalate high when count() >= 3 }",
         "0s authn\n1s authn\n2s authn",
         {"0s r open low n=1 0s..0s muted #1", "2s r open high n=3 0s..2s #1"}},
        {"ARiseThatWasMutedIsSentWhenTheMuteEnds",
         "rule r { title \"t\" severity low on any when count() >= 1 in 9s "
         "mute where user == \"a\" escalate high when count() >= 2 }",
         "0s authn user=b\n1s authn user=a\n2s authn user=a\n3s authn user=b\n"
         "4s authn user=b",
         {"0s r open low n=1 0s..0s #1", "1s r update high n=2 0s..1s muted #1",
          "3s r update high n=4 0s..3s #1"},
         "updates=1"},
        {"ARisePassesTheLimitThatHoldsTheAlertAtTheEndOfItsMute",
         "rule r { title \"t\" severity high when user == \"x\" severity low "
         "on any by user when count() >= 1 in 9s mute where severity < high "
         "limit 1 per 1h by all escalate high when count() >= 2 }",
         "0s authn user=x\n1s authn user=y\n2s authn user=y",
         {"0s r open high n=1 0s..0s user='x' #1",
          "1s r open low n=1 1s..1s user='y' muted #2",
          "2s r update high n=2 1s..2s user='y' #2"},
         "fired=2 muted=1 limited=1 sent=1 sent_after_mute=0 updates=1"},
        {"AMutedFiringStillCountsForEvery",
         "when count() >= 1 in 2s refire every 5s "
         "mute until 2026-01-05T09:00:01Z",
         "0s authn\n4s authn\n5s authn",
         {"0s r open high n=1 0s..0s muted #1", "5s r open high n=2 4s..5s #2"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Resolution, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ResolvedAtTheInstantTheConditionTurnsFalse",
         "by user when count() >= 2 in 5s resolve",
         "0s authn user=a\n1s authn user=A\nuntil 10s",
         {"1s r open high n=2 0s..1s user='A' #1",
          "5s r resolved high n=1 1s..1s user='A' #1"}},
        {"NothingLaterThanTheWatermarkIsDecided",
         "when count() >= 2 in 5s resolve", "0s authn\n1s authn\nuntil 4s999ms",
         {"1s r open high n=2 0s..1s #1"}},
        {"TheWatermarkDecidesItsOwnInstant", "when count() >= 2 in 5s resolve",
         "0s authn\n1s authn\nuntil 5s",
         {"1s r open high n=2 0s..1s #1", "5s r resolved high n=1 1s..1s #1"}},
        {"TheEventsOfAnInstantComeBeforeWhatIsDueAtIt",
         "when count() >= 2 in 5s resolve", "0s authn\n1s authn\n5s authn\nuntil 6s",
         {"1s r open high n=2 0s..1s #1", "6s r resolved high n=1 5s..5s #1"}},
        {"AConditionTurnsFalseByAddingToo",
         "when (count() >= 2 and not count(outcome == failure) >= 1) in 9s resolve",
         "0s authn\n1s authn\n2s authn outcome=failure",
         {"1s r open high n=2 0s..1s #1", "2s r resolved high n=3 0s..2s #1"}},
        {"ResolvedStandsBeforeOpenOfOneInstant",
         "when (count() == 2 or count() == 4) in 9s resolve",
         "0s authn\n1s authn\n2s authn\n2s authn",
         {"1s r open high n=2 0s..1s #1", "2s r resolved high n=3 0s..2s #1",
          "2s r open high n=4 0s..2s #2"}},
        {"OnlyWhatWasSentIsResolved",
         "by user when count() >= 1 in 5s limit 1 per 1h by all resolve",
         "0s authn user=a\n1s authn user=b\nuntil 10s",
         {"0s r open high n=1 0s..0s user='a' #1",
          "5s r resolved high n=0 user='a' #1"}},
        {"UnderResetAnAlertClosesAtOnce",
         "when count() >= 2 in 5s refire reset escalate critical when count() >= 3 "
         "resolve",
         "0s authn\n1s authn\n2s authn\nuntil 20s",
         {"1s r resolved high n=0 #1", "1s r open high n=2 0s..1s #1"}},
        {"ANewFiringReplacesTheOpenAlert",
         "when count() >= 1 in 5s refire each resolve",
         "0s authn\n1s authn\nuntil 10s",
         {"0s r open high n=1 0s..0s #1", "1s r open high n=2 0s..1s #2",
          "6s r resolved high n=0 #2"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Alerts, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"AlertsOfOneInstantStandByRuleThenByKeyMissingFirst",
         "rule b { title \"t\" severity high on any by user?, reason? when "
         "count() >= 1 in 9s }\n"
         "rule a { title \"t\" severity high on any }",
         "0s authn user=b reason=9\n0s authn user=b reason=10\n0s authn user=C\n"
         "0s authn user=B\n0s authn reason=1",
         {"0s a open high n=1 0s..0s #1", "0s a open high n=1 0s..0s #2",
          "0s a open high n=1 0s..0s #3", "0s a open high n=1 0s..0s #4",
          "0s a open high n=1 0s..0s #5", "0s b open high n=1 0s..0s reason=1 #6",
          "0s b open high n=1 0s..0s user='B' #7",
          "0s b open high n=1 0s..0s user='b', reason=10 #8",
          "0s b open high n=1 0s..0s user='b', reason=9 #9",
          "0s b open high n=1 0s..0s user='C' #10"}},
        {"TextsAndFieldsReadTheTriggeringEventAndTheWindow",
         "table owners from \"owners.csv\" key object\n"
         "rule r { title \"{user} {count()} {{x}} {reason} {channel}\" severity "
         "high on any when count() >= 3 in 9s alert { summary \"{distinct(user)} "
         "of {source_ip}\" fields qmgr, owner = owners[object].owner, "
         "team = owners[object].team, users = set(user, 2), n = count(), "
         "f = outcome == failure, tags evidence first 1 last 1 } }",
         "0s authn user=ana\n1s authn user=bob\n"
         "2s authn user=ANA reason=2035 source_ip=2001:DB8::1 object=pay.in "
         "outcome=failure tags=lab,prod",
         {"2s r open high n=3 0s..2s {owner='ops', users=['ana' 'bob' ], n=3, "
          "f=true, tags=['lab' 'prod' ]} \"ANA 3 {x} 2035 -\" - \"2 of "
          "2001:db8::1\" evidence 0 2 #1"}},
        {"BlankAttrsAreValuesOfConfigAndCommandEventsAlone",
         "where exists(attr.zone) alert { fields b = attr.zone == \"\" }",
         "0s authn attr.zone=\n1s config attr.zone=\n2s command attr.zone=\n"
         "3s qmgr attr.zone=\n4s authz attr.zone=eu",
         {"1s r open high n=1 1s..1s {b=true} #1",
          "2s r open high n=1 2s..2s {b=true} #2",
          "4s r open high n=1 4s..4s {b=false} #3"}},
        {"EvidenceHasNoRepeats",
         "when count() >= 2 in 9s refire each "
         "alert { evidence first 2 last 2 }",
         "0s authn\n1s authn\n2s authn\n3s authn\n4s authn",
         {"1s r open high n=2 0s..1s evidence 0 1 #1",
          "2s r open high n=3 0s..2s evidence 0 1 2 #2",
          "3s r open high n=4 0s..3s evidence 0 1 2 3 #3",
          "4s r open high n=5 0s..4s evidence 0 1 3 4 #4"}},
        {"TheInventoryAddsTagsOfAllRowsAndTheRestOfTheFirst",
         "inventory from \"inventory.csv\"\n"
         "rule r { title \"{host} {owner} {platform}\" severity high on any where "
         "exists(tags) alert { fields tags } }",
         "0s authn qmgr=qm1\n1s authn qmgr=QM2 host=h1 channel=TO.A\n"
         "2s authn qmgr=QM1 host=h2 owner=me tags=x\n3s authn host=h1",
         {"0s r open high n=1 0s..0s {tags=['prod' 'lab' ]} \"h1 - unix\" #1",
          "1s r open high n=1 1s..1s {tags=['lab' 'prod' 'pci' ]} \"h1 dev "
          "windows\" #2",
          "2s r open high n=1 2s..2s {tags=['x' 'lab' 'prod' ]} \"h2 me "
          "windows\" #3"}},
        {"AnyIsEveryKindAndPolicyExcludesReadTheRule",
         "policy { exclude rule == \"S\" and user == \"a\" "
         "exclude rule_tags has \"x\" and user == \"b\" }\n"
         "rule r { title \"t\" severity high tags \"X\" on authz, config }\n"
         "rule s { title \"t\" severity high on any }",
         "0s authn user=a\n1s authz user=a\n2s config user=b\n3s authn user=b",
         {"1s r open high n=1 1s..1s #1", "2s s open high n=1 2s..2s #2",
          "3s s open high n=1 3s..3s #3"},
         "s: matched=4 excluded=2"},
    }),
    CaseName);

// Conditions on one event, by their truth.
struct Truth {
  bool holds;
  std::string condition;
};

class ConditionsTest : public ::testing::TestWithParam<Truth> {};

TEST_P(ConditionsTest, HasItsTruth) {
  const std::string text =
      "list staff from \"people.txt\"\n"
      "list nets = [\"192.0.2.0/25\", \"2001:db8::/32\"]\n"
      "table owners from \"owners.csv\" key object\n"
      "table pairs from \"pairs.csv\" key user, qmgr\n"
      "patterns queues { pay: \"PAY.*\" one: \"?\" }\n"
      "patterns sites { site: \"192.0.2.0/24\" rest: \"*\" }\n"
      "macro refused = outcome == failure and reason == MQRC_NOT_AUTHORIZED\n" +
      WholeRules("where " + GetParam().condition);
  const Compiled compiled = CompileText(text, ExpectationTexts());
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics;
  // Missing: channel, client_user, target_ip, pid, changes.
  const Stream stream = ParseStream(
      "0s authn user=Ana object=PAY.IN qmgr=qm1 source_ip=192.0.2.130 "
      "outcome=failure reason=2035 tags=Prod,x correlation=aB level=error "
      "user_truncated=false duration=1s500ms attr.zone=EU attr.n=12.50 "
      "attr.w=12x");
  std::string bytes;
  EXPECT_EQ(OracleLines(compiled.files, ExpectationTexts(), stream).size() == 2, GetParam().holds);
  EXPECT_EQ(EngineLines(compiled, stream, {}, &bytes).size() == 2,
            GetParam().holds)
      << "engine";
}

INSTANTIATE_TEST_SUITE_P(
    Truths, ConditionsTest,
    ::testing::ValuesIn(std::vector<Truth>{
        {true, "user == \"ANA\""},
        {false, "user != \"ana\""},
        {true, "correlation == \"aB\""},
        {false, "correlation == \"ab\""},
        {false, "client_user == \"ana\""},
        {true, "client_user != \"ana\""},
        {true, "not (client_user == \"ana\")"},
        {false, "client_user in [\"a\"]"},
        {true, "client_user not in [\"a\"]"},
        {false, "channel like \"*\""},
        {true, "channel not like \"*\""},
        {false, "channel matches r\".*\""},
        {true, "channel not matches r\".*\""},
        {false, "changes has \"x\""},
        {true, "changes not has \"x\""},
        {false, "pid < 5"},
        {false, "pid >= 5"},
        {false, "exists(pid)"},
        {true, "exists(user)"},
        {false, "target_ip in nets"},
        {false, "user == client_user"},
        {true, "user != client_user"},
        {true, "user in staff"},
        {true, "user in [\"bob\", \"aNA\"]"},
        {false, "source_ip in nets"},
        {true, "source_ip in [\"192.0.2.130\"]"},
        {true, "source_ip in \"192.0.2.128/25\""},
        {true, "source_ip == \"::ffff:192.0.2.130\""},
        {true, "object like \"pay.?n\""},
        {false, "object like \"PAY\""},
        {true, "object like [\"x\", \"*IN\"]"},
        {true, "user matches r\"^an\""},
        {true, "user matches r\"N\""},
        {false, "correlation matches r\"b\""},
        {true, "tags has \"PROD\""},
        {true, "tags has [\"q\", \"X\"]"},
        {false, "tags has user"},
        {true, "tags not has staff"},
        {true, "refused"},
        {false, "not refused"},
        {true, "refused and user_truncated == false"},
        {false, "user_truncated"},
        {true, "user_truncated != true"},
        {true, "level >= error"},
        {true, "level > warning"},
        {false, "level < error"},
        {true, "duration == 1s500ms"},
        {true, "duration <= 2s"},
        {true, "reason in [2035, 2059]"},
        {true, "reason > 2034"},
        {true, "attr.zone == \"eu\""},
        {false, "attr.zone == 12"},
        {true, "attr.zone != 12"},
        {true, "attr.n == 12.5"},
        {true, "attr.n > 12"},
        {false, "attr.n == \"12.5\""},
        {false, "attr.w >= 0"},
        {true, "owners[object].owner == \"ops\""},
        {false, "exists(owners[object].team)"},
        {true, "not exists(owners[user].owner)"},
        {true, "pairs[user, qmgr].team == \"red\""},
        {true, "pattern(object, queues) == \"pay\""},
        {false, "exists(pattern(user, queues))"},
        {true, "pattern(source_ip, sites) == \"site\""},
        {false, "exists(pattern(target_ip, sites))"},
        {true, "lower(user) == \"ana\""},
        {true, "coalesce(client_user, user) == \"ana\""},
        {true, "coalesce(correlation, \"z\") == \"aB\""},
        {false, "coalesce(correlation, \"z\") == \"ab\""},
        {true, "coalesce(channel, correlation) == \"ab\""},
        {true, "coalesce(client_user, \"None\") == \"none\""},
        {true, "length(user) == 3"},
        {true, "length(tags) == 2"},
        {true, "network(source_ip, 24, 64) == \"192.0.2.0/24\""},
        {true, "kind == authn"},
        {true, "kind in [authz, authn]"},
        {true, "user == \"x\" and user == \"x\" or reason == 2035"},
        {false, "user == \"ana\" and not (reason == 2035 or channel == \"c\")"},
        {false, "is_admin_user"},
    }));

}  // namespace
}  // namespace mqwarden::oracle
