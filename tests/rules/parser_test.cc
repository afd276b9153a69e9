#include "mqwarden/rules/parser.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

struct Parsed {
  ast::File file;
  DiagnosticList diagnostics;
};

Parsed ParseText(std::string text) {
  Parsed parsed;
  parsed.file = Parse(
      std::make_shared<const RuleText>("t.mqw", std::move(text)),
      &parsed.diagnostics);
  return parsed;
}

// The tree in one line: `(and a (== b "c"))`.
std::string Show(const ast::Expr& expr) {
  std::string head = DebugString(expr);
  head = head.substr(0, head.find('\n'));
  if (expr.children.empty()) return head;
  std::string shown = "(" + head;
  for (const ast::Expr& child : expr.children) shown += " " + Show(child);
  return shown + ")";
}

std::string Codes(const DiagnosticList& diagnostics) {
  std::string codes;
  for (const Diagnostic* diagnostic : diagnostics.Sorted()) {
    if (!codes.empty()) codes += ' ';
    codes += GetDiagnosticCode(diagnostic->code).code;
  }
  return codes;
}

std::string Name(const auto& info) { return info.param.name; }

// --- expressions

struct ExprCase {
  const char* name;
  std::string_view text;
  std::string_view tree;  // or the codes of what is wrong
};

class ExprTest : public ::testing::TestWithParam<ExprCase> {};

TEST_P(ExprTest, Parses) {
  const Parsed parsed = ParseText("macro m = " + std::string(GetParam().text));
  ASSERT_EQ(parsed.file.macros.size(), 1u);
  const ast::Expr& condition = parsed.file.macros[0].condition;
  EXPECT_EQ(parsed.diagnostics.has_errors() ? Codes(parsed.diagnostics)
                                            : Show(condition),
            GetParam().tree);
  EXPECT_EQ(parsed.diagnostics.has_errors(),
            condition.kind == ast::ExprKind::kError);
}

INSTANTIATE_TEST_SUITE_P(
    Precedence, ExprTest,
    ::testing::ValuesIn(std::vector<ExprCase>{
        {"AndBindsTighterThanOr", "a or b and c or d", "(or a (and b c) d)"},
        {"ChainsAreOneNode", "a and b and c and d", "(and a b c d)"},
        {"NotBindsTighterThanAnd", "not a and b", "(and (not a) b)"},
        {"ComparisonBindsTighterThanNot", "not a == b", "(not (== a b))"},
        {"NotOfNot", "not not a", "(not (not a))"},
        {"SumBindsTighterThanComparison", "a + 1 < b - 2",
         "(< (+ a 1) (- b 2))"},
        {"ProductBindsTighterThanSum", "a + b * c == 1", "(== (+ a (* b c)) 1)"},
        {"SumsLeanLeft", "a - b - c == 1", "(== (- (- a b) c) 1)"},
        {"QuotientsLeanLeft", "a / b * c == 1", "(== (* (/ a b) c) 1)"},
        {"UnaryMinus", "a > -5", "(> a (negate 5))"},
        {"MinusOfMinus", "a > - - 5", "(> a (negate (negate 5)))"},
        {"Parentheses", "(a or b) and c", "(and (paren (or a b)) c)"},
    }),
    Name<::testing::TestParamInfo<ExprCase>>);

INSTANTIATE_TEST_SUITE_P(
    Operators, ExprTest,
    ::testing::ValuesIn(std::vector<ExprCase>{
        {"Equal", "a == b", "(== a b)"},
        {"NotEqual", "a != b", "(!= a b)"},
        {"Less", "a < b", "(< a b)"},
        {"LessOrEqual", "a <= b", "(<= a b)"},
        {"Greater", "a > b", "(> a b)"},
        {"GreaterOrEqual", "a >= b", "(>= a b)"},
        {"InList", "a in [b, c]", "(in a (list b c))"},
        {"InNamedList", "a in admins", "(in a admins)"},
        {"InNetwork", "a in \"10.0.0.0/8\"", "(in a \"10.0.0.0/8\")"},
        {"NotIn", "a not in admins", "(not in a admins)"},
        {"Like", "a like \"P*\"", "(like a \"P*\")"},
        {"NotLike", "a not like \"P*\"", "(not like a \"P*\")"},
        {"Matches", "a matches r\"^\\d\"", "(matches a \"^\\d\")"},
        {"NotMatches", "a not matches \"x\"", "(not matches a \"x\")"},
        {"Has", "tags has \"lab\"", "(has tags \"lab\")"},
        {"NotHas", "tags not has [\"a\"]", "(not has tags (list \"a\"))"},
        {"ChainedComparison", "a < b < c", "R0110"},
        {"ChainedIn", "a == b in c", "R0110"},
        {"SingleEquals", "a = b", "R0101"},
        {"During", "time during nights", "(during time nights)"},
        {"DuringSeveral", "time during [nights, days]",
         "(during time (list nights days))"},
        {"NotDuring", "time not during nights[qmgr]",
         "(not during time (index nights qmgr))"},
        {"NothingBehindAnd", "a and", "R0101"},
        {"NothingBetween", "a and or b", "R0101"},
        {"WindowElsewhere", "count() > 3 in 5m", "R0101"},
        {"WindowOfAValue", "count() in 5m", "R0101"},
    }),
    Name<::testing::TestParamInfo<ExprCase>>);

INSTANTIATE_TEST_SUITE_P(
    Operands, ExprTest,
    ::testing::ValuesIn(std::vector<ExprCase>{
        {"Attr", "attr.Reason == 1", "(== (member Reason attr) 1)"},
        {"CallWithoutArguments", "count() > 1", "(> call count 1)"},
        {"CallOfConditions", "count(a == b) > 1", "(> (call count (== a b)) 1)"},
        {"CallOfSeveral", "coalesce(a, b, \"c\") == d",
         "(== (call coalesce a b \"c\") d)"},
        {"MemberOfCall", "f(a).b == c", "(== (member b (call f a)) c)"},
        {"Table", "cmdb[a].b == c", "(== (member b (index cmdb a)) c)"},
        {"TableOfTwoKeys", "cmdb[a, b].c == d",
         "(== (member c (index cmdb a b)) d)"},
        {"IndexAlone", "recent[a]", "(index recent a)"},
        {"TrailingComma", "a in [1, 2,]", "(in a (list 1 2))"},
        {"EmptyList", "a in []", "(in a list)"},
        {"Decimal", "a > 1.50", "(> a decimal 1.5)"},
        {"Duration", "a > 90s", "(> a 1m30s)"},
        {"Instant", "a > 2026-11-20T01:00:00+01:00",
         "(> a 2026-11-20T00:00:00Z)"},
        {"DateIsNoInstant", "a > 2026-11-20", "R0008"},
        {"MissingParenthesis", "(a", "R0101"},
        {"MissingBracket", "a in [1", "R0101"},
        {"MissingComma", "a in [1 2]", "R0101"},
        {"NoMemberName", "a. == 1", "R0101"},
    }),
    Name<::testing::TestParamInfo<ExprCase>>);

// --- bounds

std::string Repeat(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

struct BoundCase {
  const char* name;
  std::string_view opening;
  std::string_view middle;
  std::string_view closing;
  int bound;  // so many are allowed
};

class NestingTest : public ::testing::TestWithParam<BoundCase> {};

TEST_P(NestingTest, OneMoreIsAnError) {
  const BoundCase& c = GetParam();
  const auto text = [&](int times) {
    return "macro m = " + Repeat(c.opening, times) + std::string(c.middle) +
           Repeat(c.closing, times);
  };
  EXPECT_EQ(Codes(ParseText(text(c.bound)).diagnostics), "");
  EXPECT_EQ(Codes(ParseText(text(c.bound + 1)).diagnostics), "R0502");
  // Far beyond, the depth of the recursion is still bounded.
  EXPECT_EQ(Codes(ParseText(text(20'000)).diagnostics), "R0502");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, NestingTest,
    ::testing::ValuesIn(std::vector<BoundCase>{
        {"Parentheses", "(", "a", ")", ast::kMaxNesting},
        {"Calls", "f(", "a", ")", ast::kMaxNesting},
        {"Lists", "[", "a", "]", ast::kMaxNesting},
        {"Indexes", "t[", "a", "]", ast::kMaxNesting},
        {"Not", "not ", "a", "", ast::kMaxNesting},
        {"Minus", "- ", "a", "", ast::kMaxNesting},
        {"Additions", "", "a", " + a", ast::kMaxNesting},
        {"Divisions", "", "a", " / a", ast::kMaxNesting},
    }),
    Name<::testing::TestParamInfo<BoundCase>>);

TEST(ParserBoundsTest, ChainsAreFlatAndLong) {
  for (const std::string_view word : {" and ", " or "}) {
    const Parsed parsed = ParseText(
        "macro m = a" + Repeat(std::string(word) + "b == 1", 10'000));
    EXPECT_EQ(Codes(parsed.diagnostics), "");
    ASSERT_EQ(parsed.file.macros.size(), 1u);
    EXPECT_EQ(parsed.file.macros[0].condition.children.size(), 10'001u);
    EXPECT_GT(DebugString(parsed.file).size(), 10'000u);
  }
}

TEST(ParserBoundsTest, AlternatingChainsAreShallow) {
  const Parsed parsed = ParseText("macro m = a" + Repeat(" and b or c", 10'000));
  EXPECT_EQ(Codes(parsed.diagnostics), "");
  EXPECT_EQ(parsed.file.macros[0].condition.children.size(), 10'001u);
}

// Every sign, 64 KiB of it: no crash, no quadratic work, few diagnostics.
TEST(ParserBoundsTest, AFileOfOneSignIsRefusedQuickly) {
  for (const std::string_view sign :
       {"{", "}", "(", "[", "\"", "'", "“", "„", "#", "=", "not ", "a ", "a.",
        "rule ", "rule r {", "test \"", "when ", "\\", "1", "1.", "\xFF",
        "\"{", "list a = [", "policy { limit ", "\n", "rule\n", "alert {\n",
        "rule r { resolve resolve title \"{", "policy {\n exclude a\n"}) {
    const Parsed parsed = ParseText(
        Repeat(sign, static_cast<int>(RuleText::kMaxBytes / 16 / sign.size())));
    EXPECT_LE(parsed.diagnostics.Sorted().size(),
              static_cast<size_t>(DiagnosticList::kMaxPerFile));
    EXPECT_FALSE(RenderText(parsed.diagnostics, {}).empty() && sign != "#" &&
                 sign != "\n")
        << sign;
  }
}

// --- rules

constexpr std::string_view kHead =
    "rule r {\n  title \"T\"\n  severity high\n  on authz\n";

ast::Rule OnlyRule(const Parsed& parsed) {
  EXPECT_EQ(parsed.file.rules.size(), 1u);
  return parsed.file.rules.empty() ? ast::Rule() : parsed.file.rules[0];
}

struct ClauseCase {
  const char* name;
  std::string_view body;
  std::string_view tree;  // what DebugString adds to that of the head
};

class ClauseTest : public ::testing::TestWithParam<ClauseCase> {};

TEST_P(ClauseTest, Parses) {
  const Parsed parsed =
      ParseText(std::string(kHead) + std::string(GetParam().body) + "\n}\n");
  EXPECT_EQ(RenderText(parsed.diagnostics, {}), "");
  const std::string head = DebugString(ParseText(std::string(kHead) + "}").file);
  const std::string tree = DebugString(parsed.file);
  ASSERT_TRUE(tree.starts_with(head)) << tree;
  EXPECT_EQ(tree.substr(head.size()), GetParam().tree);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ClauseTest,
    ::testing::ValuesIn(std::vector<ClauseCase>{
        {"Where", "where a", "  where\n    a\n"},
        {"ExcludeWithLabel", "exclude lab: tags has \"lab\" exclude b",
         "  exclude lab\n    has\n      tags\n      \"lab\"\n"
         "  exclude\n    b\n"},
        {"By", "by a, b?, k = lower(c)",
         "  by\n    key\n      a\n    key optional\n      b\n"
         "    key k =\n      call lower\n        c\n"},
        {"When", "when count() >= 10 in 5m",
         "  when in 5m\n    >=\n      call count\n      10\n"},
        {"WhenInParentheses", "when (count() > 1 or distinct(a) > 2) in 4m30s",
         "  when in 4m30s\n    paren\n      or\n        >\n          call count\n"
         "          1\n        >\n          call distinct\n            a\n"
         "          2\n"},
        {"WhenNot", "when not count() > 1 in 5m",
         "  when in 5m\n    not\n      >\n        call count\n        1\n"},
        {"WhenWithMembership", "when count(a in [1]) > 1 in 5m",
         "  when in 5m\n    >\n      call count\n        in\n          a\n"
         "          list\n            1\n      1\n"},
        {"RefireRise", "refire rise", "  refire rise\n"},
        {"RefireBelow", "refire rise below 5", "  refire rise\n    below\n      5\n"},
        {"RefireEach", "refire each", "  refire each\n"},
        {"RefireEvery", "refire every 1h", "  refire every 1h\n"},
        {"RefireReset", "refire reset", "  refire reset\n"},
        {"MuteWhere", "mute where a", "  mute where\n    a\n"},
        {"MuteUntil", "mute until 2026-11-20T22:00:00Z",
         "  mute until 2026-11-20T22:00:00Z\n"},
        {"LimitByAll", "limit 1 per 1h by all", "  limit 1 per 1h by all\n"},
        {"LimitWithEverything",
         "limit 5 per 1h by user, pattern(a, p) unless severity >= critical then "
         "digest",
         "  limit 5 per 1h then digest\n    key\n      user\n    key\n"
         "      call pattern\n        a\n        p\n    unless\n      >=\n"
         "        severity\n        critical\n"},
        {"Escalate", "escalate critical when count() >= 100",
         "  escalate critical\n    >=\n      call count\n      100\n"},
        {"Notify", "notify \"soc\", \"ops\"", "  notify \"soc\" \"ops\"\n"},
        {"Resolve", "resolve", "  resolve\n"},
        {"Alert",
         "alert { evidence last 3 fields a, k = t[b].c runbook \"https://x/y\" "
         "summary \"{count()} of {{all}} {a}\" }",
         "  alert\n    summary\n      {}\n        call count\n"
         "      \" of {all} \"\n      {}\n        a\n"
         "    runbook\n      \"https://x/y\"\n"
         "    field\n      a\n    field k\n      member c\n"
         "        index t\n          b\n"
         "    evidence first 0 last 3\n"},
        {"Test",
         "test \"t\" {\n start 2026-01-01T00:00:00Z\n"
         " at 0s authz { user: \"a\", attr.x: -1, reason: MQRC_X } x 9 every 2s\n"
         " advance 5m\n expect no alerts\n expect 1 alert { at: 5m10s }\n"
         " expect 2 of 3 alerts { user: \"a\" }\n}",
         "  test \"t\"\n    start 2026-01-01T00:00:00Z\n"
         "    at 0s authz x 9 every 2s\n      user:\n        \"a\"\n"
         "      attr.x:\n        negate\n          1\n"
         "      reason:\n        MQRC_X\n"
         "    advance 5m\n    expect 0\n    expect 1\n      at:\n"
         "        5m10s\n    expect 2 of 3\n      user:\n        \"a\"\n"},
    }),
    Name<::testing::TestParamInfo<ClauseCase>>);

TEST(ParserRuleTest, WhiteSpaceMeansNothing) {
  const std::string text =
      std::string(kHead) +
      "severity critical when a has b where c in [d, e] by f when count() > 1 in "
      "5m notify \"x\" }";
  std::string folded = text;
  for (char& c : folded) {
    if (c == '\n') c = ' ';
  }
  std::string spread;
  for (const char c : text) spread += c == ' ' ? std::string("\n  ") : std::string(1, c);
  const std::string tree = DebugString(ParseText(text).file);
  EXPECT_EQ(DebugString(ParseText(folded).file), tree);
  EXPECT_EQ(DebugString(ParseText(spread).file), tree);
  EXPECT_NE(tree.find("severity critical\n    has"), std::string::npos) << tree;
}

TEST(ParserRuleTest, WordsOfClausesMayBeFields) {
  const Parsed parsed = ParseText(
      std::string(kHead) +
      "  where tags has \"a\"\n    and\n    severity >= high\n"
      "  by title,\n    tags\n"
      "  alert { fields title,\n  tags\n  evidence first 1 }\n}");
  EXPECT_EQ(RenderText(parsed.diagnostics, {}), "");
  EXPECT_EQ(OnlyRule(parsed).alert->fields.size(), 2u);
}

struct OrderCase {
  const char* name;
  std::string_view body;
  std::string_view misplaced;  // words under the caret
};

class OrderTest : public ::testing::TestWithParam<OrderCase> {};

TEST_P(OrderTest, AsFewClausesAsPossibleMove) {
  const std::string text = "rule r {\n" + std::string(GetParam().body) + "\n}";
  const Parsed parsed = ParseText(text);
  std::string misplaced;
  for (const Diagnostic* diagnostic : parsed.diagnostics.Sorted()) {
    EXPECT_EQ(diagnostic->code, DiagnosticCode::kClauseOrder);
    if (!misplaced.empty()) misplaced += ' ';
    misplaced += diagnostic->where.text->Slice(diagnostic->where.span);
  }
  EXPECT_EQ(misplaced, GetParam().misplaced);
  // A rule whose clauses are only out of order is whole.
  EXPECT_FALSE(OnlyRule(parsed).broken);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, OrderTest,
    ::testing::ValuesIn(std::vector<OrderCase>{
        {"InOrder", "title \"T\" severity low on a exclude b exclude c by d", ""},
        {"LastComesFirst", "by d title \"T\" severity low on a where b", "by"},
        {"FirstComesLast", "severity low on a where b by d title \"T\"", "title"},
        {"OneOfARepeatedClause",
         "title \"T\" severity low on a exclude b by d exclude c limit 1 per 1h by "
         "e exclude f",
         "exclude exclude"},
        {"Reversed", "by d on a severity low title \"T\"", "on severity title"},
    }),
    Name<::testing::TestParamInfo<OrderCase>>);

// --- getting back in step

struct StepCase {
  const char* name;
  std::string text;
  std::string_view codes;
  std::string_view rules;  // names of the rules; `!` behind those broken
};

class RecoveryTest : public ::testing::TestWithParam<StepCase> {};

TEST_P(RecoveryTest, OneMistakeIsOneDiagnostic) {
  const Parsed parsed = ParseText(GetParam().text);
  EXPECT_EQ(Codes(parsed.diagnostics), GetParam().codes)
      << RenderText(parsed.diagnostics, {});
  std::string rules;
  for (const ast::Rule& rule : parsed.file.rules) {
    if (!rules.empty()) rules += ' ';
    rules += rule.name.text;
    if (rule.broken) rules += '!';
  }
  EXPECT_EQ(rules, GetParam().rules);
}

std::string RuleWith(std::string_view body) {
  return std::string(kHead) + std::string(body) +
         "\n}\nrule s { title \"S\" severity low on authn }\n";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, RecoveryTest,
    ::testing::ValuesIn(std::vector<StepCase>{
        {"MisspelledClause", RuleWith("wheer a == b by c"), "R0102", "r! s"},
        {"MissingOperand", RuleWith("where a ==\nby c"), "R0101", "r! s"},
        {"LexerErrorIsToldOnce", RuleWith("where a == 5min and b\nby c"), "R0006",
         "r! s"},
        {"UnclosedStringStaysOnItsLine", RuleWith("where a == \"b\nby c"), "R0002",
         "r! s"},
        {"UnclosedParenthesis", RuleWith("where (a\nby c"), "R0101", "r! s"},
        {"UnclosedBracket", RuleWith("where a in [b\nby c"), "R0101", "r! s"},
        {"TooManyParentheses", RuleWith("where a)\nby c"), "R0101", "r! s"},
        {"MistakeInAlert",
         RuleWith("alert {\n  sumary \"x\"\n  fields a\n}\nresolve"), "R0102",
         "r! s"},
        {"MistakeInATestLeavesTheRule",
         RuleWith("test \"t\" {\n  at 0s authz\n  expect no alerts\n}"), "R0101",
         "r s"},
        {"MistakeInASequenceSkipsIt",
         RuleWith("by a\nwhen sequence in 5m {\n  x: authn where ==\n  y: authz\n}\n"
                  "notify \"z\""),
         "R0101", "r! s"},
        {"MissingBrace", std::string(kHead) + "\nrule s { title \"S\" severity low "
                                              "on authn }",
         "R0107", "r! s"},
        {"MissingBraceOfAlert",
         std::string(kHead) + "alert { fields a\n\nrule s { title \"S\" severity "
                              "low on authn }",
         "R0107", "r! s"},
        {"ExtraBrace", RuleWith("}"), "R0101", "r s"},
        {"NoName", "rule { title \"T\" }\nrule s { title \"S\" severity low on a }",
         "R0101", "s"},
        {"NameInQuotes", "rule \"r\" {\n title \"T\"\n severity low\n on a\n}",
         "R0101", "!"},
        {"MistakeInACalendar",
         "calendar c { mon..fri 08:00 except [2026-12-25] }\n" +
             RuleWith("where a"),
         "R0101", "r s"},
        {"MistakesInBlocksOfASite",
         "override list a = \"b\"\namend rule r {\n limit 1 per by a\n mute\n "
         "notify \"x\"\n}\n" +
             RuleWith("where a"),
         "R0101 R0101 R0101", "r s"},
        {"UnknownDefinition", "sigma r {\n title \"T\"\n}\n" + RuleWith("where a"),
         "R0103", "r s"},
        {"DefinitionWithoutName", "param = 5\n" + RuleWith("where a"), "R0101",
         "r s"},
        {"Nothing", "}\n", "R0101", ""},
        {"TwoMistakesInTwoClauses", RuleWith("where ==\nby ,\nnotify 5"),
         "R0101 R0101 R0101", "r! s"},
    }),
    Name<::testing::TestParamInfo<StepCase>>);

TEST(ParserDefinitionsTest, KeepTheNamesOfWhatIsBroken) {
  const Parsed parsed = ParseText(
      "list a = 5\ntable b from\npatterns c { x \"y\" }\nmacro d = ==\n"
      "param e = [\"x\"]\nrecent f { on a by b for }\n"
      "calendar g { mon 8 }\nreport h { on a every 7d top }\n");
  EXPECT_EQ(DebugString(parsed.file),
            "param e\n  error\n"
            "list a (broken)\n"
            "recent f (broken)\n  on a\n  by\n    key\n      b\n  for 0s\n"
            "table b (broken) from \"\" key\n"
            "patterns c (broken)\n"
            "calendar g (broken)\n  M------ 00:00-24:00\n"
            "macro d\n  error\n"
            "report h (broken)\n  on a\n  every 1w\n  top 0\n");
  EXPECT_EQ(Codes(parsed.diagnostics),
            "R0101 R0101 R0101 R0101 R0101 R0101 R0101 R0101");
}

TEST(ParserDefinitionsTest, KeepTheNamesBehindAMisspelledWord) {
  const Parsed parsed = ParseText("lsit admins = [\"ana\"]\nlist b = [1]\n");
  EXPECT_EQ(DebugString(parsed.file), "list b\n  1\nrefused admins\n");
  EXPECT_EQ(Codes(parsed.diagnostics), "R0103");
}

TEST(ParserDefinitionsTest, ReadEveryForm) {
  const Parsed parsed = ParseText(
      "list a = [\"x\", 5]\nlist b from \"b.txt\"\ninventory from \"i.csv\"\n"
      "table t from \"t.csv\" key c, d\n"
      "patterns p { pay: \"PAY.*\" rest: \"*\" }\n"
      "policy { exclude lab: e mute where f limit 1 per 1h by g }\n"
      "test \"whole set\" { expect no alerts }\n");
  EXPECT_EQ(RenderText(parsed.diagnostics, {}), "");
  EXPECT_EQ(DebugString(parsed.file),
            "list a\n  \"x\"\n  5\n"
            "list b\n  from \"b.txt\"\n"
            "table t from \"t.csv\" key c d\n"
            "inventory from \"i.csv\"\n"
            "patterns p\n  pay: \"PAY.*\"\n  rest: \"*\"\n"
            "policy\n  exclude lab\n    e\n  mute where\n    f\n"
            "  limit 1 per 1h\n    key\n      g\n"
            "test \"whole set\"\n  expect 0\n");
}

TEST(ParserTest, AtMostTwentyErrorsAreShownAndTheRestCounted) {
  const Parsed parsed = ParseText(Repeat("list a = 5\n", 33));
  EXPECT_EQ(parsed.diagnostics.error_count(), 33);
  EXPECT_EQ(parsed.diagnostics.Sorted().size(), 20u);
  EXPECT_NE(RenderText(parsed.diagnostics, {}).find("13 more errors in t.mqw"),
            std::string::npos);
}

TEST(ParserTest, FixesGiveTextThatParses) {
  for (const std::string_view body :
       {"where a = b", "when count() > 1 and distinct(b) > 2 in 5m",
        "where a && b", "where a ≥ 5"}) {
    std::string text = std::string(kHead) + std::string(body) + "\n}\n";
    const Parsed parsed = ParseText(text);
    ASSERT_EQ(parsed.diagnostics.error_count(), 1) << body;
    const Diagnostic& diagnostic = *parsed.diagnostics.Sorted()[0];
    ASSERT_TRUE(diagnostic.fix.has_value()) << body;
    const Span span = diagnostic.fix->span;
    text.replace(span.begin, span.end - span.begin, diagnostic.fix->replacement);
    EXPECT_EQ(RenderText(ParseText(text).diagnostics, {}), "") << text;
  }
}

}  // namespace
}  // namespace mqwarden
