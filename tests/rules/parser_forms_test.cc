// The forms of `when`, the definitions and what a site says, as trees.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

struct Case {
  const char* name;
  std::string_view text;
  // Of DebugString; or the codes of what is wrong.
  std::string_view expected;
};

std::string Name(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

struct Parsed {
  ast::File file;
  DiagnosticList diagnostics;
};

Parsed ParseText(std::string text) {
  Parsed parsed;
  parsed.file = Parse(std::make_shared<const RuleText>("t.mqw", std::move(text)),
                      &parsed.diagnostics);
  return parsed;
}

std::string Codes(const DiagnosticList& diagnostics) {
  std::string codes;
  for (const Diagnostic* diagnostic : diagnostics.Sorted()) {
    if (!codes.empty()) codes += ' ';
    codes += GetDiagnosticCode(diagnostic->code).code;
  }
  return codes;
}

constexpr std::string_view kHead = "rule r { title \"T\" severity high on authz ";

// What a clause adds to the tree of a rule, or the codes.
class ClauseFormTest : public ::testing::TestWithParam<Case> {};

TEST_P(ClauseFormTest, Parses) {
  const bool is_sequence =
      GetParam().text.find("when sequence") != std::string_view::npos;
  const std::string head(is_sequence ? kHead.substr(0, kHead.find(" on ") + 1)
                                     : kHead);
  const Parsed parsed = ParseText(head + std::string(GetParam().text) + "\n}\n");
  if (parsed.diagnostics.has_errors()) {
    EXPECT_EQ(Codes(parsed.diagnostics), GetParam().expected)
        << RenderText(parsed.diagnostics, {});
    return;
  }
  const std::string tree = DebugString(parsed.file);
  const size_t begin =
      tree.find('\n', tree.find(is_sequence ? "severity" : "  on ")) + 1;
  EXPECT_EQ(tree.substr(begin), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Windows, ClauseFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Tumbling", "when count() >= 3 in 1h tumbling",
         "  when in 1h tumbling\n    >=\n      call count\n      3\n"},
        {"Session", "when count() >= 3 in 10m session",
         "  when in 10m session\n    >=\n      call count\n      3\n"},
        {"TumblingNeedsParenthesesToo",
         "when count() >= 3 and sum(a) > 1 in 1h tumbling", "R0108"},
        {"NewWithLearning", "when new (user, source_ip?) in 30d learn 7d",
         "  when new in 30d learn 1w\n    key\n      user\n    key optional\n"
         "      source_ip\n"},
        {"NewOfAComputedKey", "when new (n = network(source_ip, 24, 64)) in 30d",
         "  when new in 30d\n    key n =\n      call network\n"
         "        source_ip\n        24\n        64\n"},
        {"Rare", "when rare (user) < 3 in 30d",
         "  when rare < 3 in 30d\n    key\n      user\n"},
        {"RareNeedsANumber", "when rare (user) in 30d", "R0101"},
        {"RareOfZero", "when rare (user) < 0 in 30d", "R0503"},
        {"NewNeedsAWindow", "when new (user)", "R0101"},
        {"NewNeedsATuple", "when new () in 30d", "R0101"},
        {"Absent", "by qmgr from queue_managers when absent 15m",
         "  by\n    key\n      qmgr\n      from\n        queue_managers\n"
         "  when absent 15m\n"},
        {"AbsentFromAListInPlace", "by qmgr from [\"A\", \"B\"] when absent 15m",
         "  by\n    key\n      qmgr\n      from\n        list\n"
         "          \"A\"\n          \"B\"\n  when absent 15m\n"},
        {"AbsentNeedsADuration", "when absent", "R0101"},
        {"ArithmeticOfAggregates",
         "when count(outcome == failure) / count() > 0.5 in 5m",
         "  when in 5m\n    >\n      /\n        call count\n          ==\n"
         "            outcome\n            failure\n        call count\n"
         "      decimal 0.5\n"},
        {"Percentile", "when percentile(elapsed, 99.5) > 2s in 5m",
         "  when in 5m\n    >\n      call percentile\n        elapsed\n"
         "        decimal 99.5\n      2s\n"},
        {"FieldsNamedLikeForms",
         "when count(new == 1 or rare == 2 or sequence == 3) > 1 in 5m",
         "  when in 5m\n    >\n      call count\n        or\n          ==\n"
         "            new\n            1\n          ==\n            rare\n"
         "            2\n          ==\n            sequence\n            3\n"
         "      1\n"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Sequences, ClauseFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TwoSteps",
         "when sequence in 10m {\n"
         "  guess:   5 x authn where outcome == failure\n"
         "  success: session, authn, authz where action == connect\n}",
         "  when sequence in 10m\n    step guess: 5 x authn\n      ==\n"
         "        outcome\n        failure\n"
         "    step success: 1 x session authn authz\n      ==\n"
         "        action\n        connect\n"},
        {"WithoutLabels", "when sequence in 10m { authn alert }",
         "  when sequence in 10m\n    step 1 x authn\n    step 1 x alert\n"},
        {"MissingAtTheEnd",
         "when sequence in 4h { session where a missing out: session where b }",
         "  when sequence in 4h\n    step 1 x session\n      a\n"
         "    missing out: 1 x session\n      b\n"},
        {"StepReadsAnEarlierOne",
         "when sequence in 1h { b: channel a: 3 x channel where channel like "
         "b.channel and b.count() > 1 }",
         "  when sequence in 1h\n    step b: 1 x channel\n"
         "    step a: 3 x channel\n      and\n        like\n          channel\n"
         "          member channel\n            b\n        >\n"
         "          count of b\n          1\n"},
        {"CountOfAParam", "when sequence in d { n x authn s: n x authz }",
         "  when sequence in d\n    step n x authn\n    step s: n x authz\n"},
        {"StepOnTheLineOfTheOther",
         "when sequence in 1h { a: authn where u in admins b: authz }",
         "  when sequence in 1h\n    step a: 1 x authn\n      in\n        u\n"
         "        admins\n    step b: 1 x authz\n"},
        {"NoWindow", "when sequence { authn authz }", "R0101"},
        {"NoSteps", "when sequence in 5m { }", "R0113"},
        {"MissingFirst", "when sequence in 5m { missing authn authz }", "R0113"},
        {"TwoMissingAtTheEnd",
         "when sequence in 5m { authn missing authz missing channel }", "R0113"},
        {"TwoMissingBetween",
         "when sequence in 5m { authn missing authz missing channel authn }",
         "  when sequence in 5m\n    step 1 x authn\n    missing 1 x authz\n"
         "    missing 1 x channel\n    step 1 x authn\n"},
        {"MissingThatCounts",
         "when sequence in 5m { authn missing 3 x authz authn }", "R0113"},
        {"MissingBehindItsLabel",
         "when sequence in 5m { authn a: missing authz authn }", "R0101"},
        {"StepWithoutKind", "when sequence in 5m { a: where b }", "R0101"},
        {"ZeroEvents", "when sequence in 5m { 0 x authn authz }", "R0503"},
        {"WindowInAStep", "when sequence in 5m { authn where count() > 1 in 5m }",
         "R0101"},
        {"OnBesideIt", "on authz when sequence in 5m { authn authz }", "R0114"},
        {"NotClosed", "when sequence in 5m { authn authz", "R0107"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Clauses, ClauseFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ByEach", "by each tags, each attr.list?",
         "  by\n    key each\n      tags\n    key each optional\n"
         "      member list\n        attr\n"},
        {"AFieldNamedEach", "by each", "  by\n    key\n      each\n"},
        {"ByAlternatives", "by k = authn.user | command.event_user?, a",
         "  by\n    key k = optional\n      |\n        member user\n"
         "          authn\n        member event_user\n          command\n"
         "    key\n      a\n"},
        {"AlternativesNeedTheirLast", "by k = a |", "R0101"},
        {"Recent", "where changed[qmgr, object]",
         "  where\n    index changed\n      qmgr\n      object\n"},
        {"Keys", "refire each keys 5000", "  refire each\n  keys 5000\n"},
        {"KeysOfZero", "keys 0", "R0503"},
        {"KeysBeforeRefire", "keys 5 refire each", "R0104"},
        {"KeysTwice", "keys 5 keys 6", "R0105"},
        {"MuteDuring", "mute during nights", "  mute during\n    nights\n"},
        {"MuteDuringAKeyedOne", "mute during changes[qmgr]",
         "  mute during\n    index changes\n      qmgr\n"},
        {"MuteDuringSeveral", "mute during [nights, changes[qmgr]]",
         "  mute during\n    list\n      nights\n      index changes\n"
         "        qmgr\n"},
        {"MuteWithoutMore", "mute", "R0101"},
        {"ParamsForLiterals",
         "when count() >= n in w refire every e keys k mute until "
         "i limit n per d by user notify soc alert { evidence first n last m }",
         "  when in w\n    >=\n      call count\n      n\n  refire every e\n"
         "  keys k\n  mute until i\n  limit n per d\n    key\n      user\n"
         "  notify param soc\n  alert\n    evidence first n last m\n"},
        {"ParamsOfATest",
         "test \"t\" { start s at d authz { user: u } x n every e advance d "
         "expect n of m alerts { at: d } }",
         "  test \"t\"\n    start s\n    at d authz x n every e\n      user:\n"
         "        u\n    advance d\n    expect n of m\n      at:\n        d\n"},
        {"NoParamIsTakenForAWordThatFollows", "when new (a) in learn 7d",
         "R0101"},
        {"NoParamIsTakenForTheNextClause",
         "when count() > 1 in\nlimit 1 per 1h by all", "R0101"},
        {"StepsOfATest",
         "test \"t\" { with param n = 3 with list l = [\"a\"] with calendar c { "
         "mon } with inventory from \"i.csv\" input \"e.json\" as amqsevt restart "
         "expect no alerts }",
         "  test \"t\"\n    with\n      param n\n        3\n    with\n"
         "      list l\n        \"a\"\n    with\n      calendar c\n"
         "        M------ 00:00-24:00\n    with\n      inventory from \"i.csv\"\n"
         "    input \"e.json\" as amqsevt\n    restart\n    expect 0\n"},
        {"InputWithoutFormat", "test \"t\" { input \"e.json\" }", "R0101"},
        {"WithARule", "test \"t\" { with rule a }", "R0103"},
    }),
    Name);

// --- definitions

class DefinitionFormTest : public ::testing::TestWithParam<Case> {};

TEST_P(DefinitionFormTest, Parses) {
  const Parsed parsed = ParseText(std::string(GetParam().text));
  EXPECT_EQ(parsed.diagnostics.has_errors() ? Codes(parsed.diagnostics)
                                            : DebugString(parsed.file),
            GetParam().expected)
      << RenderText(parsed.diagnostics, {});
}

INSTANTIATE_TEST_SUITE_P(
    Values, DefinitionFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ParamNumber", "param n = 10", "param n\n  10\n"},
        {"ParamBelowZero", "param n = -1.5",
         "param n\n  negate\n    decimal 1.5\n"},
        {"ParamText", "param t = \"x\"", "param t\n  \"x\"\n"},
        {"ParamDuration", "param d = 4m30s", "param d\n  4m30s\n"},
        {"ParamTimeOfDay", "param d = 08:30", "param d\n  time 08:30\n"},
        {"ParamInstant", "param i = 2026-11-20T22:00:00Z",
         "param i\n  2026-11-20T22:00:00Z\n"},
        {"ParamWord", "param s = high", "param s\n  high\n"},
        {"ParamConstant", "param r = MQRC_NOT_AUTHORIZED",
         "param r\n  MQRC_NOT_AUTHORIZED\n"},
        {"ParamOfSeveral", "param n = [1, 2]", "R0101"},
        {"ParamOfNothing", "param n =\nlist a = [1]", "R0101"},
        {"ParamOfASum", "param n = 1 + 2", "R0101"},
        {"Recent",
         "recent changed {\n  on config, command where object_type == queue\n"
         "  by qmgr, object\n  for 10m\n  keys 100\n}",
         "recent changed\n  on config command\n  where\n    ==\n"
         "      object_type\n      queue\n  by\n    key\n      qmgr\n    key\n"
         "      object\n  for 10m\n  keys 100\n"},
        {"RecentOnOneLine", "recent r { on a by b for d }",
         "recent r\n  on a\n  by\n    key\n      b\n  for d\n"},
        {"RecentWithoutKinds", "recent r { by b for 5m }", "R0106"},
        {"RecentWithoutKey", "recent r { on a for 5m }", "R0106"},
        {"RecentWithoutDuration", "recent r { on a by b }", "R0106"},
        {"RecentWithAnUnknownClause", "recent r { on a by b for 5m when c }",
         "R0102"},
        {"RecentWithAClauseTwice", "recent r { on a by b for 5m for 6m }",
         "R0105"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Calendars, DefinitionFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Everything",
         "calendar c {\n  tz \"Europe/London\"\n  mon..fri 08:00-18:00\n"
         "  sat, sun 22:00-06:00\n  except [2026-12-25, 2027-01-01]\n"
         "  from 2026-11-20T22:00:00Z to 2026-11-21T02:00:00Z\n}",
         "calendar c\n  tz \"Europe/London\"\n  MTWTF-- 08:00-18:00\n"
         "  -----SS 22:00-06:00\n  except 2026-12-25\n  except 2027-01-01\n"
         "  from 2026-11-20T22:00:00Z to 2026-11-21T02:00:00Z\n"},
        {"WholeDays", "calendar c { sat..sun }",
         "calendar c\n  -----SS 00:00-24:00\n"},
        {"DaysOverTheEndOfTheWeek", "calendar c { fri..mon 00:00-24:00 }",
         "calendar c\n  M---FSS 00:00-24:00\n"},
        {"Params", "calendar c { tz zone mon open-close from a to b }",
         "calendar c\n  tz param zone\n  M------ open-close\n  from a to b\n"},
        {"OneLineOfDays", "calendar c { mon tue 08:00-09:00 }",
         "calendar c\n  M------ 00:00-24:00\n  -T----- 08:00-09:00\n"},
        {"File", "calendar c from \"c.csv\"", "calendar c from \"c.csv\"\n"},
        {"FileWithKeys", "calendar c from \"c.csv\" key qmgr, host",
         "calendar c from \"c.csv\" key qmgr host\n"},
        {"Empty", "calendar c { }", "calendar c\n"},
        {"OneTimeOfDay", "calendar c { mon 08:00 }", "R0101"},
        {"NoTime", "calendar c { mon 08:00-08:00 }", "R0503"},
        {"TwoZones", "calendar c { tz \"UTC\" tz \"Europe/London\" }", "R0105"},
        {"ExceptAnInstant", "calendar c { except [2026-12-25T00:00:00Z] }",
         "R0101"},
        {"FromWithoutTo", "calendar c { from 2026-12-25T00:00:00Z }", "R0101"},
        {"FromADate", "calendar c { from 2026-12-25 to 2026-12-26 }", "R0008"},
        {"NoDay", "calendar c { monday 08:00-09:00 }", "R0101"},
        {"NotClosed", "calendar c { mon\nlist a = [1]", "R0107"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Reports, DefinitionFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Top",
         "report r {\n  title \"T\"\n"
         "  on    authz where outcome == failure and tags has \"dev\"\n"
         "  every 7d\n  top   10 by object order count()\n}",
         "report r\n  title\n    \"T\"\n  on authz\n  where\n    and\n"
         "      ==\n        outcome\n        failure\n      has\n        tags\n"
         "        \"dev\"\n  every 1w\n  top 10\n  by\n    key\n      object\n"
         "    order\n      call count\n"},
        {"Everything",
         "report r { on authz exclude x: a exclude b every 1d from "
         "2026-11-20T00:00:00Z top n by a?, each tags show users = "
         "distinct(user), qmgr compare previous keys 500 }",
         "report r\n  on authz\n  exclude x\n    a\n  exclude\n    b\n"
         "  every 1d from 2026-11-20T00:00:00Z\n  top n\n  by\n"
         "    key optional\n      a\n    key each\n      tags\n  show users\n"
         "    call distinct\n      user\n  show\n    qmgr\n  compare previous\n"
         "  keys 500\n"},
        {"OfStatistics",
         "report s { of statistics  every week tz \"Europe/London\" }",
         "report s\n  of statistics\n  every week tz \"Europe/London\"\n"},
        {"EveryHour", "report s { of statistics every hour }",
         "report s\n  of statistics\n  every hour\n"},
        {"EveryDay", "report s { of statistics every day tz zone }",
         "report s\n  of statistics\n  every day tz param zone\n"},
        {"OrderBySum", "report r { on a every d top 3 by b order sum(c) / 2 }",
         "report r\n  on a\n  every d\n  top 3\n  by\n    key\n      b\n"
         "    order\n      /\n        call sum\n          c\n        2\n"},
        {"WithoutKinds", "report r { every 7d top 3 by b }", "R0106"},
        {"WithoutPeriod", "report r { on a top 3 by b }", "R0106"},
        {"WithoutTop", "report r { on a every 7d }", "R0106"},
        {"OfBoth", "report r { on a of statistics every 7d top 3 by b }",
         "R0105"},
        {"TopOfStatistics", "report r { of statistics every 7d top 3 by b }",
         "R0114"},
        {"TopWithoutBy", "report r { on a every 7d top 3 order count() }",
         "R0101"},
        {"UnknownPeriod", "report r { on a every \"week\" top 3 by b }", "R0101"},
        {"UnknownClause", "report r { on a every 7d top 3 by b shwo c }",
         "R0102"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Sites, DefinitionFormTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"OverrideOfEverySort",
         "override param n = 5\noverride list l from \"l.txt\"\n"
         "override table t from \"t.csv\" key a\n"
         "override inventory from \"i.csv\"\n"
         "override patterns p { a: \"A*\" }\noverride calendar c { sun }\n",
         "override\n  param n\n    5\noverride\n  list l\n    from \"l.txt\"\n"
         "override\n  table t from \"t.csv\" key a\n"
         "override\n  inventory from \"i.csv\"\n"
         "override\n  patterns p\n    a: \"A*\"\n"
         "override\n  calendar c\n    ------S 00:00-24:00\n"},
        {"Amend",
         "amend rule r {\n  exclude x: a\n  mute during c\n"
         "  limit 1 per 1h by all\n  notify \"ops\"\n}",
         "amend r\n  exclude x\n    a\n  mute during\n    c\n"
         "  limit 1 per 1h by all\n  notify \"ops\"\n"},
        {"Disable", "disable rule r disable rule s", "disable r\ndisable s\n"},
        {"OverrideOfAMacro", "override macro m = a", "R0103"},
        {"AmendOfAList", "amend r { }", "R0101"},
        {"AmendWithWhere", "amend rule r { where a }", "R0102"},
        {"NotifyTwice", "amend rule r { notify \"a\" notify \"b\" }", "R0105"},
        {"DisableWithoutName", "disable rule", "R0101"},
    }),
    Name);

}  // namespace
}  // namespace mqwarden
