#include "mqwarden/ingest/formats/pcf_text.h"

#include <clocale>
#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

std::string Decode(std::string_view bytes, int32_t ccsid) {
  PcfText text;
  text.Start();
  return std::string(text.Decode(bytes, ccsid));
}

constexpr int32_t kBuiltIn[] = {819, 1208, 1252, 37, 500, 1047, 1140};
constexpr int32_t kEbcdic[] = {37, 500, 1047, 1140};

// What all four sets of EBCDIC agree on.
TEST(PcfTextTest, LettersDigitsAndPunctuationAreTheSameInAllOfEbcdic) {
  const std::string_view bytes =
      "\xC1\xC9\xD1\xD9\xE2\xE9\x81\x89\x91\x99\xA2\xA9\xF0\xF9\x40"
      "\x4B\x6B\x4D\x5D\x60\x61\x6D\x6C\x50\x5C\x4E\x7A\x5E\x4C\x7E\x6E\x6F"
      "\x7D\x7F";
  for (const int32_t ccsid : kEbcdic) {
    EXPECT_EQ(Decode(bytes, ccsid), "AIJRSZaijrsz09 .,()-/_%&*+:;<=>?'\"")
        << ccsid;
  }
}

TEST(PcfTextTest, VariantBytesOfEbcdicDiffer) {
  struct Case {
    std::string_view bytes;
    const char* in_37;
    const char* in_500;
    const char* in_1047;
  };
  const Case cases[] = {
      {"\xBA\xF1\xBB", "[1]", "\u00AC1|", "\u00DD1\u00A8"},
      {"\x4A\xF1\x5A", "\u00A21!", "[1]", "\u00A21!"},
      {"\xAD\xF1\xBD", "\u00DD1\u00A8", "\u00DD1\u00A8", "[1]"},
      {"\x4F", "|", "!", "|"},
      {"\x5A", "!", "]", "!"},
      {"\x5F", "\u00AC", "^", "^"},
      {"\xB0", "^", "\u00A2", "\u00AC"},
      {"\x7C\x7B\x5B", "@#$", "@#$", "@#$"},
      {"\xC0\xD0\xE0\xA1", "{}\\~", "{}\\~", "{}\\~"},
      {"\x9F", "\u00A4", "\u00A4", "\u00A4"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Decode(c.bytes, 37), c.in_37);
    EXPECT_EQ(Decode(c.bytes, 500), c.in_500);
    EXPECT_EQ(Decode(c.bytes, 1047), c.in_1047);
  }
  EXPECT_EQ(Decode("\x9F\xBA\xBB", 1140), "\u20AC[]");
}

TEST(PcfTextTest, EveryByteOfABuiltInSetIsACharacter) {
  for (const int32_t ccsid : kBuiltIn) {
    if (ccsid == 1208) continue;
    for (int byte = 1; byte < 256; ++byte) {
      const std::string bytes(2, static_cast<char>(byte));
      const std::string text = Decode(bytes, ccsid);
      EXPECT_TRUE(IsValidUtf8(text)) << ccsid << ' ' << byte;
      const bool is_blank = byte == (ccsid > 40 && ccsid != 500 &&
                                             ccsid != 1047 && ccsid != 1140
                                         ? 0x20
                                         : 0x40);
      EXPECT_EQ(CountUtf8Chars(text), is_blank ? 0u : 2u) << ccsid << ' ' << byte;
    }
  }
}

TEST(PcfTextTest, LatinSetsGiveTheirCharacters) {
  EXPECT_EQ(Decode("M\xFCller", 819), "M\u00FCller");
  EXPECT_EQ(Decode("M\xFCller \x80\x93", 1252), "M\u00FCller \u20AC\u201C");
  EXPECT_EQ(Decode("M\xC3\xBCller", 1208), "M\u00FCller");
  EXPECT_EQ(Decode("M\xFCller", 1208), "M\uFFFDller");
  EXPECT_EQ(Decode("\x81", 1252), "\uFFFD");
}

TEST(PcfTextTest, SetsOfLibcAreRead) {
  EXPECT_EQ(Decode("M\x81ller", 850), "M\u00FCller");
  EXPECT_EQ(Decode("M\x81ller", 437), "M\u00FCller");
  EXPECT_EQ(Decode("M\xFCller\xA4", 923), "M\u00FCller\u20AC");
  EXPECT_EQ(Decode("\xC0", 1251), "\u0410");
  EXPECT_EQ(Decode("\xD4\x81\x99\xA5\x89\x95\xC0", 273), "Marvin\u00E4");
  // Shifted in and out of double bytes.
  EXPECT_EQ(Decode("\xC1\x0E\x43\x41\x0F\xC2", 930).front(), 'A');
  EXPECT_EQ(Decode("\xC1\x0E\x43\x41\x0F\xC2", 930).back(), 'B');
  EXPECT_EQ(Decode("\xC1\xF1", 5026), "A1");
  EXPECT_EQ(Decode(std::string_view("\0A\0B\0 \0 ", 8), 1200), "AB");
}

TEST(PcfTextTest, WhatIsNoCharacterOfASetIsReplaced) {
  EXPECT_EQ(Decode("A\xFF\xFF" "B", 954), "A\uFFFD\uFFFDB");
  // A double byte that is cut off.
  EXPECT_EQ(Decode("A\xB0", 954), "A\uFFFD");
}

TEST(PcfTextTest, AnUnknownSetIsGuessed) {
  for (const int32_t ccsid : {0, -1, -2, -3, 65535, 99999}) {
    EXPECT_EQ(Decode("nina", ccsid), "nina");
    EXPECT_EQ(Decode("M\xC3\xBCller", ccsid), "M\u00FCller");
    EXPECT_EQ(Decode("M\xFCller", ccsid), "M\u00FCller");
    EXPECT_EQ(Decode("\xD5\xC9\xD5\xC1\x40\x40\x40\x40", ccsid), "NINA");
    EXPECT_EQ(Decode("\xD8\xD4\xF1", ccsid), "QM1");
    EXPECT_EQ(Decode("\x82\x81\x84\x4B\x84\x82", ccsid), "bad.db");
    EXPECT_EQ(Decode("\x40\x40\x40\x40", ccsid), "");
    EXPECT_EQ(Decode("a@b", ccsid), "a@b");
  }
}

TEST(PcfTextTest, TextWithoutConversionIsAView) {
  PcfText text;
  text.Start();
  const std::string bytes = "nina    ";
  for (const int32_t ccsid : {0, 819, 1208, 1252, 850}) {
    EXPECT_EQ(text.Decode(bytes, ccsid).data(), bytes.data()) << ccsid;
  }
}

// More sets than are kept open, and again: the result is the same.
TEST(PcfTextTest, SetsTakeTurns) {
  constexpr int32_t kSets[] = {273, 277, 278, 280, 284, 285, 297, 500,
                               871, 850, 852, 855, 857, 862, 866};
  PcfText text;
  for (int turn = 0; turn < 3; ++turn) {
    text.Start();
    for (const int32_t ccsid : kSets) {
      EXPECT_EQ(text.Decode("\xE9\xF1", ccsid), Decode("\xE9\xF1", ccsid));
    }
  }
}

TEST(PcfTextTest, AMessageMayNameSoManySetsOfLibc) {
  PcfText text;
  for (int turn = 0; turn < 2; ++turn) {
    text.Start();
    for (size_t i = 0; i < PcfText::kMaxSetsPerMessage; ++i) {
      text.Decode("\xFF", 100000 + static_cast<int32_t>(i));
    }
    // 852 would say U+02D9.
    EXPECT_EQ(text.Decode("\xFF", 852), "\u00FF");
    EXPECT_EQ(text.Decode("\xBA", 500), "\u00AC");
    text.Start();
    EXPECT_EQ(text.Decode("\xFA", 852), "\u02D9");
  }
}

TEST(PcfTextTest, TheLocaleTakesNoPart) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* const locale : {"C", "POSIX", "C.UTF-8", "en_US.UTF-8"}) {
    if (std::setlocale(LC_ALL, locale) == nullptr) continue;
    EXPECT_EQ(Decode("M\x81ller", 850), "M\u00FCller") << locale;
    EXPECT_EQ(Decode("M\xFCller", 0), "M\u00FCller") << locale;
  }
  std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace mqwarden
