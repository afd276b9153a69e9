// MQCCI: what its lines become. All lines are synthetic.

#include "mqwarden/ingest/formats/mqcci.h"

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
    {"ConnWithTheFieldsOfTheDefault",
     "2026/11/20 09:00:00.654884, CONN, Tag=K7Qm2xN0vRt9LbZ4, "
     "CD_QMgrName=QMA1, CD_ChannelName=BILLING.SVRCONN, "
     "CD_ConnectionName=192.0.2.17, , CD_ShortConnectionName=192.0.2.17,"
     " CD_MaxMsgLength=4194304, CD_PutAuthority=MQPA_DEFAULT, "
     "CD_MCAUserIdentifier=svc, CD_RemoteUserIdentifier=ivo, "
     "CD_RemotePassword_Length=0, "
     "CD_SSLCipherSpec=TLS_AES_256_GCM_SHA384, "
     "CD_SSLClientAuth=MQSCA_REQUIRED, CD_CertificateLabel=, "
     "CXP_PartnerName=ivo, CXP_SSLCertUserid=cert1, "
     "CXP_SecurityParms_AuthenticationType=MQCSP_AUTH_USER_ID_AND_PWD, "
     "CXP_SecurityParms_UserId=mara, "
     "CXP_SecurityParms_Password_Length=8, "
     "CXP_SharingConversations=TRUE, CXP_MCAUserSource=MQUSRC_MAP, "
     "CXP_RemoteProduct=MQJB, CXP_RemoteVersion=0904,",
     R"("time":"2026-11-20T09:00:00.654884Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","correlation":"K7Qm2xN0vRt9LbZ4",)"
     R"("qmgr":"QMA1","user":"mara","csp_user":"mara","mca_user":"svc",)"
     R"("client_user":"ivo","cert_user":"cert1","auth_method":"password",)"
     R"("connection":"192.0.2.17","source_ip":"192.0.2.17",)"
     R"("channel":"BILLING.SVRCONN","channel_type":"svrconn",)"
     R"("tls_cipher":"TLS_AES_256_GCM_SHA384",)"
     R"("attr":{"CD_ShortConnectionName":"192.0.2.17",)"
     R"("CD_MaxMsgLength":"4194304","CD_PutAuthority":"MQPA_DEFAULT",)"
     R"("CD_RemotePassword_Length":"0",)"
     R"("CD_SSLClientAuth":"MQSCA_REQUIRED",)"
     R"("CXP_SecurityParms_Password_Length":"8",)"
     R"("CXP_SharingConversations":"TRUE",)"
     R"("CXP_MCAUserSource":"MQUSRC_MAP","CXP_RemoteProduct":"MQJB",)"
     R"("CXP_RemoteVersion":"0904","CXP_PartnerName":"ivo"})"},
    {"Disc",
     "2026/11/20 09:00:02.161509, DISC, Tag=K7Qm2xN0vRt9LbZ4, "
     "CD_QMgrName=QMA1, CD_ChannelName=BILLING.SVRCONN, "
     "CD_ConnectionName=192.0.2.17, Duration=1.506625,",
     R"("time":"2026-11-20T09:00:02.161509Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"disconnect",)"
     R"("outcome":"unknown","correlation":"K7Qm2xN0vRt9LbZ4",)"
     R"("duration":1.506625,"qmgr":"QMA1","connection":"192.0.2.17",)"
     R"("source_ip":"192.0.2.17","channel":"BILLING.SVRCONN")"},
    {"AReceiverNamesItsPartnerAndValuesHoldTheSeparator",
     "2026/11/20 09:00:02.1, CONN, Tag=A, CD_ChannelName=QMB1.QMA1, "
     "CD_ChannelType=MQCHT_RECEIVER, CD_ConnectionName=hostb "
     "(192.0.2.9), CXP_PartnerName=QMB1, CD_SSLPeerName=CN=qmb1, "
     "OU=Payments, O=Example, CD_XmitQName=,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","correlation":"A","connection":"hostb )"
     R"x((192.0.2.9)","source_ip":"192.0.2.9","channel":"QMB1.QMA1",)x"
     R"("channel_type":"rcvr","remote_qmgr":"QMB1","tls_peer":"CN=qmb1, )"
     R"(OU=Payments, O=Example")"},
    {"AnOutboundChannelHasATarget",
     "2026/11/20 09:00:02.1, CONN, Tag=A, CD_ChannelType=1, "
     "CD_ConnectionName=192.0.2.40(1414), CXP_PartnerName=QMC1,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","correlation":"A",)"
     R"x("connection":"192.0.2.40(1414)","target_ip":"192.0.2.40",)x"
     R"("channel_type":"sdr","remote_qmgr":"QMC1")"},
    {"TheOtherNameOfTheCertificate",
     "2026/11/20 09:00:02.1, CONN, CD_SSLPeerNamePtr=CN=app,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","tls_peer":"CN=app")"},
    {"AListOfConnectionsIsOneValue",
     "2026/11/20 09:00:02.1, CONN, CD_ConnectionName=h1(1414), h2(1414),"
     "h3, 192.0.2.3, , CD_ShortConnectionName=192.0.2.8,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","connection":"h1(1414), h2(1414),h3, )"
     R"(192.0.2.3","source_ip":"192.0.2.3",)"
     R"("attr":{"CD_ShortConnectionName":"192.0.2.8"})"},
    {"TextBehindAnEmptyFieldIsOfTheValueBefore",
     "2026/11/20 09:00:02.1, CONN, CD_ConnectionName=clienthost, , "
     "192.0.2.3, CD_MaxMsgLength=1,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","connection":"clienthost, , 192.0.2.3",)"
     R"("source_ip":"192.0.2.3","attr":{"CD_MaxMsgLength":"1"})"},
    {"TheShortNameHasTheAddress",
     "2026/11/20 09:00:02.1, CONN, CD_ConnectionName=clienthost, "
     "CD_ShortConnectionName=192.0.2.8,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","connection":"clienthost",)"
     R"("source_ip":"192.0.2.8",)"
     R"("attr":{"CD_ShortConnectionName":"192.0.2.8"})"},
    {"AShortNameThatMayBeCutHasNone",
     "2026/11/20 09:00:02.1, CONN, "
     "CD_ShortConnectionName=2001:db8:1111::22222,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","attr":{"CD_ShortConnectionName":"2001:db8:111)"
     R"(1::22222"})"},
    {"NoPassword",
     "2026/11/20 09:00:02.1, CONN, "
     "CXP_SecurityParms_AuthenticationType=MQCSP_AUTH_NONE,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","auth_method":"none","channel_type":"svrconn")"},
    {"AToken",
     "2026/11/20 09:00:02.1, CONN, "
     "CXP_SecurityParms_AuthenticationType=MQCSP_AUTH_ID_TOKEN,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","auth_method":"token","channel_type":"svrconn")"},
    {"AMethodByNumber",
     "2026/11/20 09:00:02.1, CONN, "
     "CXP_SecurityParms_AuthenticationType=1,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","auth_method":"password",)"
     R"("channel_type":"svrconn")"},
    {"AnUnknownMethod",
     "2026/11/20 09:00:02.1, CONN, "
     "CXP_SecurityParms_AuthenticationType=MQCSP_AUTH_OTHER,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","channel_type":"svrconn",)"
     R"("attr":{"CXP_SecurityParms_AuthenticationType":"MQCSP_AUTH_OTHER"})"},
    {"PasswordsAreMasked",
     "2026/11/20 09:00:02.1, CONN, CD_Password=hunter2, "
     "CD_RemotePassword=geheim, CXP_SecurityParms_CSPPasswordPtr=x, "
     "CD_RemotePassword_Length=6,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","channel_type":"svrconn",)"
     R"("attr":{"CD_Password":"***","CD_RemotePassword":"***",)"
     R"("CXP_SecurityParms_CSPPasswordPtr":"***",)"
     R"("CD_RemotePassword_Length":"6"})"},
    {"AKeyTwiceIsShown",
     "2026/11/20 09:00:02.1, CONN, CD_RemoteUserIdentifier=x, "
     "CXP_SecurityParms_UserId=root, CXP_SecurityParms_UserId=eve, "
     "CD_Password=a, CD_Password=b,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","user":"root","csp_user":"root",)"
     R"("client_user":"x","channel_type":"svrconn",)"
     R"("attr":{"CD_Password":"***","CD_Password_list":"***",)"
     R"("CXP_SecurityParms_UserId_list":"root,eve"})"},
    {"PlaceholdersAreAbsent",
     "2026/11/20 09:00:02.1, CONN, Tag=0000000000000000, "
     "CD_QMgrName=N/A, CD_MsgExit=???,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown")"},
    {"AnUnknownKeyIsPartOfTheValue",
     "2026/11/20 09:00:02.1, CONN, CD_UserData=a=b=c, UserId=x,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","attr":{"CD_UserData":"a=b=c, UserId=x"})"},
    {"NoDuration",
     "2026/11/20 09:00:02.1, DISC, Duration=1e3,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"disconnect",)"
     R"("outcome":"unknown","attr":{"Duration":"1e3"})"},
    {"ANegativeDuration",
     "2026/11/20 09:00:02.1, DISC, Duration=-1.5,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"disconnect",)"
     R"("outcome":"unknown","attr":{"Duration":"-1.5"})"},
    {"TheLeapSecond",
     "2026/12/31 23:59:60.5, DISC, Tag=A,",
     R"("time":"2027-01-01T00:00:00.500Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"disconnect",)"
     R"("outcome":"unknown","correlation":"A")"},
    {"AUserWithADomain",
     "2026/11/20 09:00:02.1, CONN, CD_RemoteUserIdentifier=ivo@EXAMPLE,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","user":"ivo@EXAMPLE",)"
     R"("client_user":"ivo@EXAMPLE","user_domain":"EXAMPLE",)"
     R"("channel_type":"svrconn")"},
    {"WithoutTheLastComma",
     "2026/11/20 09:00:02.1, CONN, CD_MCAUserIdentifier=svc",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown","user":"svc","mca_user":"svc")"},
    {"NoFields",
     "2026/11/20 09:00:02.1, CONN,",
     R"("time":"2026-11-20T09:00:02.100Z","time_quality":"no_zone",)"
     R"("source":"mqcci","kind":"session","action":"connect",)"
     R"("outcome":"unknown")"},
    {"NoSuchDay",
     "2026/02/30 09:00:02.1, CONN, Tag=A,",
     "rejected bad_value at 0: no such date or time of day"},
    {"NoSuchHour",
     "2026/11/20 25:00:02.1, CONN, Tag=A,",
     "rejected bad_value at 0: no such date or time of day"},
    {"AVerbThatMayBeCut",
     "2026/11/20 09:00:02.1, CONN",
     "unasked 2026/11/20 09:00:02.1, CONN"},
    {"AnotherVerb",
     "2026/11/20 09:00:02.1, MQOPEN, Tag=A,",
     "unasked 2026/11/20 09:00:02.1, MQOPEN, Tag=A,"},
    {"NoFraction",
     "2026/11/20 09:00:02, CONN, Tag=A,",
     "unasked 2026/11/20 09:00:02, CONN, Tag=A,"},
};

TEST(MqcciTest, EveryLineIsWhatIsExpected) {
  for (const Case& c : kCases) {
    EXPECT_EQ(ReadOne(MakeMqcciDecoder({}).get(), c.line), c.shown) << c.name;
  }
}

TEST(MqcciTest, EveryRowOfTheTableFillsItsField) {
  std::string explained;
  for (const Case& c : kCases) {
    explained += ReadLines(MakeMqcciDecoder({}).get(), c.line).explained;
  }
  ExpectRowsAreUsed(MqcciFields(), explained);
}

TEST(MqcciTest, DamageIsSafe) {
  for (const Case& c : kCases) ExpectDamageIsSafe(MakeMqcciDecoder, c.line);
}

TEST(MqcciTest, TheTimeIsInTheZoneThatIsGiven) {
  TextOptions options;
  options.zone = absl::FixedTimeZone(2 * 60 * 60);
  const std::string shown = ReadOne(
      MakeMqcciDecoder(options).get(), "2026/11/20 09:00:02.5, CONN, Tag=A,");
  EXPECT_EQ(shown.find(R"("time":"2026-11-20T07:00:02.500Z",)"
                       R"("time_quality":"exact")"),
            0)
      << shown;
}

TEST(MqcciTest, ALineThatIsTooLongIsRefused) {
  const std::string line = "2026/11/20 09:00:02.5, CONN, Tag=A, CD_UserData=" +
                           std::string(LineDecoder::kMaxRecordBytes, 'x');
  EXPECT_EQ(ReadOne(MakeMqcciDecoder({}).get(), line),
            "rejected too_long at 0: a line of more than 64 KiB");
}

TEST(MqcciTest, ManySeparatorsAndKeysAreRead) {
  // One value that could be many fields, keys that are all the same, and more
  // fields than are kept apart.
  const std::string begin = "2026/11/20 09:00:02.5, CONN, CD_UserData=";
  std::string commas = begin;
  std::string repeated = begin + "x";
  std::string distinct = begin + "x";
  for (int i = 0; i < 6'000; ++i) {
    commas += ", CD";
    repeated += ", CD_A=b";
    distinct += ", CD_" + std::to_string(i) + "=";
  }
  for (const std::string& line : {commas, repeated, distinct}) {
    const std::string shown = ReadOne(MakeMqcciDecoder({}).get(), line);
    EXPECT_EQ(shown.find("\"time\":"), 0) << shown.substr(0, 80);
  }
}

}  // namespace
}  // namespace mqwarden
