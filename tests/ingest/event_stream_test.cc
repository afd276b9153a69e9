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
  EXPECT_EQ(reading.Rejected("unrecognised"), 1);  // nothing was known yet
  EXPECT_EQ(reading.Rejected("not_json"), 3);
  EXPECT_EQ(reading.stats.samples.at("not_json").excerpt, "MQGET failed [2042]");
  EXPECT_EQ(reading.stats.samples.at("not_json").offset,
            static_cast<int64_t>(21 + object.size() + 1));
  EXPECT_EQ(reading.stats.records, 6);
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

TEST_P(FormatTest, IsRefusedByName) {
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
        {"DmpmqmsgBehindOthers", "[]\nA VER 2\n", "unsupported_format",
         "recognised as dmpmqmsg, which is read from the start of a stream only",
         1},
        {"AmqsevtText",
         "**** Message #1 (200 Bytes) on Queue Q ****\nEvent Type : x\n\n",
         "unsupported_format",
         "recognised as amqsevt text, which this version does not read yet", 1},
        {"Oamok",
         R"({"action":"authorise","timeEpoch":1,"connCorrel":"1.2"})"
         "\n",
         "unsupported_format",
         "recognised as oamok, which this version does not read yet", 1},
        {"Oamlog", "[16.3 @ Fri Mar  6 10:00:00 2026] OAInit\n\tUser : \"x\"\n",
         "unsupported_format",
         "recognised as oamlog, which this version does not read yet", 1},
        {"Mqcci", "2026/03/02 10:00:00.000001, CONN, Tag=ABCDEFGH,\n",
         "unsupported_format",
         "recognised as mqcci, which this version does not read yet", 1},
        {"Mqauditor", "2026/03/02 10:00:00.000001, MQOPEN, ObjType=MQOT_Q,\n",
         "unsupported_format",
         "recognised as mqauditor, which this version does not read yet", 1},
        {"Mqausx", "2026/03/02 10:00:00.001 MQAUSX I:  Connection accepted\n",
         "unsupported_format",
         "recognised as mqausx, which this version does not read yet", 1},
        {"AmqerrText",
         "03/02/26 10:00:00 - Process(1.2) User(mqm) Program(x)\n"
         "      Host(h)\n\nAMQ9777E: Channel was blocked\n",
         "unsupported_format",
         "recognised as amqerr, which this version does not read yet", 1},
        {"AmqerrConsole", "2026-03-02T10:00:00.000Z AMQ9777E: Channel blocked\n",
         "unsupported_format",
         "recognised as amqerr, which this version does not read yet", 1},
        {"AmqerrJson", R"({"ibm_messageId":"AMQ9777E","loglevel":"ERROR"})",
         "unsupported_format",
         "recognised as amqerr, which this version does not read yet", 1},
        {"Syslog", "<118> Mar  2 10:00:00 192.0.2.1 QAUDJRN: [AF@0 x=\"y\"]\n",
         "unsupported_format",
         "recognised as syslog, which this version does not read yet", 1},
        {"Zos", "ICH408I USER(X       ) GROUP(Y       )\n  QM1.Q CL(MQQUEUE )\n",
         "unsupported_format",
         "recognised as zos, which this version does not read yet", 1},
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
  EXPECT_EQ(reading.Rejected("wrong_format"), 1);
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

TEST(ReadInputTest, AFormatNotReadYetIsAnError) {
  IngestOptions options;
  options.format = InputFormat::kOamok;
  IngestStats stats;
  const absl::Status status =
      ReadInput("/dev/null", options, [](Event&) {}, &stats);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace mqwarden
