#include "mqwarden/base/edit_distance.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

// The definition, by recursion on the last characters.
size_t Oracle(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const auto shorter = [](std::string_view text, size_t by) {
    return text.substr(0, text.size() - by);
  };
  const bool same = AsciiLower(a.back()) == AsciiLower(b.back());
  size_t best = std::min({Oracle(shorter(a, 1), b) + 1,
                          Oracle(a, shorter(b, 1)) + 1,
                          Oracle(shorter(a, 1), shorter(b, 1)) + !same});
  if (a.size() > 1 && b.size() > 1 &&
      EqualsIgnoreAsciiCase(a.substr(a.size() - 2),
                            std::string{b.back(), b[b.size() - 2]})) {
    best = std::min(best, Oracle(shorter(a, 2), shorter(b, 2)) + 1);
  }
  return best;
}

TEST(EditDistanceTest, AgreesWithTheDefinitionUnderEveryLimit) {
  std::mt19937 random(1);
  const auto word = [&] {
    std::string text;
    for (size_t n = random() % 7; n > 0; --n) {
      text.push_back("abBc"[random() % 4]);
    }
    return text;
  };
  for (int i = 0; i < 1500; ++i) {
    const std::string a = word();
    const std::string b = word();
    const size_t expected = Oracle(a, b);
    for (size_t limit = 0; limit < 9; ++limit) {
      ASSERT_EQ(EditDistance(a, b, limit), std::min(expected, limit + 1))
          << a << " " << b << " " << limit;
    }
  }
}

TEST(EditDistanceTest, ASwapIsOneEditAndCaseIsNone) {
  EXPECT_EQ(EditDistance("chanenl", "channel", 5), 1u);
  EXPECT_EQ(EditDistance("USER", "user", 5), 0u);
  EXPECT_EQ(EditDistance("usr", "user", 5), 1u);
  EXPECT_EQ(EditDistance("ca", "abc", 5), 3u);  // no part edited twice
  EXPECT_EQ(EditDistance("", "", 0), 0u);
}

TEST(EditDistanceTest, ADifferenceBeyondTheLimitCostsNothing) {
  const std::string huge(10'000'000, 'a');
  EXPECT_EQ(EditDistance(huge, "a", 3), 4u);
}

std::string Suggest(std::string_view name,
                    const std::vector<std::string_view>& candidates) {
  return Nearest(name, candidates).value_or("none");
}

TEST(NearestTest, TheNearestNameIsSuggested) {
  EXPECT_EQ(Suggest("usr", {"qmgr", "user", "host"}), "user");
  EXPECT_EQ(Suggest("USER", {"users", "user"}), "user");
  EXPECT_EQ(Suggest("chanel", {"channel_type", "channel", "chan"}), "channel");
  EXPECT_EQ(Suggest("anything", {}), "none");
}

TEST(NearestTest, TiesGoToTheFirstInAlphabeticalOrder) {
  EXPECT_EQ(Suggest("abcde", {"abcdz", "abcdx", "abcdy"}), "abcdx");
}

TEST(NearestTest, TheThresholdGrowsWithTheLength) {
  EXPECT_EQ(Suggest("ab", {"ab"}), "none");
  EXPECT_EQ(Suggest("abc", {"abx"}), "abx");        // 1 edit of 3 / 2
  EXPECT_EQ(Suggest("abc", {"axy"}), "none");       // 2
  EXPECT_EQ(Suggest("abcd", {"abxy"}), "abxy");     // 2 of 4 / 2
  EXPECT_EQ(Suggest("abcd", {"axyz"}), "none");     // 3
  EXPECT_EQ(Suggest("abcde", {"abxyz"}), "abxyz");  // 3 of 5 / 5 + 2
  EXPECT_EQ(Suggest("abcde", {"axyzw"}), "none");   // 4
  EXPECT_EQ(Suggest("abcdefghij", {"abcdefwxyz"}), "abcdefwxyz");  // 4
  EXPECT_EQ(Suggest("abcdefghij", {"abcdevwxyz"}), "none");        // 5
}

TEST(NearestTest, VeryLongNamesGetNoSuggestion) {
  const std::string longest(kMaxSuggestionBytes, 'a');
  EXPECT_EQ(Suggest(longest, {longest}), longest);
  EXPECT_EQ(Suggest(longest + "a", {longest}), "none");
}

}  // namespace
}  // namespace mqwarden
