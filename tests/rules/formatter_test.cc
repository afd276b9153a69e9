// The layout of rule texts: what it looks like, that it is reached in one step,
// and that the tree stays the same.
#include "mqwarden/rules/formatter.h"
#include "mqwarden/rules/lexer.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {
namespace {

std::shared_ptr<const RuleText> TextOf(std::string text) {
  return std::make_shared<const RuleText>("t.mqw", std::move(text));
}

std::string Tree(std::string text) {
  DiagnosticList diagnostics;
  const ast::File file =
      Parse(TextOf(std::move(text)), &diagnostics, ClauseOrder::kAny);
  EXPECT_FALSE(diagnostics.has_errors()) << RenderText(diagnostics, {});
  return DebugString(file);
}

std::optional<std::string> Format(std::string text) {
  DiagnosticList diagnostics;
  auto formatted = FormatRuleText(TextOf(std::move(text)), &diagnostics);
  EXPECT_EQ(formatted.has_value(), !diagnostics.has_errors());
  return formatted;
}

// Of a text that parses.
std::string Formatted(const std::string& text) {
  const std::optional<std::string> once = Format(text);
  if (!once.has_value()) {
    ADD_FAILURE() << "does not parse: " << text;
    return "";
  }
  EXPECT_EQ(Format(*once).value_or(""), *once) << "not reached in one step";
  EXPECT_EQ(Tree(*once), Tree(text)) << *once;
  // From the tree and tokens of whoever has them.
  DiagnosticList diagnostics;
  const ast::File file = Parse(TextOf(text), &diagnostics);
  if (!diagnostics.has_errors()) {
    EXPECT_EQ(FormatParsed(file, Lex(file.text, &diagnostics)), *once);
  }
  return *once;
}

int Count(std::string_view text, std::string_view what) {
  int count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

struct Case {
  const char* name;
  std::string_view text;
  std::string_view formatted;
};

class FormatterTest : public ::testing::TestWithParam<Case> {};

TEST_P(FormatterTest, LaysOut) {
  EXPECT_EQ(Formatted(std::string(GetParam().text)), GetParam().formatted);
}

std::string Name(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, FormatterTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"OneLine",
         "rule r { title \"T\" severity high on authz where a==b resolve }",
         "rule r {\n  title    \"T\"\n  severity high\n  on       authz\n"
         "  where    a == b\n  resolve\n}\n"},
        {"ClausesInTheirOrder",
         "rule r {\n by d\n\n title \"T\"\n on a\n severity low\n}",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  by       d\n}\n"},
        {"EqualClausesStayInTheirOrder",
         "rule r {\n title \"T\"\n severity high when b\n on a\n severity low\n"
         " exclude x\n by d\n exclude y\n}",
         "rule r {\n  title    \"T\"\n  severity high when b\n  severity low\n"
         "  on       a\n  exclude  x\n  exclude  y\n  by       d\n}\n"},
        {"CommentsMoveWithTheirClause",
         "rule r { # why\n  # of by\n  by d # behind by\n\n  # of title\n"
         "  title \"T\"\n  severity low\n  on a\n  # the end\n}\n",
         "rule r {  # why\n  # of title\n  title    \"T\"\n  severity low\n"
         "  on       a\n  # of by\n  by       d  # behind by\n  # the end\n}\n"},
        {"LinesOfTheAuthor",
         "rule r {\ntitle \"T\" severity low on a\nwhere x in y\nand (b or\n"
         "c == 1\nor d)\nand e in [\n1,\n2\n]\n}",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  where    x in y\n           and (b or\n                c == 1\n"
         "                or d)\n           and e in [\n"
         "             1,\n             2\n           ]\n}\n"},
        {"NoLineBehindTheFirstWord",
         "rule r\n{\ntitle\n\"T\"\nseverity low on\na alert\n{\nsummary\n\"s\"\n}\n}",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  alert {\n    summary  \"s\"\n  }\n}\n"},
        {"ShortAlertStaysOnItsLine",
         "rule r { title \"T\" severity low on a alert { summary \"s\" } }",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  alert { summary \"s\" }\n}\n"},
        {"AlertOfSeveralClauses",
         "rule r { title \"T\" severity low on a alert { evidence last 3 fields "
         "a,k=t[b].c } }",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n  alert {\n"
         "    fields   a, k = t[b].c\n    evidence last 3\n  }\n}\n"},
        {"Test",
         "rule r { title \"T\" severity low on a test \"t\" { at 0s authz "
         "{user:\"a\",attr.x:- 1} x 3 every 2s expect no alerts } }",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  test \"t\" {\n"
         "    at 0s authz { user: \"a\", attr.x: -1 } x 3 every 2s\n"
         "    expect no alerts\n  }\n}\n"},
        {"TimesOfATest",
         "test \"t\" { at 0s authz { a: 1 } expect no alerts at 1h30m authz { a: "
         "1 } advance 2h }",
         "test \"t\" {\n  at 0s    authz { a: 1 }\n  expect no alerts\n"
         "  at 1h30m authz { a: 1 }\n  advance 2h\n}\n"},
        {"FieldsOverSeveralLines",
         "test \"t\" {\nat 0s authz {\nuser: \"a\",\napp: \"b\"\n}\nexpect 1 "
         "alert { user: \"a\",\nat: 0s }\n}",
         "test \"t\" {\n  at 0s authz {\n    user: \"a\",\n    app: \"b\"\n  }\n"
         "  expect 1 alert { user: \"a\",\n                   at: 0s }\n}\n"},
        {"Sequence",
         "rule r { title \"T\" severity low by u when sequence in 4h { login: "
         "session,authz where a missing logout: session where b } }",
         "rule r {\n  title    \"T\"\n  severity low\n  by       u\n"
         "  when sequence in 4h {\n    login:  session, authz where a\n"
         "    missing logout: session where b\n  }\n}\n"},
        {"Windows",
         "rule r { title \"T\" severity low on a when new(u,g ?)in 30d learn 7d }",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  when     new (u, g?) in 30d learn 7d\n}\n"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Tokens, FormatterTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Operators", "macro m=a<=b and not(c)or d not in[1,2]",
         "macro m = a <= b and not (c) or d not in [1, 2]\n"},
        {"Arithmetic", "macro m = a+b*-c/ ( d-1 ) > - 5",
         "macro m = a + b * -c / (d - 1) > -5\n"},
        {"Calls", "macro m = count ( ) > length ( a ) and f [ a , b ] . c == 1",
         "macro m = count() > length(a) and f[a, b].c == 1\n"},
        {"ByAlternatives",
         "rule r { title \"T\" severity low on a by k=a.x|b.y,each t? }",
         "rule r {\n  title    \"T\"\n  severity low\n  on       a\n"
         "  by       k = a.x | b.y, each t?\n}\n"},
        {"WordsStayAsTheyAre", "macro m = a == r\"\\d\" and b == \"\\u{41}\" and "
                               "c > 1.50 and d > 90s",
         "macro m = a == r\"\\d\" and b == \"\\u{41}\" and c > 1.50 and d > 90s\n"},
        {"WindowsLineEnds", "list a = [1]\r\n# c \r\nlist b = [2]\r\n",
         "list a = [1]\n# c\nlist b = [2]\n"},
        {"ByteOrderMark", "\xEF\xBB\xBFlist a = [1]", "list a = [1]\n"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Files, FormatterTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Nothing", "", ""},
        {"BlankLinesOnly", "\n\n", ""},
        {"CommentsOnly", "\n# a\n\n\n# b  \n", "# a\n\n# b\n"},
        {"OneLineDefinitionsStayTogether",
         "list a = [1]\nlist b = [2]\n\n\n\nlist c = [3] list d = [4]",
         "list a = [1]\nlist b = [2]\n\nlist c = [3]\nlist d = [4]\n"},
        {"BlankLinesAroundTallOnes",
         "list a = [1]\n# of p\npolicy {\nmute where a }\nlist b = [2]",
         "list a = [1]\n\n# of p\npolicy {\n  mute where a\n}\n\nlist b = [2]\n"},
        {"CommentsBehindLinesShareAColumn",
         "list a = [1] # a\nlist long = [1, 2] # long\n\nlist c = [3] # alone",
         "list a = [1]        # a\nlist long = [1, 2]  # long\n\n"
         "list c = [3]  # alone\n"},
        {"CharactersAreCounted", "list a = [\"é\"] # a\nlist b = [\"ee\"] # b",
         "list a = [\"é\"]   # a\nlist b = [\"ee\"]  # b\n"},
        {"PatternsInRows",
         "patterns p {\npay: \"PAY.*\",\nsettlement:\"S*\" # s\n, rest: \"*\" }",
         "patterns p {\n  pay:        \"PAY.*\"\n  settlement: \"S*\"  # s\n"
         "  rest:       \"*\"\n}\n"},
        {"PatternsOnOneLine", "patterns p {a:\"A*\",b:\"B*\"}",
         "patterns p { a: \"A*\"  b: \"B*\" }\n"},
        {"Calendar",
         "calendar c {\ntz \"UTC\"\nmon .. fri 08:00 - 18:00\nexcept[2026-12-25]}",
         "calendar c {\n  tz \"UTC\"\n  mon..fri 08:00-18:00\n"
         "  except [2026-12-25]\n}\n"},
        {"Report",
         "report r {\ntop 10 by a order count()\nevery 7d\non b where c\n"
         "title \"T\" }",
         "report r {\n  title \"T\"\n  on    b where c\n  every 7d\n"
         "  top   10 by a order count()\n}\n"},
        {"WhereOnALineOfItsOwn",
         "recent r {\non b # c\nwhere c\nby d for 5m\n}",
         "recent r {\n  on    b  # c\n  where c\n  by    d\n  for   5m\n}\n"},
        {"ReportOnOneLine", "report r { of statistics every week tz \"UTC\" }",
         "report r { of statistics  every week tz \"UTC\" }\n"},
        {"EmptyBlocks", "policy { }\ncalendar c {\n}\npolicy {\n# none\n}",
         "policy {}\ncalendar c {}\n\npolicy {\n  # none\n}\n"},
        {"CommentsInsideAnItem",
         "macro m = # first\na # second\n# third\nand b\n",
         "macro m =  # first\n  a        # second\n  # third\n  and b\n"},
    }),
    Name);

TEST(FormatterTest, TextsThatDoNotParseAreLeft) {
  for (const std::string_view text :
       {"rule r {", "list a = \"b\"", "rule r { title \"T\" title \"U\" }",
        "\xFF", "rule r { title \"T\" severity low on a where b == }"}) {
    EXPECT_EQ(Format(std::string(text)), std::nullopt) << text;
  }
}

// The words of a text with other white space, and comments, between them.
std::string Respaced(const std::string& text, std::mt19937* random) {
  static constexpr std::string_view kGaps[] = {" ",  " ",    "\n",     "\n\n\n",
                                               "\t", "  \n ", " # c \n"};
  DiagnosticList unused;
  const auto rule_text = TextOf(text);
  std::string out;
  for (const Token& token : Lex(rule_text, &unused)) {
    if (token.kind == TokenKind::kComment) continue;
    out += rule_text->Slice(token.span);
    // Mostly on one line, or it would be all comments.
    out += (*random)() % 4 != 0 ? " " : kGaps[(*random)() % std::size(kGaps)];
  }
  return out;
}

TEST(FormatterTest, AnyWhiteSpaceIsLaidOut) {
  std::mt19937 random(11);
  int formatted = 0;
  for (const char* const name :
       {"tests/fuzz/rules_corpus/whole_language.mqw", "rules/pack/policy.mqw",
        "rules/pack/definitions.mqw", "rules/pack/breakglass.mqw"}) {
    std::ifstream file(name, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(text.empty()) << name;
    for (int round = 0; round < 25; ++round) {
      const std::string respaced = Respaced(text, &random);
      // A clause word that begins a line where a value is expected is read as
      // the clause.
      const std::optional<std::string> once = Format(respaced);
      if (!once.has_value()) continue;
      ++formatted;
      ASSERT_TRUE(Format(*once) == once) << respaced;
      ASSERT_TRUE(Tree(*once) == Tree(text)) << respaced;
      ASSERT_EQ(Count(*once, "# c"), Count(respaced, "# c"));
    }
  }
  EXPECT_GT(formatted, 60);
}

// The files of the tree: some are mistakes, and then they stay as they are.
TEST(FormatterTest, EveryFileOfTheTreeKeepsItsTree) {
  int formatted = 0;
  for (const char* const folder :
       {"rules/pack", "tests/goldens/check", "tests/fuzz/rules_corpus"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".mqw") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      if (!Format(text).has_value()) continue;
      SCOPED_TRACE(entry.path());
      Formatted(text);
      ++formatted;
    }
  }
  EXPECT_GT(formatted, 50);
}

TEST(FormatterTest, LongTextsTakeLinearTime) {
  for (const std::string_view piece :
       {"# c\n", "list a = [1]\n", "list a = [1]  # c\n", "policy {}\n"}) {
    std::string text;
    while (text.size() < RuleText::kMaxBytes / 4) text += piece;
    EXPECT_TRUE(Format(text) == text) << piece;
  }
  std::string excludes = "rule r { title \"T\" severity low on a";
  while (excludes.size() < RuleText::kMaxBytes / 4) excludes += " exclude a";
  EXPECT_TRUE(Format(excludes + " }").has_value());
}

}  // namespace
}  // namespace mqwarden
