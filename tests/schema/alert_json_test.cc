#include "mqwarden/schema/alert_json.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

std::string JsonOf(const Alert& alert) {
  std::string json;
  AppendAlertJson(alert, &json);
  return json;
}

AlertValue Text(std::string text) { return {.text = std::move(text)}; }

AlertValue Number(std::string digits) {
  return {.form = AlertValue::Form::kNumber, .text = std::move(digits)};
}

AlertValue Bool(bool value) {
  return {.form = AlertValue::Form::kBool, .boolean = value};
}

AlertValue List(std::vector<AlertValue> elements) {
  return {.form = AlertValue::Form::kList, .list = std::move(elements)};
}

TEST(AlertJsonTest, EmptyPartsAreAbsent) {
  Alert alert;
  alert.rule = "r";
  EXPECT_EQ(JsonOf(alert),
            R"({"schema":"mqwarden.alert.v1",)"
            R"("id":"00000000000000000000000000000000","rule":"r",)"
            R"("state":"open","severity":"info",)"
            R"("time":"1970-01-01T00:00:00.000000000Z","count":0})");
}

TEST(AlertJsonTest, AllPartsInTheirOrder) {
  Alert alert;
  alert.id = {.hi = 0x0123456789abcdef, .lo = 0xfedcba9876543210};
  alert.rule = "failed_logins";
  alert.version = "00ff00ff00ff00ff";
  alert.state = AlertState::kResolved;
  alert.severity = Severity::kHigh;
  alert.title = "Failed logins";
  alert.summary = "10 failures";
  alert.time = *ParseTime("2026-11-20T09:05:00.12Z");
  alert.first = *ParseTime("2026-11-20T09:00:00Z");
  alert.last = *ParseTime("2026-11-20T09:05:00Z");
  alert.count = 10;
  alert.group = {{"user", Text("ana")}, {"source_ip", Text("192.0.2.7")}};
  alert.fields = {{"users", Number("3")}, {"tags", List({Text("prod")})}};
  alert.tags = {"auth", "mq"};
  alert.notify = {"soc"};
  alert.runbook = "https://runbooks.example/auth";
  alert.held = 4;
  alert.muted = "change window";
  alert.state_evicted = true;
  auto event = std::make_shared<Event>();
  event->SetTime(alert.time);
  event->SetText(FieldId::kUser, "ana");
  alert.evidence = {event, event};
  alert.trigger = event;
  EXPECT_EQ(
      JsonOf(alert),
      R"({"schema":"mqwarden.alert.v1",)"
      R"("id":"0123456789abcdeffedcba9876543210","rule":"failed_logins",)"
      R"("version":"00ff00ff00ff00ff","state":"resolved","severity":"high",)"
      R"("title":"Failed logins","summary":"10 failures",)"
      R"("time":"2026-11-20T09:05:00.120000000Z",)"
      R"("first":"2026-11-20T09:00:00.000000000Z",)"
      R"("last":"2026-11-20T09:05:00.000000000Z","count":10,)"
      R"("group":{"user":"ana","source_ip":"192.0.2.7"},)"
      R"("fields":{"users":3,"tags":["prod"]},"tags":["auth","mq"],)"
      R"("notify":["soc"],"runbook":"https://runbooks.example/auth",)"
      R"("held":4,"muted":"change window","state_evicted":true,)"
      R"("evidence":[{"time":"2026-11-20T09:05:00.120Z","user":"ana"},)"
      R"({"time":"2026-11-20T09:05:00.120Z","user":"ana"}]})");
}

TEST(AlertJsonTest, ValuesKeepTheirType) {
  struct Case {
    AlertValue value;
    std::string json;
  };
  const Case cases[] = {
      {Text("12"), "\"12\""},
      {Text(""), "\"\""},
      {Number("12"), "12"},
      {Number("-0.250"), "-0.250"},
      {Number("0"), "0"},
      {Bool(true), "true"},
      {Bool(false), "false"},
      {List({}), "[]"},
      {List({Text("a"), Number("1"), Bool(true)}), "[\"a\",1,true]"},
      {List({List({Text("a")})}), "[\"\"]"},
      // A number to a rule that JSON does not take.
      {Number("007"), "\"007\""},
      {Number("+1"), "\"+1\""},
      {Number("1."), "\"1.\""},
      {Number(".5"), "\".5\""},
      {Number("-"), "\"-\""},
      {Number(""), "\"\""},
      {Number("1e9"), "\"1e9\""},
      {Number("1,\"x\":2"), R"("1,\"x\":2")"},
  };
  for (const Case& c : cases) {
    Alert alert;
    alert.fields = {{"f", c.value}};
    const std::string json = JsonOf(alert);
    EXPECT_TRUE(json.ends_with(",\"fields\":{\"f\":" + c.json + "}}")) << json;
  }
}

TEST(AlertJsonTest, HostileTextStaysOneLine) {
  Alert alert;
  alert.summary = "a\nb\x1b\"\xFF";
  alert.group = {{"k\n", Text("\r\n")}};
  const std::string json = JsonOf(alert);
  for (const char c : json) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_NE(json.find(R"("summary":"a\nb\u001b\")"
                      "\xEF\xBF\xBD\""),
            std::string::npos)
      << json;
  EXPECT_NE(json.find(R"("group":{"k\n":"\r\n"})"), std::string::npos) << json;
}

TEST(AlertTest, NamesOfStatesAndSeverities) {
  EXPECT_EQ(AlertStateName(AlertState::kOpen), "open");
  EXPECT_EQ(AlertStateName(AlertState::kDigest), "digest");
  EXPECT_EQ(SeverityName(Severity::kInfo), "info");
  EXPECT_EQ(SeverityName(Severity::kCritical), "critical");
}

}  // namespace
}  // namespace mqwarden
