// What the language says of params, a site's replacements, `each` keys and
// alerts as events; see expectations.h.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/expectations.h"

namespace mqwarden::oracle {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Params, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"AParamStandsForItsLiteral",
         "param n = 2\nparam d = 5s\nparam who = \"a\"\n"
         "rule r { title \"{n} in {d}\" severity high on any where user != who "
         "when count() >= n in d limit n per d by all }",
         "0s authn user=b\n1s authn user=A\n5s authn user=b\n6s authn user=b",
         {"6s r open high n=2 5s..6s \"2 in 5s\" #1"}},
        {"ParamsInEveryDurationAndCount",
         "param n = 1\nparam d = 10s\nparam e = 2s\n"
         "rule r { title \"t\" severity high on any when count() >= n in d "
         "refire every e limit n per d by all then digest "
         "alert { evidence first n } }",
         "0s authn\n1s authn\n2s authn\nuntil 10s",
         {"0s r open high n=1 0s..0s evidence 0 #1", "10s r digest high n=1 2s..2s #2"}},
        {"ParamsInSequencesAndSeen",
         "param n = 2\nparam d = 10s\nparam one = 1s\n"
         "rule a { title \"t\" severity low on authn when rare (object) < n in d "
         "learn one }\n"
         "rule z { title \"t\" severity high when sequence in d { n x authn config "
         "} }",
         "0s authn object=o\n1s authn object=o\n2s authn object=o\n9s config",
         {"1s a open low n=2 0s..1s {object='o'} #1",
          "9s z open high n=3 1s..9s #2"}},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Policies, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"APolicyReadsTheFieldAndNotTheKeyOfThatName",
         "policy { mute where tags not matches r\"^l\" "
         "limit 1 per 1h by rule unless tags not has \"lab\" }\n"
         "rule r { title \"{tags}\" severity high on any by each tags }",
         "0s authn tags=lab,x",
         {"0s r open high n=1 0s..0s tags='lab' \"lab\" #1"},
         "fired=2 muted=0 limited=1"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Sites, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"AnOverrideReplacesTheDefinition",
         "param n = 5\nlist staff = [\"a\"]\noverride param n = 2\n"
         "override list staff = [\"b\"]\n"
         "rule r { title \"{n}\" severity high on any where user not in staff "
         "when count() >= n in 10s }",
         "0s authn user=a\n1s authn user=b\n2s authn user=a",
         {"2s r open high n=2 0s..2s \"2\" #1"}},
        {"AnAmendmentAddsToTheRule",
         "amend rule r { exclude user == \"a\" mute where user == \"b\" "
         "limit 1 per 10s by all notify \"x\" }\n"
         "rule r { title \"t\" severity high on any exclude user == \"z\" }",
         "0s authn user=a\n1s authn user=b\n2s authn user=c\n3s authn user=d\n"
         "4s authn user=z",
         {"1s r open high n=1 1s..1s muted #1", "2s r open high n=1 2s..2s #2"},
         "matched=5 excluded=2 without_key=0 fired=3 muted=1 limited=1"},
        {"ADisabledRuleIsSilent",
         "disable rule a\nrule a { title \"t\" severity high on any }\n"
         "rule r { title \"t\" severity low on authn }",
         "0s authn", {"0s r open low n=1 0s..0s #1"}},
        {"APolicyLimitUnlessLetsLoudAlertsPass",
         "policy { limit 1 per 1h by user unless severity >= critical }\n"
         "rule r { title \"t\" severity critical when outcome == failure severity "
         "low on any }",
         "0s authn user=a\n1s authn user=a outcome=failure\n2s authn user=a",
         {"0s r open low n=1 0s..0s #1", "1s r open critical n=1 1s..1s #2"},
         "limited=1"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    Each, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"EachElementIsAKeyOfItsOwn", "by each tags when count() >= 2 in 9s",
         "0s authn tags=lab,prod\n1s authn tags=x,LAB\n2s authn tags=prod",
         {"1s r open high n=2 0s..1s tags='LAB' #1",
          "2s r open high n=2 0s..2s tags='prod' #2"}},
        {"AnEventWithoutElementsHasNoKey", "by each tags when count() >= 1 in 9s",
         "0s authn\n1s authn tags=x", {"1s r open high n=1 1s..1s tags='x' #1"},
         "without_key=1"},
        {"EachWithAQuestionMarkAdmitsMissing",
         "by each tags? when count() >= 2 in 9s",
         "0s authn\n1s authn tags=x\n2s authn",
         {"2s r open high n=2 0s..2s #1"}, "without_key=0"},
        {"EachWithoutWhenFiresOnceAValue", "by each tags, user",
         "0s authn tags=b,A user=u",
         {"0s r open high n=1 0s..0s tags='A', user='u' #1",
          "0s r open high n=1 0s..0s tags='b', user='u' #2"},
         "matched=1 excluded=0 without_key=0 fired=2"},
        {"EachWithoutWhenAndWithoutAValueDoesNotFire", "by each tags, user",
         "0s authn user=u\n1s authn tags=a",
         {"1s r open high n=1 1s..1s tags='a' #1"}, "without_key=1 fired=1"},
        {"FiringsOfOneEventMeetTheLimitsInTheOrderOfTheirKeys",
         "by each tags limit 1 per 1h by all", "0s authn tags=c,B,a",
         {"0s r open high n=1 0s..0s tags='a' #1"}, "fired=3 muted=0 limited=2"},
    }),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    AlertsAsEvents, ExpectationsTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"EveryFiringBecomesAnEvent",
         "rule r { title \"t\" severity high tags \"x\" on authn by user }\n"
         "rule z { title \"{rule} {state} {user} {alert_count}\" severity low "
         "on alert where rule == \"R\" and rule_tags has \"x\" and severity >= high "
         "and state == open and not muted and not held }",
         "0s authn user=a\n1s authz user=a\n2s authn user=b",
         {"0s r open high n=1 0s..0s user='a' #1",
          "0s z open low n=1 0s..0s \"r open a 1\" #2",
          "2s r open high n=1 2s..2s user='b' #3",
          "2s z open low n=1 2s..2s \"r open b 1\" #4"}},
        {"HeldAndMutedFiringsBecomeEventsToo",
         "rule r { title \"t\" severity high on authn mute where user == \"m\" "
         "limit 1 per 1h by all }\n"
         "rule z { title \"{muted} {held}\" severity low on alert }",
         "0s authn user=a\n1s authn user=b\n2s authn user=m",
         {"0s r open high n=1 0s..0s #1",
          "0s z open low n=1 0s..0s \"false false\" #2",
          "1s z open low n=1 1s..1s \"false true\" #3",
          "2s r open high n=1 2s..2s muted #4",
          "2s z open low n=1 2s..2s \"true false\" #5"}},
        {"UpdatesAndResolutionsBecomeEvents",
         "rule r { title \"t\" severity low on authn by user when count() >= 1 in 5s "
         "escalate high when count() >= 2 resolve }\n"
         "rule z { title \"{state} {severity} {user} {alert_count}\" severity low on "
         "alert }",
         "0s authn user=a\n1s authn user=a\nuntil 10s",
         {"0s r open low n=1 0s..0s user='a' #1",
          "0s z open low n=1 0s..0s \"open low a 1\" #2",
          "1s r update high n=2 0s..1s user='a' #1",
          "1s z open low n=1 1s..1s \"update high a 2\" #3",
          "6s r resolved high n=0 user='a' #1",
          "6s z open low n=1 6s..6s \"resolved high a 0\" #4"}},
        {"AlertsAreFedBackOneLevelDeep",
         "rule a { title \"t\" severity low on alert }\n"
         "rule b { title \"t\" severity low on alert }\n"
         "rule r { title \"t\" severity high on authn }",
         "0s authn",
         {"0s a open low n=1 0s..0s #1", "0s b open low n=1 0s..0s #2",
          "0s r open high n=1 0s..0s #3"}},
        {"WindowsOfAlerts",
         "rule r { title \"t\" severity low on authn by qmgr, user }\n"
         "rule z { title \"t\" severity high on alert by qmgr when distinct(user) >= "
         "2 in 5s }",
         "0s authn user=a qmgr=q\n1s authn user=a qmgr=Q\n2s authn user=b qmgr=q",
         {"0s r open low n=1 0s..0s qmgr='q', user='a' #1",
          "1s r open low n=1 1s..1s qmgr='Q', user='a' #2",
          "2s r open low n=1 2s..2s qmgr='q', user='b' #3",
          "2s z open high n=3 0s..2s qmgr='q' #4"}},
        {"AnAlertAlsoHasTheFieldsOfItsTriggeringEvent",
         "rule r { title \"t\" severity low on authn by k = lower(user) when count() "
         ">= 2 in 5s }\n"
         "rule z { title \"{user} {object} {time}\" severity high on alert }",
         "0s authn user=Ana object=o\n1s authn user=ANA",
         {"1s r open low n=2 0s..1s k='ana' #1",
          "1s z open high n=1 1s..1s \"ANA - 2026-01-05T09:00:01Z\" #2"}},
        {"ComputedGroupKeysAreAttrs",
         "rule r { title \"t\" severity low on authn by k = lower(user) }\n"
         "rule z { title \"{attr.k}\" severity high on alert }",
         "0s authn user=Ana",
         {"0s r open low n=1 0s..0s k='ana' #1", "0s z open high n=1 0s..0s \"ana\" "
                                                 "#2"}},
        {"TwoUpdatesOfOneInstantAreTwoEvents",
         "rule a { title \"t\" severity low on authn when count() >= 1 in 10s "
         "escalate medium when count() >= 2 escalate high when count() >= 3 }\n"
         "rule z { title \"t\" severity low on alert where state == update }",
         "0s authn\n1s authn\n1s authn",
         {"0s a open low n=1 0s..0s #1", "1s a update medium n=2 0s..1s #1",
          "1s a update high n=3 0s..1s #1", "1s z open low n=1 1s..1s #2",
          "1s z open low n=1 1s..1s #3"}},
        {"AnAlertThatTimeMakesComesBeforeWhatIsDueAtItsInstant",
         "rule a { title \"t\" severity high on authn by user when count() >= 1 in "
         "2s session }\n"
         "rule z { title \"t\" severity high on alert when count() >= 1 in 2s "
         "resolve }",
         "0s authn user=x\n2s authn user=y\nuntil 20s",
         {"2s a open high n=1 0s..0s user='x' #1",
          "2s z open high n=1 2s..2s #2",
          "4s a open high n=1 2s..2s user='y' #3",
          "6s z resolved high n=0 #2"}},
        {"AlertsOfAnInstantBecomeEventsRightAfterIt",
         "rule r { title \"t\" severity low on authn by user when count() >= 1 in 5s "
         "tumbling }\n"
         "rule z { title \"{user}\" severity high on alert when count() >= 2 in 1s }",
         "0s authn user=b\n1s authn user=a\nuntil 5s",
         {"5s r open low n=1 1s..1s user='a' #1", "5s r open low n=1 0s..0s user='b' "
                                                  "#2",
          "5s z open high n=2 5s..5s \"b\" #3"}},
        {"AlertsOfAnInstantComeBeforeWhatIsDueForThoseWhoTakeThem",
         "rule r { title \"t\" severity low on authn by user when count() >= 1 in 5s "
         "tumbling }\n"
         "rule a { title \"t\" severity high on alert by user from [\"a\"] when "
         "absent 5s }",
         "0s authn user=a\nuntil 10s",
         {"5s r open low n=1 0s..0s user='a' #1",
          "10s a open high n=0 user='a' #2"}},
        {"AnAlertIsLaterThanTheEventThatMadeIt",
         "recent seen { on authn by user for 5s }\n"
         "rule r { title \"t\" severity low on authn where not seen[user] }\n"
         "rule z { title \"t\" severity high on alert where seen[user] }",
         "0s authn user=a",
         {"0s r open low n=1 0s..0s #1", "0s z open high n=1 0s..0s #2"}},
        {"AnyIsNotAlert",
         "rule r { title \"t\" severity low on any }\n"
         "rule z { title \"t\" severity low on alert, config }",
         "0s authn\n1s config",
         {"0s r open low n=1 0s..0s #1", "0s z open low n=1 0s..0s #2",
          "1s r open low n=1 1s..1s #3", "1s z open low n=1 1s..1s #4",
          "1s z open low n=1 1s..1s #5"}},
        {"ASequenceOfAlerts",
         "rule r { title \"t\" severity low on authn by user }\n"
         "rule z { title \"{a.user}\" severity high when sequence in 9s { "
         "a: alert where rule == \"r\" session where user == a.user } }",
         "0s authn user=x\n1s authn user=y\n2s session user=x",
         {"0s r open low n=1 0s..0s user='x' #1",
          "1s r open low n=1 1s..1s user='y' #2", "2s z open high n=2 0s..2s \"x\" "
                                                  "#3"}},
    }),
    CaseName);

}  // namespace
}  // namespace mqwarden::oracle
