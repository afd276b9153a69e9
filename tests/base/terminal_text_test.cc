#include "mqwarden/base/terminal_text.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

TEST(TerminalTextTest, WhatCouldDeceiveIsMadeVisible) {
  struct Case {
    std::string_view text;
    std::string_view shown;
  };
  const std::vector<Case> cases = {
      {"", ""},
      {"PAY.* \\ `user`", "PAY.* \\ `user`"},
      {"h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
       "h\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
      {"\x1B[31mred\r\n\t", R"(\x1b[31mred\x0d\x0a\x09)"},
      {std::string_view("a\0b\x7F", 4), R"(a\x00b\x7f)"},
      {"\xC2\x9B" "31m\xC2\x85", R"(\u{009b}31m\u{0085})"},
      {"\xC2\xA0", "\xC2\xA0"},
      {"ab\xE2\x80\xAE" "dc\xE2\x81\xA6\xD8\x9C",
       R"(ab\u{202e}dc\u{2066}\u{061c})"},
      {"\xE2\x80\x8E\xE2\x80\x8F\xE2\x80\xA8\xE2\x80\xA9",
       R"(\u{200e}\u{200f}\u{2028}\u{2029})"},
      {"\xFF\xC3(\x9B", R"(\xff\xc3(\x9b)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EscapeForTerminal(c.text), c.shown);
  }
}

TEST(TerminalTextTest, AnyBytesGiveOneHarmlessLine) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (int n = 0; n < 8; ++n) {
      constexpr std::string_view kLeads = "\xC2\xE2\x80\xA8\x1B" "a";
      text.push_back(random() % 2 == 0 ? static_cast<char>(random())
                                       : kLeads[random() % kLeads.size()]);
    }
    const std::string shown = EscapeForTerminal(text);
    ASSERT_TRUE(IsValidUtf8(shown));
    for (std::string_view left = shown; !left.empty();) {
      const Utf8Char c = DecodeUtf8(left);
      ASSERT_TRUE(c.code_point >= 0x20 &&
                  (c.code_point < 0x7F || c.code_point > 0x9F) &&
                  !(c.code_point >= 0x2028 && c.code_point <= 0x202E))
          << shown;
      left.remove_prefix(c.size);
    }
    ASSERT_EQ(EscapeForTerminal(shown), shown);
  }
}

}  // namespace
}  // namespace mqwarden
