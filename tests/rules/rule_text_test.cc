#include "mqwarden/rules/rule_text.h"

#include <cstdint>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

struct Case {
  const char* name;
  std::string_view text;
  uint32_t offset;
  int line;
  int column;
  std::string_view line_text;
};

class RuleTextTest : public ::testing::TestWithParam<Case> {};

TEST_P(RuleTextTest, TellsLineAndColumn) {
  const Case& c = GetParam();
  const RuleText text("a.mqw", std::string(c.text));
  const RuleText::Position at = text.PositionOf(c.offset);
  EXPECT_EQ(at.line, c.line);
  EXPECT_EQ(at.column, c.column);
  uint32_t begin = 0;
  EXPECT_EQ(text.Line(at.line, &begin), c.line_text);
  EXPECT_EQ(c.text.substr(begin, c.line_text.size()), c.line_text);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RuleTextTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"EmptyText", "", 0, 1, 1, ""},
        {"FirstCharacter", "ab\ncd", 0, 1, 1, "ab"},
        {"LineEndBelongsToItsLine", "ab\ncd", 2, 1, 3, "ab"},
        {"SecondLine", "ab\ncd", 3, 2, 1, "cd"},
        {"EndOfText", "ab\ncd", 5, 2, 3, "cd"},
        {"BeyondTheText", "ab\ncd", 99, 2, 3, "cd"},
        {"EmptyLastLine", "ab\n", 3, 2, 1, ""},
        {"CarriageReturnIsNoText", "ab\r\ncd", 4, 2, 1, "cd"},
        {"CarriageReturnIsCutOff", "ab\r\ncd", 1, 1, 2, "ab"},
        {"CharactersNotBytes", "é€😀x", 9, 1, 4, "é€😀x"},
        {"InvalidBytesCountEach", "\xFF\xFEx", 2, 1, 3, "\xFF\xFEx"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(RuleTextTest, SliceIsTheSpan) {
  const RuleText text("a.mqw", "rule r");
  EXPECT_EQ(text.Slice({0, 4}), "rule");
  EXPECT_EQ(text.Slice({6, 6}), "");
}

}  // namespace
}  // namespace mqwarden
