// The text of amqsevt: what its events become, and that they are the events
// which its JSON of them gives, and so PCF (pcf_events_test.cc). All is
// synthetic.

#include "mqwarden/ingest/formats/amqsevt_text.h"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/ingest/formats/amqsevt_json.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/line_testing.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"

namespace mqwarden {
namespace {

// --- The events of the cases as amqsevt would print them.

// `queueMgrName` is `Queue Mgr Name`.
std::string LabelOf(std::string_view key) {
  std::string label;
  for (const char c : key) {
    const bool is_start =
        std::isupper(c) || (std::isdigit(c) && !label.empty() &&
                            !std::isdigit(label.back()));
    if (is_start) label += ' ';
    label += label.empty() ? static_cast<char>(std::toupper(c)) : c;
  }
  return label;
}

std::string LineOf(size_t indent, const std::string& label,
                   std::string_view value) {
  std::string line = std::string(indent, ' ') + label;
  if (line.size() < 32) line.resize(32, ' ');
  return line + " : " + std::string(value) + '\n';
}

// An object of one value: `{"options":N,...}` or `{"name":W,"value":N}`.
std::string ValueOf(std::span<const JsonNode> nodes, size_t object) {
  std::string name;
  std::string number;
  for (size_t i = object + 1; i < nodes[object].end; i = nodes[i].end) {
    if (nodes[i].key == "options") {
      char text[32];
      const long bits = std::stol(std::string(nodes[i].text));
      std::snprintf(text, sizeof(text), "0x%08X [ fiq ]",
                    static_cast<unsigned>(bits));
      return text;
    }
    if (nodes[i].key == "name") name = nodes[i].text;
    if (nodes[i].key == "value") number = nodes[i].text;
  }
  return number.empty() ? "" : name + " [" + number + "]";
}

void AppendMembers(std::span<const JsonNode> nodes, size_t first, size_t end,
                   size_t indent, std::string* text) {
  for (size_t i = first; i < end; i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    const std::string label = LabelOf(node.key);
    if (node.type == JsonType::kArray) {
      for (size_t j = i + 1; j < node.end; ++j) {
        *text += LineOf(indent, j == i + 1 ? label : "", nodes[j].text);
      }
    } else if (node.type != JsonType::kObject) {
      *text += LineOf(indent, label, node.text);
    } else if (const std::string value = ValueOf(nodes, i); !value.empty()) {
      *text += LineOf(indent, label, value);
    } else {
      std::string group(indent, ' ');
      for (const char c : label) group += static_cast<char>(std::toupper(c));
      *text += group + '\n';
      AppendMembers(nodes, i + 1, node.end, indent + 2, text);
    }
  }
}

std::string TextOf(const std::string& json) {
  JsonScanner scanner;
  scanner.Start();
  EXPECT_EQ(scanner.Scan(json), JsonScanner::Result::kComplete) << json;
  const auto nodes = scanner.nodes();
  std::string text =
      "\n**** Message #1 (236 Bytes) on Queue SYSTEM.ADMIN.QMGR.EVENT ****\n";
  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    if (node.key == "eventType") {
      text += LineOf(0, "Event Type", ValueOf(nodes, i));
    } else if (node.key == "eventReason") {
      text += LineOf(0, "Reason", ValueOf(nodes, i));
    } else if (node.key == "eventCreation") {
      text += LineOf(0, "Event created", "2026/11/20 09:00:00.00 GMT");
    } else if (node.key == "objectState") {
      text += LineOf(0, "Object state", node.text);
    } else if (node.key == "correlationID") {
      text += LineOf(0, "Correlation ID", node.text);
    } else if (node.key == "eventData") {
      AppendMembers(nodes, i + 1, node.end, 2, &text);
    }
  }
  return text;
}

std::string EventOfJson(const std::string& json) {
  JsonScanner scanner;
  scanner.Start();
  scanner.Scan(json);
  AmqsevtDecoder decoder;
  Event event;
  if (const auto reject = decoder.Decode(scanner.nodes(), &event)) {
    return std::string(reject->reason);
  }
  std::string out;
  AppendEventJson(event, &out);
  return out + '\n';
}

TEST(AmqsevtTextTest, TextAndJsonOfAnEventAreTheSameEvent) {
  const auto decoder = MakeAmqsevtTextDecoder({});
  for (const PcfEventCase& c : PcfEventCases()) {
    std::string json = c.Json();
    // What text does not say: where the message was read, and that a list is
    // empty.
    constexpr std::string_view kQmgr = R"(,"queueMgr":"QMA1")";
    ASSERT_NE(json.find(kQmgr), json.npos);
    json.erase(json.find(kQmgr), kQmgr.size());
    constexpr std::string_view kEmptyList = R"(,"mcaUserIdList":[ ])";
    const size_t empty_list = json.find(kEmptyList);
    if (empty_list != json.npos) json.erase(empty_list, kEmptyList.size());
    const std::string text = TextOf(json);
    EXPECT_EQ(ReadLines(decoder.get(), text).shown, EventOfJson(json))
        << c.name << text;
  }
}

// --- What is peculiar to text.

struct Case {
  std::string_view name;
  std::string_view text;
  std::string_view shown;
};

constexpr Case kCases[] = {
    {"NotAuthorized",
     "**** Message #7 (236 Bytes) on Queue SYSTEM.ADMIN.QMGR.EVENT ****\n"
     "Event Type                       : Queue Mgr Event [44]\n"
     "Reason                           : Not Authorized [2035]\n"
     "Event created                    : 2026/11/20 09:00:01.58 GMT\n"
     "  Queue Mgr Name                 : QMA1\n"
     "  Reason Qualifier               : Open Not Authorized\n"
     "  Queue Name                     : BILLING.IN\n"
     "  Open Options                   : 0x00002010 [ fiq out ]\n"
     "  User Identifier                : app\n"
     "  Appl Type                      : Unix\n"
     "  Appl Name                      : amqsput",
     R"("time":"2026-11-20T09:00:01.580Z","time_quality":"exact",)"
     R"("source":"amqsevt","kind":"authz","action":"open",)"
     R"("outcome":"failure","reason":2035,)"
     R"("reason_name":"MQRC_NOT_AUTHORIZED","reason_qualifier":2,)"
     R"("reason_qualifier_name":"MQRQ_OPEN_NOT_AUTHORIZED",)"
     R"("event_class":44,"qmgr":"QMA1","user":"app","app":"amqsput",)"
     R"("app_type":"Unix","object":"BILLING.IN","object_type":"queue",)"
     R"("access":["put"],"access_mask":8208)"},
    {"RawNames",
     "**** Message #8 (236 Bytes) on Topic $SYS/MQ/EVENT Reason = 2079 "
     "****\n"
     "Event Type                             : MQCMD_CHANNEL_EVENT [46]\n"
     "Reason                                 : MQRC_CHANNEL_BLOCKED "
     "[2577]\n"
     "Event created                          : 2026/11/20 09:00:01.58 "
     "GMT\n"
     "  MQCA_Q_MGR_NAME                      : QMA1\n"
     "  MQIACF_REASON_QUALIFIER              : "
     "MQRQ_CHANNEL_BLOCKED_NOACCESS\n"
     "  MQCACH_CHANNEL_NAME                  : BILLING.SVRCONN\n"
     "  MQCACH_CONNECTION_NAME               : 192.0.2.17\n"
     "  MQCACH_CLIENT_USER_ID                : ivo\n"
     "  MQIA_APPL_TYPE                       : MQAT_UNIX",
     R"("time":"2026-11-20T09:00:01.580Z","time_quality":"exact",)"
     R"("source":"amqsevt","kind":"channel","action":"block",)"
     R"("outcome":"failure","reason":2577,)"
     R"("reason_name":"MQRC_CHANNEL_BLOCKED","reason_qualifier":23,)"
     R"("reason_qualifier_name":"MQRQ_CHANNEL_BLOCKED_NOACCESS",)"
     R"("event_class":46,"qmgr":"QMA1","user":"ivo","client_user":"ivo",)"
     R"("connection":"192.0.2.17","source_ip":"192.0.2.17",)"
     R"("channel":"BILLING.SVRCONN","app_type":"Unix")"},
    {"AmqsevtgSpelling",
     "**** Message #1 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Q Mgr Event [44]\n"
     "Reason                           : Q Mgr Active [2222]\n"
     "  Q Mgr Name                     : QMA1\n"
     "  Host Name                      : host7",
     R"("source":"amqsevtg","kind":"qmgr","action":"start",)"
     R"("outcome":"success","reason":2222,)"
     R"("reason_name":"MQRC_Q_MGR_ACTIVE","event_class":44,"qmgr":"QMA1",)"
     R"("host":"host7")"},
    {"RawGroups",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                             : MQCMD_COMMAND_EVENT [99]\n"
     "Reason                                 : MQRC_COMMAND_MQSC [2412]\n"
     "Correlation ID                         : "
     "414D5120514D413120202020202020200102ABCD20202020\n"
     "  MQGACF_COMMAND_CONTEXT\n"
     "    MQCACF_EVENT_USER_ID               : ivo\n"
     "    MQIACF_EVENT_ORIGIN                : MQEVO_CONSOLE\n"
     "    MQCACF_EVENT_Q_MGR                 : QMA1\n"
     "    MQIACF_COMMAND                     : MQCMD_CHANGE_Q_MGR\n"
     "  MQGACF_COMMAND_DATA\n"
     "    MQIA_AUTHORITY_EVENT               : MQEVR_DISABLED",
     R"("source":"amqsevt","kind":"command","action":"command",)"
     R"("outcome":"success","reason":2412,)"
     R"("reason_name":"MQRC_COMMAND_MQSC","event_class":99,)"
     R"("correlation":"414d5120514d413120202020202020200102abcd20202020",)"
     R"("qmgr":"QMA1","user":"ivo","event_user":"ivo","object":"QMA1",)"
     R"("object_type":"qmgr","command":1,"command_name":"Change Queue )"
     R"(Mgr","origin":"console","changes":["authorityEvent"],)"
     R"("attr":{"authorityEvent":"Disabled"})"},
    {"BehindTheGroupOfTheCommand",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Command Event [99]\n"
     "Reason                           : Command MQSC [2412]\n"
     "  COMMAND DATA\n"
     "    Authority Event              : Disabled\n"
     "  COMMAND CONTEXT\n"
     "    Event User Id                : ivo\n"
     "    Event Origin                 : Console\n"
     "    Event Queue Mgr              : QMA1\n"
     "    Command                      : Change Queue Mgr\n"
     "  Description                    : not of the command",
     R"("source":"amqsevt","kind":"command","action":"command",)"
     R"("outcome":"success","reason":2412,)"
     R"("reason_name":"MQRC_COMMAND_MQSC","event_class":99,"qmgr":"QMA1",)"
     R"("user":"ivo","event_user":"ivo","object":"QMA1",)"
     R"("object_type":"qmgr","command":1,"command_name":"Change Queue )"
     R"(Mgr","origin":"console","changes":["authorityEvent"],)"
     R"("attr":{"authorityEvent":"Disabled","description":"not of the )"
     R"(command"})"},
    {"WithoutBlanksAtTheFront",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type : Command Event [99]\n"
     "Reason : Command MQSC [2412]\n"
     "COMMAND CONTEXT\n"
     "Event User Id : ivo\n"
     "Event Queue Mgr : QMA1\n"
     "Command : Change Queue Mgr\n"
     "COMMAND DATA\n"
     "Authority Event : Disabled\n"
     "Local Event : Enabled",
     R"("source":"amqsevt","kind":"command","action":"command",)"
     R"("outcome":"success","reason":2412,)"
     R"("reason_name":"MQRC_COMMAND_MQSC","event_class":99,"qmgr":"QMA1",)"
     R"("user":"ivo","event_user":"ivo","object":"QMA1",)"
     R"("object_type":"qmgr","command":1,"command_name":"Change Queue )"
     R"(Mgr","changes":["authorityEvent","localEvent"],)"
     R"("attr":{"authorityEvent":"Disabled","localEvent":"Enabled"})"},
    {"ValuesWithColonsAndNone",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Config Event [43]\n"
     "Reason                           : Config Create Object [2367]\n"
     "  Event Queue Mgr                : QMA1\n"
     "  Object Type                    : Queue\n"
     "  Queue Name                     : A.Q\n"
     "  Queue Desc                     : a : b : c\n"
     "  Cluster Name                   :\n"
     "  A Label That Is Much Longer Than The Column : x\n"
     "  Unknown [4711]                 : 12\n"
     "  Names                          : one\n"
     "                                 : two\n"
     "                                 :\n"
     "                                 : : four",
     R"("source":"amqsevt","kind":"config","action":"create",)"
     R"("outcome":"success","reason":2367,)"
     R"("reason_name":"MQRC_CONFIG_CREATE_OBJECT","event_class":43,)"
     R"("qmgr":"QMA1","object":"A.Q","object_type":"queue",)"
     R"("attr":{"queueDesc":"a : b : c","clusterName":"",)"
     R"("aLabelThatIsMuchLongerThanTheColumn":"x","unknown[4711]":"12",)"
     R"("names":"one","names_list":"one,two,,: four"})"},
    {"ReasonsInTheData",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Queue Mgr Event [44]\n"
     "Reason                           : Unknown [7777]\n"
     "  Queue Mgr Name                 : QMA1\n"
     "  Reason Code                    : Not Authorized [2035]\n"
     "  Comp Code                      : Failed [2]\n"
     "  Reason                         : of the data\n"
     "  Close Options                  : 0x00000000 [ None ]\n"
     "  Sub Options                    : many\n"
     "  Error Id                       : 0x10009528\n"
     "  Event Created                  : x",
     R"("source":"amqsevt","kind":"qmgr","action":"other",)"
     R"("outcome":"unknown","reason":7777,"event_class":44,"qmgr":"QMA1",)"
     R"("attr":{"reasonCode":"Not Authorized","compCode":"Failed",)"
     R"("reason":"of the data","closeOptions":"0","subOptions":"many",)"
     R"("errorId":"0x10009528","eventCreated":"x"})"},
    {"WithoutNumbers",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Queue Mgr Event\n"
     "Reason                           : Not Authorized\n"
     "Event created                    : 2026/11/20 09:00:60.58\n"
     "  Queue Mgr Name                 : QMA1",
     R"("time":"2026-11-20T09:01:00.580Z","time_quality":"exact",)"
     R"("source":"amqsevt","kind":"authz","action":"other",)"
     R"("outcome":"failure","reason":2035,)"
     R"("reason_name":"MQRC_NOT_AUTHORIZED","event_class":44,"qmgr":"QMA1")"},
    {"TimesThatAreNone",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Queue Mgr Event [44]\n"
     "Event created                    : 2026/02/30 09:00:01.58 GMT\n"
     "\n"
     "**** Message #10 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Queue Mgr Event [44]\n"
     "Event created                    : 2026/11/20 09:00:01.58 CET",
     R"({"source":"amqsevt","kind":"qmgr","action":"other",)"
     "\"outcome\":\"unknown\",\"event_class\":44}\n"
     R"({"source":"amqsevt","kind":"qmgr","action":"other",)"
     R"("outcome":"unknown","event_class":44})"},
    {"PasswordsAreMasked",
     "**** Message #9 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Config Event [43]\n"
     "Reason                           : Config Create Object [2367]\n"
     "  Event Queue Mgr                : QMA1\n"
     "  Object Type                    : Auth Info\n"
     "  Auth Info Name                 : LDAP1\n"
     "  Ldap Password                  : hunter2",
     R"("source":"amqsevt","kind":"config","action":"create",)"
     R"("outcome":"success","reason":2367,)"
     R"("reason_name":"MQRC_CONFIG_CREATE_OBJECT","event_class":43,)"
     R"("qmgr":"QMA1","object":"LDAP1","object_type":"authinfo",)"
     R"("attr":{"ldapPassword":"***"})"},
    {"Banners",
     "Sample AMQSEVT start\n"
     "\n"
     "Using default set of event queues.\n"
     "MQOPEN of 'SYSTEM.ADMIN.LOGGER.EVENT                       ' "
     "failure ignored.\n"
     "\n"
     "**** Message #1 (236 Bytes) on Queue Q ****\n"
     "Event Type                       : Queue Mgr Event [44]\n"
     "Reason                           : Queue Mgr Active [2222]\n"
     "  Queue Mgr Name                 : QMA1\n"
     "\n"
     "**** Event Call Reason = MQRC_NO_MSG_AVAILABLE [2033] ****\n"
     "Ending consumer.\n"
     "Sample AMQSEVT end",
     "passed over amqsevt banner\n"
     "passed over amqsevt banner\n"
     "passed over amqsevt banner\n"
     R"({"source":"amqsevt","kind":"qmgr","action":"start",)"
     R"("outcome":"success","reason":2222,)"
     "\"reason_name\":\"MQRC_Q_MGR_ACTIVE\",\"event_class\":44,\"qmgr\":\"QMA1\"}\n"
     "passed over amqsevt banner\n"
     "passed over amqsevt banner\n"
     "passed over amqsevt banner"},
    {"NoEvent",
     "**** Message #1 (36 Bytes) on Queue Q ****\n"
     "*** Message is not a recognised event format.\n"
     "  Message format MQSTR   :\n"
     "hello\n"
     "......plus 30 bytes.",
     "rejected bad_value at 0: neither an event type nor a reason"},
    {"OtherLines",
     "hello\n"
     "\n"
     "  Queue Mgr Name                 : QMA1\n",
     "unasked hello\n"
     "unasked   Queue Mgr Name                 : QMA1"},
};

TEST(AmqsevtTextTest, EveryTextIsWhatIsExpected) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadOne(MakeAmqsevtTextDecoder({}).get(), c.text), c.shown)
        << c.name;
  }
}

TEST(AmqsevtTextTest, DamageIsSafe) {
  for (const Case& c : kCases) {
    ExpectDamageIsSafe(MakeAmqsevtTextDecoder, c.text);
  }
}

TEST(AmqsevtTextTest, AnEventThatIsTooLongIsRefused) {
  std::string text(kCases[0].text);
  for (int i = 0; i < 3'000; ++i) {
    text += "  Names                          : x\n";
  }
  text += "\n";
  text += kCases[0].text;
  EXPECT_EQ(ReadLines(MakeAmqsevtTextDecoder({}).get(), text).shown,
            "rejected truncated at 0: an event of more than 64 KiB\n{" +
                std::string(kCases[0].shown) + "}\n");
}

TEST(AmqsevtTextTest, ALongListIsRead) {
  std::string text(kCases[0].text);
  for (int i = 0; i < 1'500; ++i) {
    text += "                                 : x\n";
  }
  const std::string shown =
      ReadLines(MakeAmqsevtTextDecoder({}).get(), text).shown;
  EXPECT_EQ(shown.find("{\"time\":"), 0) << shown.substr(0, 80);
}

}  // namespace
}  // namespace mqwarden
