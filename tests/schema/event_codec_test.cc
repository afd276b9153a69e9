#include "mqwarden/schema/event_codec.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/schema/event_testing.h"

namespace mqwarden {
namespace {

std::string Encoded(const Event& event) {
  std::string bytes;
  EncodeEvent(event, &bytes);
  return bytes;
}

TEST(EventCodecTest, RandomEventsComeBack) {
  std::mt19937_64 random(3);
  Event event;
  Event back;
  for (int round = 0; round < 500; ++round) {
    FillRandomEvent(TextBytes::kAny, &random, &event);
    const std::string bytes = Encoded(event);
    ASSERT_TRUE(DecodeEvent(bytes, &back));
    ASSERT_EQ(Dump(back), Dump(event));
    ASSERT_EQ(Encoded(back), bytes);
  }
}

TEST(EventCodecTest, TheEmptyEventComesBack) {
  Event back;
  back.SetText(FieldId::kUser, "left over");
  ASSERT_TRUE(DecodeEvent(Encoded(Event()), &back));
  EXPECT_EQ(Dump(back), Dump(Event()));
}

TEST(EventCodecTest, DroppedAttrsAreRemembered) {
  Event event;
  for (int i = 0; i < Event::kMaxAttrs + 3; ++i) {
    event.CopyAttr({.name = "n" + std::to_string(i), .text = "x"});
  }
  Event back;
  const std::string bytes = Encoded(event);
  ASSERT_TRUE(DecodeEvent(bytes, &back));
  EXPECT_EQ(back.attrs_dropped(), 3);
  EXPECT_EQ(Dump(back), Dump(event));
}

TEST(EventCodecTest, TextsAreViewsIntoTheBytes) {
  Event event;
  event.SetText(FieldId::kUser, "ana");
  std::string bytes = Encoded(event);
  Event back;
  ASSERT_TRUE(DecodeEvent(bytes, &back));
  const std::string_view user = back.Text(FieldId::kUser);
  EXPECT_GE(user.data(), bytes.data());
  EXPECT_LE(user.data() + user.size(), bytes.data() + bytes.size());
}

TEST(EventCodecTest, BytesCutAnywhereAreRefused) {
  std::mt19937_64 random(4);
  Event event;
  Event back;
  for (int round = 0; round < 5; ++round) {
    FillRandomEvent(TextBytes::kAny, &random, &event);
    const std::string bytes = Encoded(event);
    for (size_t size = 0; size < bytes.size(); ++size) {
      // A block of exactly this size, so that a sanitizer sees each step over
      // its end.
      const std::vector<char> cut(bytes.begin(), bytes.begin() + size);
      ASSERT_FALSE(DecodeEvent({cut.data(), cut.size()}, &back)) << size;
      ASSERT_EQ(Dump(back), Dump(Event()));
    }
    EXPECT_FALSE(DecodeEvent(bytes + '\0', &back)) << "bytes left over";
  }
}

TEST(EventCodecTest, DamagedBytesGiveAnEventOrNothing) {
  std::mt19937_64 random(5);
  Event event;
  Event back;
  Event again;
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    if (round % 30 == 0) FillRandomEvent(TextBytes::kAny, &random, &event);
    std::string bytes = Encoded(event);
    for (int i = 0; i < 3; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (!DecodeEvent(bytes, &back)) {
      ++refused;
      continue;
    }
    // Whatever came out is a whole event.
    for (const FieldInfo& field : AllFields()) {
      if (field.type == FieldType::kEnum && back.Has(field.id)) {
        ASSERT_NE(EnumValueName(field.enum_type, back.Int(field.id)), "");
      }
    }
    const std::string encoded = Encoded(back);
    ASSERT_TRUE(DecodeEvent(encoded, &again));
    ASSERT_EQ(Dump(again), Dump(back));
  }
  EXPECT_GT(refused, 100);
}

TEST(EventCodecTest, RandomBytesAreRefused) {
  std::mt19937_64 random(6);
  Event back;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    DecodeEvent(bytes, &back);  // must only not read out of bounds
  }
  EXPECT_FALSE(DecodeEvent("", &back));
}

}  // namespace
}  // namespace mqwarden
