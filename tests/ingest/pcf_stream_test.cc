// Messages of queues through the reader: detection, forced formats, damage, and
// where the bytes are cut.

#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/tests/ingest/ingest_testing.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 0xF];
  }
  return hex;
}

// The message as dmpmqmsg unloads it, sixteen bytes of data a line.
std::string Unloaded(const PcfEventCase& c) {
  const std::string message = c.Message();
  const std::string body = c.Body();
  std::string out = "A VER 2\nA ENC 546\nA CCS 819\nA FMT MQEVENT \n";
  out += "A MSI " + Hex(message.substr(48, 24)) + "\n";
  out += "A COI " + Hex(message.substr(72, 24)) + "\n";
  out += "A PAT 7\nA PAN " + message.substr(276, 28) + "\n";
  out += "A PTD " + message.substr(304, 8) + "\n";
  out += "A PTT " + message.substr(312, 8) + "\n";
  for (size_t at = 0; at < body.size(); at += 16) {
    out += "X " + Hex(body.substr(at, 16)) + "\n";
  }
  return out;
}

IngestOptions Forced(InputFormat format) {
  IngestOptions options;
  options.format = format;
  return options;
}

TEST(PcfStreamTest, ConcatenatedMessagesAreEvents) {
  std::string with_mqmd, bare;
  for (const PcfEventCase& c : PcfEventCases()) {
    with_mqmd += c.Message();
    bare += c.Body(ByteOrder::kBig);
  }
  const auto count = static_cast<int64_t>(PcfEventCases().size());
  for (const std::string& stream : {with_mqmd, bare}) {
    const Reading reading = ReadAll(stream);
    EXPECT_EQ(reading.stats.events, count);
    EXPECT_EQ(reading.stats.records, count) << reading.Dump();
    EXPECT_EQ(ReadAll(stream, Forced(InputFormat::kPcf)).Dump(),
              reading.Dump());
    for (const size_t chunk : {1, 3, 64, 1000}) {
      EXPECT_EQ(ReadAll(stream, {}, chunk).Dump(), reading.Dump()) << chunk;
    }
  }
}

TEST(PcfStreamTest, TheCollectorIsMadeOfFormatAndQueueManager) {
  const PcfEventCase& c = PcfEventCases().front();
  EXPECT_NE(ReadAll(c.Message()).events.at(0).find(R"("collector":"pcf:QMA1")"),
            std::string::npos);
  EXPECT_NE(
      ReadAll(Unloaded(c)).events.at(0).find(R"("collector":"dmpmqmsg:QMA1")"),
      std::string::npos);
}

TEST(PcfStreamTest, AnUnloadFileGivesTheSameEvents) {
  std::string unloaded = "* Qmgr = QMA1\n* Queue = SYSTEM.ADMIN.QMGR.EVENT\n\n";
  std::string messages;
  for (const PcfEventCase& c : PcfEventCases()) {
    unloaded += Unloaded(c);
    messages += c.Message();
  }
  const Reading reading = ReadAll(unloaded);
  Reading expected = ReadAll(messages);
  ASSERT_EQ(reading.events.size(), expected.events.size()) << reading.Dump();
  for (size_t i = 0; i < reading.events.size(); ++i) {
    std::string& event = expected.events[i];
    const std::string_view collector = R"("collector":"pcf:)";
    event.replace(event.find(collector), collector.size(),
                  R"("collector":"dmpmqmsg:)");
    EXPECT_EQ(reading.events[i], event);
  }
  EXPECT_EQ(ReadAll(unloaded, Forced(InputFormat::kDmpmqmsg)).Dump(),
            reading.Dump());
  for (const size_t chunk : {1, 7, 100, 5000}) {
    EXPECT_EQ(ReadAll(unloaded, {}, chunk).Dump(), reading.Dump()) << chunk;
  }
}

TEST(PcfStreamTest, OtherMessagesOfAnUnloadFileAreNamed) {
  const std::string file = Unloaded(PcfEventCases()[0]) +
                           "A VER 2\nA FMT MQSTR\nS \"hello\"\n"
                           "A VER 2\nA FMT MQEVENT\nX 07\nX 0\n"
                           "what?\nA VER 2\n" +
                           Unloaded(PcfEventCases()[1]);
  const Reading reading = ReadAll(file);
  EXPECT_EQ(reading.stats.events, 2);
  EXPECT_EQ(reading.Rejected("unrecognised"), 2) << reading.Dump();
  EXPECT_EQ(reading.Rejected("bad_value"), 1);
  EXPECT_EQ(reading.Rejected("truncated"), 1);
  EXPECT_EQ(reading.stats.samples.at("unrecognised").detail,
            "a message of format MQSTR");
  for (size_t split = 0; split <= file.size(); split += 3) {
    ASSERT_EQ(ReadSplit(file, split).Dump(), reading.Dump()) << split;
  }
}

TEST(PcfStreamTest, DamageCostsTheDamagedMessage) {
  const std::string one = PcfEventCases()[0].Message();
  const std::string two = PcfEventCases()[1].Message();
  std::string stream = one.substr(0, 500) + two + "garbage" + one;
  std::string bad = two;
  bad[364 + 36 + 4] = '\x01';  // the StrucLength of its first parameter
  stream += bad + two + one.substr(0, 400);
  const Reading reading = ReadAll(stream);
  EXPECT_EQ(reading.stats.events, 3) << reading.Dump();
  EXPECT_EQ(reading.Rejected("truncated"), 1);
  EXPECT_EQ(reading.Rejected("unrecognised"), 1);
  EXPECT_EQ(reading.Rejected("bad_length"), 2);
  for (size_t split = 0; split <= stream.size(); split += 7) {
    ASSERT_EQ(ReadSplit(stream, split).Dump(), reading.Dump()) << split;
  }
}

TEST(PcfStreamTest, AForcedFormatThatDoesNotFitSaysSo) {
  struct Case {
    InputFormat format;
    std::string bytes;
    const char* detail;
  };
  const std::string message = PcfEventCases()[0].Message();
  const std::string json = PcfEventCases()[0].Json();
  const Case cases[] = {
      {InputFormat::kPcf, json,
       "recognised as amqsevt, but the input format is pcf"},
      {InputFormat::kPcf, "once upon a time\n",
       "not recognised, but the input format is pcf"},
      {InputFormat::kPcf, std::string("\x81\x92\xA3\x00\x04 nothing here", 18),
       "not recognised, but the input format is pcf"},
      {InputFormat::kPcf, Unloaded(PcfEventCases()[0]),
       "recognised as dmpmqmsg, but the input format is pcf"},
      {InputFormat::kDmpmqmsg, message,
       "recognised as pcf, but the input format is dmpmqmsg"},
      {InputFormat::kDmpmqmsg, json,
       "not recognised, but the input format is dmpmqmsg"},
      {InputFormat::kAmqsevt, message,
       "recognised as pcf, but the input format is amqsevt"},
      {InputFormat::kNdjson, Unloaded(PcfEventCases()[0]),
       "recognised as dmpmqmsg, but the input format is ndjson"},
  };
  for (const Case& c : cases) {
    const Reading reading = ReadAll(c.bytes, Forced(c.format));
    EXPECT_EQ(reading.stats.events, 0) << c.detail;
    EXPECT_GT(reading.Rejected("wrong_format"), 0) << reading.Dump();
    if (reading.Rejected("wrong_format") == 0) continue;
    EXPECT_EQ(reading.stats.samples.at("wrong_format").detail, c.detail);
  }
}

// A file that was cut at its front is read, where PCF is asked for.
TEST(PcfStreamTest, AForcedFormatIsLookedForInDamage) {
  const std::string message = PcfEventCases()[0].Message();
  const Reading reading = ReadAll(message.substr(370) + message,
                                  Forced(InputFormat::kPcf));
  EXPECT_EQ(reading.stats.events, 1) << reading.Dump();
  EXPECT_EQ(reading.Rejected("wrong_format"), 1);
}

TEST(PcfStreamTest, RawIsTheBodyInHex) {
  IngestOptions options;
  options.keep_raw = true;
  const PcfEventCase& c = PcfEventCases()[0];
  const auto raw = [&](const std::string& bytes) {
    const std::string event = ReadAll(bytes, options).events.at(0);
    const size_t at = event.find(R"("raw":")") + 7;
    return event.substr(at, event.find('"', at) - at);
  };
  std::string lower = Hex(c.Body());
  for (char& digit : lower) {
    if (digit >= 'A') digit = static_cast<char>(digit + ('a' - 'A'));
  }
  EXPECT_EQ(raw(c.Body()), lower);
  EXPECT_EQ(raw(Unloaded(c)), lower);
  const std::string large =
      PcfWriter().String(2015, std::string(9000, 'A')).Build();
  EXPECT_EQ(raw(large).size(), 8192u);
}

}  // namespace
}  // namespace mqwarden
