// oamok: what its objects become, and what a stream makes of damage. All objects
// are synthetic.

#include "mqwarden/ingest/formats/oamok.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/ingest/ingest_testing.h"
#include "mqwarden/tests/ingest/line_testing.h"

namespace mqwarden {
namespace {

struct Case {
  std::string_view name;
  std::string_view object;
  std::string_view shown;
};

constexpr Case kCases[] = {
    {"AuthoriseOpen",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("authorityHex":"0x00000008","authorityString":["put"],)"
     R"("connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue",)"
     R"("access":["put"],"access_mask":8)"},
    {"AuthoriseConnect",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"qMgr","objectName":"QMA1","identity":"app",)"
     R"("authorityHex":"0x02000001","authorityString":["connect",)"
     R"("system"],"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"connect",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"QMA1","object_type":"qmgr",)"
     R"("access":["connect","system"],"access_mask":33554433)"},
    {"Authenticate",
     R"({"action":"authenticate","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("identity":"svc","applicationName":"amqsput",)"
     R"("environment":"mcaSvrconn","caller":"external",)"
     R"("cspAuthenticationType":"password","cspUserId":"mara",)"
     R"("authenticationContext":"initialContext",)"
     R"("bindType":"sharedBinding","applicationPid":504146,)"
     R"("applicationTid":1,"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authn","action":"connect",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"mara","csp_user":"mara","auth_method":"password",)"
     R"("channel_type":"svrconn","app":"amqsput","pid":504146,)"
     R"("attr":{"environment":"mcaSvrconn","caller":"external",)"
     R"("authenticationContext":"initialContext",)"
     R"("bindType":"sharedBinding","applicationTid":"1","identity":"svc"})"},
    {"ChangeOfContext",
     R"({"action":"authenticate","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("identity":"svc","applicationName":"amqsput",)"
     R"("environment":"mcaSvrConn","caller":"external",)"
     R"("cspAuthenticationType":"N/A","cspUserId":"N/A",)"
     R"("authenticationContext":"changeContext",)"
     R"("bindType":"sharedBinding","applicationPid":504146,)"
     R"("applicationTid":1,"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authn","action":"other",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"svc","channel_type":"svrconn","app":"amqsput",)"
     R"("pid":504146,"attr":{"environment":"mcaSvrConn",)"
     R"("caller":"external","authenticationContext":"changeContext",)"
     R"("bindType":"sharedBinding","applicationTid":"1"})"},
    {"NoPassword",
     R"({"action":"authenticate","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("identity":"svc","applicationName":"amqsput",)"
     R"("environment":"other","caller":"external",)"
     R"("cspAuthenticationType":"none","cspUserId":"N/A",)"
     R"("authenticationContext":"initialContext","bindType":"none",)"
     R"("applicationPid":504146,"applicationTid":1,"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authn","action":"connect",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"svc","auth_method":"none","app":"amqsput","pid":504146,)"
     R"("attr":{"environment":"other","caller":"external",)"
     R"("authenticationContext":"initialContext","bindType":"none",)"
     R"("applicationTid":"1"})"},
    {"ADomain",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("domain":"EXAMPLE","authorityHex":"0x00000008",)"
     R"("authorityString":["put"],"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","user_domain":"EXAMPLE","object":"BILLING.IN",)"
     R"("object_type":"queue","access":["put"],"access_mask":8)"},
    {"AllOfTheMqi",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("authorityHex":"0x02FF3FFF","authorityString":["allmqi","alladm",)"
     R"("system"],"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"connect",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue",)"
     R"("access":["connect","browse","get","put","inq","set","passid",)"
     R"("passall","setid","setall","altusr","pub","sub","resume","crt",)"
     R"("dlt","dsp","chg","clr","ctrl","ctrlx","auth","system"],)"
     R"("access_mask":50282495)"},
    {"WordsWithoutBits",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("authorityString":["connect","allmqi","put",5,null,["get"]],)"
     R"("connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"connect",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue",)"
     R"("access":["connect","put","get"])"},
    {"BitsThatAreNone",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("authorityHex":"8","authorityString":[],"connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue")"},
    {"NoAuthority",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"queue","objectName":"BILLING.IN","identity":"app",)"
     R"("authorityHex":"0x00000000","authorityString":["none"],)"
     R"("connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue",)"
     R"("access_mask":0)"},
    {"EscapedSlashes",
     R"({"action":"authorise","timeEpoch":1795165201,)"
     R"("timeString":"2026-11-20 10:00:01 CET","queueManager":"QMA1",)"
     R"("objectType":"topic","objectName":"a\/b","identity":"app",)"
     R"("authorityHex":"0x00000008","authorityString":["put"],)"
     R"("connCorrel":"4711.12"})",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"a/b","object_type":"topic",)"
     R"("access":["put"],"access_mask":8)"},
    {"BlanksAndCommas",
     R"( { "action" : "authorise" , "timeEpoch" : 1 , "connCorrel" : )"
     R"("1.2" } , )",
     R"("time":"1970-01-01T00:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"1.2")"},
    {"OtherKeys",
     R"({"action":"authorise","timeEpoch":1,"newKey":true,"other":12,)"
     R"("userPassword":"x","sub":{"a":1}})",
     R"("time":"1970-01-01T00:00:01Z","time_quality":"exact",)"
     R"("source":"oamok","kind":"authz","action":"open",)"
     R"("outcome":"success","attr":{"newKey":"true","other":"12",)"
     R"("userPassword":"***"})"},
    {"AnotherAction",
     R"({"action":"authorize","timeEpoch":1})",
     "rejected bad_value: an action that is not oamok's"},
    {"AnotherActionOfItsKind",
     R"({"action":"authentic","timeEpoch":1})",
     "rejected bad_value: an action that is not oamok's"},
};

// The event that an object is, without the braces, or why it is none. Appends
// `FIELD<-KEY` for each field to `*explained`.
std::string ReadObject(OamokObjectDecoder* decoder, std::string_view object,
                       std::string* explained = nullptr) {
  JsonScanner scanner;
  scanner.Start();
  if (scanner.Scan(object) != JsonScanner::Result::kComplete) return "broken";
  Event event;
  Provenance provenance;
  const auto reject = decoder->Decode(scanner.nodes(), &event, &provenance);
  if (reject.has_value()) {
    return "rejected " + std::string(reject->reason) + ": " + reject->detail;
  }
  for (const auto& [source, field] : provenance.filled) {
    if (explained == nullptr) break;
    *explained += std::string(GetField(field).name) + "<-" + source + "\n";
  }
  Event copy;  // reads every text
  copy.CopyFrom(event);
  std::string json;
  AppendEventJson(copy, &json);
  return json.substr(1, json.size() - 2);
}

TEST(OamokTest, EveryObjectIsWhatIsExpected) {
  OamokObjectDecoder decoder;
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadObject(&decoder, c.object), c.shown) << c.name;
  }
}

TEST(OamokTest, EveryRowOfTheTableFillsItsField) {
  OamokObjectDecoder decoder;
  std::string explained;
  for (const Case& c : kCases) ReadObject(&decoder, c.object, &explained);
  ExpectRowsAreUsed(OamokFields(), explained);
}

TEST(OamokTest, TypesOfObjects) {
  const struct {
    std::string_view word;
    std::string_view type;  // "": none
  } cases[] = {
      {"queue", "queue"},       {"qMgr", "qmgr"},
      {"topic", "topic"},       {"process", "process"},
      {"namelist", "namelist"}, {"authInfo", "authinfo"},
      {"channel", "channel"},   {"clntconnChannel", "channel"},
      {"listener", "listener"}, {"service", "service"},
      {"commInfo", "comminfo"}, {"remoteQMgrName", "other"},
      {"something", "other"},   {"", ""},
  };
  OamokObjectDecoder decoder;
  for (const auto& c : cases) {
    const std::string shown = ReadObject(
        &decoder, R"({"action":"authorise","objectName":"O","objectType":")" +
                      std::string(c.word) + "\"}");
    const std::string type =
        c.type.empty() ? "" : R"(,"object_type":")" + std::string(c.type) + "\"";
    EXPECT_TRUE(shown.ends_with(R"("object":"O")" + type)) << shown;
  }
}

TEST(OamokTest, TimesThatAreNone) {
  const struct {
    std::string_view epoch;
    std::string_view shown;  // how the event begins
  } cases[] = {
      {"1795165201", R"("time":"2026-11-20T09:00:01Z","time_quality":"exact")"},
      {R"("1795165201")", R"("time":"2026-11-20T09:00:01Z")"},
      {"0", R"("time":"1970-01-01T00:00:00Z")"},
      {"99999999999999", R"("source")"},
      {R"("soon")", R"("source")"},
      {"1.5", R"("source")"},
      {"null", R"("source")"},
  };
  OamokObjectDecoder decoder;
  for (const auto& c : cases) {
    const std::string shown =
        ReadObject(&decoder, R"({"action":"authorise","timeEpoch":)" +
                                 std::string(c.epoch) + "}");
    EXPECT_TRUE(shown.starts_with(c.shown)) << c.epoch << shown;
  }
}

TEST(OamokTest, DamageIsSafe) {
  OamokObjectDecoder decoder;
  for (const Case& c : kCases) {
    for (size_t size = 0; size < c.object.size(); ++size) {
      const std::string shown = ReadObject(&decoder, c.object.substr(0, size));
      // Only what stands behind an object can be cut off without harm.
      EXPECT_TRUE(shown == "broken" || shown == c.shown) << shown;
    }
    std::string damaged(c.object);
    constexpr std::string_view kBytes("\0\n\"',:={}[ ~\xFF", 14);
    for (size_t i = 0; i < damaged.size(); ++i) {
      damaged[i] = kBytes[i % kBytes.size()];
      EXPECT_EQ(ReadObject(&decoder, damaged), ReadObject(&decoder, damaged));
      damaged[i] = c.object[i];
    }
  }
}

// --- In a stream.

// An object with the name of a queue, in one line or several.
std::string Object(const std::string& queue, std::string_view between = "") {
  std::string text = "{";
  for (const std::string_view member :
       {R"("action":"authorise")", R"("timeEpoch":1795165201)",
        R"("queueManager":"QMA1")", R"("objectType":"queue")",
        R"("identity":"app")", R"("authorityHex":"0x00000008")",
        R"("connCorrel":"4711.12")"}) {
    text += between;
    text += member;
    text += ',';
  }
  text += between;
  return text + R"("objectName":")" + queue + "\"}";
}

TEST(OamokStreamTest, ObjectsStandOnOneLineOrSeveral) {
  const std::string pretty = Object("A", "\n  ");
  for (const std::string& text :
       {Object("A") + "\n" + Object("B") + "\n", Object("A") + Object("B"),
        pretty + "\n" + Object("B"), Object("A") + "\r\n" + Object("B", " ")}) {
    const Reading reading = ReadAll(text);
    ASSERT_EQ(reading.events.size(), 2u) << text << reading.Dump();
    EXPECT_NE(reading.events[0].find(R"("object":"A")"), std::string::npos);
    EXPECT_NE(reading.events[1].find(R"("object":"B")"), std::string::npos);
    EXPECT_EQ(reading.stats.rejected_total(), 0) << text;
  }
}

TEST(OamokStreamTest, BehindAnObjectThatWasCutTheNextIsFound) {
  std::string cut(kCases[2].object);
  cut.insert(cut.find("mara"), "cn=x,ou=" + std::string(1'100, 'x'));
  cut.resize(1'023);
  using std::string_literals::operator""s;
  for (const std::string& garbage :
       {""s, "\0\1\x7F\xFF"s, "}{\"a"s, "\"\0{"s, "{\"action\""s}) {
    for (const std::string end : {"", "\n"}) {
      const Reading reading = ReadAll(Object("A") + "\n" + cut + garbage + end +
                                      Object("B") + "\n" + Object("C") + "\n");
      ASSERT_EQ(reading.events.size(), 3u) << garbage << reading.Dump();
      EXPECT_NE(reading.events[2].find(R"("object":"C")"), std::string::npos);
      EXPECT_EQ(reading.stats.rejected_total(), 1) << garbage << reading.Dump();
    }
  }
}

TEST(OamokStreamTest, AHandEditCostsItsObjectAlone) {
  const Reading reading =
      ReadAll("{ \"action\":\"authorise\", queueManager:\"QMA1\",\n"
              "  \"timeEpoch\":1795165201,\n  \"connCorrel\":\"4711.12\"\n}\n\n" +
              Object("A", "\n  ") + "\n");
  ASSERT_EQ(reading.events.size(), 1u) << reading.Dump();
  EXPECT_EQ(reading.stats.rejected_total(), 1) << reading.Dump();
}

}  // namespace
}  // namespace mqwarden
