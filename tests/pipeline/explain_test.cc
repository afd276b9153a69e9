#include "mqwarden/pipeline/explain.h"

#include <cstdint>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/pipeline/stored_alerts.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

constexpr std::string_view kRule = R"(
rule burst {
  title    "T"
  severity high
  on       authz
  where    outcome == failure and (reason == 2035 or reason == 2063)
  exclude  lab: qmgr like "LAB*"
  by       user
  when     (count() >= 3 and distinct(object) >= 2) in 5m
  limit    1 per 1h by user
}
)";

std::shared_ptr<const Plan> Compile(std::string_view text) {
  const std::vector<RuleSource> sources = {{"test.mqw", std::string(text)}};
  DiskFileReader files;
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

// One refusal; later members of an object that stands twice would be rejected,
// so each text is given whole.
std::string EventAt(int second, const std::string& members) {
  return "{\"time\":" + std::to_string(1767600000 + second) + "000000000," +
         members + "}\n";
}

std::string Refusal(int second, const std::string& object,
                    const std::string& qmgr = "QM1") {
  return EventAt(second,
                 R"("kind":"authz","outcome":"failure","reason":2035,)"
                 R"("user":"ana","object":")" +
                     object + R"(","qmgr":")" + qmgr + "\"");
}

ReplayOptions OptionsFor(const std::string& events) {
  const std::string path = ::testing::TempDir() + "/events.json";
  std::ofstream(path, std::ios::binary) << events;
  ReplayOptions options;
  options.input.inputs = {path};
  options.merge.temp_folder = ::testing::TempDir();
  return options;
}

EventExplanation Explain(std::string_view rules, const std::string& events,
                         int64_t event) {
  auto why =
      ExplainEvent(Compile(rules), "burst", event, OptionsFor(events));
  EXPECT_TRUE(why.ok()) << why.status();
  return why.ok() ? *std::move(why) : EventExplanation();
}

std::string Outcome(const EventExplanation& why) {
  return std::string(ExplainedOutcomeName(why.outcome));
}

std::string Day() {
  return Refusal(0, "A") + Refusal(1, "A") + Refusal(2, "A") +
         Refusal(3, "B") + Refusal(4, "C") + Refusal(1000, "A") +
         Refusal(1001, "B") + Refusal(1002, "C");
}

TEST(ExplainTest, EveryEventOfARunHasItsOutcome) {
  const std::vector<std::string> outcomes = {
      "not reached", "not reached", "not reached", "sent",
      "not armed",   "not reached", "not reached", "limited"};
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(Outcome(Explain(kRule, Day(), static_cast<int64_t>(i) + 1)),
              outcomes[i])
        << i + 1;
  }
}

TEST(ExplainTest, TheWindowSaysWhatItHoldsAndWhatIsShort) {
  const EventExplanation why = Explain(kRule, Day(), 3);
  EXPECT_EQ(why.conditions.size(), 2u) << "where and the exclude, once each";
  ASSERT_EQ(why.windows.size(), 1u);
  const ExplainedWindow& window = why.windows[0];
  EXPECT_EQ(window.group, "user ana");
  EXPECT_EQ(window.count, 3);
  EXPECT_EQ(window.events.size(), 3u);
  for (const std::string& event : window.events) {
    EXPECT_EQ(event.find("mqwarden.explain"), std::string::npos) << event;
  }
  ASSERT_EQ(window.condition.parts.size(), 2u);
  EXPECT_TRUE(window.condition.parts[0].truth);
  EXPECT_EQ(window.condition.parts[0].text, "count() >= 3");
  EXPECT_EQ(window.condition.parts[0].values, "count() is 3");
  EXPECT_FALSE(window.condition.parts[1].truth);
  EXPECT_EQ(why.misses, std::vector<std::string>{
                            "distinct(object) >= 2: distinct(object) is 1"});
}

TEST(ExplainTest, AFiringNamesItsAlert) {
  const EventExplanation why = Explain(kRule, Day(), 4);
  ASSERT_EQ(why.alerts.size(), 1u);
  EXPECT_EQ(why.alerts[0].count, 4);
  EXPECT_TRUE(why.misses.empty());
  ASSERT_EQ(why.windows.size(), 1u);
  EXPECT_TRUE(why.windows[0].condition.truth);
  EXPECT_EQ(why.limits, std::vector<std::string>{"1 per 1h by user"});
}

TEST(ExplainTest, WhereIsATreeOfConditionsWithValues) {
  const EventExplanation why = Explain(
      kRule,
      EventAt(0, R"("kind":"authz","outcome":"failure","reason":2059)"), 1);
  EXPECT_EQ(Outcome(why), "no match");
  ASSERT_FALSE(why.conditions.empty());
  const ConditionNode& where = why.conditions[0].condition;
  EXPECT_EQ(why.conditions[0].name, "where");
  EXPECT_FALSE(where.truth);
  ASSERT_EQ(where.parts.size(), 2u);
  EXPECT_TRUE(where.parts[0].truth);
  EXPECT_EQ(where.parts[0].values, "outcome is failure");
  EXPECT_FALSE(where.parts[1].truth);
  ASSERT_FALSE(why.misses.empty());
  EXPECT_NE(why.misses[0].find("reason is 2059"), std::string::npos)
      << why.misses[0];
}

TEST(ExplainTest, WhatKeepsAnEventOutOfTheWindow) {
  const EventExplanation lab = Explain(kRule, Refusal(0, "A", "LABQM"), 1);
  EXPECT_EQ(Outcome(lab), "excluded");
  EXPECT_EQ(lab.verdict, "the event is excluded as lab");
  EXPECT_TRUE(lab.windows.empty());
  ASSERT_EQ(lab.conditions.size(), 2u);
  EXPECT_EQ(lab.conditions[1].name, "exclude lab");
  EXPECT_TRUE(lab.conditions[1].condition.truth);
  EXPECT_EQ(Outcome(Explain(
                kRule,
                EventAt(0, R"("kind":"authz","outcome":"failure","reason":2035)"),
                1)),
            "without key");
  EXPECT_EQ(Outcome(Explain(kRule, EventAt(0, R"("kind":"channel")"), 1)),
            "other kind");
}

TEST(ExplainTest, AMuteIsNamed) {
  const EventExplanation why = Explain(
      "rule burst {\n title \"T\"\n severity low\n on authz\n by user\n"
      " mute where user == \"ana\"\n}\n",
      Refusal(0, "A"), 1);
  EXPECT_EQ(Outcome(why), "muted");
  EXPECT_NE(why.verdict.find("user == \"ana\""), std::string::npos)
      << why.verdict;
}

// The probe may not disturb: what the answer says is what a replay does.
TEST(ExplainTest, AlertsAreThoseOfAReplay) {
  class Ids final : public AlertSink {
   public:
    void OnAlert(const Alert& alert) override {
      ids.insert(ToHex(alert.id));
    }
    std::multiset<std::string> ids;
  };
  Ids replayed;
  ASSERT_TRUE(Replay(Compile(kRule), OptionsFor(Day()), &replayed).ok());
  std::multiset<std::string> explained;
  for (int64_t event = 1; event <= 8; ++event) {
    for (const Alert& alert : Explain(kRule, Day(), event).alerts) {
      explained.insert(ToHex(alert.id));
    }
  }
  EXPECT_FALSE(replayed.ids.empty());
  EXPECT_EQ(explained, replayed.ids);
}

TEST(ExplainTest, EveryFormOfWhenIsAnswered) {
  for (const std::string when :
       {"by user", "by user\n when count() >= 2 in 5m tumbling",
        "by user\n when count() >= 2 in 5m session",
        "by user\n when new (object) in 1d",
        "by each changes\n when count() >= 1 in 5m"}) {
    const EventExplanation why =
        Explain("rule burst {\n title \"T\"\n severity low\n on authz\n " +
                    when + "\n}\n",
                Day(), 2);
    EXPECT_FALSE(why.verdict.empty()) << when;
    EXPECT_EQ(why.event, 2) << when;
    const bool ends_once = std::string_view(when).ends_with("tumbling") ||
                           std::string_view(when).ends_with("session");
    EXPECT_EQ(Outcome(why) == "pending", ends_once) << when;
    if (!ends_once) continue;
    ASSERT_EQ(why.windows.size(), 1u) << when;
    EXPECT_EQ(why.windows[0].count, 2) << when;
  }
}

TEST(ExplainTest, WhatIsNotThereIsAnError) {
  const auto plan = Compile(kRule);
  EXPECT_EQ(ExplainEvent(plan, "none", 1, OptionsFor(Day())).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ExplainEvent(plan, "burst", 9, OptionsFor(Day())).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(StoredAlertsTest, RecordsOfAnIdAndNothingElse) {
  const std::string path = ::testing::TempDir() + "/alerts.jsonl";
  std::ofstream(path, std::ios::binary)
      << "{\"id\":\"aa\",\"rule\":\"r\",\"count\":3,\"group\":{\"user\":\"x\"},"
         "\"tags\":[\"a\",\"b\"],\"evidence\":[{\"kind\":\"authz\",\"n\":1}]}\n"
      << "{\"id\":\"bb\",\"rule\":\"aa\"}\n"
      << "not JSON aa\n{\"id\":\"aa\"\n{\"id\":{\"id\":\"aa\"}}\n"
      << "{\"id\":\"aa\",\"state\":\"resolved\"}";
  const std::vector<std::string> inputs = {path};
  const auto alerts = FindStoredAlerts(inputs, "aa");
  ASSERT_TRUE(alerts.ok()) << alerts.status();
  ASSERT_EQ(alerts->size(), 2u);
  EXPECT_EQ((*alerts)[0].Get("group"), "user x");
  EXPECT_EQ((*alerts)[0].Get("tags"), "a, b");
  EXPECT_EQ((*alerts)[0].Get("count"), "3");
  EXPECT_EQ((*alerts)[0].evidence,
            std::vector<std::string>{"kind authz, n 1"});
  EXPECT_EQ((*alerts)[1].Get("state"), "resolved");
  EXPECT_EQ((*alerts)[1].Get("rule"), "");
}

}  // namespace
}  // namespace mqwarden
