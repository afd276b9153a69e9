// What becomes of windows, sequences, calendars, params and what a site says:
// the plan that the compiler makes of each, and what it refuses.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

constexpr std::string_view kDefinitions = R"(
param threshold = 5
param window = 10m
param bad = failure
param admin = "mqm"
list qmgrs = ["QM1", "QM2", "qm1"]
list admins = ["mqm"]
calendar office { tz "Europe/London" mon..fri 08:00-18:00 except [2026-12-25] }
calendar change_windows from "changes.csv" key qmgr
recent connected { on session where action == connect by user, qmgr? for 30d }
)";

Files DataFiles() {
  return {{"changes.csv",
           "from,to,qmgr,ticket\n"
           "2026-01-02T00:00:00Z,2026-01-02T02:00:00Z,QM*,C2\n"
           "2026-01-01T00:00:00Z,2026-01-01T02:00:00Z,,C1\n"}};
}

CompileResult CompileAll(std::string_view rules) {
  return Compile(std::string(kDefinitions).append(rules), DataFiles());
}

// One rule `r` with the clauses behind its severity.
CompileResult CompileClauses(std::string_view clauses) {
  return CompileAll("rule r { title \"T\" severity high " +
                    std::string(clauses) + " }");
}

struct Case {
  std::string name;
  std::string clauses;
  std::string codes;
};

class ClausesTest : public ::testing::TestWithParam<Case> {};

TEST_P(ClausesTest, AreTakenOrRefused) {
  const CompileResult result = CompileClauses(GetParam().clauses);
  EXPECT_EQ(CodesOf(result), GetParam().codes);
  EXPECT_EQ(result.plan != nullptr, GetParam().codes.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ClausesTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Ratio", "on authz by user when count(outcome == success) / count() > "
                  "0.5 in 5m", ""},
        {"DurationsTogether",
         "on session by user when sum(duration) - avg(duration) / 2 > 5m in 1h",
         ""},
        {"RatioOfDurations",
         "on session by user when max(duration) / min(duration) >= 10 in 1h", ""},
        {"AttrAsANumber", "on perf by qmgr when avg(attr.depth) > 2.5 in 1h", ""},
        {"Tumbling", "on authz by user when count() >= 3 in 5m tumbling resolve",
         ""},
        {"Session", "on authz by user when count() >= 3 in 5m session", ""},
        {"RearmBelowAnAverage",
         "on session by user when avg(duration) > 10m in 1h refire rise below 5m",
         ""},
        {"RearmOfASmallAverage",
         "on session by user when avg(duration) < 10m in 1h refire rise below "
         "15m", ""},
        {"RearmOnTheWrongSide",
         "on session by user when avg(duration) < 10m in 1h refire rise below 5m",
         "R0404"},
        {"RearmOfASession",
         "on authz by user when count() >= 3 in 5m session refire rise below 2",
         "R0408"},
        {"NewWithAMissingField", "on authz when new (user, source_ip?) in 30d",
         ""},
        {"NewOfAList", "on authz when new (tags) in 30d", "R0313"},
        {"NewOfEach", "on authz when new (each tags) in 30d", "R0313"},
        {"EscalateOfNew",
         "on authz when new (user) in 30d escalate critical when user == \"a\"",
         "R0409"},
        {"RareByAParam", "on authz when rare (user) < threshold in window", ""},
        {"AggregateOfNew", "on authz when new (user) in 30d alert { summary "
                           "\"{count()}\" }", "R0405"},
        {"Absent", "on any by qmgr from qmgrs when absent window resolve", ""},
        {"AbsentInline", "on any by qmgr from [\"QM1\"] when absent 15m", ""},
        {"AbsentOfTwo", "on any by qmgr from qmgrs, host when absent 15m",
         "R0413"},
        {"AbsentOfNobody", "on any when absent 15m", "R0413"},
        {"AbsentOfAnotherType", "on any by source_ip from qmgrs when absent 15m",
         "R0305"},
        {"AbsentRefires", "on any by qmgr from qmgrs when absent 15m refire each",
         "R0408"},
        {"During", "on authz where not time during [office, "
                   "change_windows[qmgr]]", ""},
        {"DuringAnUnknown", "on authz where time during office[qmgr]", "R0307"},
        {"DuringALIST", "on authz where time during admins", "R0210"},
        {"MuteDuring", "on authz mute during change_windows[qmgr]", ""},
        {"Recent", "on authz where connected[user, qmgr]", ""},
        {"RecentOfOnePart", "on authz where connected[user]", "R0307"},
        {"RecentAsAValue", "on authz where connected", "R0210"},
        {"RecentInALimit",
         "on authz limit 1 per 1h by k = connected[user, qmgr]", "R0412"},
        {"ParamsWhereLiteralsStand",
         "on authz where outcome == bad and user in [admin, \"x\"] and pid > "
         "threshold by user when count() >= threshold in window limit threshold "
         "per window by user notify admin", ""},
        {"ParamOfAnotherSort", "on authz where user == window", "R0304"},
        {"ParamOfAnotherWord", "on authz where channel_type == bad", "R0204"},
        {"EachInBy", "on authz by each tags when count() >= 3 in 5m mute where "
                     "tags == \"lab\" limit 1 per 1d by tags", ""},
        {"EachHidesTheListOnlyOutside",
         "on authz by each tags when count(tags has \"lab\") >= 3 in 5m", ""},
        {"EachOfAText", "on authz by each user", "R0301"},
        {"AlertsAsEvents",
         "on alert where rule == \"s1\" and severity >= high and rule_tags has "
         "\"x\" and not muted by user when count() >= 3 in 1h mute where "
         "rule_tags has \"noisy\"", ""},
        {"AlertFieldsOfOtherEvents", "on authz where rule == \"s1\"", "R0212"},
        {"KeysAreBounded", "on authz by user when count() >= 3 in 5m keys "
                           "2000000000", "R0506"},
    }),
    [](const auto& info) { return info.param.name; });

constexpr std::string_view kSequence = R"(
  by k = authn.user | command.event_user
  when sequence in 1h {
    block:  3 x authn where action == block
    change: command where object_type == chlauth and channel == block.channel
    authn where channel like change.object and connected[user, qmgr]
    missing session where user == block.user
  }
  limit 1 per 1h by block.channel
  alert { summary "{change.event_user} {block.channel} {block.count()} {k}" }
)";

TEST(SequenceTest, LaterStepsJoinOnWhatTheyReadOfEarlierOnes) {
  const CompileResult result = CompileClauses(kSequence);
  ASSERT_EQ(CodesOf(result), "");
  const RulePlan& rule = RuleOf(result, "r");
  ASSERT_TRUE(rule.sequence.has_value());
  const SequencePlan& sequence = *rule.sequence;
  ASSERT_EQ(sequence.steps.size(), 4u);
  EXPECT_EQ(sequence.steps[0].count, 3);
  EXPECT_EQ(sequence.steps[0].label, "block");
  EXPECT_TRUE(sequence.steps[3].missing);
  EXPECT_EQ(rule.kinds, 1u << static_cast<int>(Kind::kAuthn) |
                            1u << static_cast<int>(Kind::kCommand) |
                            1u << static_cast<int>(Kind::kSession));
  std::vector<std::string> joins;
  std::vector<std::string> shown;
  for (const CapturePlan& capture : sequence.captures) {
    (capture.joins ? joins : shown)
        .push_back(std::to_string(capture.step) + " " +
                   Written(*result.plan, capture.expr));
  }
  std::sort(joins.begin(), joins.end());
  EXPECT_EQ(joins, (std::vector<std::string>{"0 channel", "0 user",
                                             "1 object"}));
  EXPECT_EQ(shown, (std::vector<std::string>{"1 event_user"}));
  EXPECT_TRUE(rule.in_order);
  EXPECT_FALSE(
      result.plan->pool().exprs[sequence.steps[1].where].event_only);
}

TEST(SequenceTest, KeysDifferByKind) {
  const CompileResult result = CompileClauses(kSequence);
  ASSERT_EQ(CodesOf(result), "");
  const Plan& plan = *result.plan;
  const Expr& key = plan.pool().exprs[RuleOf(result, "r").by[0].expr];
  ASSERT_EQ(key.op, ExprOp::kCoalesce);
  const Expr& first = plan.pool().exprs[key.children[0]];
  EXPECT_EQ(first.op, ExprOp::kOfKind);
  EXPECT_EQ(first.a, 1u << static_cast<int>(Kind::kAuthn));
  EXPECT_EQ(Written(plan, first.children[0]), "user");
}

TEST(SequenceTest, AKeyOfAKindThatNoStepHasIsRefused) {
  EXPECT_EQ(CodesOf(CompileClauses(
                "by k = perf.user when sequence in 1h { authn authn }")),
            "R0209");
}

TEST(EachTest, TheKeyIsTheElement) {
  const CompileResult result =
      CompileClauses("on authz by qmgr, each tags alert { fields t = tags }");
  ASSERT_EQ(CodesOf(result), "");
  const RulePlan& rule = RuleOf(result, "r");
  ASSERT_EQ(rule.by.size(), 2u);
  EXPECT_TRUE(rule.by[1].each);
  EXPECT_EQ(Written(*result.plan, rule.by[1].expr), "tags");
  const Expr& field = result.plan->pool().exprs[rule.fields[0].expr];
  EXPECT_EQ(field.op, ExprOp::kEachValue);
  EXPECT_EQ(field.a, 1u);
}

TEST(AbsentTest, TheUniverseKeepsTheSpellingAndNamesEachOnce) {
  const CompileResult result =
      CompileClauses("on any by qmgr from qmgrs when absent 15m");
  ASSERT_EQ(CodesOf(result), "");
  std::vector<std::string> names;
  for (const Constant& constant : RuleOf(result, "r").absent->universe) {
    names.push_back(constant.text);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"QM1", "QM2"}));
}

TEST(ParamTest, StandsForItsLiteral) {
  const CompileResult result = CompileAll(
      "rule r { title \"{threshold} {window} {bad}\" severity high on authz "
      "where outcome == bad by user when count() >= threshold in window }\n"
      "rule s { title \"T\" severity high on authz where outcome == failure by "
      "user when count() >= 5 in 10m }");
  ASSERT_EQ(CodesOf(result), "");
  const RulePlan& rule = RuleOf(result, "r");
  EXPECT_EQ(rule.window->length, std::chrono::minutes(10));
  EXPECT_EQ(rule.state_hash, RuleOf(result, "s").state_hash);
  EXPECT_EQ(rule.title[4].literal, "failure");
}

TEST(CalendarTest, ABlockBecomesOffsetsRangesAndDays) {
  const CompileResult result = CompileAll(
      "calendar odd { sun 22:00-06:00 mon 05:00-07:00 sat }\n" +
      RuleWith("where time during office and time during odd"));
  ASSERT_EQ(CodesOf(result), "");
  const auto& calendars = result.plan->pool().calendars;
  ASSERT_EQ(calendars.size(), 2u);
  const auto find = [&](std::string_view name) {
    return *std::find_if(
        calendars.begin(), calendars.end(),
        [name](const CalendarPlan& c) { return c.name == name; });
  };
  const CalendarPlan office = find("office");
  // 1971-10-31T02:00Z ended the standard time that was an hour ahead.
  EXPECT_EQ(office.offsets[0].seconds, 3600);
  EXPECT_EQ(office.offsets[1].seconds, 0);
  const int64_t june = 1'782'000'000'000'000'000;  // 2026-06-21
  const auto after = std::upper_bound(
      office.offsets.begin(), office.offsets.end(), june,
      [](int64_t t, const CalendarPlan::Offset& o) { return t < o.from; });
  EXPECT_EQ((after - 1)->seconds, 3600);
  EXPECT_EQ(after->from, 1'792'890'000'000'000'000);  // 2026-10-25T01:00Z
  EXPECT_EQ(office.weekly.size(), 5u);
  EXPECT_EQ(office.weekly[0].begin, 8 * 3600);
  EXPECT_EQ(office.excepted, (std::vector<int32_t>{20812}));
  // Sunday night goes on at the beginning of the week, and joins Monday's range.
  const CalendarPlan odd = find("odd");
  ASSERT_EQ(odd.weekly.size(), 3u);
  EXPECT_EQ(odd.weekly[0].begin, 0);
  EXPECT_EQ(odd.weekly[0].end, 7 * 3600);
  EXPECT_EQ(odd.weekly[1].begin, 5 * 86400);
  EXPECT_EQ(odd.weekly[1].end, 6 * 86400);
  EXPECT_EQ(odd.weekly[2].end, 7 * 86400);
}

TEST(CalendarTest, AFileGivesSpansInOrderWithFoldedKeys) {
  const CompileResult result =
      CompileClauses("on authz where time during change_windows[qmgr]");
  ASSERT_EQ(CodesOf(result), "");
  const CalendarPlan& calendar = result.plan->pool().calendars[0];
  EXPECT_EQ(calendar.keys, 1u);
  ASSERT_EQ(calendar.spans.size(), 2u);
  EXPECT_EQ(calendar.spans[0].keys, (std::vector<std::string>{""}));
  EXPECT_EQ(calendar.spans[1].keys, (std::vector<std::string>{"qm*"}));
}

TEST(RecentTest, OnlyRulesThatAskOneRunInOrder) {
  const CompileResult good = CompileAll("macro known = connected[user, qmgr]\n" +
                                        RuleWith("exclude known", "a") +
                                        RuleWith("", "b"));
  ASSERT_EQ(CodesOf(good), "");
  EXPECT_TRUE(RuleOf(good, "a").in_order);
  EXPECT_FALSE(RuleOf(good, "b").in_order);
  ASSERT_EQ(good.plan->pool().recents.size(), 1u);
  EXPECT_TRUE(good.plan->pool().recents[0].by[1].optional);
}

TEST(ReportTest, CountsWhereNoOrderIsGiven) {
  const CompileResult result = CompileAll(
      RuleWith("") +
      "report a { title \"T\" on authz where outcome == bad every 7d top "
      "threshold by object, each tags show u = distinct(user), ch = channel "
      "compare previous keys 50 }\n"
      "report b { of statistics every week tz \"Europe/London\" }\n");
  ASSERT_EQ(CodesOf(result), "");
  ASSERT_EQ(result.plan->reports().size(), 2u);
  const ReportPlan& a = *result.plan->reports()[0];
  EXPECT_EQ(a.top, 5);
  EXPECT_EQ(a.max_keys, 50);
  EXPECT_TRUE(a.compare_previous);
  EXPECT_EQ(a.every, std::chrono::hours(7 * 24));
  ASSERT_EQ(a.aggregates.size(), 2u);
  EXPECT_EQ(result.plan->pool().exprs[a.order].op, ExprOp::kAggregate);
  const ReportPlan& b = *result.plan->reports()[1];
  EXPECT_TRUE(b.of_statistics);
  EXPECT_EQ(b.unit, ReportPlan::Unit::kWeek);
  EXPECT_GT(b.offsets.size(), 100u);
}

// --- site

constexpr std::string_view kShipped = R"(
param n = 3
list l = ["a"]
rule r {
  title "T" severity high on authz where user in l
  by user when count() >= n in 5m
  test "as shipped" {
    at 0s authz { user: "a" } x n every 1s
    expect 1 alert
  }
  test "with its own" {
    with param n = 2
    at 0s authz { user: "a" } x n every 1s
    restart
    expect 1 alert
  }
}
rule q { title "T" severity high on authz }
test "as deployed" {
  at 0s authz { user: "a" } x n every 1s
  expect no alerts
}
)";
constexpr std::string_view kSite = R"(
override param n = 10
override list l = ["b"]
amend rule r { exclude qmgr == "DEV" mute where qmgr == "X"
               limit 1 per 1h by user notify "soc" }
disable rule q
)";

size_t EventsOf(const CompileResult& result, std::string_view test) {
  for (const RuleTest& candidate : result.tests) {
    if (candidate.name == test) return candidate.steps[0].events.size();
  }
  return 0;
}

TEST(SiteTest, WithoutOneBothPlansAreTheSame) {
  const CompileResult result = Compile(kShipped);
  ASSERT_EQ(CodesOf(result), "");
  EXPECT_EQ(result.shipped_plan, result.plan);
  EXPECT_EQ(result.tests[0].plan, nullptr);
}

TEST(SiteTest, ChangesWhatIsDeployedAndNotWhatIsShipped) {
  const CompileResult result =
      Compile(std::string(kShipped).append(kSite));
  ASSERT_EQ(CodesOf(result), "");
  const RulePlan& deployed = RuleOf(result, "r");
  EXPECT_EQ(result.plan->rules().size(), 1u);
  EXPECT_EQ(Written(*result.plan, deployed.window->condition),
            "(>= aggregate #0 10)");
  EXPECT_EQ(deployed.excludes.size(), 1u);
  EXPECT_EQ(deployed.mutes.size(), 1u);
  EXPECT_EQ(deployed.limits.size(), 1u);
  EXPECT_EQ(deployed.notify, (std::vector<std::string>{"soc"}));
  ASSERT_NE(result.shipped_plan, nullptr);
  ASSERT_EQ(result.shipped_plan->rules().size(), 2u);
  const CompileResult shipped = Compile(kShipped);
  EXPECT_EQ(result.shipped_plan->fingerprint(), shipped.plan->fingerprint());
  EXPECT_NE(deployed.version, RuleOf(shipped, "r").version);
}

TEST(SiteTest, TestsInsideRulesRunAsShipped) {
  const CompileResult result =
      Compile(std::string(kShipped).append(kSite));
  ASSERT_EQ(CodesOf(result), "");
  ASSERT_EQ(result.tests.size(), 3u);
  EXPECT_EQ(result.tests[0].plan, result.shipped_plan);
  ASSERT_NE(result.tests[1].plan, nullptr);
  EXPECT_EQ(result.tests[1].plan->rules().size(), 1u);
  EXPECT_EQ(result.tests[1].steps[1].kind, RuleTestStep::Kind::kRestart);
  EXPECT_EQ(result.tests[2].plan, nullptr);
  EXPECT_EQ(EventsOf(result, "as shipped"), 3u);
  EXPECT_EQ(EventsOf(result, "with its own"), 2u);
  EXPECT_EQ(EventsOf(result, "as deployed"), 10u);
}

TEST(SiteTest, DisablingEveryRuleIsAnError) {
  EXPECT_EQ(CodesOf(Compile(RuleWith("") + "disable rule r\n")), "R0214");
}

// --- hashes

struct HashCase {
  std::string name;
  std::string change;  // clauses instead of kClauses
  bool state;          // whether the state hash changes, too
};

constexpr std::string_view kClauses =
    "on authz where not time during office by user when count() >= 3 in 5m "
    "keys 100 mute during office alert { summary \"{distinct(app)}\" }";

class HashTest : public ::testing::TestWithParam<HashCase> {};

TEST_P(HashTest, AChangedClauseChangesTheVersion) {
  const CompileResult before = CompileClauses(kClauses);
  const CompileResult after = CompileClauses(GetParam().change);
  ASSERT_EQ(CodesOf(before), "");
  ASSERT_EQ(CodesOf(after), "");
  const RulePlan& a = RuleOf(before, "r");
  const RulePlan& b = RuleOf(after, "r");
  EXPECT_NE(a.version, b.version);
  EXPECT_EQ(a.state_hash != b.state_hash, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HashTest,
    ::testing::ValuesIn(std::vector<HashCase>{
        {"KindOfWindow",
         "on authz where not time during office by user when count() >= 3 in 5m "
         "tumbling keys 100 mute during office alert { summary "
         "\"{distinct(app)}\" }", true},
        {"Keys",
         "on authz where not time during office by user when count() >= 3 in 5m "
         "keys 101 mute during office alert { summary \"{distinct(app)}\" }",
         true},
        {"Calendar",
         "on authz where not time during change_windows[qmgr] by user when "
         "count() >= 3 in 5m keys 100 mute during office alert { summary "
         "\"{distinct(app)}\" }", true},
        {"Mute",
         "on authz where not time during office by user when count() >= 3 in 5m "
         "keys 100 alert { summary \"{distinct(app)}\" }", false},
        {"WordsOfAText",
         "on authz where not time during office by user when count() >= 3 in 5m "
         "keys 100 mute during office alert { summary \"apps: "
         "{distinct(app)}\" }", false},
        {"WhatATextCounts",
         "on authz where not time during office by user when count() >= 3 in 5m "
         "keys 100 mute during office alert { summary \"{distinct(pid)}\" }",
         true},
        {"Each",
         "on authz where not time during office by each tags when count() >= 3 "
         "in 5m keys 100 mute during office alert { summary "
         "\"{distinct(app)}\" }", true},
    }),
    [](const auto& info) { return info.param.name; });

TEST(HashTest, DataFilesAreNoMeaning) {
  const std::string text =
      "calendar c from \"c.csv\"\n" + RuleWith("where time during c");
  const auto version = [&](std::string_view row) {
    const CompileResult result = Compile(
        text, {{"c.csv", std::string("from,to\n").append(row)}});
    return RuleOf(result, "r").version;
  };
  EXPECT_EQ(version("2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n"),
            version("2026-02-01T00:00:00Z,2026-02-02T00:00:00Z\n"));
}

}  // namespace
}  // namespace mqwarden
