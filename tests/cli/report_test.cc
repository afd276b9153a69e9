// The texts that commands make of results, without running a command.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/test_report.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {
namespace {

TEST(MaxBadTest, IsExceededOnlyByMore) {
  struct Case {
    const char* max_bad;
    int64_t rejected;
    int64_t read;
    bool exceeded;
  };
  for (const Case& c : std::vector<Case>{
           {"0", 0, 10, false},
           {"0", 1, 10, true},
           {"3", 3, 3, false},
           {"3", 4, 1000, true},
           {"0.1%", 0, 0, false},
           {"0.1%", 1, 1000, false},
           {"0.1%", 1, 999, true},
           {"0%", 1, 1000000000, true},
           {"100%", 7, 7, false},
           {"33.333333333%", 1, 3, true},
           {"33.333333334%", 1, 3, false},
           {"50%", 1'000'000'000'001, 2'000'000'000'000, true},
       }) {
    EXPECT_EQ(ExceedsMaxBad(c.max_bad, c.rejected, c.read), c.exceeded)
        << c.max_bad << " of " << c.rejected << " in " << c.read;
  }
}

TEST(ProgressLineTest, ShowsShareRateAndTimeLeft) {
  const auto reading = ReplayProgress::Phase::kReading;
  const auto evaluating = ReplayProgress::Phase::kEvaluating;
  EXPECT_EQ(ProgressLine({reading, 50'000'000, 200'000'000}, 2.0),
            "reading   [#######-----------------------]  25%  25 MB/s  ETA 0:06");
  EXPECT_EQ(ProgressLine({evaluating, 3'000'000, 3'000'000}, 2.0),
            "replaying [##############################] 100%  1.5M events/s");
  // Neither a total nor a moment has passed.
  EXPECT_EQ(ProgressLine({reading, 0, 0}, 0.0), "reading   ");
  // A file that grew while it was read.
  EXPECT_EQ(ProgressLine({reading, 300, 200}, 1.0),
            "reading   [##############################] 100%  300 B/s");
  EXPECT_EQ(ProgressLine({evaluating, 1, 3601}, 1.0),
            "replaying [------------------------------]   0%  1 events/s"
            "  ETA 60:00");
}

InputReport Report(const std::string& path) {
  InputReport report;
  report.path = path;
  report.read = 10;
  report.normalized = 10;
  return report;
}

TEST(InputFaultsTest, SaysNothingOfGoodInput) {
  EXPECT_EQ(InputFaults(std::vector<InputReport>{Report("a.json")}), "");
}

TEST(InputFaultsTest, ShowsTheFirstOfEachReasonEscaped) {
  InputReport report = Report("a\x1b.json");
  report.rejected["not_json"] = {3, 1204, "", "ab\x1b[2J\n"};
  report.rejected["too_long"] = {1, 7, "an object of more than 1 MiB",
                                 std::string(200, 'x')};
  report.damage = "gzip data ends too soon at byte 60";
  EXPECT_EQ(InputFaults(std::vector<InputReport>{report}),
            "mqwarden: a\\x1b.json: 3 records rejected: not_json (first at byte "
            "1204: \"ab\\x1b[2J\\x0a\")\n"
            "mqwarden: a\\x1b.json: 1 record rejected: too_long (at byte 7, an "
            "object of more than 1 MiB: \"" +
                std::string(60, 'x') +
                "…\")\n"
                "mqwarden: a\\x1b.json: gzip data ends too soon at byte 60; what "
                "stands before the damage was read\n");
}

TEST(InputFaultsTest, ManyBadFilesDoNotFloodTheScreen) {
  std::vector<InputReport> reports;
  for (int i = 0; i < 1000; ++i) {
    reports.push_back(Report("f" + std::to_string(i)));
    reports.back().rejected["not_json"] = {2, 0, "", ""};
  }
  const std::string text = InputFaults(reports);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 21);
  EXPECT_NE(text.find("mqwarden: 1960 more records rejected\n"),
            std::string::npos)
      << text;
}

ReplayResult MakeResult() {
  ReplayResult result;
  result.files = {Report("a.json")};
  result.files[0].bytes = 1000;
  result.engine.events = 10;
  RuleStats rule;
  rule.rule = "burst";
  rule.matched = 9;
  rule.excluded = 2;
  rule.excluded_by_label = {{"lab", 2}};
  rule.fired = 4;
  rule.muted = 1;
  rule.limited = 1;
  rule.sent = 2;
  result.engine.rules = {rule};
  result.first_event = ParseTime("2026-01-05T09:00:00Z");
  result.last_event = ParseTime("2026-01-09T09:00:00Z");
  AlertFigures figures;
  figures.alerts = 2;
  figures.groups = 1;
  figures.busiest_hour = ParseTime("2026-01-06T17:00:00Z");
  figures.busiest_hour_alerts = 2;
  result.rules["burst"] = figures;
  result.total = figures;
  return result;
}

TEST(SummaryTableTest, HasALineForEachRuleAndOneForAll) {
  EXPECT_EQ(
      SummaryTable(MakeResult()),
      "10 events from 2026-01-05T09:00:00Z to 2026-01-09T09:00:00Z\n"
      "\n"
      "rule   alerts  per day  groups  busiest hour (UTC)  muted  limited\n"
      "burst       2      0.5       1  2026-01-06 17h (2)      1        1\n"
      "all         2      0.5       1  2026-01-06 17h (2)      1        1\n");
}

TEST(StatsJsonTest, HoldsWhatTheContractNames) {
  EXPECT_EQ(StatsJson(MakeResult(), {1, 2}, 0.25),
            R"({"events":{"read":10,"normalized":10,"rejected":{},)"
            R"("duplicates":0,"late":0},"rules":{"burst":{"matched":9,)"
            R"("excluded":2,"excluded_by_label":{"lab":2},"without_key":0,)"
            R"("fired":4,"muted":1,"limited":1,"sent":2,"undecided":0,)"
            R"("keys_live":0,"keys_evicted":0,"evaluations":0}},"bytes":1000,)"
            R"("seconds":0.250000,)"
            R"("alerts_hash":"00000000000000010000000000000002"})"
            "\n");
}

TEST(TestReportTest, EscapesWhatXmlForbids) {
  RuleTest test;
  test.text = std::make_shared<RuleText>("a<b>.mqw", "test");
  test.name = "\"q\" & \x1b";
  test.rule = "burst";
  RuleTestOutcome outcome;
  outcome.test = &test;
  outcome.result.failure = "wanted: <1>\n";
  TestReport report;
  report.tests = {outcome};
  BoundaryReport boundary;
  boundary.rule = "burst";
  boundary.cases.push_back({"limit", "a < b",
                            BoundaryCase::Verdict::kNotDerived, "\"why\""});
  report.boundary = {boundary};
  const std::string xml = TestsAsJunit(report);
  EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" skipped=\"1\""),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("name=\"boundary: a &lt; b\"><skipped "
                     "message=\"&quot;why&quot;\"/></testcase>"),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("name=\"&quot;q&quot; &amp; \\x1b\""), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("file=\"a&lt;b&gt;.mqw\" line=\"1\""), std::string::npos)
      << xml;
  EXPECT_NE(xml.find(">wanted: &lt;1&gt;&#10;</failure>"), std::string::npos)
      << xml;
}

}  // namespace
}  // namespace mqwarden
