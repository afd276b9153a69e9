// MQ Auditor: what its lines become. All lines are synthetic, and the names of
// most fields assumed.

#include "mqwarden/ingest/formats/mqauditor.h"

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
    {"Open",
     "2026/11/20 09:00:00.654884, MQOPEN, Tag=K7Qm2xN0vRt9LbZ4, "
     "QMgrName=QMA1, UserId=app, ApplName=amqsput, ApplType=MQAT_UNIX, "
     "PID=4711, ObjType=MQOT_Q, ObjName=BILLING.IN, ObjQMgrName=QMB1, "
     "Options=MQOO_OUTPUT+MQOO_FAIL_IF_QUIESCING, CompCode=MQCC_OK, "
     "Reason=MQRC_NONE,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"open",)"
     R"("outcome":"success","correlation":"K7Qm2xN0vRt9LbZ4",)"
     R"("qmgr":"QMA1","user":"app","app":"amqsput","app_type":"MQAT_UNIX",)"
     R"("pid":4711,"object":"BILLING.IN","object_type":"queue",)"
     R"("object_qmgr":"QMB1","access":["put"],"access_mask":8208)"},
    {"OpenRefused",
     "2026/11/20 09:00:00.654884, MQOPEN, QMgr=QMA1, UserID=app, "
     "ProcessId=4711, OD_ObjectType=MQOT_Q, OD_ObjectName=BILLING.IN, "
     "OD_ObjectQMgrName=QMB1, OpenOptions=16, CompCode=MQCC_FAILED, "
     "Reason=MQRC_NOT_AUTHORIZED,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"open",)"
     R"("outcome":"failure","reason":2035,)"
     R"("reason_name":"MQRC_NOT_AUTHORIZED","qmgr":"QMA1","user":"app",)"
     R"("pid":4711,"object":"BILLING.IN","object_type":"queue",)"
     R"("object_qmgr":"QMB1","access":["put"],"access_mask":16)"},
    {"OpenTopic",
     "2026/11/20 09:00:00.654884, MQOPEN, OD_ObjectString=Prices/Oil, "
     "Options=MQOO_OUTPUT, CC=0, RC=0,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"open",)"
     R"("outcome":"success","object":"Prices/Oil","object_type":"topic",)"
     R"("access":["pub"],"access_mask":16)"},
    {"OpenTopicByItsString",
     "2026/11/20 09:00:00.654884, MQOPEN, TopicString=Prices/Oil,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"open",)"
     R"("outcome":"unknown","object":"Prices/Oil","object_type":"topic")"},
    {"OpenWithUnknownOptions",
     "2026/11/20 09:00:00.654884, MQOPEN, ObjectType=MQOT_TOPIC, "
     "ObjectName=T1, ObjectQMgrName=QMB1, Options=MQOO_OUTPUT|MQOO_NEW,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"open",)"
     R"("outcome":"unknown","object":"T1","object_type":"topic",)"
     R"("object_qmgr":"QMB1","attr":{"Options":"MQOO_OUTPUT|MQOO_NEW"})"},
    {"Connect",
     "2026/11/20 09:00:00.654884, MQCONNX, CD_QMgrName=QMA1, "
     "CNO_SecurityParms_UserId=mara, CSP_Password=geheim, "
     "CD_ChannelName=BILLING.SVRCONN, CD_ConnectionName=192.0.2.17, "
     "UserIdentifier=svc, CompCode=0, Reason=0,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"session","action":"connect",)"
     R"("outcome":"success","qmgr":"QMA1","user":"mara","csp_user":"mara",)"
     R"("connection":"192.0.2.17","source_ip":"192.0.2.17",)"
     R"("channel":"BILLING.SVRCONN","attr":{"CSP_Password":"***",)"
     R"("UserIdentifier":"svc"})"},
    {"ConnectRefused",
     "2026/11/20 09:00:00.654884, MQCONN, QMgrName=QMA1, "
     "CSP_UserId=mara, ChannelName=BILLING.SVRCONN, "
     "ConnectionName=192.0.2.17(1414), CompCode=2, Reason=2035,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"session","action":"connect",)"
     R"("outcome":"failure","reason":2035,)"
     R"("reason_name":"MQRC_NOT_AUTHORIZED","qmgr":"QMA1","user":"mara",)"
     R"x("csp_user":"mara","connection":"192.0.2.17(1414)",)x"
     R"("source_ip":"192.0.2.17","channel":"BILLING.SVRCONN")"},
    {"ConnectFromAnotherName",
     "2026/11/20 09:00:00.654884, MQCONN, CSP_CSPUserId=mara, "
     "ChlName=BILLING.SVRCONN, ConName=192.0.2.17,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"session","action":"connect",)"
     R"("outcome":"unknown","user":"mara","csp_user":"mara",)"
     R"("connection":"192.0.2.17","source_ip":"192.0.2.17",)"
     R"("channel":"BILLING.SVRCONN")"},
    {"Disconnect",
     "2026/11/20 09:00:00.654884, MQDISC, QMgrName=QMA1, "
     "Reason=MQRC_NONE,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"session","action":"disconnect",)"
     R"("outcome":"success","qmgr":"QMA1")"},
    {"Close",
     "2026/11/20 09:00:00.654884, MQCLOSE, UserIdentifier=app, "
     "Options=MQCO_DELETE_PURGE,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"close",)"
     R"("outcome":"unknown","user":"app",)"
     R"("attr":{"Options":"MQCO_DELETE_PURGE"})"},
    {"Put",
     "2026/11/20 09:00:00.654884, MQPUT, ObjName=BILLING.IN, "
     "MD_PutApplName=amqsput, CompCode=MQCC_WARNING, "
     "Reason=MQRC_TRUNCATED_MSG_ACCEPTED,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"put",)"
     R"("outcome":"success","reason":2079,)"
     R"("reason_name":"MQRC_TRUNCATED_MSG_ACCEPTED","object":"BILLING.IN",)"
     R"("attr":{"MD_PutApplName":"amqsput"})"},
    {"Put1",
     "2026/11/20 09:00:00.654884, MQPUT1, ObjName=BILLING.IN,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"put",)"
     R"("outcome":"unknown","object":"BILLING.IN")"},
    {"Get",
     "2026/11/20 09:00:00.654884, MQGET, ObjName=BILLING.IN, "
     "GMO_Options=MQGMO_WAIT, RC=2033,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"get",)"
     R"("outcome":"failure","reason":2033,)"
     R"("reason_name":"MQRC_NO_MSG_AVAILABLE","object":"BILLING.IN",)"
     R"("attr":{"GMO_Options":"MQGMO_WAIT"})"},
    {"Browse",
     "2026/11/20 09:00:00.654884, MQGET, ObjName=BILLING.IN, "
     "GMO_Options=MQGMO_WAIT+MQGMO_BROWSE_NEXT, CC=MQCC_OK,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"browse",)"
     R"("outcome":"success","object":"BILLING.IN",)"
     R"("attr":{"GMO_Options":"MQGMO_WAIT+MQGMO_BROWSE_NEXT"})"},
    {"Subscribe",
     "2026/11/20 09:00:00.654884, MQSUB, SD_ObjectString=Prices/Oil, "
     "CompCode=MQCC_OK,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"subscribe",)"
     R"("outcome":"success","object":"Prices/Oil","object_type":"topic")"},
    {"SubscribeToAnObject",
     "2026/11/20 09:00:00.654884, MQSUB, SD_ObjectName=PRICES, "
     "CompCode=?,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"subscribe",)"
     R"("outcome":"unknown","object":"PRICES")"},
    {"Inquire",
     "2026/11/20 09:00:00.654884, MQINQ, ObjType=MQOT_Q_MGR, "
     "ObjName=QMA1,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"inquire",)"
     R"("outcome":"unknown","object":"QMA1","object_type":"qmgr")"},
    {"Set",
     "2026/11/20 09:00:00.654884, MQSET, ObjName=BILLING.IN, "
     "ObjType=MQOT_RESERVED_1,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"set",)"
     R"("outcome":"unknown","object":"BILLING.IN",)"
     R"("attr":{"ObjType":"MQOT_RESERVED_1"})"},
    {"AnotherCall",
     "2026/11/20 09:00:00.654884, MQCMIT, QMgrName=QMA1, PID=many, "
     "Reason=?,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"other",)"
     R"("outcome":"unknown","qmgr":"QMA1","attr":{"PID":"many",)"
     R"("verb":"MQCMIT"})"},
    {"TwoNamesOfOneThing",
     "2026/11/20 09:00:00.654884, MQPUT, ObjName=A.Q, OD_ObjectName=A.Q,"
     " ObjectName=B.Q, UserId=x, UserId=y,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"authz","action":"put",)"
     R"("outcome":"unknown","user":"x","object":"A.Q",)"
     R"("attr":{"ObjectName":"B.Q","UserId_list":"x,y"})"},
    {"ADnIsOneValue",
     "2026/11/20 09:00:00.654884, MQCONN, CD_SSLPeerName=CN=x, OU=y, "
     "UID=z, STREET=s, CC=0, Tag=0000,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqauditor","kind":"session","action":"connect",)"
     R"("outcome":"success","attr":{"CD_SSLPeerName":"CN=x, OU=y, UID=z, )"
     R"(STREET=s"})"},
    {"NoSuchDay",
     "2026/02/30 09:00:00.654884, MQCONN, QMgrName=QMA1,",
     "rejected bad_value at 0: no such date or time of day"},
    {"MqcciWritesThat",
     "2026/11/20 09:00:00.654884, CONN, Tag=A,",
     "unasked 2026/11/20 09:00:00.654884, CONN, Tag=A,"},
    {"AVerbInSmallLetters",
     "2026/11/20 09:00:00.654884, MQopen, Tag=A,",
     "unasked 2026/11/20 09:00:00.654884, MQopen, Tag=A,"},
};

TEST(MqauditorTest, EveryLineIsWhatIsExpected) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadOne(MakeMqauditorDecoder({}).get(), c.line), c.shown)
        << c.name;
  }
}

TEST(MqauditorTest, EveryRowOfTheTableFillsItsField) {
  std::string explained;
  for (const Case& c : kCases) {
    explained += ReadLines(MakeMqauditorDecoder({}).get(), c.line).explained;
  }
  ExpectRowsAreUsed(MqauditorFields(), explained);
}

TEST(MqauditorTest, DamageIsSafe) {
  for (const Case& c : kCases) ExpectDamageIsSafe(MakeMqauditorDecoder, c.line);
}

TEST(MqauditorTest, TheTimeIsInTheZoneThatIsGiven) {
  TextOptions options;
  options.zone = absl::FixedTimeZone(2 * 60 * 60);
  const std::string shown =
      ReadLines(MakeMqauditorDecoder(options).get(), kCases[0].line).shown;
  EXPECT_NE(shown.find(R"("time":"2026-11-20T07:00:0)"), shown.npos) << shown;
  EXPECT_NE(shown.find(R"("time_quality":"exact")"), shown.npos) << shown;
}

TEST(MqauditorTest, ALineThatIsTooLongIsRefused) {
  EXPECT_EQ(ReadOne(MakeMqauditorDecoder({}).get(),
                    "2026/11/20 09:00:00.654884, MQCONN, ObjName=" +
                        std::string(LineDecoder::kMaxRecordBytes, 'x')),
            "rejected too_long at 0: a line of more than 64 KiB");
}

}  // namespace
}  // namespace mqwarden
