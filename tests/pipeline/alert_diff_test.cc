#include "mqwarden/pipeline/alert_diff.h"

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

std::shared_ptr<const Plan> Compile(const std::string& text) {
  const std::vector<RuleSource> sources = {{"test.mqw", text}};
  DiskFileReader files;
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

// A rule `name` whose clauses after `by user` are `clauses`.
std::string Rule(std::string_view name, std::string_view clauses,
                 std::string_view where = "outcome == failure") {
  return "rule " + std::string(name) +
         " {\n title \"T\"\n severity high\n on authz\n where " +
         std::string(where) + "\n by user\n " + std::string(clauses) + "\n}\n";
}

std::string EventAt(int second, const std::string& user,
                    const std::string& more = "") {
  return "{\"time\":" + std::to_string(1767600000 + second) +
         "000000000,\"kind\":\"authz\",\"outcome\":\"failure\",\"user\":\"" +
         user + "\"" + more + "}\n";
}

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

AlertDiff Diff(const std::string& old_rules, const std::string& new_rules,
               const std::string& events) {
  ReplayOptions options;
  options.input.inputs = {Write("events.json", events)};
  options.merge.temp_folder = ::testing::TempDir();
  absl::StatusOr<AlertDiff> diff =
      DiffAlerts(Compile(old_rules), Compile(new_rules), options);
  EXPECT_TRUE(diff.ok()) << diff.status();
  return diff.ok() ? *std::move(diff) : AlertDiff();
}

// "gone 1, new 0, moved 0, altered 0, same 2"
std::string Counts(const RuleDiff& rule) {
  return "gone " + std::to_string(rule.gone.size()) + ", new " +
         std::to_string(rule.added.size()) + ", moved " +
         std::to_string(rule.moved.size()) + ", altered " +
         std::to_string(rule.altered.size()) + ", same " +
         std::to_string(rule.same);
}

std::string Refusals(int from, int count, const std::string& user) {
  std::string text;
  for (int i = 0; i < count; ++i) text += EventAt(from + i, user);
  return text;
}

struct Case {
  std::string name;
  std::string old_rules;
  std::string new_rules;
  std::string events;
  std::string counts;
  std::vector<std::string> causes;
};

class AlertDiffTest : public ::testing::TestWithParam<Case> {};

TEST_P(AlertDiffTest, CountsAndCauses) {
  const Case& c = GetParam();
  const AlertDiff diff = Diff(c.old_rules, c.new_rules, c.events);
  ASSERT_EQ(diff.rules.size(), 1u);
  EXPECT_EQ(Counts(diff.rules[0]), c.counts);
  EXPECT_EQ(diff.rules[0].causes, c.causes);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, AlertDiffTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"EqualMeaningsInOtherWordsAreTheSame",
         Rule("r", "when count() >= 3 in 5m"),
         Rule("r", "# other words\n when   count() >= 3 in 300s"),
         Refusals(0, 3, "ana"),
         "gone 0, new 0, moved 0, altered 0, same 1",
         {}},
        {"AThresholdThatIsNotReachedAnyMore",
         Rule("r", "when count() >= 3 in 5m"),
         Rule("r", "when count() >= 4 in 5m"),
         Refusals(0, 3, "ana"),
         "gone 1, new 0, moved 0, altered 0, same 0",
         {"when: count() >= 3 in 5m -> count() >= 4 in 5m"}},
        {"AThresholdThatIsReachedLaterMovesTheAlert",
         Rule("r", "when count() >= 3 in 5m"),
         Rule("r", "when count() >= 4 in 5m"),
         Refusals(0, 5, "ana"),
         "gone 0, new 0, moved 1, altered 0, same 0",
         {"when: count() >= 3 in 5m -> count() >= 4 in 5m"}},
        {"AnAlertOfOtherEventsDidNotMove",
         Rule("r", "when count() >= 3 in 10s"),
         Rule("r", "when count() >= 4 in 10s"),
         Refusals(0, 3, "ana") + Refusals(5000, 4, "ana"),
         "gone 1, new 0, moved 1, altered 0, same 0",
         {"when: count() >= 3 in 10s -> count() >= 4 in 10s"}},
        {"OtherGroupsNeverMatch",
         Rule("r", "when count() >= 3 in 5m", "user == \"ana\""),
         Rule("r", "when count() >= 3 in 5m", "user == \"bob\""),
         Refusals(0, 3, "ana") + Refusals(3, 3, "bob"),
         "gone 1, new 1, moved 0, altered 0, same 0",
         {"where: user == \"ana\" -> user == \"bob\""}},
        {"AnExcludeIsACause",
         Rule("r", "when count() >= 3 in 5m"),
         Rule("r", "when count() >= 3 in 5m",
              "outcome == failure\n exclude lab: user == \"ana\""),
         Refusals(0, 3, "ana"),
         "gone 1, new 0, moved 0, altered 0, same 0",
         {"exclude added: lab: user == \"ana\""}},
    }),
    [](const auto& info) { return info.param.name; });

TEST(AlertDiffRulesTest, RulesOfOneSetAloneSaySo) {
  const AlertDiff diff =
      Diff(Rule("a", "when count() >= 3 in 5m") + Rule("b", ""),
           Rule("b", "") + Rule("c", ""), Refusals(0, 3, "ana"));
  ASSERT_EQ(diff.rules.size(), 3u);
  EXPECT_EQ(Counts(diff.rules[0]), "gone 1, new 0, moved 0, altered 0, same 0");
  EXPECT_EQ(diff.rules[0].causes,
            std::vector<std::string>{"the rule is not in the new set"});
  EXPECT_EQ(Counts(diff.rules[1]), "gone 0, new 0, moved 0, altered 0, same 3");
  EXPECT_FALSE(diff.rules[1].differs());
  EXPECT_EQ(Counts(diff.rules[2]), "gone 0, new 3, moved 0, altered 0, same 0");
  EXPECT_EQ(diff.rules[2].causes,
            std::vector<std::string>{"the rule is not in the old set"});
  EXPECT_TRUE(diff.differs());
}

TEST(AlertDiffRulesTest, AMuteTakesAnAlertAwayAndSaysSo) {
  const std::string plain = Rule("r", "when count() >= 3 in 5m");
  const std::string muted =
      Rule("r", "when count() >= 3 in 5m\n mute where user == \"ana\"");
  const AlertDiff diff = Diff(plain, muted, Refusals(0, 3, "ana"));
  ASSERT_EQ(diff.rules[0].gone.size(), 1u);
  EXPECT_EQ(diff.rules[0].gone[0].cause.rfind("muted now: ", 0), 0u)
      << diff.rules[0].gone[0].cause;
  EXPECT_EQ(diff.rules[0].new_stats.muted, 1);
  const AlertDiff back = Diff(muted, plain, Refusals(0, 3, "ana"));
  ASSERT_EQ(back.rules[0].added.size(), 1u);
  EXPECT_EQ(back.rules[0].added[0].cause.rfind("was muted: ", 0), 0u);
}

TEST(AlertDiffRulesTest, AnotherSeverityIsTheSameAlertAltered) {
  std::string low = Rule("r", "when count() >= 3 in 5m");
  low.replace(low.find("high"), 4, "low");
  const AlertDiff diff =
      Diff(Rule("r", "when count() >= 3 in 5m"), low, Refusals(0, 3, "ana"));
  EXPECT_EQ(Counts(diff.rules[0]), "gone 0, new 0, moved 0, altered 1, same 1");
  EXPECT_EQ(diff.rules[0].altered[0].cause, "severity high -> low");
  EXPECT_EQ(diff.rules[0].causes,
            std::vector<std::string>{"severity: high -> low"});
}

TEST(AlertDiffRulesTest, LimitsOfThePolicyAreACauseOfAllRules) {
  const std::string rule = Rule("r", "");
  const AlertDiff diff =
      Diff(rule, rule + "policy { limit 1 per 1h by all }\n",
           Refusals(0, 3, "ana"));
  EXPECT_EQ(Counts(diff.rules[0]), "gone 2, new 0, moved 0, altered 0, same 1");
  EXPECT_EQ(diff.causes,
            std::vector<std::string>{"policy limit added: 1 per 1h by all"});
  EXPECT_EQ(diff.rules[0].new_stats.limited, 2);
}

TEST(AlertDiffRulesTest, AnInputThatIsMissingIsAnError) {
  const auto plan = Compile(Rule("r", ""));
  ReplayOptions options;
  options.input.inputs = {::testing::TempDir() + "/none.json"};
  EXPECT_EQ(DiffAlerts(plan, plan, options).status().code(),
            absl::StatusCode::kNotFound);
}

// What a replay of one set alone sends.
class Sent final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    if (alert.muted.empty()) {
      alerts.emplace(alert.rule, alert.state, alert.group.empty()
                                                  ? std::string()
                                                  : alert.group[0].value.text,
                     alert.time);
    }
  }
  using Identity = std::tuple<std::string, AlertState, std::string, Time>;
  std::multiset<Identity> alerts;
};

// Against the definition: same is the intersection of what two separate replays
// send, and the rest is gone, new or moved, each of the latter one of both.
TEST(AlertDiffRandomTest, AgreesWithTwoSeparateReplays) {
  std::mt19937 random(20260105);
  int64_t moved = 0;
  int64_t same = 0;
  int64_t differing = 0;
  for (int round = 0; round < 30; ++round) {
    std::string events;
    int second = 0;
    for (int i = 0; i < 200; ++i) {
      second += static_cast<int>(random() % 9);
      events += EventAt(second, std::string(1, "abcd"[random() % 4]));
    }
    const auto rules = [&random] {
      const std::string n = std::to_string(2 + random() % 4);
      const std::string d = std::to_string(10 + random() % 40) + "s";
      return Rule("r", "when count() >= " + n + " in " + d +
                           (random() % 3 == 0 ? "\n limit 1 per 1m by user"
                                              : "") +
                           (random() % 2 == 0 ? "\n resolve" : ""));
    };
    const std::string old_rules = rules();
    const std::string new_rules = rules();
    const AlertDiff diff = Diff(old_rules, new_rules, events);

    ReplayOptions options;
    options.input.inputs = {::testing::TempDir() + "/events.json"};
    Sent before;
    Sent after;
    ASSERT_TRUE(Replay(Compile(old_rules), options, &before).ok());
    ASSERT_TRUE(Replay(Compile(new_rules), options, &after).ok());
    std::multiset<Sent::Identity> rest = after.alerts;
    int64_t both = 0;
    for (const Sent::Identity& alert : before.alerts) {
      const auto found = rest.find(alert);
      if (found == rest.end()) continue;
      rest.erase(found);
      ++both;
    }
    const RuleDiff& rule = diff.rules[0];
    EXPECT_EQ(rule.same, both);
    EXPECT_EQ(rule.same + static_cast<int64_t>(rule.gone.size() +
                                               rule.moved.size()),
              static_cast<int64_t>(before.alerts.size()));
    EXPECT_EQ(rule.same + static_cast<int64_t>(rule.added.size() +
                                               rule.moved.size()),
              static_cast<int64_t>(after.alerts.size()));
    for (const AlertChange& change : rule.moved) {
      EXPECT_NE(change.before->time, change.after->time);
      EXPECT_EQ(change.before->group, change.after->group);
      EXPECT_LE(change.before->begin, change.after->end);
      EXPECT_LE(change.after->begin, change.before->end);
    }
    moved += static_cast<int64_t>(rule.moved.size());
    same += rule.same;
    differing += diff.differs() ? 1 : 0;
  }
  EXPECT_GT(moved, 20);
  EXPECT_GT(same, 20);
  EXPECT_GT(differing, 20);
}

}  // namespace
}  // namespace mqwarden
