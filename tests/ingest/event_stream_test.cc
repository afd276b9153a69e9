#include "mqwarden/ingest/event_stream.h"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/ingest/record_splitter.h"
#include "mqwarden/tests/ingest/ingest_testing.h"

namespace mqwarden {
namespace {

// The n-th event of a stream, as amqsevt prints it; `break_line` goes where a
// line may end.
std::string AmqsevtRecord(int n, std::string_view break_line) {
  const std::string nl(break_line);
  return "{" + nl + "  \"eventSource\" : { \"objectName\": \"Q\", " + nl +
         "     \"queueMgr\" : \"QMA1\" }," + nl +
         "  \"eventReason\" : {" + nl +
         "    \"name\" : \"Not Authorized\"," + nl +
         "    \"value\" : 2035" + nl + "  }," + nl +
         "  \"eventCreation\" : { \"epoch\" : " + std::to_string(1772445600 + n) +
         " }," + nl + "  \"eventData\" : {" + nl +
         "    \"adminTopicNames\" : [ \"A\", \"B\" ]," + nl +
         "    \"applName\" : \"app" + std::to_string(n) + "\"" + nl + "  }" + nl +
         "}";
}

std::string NdjsonRecord(int n) {
  return R"({"time":"2026-03-02T10:00:0)" + std::to_string(n) +
         R"(Z","kind":"authz","tags":["a","b"],"attr":{"x":")" +
         std::to_string(n) + R"("},"app":"app)" + std::to_string(n) + R"("})";
}

constexpr int kRecords = 4;

struct Shape {
  const char* name;
  std::string bytes;
  // Whether an object is known again even where nothing was read before it: by
  // its first key or by its place on the line.
  bool is_known = true;

  friend std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    return out << shape.name;
  }
};

std::vector<Shape> AllShapes() {
  Shape shapes[] = {{"Pretty", ""},       {"OneALine", ""},
                    {"PrettyArray", "["}, {"ArrayOfLines", "[\n"},
                    {"OneLineArray", "["}, {"OneLine", ""},
                    {"Ndjson", ""},        {"NdjsonOneLineArray", "[", false}};
  for (int n = 0; n < kRecords; ++n) {
    const std::string comma = n > 0 ? "," : "";
    shapes[0].bytes += AmqsevtRecord(n, "\n") + "\n";
    shapes[1].bytes += AmqsevtRecord(n, "") + " \n";
    shapes[2].bytes += comma + "\n" + AmqsevtRecord(n, "\n");
    shapes[3].bytes += AmqsevtRecord(n, "") + (n < kRecords - 1 ? ",\n" : "\n");
    shapes[4].bytes += comma + AmqsevtRecord(n, "");
    shapes[5].bytes += AmqsevtRecord(n, "");
    shapes[6].bytes += NdjsonRecord(n) + "\n";
    shapes[7].bytes += comma + " " + NdjsonRecord(n);
  }
  for (const int array : {2, 3, 4, 7}) shapes[array].bytes += "]\n";
  return {std::begin(shapes), std::end(shapes)};
}

class ShapeTest : public ::testing::TestWithParam<Shape> {
 protected:
  const std::string& bytes() const { return GetParam().bytes; }
};

INSTANTIATE_TEST_SUITE_P(Shapes, ShapeTest, ::testing::ValuesIn(AllShapes()),
                         [](const auto& info) { return info.param.name; });

TEST_P(ShapeTest, EveryRecordIsRead) {
  const Reading reading = ReadAll(bytes());
  ASSERT_EQ(reading.events.size(), static_cast<size_t>(kRecords));
  for (int n = 0; n < kRecords; ++n) {
    EXPECT_NE(reading.events[n].find("\"app\":\"app" + std::to_string(n)),
              std::string::npos);
  }
  EXPECT_EQ(reading.sequences, (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(reading.stats.rejected_total(), 0);
  EXPECT_EQ(reading.stats.bytes, static_cast<int64_t>(bytes().size()));
}

TEST_P(ShapeTest, NoSplitShows) {
  const std::string whole = ReadAll(bytes()).Dump();
  for (size_t split = 0; split <= bytes().size(); ++split) {
    ASSERT_EQ(ReadSplit(bytes(), split).Dump(), whole) << split;
  }
  EXPECT_EQ(ReadAll(bytes(), {}, 1).Dump(), whole);
}

TEST_P(ShapeTest, AByteOrderMarkIsSkipped) {
  const Reading reading = ReadAll("\xEF\xBB\xBF" + bytes());
  EXPECT_EQ(reading.events, ReadAll(bytes()).events);
  EXPECT_EQ(reading.stats.rejected_total(), 0);
}

// How many of `events` are not among those of the undamaged stream.
int Missing(const std::vector<std::string>& all,
            const std::vector<std::string>& events) {
  int missing = 0;
  for (const std::string& event : all) {
    missing += std::count(events.begin(), events.end(), event) != 1;
  }
  return missing;
}

// The heart of the reader's promise: at whatever byte the damage is and whatever
// it is, it costs one record at most, is counted, and does not depend on chunks.
TEST_P(ShapeTest, OneDamagedByteCostsAtMostOneRecord) {
  const std::vector<std::string> all = ReadAll(bytes()).events;
  constexpr std::string_view kBytes("{}]\",x\n\0", 8);
  int damaged = 0;
  // Without its bracket a line is not known to be an array.
  for (size_t at = GetParam().is_known ? 0 : 1; at < bytes().size(); ++at) {
    for (size_t variant = 0; variant <= kBytes.size(); ++variant) {
      std::string text = bytes();
      if (variant == kBytes.size()) {
        text.erase(at, 1);
      } else {
        text[at] = kBytes[variant];
      }
      const Reading reading = ReadAll(text);
      const int missing = Missing(all, reading.events);
      ASSERT_LE(missing, 1) << "byte " << at << " variant " << variant << '\n'
                            << reading.Dump();
      ASSERT_LE(reading.stats.rejected_total(), 3) << reading.Dump();
      if (missing == 1) {
        ++damaged;
        // Lost is counted, unless it is still an event, of another content.
        ASSERT_TRUE(reading.stats.rejected_total() > 0 ||
                    reading.events.size() == all.size())
            << "byte " << at << " variant " << variant << '\n'
            << reading.Dump();
      }
      if (at % 17 == variant) {
        ASSERT_EQ(ReadAll(text, {}, 1).Dump(), reading.Dump()) << at;
      }
    }
  }
  EXPECT_GT(damaged, 100);
}

TEST_P(ShapeTest, AStretchCutOutCostsTheRecordsItTouches) {
  const std::vector<std::string> all = ReadAll(bytes()).events;
  const size_t record = bytes().size() / kRecords;
  for (size_t at = 1; at + record < bytes().size(); at += 3) {
    std::string text = bytes();
    text.erase(at, record / 2);
    const Reading reading = ReadAll(text);
    ASSERT_LE(Missing(all, reading.events), 2) << at << '\n' << reading.Dump();
  }
}

TEST_P(ShapeTest, WhatTheEndCutsOffIsTruncated) {
  const std::vector<std::string> all = ReadAll(bytes()).events;
  const size_t last = bytes().rfind("{\"time\"") != std::string::npos
                          ? bytes().rfind("{\"time\"")
                          : bytes().rfind("\"eventSource\"");
  const size_t end = bytes().rfind('}');
  for (size_t size = last + 1; size <= end; ++size) {
    const Reading reading = ReadAll(std::string_view(bytes()).substr(0, size));
    ASSERT_EQ(reading.events.size(), all.size() - 1) << size;
    ASSERT_EQ(reading.Rejected("truncated"), 1) << size << reading.Dump();
    ASSERT_EQ(reading.stats.rejected_total(), 1) << size;
  }
}

TEST_P(ShapeTest, StartingInTheMiddleLosesOneRecord) {
  const std::vector<std::string> all = ReadAll(bytes()).events;
  if (!GetParam().is_known) GTEST_SKIP() << "nothing tells where one begins";
  const size_t second = bytes().find("app0");
  for (size_t from = 3; from < second; ++from) {
    const Reading reading = ReadAll(std::string_view(bytes()).substr(from));
    ASSERT_LE(Missing(all, reading.events), 1) << from << '\n' << reading.Dump();
  }
}

TEST(EventStreamTest, TextLinesBetweenObjectsAreCounted) {
  const std::string object = AmqsevtRecord(1, "\n");
  const Reading reading =
      ReadAll("Sample AMQSEVT start\n" + object + "\nMQGET failed [2042]\n" +
              "another line\n" + object + "\nSample end");
  EXPECT_EQ(reading.events.size(), 2u);
  EXPECT_EQ(reading.Rejected("not_json"), 3);
  EXPECT_EQ(reading.stats.passed_over.size(), 1u);  // the banner
  EXPECT_EQ(reading.stats.samples.at("not_json").excerpt, "MQGET failed [2042]");
  EXPECT_EQ(reading.stats.samples.at("not_json").offset,
            static_cast<int64_t>(21 + object.size() + 1));
  EXPECT_EQ(reading.stats.records, 5);
}

TEST(EventStreamTest, AnObjectBehindTextOnItsLineIsFound) {
  const Reading reading = ReadAll("host7: " + AmqsevtRecord(1, "") + "\n" +
                                  "host8 [x] " + NdjsonRecord(2) + "\n");
  EXPECT_EQ(reading.events.size(), 2u);
  EXPECT_EQ(reading.stats.rejected_total(), 2);
}

// An alert carries events. Where such a line is damaged they must not come out
// as events: nobody said that they had happened again.
TEST(EventStreamTest, EventsInsideADamagedLineAreNoEvents) {
  const std::string alert = R"({"schema":"mqwarden.alert.v1","evidence":[)" +
                            NdjsonRecord(1) + "," + NdjsonRecord(2) + "," +
                            NdjsonRecord(3) + R"(],"rule":"r"})" + "\n";
  for (size_t size = 0; size < alert.size(); ++size) {
    EXPECT_TRUE(ReadAll(alert.substr(0, size)).events.empty()) << size;
    EXPECT_TRUE(ReadAll(alert.substr(0, size) + "\n" + alert).events.empty());
    std::string text = alert;
    text[size] = '\x01';
    EXPECT_TRUE(ReadAll(text).events.empty()) << size;
  }
}

TEST(EventStreamTest, TheRestOfACutRecordIsOneFault) {
  const std::string object = AmqsevtRecord(1, "\n");
  const Reading reading =
      ReadAll(object.substr(object.find("\"name\"")) + "\n" + object);
  EXPECT_EQ(reading.events.size(), 1u);
  EXPECT_EQ(reading.stats.rejected_total(), 1) << reading.Dump();
}

TEST(EventStreamTest, FormatsMayBeMixed) {
  const Reading reading =
      ReadAll(NdjsonRecord(1) + "\n" + AmqsevtRecord(2, "\n") + NdjsonRecord(3));
  EXPECT_EQ(reading.events.size(), 3u);
  EXPECT_EQ(reading.stats.rejected_total(), 0);
}

TEST(EventStreamTest, CollectorIsFormatAndQueueManager) {
  const std::string bytes = AmqsevtRecord(1, "") + NdjsonRecord(1) +
                            R"({"kind":"diag","qmgr":"B"})" +
                            R"({"kind":"diag","qmgr":"B","collector":"c7"})";
  const Reading made = ReadAll(bytes);
  ASSERT_EQ(made.events.size(), 4u);
  EXPECT_NE(made.events[0].find(R"("collector":"amqsevt:QMA1")"), std::string::npos);
  EXPECT_NE(made.events[1].find(R"("collector":"ndjson")"), std::string::npos);
  EXPECT_NE(made.events[2].find(R"("collector":"ndjson:B")"), std::string::npos);
  EXPECT_NE(made.events[3].find(R"("collector":"c7")"), std::string::npos);

  IngestOptions options;
  options.collector = "dmz";
  const Reading given = ReadAll(bytes, options);
  EXPECT_NE(given.events[0].find(R"("collector":"dmz")"), std::string::npos);
  EXPECT_NE(given.events[3].find(R"("collector":"c7")"), std::string::npos);
}

TEST(EventStreamTest, RawIsKeptOnDemand) {
  const std::string object = R"({"kind":"diag","app":"x"})";
  EXPECT_EQ(ReadAll(object).events[0].find("raw"), std::string::npos);
  IngestOptions options;
  options.keep_raw = true;
  EXPECT_NE(ReadAll(object, options).events[0].find(R"("raw":"{\"kind\")"),
            std::string::npos);
}

struct FormatCase {
  const char* name;
  std::string_view bytes;
  std::string_view reason;
  std::string_view detail;
  int64_t records;
};

class FormatTest : public ::testing::TestWithParam<FormatCase> {};

TEST_P(FormatTest, IsRefused) {
  const FormatCase& c = GetParam();
  const Reading reading = ReadAll(c.bytes);
  EXPECT_TRUE(reading.events.empty());
  EXPECT_EQ(reading.Rejected(c.reason), c.records) << reading.Dump();
  EXPECT_EQ(reading.stats.records, c.records) << reading.Dump();
  ASSERT_TRUE(reading.stats.samples.contains(c.reason));
  EXPECT_EQ(reading.stats.samples.find(c.reason)->second.detail, c.detail);
  for (size_t split = 0; split <= c.bytes.size(); ++split) {
    ASSERT_EQ(ReadSplit(c.bytes, split).Dump(), reading.Dump()) << split;
  }
}

constexpr std::string_view kPcfBytes(
    "\x00\x00\x00\x07\x00\x00\x00\x24\x00\x00\x00\x03{}\n{}\n", 18);
constexpr std::string_view kLittlePcfBytes(
    "\x07\x00\x00\x00\x24\x00\x00\x00\x03\x00\x00\x00", 12);
constexpr std::string_view kMqmdBytes("MD  \x00\x00\x00\x01", 8);

INSTANTIATE_TEST_SUITE_P(
    Formats, FormatTest,
    ::testing::ValuesIn(std::vector<FormatCase>{
        {"Pcf", kPcfBytes, "truncated",
         "a message that ends before its parameters do", 1},
        {"PcfLittleEndian", kLittlePcfBytes, "truncated",
         "a message that ends before its parameters do", 1},
        {"PcfWithMqmd", kMqmdBytes, "truncated",
         "a message that ends before its parameters do", 1},
        {"Dmpmqmsg", "A VER 2\nA FMT MQEVENT\nX 0000\nA VER 2\n", "truncated",
         "the message ends inside of MQCFH", 2},
        {"DmpmqmsgBehindOthers", "[]\nA VER 2\n", "truncated",
         "the message ends inside of MQCFH", 1},
        {"UnknownObject", R"({"header":{"Type":7}})", "unrecognised",
         "a JSON object of no known format", 1},
        {"UnknownText", "once upon a time\nthere was a line\n", "unrecognised",
         "", 2},
        {"NoReason", R"({"eventData":{"queueName":"X"}})", "bad_value",
         "neither an event type nor an event reason", 1},
    }),
    [](const auto& info) { return info.param.name; });

TEST(ForcedFormatTest, ARecordOfAnotherFormatIsSaidToBe) {
  IngestOptions options;
  options.format = InputFormat::kAmqsevt;
  Reading reading = ReadAll(NdjsonRecord(1), options);
  EXPECT_EQ(reading.Rejected("wrong_format"), 1);
  EXPECT_EQ(reading.stats.samples.at("wrong_format").detail,
            "recognised as ndjson, but the input format is amqsevt");
  reading = ReadAll(kPcfBytes, options);
  EXPECT_EQ(reading.stats.samples.at("wrong_format").detail,
            "recognised as pcf, but the input format is amqsevt");
  reading = ReadAll("<118> Mar  2 10:00:00 h x\n", options);
  EXPECT_EQ(reading.stats.samples.at("wrong_format").detail,
            "recognised as syslog, but the input format is amqsevt");
  reading = ReadAll("some text\n", options);
  EXPECT_EQ(reading.Rejected("not_json"), 1);
  reading = ReadAll(R"({"a":1})", options);
  EXPECT_EQ(reading.Rejected("wrong_format"), 1);

  options.format = InputFormat::kNdjson;
  reading = ReadAll(AmqsevtRecord(1, "") + R"({"a":1})", options);
  EXPECT_EQ(reading.Rejected("wrong_format"), 1);
  EXPECT_EQ(reading.Rejected("no_kind"), 1);
}

TEST(HostileInputTest, AnObjectTooLongIsLeftAtTheNextOne) {
  std::string bytes = R"({"kind":"diag","app":")";
  bytes.append(RecordSplitter::kMaxObjectBytes, 'x');
  bytes += "\"}\n" + NdjsonRecord(1) + "\n";
  for (const size_t chunk : {size_t{0}, size_t{4096}}) {
    const Reading reading = ReadAll(bytes, {}, chunk);
    EXPECT_EQ(reading.Rejected("too_long"), 1);
    EXPECT_EQ(reading.events.size(), 1u);
    EXPECT_EQ(reading.stats.rejected_total(), 1);
  }
}

TEST(HostileInputTest, TheLongestObjectIsRead) {
  std::string bytes = R"({"kind":"diag","app":")";
  bytes.append(RecordSplitter::kMaxObjectBytes - bytes.size() - 2, 'x');
  bytes += "\"}";
  ASSERT_EQ(bytes.size(), RecordSplitter::kMaxObjectBytes);
  EXPECT_EQ(ReadAll(bytes).events.size(), 1u);
  bytes.insert(bytes.size() - 2, "x");
  EXPECT_EQ(ReadAll(bytes).Rejected("too_long"), 1);
}

// Each of these once made some reader recurse, loop or read a byte many times.
TEST(HostileInputTest, NestingAndRepetitionEnd) {
  const auto repeat = [](std::string_view piece, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += piece;
    return out;
  };
  const std::string spaces(30000, ' ');
  for (const std::string& bytes : {
           repeat("{", 300000),
           repeat("[", 300000),
           repeat("}", 300000),
           repeat("{\"a\":", 100000),
           repeat("{\"eventSource\":", 50000),
           repeat("{\"eventSource\":" + spaces, 40),
           repeat("{\"eventSource\":\"", 50000),
           repeat("\n{\"a\":[", 50000),
           repeat("{\"a\":\"\n", 50000),
           repeat("\"", 300000),
           repeat("\\\"", 300000),
           repeat("{\"", 200000),
           repeat("\xEF\xBB\xBF", 100000),
           repeat("[1", 100000),
           "{\"kind\":\"diag\",\"attr\":{" + repeat("\"a\":1,", 10000) + "}}",
           "{\"kind\":\"diag\",\"tags\":[" + repeat("\"x\",", 10000) + "\"y\"]}",
           std::string(300000, '\0'),
       }) {
    const Reading whole = ReadAll(bytes);
    EXPECT_LE(whole.stats.rejected_total(), 300000);
    EXPECT_EQ(ReadAll(bytes, {}, 977).Dump(), whole.Dump())
        << bytes.substr(0, 20);
  }
}

// A record of each format of text, or two lines of one record.
struct TextRecord {
  const char* format;
  std::string bytes;
  const char* part;  // of its event
};

std::vector<TextRecord> TextRecords() {
  return {
      {"amqsevt",
       "**** Message #1 (200 Bytes) on Queue SYSTEM.ADMIN.QMGR.EVENT ****\n"
       "Event Type                       : Queue Mgr Event [44]\n"
       "Reason                           : Not Authorized [2035]\n"
       "Event created                    : 2026/03/02 10:00:01.58 GMT\n"
       "  Queue Mgr Name                 : QM1\n"
       "  Appl Name                      : pay\n\n",
       R"("app":"pay")"},
      {"oamok",
       R"({"action":"authorise","timeEpoch":1772445601,"queueManager":"QM1","objectType":"queue","objectName":"Q.OAMOK","identity":"ana","authorityHex":"0x00000004","authorityString":["get"],"connCorrel":"1.2"})"
       "\n",
       R"("object":"Q.OAMOK")"},
      {"oamlog",
       "[16.3 @ Fri Mar  6 10:00:00 2026] OACheckAuth\n"
       "\tQMgr    : \"QM1\"\n"
       "\tObject  : \"Q.OAMLOG          \" [Queue]\n"
       "\tUser    : \"ana\"\n"
       "\tAuth    : 0x00000004 [get ]\n",
       R"("object":"Q.OAMLOG")"},
      {"mqcci",
       "2026/03/02 10:00:00.000001, CONN, Tag=ABCDEFGHIJKLMNOP, CD_QMgrName=QM1, "
       "CD_ChannelName=APP.MQCCI,\n",
       R"("channel":"APP.MQCCI")"},
      {"mqauditor",
       "2026/03/02 10:00:00.000001, MQOPEN, ObjType=MQOT_Q, ObjectName=Q.AUD,\n",
       R"("source":"mqauditor")"},
      {"mqausx",
       "2026/03/02 10:00:00.001 MQAUSX I:  Connection accepted for MCA_UID='ana' "
       "UserID='ana' QMgr='QM1' ChlName='APP.AUSX' ConName='192.0.2.7'\n",
       R"("channel":"APP.AUSX")"},
      {"amqerr",
       "03/02/26 10:00:00 - Process(1.2) User(mqm) Program(amqrmppa)\n"
       "                    Host(h1) Installation(Installation1)\n"
       "                    VRMF(9.4.5.0) QMgr(QM1)\n"
       "                    Time(2026-03-02T10:00:00.271Z)\n"
       "                    CommentInsert1(APP.ERR)\n"
       "                    CommentInsert2(192.0.2.7)\n"
       "                    CommentInsert3(CLNTUSER(ana))\n"
       "\n"
       "AMQ9777E: Channel was blocked\n"
       "\n"
       "EXPLANATION:\n"
       "The inbound channel was blocked.\n"
       "----- amqrmrsa.c : 945 --------------------------------------------\n",
       R"("channel":"APP.ERR")"},
      {"amqerr",
       R"x({"ibm_messageId":"AMQ9777E","ibm_datetime":"2026-03-02T10:00:00.271Z","ibm_serverName":"QM1","ibm_commentInsert1":"APP.JSON","ibm_commentInsert2":"192.0.2.7","ibm_commentInsert3":"CLNTUSER(ana)","loglevel":"ERROR"})x"
       "\n",
       R"("channel":"APP.JSON")"},
      {"syslog",
       "<118>1 2026-03-02T10:00:00Z h1 app 1 - - plain words\n",
       R"("message":"plain words")"},
      {"syslog",
       "<118>1 2026-03-02T10:00:00Z h1 mqcci 1 - - 2026/03/02 10:00:00.000001, "
       "CONN, Tag=ABCDEFGHIJKLMNOP, CD_QMgrName=QM1, CD_ChannelName=APP.WRAPPED,\n",
       R"("channel":"APP.WRAPPED")"},
      {"zos",
       "ICH408I USER(ANA     ) GROUP(APPS    ) NAME(A USER              )\n"
       "  QM1.Q.ZOS CL(MQQUEUE )\n"
       "  INSUFFICIENT ACCESS AUTHORITY\n"
       "  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(READ   )\n",
       R"("object":"Q.ZOS")"},
  };
}

TEST(TextFormatTest, EachIsReadByContentAndWhenItIsAskedFor) {
  for (const TextRecord& record : TextRecords()) {
    SCOPED_TRACE(record.bytes);
    IngestOptions options;
    for (const bool is_forced : {false, true}) {
      if (is_forced) options.format = *FindInputFormat(record.format);
      const Reading reading = ReadAll(record.bytes, options);
      ASSERT_EQ(reading.events.size(), 1u) << reading.Dump();
      EXPECT_NE(reading.events[0].find(record.part), std::string::npos)
          << reading.events[0];
      EXPECT_EQ(reading.stats.rejected_total(), 0) << reading.Dump();
    }
    for (size_t split = 0; split <= record.bytes.size(); ++split) {
      ASSERT_EQ(ReadSplit(record.bytes, split).Dump(), ReadAll(record.bytes).Dump())
          << split;
    }
  }
}

TEST(TextFormatTest, AnyTwoMayFollowEachOther) {
  for (const TextRecord& first : TextRecords()) {
    for (const TextRecord& second : TextRecords()) {
      const std::string bytes = first.bytes + second.bytes + first.bytes;
      const Reading reading = ReadAll(bytes);
      ASSERT_EQ(reading.events.size(), 3u) << bytes << reading.Dump();
      EXPECT_EQ(reading.stats.rejected_total(), 0) << bytes << reading.Dump();
      EXPECT_EQ(ReadAll(bytes, {}, 7).Dump(), reading.Dump());
    }
  }
}

TEST(TextFormatTest, ConsoleOutputIsReadWithWhatStandsBetween) {
  std::string bytes;
  for (const TextRecord& record : TextRecords()) {
    bytes += record.bytes + AmqsevtRecord(1, "\n") + "\n" +
             "Starting the web server\n" + NdjsonRecord(2) + "\n";
  }
  const Reading reading = ReadAll(bytes);
  const int64_t records = static_cast<int64_t>(TextRecords().size());
  EXPECT_EQ(reading.stats.events, 3 * records) << reading.Dump();
  EXPECT_EQ(reading.stats.rejected_total(), records) << reading.Dump();
  EXPECT_EQ(ReadAll(bytes, {}, 1).Dump(), reading.Dump());
  EXPECT_EQ(ReadAll(bytes, {}, 4096).Dump(), reading.Dump());
}

// Damage costs the damaged record and no other, of whatever form.
TEST(TextFormatTest, TextBehindABrokenObjectIsRead) {
  for (const TextRecord& record : TextRecords()) {
    if (record.bytes.starts_with('{')) continue;
    for (const char* const broken :
         {"{\"eventSource\" : { \"objectName\": \"Q\n",
          "{\"eventSource\" : { \"objectName\" nonsense\n", "{\"a\": [\n",
          "{\"kind\":\"authz\",\"app\":]\n"}) {
      for (const std::string& end : {std::string(), AmqsevtRecord(1, "\n")}) {
        const std::string bytes = broken + record.bytes + record.bytes + end;
        const Reading reading = ReadAll(bytes);
        EXPECT_EQ(reading.events.size(), end.empty() ? 2u : 3u)
            << bytes << reading.Dump();
        EXPECT_EQ(reading.stats.rejected_total(), 1) << bytes << reading.Dump();
        for (const size_t chunk : {1, 3, 50}) {
          EXPECT_EQ(ReadAll(bytes, {}, chunk).Dump(), reading.Dump()) << bytes;
        }
      }
    }
  }
}

TEST(TextFormatTest, CarriageReturnsDoNotShow) {
  for (const TextRecord& record : TextRecords()) {
    std::string bytes = record.bytes;
    for (size_t at = 0; (at = bytes.find('\n', at)) != bytes.npos; at += 2) {
      bytes.insert(at, "\r");
    }
    EXPECT_EQ(ReadAll(bytes).events, ReadAll(record.bytes).events) << bytes;
  }
}

TEST(TextFormatTest, AnotherFormatIsRefusedByName) {
  for (const TextRecord& record : TextRecords()) {
    for (const char* const asked : {"mqcci", "syslog", "amqsevt", "zos", "ndjson"}) {
      if (std::string_view(asked) == record.format) continue;
      IngestOptions options;
      options.format = *FindInputFormat(asked);
      const Reading reading = ReadAll(record.bytes, options);
      EXPECT_TRUE(reading.events.empty());
      ASSERT_GE(reading.Rejected("wrong_format"), 1)
          << asked << ' ' << record.bytes << reading.Dump();
      EXPECT_EQ(reading.stats.samples.at("wrong_format").detail,
                "recognised as " + std::string(record.format) +
                    ", but the input format is " + asked);
      EXPECT_EQ(reading.stats.rejected_total(), reading.Rejected("wrong_format"));
    }
  }
}

TEST(TextFormatTest, WordsOfNoFormatAreSaidToBeWrongWhereOneIsAskedFor) {
  IngestOptions options;
  options.format = InputFormat::kMqcci;
  const Reading reading = ReadAll("once upon a time\n", options);
  EXPECT_EQ(reading.stats.samples.at("wrong_format").detail,
            "not recognised, but the input format is mqcci");
}

TEST(TextFormatTest, ALineTooLongIsOneFault) {
  std::string bytes = "2026/03/02 10:00:00.000001, CONN, Tag=";
  bytes.append(RecordSplitter::kMaxLineBytes, 'x');
  bytes += "\n" + TextRecords()[3].bytes;
  for (const size_t chunk : {size_t{0}, size_t{4096}}) {
    const Reading reading = ReadAll(bytes, {}, chunk);
    EXPECT_EQ(reading.Rejected("too_long"), 1) << reading.Dump();
    EXPECT_EQ(reading.events.size(), 1u);
    EXPECT_EQ(reading.stats.rejected_total(), 1);
  }
}

TEST(TextFormatTest, MessagesFramedByTheirLengthAreLines) {
  const std::string one = "<118>1 2026-03-02T10:00:00Z h1 app 1 - - first";
  const std::string two = "<118>1 2026-03-02T10:00:01Z h1 app 1 - - second";
  const std::string bytes = std::to_string(one.size()) + " " + one +
                            std::to_string(two.size()) + " " + two;
  const Reading reading = ReadAll(bytes);
  EXPECT_EQ(reading.events.size(), 2u) << reading.Dump();
  EXPECT_EQ(reading.stats.rejected_total(), 0) << reading.Dump();
  for (size_t split = 0; split <= bytes.size(); ++split) {
    ASSERT_EQ(ReadSplit(bytes, split).Dump(), reading.Dump()) << split;
  }
}

// `<118>1 2026-03-02T10:00:00Z h1 app 1 - - plain words` in CCSID 37.
TEST(TextFormatTest, TextInEbcdicIsText) {
  const std::string bytes(
      "\x4C\xF1\xF1\xF8\x6E\xF1\x40\xF2\xF0\xF2\xF6\x60\xF0\xF3\x60\xF0\xF2\xE3"
      "\xF1\xF0\x7A\xF0\xF0\x7A\xF0\xF0\xE9\x40\x88\xF1\x40\x81\x97\x97\x40\xF1"
      "\x40\x60\x40\x60\x40\x97\x93\x81\x89\x95\x40\xA6\x96\x99\x84\xA2\x25");
  const Reading reading = ReadAll(bytes);
  ASSERT_EQ(reading.events.size(), 1u) << reading.Dump();
  EXPECT_NE(reading.events[0].find(R"("message":"plain words")"), std::string::npos);
  for (size_t split = 0; split <= bytes.size(); ++split) {
    ASSERT_EQ(ReadSplit(bytes, split).Dump(), reading.Dump()) << split;
  }
}

// `<118>1 2026-03-02T10:00:00Z h1 app 1 - - a[b] words`, of which only the
// brackets differ between the sets.
TEST(TextFormatTest, TheSetOfEbcdicIsToldByBracketsOrByTheOption) {
  const auto line = [](char open, char close) {
    std::string bytes(
        "\x4C\xF1\xF1\xF8\x6E\xF1\x40\xF2\xF0\xF2\xF6\x60\xF0\xF3\x60\xF0\xF2\xE3"
        "\xF1\xF0\x7A\xF0\xF0\x7A\xF0\xF0\xE9\x40\x88\xF1\x40\x81\x97\x97\x40\xF1"
        "\x40\x60\x40\x60\x40\x81");
    bytes += open;
    bytes += '\x82';
    bytes += close;
    return bytes + "\x40\xA6\x96\x99\x84\xA2\x25";
  };
  const auto message = [](const std::string& bytes, int32_t ccsid) {
    IngestOptions options;
    options.text.ebcdic_ccsid = ccsid;
    const Reading reading = ReadAll(bytes, options);
    return reading.events.size() == 1 ? reading.events[0] : reading.Dump();
  };
  const std::string expected = message(line('\xBA', '\xBB'), 0);
  EXPECT_NE(expected.find(R"("message":"a[b] words")"), std::string::npos) << expected;
  EXPECT_EQ(message(line('\xAD', '\xBD'), 0), expected);
  EXPECT_EQ(message(line('\x4A', '\x5A'), 0), expected);
  EXPECT_EQ(message(line('\xAD', '\xBD'), 1047), expected);
  EXPECT_EQ(message(line('\x63', '\xFC'), 273), expected);
  EXPECT_NE(message(line('\xAD', '\xBD'), 37), expected);
}

}  // namespace
}  // namespace mqwarden
