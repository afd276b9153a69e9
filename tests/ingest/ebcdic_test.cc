#include "mqwarden/ingest/ebcdic.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

// A line of syslog in CCSID 37, with a line feed.
constexpr std::string_view kLine37 =
    "\x4C\xF1\xF1\xF8\x6E\xC1\x97\x99\x40\xF1\xF8\x40\xF1\xF6\x7A\xF3\xF2"
    "\x7A\xF5\xF8\x40\x89\x82\x94\x89\xF1\x40\xD8\xC1\xE4\xC4\xD1\xD9\xD5"
    "\x7A\x40\xBA\xC1\xC6\x7C\xF0\x40\x81\x83\xA3\xA4\x81\x93\x6D\xA3\xA8"
    "\x97\x85\x7E\x7F\xC1\xC6\x60\xC1\x7F\x40\x85\x99\x99\x6D\xA4\xA2\x85"
    "\x99\x7E\x7F\xC1\xD5\xD5\x7F\xBB\x25";
constexpr std::string_view kLine =
    "<118>Apr 18 16:32:58 ibmi1 QAUDJRN: "
    "[AF@0 actual_type=\"AF-A\" err_user=\"ANN\"]\n";

std::string Convert(std::string_view bytes, int32_t ccsid) {
  std::string out;
  EbcdicText(ccsid).Append(bytes, &out);
  return out;
}

TEST(EbcdicTest, LinesComeOutInUtf8) {
  EXPECT_EQ(Convert(kLine37, 37), kLine);
  EXPECT_EQ(Convert(kLine37, 0), kLine);
}

TEST(EbcdicTest, VariantBytesAreThoseOfTheSet) {
  EXPECT_EQ(Convert("\xBA\xBB\x4F\x5A", 37), "[]|!");
  EXPECT_EQ(Convert("\x4A\x5A\xBB\x4F", 500), "[]|!");
  EXPECT_EQ(Convert("\xAD\xBD\x4F\x5A", 1047), "[]|!");
  EXPECT_EQ(Convert("\x9F", 1140), "\u20ac");
}

TEST(EbcdicTest, OtherSetsAreThoseOfLibc) {
  // Germany: brackets, braces and umlauts stand elsewhere.
  EXPECT_EQ(Convert("\x63\xFC\xC1\x40\xC0\x4A", 273), "[]A \u00e4\u00c4");
  // No such set, one of several bytes, and one that is no EBCDIC.
  EXPECT_EQ(Convert("\xBA\xC1\xBB", 9), "[A]");
  EXPECT_EQ(Convert("\xBA\xC1\xBB", 1208), "[A]");
  EXPECT_EQ(Convert("\xBA\xC1\xBB", 819), "[A]");
  EXPECT_EQ(Convert("\xBA\xC1\xBB", -1), "[A]");
}

TEST(EbcdicTest, TheSetIsKnownByItsBrackets) {
  EXPECT_EQ(EbcdicSetOf(kLine37), 37);
  const auto swap = [](char open, char close) {
    std::string line(kLine37);
    for (char& c : line) {
      if (c == '\xBA') c = open;
      else if (c == '\xBB') c = close;
    }
    return line;
  };
  EXPECT_EQ(EbcdicSetOf(swap('\xAD', '\xBD')), 1047);
  EXPECT_EQ(EbcdicSetOf(swap('\x4A', '\x5A')), 500);
  EXPECT_EQ(EbcdicSetOf(swap('\x40', '\x40')), 37);
  // An exclamation mark and a cent sign are no brackets when nothing is between.
  EXPECT_EQ(EbcdicSetOf("\xC1\x4A\x5A"), 37);
  EXPECT_EQ(EbcdicSetOf(""), 37);
}

TEST(EbcdicTest, BothLineEndsAreOne) {
  EXPECT_EQ(Convert("\xC1\x15\xC2\x25\xC3", 37), "A\nB\nC");
}

TEST(EbcdicTest, IsKnownByItsBytes) {
  EXPECT_TRUE(IsEbcdicText(kLine37));
  EXPECT_TRUE(IsEbcdicText(kLine37.substr(0, 20)));
  EXPECT_FALSE(IsEbcdicText(kLine));
  EXPECT_FALSE(IsEbcdicText(kLine37.substr(0, 4)));
  EXPECT_FALSE(IsEbcdicText(""));
  EXPECT_FALSE(IsEbcdicText(std::string(64, '@')));
  EXPECT_FALSE(IsEbcdicText(std::string(64, '\0')));
  // Words in scripts of two and three bytes, and in Latin-1.
  EXPECT_FALSE(IsEbcdicText(
      "\u041f\u0440\u043e\u0432\u0435\u0440\u043a\u0430 \u0438\u043c\u0435\u043d\u0438 @@@@"));
  EXPECT_FALSE(IsEbcdicText("\u6a5f\u5668\u306e\u8a8d\u8a3c\u306b\u5931\u6557 @@@@ @@@@"));
  EXPECT_FALSE(IsEbcdicText("ERKL\xC4RUNG: \xFC\xE4\xF6 @@@@ und so weiter"));
}

}  // namespace
}  // namespace mqwarden
