#include "mqwarden/ingest/formats/ndjson.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/ingest/ingest_testing.h"

namespace mqwarden {
namespace {

// The event that a record with these members behind its kind becomes.
std::string Normalized(std::string_view members, std::string_view kind = "authz") {
  std::string bytes = "{\"kind\":\"";
  bytes += kind;
  bytes += "\",";
  bytes += members;
  bytes += "}";
  const Reading reading = ReadAll(bytes);
  if (reading.events.size() != 1) return reading.Dump();
  std::string event = reading.events[0];
  // What every event here begins with.
  const std::string head =
      R"({"source":"ndjson","collector":"ndjson","kind":")" + std::string(kind) +
      "\"";
  if (event.starts_with(head)) event = "{" + event.substr(head.size());
  if (event.starts_with("{,")) event.erase(1, 1);
  return event;
}

struct ValueCase {
  const char* name;
  std::string_view members;
  std::string_view event;
};

class NdjsonValueTest : public ::testing::TestWithParam<ValueCase> {};

TEST_P(NdjsonValueTest, IsTaken) {
  EXPECT_EQ(Normalized(GetParam().members), GetParam().event);
}

INSTANTIATE_TEST_SUITE_P(
    Values, NdjsonValueTest,
    ::testing::ValuesIn(std::vector<ValueCase>{
        {"Text", R"("user":"Ana","object":"A.B")",
         R"({"user":"Ana","object":"A.B"})"},
        {"EscapedText", R"("message":"a\u0041\n\"b\"")",
         R"({"message":"aA\n\"b\""})"},
        {"EmptyTextIsAbsent", R"("user":"")", "{}"},
        {"NullIsAbsent", R"("user":null,"reason":null,"attr":null)", "{}"},
        {"Enum", R"("outcome":"failure","channel_type":"svrconn")",
         R"({"outcome":"failure","channel_type":"svrconn"})"},
        {"Int", R"("reason":2035,"pid":-1)", R"({"reason":2035,"pid":-1})"},
        {"IntByName", R"("reason":"MQRC_NOT_AUTHORIZED")", R"({"reason":2035})"},
        {"Bool", R"("user_truncated":true)", R"({"user_truncated":true})"},
        {"Ip", R"("source_ip":"::ffff:192.0.2.1")",
         R"({"source_ip":"192.0.2.1"})"},
        {"NoIpGoesToAttr", R"("source_ip":"host7")",
         R"({"attr":{"source_ip":"host7"}})"},
        {"List", R"("access":["get","GET","","put"])",
         R"({"access":["get","put"]})"},
        {"EmptyListIsAbsent", R"("tags":[])", "{}"},
        {"Duration", R"("duration":1.506625)", R"({"duration":1.506625})"},
        {"DurationWithExponent", R"("duration":25e-6)", R"({"duration":0.000025})"},
        {"WholeDuration", R"("duration":20)", R"({"duration":20})"},
        {"UnknownKey", R"("colour":"red","size":7)",
         R"({"attr":{"colour":"red","size":"7"}})"},
        {"UnknownKeyOfEveryType",
         R"("a":true,"b":false,"c":1.5,"d":null,"e":["x","y"],"f":{"g":1})",
         R"({"attr":{"a":"true","b":"false","c":"1.5","e":"x","e_list":"x,y","g":"1"}})"},
        {"Attr", R"("attr":{"maxQueueDepth":5000,"x":"y"})",
         R"({"attr":{"maxQueueDepth":"5000","x":"y"}})"},
        {"AttrAsRulesWriteIt", R"("attr.authorityEvent":0,"attr.x":"y")",
         R"({"attr":{"authorityEvent":"Disabled","x":"y"}})"},
        {"AttrNumberOfAnEnumeration", R"("attr":{"authorityEvent":0})",
         R"({"attr":{"authorityEvent":"Disabled"}})"},
        {"AlertFieldIsUnknown", R"("rule":"x","severity":"high")",
         R"({"attr":{"rule":"x","severity":"high"}})"},
        {"ComputedFieldIsUnknown", R"("is_admin_user":true)",
         R"({"attr":{"is_admin_user":"true"}})"},
        {"BlankAttrIsAbsent", R"("attr":{"connAuth":""})", "{}"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(NdjsonTest, BlankAttrOfADefinitionIsKept) {
  EXPECT_EQ(Normalized(R"("attr":{"connAuth":""})", "config"),
            R"({"attr":{"connAuth":""}})");
  EXPECT_EQ(Normalized(R"("attr":{"connAuth":""})", "command"),
            R"({"attr":{"connAuth":""}})");
}

TEST(NdjsonTest, TimeIsRfc3339OrNanoseconds) {
  for (const std::string_view time :
       {R"("2026-11-20T09:00:00.12Z")", R"("2026-11-20T10:00:00.120+01:00")",
        "1795165200120000000"}) {
    const Reading reading =
        ReadAll(R"({"kind":"diag","time":)" + std::string(time) + "}");
    ASSERT_EQ(reading.events.size(), 1u) << time << reading.Dump();
    EXPECT_TRUE(reading.events[0].starts_with(
        R"({"time":"2026-11-20T09:00:00.120Z",)"))
        << reading.events[0];
  }
}

TEST(NdjsonTest, SourceIsAsGiven) {
  EXPECT_NE(ReadAll(R"({"kind":"diag","source":"oamok"})")
                .events[0]
                .find(R"("source":"oamok")"),
            std::string::npos);
}

struct BadCase {
  const char* name;
  std::string_view record;
  std::string_view reason;
  std::string_view detail;
};

class NdjsonRejectTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(NdjsonRejectTest, SaysWhy) {
  IngestOptions options;
  options.format = InputFormat::kNdjson;
  const Reading reading = ReadAll(GetParam().record, options);
  ASSERT_EQ(reading.Rejected(GetParam().reason), 1) << reading.Dump();
  EXPECT_EQ(reading.stats.samples.find(GetParam().reason)->second.detail,
            GetParam().detail);
  EXPECT_TRUE(reading.events.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Records, NdjsonRejectTest,
    ::testing::ValuesIn(std::vector<BadCase>{
        {"UnknownEnumValue", R"({"kind":"authz","outcome":"Failure"})",
         "bad_value", "outcome is no enum: Failure"},
        {"UnknownKind", R"({"kind":"login"})", "bad_value", "kind is no enum: login"},
        {"NoKind", R"({"time":"2026-11-20T09:00:00Z"})", "no_kind", ""},
        {"Alert", R"({"kind":"alert"})", "bad_value",
         "events of kind alert are not read"},
        {"NumberForText", R"({"kind":"authz","user":7})", "bad_value",
         "user is no kw: 7"},
        {"TextForNumber", R"({"kind":"authz","reason":"2035"})", "bad_value",
         "reason is no int: 2035"},
        {"NoSuchConstant", R"({"kind":"authz","reason":"MQRC_NO_SUCH"})",
         "bad_value", "reason is no int: MQRC_NO_SUCH"},
        {"FractionForInt", R"({"kind":"authz","reason":2035.0})", "bad_value",
         "reason is no int: 2035.0"},
        {"IntTooLarge", R"({"kind":"authz","reason":99999999999999999999})",
         "bad_value", "reason is no int: 99999999999999999999"},
        {"TextForBool", R"({"kind":"authz","user_truncated":"true"})",
         "bad_value", "user_truncated is no bool: true"},
        {"NumberForIp", R"({"kind":"authz","source_ip":1})", "bad_value",
         "source_ip is no ip: 1"},
        {"TimeWithoutZone", R"({"kind":"authz","time":"2026-11-20T09:00:00"})",
         "bad_value", "time is no ts: 2026-11-20T09:00:00"},
        {"FractionalNanoseconds", R"({"kind":"authz","time":1.5})", "bad_value",
         "time is no ts: 1.5"},
        {"DurationAsText", R"({"kind":"authz","duration":"10s"})", "bad_value",
         "duration is no duration: 10s"},
        {"DurationTooFine", R"({"kind":"authz","duration":0.0000000001})",
         "bad_value", "duration is no duration: 0.0000000001"},
        {"TextForList", R"({"kind":"authz","tags":"prod"})", "bad_value",
         "tags is no list: prod"},
        {"NumberInList", R"({"kind":"authz","tags":["a",1]})", "bad_value",
         "tags is no list"},
        {"TextForAttr", R"({"kind":"authz","attr":"x"})", "bad_value",
         "attr is no object"},
        {"NotQuiteJson", R"({"kind":"authz","user":"a",})", "not_json", ""},
        {"RawControlByte", "{\"kind\":\"authz\",\"user\":\"a\x01\"}", "not_json",
         ""},
        {"NoUtf8", "{\"kind\":\"authz\",\"user\":\"\xE9\"}", "not_json", ""},
        {"BareWord", R"({"kind":"authz","user":ana})", "not_json", ""},
    }),
    [](const auto& info) { return info.param.name; });

// An enumerated parameter answers to its word and to its number.
TEST(NdjsonTest, AttrHasBothWordAndNumber) {
  for (const std::string_view value :
       {"\"No Display\"", "\"no display\"", "3", "\"MQEVR_NO_DISPLAY\""}) {
    bool seen = false;
    EventStream stream({}, [&](Event& event) {
      const Attr* const attr = event.FindAttr("commandEvent");
      ASSERT_NE(attr, nullptr);
      EXPECT_EQ(attr->text, "No Display");
      EXPECT_TRUE(attr->has_number);
      EXPECT_EQ(attr->number, 3);
      seen = true;
    });
    stream.Feed(R"({"kind":"config","attr":{"commandEvent":)" +
                std::string(value) + "}}");
    stream.Finish();
    EXPECT_TRUE(seen) << value;
  }
}

}  // namespace
}  // namespace mqwarden
