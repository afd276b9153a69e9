#include "mqwarden/base/utf8.h"

#include <cstdint>
#include <ios>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(Utf8Test, EveryCodePointReadsBackAsWritten) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(c, &text);
    const size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    ASSERT_EQ(text.size(), size) << std::hex << uint32_t{c};
    const Utf8Char read = DecodeUtf8(text + "x");
    ASSERT_TRUE(read.valid) << std::hex << uint32_t{c};
    ASSERT_TRUE(read.code_point == c) << std::hex << uint32_t{c};
    ASSERT_EQ(read.size, size);
    ASSERT_EQ(Utf8CharSize(text), size);
    text.pop_back();
    if (size > 1) {
      ASSERT_FALSE(DecodeUtf8(text).valid) << std::hex << uint32_t{c};
    }
  }
}

TEST(Utf8Test, IllFormedBytesAreCharactersOfOneByte) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xC3(", "\xE2\x82", "\xE2(\xA1",
        "\xF0\x9F\x98"}) {
    const Utf8Char c = DecodeUtf8(text);
    EXPECT_FALSE(c.valid) << text;
    EXPECT_EQ(c.size, 1) << text;
    EXPECT_FALSE(IsValidUtf8(text));
  }
}

TEST(Utf8Test, CharactersAreCounted) {
  EXPECT_EQ(CountUtf8Chars(""), 0u);
  EXPECT_EQ(CountUtf8Chars("abc"), 3u);
  EXPECT_EQ(CountUtf8Chars("h\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(CountUtf8Chars("\xE2\x82z"), 3u);
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("h\xC3\xA9"));
}

TEST(Utf8Test, WhatIsNoCodePointIsWrittenAsReplacement) {
  std::string out;
  AppendUtf8(0xD800, &out);
  AppendUtf8(0x110000, &out);
  EXPECT_EQ(out, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace mqwarden
