// The small grammars of the reader: connection names, seconds, redaction, MQSC.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/ingest/redact.h"
#include "mqwarden/ingest/seconds.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

TEST(ConnectionNameTest, TheInnermostAddressIsFound) {
  const struct {
    std::string_view connection;
    std::string_view address;  // "": none
  } cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"192.0.2.1(1414)", "192.0.2.1"},
      {"host7", ""},
      {"host7(1414)", ""},
      {"host7 (192.0.2.1)", "192.0.2.1"},
      {"host7.example (192.0.2.1)(1414)", "192.0.2.1"},
      {"192.0.2.9 (192.0.2.1)", "192.0.2.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"(2001:db8::1)(1414)", "2001:db8::1"},
      {"host7 (2001:DB8:0:0:0:0:0:1)", "2001:db8::1"},
      {"fe80::1%eth0", "fe80::1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {" 192.0.2.1 ", "192.0.2.1"},
      {"192.0.2.1(1414),192.0.2.2(1414)", "192.0.2.1"},
      {"host7(1414),192.0.2.2(1414)", ""},
      {"NETID.LUNAME", ""},
      {"", ""},
      {"()", ""},
      {")(", ""},
      {"192.0.2.1)", ""},
  };
  for (const auto& c : cases) {
    const auto address = AddressOfConnection(c.connection);
    EXPECT_EQ(address.has_value() ? FormatIp(*address) : "", c.address)
        << c.connection;
  }
  EXPECT_EQ(AddressOfConnection("(" + std::string(1 << 20, ')')), std::nullopt);
}

TEST(SecondsTest, AreExact) {
  const struct {
    std::string_view number;
    std::optional<int64_t> nanos;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"0.000", 0},
      {"1", 1'000'000'000},
      {"-3", -3'000'000'000},
      {"1.506625", 1'506'625'000},
      {"0.000000001", 1},
      {"0.0000000010", 1},
      {"0.0000000001", std::nullopt},
      {"1e-9", 1},
      {"1e-10", std::nullopt},
      {"10e-10", 1},
      {"1.5E+3", 1'500'000'000'000},
      {"2e-05", 20'000},
      {"9223372036.854775807", INT64_MAX},
      {"9223372036.854775808", std::nullopt},
      {"-9223372036.854775808", INT64_MIN},
      {"1e10", std::nullopt},
      {"1e999999999999", std::nullopt},
      {"100000000000000000000e-20", 1'000'000'000},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ParseJsonSeconds(c.number), c.nanos) << c.number;
  }
}

TEST(RedactTest, PasswordsAreHidden) {
  const struct {
    std::string_view text;
    std::string_view redacted;
  } cases[] = {
      {"ALTER AUTHINFO(X) LDAPPWD('geheim') SHORTUSR('u')",
       "ALTER AUTHINFO(X) LDAPPWD(***) SHORTUSR('u')"},
      {"PASSWORD ( 'a)b' ) X(1)", "PASSWORD (***) X(1)"},
      {"keyrpwd(x)", "keyrpwd(***)"},
      {"runmqras -p geheim -m QM1", "runmqras -p *** -m QM1"},
      {"x -P geheim", "x -P ***"},
      {"setmqaut -m QM1 -t queue -p nina +get",
       "setmqaut -m QM1 -t queue -p *** +get"},
      {"a-p b", "a-p b"},
      {"PWD(", "PWD(***"},
      {"no secret (here)", "no secret (here)"},
      {"", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RedactPasswords(c.text), c.redacted);
  }
}

TEST(MqTextTest, NamesAndTokens) {
  EXPECT_EQ(NameInMqsc("ALTER QLOCAL('A.QUEUE') DESCR('x')"), "A.QUEUE");
  EXPECT_EQ(NameInMqsc("alter qmgr"), "");
  EXPECT_EQ(NameInMqsc(")("), "");
  EXPECT_TRUE(IsMqName("QM_1/a%.B"));
  EXPECT_FALSE(IsMqName("QM 1"));
  EXPECT_FALSE(IsMqName(""));
  EXPECT_FALSE(IsMqName(std::string(49, 'A')));
  EXPECT_EQ(LeadingName("QMA1   \x03"), "QMA1");
  EXPECT_TRUE(IsZeroToken("0000"));
  EXPECT_TRUE(IsZeroToken(""));
  EXPECT_FALSE(IsZeroToken("0010"));
}

TEST(InputFormatTest, NamesRoundTrip) {
  for (int i = 0; i <= static_cast<int>(InputFormat::kNdjson); ++i) {
    const auto format = static_cast<InputFormat>(i);
    EXPECT_EQ(FindInputFormat(InputFormatName(format)), format);
  }
  EXPECT_EQ(FindInputFormat("AMQSEVT"), std::nullopt);
}

TEST(TextOptionsTest, ZonesAreNamesOfTheDatabaseOrOffsets) {
  for (const char* const name :
       {"UTC", "Europe/London", "+02:00", "-0530", "+01", "+14:00"}) {
    EXPECT_TRUE(FindTimeZone(name).has_value()) << name;
  }
  for (const char* const name :
       {"", "Mars/Olympus", "/etc/localtime", "../../etc/passwd", "+", "+1", "+1:00",
        "+15:00", "+02:60", "+02:00:00", "2"}) {
    EXPECT_FALSE(FindTimeZone(name).has_value()) << name;
  }
  EXPECT_EQ(FindDateOrder("dmy"), DateOrder::kDmy);
  EXPECT_EQ(FindDateOrder("ydm"), std::nullopt);
}

// The tables of numbers agree with the constants that they stand for.
TEST(MappingTest, AgreesWithTheConstants) {
  const struct {
    std::string_view constant;
    std::string_view word;
  } authorities[] = {
      {"MQAUTH_ALL_MQI", "allmqi"},      {"MQAUTH_ALL_ADMIN", "alladm"},
      {"MQAUTH_ALL", "all"},             {"MQAUTH_NONE", "none"},
      {"MQAUTH_BROWSE", "browse"},       {"MQAUTH_CHANGE", "chg"},
      {"MQAUTH_CLEAR", "clr"},           {"MQAUTH_CONNECT", "connect"},
      {"MQAUTH_CREATE", "crt"},          {"MQAUTH_DELETE", "dlt"},
      {"MQAUTH_DISPLAY", "dsp"},         {"MQAUTH_INPUT", "get"},
      {"MQAUTH_INQUIRE", "inq"},         {"MQAUTH_OUTPUT", "put"},
      {"MQAUTH_PASS_ALL_CONTEXT", "passall"},
      {"MQAUTH_PASS_IDENTITY_CONTEXT", "passid"},
      {"MQAUTH_SET", "set"},             {"MQAUTH_SET_ALL_CONTEXT", "setall"},
      {"MQAUTH_SET_IDENTITY_CONTEXT", "setid"},
      {"MQAUTH_ALT_USER_AUTHORITY", "altusr"},
      {"MQAUTH_CONTROL", "ctrl"},        {"MQAUTH_CONTROL_EXTENDED", "ctrlx"},
      {"MQAUTH_PUBLISH", "pub"},         {"MQAUTH_SUBSCRIBE", "sub"},
      {"MQAUTH_RESUME", "resume"},       {"MQAUTH_SYSTEM", "system"},
  };
  for (const auto& row : authorities) {
    EXPECT_EQ(WordOfAuthority(FindMqConstant(row.constant).value()), row.word)
        << row.constant;
  }
  EXPECT_EQ(WordOfAuthority(99), "");

  const struct {
    std::string_view constant;
    std::string_view type;
  } channels[] = {
      {"MQCHT_SENDER", "sdr"},       {"MQCHT_SERVER", "svr"},
      {"MQCHT_RECEIVER", "rcvr"},    {"MQCHT_REQUESTER", "rqstr"},
      {"MQCHT_CLNTCONN", "clntconn"}, {"MQCHT_SVRCONN", "svrconn"},
      {"MQCHT_CLUSRCVR", "clusrcvr"}, {"MQCHT_CLUSSDR", "clussdr"},
      {"MQCHT_MQTT", "mqtt"},        {"MQCHT_AMQP", "amqp"},
  };
  for (const auto& row : channels) {
    const auto type = ChannelTypeOf(FindMqConstant(row.constant).value());
    ASSERT_TRUE(type.has_value()) << row.constant;
    EXPECT_EQ(EnumValueName(EnumType::kChannelType, *type), row.type);
  }
  EXPECT_EQ(ChannelTypeOf(FindMqConstant("MQCHT_ALL").value()), std::nullopt);

  const struct {
    std::string_view constant;
    std::string_view type;
  } commands[] = {
      {"MQCMD_CHANGE_Q_MGR", "qmgr"},       {"MQCMD_CLEAR_Q", "queue"},
      {"MQCMD_DELETE_CHANNEL", "channel"},  {"MQCMD_SET_CHLAUTH_REC", "chlauth"},
      {"MQCMD_SET_AUTH_REC", "authrec"},    {"MQCMD_DELETE_AUTH_REC", "authrec"},
      {"MQCMD_CHANGE_AUTH_INFO", "authinfo"}, {"MQCMD_START_SERVICE", "service"},
      {"MQCMD_CHANGE_PROT_POLICY", "policy"}, {"MQCMD_CREATE_TOPIC", "topic"},
      {"MQCMD_CHANGE_LISTENER", "listener"}, {"MQCMD_COPY_NAMELIST", "namelist"},
      {"MQCMD_CREATE_SUBSCRIPTION", "subscription"},
      {"MQCMD_DELETE_COMM_INFO", "comminfo"},
      {"MQCMD_CHANGE_CF_STRUC", "cfstruct"}, {"MQCMD_CHANGE_STG_CLASS", "stgclass"},
      {"MQCMD_CREATE_PROCESS", "process"},
  };
  for (const auto& row : commands) {
    const auto kind = ObjectKindOfCommand(FindMqConstant(row.constant).value());
    ASSERT_TRUE(kind.has_value()) << row.constant;
    EXPECT_EQ(EnumValueName(EnumType::kObjectType, kind->object_type), row.type);
    EXPECT_NE(ParameterByJsonKey(kind->name_key), nullptr) << kind->name_key;
  }
  // A table of ranges would hide a command of another name in between.
  for (const MqConstant& row : AllMqConstants()) {
    if (row.kind != MqKind::kCommand || !row.canonical) continue;
    const auto kind = ObjectKindOfCommand(row.value);
    if (!kind.has_value()) continue;
    const std::string_view type =
        EnumValueName(EnumType::kObjectType, kind->object_type);
    const std::string_view part = type == "queue"      ? "_Q"
                                  : type == "qmgr"     ? "_Q_MGR"
                                  : type == "authinfo" ? "AUTH_INFO"
                                  : type == "authrec"  ? "AUTH_REC"
                                  : type == "chlauth"  ? "CHLAUTH_REC"
                                  : type == "policy"   ? "PROT_POLICY"
                                  : type == "comminfo" ? "COMM_INFO"
                                  : type == "cfstruct" ? "CF_STRUC"
                                  : type == "stgclass" ? "STG_CLASS"
                                  : type == "subscription" ? "SUB"
                                  : type == "listener" ? "LISTENER"
                                  : type == "channel"  ? "CHANNEL"
                                  : type == "process"  ? "PROCESS"
                                  : type == "namelist" ? "NAMELIST"
                                  : type == "service"  ? "SERVICE"
                                                       : "TOPIC";
    EXPECT_NE(row.name.find(part), std::string_view::npos)
        << row.name << " is of " << type;
    EXPECT_EQ(ChangesAttributes(row.value),
              row.name.starts_with("MQCMD_CHANGE_") ||
                  row.name.starts_with("MQCMD_SET_"))
        << row.name;
  }
}

TEST(MappingTest, OpenOptionsBecomeAccessWords) {
  std::string_view words[kMaxAccessWords];
  const auto access = [&](int64_t bits, bool topic) {
    std::string out;
    const int count = AccessOfOpenOptions(bits, topic, words);
    for (int i = 0; i < count; ++i) out += std::string(words[i]) + " ";
    return out;
  };
  EXPECT_EQ(access(0, false), "");
  EXPECT_EQ(access(1, false), "get ");
  EXPECT_EQ(access(2 | 4, false), "get ");
  EXPECT_EQ(access(16, false), "put ");
  EXPECT_EQ(access(16, true), "pub ");
  EXPECT_EQ(access(128 | 8192 | 16384, false), "");
  EXPECT_EQ(access(0xFFFFFFFF, false),
            "get browse put inq set passid passall setid setall altusr ");
}

TEST(MappingTest, OriginsAgreeWithTheConstants) {
  for (const MqConstant& row : AllMqConstants()) {
    if (row.kind != MqKind::kEventOrigin) continue;
    const std::string_view origin =
        EnumValueName(EnumType::kOrigin, OriginOf(row.value));
    std::string upper = "MQEVO_";
    for (const char c : origin) upper += static_cast<char>(c - 'a' + 'A');
    EXPECT_EQ(row.name, upper);
  }
  EXPECT_EQ(EnumValueName(EnumType::kOrigin, OriginOf(99)), "other");
}

}  // namespace
}  // namespace mqwarden
