#include "mqwarden/tests/ingest/pcf_event_cases.h"

#include "gtest/gtest.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int32_t kConfig = 43;
constexpr int32_t kQmgr = 44;
constexpr int32_t kPerfm = 45;
constexpr int32_t kChannel = 46;
constexpr int32_t kLogger = 91;
constexpr int32_t kCommand = 99;

constexpr std::string_view kCorrelation = "AMQ QMA1        \x01\x02\xAB\xCD    ";
constexpr std::string_view kCorrelationHex =
    "414D5120514D413120202020202020200102ABCD20202020";

PcfHeaderValues Event(int32_t command, int32_t reason, int32_t control = 1) {
  return {7, command, reason, control, 1, 1};
}

void Str(PcfWriter& w, std::string_view name, std::string_view text,
         size_t width) {
  w.String(Mqi(name), text, width);
}
void Qmgr(PcfWriter& w) { Str(w, "MQCA_Q_MGR_NAME", "QMA1", 48); }
void Int(PcfWriter& w, std::string_view name, int32_t value) {
  w.Int(Mqi(name), value);
}
void Value(PcfWriter& w, std::string_view name, std::string_view value) {
  w.Int(Mqi(name), Mqi(value));
}
void Qualifier(PcfWriter& w, std::string_view value) {
  Value(w, "MQIACF_REASON_QUALIFIER", value);
}
void User(PcfWriter& w, std::string_view user) {
  Str(w, "MQCACF_USER_IDENTIFIER", user, 12);
}
void App(PcfWriter& w, std::string_view name) {
  Value(w, "MQIA_APPL_TYPE", "MQAT_UNIX");
  Str(w, "MQCACF_APPL_NAME", name, 28);
}
void Client(PcfWriter& w) {
  Str(w, "MQCACH_CONNECTION_NAME", "192.0.2.17", 264);
  Str(w, "MQCACH_CHANNEL_NAME", "BILLING.SVRCONN", 20);
}
void Queue(PcfWriter& w) { Str(w, "MQCA_Q_NAME", "BILLING.IN", 48); }
// The context of a configuration event that the console caused.
void Console(PcfWriter& w) {
  Str(w, "MQCACF_EVENT_USER_ID", "ivo", 12);
  Value(w, "MQIACF_EVENT_ORIGIN", "MQEVO_CONSOLE");
  Str(w, "MQCACF_EVENT_Q_MGR", "QMA1", 48);
}
void Command(PcfWriter& w, std::string_view command) {
  w.BeginGroup(Mqi("MQGACF_COMMAND_CONTEXT"));
  Console(w);
  Value(w, "MQIACF_COMMAND", command);
  w.EndGroup();
}

constexpr std::string_view kConsoleJson =
    R"("eventUserId":"ivo","eventOrigin":"Console","eventQueueMgr":"QMA1",)";

std::string Config(std::string_view data) {
  return std::string(kConsoleJson) + std::string(data);
}

std::string CommandJson(std::string_view command, std::string_view data) {
  return R"("commandContext":{)" + std::string(kConsoleJson) +
         R"("command":")" + std::string(command) + R"("},"commandData":{)" +
         std::string(data) + "}";
}

std::vector<PcfEventCase> AuthorityCases() {
  return {
      {"NotAuthorizedConnect", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CONN_NOT_AUTHORIZED");
         User(w, "nina");
         App(w, "billing");
         Client(w);
         w.Bytes(Mqi("MQBACF_CONN_TAG"), "MQCT\x01\x02\xAB");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Conn Not Authorized",)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"billing",)"
       R"("connectionName":"192.0.2.17","channelName":"BILLING.SVRCONN",)"
       R"("connTag":"4D5143540102AB")"},
      {"NotAuthorizedCsp", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CSP_NOT_AUTHORIZED");
         User(w, "mqclient");
         App(w, "billing");
         Client(w);
         w.String(Mqi("MQCACF_CSP_USER_IDENTIFIER"), "nina@example");
         w.Bytes(Mqi("MQBACF_CONN_TAG"), std::string(8, '\0'));
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"CSP Not Authorized",)"
       R"("userIdentifier":"mqclient","applType":"Unix","applName":"billing",)"
       R"("connectionName":"192.0.2.17","channelName":"BILLING.SVRCONN",)"
       R"("cspUserIdentifier":"nina@example","connTag":"0000000000000000")"},
      {"NotAuthorizedSystemConnect", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SYS_CONN_NOT_AUTHORIZED");
         User(w, "abcdefghijkl");
         App(w, "runmqsc");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Sys Conn Not Authorized",)"
       R"("userIdentifier":"abcdefghijkl","applType":"Unix",)"
       R"("applName":"runmqsc")"},
      {"NotAuthorizedOpenQueue", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_OPEN_NOT_AUTHORIZED");
         Queue(w);
         Str(w, "MQCACF_OBJECT_Q_MGR_NAME", "QMB2", 48);
         Int(w, "MQIACF_OPEN_OPTIONS", 8208);
         User(w, "nina");
         App(w, "billing");
         Client(w);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Open Not Authorized",)"
       R"("queueName":"BILLING.IN","objectQueueMgrName":"QMB2",)"
       R"("openOptions":{"options":8208,"optionsString":["out","fiq"]},)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"billing",)"
       R"("connectionName":"192.0.2.17","channelName":"BILLING.SVRCONN")"},
      {"NotAuthorizedOpenTopic", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_OPEN_NOT_AUTHORIZED");
         w.String(Mqi("MQCA_TOPIC_STRING"), "prices/gold");
         w.StringList(Mqi("MQCACF_ADMIN_TOPIC_NAMES"), 48, {"PRICES", "BASE"});
         Int(w, "MQIACF_OPEN_OPTIONS", 8208);
         User(w, "nina");
         App(w, "pub");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Open Not Authorized",)"
       R"("topicString":"prices/gold","adminTopicNames":["PRICES","BASE"],)"
       R"("openOptions":{"options":8208,"optionsString":["out","fiq"]},)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"pub")"},
      {"NotAuthorizedClose", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CLOSE_NOT_AUTHORIZED");
         User(w, "nina");
         App(w, "billing");
         w.String(Mqi("MQCACF_SUB_NAME"), "DAILY.PRICES");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Close Not Authorized",)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"billing",)"
       R"("subName":"DAILY.PRICES")"},
      {"NotAuthorizedCommand", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CMD_NOT_AUTHORIZED");
         User(w, "nina");
         Value(w, "MQIACF_COMMAND", "MQCMD_CLEAR_Q");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Cmd Not Authorized",)"
       R"("userIdentifier":"nina","command":"Clear Queue")"},
      {"NotAuthorizedSubscribe", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SUB_NOT_AUTHORIZED");
         User(w, "nina");
         App(w, "sub");
         Int(w, "MQIACF_SUB_OPTIONS", 8234);
         w.String(Mqi("MQCA_TOPIC_STRING"), "prices/#");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Sub Not Authorized",)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"sub",)"
       R"("subOptions":{"options":8234,"optionsString":["create","durable"]},)"
       R"("topicString":"prices/#")"},
      {"NotAuthorizedSubscribeDestination", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SUB_DEST_NOT_AUTHORIZED");
         User(w, "nina");
         App(w, "sub");
         Queue(w);
         Int(w, "MQIACF_OPEN_OPTIONS", 16);
         w.String(Mqi("MQCA_TOPIC_STRING"), "prices/#");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Sub Dest Not Authorized",)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"sub",)"
       R"("queueName":"BILLING.IN",)"
       R"("openOptions":{"options":16,"optionsString":["out"]},)"
       R"("topicString":"prices/#")"},
      {"NotAuthorizedUnknownQualifier", Event(kQmgr, 2035),
       [](PcfWriter& w) {
         Qmgr(w);
         Int(w, "MQIACF_REASON_QUALIFIER", 4711);
         User(w, "nina");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Unknown [4711]",)"
       R"("userIdentifier":"nina")"},
      {"AuthorizedConnect", Event(kQmgr, 3391),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CONN_AUTHORIZED");
         User(w, "nina");
         App(w, "billing");
         Client(w);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Conn Authorized",)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"billing",)"
       R"("connectionName":"192.0.2.17","channelName":"BILLING.SVRCONN")"},
      {"AuthorizedOpen", Event(kQmgr, 3391),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_OPEN_AUTHORIZED");
         Queue(w);
         Int(w, "MQIACF_OPEN_OPTIONS", 8193);
         User(w, "nina");
         App(w, "billing");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Open Authorized",)"
       R"("queueName":"BILLING.IN",)"
       R"("openOptions":{"options":8193,"optionsString":["in_as_q","fiq"]},)"
       R"("userIdentifier":"nina","applType":"Unix","applName":"billing")"},
      {"AuthorizedSubscribe", Event(kQmgr, 3391),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SUB_AUTHORIZED");
         User(w, "nina");
         w.String(Mqi("MQCA_TOPIC_STRING"), "prices/#");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Sub Authorized",)"
       R"("userIdentifier":"nina","topicString":"prices/#")"},
      {"AuthorizedSubscribeDestination", Event(kQmgr, 3391),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SUB_DEST_AUTHORIZED");
         User(w, "nina");
         Queue(w);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Sub Dest Authorized",)"
       R"("userIdentifier":"nina","queueName":"BILLING.IN")"},
  };
}

std::vector<PcfEventCase> ChannelCases() {
  return {
      {"ChannelBlockedNoaccess", Event(kChannel, 2577),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_BLOCKED_NOACCESS");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
         Str(w, "MQCACH_CONNECTION_NAME", "localhost (127.0.0.1)", 264);
         w.StringList(Mqi("MQCACH_CONNECTION_NAME_LIST"), 264, {"localhost"});
         Str(w, "MQCACH_CLIENT_USER_ID", "oskar", 1024);
         App(w, "probe");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Blocked Noaccess",)"
       R"("channelName":"APP.SVRCONN",)"
       R"j("connectionName":"localhost (127.0.0.1)",)j"
       R"("connectionNameList":["localhost"],"clientUserId":"oskar",)"
       R"("applType":"Unix","applName":"probe")"},
      {"ChannelBlockedUser", Event(kChannel, 2577),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_BLOCKED_USERID");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
         User(w, "mqm");
         Str(w, "MQCACH_CONNECTION_NAME", "203.0.113.4", 264);
         Str(w, "MQCACH_SSL_PEER_NAME", "CN=oskar,O=Example", 1024);
         Str(w, "MQCACH_SSL_CERT_ISSUER_NAME", "CN=Example CA", 1024);
         Str(w, "MQCACH_CLIENT_USER_ID", "oskar", 1024);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Blocked Userid",)"
       R"("channelName":"APP.SVRCONN","userIdentifier":"mqm",)"
       R"("connectionName":"203.0.113.4","sslPeerName":"CN=oskar,O=Example",)"
       R"("sslCertIssuerName":"CN=Example CA","clientUserId":"oskar")"},
      {"ChannelBlockedAddress", Event(kChannel, 2577),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_BLOCKED_ADDRESS");
         Str(w, "MQCACH_CONNECTION_NAME", "2001:db8::7", 264);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Blocked Address",)"
       R"("connectionName":"2001:db8::7")"},
      {"ChannelBlockedWarning", Event(kChannel, 2578),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_BLOCKED_NOACCESS");
         Str(w, "MQCACH_CHANNEL_NAME", "QMB2.QMA1", 20);
         Str(w, "MQCACH_CONNECTION_NAME", "203.0.113.4", 264);
         Str(w, "MQCA_REMOTE_Q_MGR_NAME", "QMB2", 48);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Blocked Noaccess",)"
       R"("channelName":"QMB2.QMA1","connectionName":"203.0.113.4",)"
       R"("remoteQueueMgrName":"QMB2")"},
      {"SslHandshake", Event(kChannel, 2371),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SSL_HANDSHAKE_ERROR");
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
         Str(w, "MQCACH_XMIT_Q_NAME", "QMB2", 48);
         Str(w, "MQCACH_CONNECTION_NAME", "qmb2 (198.51.100.20)(1414)", 264);
         Str(w, "MQCACH_SSL_HANDSHAKE_STAGE", "gsk_secure_soc_init", 32);
         Int(w, "MQIACH_SSL_RETURN_CODE", 420);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"SSL Handshake Error",)"
       R"("channelName":"QMA1.QMB2","xmitQueueName":"QMB2",)"
       R"j("connectionName":"qmb2 (198.51.100.20)(1414)",)j"
       R"("sslHandshakeStage":"gsk_secure_soc_init","sslReturnCode":420)"},
      {"SslCipher", Event(kChannel, 2371),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SSL_CIPHER_SPEC_ERROR");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"SSL Cipher Spec Error",)"
       R"("channelName":"APP.SVRCONN")"},
      {"SslClientAuth", Event(kChannel, 2371),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SSL_CLIENT_AUTH_ERROR");
         Str(w, "MQCACH_CONNECTION_NAME", "203.0.113.4", 264);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"SSL Client Auth Error",)"
       R"("connectionName":"203.0.113.4")"},
      {"SslPeer", Event(kChannel, 2371),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SSL_PEER_NAME_ERROR");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
         Str(w, "MQCA_XMIT_Q_NAME", "QMB2", 48);
         Str(w, "MQCACH_SSL_PEER_NAME", "CN=x,O=Example", 1024);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"SSL Peer Name Error",)"
       R"("channelName":"APP.SVRCONN","xmitQueueName":"QMB2",)"
       R"("sslPeerName":"CN=x,O=Example")"},
      {"SslWarning", Event(kChannel, 2552),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_SSL_UNKNOWN_REVOCATION");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"SSL Unknown Revocation",)"
       R"("channelName":"APP.SVRCONN")"},
      {"ChannelNotAvailable", Event(kChannel, 2537),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CLIENT_INST_LIMIT");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
         Str(w, "MQCACH_CONNECTION_NAME", "203.0.113.4", 264);
         Int(w, "MQIA_ACTIVE_CHANNELS", 12);
         Int(w, "MQIA_MAX_CHANNELS", 100);
         Int(w, "MQIACH_MAX_INSTANCES", 50);
         Int(w, "MQIACH_MAX_INSTS_PER_CLIENT", 10);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Client Inst Limit",)"
       R"("channelName":"APP.SVRCONN","connectionName":"203.0.113.4",)"
       R"("activeChannels":12,"maxChannels":100,"maxInstances":50,)"
       R"("maxInstsPerClient":10)"},
      {"AutoDefinition", Event(kChannel, 2233),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "GUESS.1", 20);
         Value(w, "MQIACH_CHANNEL_TYPE", "MQCHT_RECEIVER");
         Str(w, "MQCACH_CONNECTION_NAME", "203.0.113.4", 264);
       },
       R"("queueMgrName":"QMA1","channelName":"GUESS.1",)"
       R"("channelType":"Receiver","connectionName":"203.0.113.4")"},
      {"AutoDefinitionError", Event(kChannel, 2234),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "GUESS.2", 20);
         Value(w, "MQIACH_CHANNEL_TYPE", "MQCHT_SVRCONN");
         Int(w, "MQIACF_ERROR_ID", 0xFAB);
         Int(w, "MQIACF_AUX_ERROR_DATA_INT_1", -1);
       },
       R"("queueMgrName":"QMA1","channelName":"GUESS.2",)"
       R"("channelType":"Svrconn","errorId":"0x00000FAB ",)"
       R"("auxErrorDataInt1":-1)"},
      {"ChannelStarted", Event(kChannel, 2282),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
         Str(w, "MQCACH_XMIT_Q_NAME", "QMB2", 48);
         Str(w, "MQCACH_CONNECTION_NAME", "198.51.100.20(1414)", 264);
       },
       R"("queueMgrName":"QMA1","channelName":"QMA1.QMB2",)"
       R"j("xmitQueueName":"QMB2","connectionName":"198.51.100.20(1414)")j"},
      {"ChannelStopped", Event(kChannel, 2283),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_STOPPED_ERROR");
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
         Int(w, "MQIACF_ERROR_ID", 0x10009528);
         Int(w, "MQIACF_AUX_ERROR_DATA_INT_1", 0);
         Str(w, "MQCACF_AUX_ERROR_DATA_STR_1", "QMA1.QMB2", 48);
         Str(w, "MQCACF_AUX_ERROR_DATA_STR_2", "", 48);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Stopped Error",)"
       R"("channelName":"QMA1.QMB2","errorId":"0x10009528",)"
       R"("auxErrorDataInt1":0,"auxErrorDataStr1":"QMA1.QMB2",)"
       R"("auxErrorDataStr2":"")"},
      {"ChannelStoppedByUser", Event(kChannel, 2279),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_CHANNEL_STOPPED_DISABLED");
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Channel Stopped Disabled",)"
       R"("channelName":"QMA1.QMB2")"},
      {"ChannelActivated", Event(kChannel, 2295),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
       },
       R"("queueMgrName":"QMA1","channelName":"QMA1.QMB2")"},
      {"ChannelNotActivated", Event(kChannel, 2296),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
       },
       R"("queueMgrName":"QMA1","channelName":"QMA1.QMB2")"},
      {"ChannelConversionError", Event(kChannel, 2284),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
         Value(w, "MQIACF_REASON_CODE", "MQRC_NOT_CONVERTED");
         Value(w, "MQIACF_COMP_CODE", "MQCC_FAILED");
       },
       R"("queueMgrName":"QMA1","channelName":"QMA1.QMB2",)"
       R"("reasonCode":{"name":"Not Converted","value":2119},)"
       R"("compCode":{"name":"Failed","value":2})"},
  };
}

std::vector<PcfEventCase> ConfigCases() {
  return {
      {"CreateQueue", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Str(w, "MQCACF_EVENT_USER_ID", "ivo", 12);
         w.Bytes(Mqi("MQBACF_EVENT_SECURITY_ID"), std::string(40, '\0'));
         Value(w, "MQIACF_EVENT_ORIGIN", "MQEVO_MSG");
         Str(w, "MQCACF_EVENT_Q_MGR", "QMA1", 48);
         w.Bytes(Mqi("MQBACF_EVENT_ACCOUNTING_TOKEN"),
                 std::string("\x16\x01\x05\x15", 4) + std::string(27, '\0') +
                     "\x06");
         Str(w, "MQCACF_EVENT_APPL_IDENTITY", "", 32);
         Value(w, "MQIACF_EVENT_APPL_TYPE", "MQAT_JAVA");
         Str(w, "MQCACF_EVENT_APPL_NAME", "deployer", 28);
         Str(w, "MQCACF_EVENT_APPL_ORIGIN", "", 4);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_Q");
         Queue(w);
         Str(w, "MQCA_Q_DESC", "", 64);
         Value(w, "MQIA_Q_TYPE", "MQQT_LOCAL");
         Int(w, "MQIA_BACKOUT_THRESHOLD", -1);
         w.Int64(Mqi("MQIA_MAX_Q_DEPTH"), 5000);
       },
       R"("eventUserId":"ivo",)"
       R"("eventSecurityId":"000000000000000000000000000000000000000000000)"
       R"(00000000000000000000000000000000000",)"
       R"("eventOrigin":"Msg","eventQueueMgr":"QMA1","eventAccountingToken":)"
       R"("1601051500000000000000000000000000000000000000000000000000000006",)"
       R"("eventApplIdentity":"","eventApplType":"Java",)"
       R"("eventApplName":"deployer","eventApplOrigin":"",)"
       R"("objectType":"Queue","queueName":"BILLING.IN","queueDesc":"",)"
       R"("queueType":"Local","backoutThreshold":-1,"maxQueueDepth":5000)"},
      {"ChangeQueueBefore", Event(kConfig, 2368, /*control=*/0),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_Q");
         Queue(w);
         Int(w, "MQIA_MAX_Q_DEPTH", 5000);
         Value(w, "MQIA_Q_DEPTH_MAX_EVENT", "MQEVR_ENABLED");
         Str(w, "MQCA_ALTERATION_DATE", "2026-11-01", 12);
       },
       Config(R"("objectType":"Queue","queueName":"BILLING.IN",)"
              R"("maxQueueDepth":5000,"queueDepthMaxEvent":"Enabled",)"
              R"("alterationDate":"2026-11-01")")},
      {"ChangeQueueAfter", Event(kConfig, 2368, /*control=*/1),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_Q");
         Queue(w);
         Int(w, "MQIA_MAX_Q_DEPTH", 10);
         Value(w, "MQIA_Q_DEPTH_MAX_EVENT", "MQEVR_DISABLED");
         Str(w, "MQCA_ALTERATION_DATE", "2026-11-20", 12);
       },
       Config(R"("objectType":"Queue","queueName":"BILLING.IN",)"
              R"("maxQueueDepth":10,"queueDepthMaxEvent":"Disabled",)"
              R"("alterationDate":"2026-11-20")")},
      {"DeleteChannel", Event(kConfig, 2369),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_CHANNEL");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.SVRCONN", 20);
         Value(w, "MQIACH_CHANNEL_TYPE", "MQCHT_SVRCONN");
         Str(w, "MQCACH_SSL_CIPHER_SPEC", "TLS_AES_256_GCM_SHA384", 32);
         w.IntList(Mqi("MQIACH_HDR_COMPRESSION"), {0, -1});
       },
       Config(R"("objectType":"Channel","channelName":"APP.SVRCONN",)"
              R"("channelType":"Svrconn",)"
              R"("sslCipherSpec":"TLS_AES_256_GCM_SHA384",)"
              R"("hdrCompression":[0,-1])")},
      {"RefreshQmgr", Event(kConfig, 2370),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_Q_MGR");
         Qmgr(w);
         Str(w, "MQCA_CONN_AUTH", "", 48);
         Value(w, "MQIA_AUTHORITY_EVENT", "MQEVR_DISABLED");
         Value(w, "MQIA_CHLAUTH_RECORDS", "MQCHLA_ENABLED");
         Value(w, "MQIA_COMMAND_EVENT", "MQEVR_NO_DISPLAY");
       },
       Config(R"("objectType":"Queue Mgr","queueMgrName":"QMA1",)"
              R"("connAuth":"","authorityEvent":"Disabled",)"
              R"("chlauthRecords":"Enabled","commandEvent":"No Display")")},
      {"ChangeAuthorityRecord", Event(kConfig, 2368),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_AUTH_REC");
         Str(w, "MQCACF_AUTH_PROFILE_NAME", "SYSTEM.ADMIN.COMMAND.QUEUE", 48);
         Value(w, "MQIACF_AUTH_REC_TYPE", "MQOT_Q");
         w.IntList(Mqi("MQIACF_AUTHORIZATION_LIST"),
                   {Mqi("MQAUTH_OUTPUT"), Mqi("MQAUTH_INQUIRE"),
                    Mqi("MQAUTH_ALL_ADMIN")});
         Str(w, "MQCACF_ENTITY_NAME", "nina", 64);
         Value(w, "MQIACF_ENTITY_TYPE", "MQZAET_PRINCIPAL");
       },
       Config(R"("objectType":"Auth Rec",)"
              R"("authProfileName":"SYSTEM.ADMIN.COMMAND.QUEUE",)"
              R"("authRecType":"Queue",)"
              R"("authorizationList":["Output","Inquire","All Admin"],)"
              R"("entityName":"nina","entityType":"Principal")")},
      {"CreateChannelAuthentication", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_CHLAUTH");
         Str(w, "MQCACH_CHANNEL_NAME", "APP.*", 20);
         Value(w, "MQIACF_CHLAUTH_TYPE", "MQCAUT_ADDRESSMAP");
         Value(w, "MQIACH_USER_SOURCE", "MQUSRC_MAP");
         Str(w, "MQCACH_MCA_USER_ID", "mqm", 64);
         Str(w, "MQCACH_CONNECTION_NAME", "192.0.2.*", 264);
         Value(w, "MQIACH_WARNING", "MQWARN_NO");
         w.StringList(Mqi("MQCACH_MCA_USER_ID_LIST"), 64, {});
       },
       Config(R"("objectType":"Chlauth","channelName":"APP.*",)"
              R"("chlauthType":"Addressmap","userSource":"Map",)"
              R"("mcaUserId":"mqm","connectionName":"192.0.2.*",)"
              R"("warning":"No","mcaUserIdList":[ ])")},
      {"DeletePolicy", Event(kConfig, 2369),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_PROT_POLICY");
         Str(w, "MQCA_POLICY_NAME", "BILLING.IN", 48);
         Int(w, "MQIA_POLICY_VERSION", 2);
         Int(w, "MQIA_TOLERATE_UNPROTECTED", 0);
         w.Int(Mqi("MQIA_SIGNATURE_ALGORITHM"), 0);
         w.StringList(Mqi("MQCA_SIGNER_DN"), 1024,
                      {"CN=a,O=Example", "CN=b,O=Example"});
         Int(w, "MQIA_KEY_REUSE_COUNT", 0);
       },
       Config(R"("objectType":"Prot Policy","policyName":"BILLING.IN",)"
              R"("policyVersion":2,"tolerateUnprotected":)"
              R"("Tolerate Unprotected No",)"
              R"("signatureAlgorithm":"Sign Alg None",)"
              R"("signerDn":["CN=a,O=Example","CN=b,O=Example"],)"
              R"("keyReuseCount":0)")},
      {"CreateAuthenticationInformation", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_AUTH_INFO");
         Str(w, "MQCA_AUTH_INFO_NAME", "USE.LDAP", 48);
         Value(w, "MQIA_AUTH_INFO_TYPE", "MQAIT_IDPW_LDAP");
         Str(w, "MQCA_LDAP_PASSWORD", "secret", 32);
         Value(w, "MQIA_CHECK_CLIENT_BINDING", "MQCHK_OPTIONAL");
       },
       Config(R"("objectType":"Auth Info","authInfoName":"USE.LDAP",)"
              R"("authInfoType":"Idpw Ldap","ldapPassword":"secret",)"
              R"("checkClientBinding":"Optional")")},
      {"CreateTopic", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_TOPIC");
         Str(w, "MQCA_TOPIC_NAME", "PRICES", 48);
         w.String(Mqi("MQCA_TOPIC_STRING"), "prices");
       },
       Config(R"("objectType":"Topic","topicName":"PRICES",)"
              R"("topicString":"prices")")},
      {"CreateNamelist", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_NAMELIST");
         Str(w, "MQCA_NAMELIST_NAME", "OURS", 48);
         w.StringList(Mqi("MQCA_NAMES"), 48, {"A", "B", "A"});
       },
       Config(R"("objectType":"Namelist","namelistName":"OURS",)"
              R"("names":["A","B","A"])")},
      {"CreateService", Event(kConfig, 2367),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_SERVICE");
         Str(w, "MQCA_SERVICE_NAME", "EVIL", 48);
         Str(w, "MQCA_SERVICE_START_COMMAND", "/tmp/x", 255);
       },
       Config(R"("objectType":"Service","serviceName":"EVIL",)"
              R"("serviceStartCommand":"/tmp/x")")},
      {"DeleteProcess", Event(kConfig, 2369),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_PROCESS");
         Str(w, "MQCA_PROCESS_NAME", "P1", 48);
         Value(w, "MQIA_APPL_TYPE", "MQAT_UNIX");
       },
       Config(R"("objectType":"Process","processName":"P1",)"
              R"("applType":"Unix")")},
      {"DeleteListener", Event(kConfig, 2369),
       [](PcfWriter& w) {
         Console(w);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_LISTENER");
         Str(w, "MQCACH_LISTENER_NAME", "L1", 48);
         Int(w, "MQIACH_PORT", 1414);
       },
       Config(R"("objectType":"Listener","listenerName":"L1","port":1414)")},
      {"DeleteUnknownObject", Event(kConfig, 2369),
       [](PcfWriter& w) {
         Console(w);
         Int(w, "MQIACF_OBJECT_TYPE", 4711);
       },
       Config(R"("objectType":"Unknown [4711]")")},
  };
}

std::vector<PcfEventCase> CommandCases() {
  return {
      {"CommandSwitchesAuditOff", Event(kCommand, 2412),
       [](PcfWriter& w) {
         Command(w, "MQCMD_CHANGE_Q_MGR");
         w.BeginGroup(Mqi("MQGACF_COMMAND_DATA"));
         Value(w, "MQIA_AUTHORITY_EVENT", "MQEVR_DISABLED");
         Value(w, "MQIA_COMMAND_EVENT", "MQEVR_NO_DISPLAY");
         w.EndGroup();
       },
       CommandJson("Change Queue Mgr", R"("authorityEvent":"Disabled",)"
                                       R"("commandEvent":"No Display")")},
      {"CommandSetsAuthority", Event(kCommand, 2413),
       [](PcfWriter& w) {
         Command(w, "MQCMD_SET_AUTH_REC");
         w.BeginGroup(Mqi("MQGACF_COMMAND_DATA"));
         Str(w, "MQCACF_AUTH_PROFILE_NAME", "BILLING.*", 48);
         Value(w, "MQIACF_OBJECT_TYPE", "MQOT_Q");
         w.StringList(Mqi("MQCACF_PRINCIPAL_ENTITY_NAMES"), 12,
                      {"nina", "oskar"});
         w.IntList(Mqi("MQIACF_AUTH_ADD_AUTHS"),
                   {Mqi("MQAUTH_BROWSE"), Mqi("MQAUTH_INPUT")});
         w.IntList(Mqi("MQIACF_AUTH_REMOVE_AUTHS"), {Mqi("MQAUTH_ALL")});
         w.EndGroup();
       },
       CommandJson("Set Auth Rec",
                   R"("authProfileName":"BILLING.*","objectType":"Queue",)"
                   R"("principalEntityNames":["nina","oskar"],)"
                   R"("authAddAuths":["Browse","Input"],)"
                   R"("authRemoveAuths":["All"])")},
      {"CommandSetsChannelAuthentication", Event(kCommand, 2412),
       [](PcfWriter& w) {
         Command(w, "MQCMD_SET_CHLAUTH_REC");
         w.BeginGroup(Mqi("MQGACF_COMMAND_DATA"));
         Str(w, "MQCACH_CHANNEL_NAME", "APP.*", 20);
         Value(w, "MQIACF_CHLAUTH_TYPE", "MQCAUT_USERMAP");
         Str(w, "MQCACH_CLIENT_USER_ID", "oskar", 64);
         Value(w, "MQIACH_USER_SOURCE", "MQUSRC_MAP");
         Str(w, "MQCACH_MCA_USER_ID", "mqm", 64);
         Value(w, "MQIACF_ACTION", "MQACT_ADD");
         w.EndGroup();
       },
       CommandJson("Set Chlauth Rec",
                   R"("channelName":"APP.*","chlauthType":"Usermap",)"
                   R"("clientUserId":"oskar","userSource":"Map",)"
                   R"("mcaUserId":"mqm","action":"Add")")},
      {"CommandInquires", Event(kCommand, 2412),
       [](PcfWriter& w) {
         Command(w, "MQCMD_INQUIRE_Q");
         w.BeginGroup(Mqi("MQGACF_COMMAND_DATA"));
         Str(w, "MQCA_Q_NAME", "*", 1);
         Value(w, "MQIA_Q_TYPE", "MQQT_LOCAL");
         w.IntFilter(Mqi("MQIA_CURRENT_Q_DEPTH"), 4, 0);
         w.IntList(Mqi("MQIACF_Q_ATTRS"),
                   {Mqi("MQIA_CURRENT_Q_DEPTH"), Mqi("MQCA_Q_NAME")});
         w.EndGroup();
       },
       CommandJson("Inquire Queue",
                   R"("queueName":"*","queueType":"Local",)"
                   R"("filter":"WHERE 'currentQueueDepth' Greater '0'",)"
                   R"("queueAttrs":["currentQueueDepth","queueName"])")},
      {"CommandInText", Event(kCommand, 2412),
       [](PcfWriter& w) {
         Command(w, "MQCMD_CHANGE_AUTH_INFO");
         w.BeginGroup(Mqi("MQGACF_COMMAND_DATA"));
         w.String(Mqi("MQCACF_COMMAND_MQSC"),
                  "ALTER AUTHINFO(USE.LDAP) LDAPPWD('abc') SHORTUSR('uid')");
         w.EndGroup();
       },
       CommandJson("Change Auth Info",
                   R"("commandMqsc":"ALTER AUTHINFO(USE.LDAP) )"
                   R"j(LDAPPWD('abc') SHORTUSR('uid')")j")},
  };
}

std::vector<PcfEventCase> OtherCases() {
  return {
      {"QmgrActive", Event(kQmgr, 2222),
       [](PcfWriter& w) {
         Qmgr(w);
         w.String(Mqi("MQCACF_HOST_NAME"), "mqhost1");
         Qualifier(w, "MQRQ_REPLICA_ACTIVATED");
       },
       R"("queueMgrName":"QMA1","hostName":"mqhost1",)"
       R"("reasonQualifier":"Replica Activated")"},
      {"QmgrNotActive", Event(kQmgr, 2223),
       [](PcfWriter& w) {
         Qmgr(w);
         Qualifier(w, "MQRQ_Q_MGR_QUIESCING");
       },
       R"("queueMgrName":"QMA1","reasonQualifier":"Queue Mgr Quiescing")"},
      {"UnknownObject", Event(kQmgr, 2085),
       [](PcfWriter& w) {
         Qmgr(w);
         App(w, "scan");
         Str(w, "MQCA_Q_NAME", "NO.SUCH", 48);
         Client(w);
       },
       R"("queueMgrName":"QMA1","applType":"Unix","applName":"scan",)"
       R"("queueName":"NO.SUCH","connectionName":"192.0.2.17",)"
       R"("channelName":"BILLING.SVRCONN")"},
      {"UnknownRemoteQmgr", Event(kQmgr, 2087),
       [](PcfWriter& w) {
         Qmgr(w);
         App(w, "put");
         Queue(w);
         Str(w, "MQCACF_OBJECT_Q_MGR_NAME", "QMZ9", 48);
       },
       R"("queueMgrName":"QMA1","applType":"Unix","applName":"put",)"
       R"("queueName":"BILLING.IN","objectQueueMgrName":"QMZ9")"},
      {"UnknownTransmissionQueue", Event(kQmgr, 2196),
       [](PcfWriter& w) {
         Qmgr(w);
         Queue(w);
         Str(w, "MQCA_XMIT_Q_NAME", "NO.XMIT", 48);
       },
       R"("queueMgrName":"QMA1","queueName":"BILLING.IN",)"
       R"("xmitQueueName":"NO.XMIT")"},
      {"PutInhibited", Event(kQmgr, 2051),
       [](PcfWriter& w) {
         Qmgr(w);
         Queue(w);
         App(w, "put");
       },
       R"("queueMgrName":"QMA1","queueName":"BILLING.IN",)"
       R"("applType":"Unix","applName":"put")"},
      {"GetInhibited", Event(kQmgr, 2016),
       [](PcfWriter& w) {
         Qmgr(w);
         Queue(w);
         Int(w, "MQIA_APPL_TYPE", 99999);
       },
       R"("queueMgrName":"QMA1","queueName":"BILLING.IN",)"
       R"("applType":"Unknown [99999]")"},
      {"QueueFull", Event(kPerfm, 2053),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCA_BASE_OBJECT_NAME", "BILLING.IN", 48);
         Int(w, "MQIA_TIME_SINCE_RESET", 12);
         Int(w, "MQIA_HIGH_Q_DEPTH", 5000);
         Int(w, "MQIA_MSG_ENQ_COUNT", 0);
       },
       R"("queueMgrName":"QMA1","baseObjectName":"BILLING.IN",)"
       R"("timeSinceReset":12,"highQueueDepth":5000,"msgEnqCount":0)"},
      {"QueueDepthHigh", Event(kPerfm, 2224),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCA_BASE_OBJECT_NAME", "BILLING.IN", 48);
       },
       R"("queueMgrName":"QMA1","baseObjectName":"BILLING.IN")"},
      {"Logger", Event(kLogger, 2411),
       [](PcfWriter& w) {
         Str(w, "MQCA_Q_MGR_NAME", "QMA1\x03", 48);
         Str(w, "MQCACF_CURRENT_LOG_EXTENT_NAME", "S0000012.LOG", 24);
         Str(w, "MQCACF_LOG_PATH", "/var/mqm/log/QMA1/active/", 1024);
       },
       "\"queueMgrName\":\"QMA1\\u0003\",\"currentLogExtentName\":"
       "\"S0000012.LOG\",\"logPath\":\"/var/mqm/log/QMA1/active/\""},
      {"UnknownReason", Event(kChannel, 2999),
       [](PcfWriter& w) {
         Qmgr(w);
         Str(w, "MQCACH_CHANNEL_NAME", "QMA1.QMB2", 20);
       },
       R"("queueMgrName":"QMA1","channelName":"QMA1.QMB2")"},
  };
}

}  // namespace

int32_t Mqi(std::string_view name) {
  const auto value = FindMqConstant(name);
  EXPECT_TRUE(value.has_value()) << name;
  return static_cast<int32_t>(value.value_or(0));
}

std::string PcfEventCase::Body(ByteOrder order) const {
  PcfWriter writer(header, order);
  write(writer);
  return writer.Build();
}

std::string PcfEventCase::Message(ByteOrder order) const {
  MqmdValues md;
  // Each message has an id of its own.
  uint64_t digest = 0;
  for (const char c : name) digest = digest * 31 + static_cast<uint64_t>(c);
  md.message_id = "AMQ QMA1        ";
  IntWriter(ByteOrder::kBig, &md.message_id)
      .Put(static_cast<int64_t>(digest), 8);
  md.put_application = "QMA1";
  if (header.command == kConfig || header.command == kCommand) {
    md.correlation_id = kCorrelation;
  }
  return BuildMqmd(md, order) + Body(order);
}

std::string PcfEventCase::Json() const {
  std::string json =
      R"({"eventSource":{"objectName":"Q","objectType":"Queue",)"
      R"("queueMgr":"QMA1"},"eventType":{"name":"","value":)" +
      std::to_string(header.command) + R"(},"eventReason":{"name":"","value":)" +
      std::to_string(header.reason) +
      R"(},"eventCreation":{"timeStamp":"2026-11-20T09:00:00Z",)"
      R"("epoch":1795165200},)";
  if (header.reason == 2368) {
    json += header.control == 0 ? R"("objectState":"Before Change",)"
                                : R"("objectState":"After Change",)";
  }
  if (header.command == kConfig || header.command == kCommand) {
    json += R"("correlationID":")" + std::string(kCorrelationHex) + "\",";
  }
  return json + R"("eventData":{)" + json_data + "}}\n";
}

const std::vector<PcfEventCase>& PcfEventCases() {
  static const auto* const cases = [] {
    auto* const all = new std::vector<PcfEventCase>;
    for (const auto& some : {AuthorityCases(), ChannelCases(), ConfigCases(),
                             CommandCases(), OtherCases()}) {
      all->insert(all->end(), some.begin(), some.end());
    }
    return all;
  }();
  return *cases;
}

}  // namespace mqwarden
