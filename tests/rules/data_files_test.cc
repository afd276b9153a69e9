// Files that definitions name: lists, tables and inventories.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/inventory.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

struct ListCase {
  std::string name;
  std::string file;
  std::string condition;
  std::string written;
};

class ListFileTest : public ::testing::TestWithParam<ListCase> {};

TEST_P(ListFileTest, TakesTheTypeOfItsUse) {
  const CompileResult result =
      Compile("list l from \"l.txt\"\n" + RuleWith("where " + GetParam().condition),
              {{"l.txt", GetParam().file}});
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  EXPECT_EQ(Written(*result.plan, RuleOf(result, "r").where),
            GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ListFileTest,
    ::testing::ValuesIn(std::vector<ListCase>{
        {"Texts", "a\nb\n", "user in l", R"((in_texts {"a" "b" } user))"},
        {"LastLineWithoutItsEnd", "a\nb", "user in l",
         R"((in_texts {"a" "b" } user))"},
        {"CarriageReturns", "a\r\nb\r\n", "user in l",
         R"((in_texts {"a" "b" } user))"},
        {"ByteOrderMark", "\xEF\xBB\xBF" "a\n", "user in l",
         R"((in_texts {"a" } user))"},
        {"CommentsAndBlanks", "# who\n\n  a  # here\n\t\n#b\nc\t#d\n",
         "user in l", R"((in_texts {"a" "c" } user))"},
        {"HashInsideAName", "a#b\n", "user in l", R"((in_texts {"a#b" } user))"},
        {"BlanksInside", "Ana Maria\n", "user in l",
         R"((in_texts {"ana maria" } user))"},
        {"Networks", "192.0.2.0/24\n2001:db8::7\n", "source_ip in l",
         "(in_networks {192.0.2.0/24 2001:db8::7/128 } source_ip)"},
        {"NumbersAndConstants", "2035\nMQRC_UNKNOWN_OBJECT_NAME\n", "reason in l",
         "(in_numbers {2035 2085 } reason)"},
        {"Enums", "failure\nwarned\n", "outcome in l",
         "(in_numbers {1 2 } outcome)"},
        {"Durations", "5m\n1h30m\n", "duration in l",
         "(in_numbers {300000000000 5400000000000 } duration)"},
        {"Globs", "PAY.*\n", "object like l", R"((like {"pay.*" } object))"},
        {"Regexes", "^PAY\n", "object matches l", R"((matches {"^PAY" } object))"},
        {"Tags", "lab\n", "tags has l", R"((has_any {"lab" } tags))"},
        {"Nothing", "", "user in l or app == \"x\"",
         R"((or (in_texts {} user) (== fold app "x")))"},
    }),
    [](const auto& info) { return info.param.name; });

struct WrongCase {
  std::string name;
  std::string text;
  std::string file;
  std::string codes;
};

class WrongFileTest : public ::testing::TestWithParam<WrongCase> {};

TEST_P(WrongFileTest, IsRefused) {
  const CompileResult result = Compile(GetParam().text + "\n" + RuleWith("by user"),
                                       {{"f", GetParam().file}});
  EXPECT_EQ(CodesOf(result), GetParam().codes)
      << RenderText(result.diagnostics, {});
  EXPECT_EQ(result.plan, nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, WrongFileTest,
    ::testing::ValuesIn(std::vector<WrongCase>{
        {"TableWithoutHeader", "table t from \"f\" key a", "", "R0222"},
        {"TableKeyTwice", "table t from \"f\" key a", "a,b\nx,1\nX,2\n", "R0223"},
        {"TwoTablesKeysTwice", "table t from \"f\" key a, b",
         "a,b\nx,1\nX,2\nx,1\n", "R0223"},
        {"TableKeyUnknown", "table t from \"f\" key c", "a,b\n", "R0208"},
        {"TableRagged", "table t from \"f\" key a", "a,b\n1\n1,2,3\n",
         "R0222 R0222"},
        {"InventoryWithoutNames", "inventory from \"f\"", "tags,owner\nx,y\n",
         "R0224"},
        {"InventoryEmptyRow", "inventory from \"f\"", "qmgr,tags\n ,x\n", "R0224"},
        {"InventoryPlatform", "inventory from \"f\"",
         "qmgr,platform\nQM1,solaris\n", "R0224"},
        {"InventoryUnknownColumn", "inventory from \"f\"", "qmgr,who\nQM1,x\n",
         "R0224"},
        {"NoSuchFile", "inventory from \"g\"", "", "R0221"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(TableFileTest, RowsWithoutAKeyAreLeftOut) {
  const CompileResult result =
      Compile("table t from \"f\" key a, b\n" + RuleWith("by k = t[app, user].c"),
              {{"f", "a,b,c\n,x,1\ny,,2\n,,3\n\"Z\",z,4\n"}});
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  const LookupTable& table = result.plan->pool().tables[0];
  ASSERT_EQ(table.rows.size(), 1u);
  std::string key;
  AppendTableKey("z", &key);
  AppendTableKey("Z", &key);
  ASSERT_TRUE(table.rows.contains(key));
  EXPECT_EQ(table.rows.at(key), (std::vector<std::string>{"Z", "z", "4"}));
}

TEST(InventoryFileTest, EveryColumnFindsItsPlace) {
  const CompileResult result = Compile(
      "inventory from \"f\"\n" + RuleWith(""),
      {{"f", "tags,service,owner,platform,channel_type,channel,host,qmgr\n"
             "prod; pci ;;dmz,S,O,Unix,SVRCONN,C*,h1,QM?\n"}});
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  const InventoryRow& row = result.plan->inventory()->rows().at(0);
  EXPECT_EQ(row.qmgr, "QM?");
  EXPECT_EQ(row.host, "h1");
  EXPECT_EQ(row.channel, "C*");
  EXPECT_EQ(row.tags, (std::vector<std::string>{"prod", "pci", "dmz"}));
  EXPECT_EQ(row.platform, "unix");
  EXPECT_EQ(row.channel_type, "svrconn");
  EXPECT_EQ(row.owner, "O");
  EXPECT_EQ(row.service, "S");
}

TEST(DataFileTest, IsShownBesideTheRuleFileThatNamesIt) {
  const CompileResult result =
      Compile("list l from \"sub/l.txt\"\n" + RuleWith("where source_ip in l"),
              {{"sub/l.txt", "10.0.0.0/8\nten\n"}});
  ASSERT_EQ(result.diagnostics.error_count(), 1);
  const Diagnostic& diagnostic = *result.diagnostics.Sorted()[0];
  EXPECT_EQ(diagnostic.where.text->path(), "rules/sub/l.txt");
  EXPECT_EQ(diagnostic.where.text->Slice(diagnostic.where.span), "ten");
}

}  // namespace
}  // namespace mqwarden
