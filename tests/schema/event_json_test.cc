#include "mqwarden/schema/event_json.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

std::string JsonOf(const Event& event) {
  std::string json;
  AppendEventJson(event, &json);
  return json;
}

TEST(EventJsonTest, TheExampleOfTheManual) {
  Event event;
  event.SetIp(FieldId::kSourceIp, *ParseIp("10.1.2.3"));
  event.SetText(FieldId::kObject, "PAYROLL.IN");
  event.SetText(FieldId::kUser, "svcpay");
  event.SetInt(FieldId::kReason, 2035);
  event.SetText(FieldId::kQmgr, "QM1");
  event.SetText(FieldId::kChannel, "APP.SVRCONN");
  event.SetInt(FieldId::kChannelType,
               EnumCode(EnumType::kChannelType, "svrconn"));
  event.SetInt(FieldId::kKind, EnumCode(EnumType::kKind, "authz"));
  event.SetInt(FieldId::kAction, EnumCode(EnumType::kAction, "open"));
  event.SetInt(FieldId::kOutcome, EnumCode(EnumType::kOutcome, "failure"));
  event.SetTime(*ParseTime("2026-11-20T09:00:00.12Z"));
  EXPECT_EQ(JsonOf(event),
            R"({"time":"2026-11-20T09:00:00.120Z","kind":"authz",)"
            R"("action":"open","outcome":"failure","reason":2035,)"
            R"("qmgr":"QM1","user":"svcpay","source_ip":"10.1.2.3",)"
            R"("channel":"APP.SVRCONN","channel_type":"svrconn",)"
            R"("object":"PAYROLL.IN"})");
}

struct Case {
  std::string name;
  std::function<void(Event*)> fill;
  std::string json;
};

class EventJsonFormTest : public testing::TestWithParam<Case> {};

TEST_P(EventJsonFormTest, IsAsTheHeaderSays) {
  Event event;
  GetParam().fill(&event);
  EXPECT_EQ(JsonOf(event), GetParam().json);
}

Case TimeCase(std::string name, int64_t nanos, std::string text) {
  return {std::move(name),
          [nanos](Event* e) { e->SetTime(Time(Duration(nanos))); },
          "{\"time\":\"" + text + "\"}"};
}

Case DurationCase(std::string name, int64_t nanos, std::string number) {
  return {std::move(name),
          [nanos](Event* e) { e->SetInt(FieldId::kDuration, nanos); },
          "{\"duration\":" + number + "}"};
}

Case UserCase(std::string name, std::string_view user, std::string json) {
  return {std::move(name),
          [user](Event* e) { e->SetText(FieldId::kUser, user); },
          "{\"user\":" + json + "}"};
}

Case AttrCase(std::string name, Attr attr, std::string json) {
  return {std::move(name), [attr](Event* e) { e->AddAttr(attr); },
          "{\"attr\":" + json + "}"};
}

INSTANTIATE_TEST_SUITE_P(
    Cases, EventJsonFormTest,
    testing::ValuesIn(std::vector<Case>{
        {"Nothing", [](Event*) {}, "{}"},
        TimeCase("TimeOfWholeSecond", 0, "1970-01-01T00:00:00Z"),
        TimeCase("TimeOfMillis", 20'000'000, "1970-01-01T00:00:00.020Z"),
        TimeCase("TimeOfMicros", 100'000, "1970-01-01T00:00:00.000100Z"),
        TimeCase("TimeOfNanos", 10, "1970-01-01T00:00:00.000000010Z"),
        TimeCase("TimeBeforeTheEpoch", -1'000'000, "1969-12-31T23:59:59.999Z"),
        DurationCase("DurationOfZero", 0, "0"),
        DurationCase("DurationWithFraction", 1'506'625'000, "1.506625"),
        DurationCase("DurationOfOneNano", 1, "0.000000001"),
        DurationCase("DurationBelowZero", -500'000'000, "-0.5"),
        DurationCase("LeastDuration", INT64_MIN, "-9223372036.854775808"),
        DurationCase("WholeSeconds", 90'000'000'000, "90"),
        {"Bools",
         [](Event* e) {
           e->SetInt(FieldId::kUserTruncated, 1);
           e->SetInt(FieldId::kMuted, 0);
         },
         R"({"user_truncated":true,"muted":false})"},
        {"IpOfSix",
         [](Event* e) {
           e->SetIp(FieldId::kSourceIp, *ParseIp("2001:DB8:0::1"));
         },
         R"({"source_ip":"2001:db8::1"})"},
        {"MappedIpIsFour",
         [](Event* e) {
           e->SetIp(FieldId::kSourceIp, *ParseIp("::ffff:192.0.2.1"));
         },
         R"({"source_ip":"192.0.2.1"})"},
        {"List",
         [](Event* e) {
           const std::string_view tags[] = {"prod", "d\"mz"};
           e->SetList(FieldId::kTags, tags);
         },
         R"({"tags":["prod","d\"mz"]})"},
        {"ComputedFieldsAreNotPrinted",
         [](Event* e) { e->SetText(FieldId::kUser, "mqm"); },
         R"({"user":"mqm"})"},
        UserCase("QuotesAndBackslashes", "a\"b\\c", R"("a\"b\\c")"),
        UserCase("ControlBytes", std::string_view("a\n\x1b[2J\0z", 8),
                 "\"a\\n\\u001b[2J\\u0000z\""),
        UserCase("NoUtf8", "a\xFFz\xC3", "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\""),
        UserCase("MultiByte", "é€😀", "\"é€😀\""),
        AttrCase("AttrText", {.name = "maxDepth", .text = "5000"},
                 R"({"maxDepth":"5000"})"),
        AttrCase("AttrWordWins",
                 {.name = "authorityEvent",
                  .text = "Disabled",
                  .number = 0,
                  .has_number = true},
                 R"({"authorityEvent":"Disabled"})"),
        AttrCase("AttrNumberWithoutWord",
                 {.name = "x", .text = "", .number = -7, .has_number = true},
                 R"({"x":-7})"),
        AttrCase("AttrBlank", {.name = "connAuth", .text = ""},
                 R"({"connAuth":""})"),
        AttrCase("HostileAttrName", {.name = "a\"\x01", .text = "v"},
                 "{\"a\\\"\\u0001\":\"v\"}"),
        {"AttrsComeLastInTheirOrder",
         [](Event* e) {
           e->AddAttr({.name = "z", .text = "1"});
           e->AddAttr({.name = "a", .text = "2"});
           e->SetInt(FieldId::kAlertCount, 3);
         },
         R"({"alert_count":3,"attr":{"z":"1","a":"2"}})"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(EventJsonTest, AppendsToWhatIsThere) {
  Event event;
  event.SetText(FieldId::kUser, "ana");
  std::string out = "before ";
  AppendEventJson(event, &out);
  EXPECT_EQ(out, "before {\"user\":\"ana\"}");
}

TEST(EventJsonTest, KeysStandInTheOrderOfTheCatalogue) {
  Event event;
  for (const FieldInfo& field : AllFields()) {
    if ((field.flags & kFieldComputed) != 0) continue;
    if (field.type == FieldType::kStr || field.type == FieldType::kKw) {
      event.SetText(field.id, "x");
    } else if (field.type == FieldType::kList) {
      const std::string_view one[] = {"x"};
      event.SetList(field.id, one);
    } else if (field.type == FieldType::kIp) {
      event.SetIp(field.id, *ParseIp("192.0.2.1"));
    } else {
      event.SetInt(field.id, 0);
    }
  }
  const std::string json = JsonOf(event);
  EXPECT_TRUE(json.starts_with("{\"time\":"));
  size_t last = 0;
  for (const FieldInfo& field : AllFields()) {
    const size_t at = json.find("\"" + std::string(field.name) + "\":");
    if ((field.flags & kFieldComputed) != 0) {
      EXPECT_EQ(at, std::string::npos) << field.name;
      continue;
    }
    ASSERT_NE(at, std::string::npos) << field.name;
    EXPECT_GT(at, last) << field.name;
    last = at;
  }
}

}  // namespace
}  // namespace mqwarden
