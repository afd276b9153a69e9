#include "mqwarden/rules/csv.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows TextsOf(const CsvFile& file) {
  Rows rows;
  for (const CsvRow& row : file.rows) {
    std::vector<std::string>& texts = rows.emplace_back();
    for (const CsvCell& cell : row.cells) texts.push_back(cell.text);
  }
  return rows;
}

struct Case {
  std::string name;
  std::string text;
  Rows rows;
};

class CsvTest : public ::testing::TestWithParam<Case> {};

TEST_P(CsvTest, ReadsRows) {
  const CsvFile file = ParseCsv(GetParam().text);
  EXPECT_TRUE(file.faults.empty());
  EXPECT_EQ(TextsOf(file), GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CsvTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Plain", "a,b\n1,2\n3,4\n", {{"1", "2"}, {"3", "4"}}},
        {"LastLineWithoutItsEnd", "a,b\n1,2", {{"1", "2"}}},
        {"CarriageReturns", "a,b\r\n1,2\r\n", {{"1", "2"}}},
        {"ByteOrderMark", "\xEF\xBB\xBF" "a\n1\n", {{"1"}}},
        {"QuotedComma", "a,b\n\"1,5\",2\n", {{"1,5", "2"}}},
        {"DoubledQuote", "a\n\"say \"\"no\"\"\"\n", {{"say \"no\""}}},
        {"LineBreakInQuotes", "a,b\n\"1\n2\",3\n", {{"1\n2", "3"}}},
        {"BlanksAroundCells", "a , b\n 1\t, \"2\" \n", {{"1", "2"}}},
        {"BlanksInQuotesStay", "a\n\" 1 \"\n", {{" 1 "}}},
        {"EmptyCells", "a,b,c\n,,\n", {{"", "", ""}}},
        {"EmptyLinesAreSkipped", "a,b\n\n1,2\n\r\n", {{"1", "2"}}},
        {"EmptyCellInQuotesIsARow", "a\n\"\"\n", {{""}}},
        {"QuoteInsideACell", "a\n5\" pipe\n", {{"5\" pipe"}}},
        {"LoneCarriageReturnIsText", "a\n1\r2\n", {{"1\r2"}}},
    }),
    [](const auto& info) { return info.param.name; });

struct FaultCase {
  std::string name;
  std::string text;
  std::string message;
  Span span;
};

class CsvFaultTest : public ::testing::TestWithParam<FaultCase> {};

TEST_P(CsvFaultTest, IsFoundAtItsPlace) {
  const CsvFile file = ParseCsv(GetParam().text);
  ASSERT_EQ(file.faults.size(), 1u);
  EXPECT_EQ(file.faults[0].message, GetParam().message);
  EXPECT_EQ(file.faults[0].span, GetParam().span);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CsvFaultTest,
    ::testing::ValuesIn(std::vector<FaultCase>{
        {"Empty", "", "the file has no header", {0, 0}},
        {"ShortRow", "a,b\n1\n", "the row has 1 cell, the header has 2 cells",
         {4, 5}},
        {"LongRow", "a\n1,2\n", "the row has 2 cells, the header has 1 cell",
         {2, 5}},
        {"OpenQuote", "a\n\"1\n", "the quote is never closed", {2, 3}},
        {"TextBehindAQuote", "a\n\"1\"2\n", "text stands behind the closing quote",
         {5, 6}},
        {"ColumnTwice", "a,b,a\n", "the column `a` stands twice", {4, 5}},
        {"ColumnWithoutName", "a,,b\n", "a column has no name", {2, 2}},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CsvTest, GoesOnAfterARowOfAnotherLength) {
  const CsvFile file = ParseCsv("a,b\n1\n2,3\n4,5,6\n7,8\n");
  EXPECT_EQ(file.faults.size(), 2u);
  EXPECT_EQ(TextsOf(file), (Rows{{"2", "3"}, {"7", "8"}}));
}

TEST(CsvTest, KeepsAFewFaultsOfMany) {
  std::string text = "a,b\n";
  for (int i = 0; i < 10'000; ++i) text += "1\n";
  EXPECT_EQ(ParseCsv(text).faults.size(), kMaxCsvFaults);
}

TEST(CsvTest, RefusesAHeaderOfTooManyColumns) {
  std::string text(kMaxCsvColumns, ',');
  for (size_t i = kMaxCsvColumns; i-- > 0;) {
    text.insert(i, "c" + std::to_string(i));
  }
  const CsvFile file = ParseCsv(text + "last\n");
  ASSERT_EQ(file.faults.size(), 1u);
  EXPECT_EQ(file.faults[0].message, "the file has more than 256 cells a row");
}

TEST(CsvTest, FindsColumnsByTheirExactName) {
  const CsvFile file = ParseCsv("object,Owner\n");
  EXPECT_EQ(file.FindColumn("object"), 0);
  EXPECT_EQ(file.FindColumn("Owner"), 1);
  EXPECT_EQ(file.FindColumn("owner"), -1);
}

}  // namespace
}  // namespace mqwarden
