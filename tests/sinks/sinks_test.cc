#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"
#include "mqwarden/sinks/digest_sink.h"
#include "mqwarden/sinks/fan_out.h"
#include "mqwarden/sinks/jsonl_sink.h"
#include "mqwarden/sinks/report_text.h"
#include "mqwarden/sinks/text_sink.h"

namespace mqwarden {
namespace {

AlertValue TextValue(std::string text) {
  AlertValue value;
  value.text = std::move(text);
  return value;
}

Alert MakeAlert() {
  Alert alert;
  alert.id = {1, 2};
  alert.rule = "burst";
  alert.version = "0123456789abcdef";
  alert.severity = Severity::kHigh;
  alert.title = "Ten refusals";
  alert.summary = "10 refusals from 192.0.2.1";
  alert.time = *ParseTime("2026-01-05T09:05:10Z");
  alert.first = *ParseTime("2026-01-05T09:04:30Z");
  alert.last = alert.time;
  alert.count = 10;
  alert.group = {{"source_ip", TextValue("192.0.2.1")}};
  AlertValue users;
  users.form = AlertValue::Form::kList;
  users.list = {TextValue("ana"), TextValue("bob")};
  alert.fields = {{"owner", TextValue("Payments team")}, {"users", users}};
  alert.notify = {"soc"};
  return alert;
}

ByteOutput Into(std::string* out) {
  return [out](std::string_view bytes) {
    out->append(bytes);
    return absl::OkStatus();
  };
}

TEST(JsonlSinkTest, WritesOneLinePerAlert) {
  std::string out;
  JsonlSink sink(Into(&out));
  const Alert alert = MakeAlert();
  sink.OnAlert(alert);
  sink.OnAlert(alert);
  std::string json;
  AppendAlertJson(alert, &json);
  EXPECT_EQ(out, json + "\n" + json + "\n");
  EXPECT_TRUE(sink.status().ok());
}

TEST(JsonlSinkTest, KeepsTheFirstFailureAndWritesNoMore) {
  int calls = 0;
  JsonlSink sink([&calls](std::string_view) {
    ++calls;
    return calls == 2 ? absl::ResourceExhaustedError("full") : absl::OkStatus();
  });
  for (int i = 0; i < 4; ++i) sink.OnAlert(MakeAlert());
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(sink.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(TextSinkTest, ShowsWhatAPersonNeeds) {
  std::string out;
  TextSink sink(Into(&out), {});
  sink.OnAlert(MakeAlert());
  EXPECT_EQ(out,
            "2026-01-05T09:05:10Z HIGH Ten refusals\n"
            "  10 refusals from 192.0.2.1\n"
            "  rule burst, count 10 since 2026-01-05T09:04:30Z\n"
            "  source_ip 192.0.2.1\n"
            "  owner \"Payments team\", users ana, bob\n"
            "  notify soc\n"
            "\n");
}

TEST(TextSinkTest, NamesStateHeldAndMuted) {
  Alert alert = MakeAlert();
  alert.state = AlertState::kResolved;
  alert.held = 3;
  alert.muted = "mute until 2026-02-01T00:00:00Z";
  std::string out;
  AppendAlertText(alert, {}, &out);
  EXPECT_NE(out.find("HIGH resolved: Ten refusals\n"), std::string::npos) << out;
  EXPECT_NE(out.find("held before 3"), std::string::npos) << out;
  EXPECT_NE(out.find("muted mute until 2026"), std::string::npos) << out;
}

TEST(TextSinkTest, EscapesWhatEventsCarry) {
  Alert alert = MakeAlert();
  const std::string hostile = "a\x1b[2J\nb\u202e";
  alert.title = alert.summary = alert.rule = alert.runbook = hostile;
  alert.group = {{"user", TextValue(hostile)}};
  alert.notify = {hostile};
  std::string out;
  AppendAlertText(alert, {}, &out);
  EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
  EXPECT_EQ(out.find("\u202e"), std::string::npos) << out;
  // Title, summary, rule, group, fields, routes, the empty line.
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 7) << out;
  EXPECT_NE(out.find("\\x1b"), std::string::npos) << out;
}

TEST(TextSinkTest, HasColorOnlyWhenAsked) {
  std::string plain;
  std::string color;
  AppendAlertText(MakeAlert(), {.color = false}, &plain);
  AppendAlertText(MakeAlert(), {.color = true}, &color);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_NE(color.find("\x1b[1;31mHIGH\x1b[0m"), std::string::npos);
}

AlertValue NumberValue(std::string digits) {
  return {.form = AlertValue::Form::kNumber, .text = std::move(digits)};
}

ReportRecord MakeReport() {
  ReportRecord report;
  report.report = "top";
  report.title = "Refused objects";
  report.time = *ParseTime("2026-01-12T00:00:00Z");
  report.total = 40;
  report.top.push_back({.group = {{"object", TextValue("PAY.A")}},
                        .count = 30,
                        .share = 7500,
                        .fields = {{"users", NumberValue("2")}},
                        .previous = NumberValue("120")});
  report.top.push_back({.group = {{"object", TextValue("Größe")}},
                        .count = 10,
                        .share = 2500,
                        .previous = NumberValue("0")});
  return report;
}

TEST(TextSinkTest, ShowsAReportAsATable) {
  std::string out;
  TextSink sink(Into(&out), {});
  sink.OnReport(MakeReport());
  EXPECT_EQ(out,
            "2026-01-12T00:00:00Z REPORT Refused objects\n"
            "  report top, total 40\n"
            "  object  count   share  users  previous\n"
            "  PAY.A      30  75.00%      2       120\n"
            "  Größe      10  25.00%                0\n"
            "\n");
}

TEST(TextSinkTest, EscapesWhatAReportCarries) {
  ReportRecord report = MakeReport();
  const std::string hostile = "a\x1b[2J\nb\u202e";
  report.title = report.report = hostile;
  report.top[0].group = {{hostile, TextValue(hostile)}};
  std::string out;
  AppendReportText(report, &out);
  EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
  EXPECT_EQ(out.find("\u202e"), std::string::npos) << out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 6) << out;
}

TEST(JsonlSinkTest, WritesReportsBesideAlerts) {
  std::string out;
  JsonlSink sink(Into(&out));
  sink.OnReport(MakeReport());
  sink.OnAlert(MakeAlert());
  std::string expected;
  AppendReportJson(MakeReport(), &expected);
  expected += "\n";
  AppendAlertJson(MakeAlert(), &expected);
  EXPECT_EQ(out, expected + "\n");
}

TEST(FanOutTest, HandsReportsToAll) {
  DigestSink one, two, direct;
  FanOut fan({&one, &two});
  fan.OnReport(MakeReport());
  direct.OnReport(MakeReport());
  EXPECT_NE(direct.digest(), Hash128());
  EXPECT_EQ(one.digest(), direct.digest());
  EXPECT_EQ(two.digest(), direct.digest());
  EXPECT_EQ(direct.alerts(), 0);
}

TEST(DigestSinkTest, DependsOnEveryAlertAndItsPlace) {
  Alert other = MakeAlert();
  other.count = 11;
  const auto digest = [](const std::vector<Alert>& alerts) {
    DigestSink sink;
    for (const Alert& alert : alerts) sink.OnAlert(alert);
    EXPECT_EQ(sink.alerts(), static_cast<int64_t>(alerts.size()));
    return sink.digest();
  };
  const Alert one = MakeAlert();
  EXPECT_EQ(digest({}), Hash128());
  EXPECT_EQ(digest({one, other}), digest({one, other}));
  EXPECT_NE(digest({one, other}), digest({other, one}));
  EXPECT_NE(digest({one}), digest({other}));
  EXPECT_NE(digest({one}), digest({one, one}));
}

TEST(FanOutTest, HandsEachAlertToAll) {
  std::string first;
  std::string second;
  JsonlSink a(Into(&first));
  JsonlSink b(Into(&second));
  FanOut both({&a, &b});
  both.OnAlert(MakeAlert());
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace mqwarden
