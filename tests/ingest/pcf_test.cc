#include "mqwarden/ingest/formats/pcf.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/formats/message_facts.h"
#include "mqwarden/ingest/formats/pcf_layout.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

constexpr ByteOrder kOrders[] = {ByteOrder::kLittle, ByteOrder::kBig};

// The event as NDJSON, or "reason: detail".
std::string Decode(std::string_view message, const MessageFacts& facts = {}) {
  // A copy of exactly its size, so that a sanitizer sees a read beyond it.
  const std::vector<char> bytes(message.begin(), message.end());
  PcfDecoder decoder;
  Event event;
  const auto reject =
      decoder.Decode({bytes.data(), bytes.size()}, facts, &event);
  if (reject.has_value()) {
    return std::string(reject->reason) + ": " + reject->detail;
  }
  std::string json;
  AppendEventJson(event, &json);
  return json;
}

// The record's parameters, one a line: `key=text`, `#number`, elements.
std::string Parameters(std::string_view message) {
  PcfDecoder decoder;
  MqRecord record;
  MessageFacts facts;
  if (const auto reject = decoder.Read(message, &facts, &record)) {
    return std::string(reject->reason) + ": " + reject->detail;
  }
  std::string out;
  for (const MqParameter& p : record.parameters) {
    out += std::string(p.key) + "=" + std::string(p.text);
    if (p.has_number) out += "#" + std::to_string(p.number);
    if (p.is_list) out += " list";
    for (const std::string_view e : record.ElementsOf(p)) {
      out += " [" + std::string(e) + "]";
    }
    if (p.in_command) out += " command";
    out += '\n';
  }
  return out;
}

// One of everything, each integer of which can be made wrong.
std::string MessageOfEveryStruct(ByteOrder order) {
  PcfWriter w({7, 99, 2413, 1, 0, 3}, order);
  w.Int(Mqi("MQIA_APPL_TYPE"), 6)
      .String(Mqi("MQCACF_USER_IDENTIFIER"), "nina", 12)
      .IntList(Mqi("MQIACF_AUTHORIZATION_LIST"), {1, 2})
      .StringList(Mqi("MQCA_NAMES"), 8, {"A", "B"})
      .Bytes(Mqi("MQBACF_CONN_TAG"), "\x01\x02\x03")
      .Int64(Mqi("MQIA_MAX_Q_DEPTH"), 1)
      .Int64List(Mqi("MQIACF_Q_ATTRS"), {1, 2})
      .BeginGroup(Mqi("MQGACF_COMMAND_DATA"))
      .IntFilter(Mqi("MQIA_CURRENT_Q_DEPTH"), 4, 0)
      .StringFilter(Mqi("MQCA_Q_NAME"), 18, "A*")
      .BytesFilter(Mqi("MQBACF_CONN_TAG"), 2, "\xAB")
      .EndGroup()
      .Int(Mqi("MQIA_BACKOUT_THRESHOLD"), 3);
  return w.Build();
}

TEST(PcfTest, EveryStructureIsReadInBothByteOrders) {
  for (const ByteOrder order : kOrders) {
    EXPECT_EQ(Parameters(MessageOfEveryStruct(order)),
              "applType=Unix#6\n"
              "userIdentifier=nina\n"
              "authorizationList=Alt User Authority#1 list"
              " [Alt User Authority] [Browse]\n"
              "names=A list [A] [B]\n"
              "connTag=010203\n"
              "maxQueueDepth=1#1\n"
              "queueAttrs=applType list [applType] [codedCharSetId]\n"
              "filter=WHERE 'currentQueueDepth' Greater '0' command\n"
              "filter=WHERE 'queueName' Like 'A*' command\n"
              "filter=WHERE 'connTag' Equal 'AB' command\n"
              "backoutThreshold=3#3\n");
  }
}

TEST(PcfTest, NumbersKeepTheirSignAndTheirSixtyFourBits) {
  const int64_t least = std::numeric_limits<int64_t>::min();
  for (const ByteOrder order : kOrders) {
    PcfWriter w({}, order);
    w.Int(Mqi("MQIA_BACKOUT_THRESHOLD"), -1)
        .Int64(Mqi("MQIA_MAX_Q_DEPTH"), least)
        .IntList(Mqi("MQIACH_HDR_COMPRESSION"), {-2});
    EXPECT_EQ(Parameters(w.Build()),
              "backoutThreshold=-1#-1\n"
              "maxQueueDepth=-9223372036854775808#-9223372036854775808\n"
              "hdrCompression=-2#-2 list [-2]\n");
  }
}

TEST(PcfTest, EmptyListsAndTextsAreEmpty) {
  PcfWriter w;
  w.IntList(Mqi("MQIACF_AUTHORIZATION_LIST"), {})
      .StringList(Mqi("MQCA_NAMES"), 48, {})
      .String(Mqi("MQCA_Q_DESC"), "", 64)
      .Bytes(Mqi("MQBACF_CONN_TAG"), "");
  EXPECT_EQ(Parameters(w.Build()),
            "authorizationList= list\nnames= list\nqueueDesc=\nconnTag=\n");
}

TEST(PcfTest, UnknownParametersAndStructuresDoNotMatter) {
  PcfWriter w;
  w.Int(654321, 5)
      .Struct(99, 1, std::string(20, '\xFF'))
      .Struct(-7, 1, "")
      .Int(-3, 6)
      .String(Mqi("MQCACF_USER_IDENTIFIER"), "nina");
  EXPECT_EQ(Parameters(w.Build()),
            "parameter654321=5#5\nparameter-3=6#6\nuserIdentifier=nina\n");
}

TEST(PcfTest, PaddingIsNotLookedAt) {
  const auto decode = [](char padding) {
    PcfWriter w;
    w.set_padding(padding).String(Mqi("MQCACF_USER_IDENTIFIER"), "a");
    w.Bytes(Mqi("MQBACF_CONN_TAG"), "\x01");
    return Parameters(w.Build());
  };
  EXPECT_EQ(decode('\0'), "userIdentifier=a\nconnTag=01\n");
  EXPECT_EQ(decode('\0'), decode('Z'));
}

TEST(PcfTest, TextEndsAtItsNulAndItsBlanks) {
  const std::string_view texts[] = {
      "nina", "nina   ", std::string_view("nina\0xyz", 8),
      std::string_view("nina  \0  ", 9), std::string_view("nina\0\0", 6)};
  for (const std::string_view text : texts) {
    PcfWriter w;
    w.String(Mqi("MQCACF_USER_IDENTIFIER"), text);
    EXPECT_EQ(Parameters(w.Build()), "userIdentifier=nina\n");
  }
  PcfWriter leading;
  leading.String(Mqi("MQCACF_USER_IDENTIFIER"), " nina");
  EXPECT_EQ(Parameters(leading.Build()), "userIdentifier= nina\n");
}

TEST(PcfTest, TheFirstOfEqualParametersHolds) {
  PcfWriter w;
  w.String(Mqi("MQCACF_USER_IDENTIFIER"), "nina")
      .String(Mqi("MQCACF_USER_IDENTIFIER"), "oskar")
      .Int(Mqi("MQIA_BACKOUT_THRESHOLD"), 1)
      .Int(Mqi("MQIA_BACKOUT_THRESHOLD"), 2);
  const std::string json = Decode(w.Build());
  EXPECT_NE(json.find(R"("user":"nina")"), json.npos) << json;
  EXPECT_NE(json.find(R"("backoutThreshold":"1")"), json.npos) << json;
  EXPECT_NE(json.find(R"("backoutThreshold_list":"1,2")"), json.npos) << json;
}

TEST(PcfTest, MembersOfGroupsFollowThemUncounted) {
  PcfWriter w({7, 99, 2412, 1, 0, 3});
  w.BeginGroup(Mqi("MQGACF_COMMAND_CONTEXT"))
      .Int(Mqi("MQIACF_COMMAND"), 8)
      .EndGroup()
      .BeginGroup(Mqi("MQGACF_COMMAND_DATA"))
      .BeginGroup(8003)
      .Int(1, 6)
      .BeginGroup(8004)
      .EndGroup()
      .EndGroup()
      .Int(1, 7)
      .EndGroup()
      .Int(1, 99998);
  EXPECT_EQ(Parameters(w.Build()),
            "command=Change Queue#8\napplType=Unix#6 command\n"
            "applType=Qmgr#7 command\napplType=Unknown [99998]#99998\n");
}

TEST(PcfTest, GroupsNestNoDeeperThanTheBound) {
  const auto nested = [](size_t depth) {
    PcfWriter w;
    for (size_t i = 0; i < depth; ++i) w.BeginGroup(8003);
    w.Int(1, 6);
    for (size_t i = 0; i < depth; ++i) w.EndGroup();
    return Parameters(w.Build());
  };
  EXPECT_EQ(nested(PcfDecoder::kMaxGroupDepth), "applType=Unix#6\n");
  EXPECT_EQ(nested(PcfDecoder::kMaxGroupDepth + 1),
            "bad_value: groups nested deeper than 8");
}

TEST(PcfTest, AMessageHasAtMostSoManyValues) {
  PcfWriter params;
  for (size_t i = 0; i < PcfDecoder::kMaxValues; ++i) params.Int(1, 6);
  const std::string full = params.Build();
  EXPECT_EQ(Parameters(full).substr(0, 9), "applType=");
  EXPECT_EQ(Parameters(params.Int(1, 6).Build()),
            "too_long: a message of more than 16384 values");

  // Elements of no length cost a list nothing.
  const auto list_of = [](int32_t count) {
    std::string tail;
    IntWriter ints(ByteOrder::kLittle, &tail);
    for (const int32_t value : {819, count, 0}) ints.Put(value, 4);
    PcfWriter w;
    w.Struct(6, Mqi("MQCA_NAMES"), tail);
    return Parameters(w.Build()).substr(0, 12);
  };
  EXPECT_EQ(list_of(3), "names= list ");
  EXPECT_EQ(list_of(2'000'000'000), "too_long: a ");
}

// Every length and count that a structure gives, made impossible.
struct LengthCase {
  const char* name;
  int32_t type;
  size_t at;  // in the structure
  int32_t value;
  const char* expected;
};

class PcfLengthTest : public ::testing::TestWithParam<LengthCase> {};

TEST_P(PcfLengthTest, IsRejected) {
  const LengthCase& c = GetParam();
  for (const ByteOrder order : kOrders) {
    std::string message = MessageOfEveryStruct(order);
    const PcfOrder pcf_order =
        order == ByteOrder::kBig ? PcfOrder::kBig : PcfOrder::kLittle;
    size_t at = c.type == 7 ? 0 : kPcfHeaderBytes;
    while (PcfInt(message, at, pcf_order) != c.type) {
      at += static_cast<size_t>(PcfInt(message, at + 4, pcf_order));
      ASSERT_LT(at, message.size());
    }
    std::string value;
    IntWriter(order, &value).Put(c.value, 4);
    message.replace(at + c.at, 4, value);
    EXPECT_EQ(Decode(message), c.expected);
  }
}

constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
constexpr int32_t kMin = std::numeric_limits<int32_t>::min();

INSTANTIATE_TEST_SUITE_P(
    Lengths, PcfLengthTest,
    ::testing::ValuesIn(std::vector<LengthCase>{
        {"HeaderZero", 7, 4, 0,
         "bad_length: MQCFH.StrucLength is 36 in neither byte order"},
        {"HeaderShort", 7, 4, 35,
         "bad_length: MQCFH.StrucLength is 36 in neither byte order"},
        {"HeaderCountNegative", 7, 32, -1,
         "bad_length: MQCFH.ParameterCount is -1"},
        {"HeaderCountTooLarge", 7, 32, 100,
         "truncated: the message ends inside of its parameters"},
        {"IntegerZero", 3, 4, 0,
         "bad_length: StrucLength of MQCFT_INTEGER is 0"},
        {"IntegerShort", 3, 4, 15,
         "bad_length: StrucLength of MQCFT_INTEGER is 15"},
        {"IntegerNegative", 3, 4, kMin,
         "bad_length: StrucLength of MQCFT_INTEGER is -2147483648"},
        {"IntegerHuge", 3, 4, kMax,
         "bad_length: StrucLength of MQCFT_INTEGER is 2147483647"},
        {"IntegerBeyondTheEnd", 3, 4, 4096,
         "truncated: the message ends inside of MQCFT_INTEGER"},
        {"StringShort", 4, 4, 19,
         "bad_length: StrucLength of MQCFT_STRING is 19"},
        {"StringNegative", 4, 16, -1, "bad_length: StringLength is -1"},
        {"StringLong", 4, 16, 13, "bad_length: StringLength is 13"},
        {"StringHuge", 4, 16, kMax, "bad_length: StringLength is 2147483647"},
        {"IntegerListShort", 5, 4, 15,
         "bad_length: StrucLength of MQCFT_INTEGER_LIST is 15"},
        {"IntegerListNegative", 5, 12, -1, "bad_length: Count is -1"},
        {"IntegerListLong", 5, 12, 3, "bad_length: Count is 3"},
        // Times four it is 4 in 32 bits.
        {"IntegerListOverflow", 5, 12, 0x40000001,
         "bad_length: Count is 1073741825"},
        {"StringListShort", 6, 4, 23,
         "bad_length: StrucLength of MQCFT_STRING_LIST is 23"},
        {"StringListCountNegative", 6, 16, -1, "bad_length: Count is -1"},
        {"StringListLengthNegative", 6, 20, -8,
         "bad_length: StringLength is -8"},
        {"StringListLong", 6, 16, 3,
         "bad_length: Count * StringLength is 24"},
        // Times eight it is 8 in 32 bits.
        {"StringListOverflow", 6, 16, 0x20000001,
         "bad_length: Count * StringLength is 4294967304"},
        {"StringListHuge", 6, 16, kMax,
         "bad_length: Count * StringLength is 17179869176"},
        {"ByteStringNegative", 9, 12, -1, "bad_length: StringLength is -1"},
        {"ByteStringLong", 9, 12, 5, "bad_length: StringLength is 5"},
        {"Integer64Short", 23, 4, 20,
         "bad_length: StrucLength of MQCFT_INTEGER64 is 20"},
        {"Integer64ListOverflow", 25, 12, 0x20000000,
         "bad_length: Count is 536870912"},
        {"Integer64ListLong", 25, 12, 3, "bad_length: Count is 3"},
        {"GroupCountNegative", 20, 12, -1,
         "bad_length: MQCFGR.ParameterCount is -1"},
        {"GroupCountHuge", 20, 12, kMax,
         "truncated: the message ends inside of its parameters"},
        {"IntegerFilterShort", 13, 4, 19,
         "bad_length: StrucLength of MQCFT_INTEGER_FILTER is 19"},
        {"StringFilterLong", 14, 20, 5,
         "bad_length: FilterValueLength is 5"},
        {"ByteStringFilterNegative", 15, 16, -1,
         "bad_length: FilterValueLength is -1"},
    }),
    [](const auto& info) { return info.param.name; });

// The decoder reads nothing that is not there, whatever the integers say; a
// sanitizer sees it.
TEST(PcfTest, NoIntegerLeadsOutsideOfTheMessage) {
  int rejected = 0;
  for (const ByteOrder order : kOrders) {
    const std::string good = MessageOfEveryStruct(order);
    for (size_t at = 0; at + 4 <= good.size(); ++at) {
      for (const int32_t value :
           {0, 1, 4, 7, 8, 16, 20, 23, 24, 25, 36, 1000, -1, kMax, kMin,
            0x40000000, 0x01000000, static_cast<int32_t>(good.size())}) {
        std::string message = good;
        std::string bytes;
        IntWriter(order, &bytes).Put(value, 4);
        message.replace(at, 4, bytes);
        if (Decode(message).front() != '{') ++rejected;
      }
    }
  }
  EXPECT_GT(rejected, 1000);
}

TEST(PcfTest, EveryTruncationIsSeen) {
  for (const ByteOrder order : kOrders) {
    const std::string messages[] = {
        MessageOfEveryStruct(order),
        BuildMqmd({}, order) + MessageOfEveryStruct(order),
        PcfWriter({}, order).Int(1, 6).BuildEph()};
    for (const std::string& message : messages) {
      ASSERT_EQ(Decode(message).front(), '{') << Decode(message);
      for (size_t size = 0; size < message.size(); ++size) {
        const std::string cut = Decode(message.substr(0, size));
        EXPECT_EQ(cut.substr(0, 11), "truncated: ") << size << ": " << cut;
      }
    }
  }
}

TEST(PcfTest, BytesBehindTheLastParameterDoNotMatter) {
  const std::string message = PcfWriter().Int(1, 6).Build();
  EXPECT_EQ(Parameters(message + "garbage"), Parameters(message));
}

TEST(PcfTest, OtherTypesOfMessageAreDecodedOrNamed) {
  const auto decode = [](int32_t type) {
    return Decode(PcfWriter({type, 13, 0, 1, 0, 3}).Int(1, 6).Build());
  };
  EXPECT_EQ(decode(1),
            R"({"source":"pcf","kind":"diag","action":"other",)"
            R"("outcome":"unknown","event_class":13,"app_type":"Unix",)"
            R"("attr":{"msgType":"Command"}})");
  EXPECT_NE(decode(2).find(R"("msgType":"Response")"), std::string::npos);
  EXPECT_NE(decode(16).find(R"("msgType":"Command Xr")"), std::string::npos);
  EXPECT_EQ(decode(22), "bad_value: a message of MQCFT_ACCOUNTING");
  EXPECT_EQ(decode(77), "bad_value: a message of type 77");
}

TEST(PcfTest, EveryTypeOfObjectOfADefinitionHasItsName) {
  struct Row {
    std::string_view type;  // MQOT
    std::string_view name;  // the parameter that has it
    std::string_view object_type;
  };
  constexpr Row kRows[] = {
      {"MQOT_Q", "MQCA_Q_NAME", "queue"},
      {"MQOT_NAMELIST", "MQCA_NAMELIST_NAME", "namelist"},
      {"MQOT_PROCESS", "MQCA_PROCESS_NAME", "process"},
      {"MQOT_STORAGE_CLASS", "MQCA_STORAGE_CLASS", "stgclass"},
      {"MQOT_Q_MGR", "MQCA_Q_MGR_NAME", "qmgr"},
      {"MQOT_CHANNEL", "MQCACH_CHANNEL_NAME", "channel"},
      {"MQOT_AUTH_INFO", "MQCA_AUTH_INFO_NAME", "authinfo"},
      {"MQOT_TOPIC", "MQCA_TOPIC_NAME", "topic"},
      {"MQOT_COMM_INFO", "MQCA_COMM_INFO_NAME", "comminfo"},
      {"MQOT_CF_STRUC", "MQCA_CF_STRUC_NAME", "cfstruct"},
      {"MQOT_LISTENER", "MQCACH_LISTENER_NAME", "listener"},
      {"MQOT_SERVICE", "MQCA_SERVICE_NAME", "service"},
      {"MQOT_SVRCONN_CHANNEL", "MQCACH_CHANNEL_NAME", "channel"},
      {"MQOT_CHLAUTH", "MQCACH_CHANNEL_NAME", "chlauth"},
      {"MQOT_REMOTE_Q_MGR_NAME", "MQCA_REMOTE_Q_MGR_NAME", "other"},
      {"MQOT_PROT_POLICY", "MQCA_POLICY_NAME", "policy"},
      {"MQOT_AUTH_REC", "MQCACF_AUTH_PROFILE_NAME", "authrec"},
  };
  for (const Row& row : kRows) {
    const std::string event =
        Decode(PcfWriter({7, 43, 2367})
                   .String(Mqi("MQCACF_EVENT_USER_ID"), "admin")
                   .Int(Mqi("MQIACF_OBJECT_TYPE"), Mqi(row.type))
                   .String(Mqi(row.name), "AN.OBJECT", 48)
                   .Build());
    EXPECT_NE(event.find(R"("object":"AN.OBJECT","object_type":")" +
                         std::string(row.object_type) + '"'),
              std::string::npos)
        << event;
    EXPECT_EQ(event.find("attr"), std::string::npos) << event;
  }
}

// A decoder remembers what it has found out about a parameter.
TEST(PcfTest, ValuesBeforeDoNotShow) {
  PcfDecoder decoder;
  const auto parameters = [&](const PcfWriter& writer, PcfDecoder* d) {
    const std::string message = writer.Build();
    MqRecord record;
    MessageFacts facts;
    EXPECT_FALSE(d->Read(message, &facts, &record).has_value());
    std::string out;
    for (const MqParameter& p : record.parameters) {
      out += std::string(p.key) + '=' + std::string(p.text) + ' ';
    }
    return out;
  };
  // Numbers of parameters that share a place in any small table, too.
  for (const int32_t parameter : {1, 128, 1016, 1016 + 127, 1020, 1013, -1, 0,
                                  99'999, 99'999 + 127, 1022}) {
    for (const int32_t value : {6, 28, 6, 0, -7, 6, 1'000'000, 6}) {
      PcfWriter writer;
      writer.Int(parameter, value).Int(parameter, value + 1).Int(1, value);
      writer.IntList(parameter, {value, value, 28});
      PcfDecoder other;
      EXPECT_EQ(parameters(writer, &decoder), parameters(writer, &other));
    }
  }
}

TEST(PcfTest, AnEmbeddedHeaderIsReadThrough) {
  for (const ByteOrder order : kOrders) {
    PcfWriter w({}, order);
    w.String(Mqi("MQCACF_USER_IDENTIFIER"), "nina");
    EXPECT_EQ(Decode(w.BuildEph()), Decode(w.Build()));
    MqmdValues md;
    md.format = "MQHEPCF ";
    EXPECT_EQ(Decode(BuildMqmd(md, order) + w.BuildEph()),
              Decode(BuildMqmd(md, order) + w.Build()));
  }
}

TEST(PcfTest, TheMessageDescriptorSaysTimeIdsAndQueueManager) {
  for (const ByteOrder order : kOrders) {
    for (const int32_t version : {1, 2}) {
      MqmdValues md;
      md.version = version;
      md.message_id = "\xAB\x01";
      md.correlation_id = "\xCD\x02";
      md.put_application = "QMA1";
      PcfWriter w({7, 99, 2412, 1, 0, 3}, order);
      w.String(Mqi("MQCACF_EVENT_USER_ID"), "ivo");
      EXPECT_EQ(
          Decode(BuildMqmd(md, order) + w.Build()),
          R"({"time":"2026-11-20T09:00:00.120Z","time_quality":"exact",)"
          R"("event_id":"ab0100000000000000000000000000000000000000000000",)"
          R"("source":"pcf","kind":"command","action":"command",)"
          R"("outcome":"success","reason":2412,)"
          R"("reason_name":"MQRC_COMMAND_MQSC","event_class":99,"correlation":)"
          R"("cd0200000000000000000000000000000000000000000000",)"
          R"("qmgr":"QMA1","user":"ivo","event_user":"ivo"})");
    }
  }
}

TEST(PcfTest, ABodyAloneHasNoTimeAndNoId) {
  PcfWriter w;
  w.String(Mqi("MQCA_Q_MGR_NAME"), "QMA1", 48);
  EXPECT_EQ(Decode(w.Build()),
            R"({"source":"pcf","kind":"authz","action":"other",)"
            R"("outcome":"failure","reason":2035,)"
            R"("reason_name":"MQRC_NOT_AUTHORIZED","event_class":44,)"
            R"("qmgr":"QMA1"})");
}

TEST(PcfTest, TheHostMaySayWhatTheMessageDescriptorSays) {
  const std::string message = PcfWriter({7, 44, 2222}).Build();
  MessageFacts facts;
  facts.put_date = "20261120";
  facts.put_time = "09000012";
  facts.message_id = "\xAB";
  facts.correlation_id = std::string_view("\0\0", 2);
  facts.put_application_type = 7;
  facts.put_application = "QMA1";
  facts.queue = "SYSTEM.ADMIN.QMGR.EVENT";
  EXPECT_EQ(Decode(message, facts),
            R"({"time":"2026-11-20T09:00:00.120Z","time_quality":"exact",)"
            R"("event_id":"ab","source":"pcf","kind":"qmgr","action":"start",)"
            R"("outcome":"success","reason":2222,)"
            R"("reason_name":"MQRC_Q_MGR_ACTIVE","event_class":44,)"
            R"("qmgr":"QMA1","attr":{"eventSource":"SYSTEM.ADMIN.QMGR.EVENT"}})");

  MessageFacts with_time;
  with_time.time = ParseTime("2026-11-20T09:00:00Z");
  with_time.receipt = ParseTime("2026-11-20T10:00:00Z");
  EXPECT_TRUE(Decode(message, with_time)
                  .starts_with(R"({"time":"2026-11-20T09:00:00Z",)"
                               R"("time_quality":"exact",)"
                               R"("received":"2026-11-20T10:00:00Z",)"));

  MessageFacts receipt;
  receipt.receipt = ParseTime("2026-11-20T10:00:00Z");
  EXPECT_TRUE(Decode(message, receipt)
                  .starts_with(R"({"time":"2026-11-20T10:00:00Z",)"
                               R"("time_quality":"receipt",)"));
}

// PutApplName names the queue manager where it is one, and has 28 characters.
TEST(PcfTest, TheQueueManagerOfADefinitionIsThatWhichRaisedIt) {
  const auto qmgr = [](int32_t type, std::string_view name,
                       std::string_view entered) {
    MqmdValues md;
    md.put_application_type = type;
    md.put_application = name;
    PcfWriter w({7, 99, 2412, 1, 0, 3});
    w.String(Mqi("MQCACF_EVENT_Q_MGR"), entered, 48);
    const std::string json = Decode(BuildMqmd(md) + w.Build());
    const size_t at = json.find(R"("qmgr":)");
    return json.substr(at, json.size() - 1 - at);
  };
  EXPECT_EQ(qmgr(7, "QMA1", "QMA1"), R"("qmgr":"QMA1")");
  EXPECT_EQ(qmgr(7, "QMA1", "QMB2"),
            R"("qmgr":"QMA1","origin_qmgr":"QMB2")");
  EXPECT_EQ(qmgr(6, "amqsput", "QMB2"), R"("qmgr":"QMB2")");
  EXPECT_EQ(qmgr(7, "not a name", "QMB2"), R"("qmgr":"QMB2")");
  const std::string long_name = "A.QUEUE.MANAGER.WITH.A.VERY.LONG.NAME";
  EXPECT_EQ(qmgr(7, long_name.substr(0, 28), long_name),
            "\"qmgr\":\"" + long_name + "\"");
}

TEST(PcfTest, CorrelationOfOtherEventsIsTheTagOfTheConnection) {
  const auto correlation = [](bool tag) {
    MqmdValues md;
    md.correlation_id = "\xCD\x02";
    PcfWriter w;
    if (tag) w.Bytes(Mqi("MQBACF_CONN_TAG"), "\xAB\x01");
    const std::string json = Decode(BuildMqmd(md) + w.Build());
    const size_t at = json.find(R"("correlation":")") + 15;
    return json.substr(at, json.find('"', at) - at);
  };
  EXPECT_EQ(correlation(true), "ab01");
  EXPECT_EQ(correlation(false),
            "cd0200000000000000000000000000000000000000000000");
}

TEST(PcfTest, AHeaderOfALaterVersionNeedsTheEncoding) {
  for (const ByteOrder order : kOrders) {
    std::string message = PcfWriter({}, order).Int(1, 6).Build();
    std::string forty;
    IntWriter(order, &forty).Put(40, 4);
    message.replace(4, 4, forty);
    message.insert(36, "more");
    EXPECT_EQ(Decode(message).substr(0, 11), "bad_length:");
    MessageFacts facts;
    facts.encoding = order == ByteOrder::kBig ? 273 : 546;
    EXPECT_NE(Decode(message, facts).find(R"("app_type":"Unix")"),
              std::string::npos);
  }
}

TEST(PcfTest, TextInEbcdicIsReadBySetOfParameterMessageOrLooks) {
  // NINA[1], in 37 and in 500.
  const std::string in_37 = "\xD5\xC9\xD5\xC1\xBA\xF1\xBB";
  const std::string in_500 = "\xD5\xC9\xD5\xC1\x4A\xF1\x5A";
  const auto user = [](const std::string& text, int32_t set, int32_t md_set) {
    PcfWriter w({}, ByteOrder::kBig);
    w.set_blank('\x40').String(Mqi("MQCACF_USER_IDENTIFIER"), text, 12, set);
    MqmdValues md;
    md.ccsid = md_set;
    const std::string json =
        Decode(BuildMqmd(md, ByteOrder::kBig) + w.Build());
    const size_t at = json.find(R"("user":")") + 8;
    return json.substr(at, json.find('"', at) - at);
  };
  EXPECT_EQ(user(in_37, 37, 819), "NINA[1]");
  EXPECT_EQ(user(in_500, 500, 819), "NINA[1]");
  EXPECT_EQ(user(in_500, 0, 500), "NINA[1]");
  EXPECT_EQ(user(in_37, -2, 37), "NINA[1]");
  EXPECT_EQ(user("\xD5\xC9\xD5\xC1", 0, 0), "NINA");
}

TEST(PcfTest, AMessageDescriptorInEbcdicIsRead) {
  std::string md = BuildMqmd({}, ByteOrder::kBig);
  const auto put = [&md](size_t at, std::string_view bytes) {
    md.replace(at, bytes.size(), bytes);
  };
  put(0, "\xD4\xC4\x40\x40");
  put(276, std::string("\xD8\xD4\xC1\xF1") + std::string(24, '\x40'));
  put(304, "\xF2\xF0\xF2\xF6\xF1\xF1\xF2\xF0");
  put(312, "\xF0\xF9\xF0\xF0\xF0\xF0\xF1\xF2");
  const std::string json =
      Decode(md + PcfWriter({7, 44, 2222}, ByteOrder::kBig).Build());
  EXPECT_NE(json.find("2026-11-20T09:00:00.120Z"), json.npos) << json;
  EXPECT_NE(json.find(R"("qmgr":"QMA1")"), json.npos) << json;
}

TEST(PcfTest, PutTimeIsUtcWithHundredths) {
  struct Case {
    std::string_view date, time;
    std::optional<std::string_view> expected;
  };
  const Case cases[] = {
      {"20261120", "09000012", "2026-11-20T09:00:00.12Z"},
      {"20240229", "23595999", "2024-02-29T23:59:59.99Z"},
      {"16780101", "00000000", "1678-01-01T00:00:00Z"},
      {"22611231", "23595900", "2261-12-31T23:59:59Z"},
      {"20161231", "23596000", "2017-01-01T00:00:00Z"},
      {"20230229", "09000012", std::nullopt},
      {"20261320", "09000012", std::nullopt},
      {"20260020", "09000012", std::nullopt},
      {"20261120", "24000012", std::nullopt},
      {"20261120", "09600012", std::nullopt},
      {"20261120", "09006112", std::nullopt},
      {"20261120", "0900-112", std::nullopt},
      {"2026112 ", "09000012", std::nullopt},
      {"2026112", "09000012", std::nullopt},
      {"20261120", "090000", std::nullopt},
      {"00000000", "00000000", std::nullopt},
      {"99991231", "00000000", std::nullopt},
      {"", "", std::nullopt},
  };
  for (const Case& c : cases) {
    const auto time = ParsePutTime(c.date, c.time);
    ASSERT_EQ(time.has_value(), c.expected.has_value()) << c.date << c.time;
    if (!time.has_value()) continue;
    EXPECT_EQ(FormatTimeShort(*time), *c.expected);
  }
}

TEST(PcfTest, ADecoderForgetsTheMessageBefore) {
  PcfDecoder decoder;
  std::string first, second, again;
  const std::string long_message = MessageOfEveryStruct(ByteOrder::kLittle);
  const std::string short_message = PcfWriter({7, 44, 2222}).Build();
  const std::string broken = long_message.substr(0, 90);
  for (std::string* const out : {&first, &second, &again}) {
    Event event;
    ASSERT_FALSE(decoder.Decode(out == &second ? short_message : long_message,
                                {}, &event));
    AppendEventJson(event, out);
    Event nothing;
    EXPECT_TRUE(decoder.Decode(broken, {}, &nothing));
  }
  EXPECT_EQ(first, again);
  EXPECT_EQ(second, Decode(short_message));
}

}  // namespace
}  // namespace mqwarden
