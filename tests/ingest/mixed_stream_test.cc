// Streams that hold text and messages by turns: the output of a console, say, in
// which somebody has browsed queues after other commands.

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/tests/ingest/ingest_testing.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

constexpr std::string_view kJson =
    R"({"eventType":{"value":44},"eventReason":{"value":2035},"eventCreation":)"
    R"({"epoch":1795165201},"eventData":{"userIdentifier":"svcpay"}})"
    "\n";
constexpr std::string_view kMqcci =
    "2026/11/20 09:00:01.654884, CONN, Tag=F4Evlx0T6ComjD20, CD_QMgrName=QM1,\n";
constexpr std::string_view kErrorLog =
    "11/20/26 09:00:01 - Process(740.36) User(mqm) Program(amqrmppa)\n"
    "                    Host(host1) QMgr(QM1)\n"
    "                    Time(2026-11-20T09:00:01.271Z)\n\n"
    "AMQ9999E: Channel ended.\n\nEXPLANATION:\nIt has.\n"
    "----- amqrmrsa.c : 945 -------------------------------------------------\n";
constexpr std::string_view kUnloaded =
    "A VER 2\nA FMT MQEVENT\nA PTD 20261120\nA PTT 09000125\n"
    "X 0700000024000000010000002C000000010000000100000001000000F307000001000000\n"
    "X 0400000018000000DF0700003303000003000000514D3120\n";

std::string Binary(size_t n) {
  return PcfEventCases()[n % PcfEventCases().size()].Message();
}
std::string Bare(size_t n) {
  return PcfEventCases()[n % PcfEventCases().size()].Body(ByteOrder::kBig);
}

std::vector<std::string> SourcesOf(const Reading& reading) {
  std::vector<std::string> sources;
  for (const std::string& event : reading.events) {
    const std::string_view key = R"("source":")";
    const size_t at = event.find(key) + key.size();
    sources.push_back(event.substr(at, event.find('"', at) - at));
  }
  return sources;
}

using Sources = std::vector<std::string>;

TEST(MixedStreamTest, MessagesBehindTextAreRead) {
  const Reading reading =
      ReadAll("$ amqsbrowse > x; cat x\n" + Binary(0) + Bare(1));
  EXPECT_EQ(SourcesOf(reading), (Sources{"pcf", "pcf"})) << reading.Dump();
  EXPECT_EQ(reading.Rejected("unrecognised"), 1) << reading.Dump();
}

TEST(MixedStreamTest, UnloadedMessagesBehindTextAreRead) {
  const Reading reading =
      ReadAll("5724-H72 an unloader\n" + std::string(kJson) +
              "* a comment\n" + std::string(kUnloaded) + std::string(kUnloaded));
  EXPECT_EQ(SourcesOf(reading), (Sources{"amqsevt", "pcf", "pcf"}))
      << reading.Dump();
}

TEST(MixedStreamTest, TextBehindMessagesIsRead) {
  const Reading reading =
      ReadAll(Binary(0) + std::string(kJson) + Bare(1) + "\n" +
              std::string(kMqcci) + std::string(kUnloaded) +
              std::string(kErrorLog) + Binary(2) + std::string(kErrorLog));
  EXPECT_EQ(SourcesOf(reading),
            (Sources{"pcf", "amqsevt", "pcf", "mqcci", "pcf", "amqerr", "pcf",
                     "amqerr"}))
      << reading.Dump();
  EXPECT_EQ(reading.stats.records, reading.stats.events) << reading.Dump();
}

TEST(MixedStreamTest, TextThatIsNoRecordStaysWithTheMessages) {
  const Reading reading = ReadAll(Binary(0) + "hello\n" + Binary(1));
  EXPECT_EQ(SourcesOf(reading), (Sources{"pcf", "pcf"})) << reading.Dump();
  EXPECT_EQ(reading.Rejected("unrecognised"), 1) << reading.Dump();
}

TEST(MixedStreamTest, AFormatThatIsAskedForIsNotLeft) {
  IngestOptions options;
  options.format = InputFormat::kAmqsevt;
  const Reading text = ReadAll(std::string(kJson) + Binary(0) + "\n", options);
  EXPECT_EQ(SourcesOf(text), (Sources{"amqsevt"})) << text.Dump();
  EXPECT_LT(text.stats.events, text.stats.records);
  options.format = InputFormat::kPcf;
  const Reading messages =
      ReadAll("a line\n" + Binary(0) + std::string(kJson) + Binary(1), options);
  EXPECT_EQ(SourcesOf(messages), (Sources{"pcf", "pcf"})) << messages.Dump();
  EXPECT_EQ(messages.Rejected("wrong_format"), 1) << messages.Dump();
}

TEST(MixedStreamTest, ALineThatOnlyBeginsLikeAMessageIsText) {
  for (const std::string_view line :
       {"MD  a b c\n", "EPH is no queue manager\n", "A NEW day\n", "A VER 3x\n",
        "\x07\x07\x07\x07 beep\n"}) {
    const Reading reading =
        ReadAll(std::string(kJson) + std::string(line) + std::string(kJson));
    EXPECT_EQ(SourcesOf(reading), (Sources{"amqsevt", "amqsevt"}))
        << line << reading.Dump();
  }
}

// Neither the place of a cut nor the order of the parts shows, and damage of a part
// costs no event of another one that begins a line.
TEST(MixedStreamTest, ChunksDoNotShow) {
  std::mt19937 random(20261201);
  const auto below = [&](size_t n) { return random() % n; };
  for (int round = 0; round < 150; ++round) {
    std::string stream;
    for (size_t parts = 1 + below(6); parts > 0; --parts) {
      std::string part;
      switch (below(8)) {
        case 0: part = kJson; break;
        case 1: part = kMqcci; break;
        case 2: part = kErrorLog; break;
        case 3: part = kUnloaded; break;
        case 4: part = Binary(below(9)); break;
        case 5: part = Bare(below(9)); break;
        case 6: part = "\n"; break;
        default: part.assign("MD  \x01\0\0\0 - Process(", 19); break;
      }
      if (below(5) == 0) part.resize(below(part.size() + 1));
      if (below(5) == 0 && !part.empty()) {
        part[below(part.size())] = static_cast<char>(below(256));
      }
      stream += part;
    }
    const Reading whole = ReadAll(stream);
    for (const size_t chunk : {size_t{1}, size_t{7}, size_t{64}, 1 + below(300)}) {
      ASSERT_EQ(ReadAll(stream, {}, chunk).Dump(), whole.Dump())
          << "round " << round << " in chunks of " << chunk;
    }
  }
}

// Each change costs what is moved to the other side.
TEST(MixedStreamTest, ManyChangesAreNotSlow) {
  std::string stream;
  std::string smallest("\0\0\0\x07\0\0\0\x24\0\0\0\x01\0\0\0\x2C\0\0\0\x01", 20);
  smallest += std::string("\0\0\0\x01\0\0\0\x01\0\0\x07\xF3\0\0\0\0", 16);
  int changes = 0;
  while (stream.size() < (size_t{2} << 20)) {
    stream += smallest;
    stream += kMqcci;
    ++changes;
  }
  const Reading reading = ReadAll(stream);
  EXPECT_EQ(reading.stats.events, 2 * changes);
}

}  // namespace
}  // namespace mqwarden
