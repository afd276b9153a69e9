#include "mqwarden/base/glob.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

std::vector<std::string> Characters(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t size = Utf8CharSize(text);
    out.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

// The definition, over characters: at a `*`, every run.
bool Oracle(const std::vector<std::string>& pattern, size_t p,
            const std::vector<std::string>& text, size_t t, bool fold_case) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == "*") {
    for (size_t after = t; after <= text.size(); ++after) {
      if (Oracle(pattern, p + 1, text, after, fold_case)) return true;
    }
    return false;
  }
  if (t == text.size()) return false;
  const bool fits =
      pattern[p] == "?" || pattern[p] == text[t] ||
      (fold_case && EqualsIgnoreAsciiCase(pattern[p], text[t]));
  return fits && Oracle(pattern, p + 1, text, t + 1, fold_case);
}

struct Case {
  std::string_view pattern;
  std::string_view text;
  bool fits;
};

TEST(GlobTest, AGlobFitsTheWholeValue) {
  const std::vector<Case> cases = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"?", "", false},
      {"PAY.*", "PAY.IN", true},
      {"PAY.*", "PAY.", true},
      {"PAY.*", "XPAY.IN", false},
      {"*.IN", "PAY.IN", true},
      {"*.IN", "PAY.IN2", false},
      {"*AY*", "PAY.IN", true},
      {"P*Y*N", "PAY.IN", true},
      {"**P**N**", "PAY.IN", true},
      {"QM?", "QM1", true},
      {"QM?", "QM", false},
      {"QM?", "QM12", false},
      {"a*b*c", "aXbXbXc", true},
      {"*ab", "aab", true},
      {"pay.*", "PAY.IN", false},
      {"?", "\xC3\xA9", true},
      {"??", "\xC3\xA9", false},
      {"*??", "\xC3\xA9", false},
      {"h?llo", "h\xE2\x82\xACllo", true},
      {"?", "\xFF", true},
      {"??", "\xE2\x82", true},
      {"\xC3?", "\xC3\xA9", false},
      {"*\xA9", "\xC3\xA9", false},
      {"[a-z]", "b", false},
      {"\\*", "\\x", true},
      {"a?", std::string_view("a\0", 2), true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(GlobMatch(c.pattern, c.text, false), c.fits)
        << c.pattern << " " << c.text;
  }
}

TEST(GlobTest, FoldingIgnoresAsciiCaseAlone) {
  EXPECT_TRUE(GlobMatch("pay.*", "PAY.IN", true));
  EXPECT_TRUE(GlobMatch("PAY.I?", "pay.in", true));
  EXPECT_FALSE(GlobMatch("\xC3\x89", "\xC3\xA9", true));  // É, é
  EXPECT_FALSE(GlobMatch("[", "{", true));
}

TEST(GlobTest, AgreesWithTheDefinition) {
  constexpr const char* kTexts[] = {"a", "A", "b", "\xC3\xA9", "\xC3", "\xA9"};
  std::mt19937 random(1);
  int fits = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string pattern, text;
    for (size_t n = random() % 7; n > 0; --n) {
      const size_t kind = random() % 10;
      pattern += kind < 3 ? "*" : kind < 4 ? "?" : kTexts[random() % 6];
    }
    for (size_t n = random() % 8; n > 0; --n) text += kTexts[random() % 6];
    const bool fold_case = random() % 2 == 0;
    const bool expected =
        Oracle(Characters(pattern), 0, Characters(text), 0, fold_case);
    ASSERT_EQ(GlobMatch(pattern, text, fold_case), expected)
        << pattern << " " << text << " " << fold_case;
    fits += expected;
  }
  EXPECT_GT(fits, 10000);
}

// A recursive matcher would need 2^30 steps for the first.
TEST(GlobTest, ManyStarsCostNoMoreThanOne) {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "*a";
  pattern += "*b";
  EXPECT_FALSE(GlobMatch(pattern, std::string(100000, 'a'), false));
  EXPECT_TRUE(GlobMatch(std::string(100000, '*'), "a", false));
}

TEST(GlobTest, WildcardsAreSeen) {
  EXPECT_TRUE(HasGlobWildcard("PAY.*"));
  EXPECT_TRUE(HasGlobWildcard("QM?"));
  EXPECT_FALSE(HasGlobWildcard("PAY.IN"));
  EXPECT_FALSE(HasGlobWildcard(""));
}

}  // namespace
}  // namespace mqwarden
