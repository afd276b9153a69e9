// MQAUSX: what its lines become. All lines are synthetic.

#include "mqwarden/ingest/formats/mqausx.h"

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
    {"Accepted",
     "2026/11/20 09:00:00.288 MQAUSX I:  Connection accepted for "
     "MCA_UID='svc' UserID='mara' UserSpecifiedServer='ldap1' "
     "QMgr='QMA1' ChlName='BILLING.SVRCONN' ConName='192.0.2.17' "
     "Server='' RemoteUserID='ivo'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"connect","outcome":"success","message":"Connection )"
     R"(accepted","qmgr":"QMA1","user":"mara","csp_user":"mara",)"
     R"("mca_user":"svc","client_user":"ivo","connection":"192.0.2.17",)"
     R"("source_ip":"192.0.2.17","channel":"BILLING.SVRCONN",)"
     R"("channel_type":"svrconn","attr":{"UserSpecifiedServer":"ldap1"})"},
    {"Ended",
     "2026/11/20 09:22:52.437 MQAUSX I:  Disconnection for "
     "MCA_UID='svc' UserID='mara' UserSpecifiedServer='ldap1' "
     "QMgr='QMA1' ChlName='BILLING.SVRCONN' ConName='host7 "
     "(192.0.2.17)' Server='' RemoteUserID=''. Connected for 22 minutes "
     "and 52 seconds.",
     R"("time":"2026-11-20T09:22:52.437Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"disconnect","outcome":"success","duration":1372,)"
     R"("message":"Disconnection","qmgr":"QMA1","user":"mara",)"
     R"("csp_user":"mara","mca_user":"svc","connection":"host7 )"
     R"x((192.0.2.17)","source_ip":"192.0.2.17",)x"
     R"("channel":"BILLING.SVRCONN","channel_type":"svrconn",)"
     R"("attr":{"UserSpecifiedServer":"ldap1"})"},
    {"EndedAfterDays",
     "2026/11/20 09:22:52.437 MQAUSX I:  Disconnection for "
     "UserID='mara' QMgr='QMA1'. Connected for 2 days, 1 hour, 0 "
     "minutes and 1 second.",
     R"("time":"2026-11-20T09:22:52.437Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"disconnect","outcome":"success","duration":176401,)"
     R"("message":"Disconnection","qmgr":"QMA1","user":"mara",)"
     R"("csp_user":"mara","channel_type":"svrconn")"},
    {"EndedAtOnce",
     "2026/11/20 09:22:52.437 MQAUSX I:  Disconnection for "
     "UserID='mara'. Connected for 0 seconds.",
     R"("time":"2026-11-20T09:22:52.437Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"disconnect","outcome":"success","duration":0,)"
     R"("message":"Disconnection","user":"mara","csp_user":"mara",)"
     R"("channel_type":"svrconn")"},
    {"EndedWithoutASpan",
     "2026/11/20 09:22:52.437 MQAUSX I:  Disconnection for "
     "UserID='mara'. Connected for ages.",
     R"("time":"2026-11-20T09:22:52.437Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"disconnect","outcome":"success",)"
     R"("message":"Disconnection","user":"mara","csp_user":"mara",)"
     R"("channel_type":"svrconn")"},
    {"Rejected",
     "2026/11/20 09:00:00.288 MQAUSX E:  Connection rejected for "
     "MCA_UID='svc' UserID='mara' QMgr='QMA1' ChlName='BILLING.SVRCONN' "
     "ConName='192.0.2.17' RemoteUserID='ivo'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"error","kind":"session",)"
     R"("action":"connect","outcome":"failure","message":"Connection )"
     R"(rejected","qmgr":"QMA1","user":"mara","csp_user":"mara",)"
     R"("mca_user":"svc","client_user":"ivo","connection":"192.0.2.17",)"
     R"("source_ip":"192.0.2.17","channel":"BILLING.SVRCONN",)"
     R"("channel_type":"svrconn")"},
    {"RejectedAtAnotherLevel",
     "2026/11/20 09:00:00.288 MQAUSX W:  Connection rejected for "
     "UserID='mara'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"warning","kind":"session",)"
     R"("action":"connect","outcome":"failure","message":"Connection )"
     R"(rejected","user":"mara","csp_user":"mara","channel_type":"svrconn")"},
    {"AnErrorAboutAUserIsARefusal",
     "2026/11/20 09:00:00.288 MQAUSX E:  Password is not valid for "
     "UserID='mara' ConName='192.0.2.17'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"error","kind":"session",)"
     R"("action":"connect","outcome":"failure","message":"Password is not )"
     R"(valid","user":"mara","csp_user":"mara","connection":"192.0.2.17",)"
     R"("source_ip":"192.0.2.17","channel_type":"svrconn")"},
    {"AnErrorAboutNobodyIsNone",
     "2026/11/20 09:00:00.288 MQAUSX E:  Cannot open file "
     "'/var/mqm/mqausx.ini' : errno = '2'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"error","kind":"diag","action":"other",)"
     R"("outcome":"unknown","message":"Cannot open file )"
     R"('/var/mqm/mqausx.ini' : errno = '2'","attr":{"errno":"2"})"},
    {"Information",
     "2026/11/20 09:00:00.873 MQAUSX I:  RemoteProduct = 'MQCC' : "
     "RemoteVersion = '09040000'",
     R"("time":"2026-11-20T09:00:00.873Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"diag","action":"other",)"
     R"("outcome":"unknown","message":"RemoteProduct = 'MQCC' : )"
     R"(RemoteVersion = '09040000'","attr":{"RemoteProduct":"MQCC",)"
     R"("RemoteVersion":"09040000"})"},
    {"NoLevel",
     "2026/11/20 09:00:00.873 MQAUSX started",
     R"("time":"2026-11-20T09:00:00.873Z","time_quality":"no_zone",)"
     R"("source":"mqausx","kind":"diag","action":"other",)"
     R"("outcome":"unknown","message":"started")"},
    {"Severe",
     "2026/11/20 09:00:00.873 MQAUSX S:  License has ended",
     R"("time":"2026-11-20T09:00:00.873Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"severe","kind":"diag","action":"other",)"
     R"("outcome":"unknown","message":"License has ended")"},
    {"NamesHoldQuotes",
     "2026/11/20 09:00:00.288 MQAUSX I:  Connection accepted for "
     "UserID='o'neil' RemoteUserID='a'b c' ConName='192.0.2.17'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"connect","outcome":"success","message":"Connection )"
     R"(accepted","user":"o'neil","csp_user":"o'neil","client_user":"a'b )"
     R"(c","connection":"192.0.2.17","source_ip":"192.0.2.17",)"
     R"("channel_type":"svrconn")"},
    {"AKeyTwiceIsShown",
     "2026/11/20 09:00:00.288 MQAUSX I:  Connection accepted for "
     "UserID='x' QMgr='QMZ9' Z='' QMgr='QMA1'",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"connect","outcome":"success","message":"Connection )"
     R"(accepted","qmgr":"QMZ9","user":"x","csp_user":"x",)"
     R"("channel_type":"svrconn","attr":{"QMgr_list":"QMZ9,QMA1"})"},
    {"PasswordsAreMasked",
     "2026/11/20 09:00:00.288 MQAUSX I:  Checking UserID='mara' "
     "Password='hunter2' now",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"diag","action":"other",)"
     R"("outcome":"unknown","message":"Checking","user":"mara",)"
     R"("csp_user":"mara","attr":{"Password":"***"})"},
    {"AValueThatIsCut",
     "2026/11/20 09:00:00.288 MQAUSX I:  Connection accepted for "
     "UserID='mara' ConName='192.0.",
     R"("time":"2026-11-20T09:00:00.288Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"connect","outcome":"success","message":"Connection )"
     R"(accepted","user":"mara","csp_user":"mara","connection":"192.0.",)"
     R"("channel_type":"svrconn")"},
    {"NoFraction",
     "2026/11/20 09:00:00 MQAUSX I:  Connection accepted for "
     "UserID='mara'",
     R"("time":"2026-11-20T09:00:00Z","time_quality":"no_zone",)"
     R"("source":"mqausx","level":"info","kind":"session",)"
     R"("action":"connect","outcome":"success","message":"Connection )"
     R"(accepted","user":"mara","csp_user":"mara","channel_type":"svrconn")"},
    {"NoSuchDay",
     "2026/02/30 09:00:00.288 MQAUSX I:  Connection accepted for "
     "UserID='mara'",
     "rejected bad_value at 0: no such date or time of day"},
    {"NotItsLine",
     "2026/11/20 09:00:00.288 MQAUSXX I:  Connection accepted",
     "unasked 2026/11/20 09:00:00.288 MQAUSXX I:  Connection accepted"},
};

TEST(MqausxTest, EveryLineIsWhatIsExpected) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadOne(MakeMqausxDecoder({}).get(), c.line), c.shown) << c.name;
  }
}

TEST(MqausxTest, EveryRowOfTheTableFillsItsField) {
  std::string explained;
  for (const Case& c : kCases) {
    explained += ReadLines(MakeMqausxDecoder({}).get(), c.line).explained;
  }
  ExpectRowsAreUsed(MqausxFields(), explained);
}

TEST(MqausxTest, DamageIsSafe) {
  for (const Case& c : kCases) ExpectDamageIsSafe(MakeMqausxDecoder, c.line);
}

TEST(MqausxTest, TheTimeIsInTheZoneThatIsGiven) {
  TextOptions options;
  options.zone = absl::FixedTimeZone(2 * 60 * 60);
  const std::string shown =
      ReadLines(MakeMqausxDecoder(options).get(), kCases[0].line).shown;
  EXPECT_NE(shown.find(R"("time":"2026-11-20T07:00:0)"), shown.npos) << shown;
  EXPECT_NE(shown.find(R"("time_quality":"exact")"), shown.npos) << shown;
}

TEST(MqausxTest, ManyQuotesAndFieldsAreRead) {
  const std::string begin = "2026/11/20 09:00:00.288 MQAUSX I:  Connection for ";
  std::string quotes = begin + "A='";
  std::string fields = begin;
  for (int i = 0; i < 5'000; ++i) {
    quotes += "' a";
    fields += "A='b' ";
  }
  for (const std::string& line : {quotes, fields}) {
    const std::string shown = ReadOne(MakeMqausxDecoder({}).get(), line);
    EXPECT_EQ(shown.find("\"time\":"), 0) << shown.substr(0, 80);
  }
  EXPECT_EQ(ReadOne(MakeMqausxDecoder({}).get(),
                    begin + std::string(LineDecoder::kMaxRecordBytes, 'x')),
            "rejected too_long at 0: a line of more than 64 KiB");
}

}  // namespace
}  // namespace mqwarden
