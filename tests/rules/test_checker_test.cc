// Test blocks: the events that they place and what they expect.
#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

CompileResult CompileTestBlock(std::string_view steps,
                               std::string_view clauses = "") {
  std::string text(clauses);
  text.append(" test \"t\" { ").append(steps).append(" }");
  return Compile(RuleWith(text));
}

// The events of the first step, as NDJSON.
std::vector<std::string> EventsOf(std::string_view step) {
  const CompileResult result = CompileTestBlock(step);
  EXPECT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
  std::vector<std::string> events;
  if (result.tests.empty()) return events;
  for (const auto& event : result.tests[0].steps[0].events) {
    AppendEventJson(*event, &events.emplace_back());
  }
  return events;
}

TEST(TestEventsTest, ValuesTakeTheTypeOfTheirField) {
  EXPECT_EQ(
      EventsOf("at 4m30s authz { reason: MQRC_NOT_AUTHORIZED, outcome: failure, "
               "channel_type: svrconn, source_ip: \"::ffff:10.0.0.9\", user: "
               "\"Ana\", tags: [\"lab\", \"pci\"], duration: 1m30s, received: "
               "2026-01-05T10:00:00Z, user_truncated: true, message: \"a b\" }"),
      std::vector<std::string>{
          "{\"time\":\"2026-01-05T09:04:30Z\",\"received\":"
          "\"2026-01-05T10:00:00Z\",\"tags\":[\"lab\",\"pci\"],\"kind\":"
          "\"authz\",\"outcome\":\"failure\",\"reason\":2035,\"duration\":90,"
          "\"message\":\"a b\",\"user\":\"Ana\",\"user_truncated\":true,"
          "\"source_ip\":\"10.0.0.9\",\"channel_type\":\"svrconn\"}"});
}

TEST(TestEventsTest, RepeatsAreNumberedFromOne) {
  EXPECT_EQ(EventsOf("at 1s authn { user: \"u{n}\", source_ip: \"10.0.0.{n}\", "
                     "tags: [\"t{n}\"] } x 2 every 500ms"),
            (std::vector<std::string>{
                "{\"time\":\"2026-01-05T09:00:01Z\",\"tags\":[\"t1\"],\"kind\":"
                "\"authn\",\"user\":\"u1\",\"source_ip\":\"10.0.0.1\"}",
                "{\"time\":\"2026-01-05T09:00:01.500Z\",\"tags\":[\"t2\"],"
                "\"kind\":\"authn\",\"user\":\"u2\",\"source_ip\":"
                "\"10.0.0.2\"}"}));
}

TEST(TestEventsTest, AnAttrOfAParameterHasItsWordAndItsNumber) {
  for (const std::string_view value : {"\"Disabled\"", "0", "MQEVR_DISABLED"}) {
    const CompileResult result = CompileTestBlock(
        "at 0s config { attr.authorityEvent: " + std::string(value) + " }");
    ASSERT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
    const Attr* const attr =
        result.tests[0].steps[0].events[0]->FindAttr("authorityEvent");
    ASSERT_NE(attr, nullptr);
    EXPECT_EQ(attr->text, "Disabled");
    EXPECT_TRUE(attr->has_number);
    EXPECT_EQ(attr->number, 0);
  }
}

TEST(TestEventsTest, AnyOtherAttrIsWhatIsWritten) {
  EXPECT_EQ(EventsOf("at 0s config { attr.x: \"a{n}\", attr.y: 5, attr.z: 1.5, "
                     "attr.b: \"\" }")[0],
            "{\"time\":\"2026-01-05T09:00:00Z\",\"kind\":\"config\",\"attr\":{"
            "\"y\":\"5\",\"z\":\"1.5\",\"b\":\"\",\"x\":\"a1\"}}");
}

TEST(TestEventsTest, SequenceNumbersFollowTheText) {
  const CompileResult result = CompileTestBlock(
      "at 5s authz { } x 2 every 1s at 0s authz { } expect no alerts");
  ASSERT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
  const auto& steps = result.tests[0].steps;
  EXPECT_EQ(steps[0].events[1]->sequence(), 1);
  EXPECT_EQ(steps[1].events[0]->sequence(), 2);
}

TEST(TestEventsTest, StartMovesEveryTime) {
  const CompileResult result = CompileTestBlock(
      "start 2026-11-20T22:00:00Z at 1s authz { } advance 1h "
      "expect 1 alert { at: 1s, first: 0s, last: 2026-11-20T22:00:01Z }");
  ASSERT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
  const RuleTest& test = result.tests[0];
  EXPECT_EQ(FormatTimeShort(test.start), "2026-11-20T22:00:00Z");
  EXPECT_EQ(FormatTimeShort(test.steps[0].events[0]->time()),
            "2026-11-20T22:00:01Z");
  EXPECT_EQ(FormatTimeShort(test.steps[1].advance_to), "2026-11-20T23:00:00Z");
  EXPECT_EQ(FormatTimeShort(*test.steps[2].fields[0].at),
            "2026-11-20T22:00:01Z");
  EXPECT_EQ(test.steps[2].fields[1].at, test.start);
  EXPECT_EQ(test.steps[2].fields[2].at, test.steps[2].fields[0].at);
}

TEST(TestExpectationsTest, ValuesAreThoseThatAlertsShow) {
  const CompileResult result = CompileTestBlock(
      "expect 2 of 5 alerts { severity: high, user: \"Ana\", tls_peer: \"CN=a\", "
      "count: 10, reason: MQRC_NOT_AUTHORIZED, attr.x: 1.5, muted: true, "
      "duration: 90s, k: \"v\", users: [\"a\", \"b\"], reasons: "
      "[MQRC_NOT_AUTHORIZED, 5], summary: \"S\", state: "
      "update, received: 2026-11-20T22:00:00+01:00 }",
      "by k = lower(user) when count() > 1 in 5m alert { fields users = "
      "set(user, 5), reasons = set(reason, 5) }");
  ASSERT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
  const RuleTestStep& step = result.tests[0].steps[0];
  EXPECT_EQ(step.count, 2);
  EXPECT_EQ(step.of, 5);
  std::string shown;
  for (const ExpectedField& field : step.fields) {
    shown += field.name + (field.ignore_case ? "~" : "=") + field.value + "\n";
  }
  EXPECT_EQ(shown,
            "severity~high\nuser~Ana\ntls_peer=CN=a\ncount~10\nreason~2035\n"
            "attr.x~1.5\nmuted~true\nduration~1m30s\nk~v\nusers~a, b\n"
            "reasons~2035, 5\n"
            "summary=S\nstate~update\nreceived~2026-11-20T21:00:00Z\n");
}

TEST(TestExpectationsTest, ATestOfTheSetKnowsTheNamesOfAllRules) {
  const CompileResult result = Compile(
      RuleWith("by a = lower(user)", "one") +
      RuleWith("by b = lower(app)", "two") +
      "test \"t\" { expect 1 alert { a: \"x\", b: \"y\" } }");
  ASSERT_EQ(result.tests.size(), 1u) << RenderText(result.diagnostics, {});
  EXPECT_EQ(result.tests[0].rule, "");
}

TEST(TestBlocksTest, StandInTheOrderOfTheirFiles) {
  const std::vector<RuleSource> sources = {
      {"b.mqw", "test \"3\" { expect no alerts }\n" +
                    RuleWith("test \"4\" { expect no alerts }", "b")},
      {"a.mqw", RuleWith("test \"1\" { expect no alerts }", "a") +
                    "test \"2\" { expect no alerts }\n"}};
  const CompileResult result = CompileRules(sources, nullptr, {});
  std::string names;
  for (const RuleTest& test : result.tests) names += test.name + test.rule + " ";
  EXPECT_EQ(names, "1a 2 3 4b ");
}

TEST(TestBlocksTest, AreCheckedWhereTheyAreNotBuilt) {
  CompileOptions options;
  options.build_tests = false;
  RuleSource source = {
      "a.mqw", RuleWith("test \"t\" { at 0s authz { } x 9 every 1s }")};
  CompileResult result = CompileRules({&source, 1}, nullptr, options);
  EXPECT_NE(result.plan, nullptr);
  EXPECT_TRUE(result.tests.empty());
  source.text = RuleWith("test \"t\" { at 0s authz { usr: 5 } }");
  result = CompileRules({&source, 1}, nullptr, options);
  EXPECT_EQ(CodesOf(result), "R0203");
}

TEST(TestBlocksTest, OfOneRuleAreCompiledWithoutTheOthers) {
  const std::vector<RuleSource> sources = {
      {"a.mqw",
       "list L = [\"ana\"]\nparam p = 3\n"
       "policy { exclude tags has \"lab\" }\n" +
           RuleWith("where user in L when count() >= p in 1m "
                    "test \"1\" { expect no alerts } "
                    "test \"2\" { with param p = 1 at 0s authz { user: "
                    "\"ana\" } expect 1 alert }",
                    "a")},
      {"b.mqw", RuleWith("test \"3\" { expect no alerts }", "b")},
      {"site.mqw", "override param p = 9\namend rule b { exclude user == \"x\" }"}};
  const CompileResult all = CompileRules(sources, nullptr, {});
  CompileOptions options;
  options.only_rule = "a";
  const CompileResult one = CompileRules(sources, nullptr, options);
  ASSERT_NE(all.plan, nullptr) << RenderText(all.diagnostics, {});
  ASSERT_NE(one.plan, nullptr) << RenderText(one.diagnostics, {});
  ASSERT_EQ(one.plan->rules().size(), 1u);
  // As shipped: the param is 3 for tests inside the rule.
  EXPECT_EQ(one.plan->rules()[0]->version,
            all.shipped_plan->rules()[0]->version);
  EXPECT_NE(one.plan->rules()[0]->version, all.plan->rules()[0]->version);
  ASSERT_EQ(one.tests.size(), 2u);
  EXPECT_EQ(one.tests[0].name, "1");
  EXPECT_EQ(one.tests[0].plan, nullptr);
  EXPECT_EQ(one.tests[1].steps.size(), all.tests[1].steps.size());
  EXPECT_NE(one.tests[1].plan, nullptr);
}

TEST(TestBlocksTest, OfARuleThatIsNotThereAreAnError) {
  CompileOptions options;
  options.only_rule = "nobody";
  const RuleSource source = {"a.mqw", RuleWith("")};
  const CompileResult result = CompileRules({&source, 1}, nullptr, options);
  EXPECT_EQ(result.plan, nullptr);
  EXPECT_EQ(CodesOf(result), "R0214");
}

struct WrongCase {
  std::string name;
  std::string steps;
  std::string codes;
};

class WrongTestBlockTest : public ::testing::TestWithParam<WrongCase> {};

TEST_P(WrongTestBlockTest, IsRefused) {
  const CompileResult result = CompileTestBlock(GetParam().steps);
  EXPECT_EQ(CodesOf(result), GetParam().codes)
      << RenderText(result.diagnostics, {});
  EXPECT_TRUE(result.tests.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, WrongTestBlockTest,
    ::testing::ValuesIn(std::vector<WrongCase>{
        {"UnknownKind", "at 0s autz { }", "R0209"},
        {"TimeInBraces", "at 0s authz { time: 2026-01-05T09:00:00Z }", "R0316"},
        {"KindInBraces", "at 0s authz { kind: authz }", "R0316"},
        {"FieldOfAlerts", "at 0s authz { severity: high }", "R0316"},
        {"FieldTwice", "at 0s authz { user: \"a\", user: \"b\" }", "R0315"},
        {"EnumInQuotes", "at 0s authz { outcome: \"failure\" }", "R0304"},
        {"UnknownEnumValue", "at 0s authz { outcome: failed }", "R0204"},
        {"TextForANumber", "at 0s authz { reason: \"x\" }", "R0304"},
        {"WordForAText", "at 0s authz { user: ana }", "R0304"},
        {"BadAddress", "at 0s authz { source_ip: \"10.0.0\" }", "R0305"},
        {"NetworkForAnAddress", "at 0s authz { source_ip: \"10.0.0.0/8\" }",
         "R0304"},
        {"NumberedAddressTooLarge",
         "at 0s authz { source_ip: \"10.0.0.{n}\" } x 300 every 1s", "R0305"},
        {"ListOfNumbers", "at 0s authz { tags: [5] }", "R0316"},
        {"AttrOfAWord", "at 0s authz { attr.x: y }", "R0316"},
        {"TooManyRepeats", "at 0s authz { } x 100001 every 1s", "R0506"},
        {"TooManyEvents",
         "at 0s authz { } x 100000 every 1s at 0s authz { } x 100000 every 1s "
         "at 0s authz { } x 100000 every 1s",
         "R0506"},
        {"MoreThanThereAre", "expect 3 of 2 alerts { user: \"a\" }", "R0316"},
        {"ExpectedSeverity", "expect 1 alert { severity: hihg }", "R0204"},
        {"ExpectedWordForText", "expect 1 alert { user: ana }", "R0316"},
        {"ExpectedAtANumber", "expect 1 alert { at: 5 }", "R0316"},
        {"ExpectedLastAText", "expect 1 alert { last: \"5s\" }", "R0316"},
        {"ExpectedListInAList", "expect 1 alert { tags: [[\"a\"]] }", "R0316"},
        {"ExpectedUnknownName", "expect 1 alert { usr: \"a\" }", "R0213"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
