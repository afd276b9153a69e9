#include "mqwarden/ingest/formats/pcf_splitter.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

using ItemType = PcfSplitter::ItemType;

struct Got {
  ItemType type;
  int64_t offset;
  std::string bytes;

  bool operator==(const Got&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Got& got) {
    return out << static_cast<int>(got.type) << " at " << got.offset << ", "
               << got.bytes.size() << " bytes";
  }
};

std::vector<Got> Split(std::string_view bytes, size_t chunk) {
  PcfSplitter splitter;
  std::vector<Got> all;
  PcfSplitter::Item item;
  const auto drain = [&] {
    while (splitter.Next(&item)) {
      all.push_back({item.type, item.offset, std::string(item.bytes)});
    }
  };
  while (!bytes.empty()) {
    splitter.Append(std::string(bytes.substr(0, chunk)));
    bytes.remove_prefix(std::min(chunk, bytes.size()));
    drain();
  }
  splitter.Finish();
  drain();
  return all;
}

std::string Small(int n, ByteOrder order = ByteOrder::kLittle) {
  return PcfWriter({7, 44, 2222}, order)
      .String(2015, "QM" + std::to_string(n), 8)
      .Build();
}

std::vector<std::string> MessagesIn(const std::vector<Got>& got) {
  std::vector<std::string> messages;
  for (const Got& g : got) {
    if (g.type == ItemType::kMessage) messages.push_back(g.bytes);
  }
  return messages;
}

std::vector<ItemType> DamageIn(const std::vector<Got>& got) {
  std::vector<ItemType> damage;
  for (const Got& g : got) {
    if (g.type != ItemType::kMessage) damage.push_back(g.type);
  }
  return damage;
}

using Texts = std::vector<std::string>;
using Types = std::vector<ItemType>;

TEST(PcfSplitterTest, EveryKindOfMessageEndsWhereItEnds) {
  std::string stream;
  Texts messages;
  for (const PcfEventCase& c : PcfEventCases()) {
    for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
      PcfWriter w(c.header, order);
      c.write(w);
      MqmdValues md;
      md.version = 1;
      for (const std::string& message :
           {c.Body(order), c.Message(order), w.BuildEph(),
            BuildMqmd(md, order) + w.BuildEph()}) {
        messages.push_back(message);
        stream += message;
      }
    }
  }
  const std::vector<Got> got = Split(stream, stream.size());
  EXPECT_EQ(DamageIn(got), Types());
  EXPECT_EQ(MessagesIn(got), messages);
}

// Four messages of different wrappings.
std::string FourMessages(Texts* messages) {
  *messages = {Small(1), BuildMqmd({}) + Small(2),
               Small(3, ByteOrder::kBig),
               PcfWriter().String(2015, "QM4", 48).BuildEph()};
  std::string stream;
  for (const std::string& message : *messages) stream += message;
  return stream;
}

TEST(PcfSplitterTest, ChunksDoNotShow) {
  Texts messages;
  std::string stream = FourMessages(&messages);
  stream.insert(messages[0].size(), "garbage \x07\0\0\0 garbage");
  stream += messages[0].substr(0, 50) + messages[1] + "MD  ";
  const std::vector<Got> whole = Split(stream, stream.size());
  EXPECT_EQ(MessagesIn(whole).size(), 5u);
  EXPECT_EQ(DamageIn(whole), (Types{ItemType::kNoMessage, ItemType::kTruncated,
                                    ItemType::kTruncated}));
  for (size_t chunk = 1; chunk < stream.size(); ++chunk) {
    EXPECT_EQ(Split(stream, chunk), whole) << chunk;
  }
}

TEST(PcfSplitterTest, WhatCollectorsPutBetweenMessagesIsNoDamage) {
  const std::string between[] = {"\n", "\r\n", std::string(3, '\0'),
                                 std::string(64, '\0')};
  for (const std::string& separator : between) {
    const std::string big = Small(2, ByteOrder::kBig);
    const std::string stream =
        Small(1) + separator + big + separator + Small(3) + separator;
    const std::vector<Got> got = Split(stream, 5);
    EXPECT_EQ(DamageIn(got), Types());
    EXPECT_EQ(MessagesIn(got), (Texts{Small(1), big, Small(3)}));
  }
}

TEST(PcfSplitterTest, ATruncatedMessageCostsNoOther) {
  Texts messages;
  FourMessages(&messages);
  for (const std::string& victim : messages) {
    for (size_t size = 1; size < victim.size(); ++size) {
      const std::string stream =
          Small(8) + victim.substr(0, size) + Small(9) + messages[1];
      Texts got = MessagesIn(Split(stream, stream.size()));
      // An MQMD without its body takes the next one.
      const bool is_mqmd = size == kMqmd2Bytes && victim == messages[1];
      const std::string next = (is_mqmd ? victim.substr(0, size) : "") + Small(9);
      // One that lacks less than a length and a type takes them for its own.
      if (size + 8 > victim.size() && got.size() == 4) got.erase(got.begin() + 1);
      EXPECT_EQ(got, (Texts{Small(8), next, messages[1]})) << size;
    }
  }
}

TEST(PcfSplitterTest, ADamagedByteCostsOneMessageAtMost) {
  Texts messages;
  const std::string stream = FourMessages(&messages);
  for (size_t at = 0; at < stream.size(); ++at) {
    for (const char byte : {'\0', '\x7F', '\xFF', '\x24'}) {
      std::string damaged = stream;
      damaged[at] = byte;
      const Texts got = MessagesIn(Split(damaged, damaged.size()));
      size_t whole = 0;
      for (const std::string& message : messages) {
        for (const std::string& g : got) whole += g == message ? 1 : 0;
      }
      EXPECT_GE(whole, messages.size() - 1) << at;
    }
  }
}

TEST(PcfSplitterTest, LengthsAndCountsThatCannotBeAreNamed) {
  struct Case {
    size_t at;
    int32_t value;
    ItemType expected;
  };
  const Case cases[] = {
      {32, -1, ItemType::kBadLength},         // ParameterCount
      {32, 0x7FFFFFFF, ItemType::kBadLength},
      {32, 3, ItemType::kTruncated},
      {40, 0, ItemType::kBadLength},          // StrucLength
      {40, 19, ItemType::kBadLength},
      {40, -4, ItemType::kBadLength},
      {40, 0x7FFFFFFF, ItemType::kBadLength},
      {40, 1 << 20, ItemType::kTooLong},
      {40, 4000, ItemType::kTruncated},
  };
  for (const Case& c : cases) {
    std::string message = Small(1);
    std::string value;
    IntWriter(ByteOrder::kLittle, &value).Put(c.value, 4);
    message.replace(c.at, 4, value);
    const std::string stream = message + Small(2);
    const std::vector<Got> got = Split(stream, stream.size());
    EXPECT_EQ(DamageIn(got), Types{c.expected}) << c.at << ' ' << c.value;
    EXPECT_EQ(MessagesIn(got), Texts{Small(2)}) << c.at << ' ' << c.value;
  }
}

TEST(PcfSplitterTest, AnEmbeddedHeaderEndsWhereItsParametersDo) {
  const std::string eph = PcfWriter().Int(1, 6).BuildEph();
  for (const int32_t size : {0, 67, 69, 80, 89, 4096, 0x7FFFFFFF, -1}) {
    std::string message = eph;
    std::string value;
    IntWriter(ByteOrder::kLittle, &value).Put(size, 4);
    message.replace(8, 4, value);
    const std::string stream = message + Small(2);
    const std::vector<Got> got = Split(stream, stream.size());
    EXPECT_EQ(DamageIn(got), Types{ItemType::kBadLength}) << size;
    // The MQCFH of the broken one stands by itself.
    EXPECT_EQ(MessagesIn(got), (Texts{eph.substr(32), Small(2)})) << size;
  }
}

TEST(PcfSplitterTest, AMessageHasAtMostItsBound) {
  const auto message = [](size_t width) {
    return PcfWriter().String(2015, std::string(width, 'A')).Build();
  };
  const size_t overhead = message(4).size() - 4;
  const std::string fits = message(kMaxPcfBytes - overhead);
  ASSERT_EQ(fits.size(), kMaxPcfBytes);
  EXPECT_EQ(MessagesIn(Split(fits + Small(2), 1 << 16)),
            (Texts{fits, Small(2)}));
  const std::vector<Got> got =
      Split(message(kMaxPcfBytes - overhead + 4) + Small(2), 1 << 16);
  EXPECT_EQ(DamageIn(got), Types{ItemType::kTooLong});
  EXPECT_EQ(MessagesIn(got), Texts{Small(2)});
}

// Messages inside of messages that all break at the end of one chain of
// structures: to walk the chain for each of them would be quadratic.
TEST(PcfSplitterTest, HostileStreamsTakeLinearTime) {
  std::string inner;
  IntWriter ints(ByteOrder::kLittle, &inner);
  for (const int32_t value : {7, 36, 1, 44, 1, 1, 0, 2222, 50000}) {
    ints.Put(value, 4);
  }
  std::string hidden;
  for (int i = 0; i < 10000; ++i) {
    // A structure of an unknown type that ends where its neighbour begins.
    hidden += inner;
    IntWriter(ByteOrder::kLittle, &hidden).Put(99, 4);
    IntWriter(ByteOrder::kLittle, &hidden).Put(8, 4);
  }
  std::string chain;
  for (int i = 0; i < 40000; ++i) {
    IntWriter(ByteOrder::kLittle, &chain).Put(99, 4);
    IntWriter(ByteOrder::kLittle, &chain).Put(8, 4);
  }
  std::string stream = hidden + chain + std::string(4096, '\xFF');
  for (int i = 0; i < 3; ++i) stream += stream;
  stream += Small(1);
  EXPECT_EQ(MessagesIn(Split(stream, 1 << 16)).back(), Small(1));
  // A byte at a time, each with a whole message outstanding.
  EXPECT_EQ(MessagesIn(Split(std::string_view(stream).substr(0, 1 << 20), 64))
                .size(),
            0u);
}

}  // namespace
}  // namespace mqwarden
