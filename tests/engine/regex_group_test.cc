#include "mqwarden/engine/regex_group.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

RegexSet SetOf(const std::vector<std::string>& patterns, bool fold) {
  re2::RE2::Options options;
  options.set_case_sensitive(!fold);
  RegexSet set;
  for (const std::string& pattern : patterns) {
    set.regexes.push_back(std::make_shared<const re2::RE2>(pattern, options));
  }
  return set;
}

TEST(RegexGroupTest, ManyTogetherAnswerAsOneByOne) {
  const std::vector<std::string> patterns = {"^app[0-9]+$", "pay", "^$",
                                             "\\.q$", "x.*y", "(a|b)c"};
  for (const bool fold : {false, true}) {
    const RegexSet set = SetOf(patterns, fold);
    const RegexGroup group(set);
    for (const std::string text :
         {"", "app12", "APP12", "app12x", "PAY.IN", "in.Q", "in.q", "xy", "y x",
          "ac", "\xff\xfe", "bc\xff"}) {
      bool any = false;
      for (const auto& regex : set.regexes) {
        any |= re2::RE2::PartialMatch(text, *regex);
      }
      EXPECT_EQ(group.MatchesAny(text), any) << text;
    }
  }
}

// Expressions of different case cannot share an automaton.
TEST(RegexGroupTest, MixedOptionsAreAskedOneByOne) {
  RegexSet set = SetOf({"aa", "bb", "cc"}, /*fold=*/false);
  set.regexes.push_back(SetOf({"dd"}, /*fold=*/true).regexes[0]);
  const RegexGroup group(set);
  EXPECT_TRUE(group.MatchesAny("xDDx"));
  EXPECT_FALSE(group.MatchesAny("AA"));
}

}  // namespace
}  // namespace mqwarden
