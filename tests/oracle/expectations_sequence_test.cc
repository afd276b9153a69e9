// What the language says of sequences; see expectations.h.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Sequences, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"StepsFollowOneAnother",
         "by user when sequence in 10s { 2 x authn where outcome == failure "
         "session where action == connect }",
         "0s authn user=a outcome=failure\n1s session user=a action=connect\n"
         "2s authn user=A outcome=failure\n3s authn user=b outcome=failure\n"
         "4s session user=b action=connect\n5s session user=a action=disconnect\n"
         "6s session user=a action=connect",
         {"6s r open high n=3 0s..6s user='a' #1"}, "fired=1"},
        {"TheWindowEndsAtTheLastEventAndIsHalfOpen",
         "when sequence in 10s { authn authz }",
         "0s authn\n10s authz\n11s authn\n20s999ms999us999ns authz",
         {"20s999ms999us999ns r open high n=2 11s..20s999ms999us999ns #1"}},
        {"ALaterStepIsStrictlyLaterInTheTotalOrder",
         "when sequence in 10s { authn authz }",
         "0s authz\n0s authn\n1s config\n1s authz",
         {"1s r open high n=2 0s..1s #1"}},
        {"EqualTimesFollowTheTotalOrder", "when sequence in 10s { authn authz }",
         "0s authn\n0s authz", {"0s r open high n=2 0s..0s #1"}},
        {"OneEventServesOneStep", "when sequence in 10s { authn any }",
         "0s authn\n1s authn\n2s authn\n3s authn",
         {"1s r open high n=2 0s..1s #1", "3s r open high n=2 2s..3s #2"}},
        {"TheChoiceWhoseFirstEventIsLatestIsShown",
         "when sequence in 10s { authn authz } alert { evidence first 2 }",
         "0s authn\n1s authn\n2s authz", {"2s r open high n=2 1s..2s evidence 1 2 #1"}},
        {"OfEqualsTheNewerWhereAStepCounts",
         "when sequence in 10s { authn 3 x authz config } "
         "alert { evidence first 5 }",
         "0s authn\n1s authz\n2s authz\n3s authz\n4s authz\n5s config",
         {"5s r open high n=5 0s..5s evidence 0 2 3 4 5 #1"}},
        {"OfEqualsTheNewer",
         "when sequence in 10s { authn authz config } alert { evidence first 3 }",
         "0s authn\n1s authz\n2s authz\n3s config",
         {"3s r open high n=3 0s..3s evidence 0 2 3 #1"}},
        {"NTimesTakesTheLatestFirstEvent",
         "when sequence in 10s { 2 x authn authz } alert { evidence first 3 }",
         "0s authn\n1s authn\n2s authn\n3s authz",
         {"3s r open high n=3 1s..3s evidence 1 2 3 #1"}},
        {"AnEventThatLeftServesNoStep",
         "when sequence in 5s { 3 x authn authz }",
         "0s authn\n1s authn\n2s authn\n6s authn\n6s authz\n7s authz", {}},
        {"TheLastStepMayBeManyEvents",
         "when sequence in 10s { authn 3 x authz } alert { evidence first 9 }",
         "0s authn\n1s authz\n2s authn\n3s authz\n4s authz\n5s authz\n6s authz",
         {"4s r open high n=4 0s..4s evidence 0 1 3 4 #1"}},
        {"ACompletedMatchDropsAllPartialMatchesOfTheKey",
         "when sequence in 10s { authn authz }",
         "0s authn\n1s authn\n2s authz\n3s authz\n4s authn\n5s authz",
         {"2s r open high n=2 1s..2s #1", "5s r open high n=2 4s..5s #2"}},
        {"TheCompletingEventDoesNotBeginTheNext",
         "when sequence in 10s { authn authn }",
         "0s authn\n1s authn\n2s authn\n3s authn\n4s authn",
         {"1s r open high n=2 0s..1s #1", "3s r open high n=2 2s..3s #2"}},
        {"KeysAreApart", "by user? when sequence in 10s { authn authz }",
         "0s authn user=a\n1s authz user=b\n2s authn\n3s authz\n4s authz user=A",
         {"3s r open high n=2 2s..3s #1", "4s r open high n=2 0s..4s user='A' #2"}},
        {"TheRulesWhereAndExcludeApplyToEveryStep",
         "rule r { title \"t\" severity high where outcome == failure "
         "exclude tags has \"lab\" when sequence in 10s { authn authz } }",
         "0s authn outcome=failure\n1s authz\n2s authz outcome=failure tags=lab\n"
         "3s config outcome=failure\n4s authz outcome=failure",
         {"4s r open high n=2 0s..4s #1"}, "matched=3 excluded=1"},
        {"AConditionBelongsToAllKindsNamed",
         "when sequence in 10s { authn, authz where user == \"a\" config }",
         "0s authn\n1s config\n2s authz\n3s config\n4s authz user=a\n5s config",
         {"5s r open high n=2 4s..5s #1"}},
        {"TextsReadTheStepsAndTheCompletingEvent",
         "rule r { title \"{a.user} {b.object} {user}\" severity critical when "
         "a.outcome == failure and b.count() == 2 severity low when sequence in 10s "
         "{ a: 2 x authn b: 2 x authz c: config } "
         "mute where a.user == \"m\" limit 1 per 1h by k = lower(a.user) "
         "alert { summary \"{a.count()} {c.object}\" fields u = b.user, "
         "f = a.outcome == failure } }",
         "0s authn user=x\n1s authn user=y outcome=failure\n2s authz object=o1\n"
         "3s authz user=z object=o2\n4s config object=c user=me\n"
         "5s authn\n6s authn user=Y\n7s authz\n8s authz\n9s config\n"
         "10s authn\n11s authn user=m\n12s authz\n13s authz\n14s config",
         {"4s r open critical n=5 0s..4s {u='z', f=true} \"y o2 me\" - \"2 c\" #1",
          "14s r open low n=5 10s..14s {f=false} \"m - -\" - \"2 -\" muted #2"},
         "fired=3 muted=1 limited=1 sent=1"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    EarlierSteps, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ALaterStepReadsTheLastEventOfAnEarlierOne",
         "when sequence in 10s { a: 2 x authn b: authz where user == a.user }",
         "0s authn user=x\n1s authn user=y\n2s authz user=x\n3s authz user=Y",
         {"3s r open high n=3 0s..3s #1"}},
        {"EachCombinationOfValuesIsKept",
         "when sequence in 10s { a: authn b: authz where user == a.user } "
         "alert { evidence first 2 }",
         "0s authn user=x\n1s authn user=y\n2s authn user=x\n3s authn user=z\n"
         "4s authz user=x\n5s authz user=y",
         {"4s r open high n=2 2s..4s evidence 2 4 #1"}},
        {"AnOlderMatchOfAnotherValueCompletes",
         "when sequence in 10s { a: authn b: authz where user == a.user }",
         "0s authn user=x\n1s authn user=y\n2s authz user=x",
         {"2s r open high n=2 0s..2s #1"}},
        {"AMissingFieldOfAStepEqualsNothing",
         "when sequence in 10s { a: authn b: authz where user == a.user }",
         "0s authn\n1s authz\n2s authz user=x", {}},
        {"OtherThanIsTrueOfAMissingField",
         "when sequence in 10s { a: authn b: authz where user != a.user }",
         "0s authn user=x\n1s authz user=X\n2s authz",
         {"2s r open high n=2 0s..2s #1"}},
        {"OrderAgainstAnEarlierStep",
         "when sequence in 10s { a: authn b: authz where pid > a.pid }",
         "0s authn pid=5\n1s authz pid=5\n2s authz\n3s authz pid=6",
         {"3s r open high n=2 0s..3s #1"}},
        {"APatternMayBeAFieldOfAnEarlierStep",
         "when sequence in 10s { change: config block: channel where channel like "
         "change.object }",
         "0s config object=APP.*\n1s channel channel=TO.A\n2s channel\n"
         "3s channel channel=app.1",
         {"3s r open high n=2 0s..3s #1"}},
        {"ChangeThatDidNotHelp",
         "by qmgr when sequence in 1h { block: channel where action == block "
         "change: config, command where object_type == chlauth "
         "again: 2 x channel where action == block and channel == block.channel } "
         "alert { summary \"{change.event_user} changed {change.object}; "
         "{block.channel} is still blocked\" }",
         "0s channel qmgr=Q action=block channel=C1\n"
         "1s channel qmgr=Q action=block channel=C2\n"
         "2s command qmgr=Q object_type=chlauth event_user=eve object=C*\n"
         "3s channel qmgr=Q action=block channel=C1\n"
         "4s channel qmgr=Q action=block channel=C2\n"
         "5s channel qmgr=Q action=block channel=c1",
         {"5s r open high n=4 0s..5s qmgr='Q' - \"eve changed C*; C1 is still "
          "blocked\" #1"}},
        {"TwoEarlierSteps",
         "when sequence in 20s { a: authn b: authz c: config where user == a.user "
         "and object == b.object } alert { evidence first 3 }",
         "0s authn user=x\n1s authz object=p\n2s authn user=y\n3s authz object=q\n"
         "4s config user=y object=p\n5s config user=x object=q",
         {"5s r open high n=3 0s..5s evidence 0 3 5 #1"}},
        {"AKeyWhoseFieldDiffersFromStepToStep",
         "by k = authn.user | command.event_user when sequence in 10s { "
         "authn, config command }",
         "0s authn user=ana event_user=x\n1s command user=ANA\n"
         "2s config user=bob\n3s command event_user=Bob\n"
         "4s command event_user=ANA",
         {"4s r open high n=2 0s..4s k='ANA' #1"}, "without_key=2"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    MissingBetween, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"MissingBetweenForbidsAnEventThere",
         "when sequence in 10s { authn missing config authz }",
         "0s authn\n1s config\n2s authz\n3s authn\n4s authz\n5s config",
         {"4s r open high n=2 3s..4s #1"}},
        {"ForbiddenIsWhatLiesStrictlyBetween",
         "when sequence in 10s { authn missing config authz }",
         "0s config\n0s authn\n0s authz\n0s config", {"0s r open high n=2 0s..0s #1"}},
        {"BetweenTheLastOfOneStepAndTheFirstOfTheNext",
         "when sequence in 10s { 2 x authn missing config 2 x authz }",
         "0s authn\n1s config\n2s authn\n3s authz\n4s config\n5s authz",
         {"5s r open high n=4 0s..5s #1"}},
        {"AnotherFirstEventMayFollowTheForbiddenOne",
         "when sequence in 10s { authn missing config authz }",
         "0s authn\n1s config\n2s authn\n3s authz", {"3s r open high n=2 2s..3s #1"}},
        {"WhatCompletesTheNextStepAndIsForbiddenCompletesIt",
         "when sequence in 10s { authn missing authz where user == \"a\" authz }",
         "0s authn\n1s authz user=a\n2s authn\n3s authz user=b",
         {"1s r open high n=2 0s..1s #1", "3s r open high n=2 2s..3s #2"}},
        {"MissingReadsEarlierSteps",
         "when sequence in 10s { a: authn missing config where user == a.user "
         "authz } alert { evidence first 2 }",
         "0s authn user=x\n1s authn user=y\n2s config user=Y\n3s authz",
         {"3s r open high n=2 0s..3s evidence 0 3 #1"}},
    }),
    CaseName);

constexpr char kLeftOpen[] =
    "by user when sequence in 10s { login: session where action == connect "
    "missing logout: session where action == disconnect }";

INSTANTIATE_TEST_SUITE_P(
    LastMissing, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"LastMissingFiresAtTheDeadline", kLeftOpen,
         "0s session user=a action=connect\nuntil 10s",
         {"10s r open high n=1 0s..0s user='a' #1"}, "undecided=0"},
        {"LastMissingIsClearedByTheEvent", kLeftOpen,
         "0s session user=a action=connect\n1s session user=b action=connect\n"
         "9s999ms session user=A action=disconnect\nuntil 20s",
         {"11s r open high n=1 1s..1s user='b' #1"}},
        {"AnEventAtTheDeadlineClearsNothing", kLeftOpen,
         "0s session user=a action=connect\n10s session user=a action=disconnect\n"
         "until 20s",
         {"10s r open high n=1 0s..0s user='a' #1"}},
        {"StandingMatchesAreUndecided", kLeftOpen,
         "0s session user=a action=connect\n1s session user=b action=connect\n"
         "until 9s999ms",
         {}, "undecided=2"},
        {"TheFirstMatchStandsAndRepeatsDoNotPostponeIt", kLeftOpen,
         "0s session user=a action=connect\n4s session user=a action=connect\n"
         "8s session user=a action=connect\nuntil 30s",
         {"10s r open high n=1 0s..0s user='a' #1"}},
        {"AMatchThatCompletesAtTheDeadlineIsDropped", kLeftOpen,
         "0s session user=a action=connect\n10s session user=a action=connect\n"
         "until 30s",
         {"10s r open high n=1 0s..0s user='a' #1"}},
        {"AMatchAfterTheDeadlineStandsAnew", kLeftOpen,
         "0s session user=a action=connect\n10s1ns session user=a action=connect\n"
         "until 30s",
         {"10s r open high n=1 0s..0s user='a' #1",
          "20s1ns r open high n=1 10s1ns..10s1ns user='a' #2"}},
        {"ClearedItMayStandAgain", kLeftOpen,
         "0s session user=a action=connect\n5s session user=a action=disconnect\n"
         "6s session user=a action=connect\nuntil 30s",
         {"16s r open high n=1 6s..6s user='a' #1"}},
        {"TheDeadlineIsOfTheFirstEvent",
         "when sequence in 10s { authn authz missing config } alert { summary "
         "\"{user}\" evidence first 1 last 1 }",
         "0s authn\n4s authn user=x\n6s authz user=y\nuntil 30s",
         {"14s r open high n=2 4s..6s - \"y\" evidence 1 2 #1"}},
        {"WhatIsBeforeTheMatchsLastEventClearsNothing",
         "when sequence in 10s { authn authz missing config }",
         "0s authn\n1s config\n2s authz\nuntil 30s", {"10s r open high n=2 0s..2s #1"}},
        {"WhileAMatchStandsALaterOneCompletesAndIsDropped",
         "when sequence in 10s { authn authz missing config }",
         "0s authn\n1s authz\n2s authn\n3s authz\n4s config\n5s authz\nuntil 30s",
         {}},
        {"AMatchPerCombinationThatMissingReads",
         "when sequence in 10s { a: authn authz missing config where user == a.user "
         "} alert { summary \"{a.user}\" }",
         "0s authn user=x\n1s authn user=y\n2s authn user=X\n3s authz\n"
         "4s config user=y\nuntil 30s",
         {"12s r open high n=2 2s..3s - \"X\" #1"}},
        {"MatchesOfOneDeadlineFireInTheOrderInWhichTheyBegan",
         "when sequence in 10s { a: authn authz missing config where user == a.user "
         "} alert { summary \"{a.user}\" }",
         "0s authn user=y\n0s authn user=x\n1s authz\nuntil 30s",
         {"10s r open high n=2 0s..1s - \"y\" #1",
          "10s r open high n=2 0s..1s - \"x\" #2"}},
        {"WhileOneMatchStandsOthersOfTheKeyAreNotKept",
         "when sequence in 10s { a: authn missing config where user == a.user } "
         "alert { summary \"{a.user}\" }",
         "0s authn user=x\n1s authn user=y\nuntil 30s",
         {"10s r open high n=1 0s..0s - \"x\" #1"}},
        {"AnEventThatClearsAMatchMayBeginTheNext",
         "by user when sequence in 5s { beat: authn missing next: authn }",
         "0s authn user=a\n3s authn user=a\n6s authn user=a\nuntil 30s",
         {"11s r open high n=1 6s..6s user='a' #1"}},
        {"SilencesOfTheDeadline",
         "rule r { title \"t\" severity high by user when sequence in 10s { "
         "session where action == connect missing session where action == "
         "disconnect } mute until 2026-01-05T09:00:11Z limit 1 per 1h by all }",
         "0s session user=a action=connect\n1s session user=b action=connect\n"
         "2s session user=c action=connect\nuntil 30s",
         {"10s r open high n=1 0s..0s user='a' muted #1",
          "11s r open high n=1 1s..1s user='b' #2"},
         "fired=3 muted=1 limited=1 sent=1"},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
