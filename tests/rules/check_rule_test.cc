// What rules and policies become, and what the two hashes of a rule depend on.
#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

// The example with which docs/language.md begins.
constexpr std::string_view kExample = R"(
list breakglass_users = ["bgadmin1", "bgadmin2"]
inventory from "inventory.csv"                    # qmgr, host, tags, platform, owner, service
table cmdb from "cmdb.csv" key object             # any columns
patterns queue_groups { payments: "PAY.*"  settlement: "SETTLE.*"  rest: "*" }
macro not_authorized = reason == MQRC_NOT_AUTHORIZED and outcome == failure

rule svrconn_brute_force {
  title    "Ten 2035 failures in five minutes from one address"
  severity high
  tags     "attack.t1110", "pci"
  on       authz, authn
  where    not_authorized and channel_type == svrconn
  exclude  tags has "lab"                         # never counted
  by       source_ip
  when     count() >= 10 in 5m
  limit    1 per 1h by user                       # user of the event that crossed the threshold
  limit    5 per 1h by pattern(object, queue_groups) then digest
  escalate critical when count() >= 100
  notify   "soc"
  alert {
    summary  "{count()} refusals from {source_ip} on {qmgr}"
    runbook  "https://runbooks.example/mq/2035"
    fields   qmgr, owner = cmdb[object].owner, users = set(user, 20)
    evidence first 3 last 3
  }
  test "burst across a clock boundary fires once" {
    at 4m30s authz { reason: 2035, outcome: failure, channel_type: svrconn, source_ip: "10.0.0.9", user: "a" } x 9 every 2s
    at 5m10s authz { reason: 2035, outcome: failure, channel_type: svrconn, source_ip: "10.0.0.9", user: "a" }
    expect 1 alert { at: 5m10s, severity: high, source_ip: "10.0.0.9" }
  }
}
)";

const Files& ExampleFiles() {
  static const Files* const files = new Files{
      {"inventory.csv", "qmgr,host,tags\nLAB*,,lab\n"},
      {"cmdb.csv", "object,owner,service\nPAY.IN,payments-team,payments\n"}};
  return *files;
}

TEST(CheckRuleTest, TheExampleCompiles) {
  const CompileResult result = Compile(kExample, ExampleFiles());
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  EXPECT_TRUE(result.plan->Verify().ok());
  EXPECT_EQ(result.diagnostics.warning_count(), 0);
  ASSERT_EQ(result.tests.size(), 1u);
  ASSERT_NE(result.plan->inventory(), nullptr);
  EXPECT_EQ(result.plan->inventory()->rows().size(), 1u);

  const RulePlan& rule = RuleOf(result, "svrconn_brute_force");
  const Plan& plan = *result.plan;
  EXPECT_EQ(Written(plan, rule.where),
            "(and (and (== reason 2035) (== outcome failure)) "
            "(== channel_type svrconn))");
  EXPECT_EQ(Written(plan, rule.excludes[0].condition),
            R"((has_any {"lab" } tags))");
  EXPECT_EQ(rule.by[0].name, "source_ip");
  ASSERT_TRUE(rule.window.has_value());
  EXPECT_EQ(Written(plan, rule.window->condition), "(>= aggregate #0 10)");
  EXPECT_EQ(rule.window->length, std::chrono::minutes(5));
  EXPECT_EQ(rule.window->refire, RefireKind::kRise);
  ASSERT_EQ(rule.limits.size(), 2u);
  EXPECT_EQ(rule.limits[0].by[0].name, "user");
  EXPECT_EQ(rule.limits[1].by[0].name, "pattern");
  EXPECT_TRUE(rule.limits[1].digest);
  ASSERT_EQ(rule.escalations.size(), 1u);
  EXPECT_EQ(rule.escalations[0].severity, Severity::kCritical);
  ASSERT_EQ(rule.fields.size(), 3u);
  EXPECT_EQ(Written(plan, rule.fields[1].expr), "(table t0.owner object)");
  EXPECT_EQ(rule.value_sets[0].max, 20);
  EXPECT_EQ(rule.aggregates.size(), 1u);
  EXPECT_EQ(rule.evidence_first, 3);
  EXPECT_EQ(rule.evidence_last, 3);
}

TEST(CheckRuleTest, EqualExpressionsOfTwoRulesAreOne) {
  const CompileResult result =
      Compile(RuleWith(R"(where user in ["a", "b"] and reason == 2035)", "a") +
              "list l = [\"b\", \"A\"]\n" +
              RuleWith("where reason == MQRC_NOT_AUTHORIZED and user in l", "b"));
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  // user, reason, 2035, the two comparisons, and an `and` each.
  EXPECT_EQ(result.plan->pool().exprs.size(), 7u);
  EXPECT_EQ(result.plan->pool().text_sets.size(), 1u);
}

TEST(CheckRuleTest, AggregatesAreNumberedByRule) {
  const CompileResult result = Compile(
      RuleWith("by user when (count() > 5 and distinct(app) > 2) in 5m", "a") +
      RuleWith("by user when (distinct(app) > 2 and count() > 5) in 5m", "b"));
  const RulePlan& b = RuleOf(result, "b");
  ASSERT_EQ(b.aggregates.size(), 2u);
  EXPECT_EQ(b.aggregates[0].kind, Aggregate::Kind::kDistinct);
  EXPECT_EQ(Written(*result.plan, b.window->condition),
            "(and (> aggregate #0 2) (> aggregate #1 5))");
  EXPECT_EQ(Written(*result.plan, RuleOf(result, "a").window->condition),
            "(and (> aggregate #0 5) (> aggregate #1 2))");
}

TEST(CheckRuleTest, ACountOfWhatIsAlwaysTrueIsACount) {
  const CompileResult result =
      Compile(RuleWith("by user when (count(true) > 5 or count() > 5) in 5m"));
  EXPECT_EQ(RuleOf(result, "r").aggregates.size(), 1u);
}

TEST(CheckRuleTest, RiseBelowReplacesTheThreshold) {
  const CompileResult result = Compile(
      RuleWith("by user when 10 <= count() in 5m refire rise below 4"));
  const RulePlan& rule = RuleOf(result, "r");
  EXPECT_EQ(Written(*result.plan, rule.window->condition),
            "(>= aggregate #0 10)");
  EXPECT_EQ(Written(*result.plan, rule.window->rearm), "(>= aggregate #0 4)");
}

TEST(CheckRuleTest, LaterClausesMayNameTheKeys) {
  const CompileResult result = Compile(RuleWith(
      "by k = lower(user) when count() > 5 in 5m limit 1 per 1h by k alert { "
      "summary \"{k}\" fields k }"));
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  const RulePlan& rule = RuleOf(result, "r");
  EXPECT_EQ(rule.limits[0].by[0].expr, rule.by[0].expr);
  EXPECT_EQ(rule.summary[0].expr, rule.by[0].expr);
  EXPECT_EQ(rule.fields[0].expr, rule.by[0].expr);
}

TEST(CheckRuleTest, AnyIsEveryKindButAlert) {
  const CompileResult result =
      Compile("rule r { title \"T\" severity high on any }");
  EXPECT_EQ(RuleOf(result, "r").kinds,
            (1u << kKindCount) - 1 - (1u << static_cast<int>(Kind::kAlert)));
}

TEST(CheckRuleTest, AMuteIsShownAsWritten) {
  const CompileResult result = Compile(RuleWith(
      "mute where\n   user ==   \"a  #b\"  # not this\n  and reason == 5\n"
      "mute until 2026-11-20T22:00:00Z"));
  const RulePlan& rule = RuleOf(result, "r");
  ASSERT_EQ(rule.mutes.size(), 2u);
  EXPECT_EQ(rule.mutes[0].reason,
            "where user == \"a  #b\" and reason == 5");
  EXPECT_EQ(rule.mutes[1].reason, "until 2026-11-20T22:00:00Z");
}

// --- policy

constexpr std::string_view kPolicy = R"(
policy {
  exclude lab: tags has "lab"
  exclude rule_tags has "quiet" and user == "scanner"
  exclude rule == "b"
  mute where rule_tags has "noisy" and severity < critical
  limit 5 per 1h by user, rule unless severity >= critical
}
)";

TEST(CheckPolicyTest, IsMergedAsEachRuleSeesIt) {
  const CompileResult good = Compile(
      std::string(kPolicy) + RuleWith("exclude app == \"x\"", "a") +
      RuleWith("", "b") +
      "rule c { title \"T\" severity high tags \"Quiet\", \"noisy\" on authz }");
  ASSERT_NE(good.plan, nullptr) << RenderText(good.diagnostics, {});
  const Plan& plan = *good.plan;
  const RulePlan& a = RuleOf(good, "a");
  ASSERT_EQ(a.excludes.size(), 2u);
  EXPECT_EQ(a.excludes[0].label, "lab");
  EXPECT_EQ(Written(plan, a.excludes[1].condition), R"((== fold app "x"))");
  EXPECT_TRUE(a.mutes.empty());
  const RulePlan& b = RuleOf(good, "b");
  ASSERT_EQ(b.excludes.size(), 2u);
  EXPECT_EQ(Written(plan, b.excludes[1].condition), "(true)");
  const RulePlan& c = RuleOf(good, "c");
  ASSERT_EQ(c.excludes.size(), 2u);
  EXPECT_EQ(Written(plan, c.excludes[1].condition),
            R"((== fold user "scanner"))");
  ASSERT_EQ(c.mutes.size(), 1u);
  EXPECT_EQ(Written(plan, c.mutes[0].condition),
            "(< (alert_severity) critical)");
  ASSERT_EQ(plan.policy_limits().size(), 1u);
  EXPECT_EQ(Written(plan, plan.policy_limits()[0].by[1].expr), "(alert_rule)");
  EXPECT_EQ(Written(plan, plan.policy_limits()[0].unless),
            "(>= (alert_severity) critical)");
}

TEST(CheckPolicyTest, FoldsEveryQuestionAboutARule) {
  const CompileResult result = Compile(
      "list noisy from \"noisy.txt\"\n"
      "policy {\n"
      "  exclude rule in noisy and user == \"a\"\n"
      "  exclude rule like \"brute_*\" and user == \"b\"\n"
      "  exclude rule matches r\"^BRUTE\" and user == \"c\"\n"
      "  exclude length(rule_tags) > 1 and user == \"d\"\n"
      "  exclude not exists(rule_tags) and user == \"e\"\n"
      "  exclude rule_tags has user\n"
      "  exclude rule_tags like [\"p?i\"] and user == \"f\"\n"
      "  exclude rule_tags matches r\"^z\" and user == \"g\"\n"
      "}\n"
      "rule brute_force { title \"T\" severity low tags \"pci\", \"x\" on authz "
      "}",
      {{"noisy.txt", "Brute_Force\n"}});
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  std::string excludes;
  for (const ExcludePlan& exclude : RuleOf(result, "brute_force").excludes) {
    excludes += Written(*result.plan, exclude.condition) + "\n";
  }
  EXPECT_EQ(excludes,
            "(== fold user \"a\")\n"
            "(== fold user \"b\")\n"
            "(== fold user \"c\")\n"
            "(== fold user \"d\")\n"
            "(in_texts {\"pci\" \"x\" } user)\n"
            "(== fold user \"f\")\n");
}

// --- hashes

struct Hashes {
  std::string version;
  uint64_t state = 0;
};

Hashes HashesOf(const std::string& text, const Files& files = {}) {
  const CompileResult result = Compile(text, files);
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  if (result.plan == nullptr) return {};
  const RulePlan& rule = RuleOf(result, "r");
  return {rule.version, rule.state_hash};
}

constexpr std::string_view kHashed = R"(
list admins = ["ana", "bo"]
list watched from "watched.txt"
macro refused = reason == 2035 and outcome == failure
rule r {
  title    "T"
  severity high
  on       authz, authn
  where    refused and user in admins and app not in watched
  exclude  probes: is_reply_model
  by       user
  when     count() >= 10 in 5m
  limit    1 per 1h by qmgr
  alert    { summary "{count()}" }
}
)";
const Files kWatched = {{"watched.txt", "a\n"}, {"other.txt", "a\n"}};

std::string With(std::string_view from, std::string_view to) {
  std::string text(kHashed);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct HashCase {
  std::string name;
  std::string from;
  std::string to;
};

// Changes that leave both hashes, change the version alone, or change both.
class SameHashTest : public ::testing::TestWithParam<HashCase> {};
class OtherVersionTest : public ::testing::TestWithParam<HashCase> {};
class OtherStateTest : public ::testing::TestWithParam<HashCase> {};

TEST_P(SameHashTest, Holds) {
  const Hashes before = HashesOf(std::string(kHashed), kWatched);
  const Hashes after = HashesOf(With(GetParam().from, GetParam().to), kWatched);
  EXPECT_EQ(before.version, after.version);
  EXPECT_EQ(before.state, after.state);
}
TEST_P(OtherVersionTest, Holds) {
  const Hashes before = HashesOf(std::string(kHashed), kWatched);
  const Hashes after = HashesOf(With(GetParam().from, GetParam().to), kWatched);
  EXPECT_NE(before.version, after.version);
  EXPECT_EQ(before.state, after.state);
}
TEST_P(OtherStateTest, Holds) {
  const Hashes before = HashesOf(std::string(kHashed), kWatched);
  const Hashes after = HashesOf(With(GetParam().from, GetParam().to), kWatched);
  EXPECT_NE(before.version, after.version);
  EXPECT_NE(before.state, after.state);
}

const auto kHashName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Hashes, SameHashTest,
    ::testing::ValuesIn(std::vector<HashCase>{
        {"Comment", "by       user", "by user # of the event\n"},
        {"Parentheses", "reason == 2035", "(reason == 2035)"},
        {"ConstantByName", "reason == 2035", "reason == MQRC_NOT_AUTHORIZED"},
        {"MacroWrittenOut", "refused and user",
         "reason == 2035 and outcome == failure and user"},
        {"MacroWrittenOutInParentheses", "refused and user",
         "(reason == 2035 and outcome == failure) and user"},
        {"PartsInAnotherOrder", "reason == 2035 and outcome == failure",
         "outcome == failure and reason == 2035"},
        {"SidesExchanged", "reason == 2035", "2035 == reason"},
        {"ListInAnotherOrder", R"(["ana", "bo"])", R"(["BO", "ana"])"},
        {"ListWrittenOut", "user in admins", R"(user in ["ana", "bo"])"},
        {"KindsInAnotherOrder", "authz, authn", "authn, authz"},
        {"DurationInAnotherForm", "in 5m", "in 300s"},
        {"RiseSaid", "limit    1", "refire rise limit 1"},
        {"Test", "summary \"{count()}\" }",
         "summary \"{count()}\" } test \"t\" { expect no alerts }"},
    }),
    kHashName);

INSTANTIATE_TEST_SUITE_P(
    Hashes, OtherVersionTest,
    ::testing::ValuesIn(std::vector<HashCase>{
        {"Title", "\"T\"", "\"U\""},
        {"Severity", "severity high", "severity low"},
        {"Tags", "on       authz", "tags \"x\" on authz"},
        {"Label", "probes:", "models:"},
        {"Limit", "1 per 1h", "2 per 1h"},
        {"Escalation", "alert ", "escalate critical when count() > 50 alert "},
        {"Notify", "alert ", "notify \"soc\" alert "},
        {"Summary", "{count()}\"", "{count()} of {user}\""},
        {"Evidence", "{count()}\"", "{count()}\" evidence last 1"},
        {"Resolve", "summary \"{count()}\" }", "summary \"{count()}\" } resolve"},
        {"Mute", "limit ", "mute where user == \"x\" limit "},
        {"PolicyMute", "macro", "policy { mute where user == \"x\" } macro"},
        {"PolicyLimit", "macro", "policy { limit 5 per 1h by all } macro"},
    }),
    kHashName);

INSTANTIATE_TEST_SUITE_P(
    Hashes, OtherStateTest,
    ::testing::ValuesIn(std::vector<HashCase>{
        {"Kinds", "authz, authn", "authz"},
        {"Macro", "reason == 2035", "reason == 2063"},
        {"ListEntry", R"("bo"])", R"("bo", "cy"])"},
        {"ListFileName", "watched.txt", "other.txt"},
        {"Exclude", "is_reply_model", "is_system_object"},
        {"Key", "by       user", "by user, qmgr"},
        {"OptionalKey", "by       user", "by user?"},
        {"KeyName", "by       user", "by who = user"},
        {"Threshold", ">= 10", ">= 11"},
        {"Operator", ">= 10", "> 10"},
        {"Window", "in 5m", "in 6m"},
        {"Refire", "limit ", "refire each limit "},
        {"Rearm", "limit ", "refire rise below 5 limit "},
        {"Negation", "user in admins", "user not in admins"},
        {"Or", "reason == 2035 and", "reason == 2035 or"},
        {"PolicyExclude", "macro", "policy { exclude user == \"x\" } macro"},
    }),
    kHashName);

INSTANTIATE_TEST_SUITE_P(
    Hashes2, SameHashTest,
    ::testing::ValuesIn(std::vector<HashCase>{
        {"PolicyOfOtherRules", "macro",
         "policy { exclude rule_tags has \"lab\" mute where rule == \"q\" } "
         "macro"},
    }),
    kHashName);

TEST(RuleHashTest, WhatAFileHoldsIsNotInIt) {
  Files files = kWatched;
  const Hashes before = HashesOf(std::string(kHashed), files);
  files["watched.txt"] = "b\nc\n";
  const Hashes after = HashesOf(std::string(kHashed), files);
  EXPECT_EQ(before.version, after.version);
  EXPECT_EQ(before.state, after.state);
}

TEST(RuleHashTest, WhatAFileSaysOfARuleIsNotInIt) {
  const std::string text =
      "list noisy from \"noisy.txt\" policy { exclude rule in noisy } " +
      RuleWith("");
  const Hashes quiet = HashesOf(text, {{"noisy.txt", "q\n"}});
  const Hashes noisy = HashesOf(text, {{"noisy.txt", "r\n"}});
  EXPECT_EQ(quiet.version, noisy.version);
  EXPECT_EQ(quiet.state, noisy.state);
}

TEST(RuleHashTest, IsTheSameInEveryVersion) {
  // A change of these numbers drops the state of every rule at the next start.
  const Hashes hashes = HashesOf(std::string(kHashed), kWatched);
  EXPECT_EQ(hashes.version.size(), 16u);
  EXPECT_EQ(hashes.version, "955dff7d00d23bf0");
  EXPECT_EQ(hashes.state, 18132953044879026294u);
}

// --- the whole set

TEST(CompileTest, TheOrderOfFilesDoesNotMatter) {
  std::vector<RuleSource> sources = {
      {"rules/c.mqw", "list admins = [\"ana\"]\nmacro m = n and user in admins\n"},
      {"rules/a.mqw", RuleWith("where m", "z") + RuleWith("where n", "b")},
      {"rules/b.mqw",
       "macro n = outcome == failure\npolicy { limit 5 per 1h by user }\n" +
           RuleWith("where m and reason == 5", "m")},
      {"rules/d.mqw", "policy { limit 9 per 1h by qmgr }\n"}};
  std::sort(sources.begin(), sources.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  std::string first;
  do {
    const CompileResult result = CompileRules(sources, nullptr, {});
    ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
    std::string all = result.plan->DebugString() +
                      RenderText(result.diagnostics, {}) +
                      std::to_string(result.plan->fingerprint());
    if (first.empty()) first = all;
    EXPECT_EQ(all, first);
  } while (std::next_permutation(
      sources.begin(), sources.end(),
      [](const auto& a, const auto& b) { return a.path < b.path; }));
}

TEST(CompileTest, ThePlanOfOneRuleHasThePolicyAndSharesThePool) {
  const CompileResult result = Compile(
      "policy { limit 5 per 1h by user }\n" + RuleWith("", "a") +
      RuleWith("", "b"));
  const auto plan = PlanOfRule(result.plan, "b");
  ASSERT_NE(plan, nullptr);
  ASSERT_EQ(plan->rules().size(), 1u);
  EXPECT_EQ(plan->rules()[0]->name, "b");
  EXPECT_EQ(plan->policy_limits().size(), 1u);
  EXPECT_EQ(&plan->pool(), &result.plan->pool());
  EXPECT_EQ(PlanOfRule(result.plan, "c"), nullptr);
}

TEST(CompileTest, NothingAtAllIsAnError) {
  const CompileResult result = CompileRules({}, nullptr, {});
  EXPECT_EQ(result.plan, nullptr);
  EXPECT_EQ(CodesOf(result), "R0214");
}

TEST(CompileTest, WithoutAReaderAFileCannotBeRead) {
  const RuleSource source = {
      "a.mqw", "list l from \"x.txt\"\n" + RuleWith("where user in l")};
  const CompileResult result = CompileRules({&source, 1}, nullptr, {});
  EXPECT_EQ(CodesOf(result), "R0221");
}

TEST(CompileTest, ARefusedDefinitionMakesNoSecondError) {
  const CompileResult result = Compile(
      "calendar hours { tz \"No/Where\" mon..fri 08:00-18:00 }\n"
      "param n = nothing\n" +
      RuleWith("where time during hours and pid > n and user in n"));
  EXPECT_EQ(CodesOf(result), "R0225 R0204");
}

TEST(CompileTest, ChecksAreSwitchedOffBySlugOrCode) {
  const RuleSource source = {"a.mqw", "list l = [\"a\"]\n" + RuleWith("")};
  EXPECT_EQ(CodesOf(CompileRules({&source, 1}, nullptr, {})), "R0901 R0903");
  CompileOptions options;
  options.disabled_checks = {"unused-definition", "no-such-check"};
  EXPECT_EQ(CodesOf(CompileRules({&source, 1}, nullptr, options)), "R0903");
  options.disabled_checks = {"R0903", "unused-definition"};
  EXPECT_EQ(CodesOf(CompileRules({&source, 1}, nullptr, options)), "");
}

TEST(CompileTest, ALongUserWithItsHeadInTheListIsFine) {
  const RuleSource source = {
      "a.mqw",
      "list l = [\"administrators\", \"Administrato\"]\n" +
          RuleWith("where user in l and app in [\"a-very-long-name\"]")};
  CompileOptions options;
  options.disabled_checks = {"untested-rule"};
  EXPECT_EQ(CodesOf(CompileRules({&source, 1}, nullptr, options)), "");
}

}  // namespace
}  // namespace mqwarden
