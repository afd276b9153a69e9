// What a `test` block of a rule set means, by blocks that must pass and blocks
// that must fail.
#include "mqwarden/pipeline/rule_test.h"

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/language_words.h"

namespace mqwarden {
namespace {

constexpr std::string_view kPolicy = R"(
policy {
  exclude lab: tags has "lab"
  mute where user == "quiet"
}
)";
constexpr std::string_view kRuleHead = R"(
rule burst {
  title    "Three refusals of {user}"
  severity high
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 3 in 5m
  limit    1 per 1h by user
  alert { summary "{count()} of {user}"  fields object, owner = coalesce(owner, "nobody") }
  resolve
)";
constexpr std::string_view kSecondRule = R"(
rule each_refusal {
  title    "A refusal"
  severity low
  on       authz
  where    outcome == failure
}
)";

// The results of `block`, a test inside of the first rule or, with
// `whole_set`, outside of any.
RuleTestResult RunBlock(const std::string& block, bool whole_set = false) {
  std::string text(kPolicy);
  text.append(kRuleHead).append(whole_set ? "" : block).append("}\n");
  text.append(kSecondRule).append(whole_set ? block : "");
  const std::vector<RuleSource> sources = {{"rules/t.mqw", text}};
  DiskFileReader files;
  const CompileResult compiled = CompileRules(sources, &files, {});
  EXPECT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  if (compiled.plan == nullptr || compiled.tests.size() != 1) {
    ADD_FAILURE() << "not one test";
    return {};
  }
  const absl::StatusOr<RuleTestResult> result =
      RunRuleTest(compiled.plan, compiled.tests[0]);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : RuleTestResult();
}

constexpr std::string_view kThree =
    "at 0s authz { outcome: failure, user: \"ana\", object: \"PAY.IN\" } x 3 "
    "every 1m\n";

struct Case {
  const char* name;
  const char* steps;
  bool passes;
};

class RuleTestTest : public ::testing::TestWithParam<Case> {};

TEST_P(RuleTestTest, PassesOrFails) {
  const RuleTestResult result =
      RunBlock("test \"t\" {\n" + std::string(GetParam().steps) + "\n}\n");
  EXPECT_EQ(result.passed, GetParam().passes) << result.failure;
  EXPECT_EQ(result.passed, result.failure.empty());
  EXPECT_GT(result.expectations, 0);
}

#define THREE                                                             \
  "at 0s authz { outcome: failure, user: \"ana\", object: \"PAY.IN\" } x 3 " \
  "every 1m\n"
#define QUIET "at 0s authz { outcome: failure, user: \"quiet\" } x 3 every 1m\n"

INSTANTIATE_TEST_SUITE_P(
    Cases, RuleTestTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"CountIsExact", THREE "expect 1 alert", true},
        {"MoreIsWrong", THREE "expect 2 alerts", false},
        {"NoneIsWrong", THREE "expect no alerts", false},
        {"TimesAreRelativeToTheStart",
         THREE "expect 1 alert { at: 2m, time: 2m, first: 0s, last: 2m }", true},
        {"AnotherFirstEvent", THREE "expect 1 alert { first: 1m }", false},
        {"NoneIsRight", "at 0s authz { outcome: failure, user: \"ana\" }\n"
                        "expect no alerts", true},
        {"AlertValue", THREE "expect 1 alert { severity: high, count: 3 }", true},
        {"OtherAlertValue", THREE "expect 1 alert { severity: low }", false},
        {"Time", THREE "expect 1 alert { at: 2m }", true},
        {"OtherTime", THREE "expect 1 alert { at: 1m }", false},
        {"GroupValue", THREE "expect 1 alert { user: \"ana\" }", true},
        {"GroupValueInOtherCase", THREE "expect 1 alert { user: \"ANA\" }", true},
        {"OtherGroupValue", THREE "expect 1 alert { user: \"bob\" }", false},
        {"AlertField", THREE "expect 1 alert { owner: \"nobody\" }", true},
        {"TriggerField", THREE "expect 1 alert { outcome: failure }", true},
        {"TriggerFieldThatIsMissing", THREE "expect 1 alert { qmgr: \"Q\" }",
         false},
        {"Text", THREE "expect 1 alert { summary: \"3 of ana\" }", true},
        {"State", THREE "expect 1 alert { state: open }", true},
        {"OfMany", THREE "advance 1h\nexpect 1 of 2 alerts { state: open }",
         true},
        {"OfManyIsExact", THREE "advance 1h\nexpect 2 of 2 alerts { state: open }",
         false},
        {"OfManyCountsAll", THREE "advance 1h\nexpect 1 of 3 alerts { state: open }",
         false},
        {"ExpectTakesWhatCameBefore", THREE "expect 1 alert\nexpect no alerts",
         true},
        {"TheEndIsTheLastEvent", THREE "expect 1 alert { state: open }", true},
        {"AdvanceDecidesItsInstant",
         THREE "expect 1 alert\nadvance 5m\n"
               "expect 1 alert { state: resolved, at: 5m }", true},
        {"AdvanceDecidesNothingLater",
         THREE "expect 1 alert\nadvance 4m59s\nexpect no alerts", true},
        {"EventsOfAnInstantGoOnAfterAnExpect",
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "expect no alerts\n"
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "expect 1 alert { at: 0s }", true},
        {"EventsOfTheAdvancedInstantAreNotLate",
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "advance 1m\n"
         "at 1m authz { outcome: failure, user: \"ana\" }\n"
         "expect 1 alert { at: 1m }", true},
        {"EventsOfTheAdvancedInstantAreNotLateBehindAnExpect",
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "advance 1m\n"
         "expect no alerts\n"
         "at 1m authz { outcome: failure, user: \"ana\" }\n"
         "expect 1 alert { at: 1m }", true},
        {"EventsOfTheAdvancedInstantComeBeforeWhatIsDueAtIt",
         THREE "expect 1 alert\nadvance 5m\n"
               "expect no alerts\n"
               "at 5m authz { outcome: failure, user: \"ana\" }\n"
               "expect no alerts", true},
        {"ALateEventDoesNotMakeTheAdvancedInstantLate",
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "at 0s authz { outcome: failure, user: \"ana\" }\n"
         "advance 1m\n"
         "expect no alerts\n"
         "at 30s authz { outcome: failure, user: \"ana\" }\n"
         "at 1m authz { outcome: failure, user: \"ana\" }\n"
         "expect 1 alert { at: 1m, count: 3 }", true},
        {"StepsAreDeliveredInOrderOfTime",
         "at 2m authz { outcome: failure, user: \"ana\", object: \"C\" }\n"
         "at 0s authz { outcome: failure, user: \"ana\", object: \"A\" }\n"
         "at 1m authz { outcome: failure, user: \"ana\", object: \"B\" }\n"
         "expect 1 alert { at: 2m, object: \"C\" }", true},
        {"MutedAlertsDoNotCount", QUIET "expect no alerts", true},
        {"MutedAlertsCountWhereNamed", QUIET "expect 1 alert { muted: true }",
         true},
        {"AlertsThatAreNotMuted", THREE "expect 1 alert { muted: true }", false},
        {"ThePolicyApplies",
         "at 0s authz { outcome: failure, user: \"ana\", tags: [\"lab\"] } x 3 "
         "every 1m\nexpect no alerts", true},
        {"ARestartForgetsNothing",
         "at 0s authz { outcome: failure, user: \"ana\" } x 2 every 1m\n"
         "restart\n"
         "at 2m authz { outcome: failure, user: \"ana\" }\n"
         "restart\n"
         "expect 1 alert { at: 2m, count: 3 }\n"
         "restart\n"
         "advance 1h\n"
         "expect 1 alert { state: resolved, at: 5m }", true},
        {"RepetitionNumbers",
         "at 0s authz { outcome: failure, user: \"u{n}\" } x 3 every 1m\n"
         "expect no alerts", true},
    }),
    [](const auto& info) { return info.param.name; });

TEST(RuleTestTest, ATestInsideARuleRunsThatRuleAlone) {
  const std::string block =
      "test \"t\" {\n" + std::string(kThree) + "expect 1 alert\n}\n";
  EXPECT_TRUE(RunBlock(block).passed);
  EXPECT_FALSE(RunBlock(block, /*whole_set=*/true).passed);
}

TEST(RuleTestTest, ATestOutsideRunsTheWholeSet) {
  const std::string block = "test \"t\" {\n" + std::string(kThree) +
                            "expect 1 of 4 alerts { rule: \"burst\" }\n}\n";
  EXPECT_TRUE(RunBlock(block, /*whole_set=*/true).passed);
  EXPECT_FALSE(RunBlock(block).passed);
}

TEST(RuleTestTest, AFailureSaysWhereWhatAndWhatCame) {
  const RuleTestResult result =
      RunBlock("test \"the name\" {\n" + std::string(kThree) +
               "expect 2 alerts { user: \"bob\" }\n}\n");
  EXPECT_EQ(result.failure,
            "rules/t.mqw:19:1: rule burst, test \"the name\"\n"
            "  wanted: expect 2 alerts { user: \"bob\" }\n"
            "  got:    1 alert\n"
            "    2026-01-05T09:02:00Z open high burst count 3 { user: ana, "
            "object: PAY.IN, owner: nobody }  <- user is ana\n"
            "  state:  3 matched, 0 excluded, 0 without key; in the 5m up to "
            "2026-01-05T09:02:00Z\n"
            "    user ana: 3 events, 2026-01-05T09:00:00Z to "
            "2026-01-05T09:02:00Z\n");
}

// Two of the three events have left the window when the expectation is judged.
TEST(RuleTestTest, AFailureShowsTheWindowAsItIsThen) {
  const RuleTestResult result =
      RunBlock("test \"t\" {\n" + std::string(kThree) +
               "at 6m30s authz { reason: 2035, outcome: failure, user: \"bob\" }\n"
               "expect 5 alerts\n}\n");
  EXPECT_NE(result.failure.find("up to 2026-01-05T09:06:30Z\n"
                                "    user ana: 1 event, "
                                "2026-01-05T09:02:00Z to 2026-01-05T09:02:00Z\n"),
            std::string::npos)
      << result.failure;
}

TEST(RuleTestTest, AFailureCountsWhatIsMuted) {
  const RuleTestResult result =
      RunBlock("test \"t\" {\n" QUIET "expect 1 alert\n}\n");
  EXPECT_NE(result.failure.find("got:    no alerts, and 1 muted\n"),
            std::string::npos)
      << result.failure;
}

// --- tests that replace definitions, read files, and belong to a site's set

CompileResult CompileText(const std::string& text) {
  const std::vector<RuleSource> sources = {{"rules/t.mqw", text}};
  DiskFileReader files;
  CompileResult compiled = CompileRules(sources, &files, {});
  EXPECT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  return compiled;
}

// Runs every test of `text`; the failures one after another.
std::string FailuresOf(const std::string& text) {
  const CompileResult compiled = CompileText(text);
  std::string failures;
  for (const RuleTest& test : compiled.tests) {
    const absl::StatusOr<RuleTestResult> result =
        RunRuleTest(compiled.plan, test);
    EXPECT_TRUE(result.ok()) << result.status();
    if (result.ok()) failures += result->failure;
  }
  return failures;
}

constexpr std::string_view kListed = R"(
list admins = ["mqm"]
param n = 3
calendar nights { mon..sun 22:00-06:00 }
rule listed {
  title    "T"
  severity high
  on       authz
  where    user in admins and not time during nights
  by       user
  when     count() >= n in 5m
  test "as it is" {
    at 0s authz { user: "mqm" } x n every 1s
    expect 1 alert { count: n }
  }
  test "with others" {
    with list admins = ["ana"]
    with param n = 2
    with calendar nights { mon 00:00-01:00 }
    at 13h authz { user: "ana" } x 2 every 1s
    at 13h authz { user: "mqm" } x 2 every 1s
    expect 1 alert { user: "ana", at: 13h0m1s }
  }
}
)";

TEST(RuleTestTest, ATestMayReplaceDefinitionsForItself) {
  EXPECT_EQ(FailuresOf(std::string(kListed)), "");
}

TEST(RuleTestTest, ASiteChangesOnlyTestsOfTheWholeSet) {
  EXPECT_EQ(FailuresOf(std::string(kListed) +
                       "override list admins = [\"eva\"]\n"
                       "amend rule listed { exclude qmgr == \"DEV\" }\n"
                       "test \"as deployed\" {\n"
                       "  at 0s authz { user: \"mqm\" } x 3 every 1s\n"
                       "  at 0s authz { user: \"eva\", qmgr: \"DEV\" } x 3 "
                       "every 1s\n"
                       "  expect no alerts\n"
                       "  at 1m authz { user: \"eva\" } x 3 every 1s\n"
                       "  expect 1 alert { user: \"eva\" }\n"
                       "}\n"),
            "");
}

TEST(RuleTestTest, AnInputIsReadByTheWholeReader) {
  const std::string path = ::testing::TempDir() + "/refusals.ndjson";
  std::ofstream(path)
      << R"({"time":"2026-01-05T09:02:00Z","kind":"authz","user":"mqm"})" "\n"
      << R"({"time":"2026-01-05T09:00:00Z","kind":"authz","user":"mqm"})" "\n"
      << R"({"time":"2026-01-05T09:01:00Z","kind":"authz","user":"mqm"})" "\n";
  const std::string before(kListed.substr(0, kListed.find("  test")));
  EXPECT_EQ(FailuresOf(before + "test \"t\" {\n  input \"" + path +
                       "\" as ndjson\n  expect 1 alert { at: 2m }\n}\n}\n"),
            "");
}

TEST(RuleTestTest, TheLanguageNamesTheFormatsThatTheReaderHas) {
  size_t formats = 0;
  for (const std::string_view word : kInputFormatWords) {
    const auto format = FindInputFormat(word);
    ASSERT_TRUE(format.has_value()) << word;
    EXPECT_EQ(InputFormatName(*format), word);
    ++formats;
  }
  EXPECT_EQ(formats, static_cast<size_t>(InputFormat::kNdjson) + 1);
}

// The years of a source that writes none are those from the start of the test on.
TEST(RuleTestTest, TheStartOfATestSuppliesTheYearOfAnInput) {
  const std::string path = ::testing::TempDir() + "/no_year.log";
  std::ofstream(path) << "<118>Nov 20 16:32:58 192.0.2.7 QAUDJRN: [AF@0 "
                         "event=\"AF-Authority failure\" user_name=\"ANA\"]\n";
  const std::string rule = R"(
rule os_refusal {
  title    "T"
  severity high
  on       os_auth
  test "t" {
    start 2027-03-01T00:00:00Z
    input ")" + path + R"(" as syslog
    expect 1 alert { at: 2027-11-20T16:32:58Z }
  }
}
)";
  EXPECT_EQ(FailuresOf(rule), "");
}

TEST(RuleTestTest, AnInputWithoutAnyEventCannotBeRun) {
  const std::string path = ::testing::TempDir() + "/no_time.ndjson";
  std::ofstream(path) << R"({"kind":"authz","user":"mqm"})" "\n";
  const CompileResult compiled =
      CompileText(std::string(kSecondRule) + "test \"t\" {\n  input \"" + path +
                  "\" as ndjson\n  expect no alerts\n}\n");
  ASSERT_EQ(compiled.tests.size(), 1u);
  EXPECT_EQ(RunRuleTest(compiled.plan, compiled.tests[0]).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(RuleTestTest, AlertsMayBeGivenToARuleOnAlerts) {
  EXPECT_EQ(FailuresOf(R"(
rule many {
  title    "T"
  severity high
  on       alert where rule == "burst" and severity >= high
  by       user
  when     count() >= 2 in 5m
  test "t" {
    at 0s alert { rule: "burst", severity: high, user: "ana" } x 2 every 1s
    at 0s alert { rule: "burst", severity: low, user: "bob" } x 2 every 1s
    expect 1 alert { user: "ana" }
  }
}
)"),
            "");
}

}  // namespace
}  // namespace mqwarden
