#include "mqwarden/base/bytes.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

std::string WriteAll() {
  std::string out;
  ByteWriter writer(&out);
  writer.U8(0xFE);
  writer.U16(0x0102);
  writer.U32(0x01020304);
  writer.U64(0x0102030405060708);
  writer.I64(-2);
  writer.Varint(300);
  writer.Text("QM1");
  writer.Raw("!");
  return out;
}

TEST(BytesTest, NumbersAreLittleEndian) {
  EXPECT_EQ(WriteAll(),
            std::string_view("\xFE"
                             "\x02\x01"
                             "\x04\x03\x02\x01"
                             "\x08\x07\x06\x05\x04\x03\x02\x01"
                             "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                             "\xAC\x02"
                             "\x03QM1"
                             "!"));
}

// Reads what WriteAll wrote, and gives whether it was all there.
bool ReadAll(ByteReader reader) {
  // Reads on after a failure, as a caller may.
  int same = 0;
  same += reader.U8() == 0xFE;
  same += reader.U16() == 0x0102;
  same += reader.U32() == 0x01020304;
  same += reader.U64() == 0x0102030405060708;
  same += reader.I64() == -2;
  same += reader.Varint() == 300;
  same += reader.Text() == "QM1";
  same += reader.Raw(1) == "!";
  EXPECT_EQ(same == 8, reader.done());
  return reader.done();
}

TEST(BytesTest, WhatIsWrittenReadsBackAndNoPrefixOfItDoes) {
  const std::string bytes = WriteAll();
  EXPECT_TRUE(ReadAll(ByteReader(bytes)));
  for (size_t size = 0; size < bytes.size(); ++size) {
    // A copy of the exact size, so that a sanitizer sees a read beyond it.
    const std::string prefix = bytes.substr(0, size);
    EXPECT_FALSE(ReadAll(ByteReader(prefix))) << size;
  }
}

TEST(BytesTest, AFailureIsForGood) {
  ByteReader reader("\x05" "ab" "\x07");
  EXPECT_EQ(reader.Text(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_FALSE(reader.done());
}

TEST(BytesTest, LeftoverBytesAreNotDone) {
  ByteReader reader("ab");
  EXPECT_EQ(reader.U8(), 'a');
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.remaining(), 1u);
}

TEST(BytesTest, VarintsReadBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10000; ++i) {
    const uint64_t value = i == 0 ? UINT64_MAX : random() >> random() % 64;
    std::string out;
    ByteWriter(&out).Varint(value);
    ByteReader reader(out);
    ASSERT_EQ(reader.Varint(), value);
    ASSERT_TRUE(reader.done());
  }
}

TEST(BytesTest, OnlyTheShortestVarintInRangeIsRead) {
  for (const std::string_view bytes :
       {std::string_view("\x80\x00", 2), std::string_view("\xFF\x80\x00", 3),
        std::string_view("\x80"),
        std::string_view("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"),
        std::string_view("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")}) {
    ByteReader reader(bytes);
    EXPECT_EQ(reader.Varint(), 0u);
    EXPECT_FALSE(reader.ok());
  }
}

TEST(BytesTest, AnEnormousLengthIsRefused) {
  std::string out;
  ByteWriter writer(&out);
  writer.Varint(UINT64_MAX);
  writer.Raw("abc");
  ByteReader reader(out);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace mqwarden
