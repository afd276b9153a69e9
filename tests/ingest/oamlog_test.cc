// oamlog: what its blocks become. All are synthetic.

#include "mqwarden/ingest/formats/oamlog.h"

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/tests/ingest/line_testing.h"

namespace mqwarden {
namespace {

struct Case {
  std::string_view name;
  std::string_view line;
  std::string_view shown;
};

constexpr Case kCases[] = {
    {"Connect",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"QMA1                                            \" "
     "[QMgr]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x02000001 [connect system ]",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"connect",)"
     R"("outcome":"unknown","correlation":"4711.12","qmgr":"QMA1",)"
     R"("user":"app","object":"QMA1","object_type":"qmgr",)"
     R"("access":["connect","system"],"access_mask":33554433)"},
    {"Open",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"BILLING.IN                                      \" "
     "[Queue]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x0000002E [browse get put set ]",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"app",)"
     R"("object":"BILLING.IN","object_type":"queue","access":["browse",)"
     R"("get","put","set"],"access_mask":46)"},
    {"TheProcessNamesItsQueueManager",
     "[4711.12 @ Fri Nov 20 09:00:00 2026] OAInit\n"
     "\tQMgr    : \"QMA1                                            \"\n"
     "\tCC      : 0  \tRC      : 0\n"
     "\tCompSize: 0\n"
     "\tOptions : 0x00000001 [Secondary]\n"
     "[4711.13 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"BILLING.IN                                      \" "
     "[Alias Queue]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x00000008 [put ]\n"
     "[4712.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"BILLING.IN                                      \" "
     "[Queue]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x00000008 [put ]\n"
     "[4711.13 @ Fri Nov 20 09:00:02 2026] OATerm\n"
     "\tQMgr    : \"QMB1                                            \"\n"
     "\tOpts    : 0x00000001 [Secondary]\n"
     "[4711.13 @ Fri Nov 20 09:00:03 2026] OACheckAuth\n"
     "\tObject  : \"ORDERS                                          \" "
     "[Topic]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x00001000 [sub ]",
     "passed over OAInit\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.13","qmgr":"QMA1",)"
     R"("user":"app","object":"BILLING.IN","object_type":"queue",)"
     "\"access\":[\"put\"],\"access_mask\":8}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4712.1","user":"app",)"
     R"("object":"BILLING.IN","object_type":"queue","access":["put"],)"
     "\"access_mask\":8}\n"
     "passed over OATerm\n"
     R"({"time":"2026-11-20T09:00:03Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.13","qmgr":"QMB1",)"
     R"("user":"app","object":"ORDERS","object_type":"topic",)"
     R"("access":["sub"],"access_mask":4096})"},
    {"AGroup",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"SYSTEM.DEFAULT.PROCESS                          \" "
     "[Process]\n"
     "\tGroup   : \"staff\"\n"
     "\tAuth    : 0x00040000 [dsp ]",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12",)"
     R"("object":"SYSTEM.DEFAULT.PROCESS","object_type":"process",)"
     R"("access":["dsp"],"access_mask":262144,"attr":{"Group":"staff"})"},
    {"AWindowsUser",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"TO.QMB1                                         \" "
     "[Channel Sender]\n"
     "\tUser    : \"ivo@EXAMPLE\"\n"
     "\tAuth    : 0x00600000 [ctrl ctrlx ]\n"
     "\tUnk Flag: 0x00004000",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"ivo@EXAMPLE",)"
     R"("user_domain":"EXAMPLE","object":"TO.QMB1",)"
     R"("object_type":"channel","access":["ctrl","ctrlx"],)"
     R"("access_mask":6291456,"attr":{"UnkFlag":"0x00004000"})"},
    {"AUserWithoutADomain",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"L1                                              \" "
     "[Listener]\n"
     "\tUser    : \"ivo@No Domain\"\n"
     "\tAuth    : 0x00000000 [none ]",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"ivo",)"
     R"("object":"L1","object_type":"listener","access_mask":0)"},
    {"Authenticate",
     "[4711.12 @ Fri Nov  6 09:00:01 2026] OAAuthUser\n"
     "\tUser    : \"app         \"\n"
     "\tEffUser : \"app         \"\n"
     "\tAppName : \"amqsput                     \"\n"
     "\tApIdDt  : \"                                \"\n"
     "\tEnv     : \"Channel SvrConn\"\n"
     "\tCaller  : \"External\"\n"
     "\tType    : \"Initial Context\"\n"
     "\tBind    : \"Shared\"\n"
     "\tApp Pid : 504146\n"
     "\tApp Tid : 1\n"
     "\tPtr     : 0x0000000000000000",
     R"("time":"2026-11-06T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authn","action":"connect",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"app",)"
     R"("channel_type":"svrconn","app":"amqsput","pid":504146,)"
     R"("attr":{"EffUser":"app","Env":"Channel SvrConn",)"
     R"("Caller":"External","Type":"Initial Context","Bind":"Shared",)"
     R"("AppTid":"1"})"},
    {"ChangeOfContext",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OAAuthUser\n"
     "\tUser    : \"app         \"\n"
     "\tEnv     : \"Application\"\n"
     "\tType    : \"Change Context\"\n"
     "\tApp Pid : none\n"
     "\tPtr     : 0x00007F0012345678",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authn","action":"other",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"app",)"
     R"("attr":{"Env":"Application","Type":"Change Context",)"
     R"("Ptr":"0x00007F0012345678"})"},
    {"CallsThatAreNoRequests",
     "[1.1 @ Fri Nov 20 09:00:01 2026] OASetAuth\n"
     "\tObject  : \"BILLING.IN                                      \" "
     "[Queue]\n"
     "\tUser    : \"app\"\n"
     "\tAuth    : 0x00000008 [put ]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OARefreshCache\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OAInquire\n"
     "\tNo selectors\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OAFuture\n"
     "\tName    : \"x\"",
     "passed over OASetAuth\n"
     "passed over OARefreshCache\n"
     "passed over OAInquire\n"
     "passed over other calls of oamlog"},
    {"ObjectTypes",
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [Channel Auth]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [Comm Info]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [Remote QMgr]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [AuthInfo]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [NameList]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [Service]\n"
     "[1.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"Q\" [Invalid Object Type]",
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"chlauth\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"comminfo\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"other\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"authinfo\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"namelist\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     "\"object_type\":\"service\"}\n"
     R"({"time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"1.1","object":"Q",)"
     R"("object_type":"other"})"},
    {"ABlockThatIsCut",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"BILLING.",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12")"},
    {"NothingInIt",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth",
     "rejected truncated at 0: a request without anything in it"},
    {"NoSuchDay",
     "[4711.12 @ Mon Feb 30 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"QMA1\" [QMgr]",
     "rejected bad_value at 0: no such date or time of day"},
    {"ATimeThatIsCut",
     "[4711.12 @ Fri Nov 20 09:00\n"
     "\tObject  : \"QMA1\" [QMgr]",
     "rejected bad_value at 0: no such date or time of day"},
    {"DamagedEntries",
     "[4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tno colon here\n"
     "\t: no label\n"
     "\tAuth    : many\n"
     "\tUser    : \"a\"b\" [x",
     R"("time":"2026-11-20T09:00:01Z","time_quality":"no_zone",)"
     R"("source":"oamlog","kind":"authz","action":"open",)"
     R"("outcome":"unknown","correlation":"4711.12","user":"a\"b",)"
     R"("attr":{"Auth":"many"})"},
    {"NotItsLines",
     "[4711 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "\tObject  : \"QMA1\" [QMgr]\n"
     "[4711. @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "[.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "[4711.1.2 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n",
     "unasked [4711 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "unasked \tObject  : \"QMA1\" [QMgr]\n"
     "unasked [4711. @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "unasked [.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n"
     "unasked [4711.1.2 @ Fri Nov 20 09:00:01 2026] OACheckAuth"},
};

TEST(OamlogTest, EveryLineIsWhatIsExpected) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadOne(MakeOamlogDecoder({}).get(), c.line), c.shown) << c.name;
  }
}

TEST(OamlogTest, EveryRowOfTheTableFillsItsField) {
  std::string explained;
  for (const Case& c : kCases) {
    explained += ReadLines(MakeOamlogDecoder({}).get(), c.line).explained;
  }
  ExpectRowsAreUsed(OamlogFields(), explained);
}

TEST(OamlogTest, DamageIsSafe) {
  for (const Case& c : kCases) ExpectDamageIsSafe(MakeOamlogDecoder, c.line);
}

TEST(OamlogTest, TheTimeIsInTheZoneThatIsGiven) {
  TextOptions options;
  options.zone = absl::FixedTimeZone(2 * 60 * 60);
  const std::string shown =
      ReadLines(MakeOamlogDecoder(options).get(), kCases[0].line).shown;
  EXPECT_NE(shown.find(R"("time":"2026-11-20T07:00:0)"), shown.npos) << shown;
  EXPECT_NE(shown.find(R"("time_quality":"exact")"), shown.npos) << shown;
}

TEST(OamlogTest, ABlockThatIsTooLongIsRefused) {
  std::string text(kCases[1].line);
  text += '\n';
  for (int i = 0; i < 5'000; ++i) text += "\tLabel   : \"value\"\n";
  text += kCases[1].line;
  const std::string shown = ReadLines(MakeOamlogDecoder({}).get(), text).shown;
  EXPECT_EQ(shown.find("rejected truncated at 0: a block of more than 64 KiB\n{"),
            0)
      << shown.substr(0, 200);
}

TEST(OamlogTest, ProcessesAreForgottenOneForAnother) {
  // More processes than are kept; each has its own queue manager.
  std::string text;
  for (int pid = 1; pid <= 3'000; ++pid) {
    const std::string head = "[" + std::to_string(pid) +
                             ".1 @ Fri Nov 20 09:00:01 2026] ";
    text += head + "OAInit\n\tQMgr    : \"QM" + std::to_string(pid) + "\"\n" +
            head + "OACheckAuth\n\tUser    : \"app\"\n";
  }
  text += "[7.1 @ Fri Nov 20 09:00:01 2026] OACheckAuth\n\tUser    : \"app\"\n";
  const std::string shown = ReadLines(MakeOamlogDecoder({}).get(), text).shown;
  EXPECT_NE(shown.find(R"("correlation":"2999.1","qmgr":"QM2999")"), shown.npos);
  const std::string last = shown.substr(shown.rfind('{'));
  EXPECT_NE(last.find(R"("correlation":"7.1","user")"), last.npos) << last;
}

}  // namespace
}  // namespace mqwarden
