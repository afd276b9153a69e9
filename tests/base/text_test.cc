#include "mqwarden/base/text.h"

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(TextTest, ViewsCrossToAbseilAndBackUnchanged) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(ToAbsl(text).size(), 3u);
  EXPECT_EQ(FromAbsl(ToAbsl(text)).data(), text.data());
  EXPECT_EQ(FromAbsl(ToAbsl(text)), text);
  EXPECT_TRUE(FromAbsl(ToAbsl(std::string_view())).empty());
}

TEST(TextTest, TablesOfStringsAreLookedUpByView) {
  absl::flat_hash_map<std::string, int, TextHash, TextEq> table;
  table["QM1"] = 1;
  EXPECT_NE(table.find(std::string_view("QM1")), table.end());
  EXPECT_EQ(table.find(std::string_view("qm1")), table.end());
}

TEST(TextTest, FoldedTablesIgnoreAsciiCaseAlone) {
  absl::flat_hash_set<std::string, FoldedHash, FoldedEq> names;
  const std::string longer_than_a_piece(200, 'X');
  names.insert("SvcPay");
  names.insert("\xC3\x89");  // É
  names.insert(longer_than_a_piece);
  EXPECT_TRUE(names.contains(std::string_view("SVCPAY")));
  EXPECT_FALSE(names.contains(std::string_view("SVCPA")));
  EXPECT_FALSE(names.contains(std::string_view("\xC3\xA9")));  // é
  EXPECT_TRUE(names.contains(std::string(200, 'x')));
  EXPECT_FALSE(names.contains(std::string(199, 'x')));
}

TEST(TextTest, OnlyTheLettersAToZFold) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const char expected = i >= 65 && i <= 90 ? static_cast<char>(i + 32) : c;
    EXPECT_EQ(AsciiLower(c), expected) << i;
  }
  std::string out = "Keep ";
  AppendAsciiLower("FOLD[Z]", &out);
  EXPECT_EQ(out, "Keep fold[z]");
}

TEST(TextTest, ComparisonFoldsAndThenGoesByUnsignedBytes) {
  EXPECT_EQ(CompareIgnoreAsciiCase("ABC", "abc"), 0);
  EXPECT_LT(CompareIgnoreAsciiCase("ab", "ABC"), 0);
  EXPECT_GT(CompareIgnoreAsciiCase("b", "ABC"), 0);
  EXPECT_LT(CompareIgnoreAsciiCase("_", "A"), 0);   // after folding: 5F, 61
  EXPECT_LT(CompareIgnoreAsciiCase("z", "\xC3"), 0);
  EXPECT_EQ(CompareIgnoreAsciiCase("", ""), 0);
  EXPECT_TRUE(EqualsIgnoreAsciiCase("MqM", "mQm"));
  EXPECT_FALSE(EqualsIgnoreAsciiCase("mqm", "mqm "));
  EXPECT_FALSE(EqualsIgnoreAsciiCase("[", "{"));
}

}  // namespace
}  // namespace mqwarden
