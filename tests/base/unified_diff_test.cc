#include "mqwarden/base/unified_diff.h"

#include <cstdint>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

std::string Diff(std::string_view a, std::string_view b) {
  return UnifiedDiff("a", a, "b", b);
}

TEST(UnifiedDiffTest, EqualTextsHaveNone) {
  EXPECT_EQ(Diff("", ""), "");
  EXPECT_EQ(Diff("x\ny", "x\ny"), "");
}

TEST(UnifiedDiffTest, ShowsWhatDiffShows) {
  EXPECT_EQ(Diff("a\nb\nc\n", "a\nx\nc\n"),
            "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  EXPECT_EQ(Diff("", "a\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(Diff("a\n", ""), "--- a\n+++ b\n@@ -1 +0,0 @@\n-a\n");
  EXPECT_EQ(Diff("a", "a\n"),
            "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiffTest, ChangesFarApartAreHunksOfTheirOwn) {
  std::string a;
  for (int i = 1; i <= 20; ++i) a += std::to_string(i) + "\n";
  std::string b = a;
  b.replace(b.find("2\n"), 2, "two\n");
  b.replace(b.find("18\n"), 3, "");
  EXPECT_EQ(Diff(a, b),
            "--- a\n+++ b\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n"
            "@@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n");
}

// The text that the hunks make of `old_text`; "?" where they do not fit.
std::string Apply(const std::string& old_text, const std::string& diff) {
  if (diff.empty()) return old_text;
  std::vector<std::string> old_lines;
  std::istringstream in(old_text);
  for (std::string line; std::getline(in, line);) old_lines.push_back(line);
  std::istringstream hunks(diff);
  std::string line;
  std::getline(hunks, line);
  std::getline(hunks, line);
  std::string made;
  size_t at = 0;
  while (std::getline(hunks, line)) {
    if (line[0] == '@') {
      const size_t first = std::stoul(line.substr(4));
      const bool none = line.substr(4, line.find(' ', 4) - 4).ends_with(",0");
      while (at + (none ? 0 : 1) < first) made += old_lines.at(at++) + "\n";
    } else if (line[0] == '+') {
      made += line.substr(1) + "\n";
    } else {
      if (old_lines.at(at) != line.substr(1)) return "?";
      if (line[0] == ' ') made += old_lines[at] + "\n";
      ++at;
    }
  }
  while (at < old_lines.size()) made += old_lines[at++] + "\n";
  return made;
}

TEST(UnifiedDiffTest, MakesTheNewTextOfTheOldOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto text = [&] {
      std::string lines;
      const auto count = random() % 30;
      for (uint32_t i = 0; i < count; ++i) {
        lines += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
      }
      return lines;
    };
    const std::string a = text();
    const std::string b = text();
    EXPECT_EQ(Apply(a, Diff(a, b)), b) << Diff(a, b);
  }
}

TEST(UnifiedDiffTest, ManyDifferencesEndSoon) {
  std::string a;
  std::string b;
  for (int i = 0; i < 50'000; ++i) {
    a += "a" + std::to_string(i) + "\n";
    b += "b" + std::to_string(i) + "\n";
  }
  EXPECT_GT(Diff(a, b).size(), a.size() + b.size());
}

}  // namespace
}  // namespace mqwarden
