#include "mqwarden/ingest/formats/dmpmqmsg.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

using ItemType = DmpmqmsgReader::ItemType;

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 0xF];
  }
  return hex;
}

// All that an item says, in a line.
std::string Show(const DmpmqmsgReader::Item& item) {
  const char* const types[] = {"message", "none", "bad hex", "too long"};
  std::string out = types[static_cast<size_t>(item.type)];
  out += " at " + std::to_string(item.offset);
  if (item.type == ItemType::kNoMessage) return out + ' ' + std::string(item.head);
  const auto add = [&out](const char* name, std::string_view value) {
    if (!value.empty()) out += std::string(" ") + name + "=" + std::string(value);
  };
  const auto add_number = [&](const char* name, int32_t value) {
    if (value != 0) add(name, std::to_string(value));
  };
  add("format", item.format);
  add_number("encoding", item.facts.encoding);
  add_number("ccsid", item.facts.ccsid);
  add("id", Hex(item.facts.message_id));
  add("correlation", Hex(item.facts.correlation_id));
  add_number("type", item.facts.put_application_type);
  add("application", item.facts.put_application);
  add("date", item.facts.put_date);
  add("time", item.facts.put_time);
  add("body", item.body);
  return out;
}

std::vector<std::string> Read(std::string_view bytes, size_t chunk = 0) {
  if (chunk == 0) chunk = std::max<size_t>(bytes.size(), 1);
  DmpmqmsgReader reader;
  std::vector<std::string> all;
  DmpmqmsgReader::Item item;
  const auto drain = [&] {
    while (reader.Next(&item)) all.push_back(Show(item));
  };
  while (!bytes.empty()) {
    reader.Append(std::string(bytes.substr(0, chunk)));
    bytes.remove_prefix(std::min(chunk, bytes.size()));
    drain();
  }
  reader.Finish();
  drain();
  return all;
}

using Texts = std::vector<std::string>;

constexpr std::string_view kTwoMessages =
    "* dmpmqmsg\n"
    "* Qmgr = QMA1\n"
    "\n"
    "A VER 2\n"
    "A RPT 0\n"
    "A ENC 546\n"
    "A CCS 1208\n"
    "A FMT MQEVENT \n"
    "A MSI 414D5120\n"
    "A COI 0000\n"
    "A PAT 7\n"
    "A PAN QMA1                        \n"
    "A PTD 20261120\n"
    "A PTT 09000012\n"
    "A ZZZ whatever\n"
    "X 4142\n"
    "X 43 44\n"
    "A VER 2\n"
    "A FMT MQSTR\n"
    "S \"one \"\"\n"
    "T \"two\"\n";

TEST(DmpmqmsgTest, AttributesAndDataMakeMessages) {
  EXPECT_EQ(Read(kTwoMessages),
            (Texts{"message at 26 format=MQEVENT encoding=546 ccsid=1208 "
                   "id=414D5120 correlation=0000 type=7 application=QMA1 "
                   "date=20261120 time=09000012 body=ABCD",
                   "message at 207 format=MQSTR body=one \"two"}));
}

TEST(DmpmqmsgTest, ChunksDoNotShow) {
  std::string stream(kTwoMessages);
  stream += "what is this?\nand this\nX 4\nN\nA FMT MQEVENT\nX 45";
  const Texts whole = Read(stream);
  EXPECT_EQ(whole.size(), 4u);
  for (size_t chunk = 1; chunk < stream.size(); ++chunk) {
    EXPECT_EQ(Read(stream, chunk), whole) << chunk;
  }
}

TEST(DmpmqmsgTest, AMessageEndsAtTheNextOne) {
  struct Case {
    std::string_view bytes;
    Texts expected;
  };
  const Case cases[] = {
      {"", {}},
      {"* nothing\n\n", {}},
      {"N\nN\n\nN", {}},
      {"X 41", {"message at 0 body=A"}},
      {"X 41\nN\nX 42\n", {"message at 0 body=A", "message at 7 body=B"}},
      {"A FMT A\nX 41\nA FMT B\nX 42",
       {"message at 0 format=A body=A", "message at 13 format=B body=B"}},
      // Messages without data.
      {"A VER 1\nA FMT A\nA VER 1\nA FMT B\n",
       {"message at 0 format=A", "message at 16 format=B"}},
      {"A FMT A\nN\nA FMT B\n",
       {"message at 0 format=A", "message at 10 format=B"}},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.bytes), c.expected) << c.bytes;
}

TEST(DmpmqmsgTest, SpaceDoesNotMatter) {
  const std::string_view expected =
      "message at 0 format=MQEVENT date=20261120 body=AB";
  for (const std::string_view bytes : {
           "A FMT MQEVENT\nA PTD 20261120\nX 4142\n",
           "  A   FMT\tMQEVENT  \r\n\tA PTD \"20261120\"\r\n\n* x\n X   41 42 \r\n",
           "A FMT \"MQEVENT \"\nA PTD 20261120\nX\nX 41\nX 42",
       }) {
    EXPECT_EQ(Read(bytes), Texts{std::string(expected)}) << bytes;
  }
  EXPECT_EQ(Read("\xEF\xBB\xBF" "A FMT A\nX 41\n"),
            Texts{"message at 0 format=A body=A"});
}

TEST(DmpmqmsgTest, DamageIsNamed) {
  EXPECT_EQ(Read("A FMT A\nX 4G\nN\nX 41\n"),
            (Texts{"bad hex at 0 format=A", "message at 15 body=A"}));
  EXPECT_EQ(Read("X 414\n"), Texts{"bad hex at 0 body=A"});
  EXPECT_EQ(Read("A MSI 4G\nX 41\n"), Texts{"message at 0 body=A"});
  EXPECT_EQ(Read("A CCS 99999999999\nX 41\n"), Texts{"message at 0 body=A"});
  // Lines of no form, shown once a run.
  EXPECT_EQ(Read("oops\nmore\nX 41\nagain\n"),
            (Texts{"none at 0 oops", "none at 15 again",
                   "message at 10 body=A"}));
}

TEST(DmpmqmsgTest, AMessageHasAtMostItsBound) {
  const auto in_one_line = [](size_t size) {
    return "X " + std::string(2 * size, '4') + "\n";
  };
  const auto in_lines = [](size_t size) {
    std::string lines;
    for (size_t i = 0; i < size / 1024; ++i) {
      lines += "X " + std::string(2 * 1024, '4') + "\n";
    }
    return lines;
  };
  const std::string next = "N\nX 41\n";
  for (const size_t chunk : {size_t{0}, size_t{1000}}) {
    for (const auto& lines :
         {in_one_line(kMaxPcfBytes), in_lines(kMaxPcfBytes)}) {
      const Texts got = Read(lines + next, chunk);
      ASSERT_EQ(got.size(), 2u);
      EXPECT_EQ(got[0], "message at 0 body=" + std::string(kMaxPcfBytes, 'D'));
    }
    for (const auto& lines :
         {in_one_line(kMaxPcfBytes + 1), in_lines(kMaxPcfBytes + 1024),
          in_one_line(2 * kMaxPcfBytes)}) {
      const Texts got = Read(lines + next, chunk);
      ASSERT_EQ(got.size(), 2u);
      EXPECT_EQ(got[0], "too long at 0");
      EXPECT_EQ(got[1].substr(0, 7), "message");
    }
  }
}

TEST(DmpmqmsgTest, AFileIsKnownByItsFirstLine) {
  using enum DmpmqmsgHead;
  struct Case {
    std::string_view head;
    DmpmqmsgHead expected;
  };
  const Case cases[] = {
      {"A VER 2\n", kYes},
      {"* comment\n\n  A VER 2", kYes},
      {"\xEF\xBB\xBF* x\r\nA RPT 0\r\n", kYes},
      {"N\nA VER", kYes},
      {"", kNeedsMore},
      {"* comment", kNeedsMore},
      {"* comment\n", kNeedsMore},
      {"A", kNeedsMore},
      {"A VE", kNeedsMore},
      {"A\n", kNo},
      {"A VERSION\n", kNo},
      {"An event\n", kNo},
      {"X 41\n", kNo},
      {"{", kNo},
      {"**** Message #1 (300 Bytes) on Queue Q ****\n", kNo},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(BeginsDmpmqmsg(c.head), c.expected) << c.head;
  }
  EXPECT_EQ(BeginsDmpmqmsg(std::string(1 << 17, '*')), kNo);
}

}  // namespace
}  // namespace mqwarden
