#include "mqwarden/rules/diagnostic.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

std::shared_ptr<const RuleText> Text(std::string path, std::string text) {
  return std::make_shared<const RuleText>(std::move(path), std::move(text));
}

Span SpanOf(const std::shared_ptr<const RuleText>& text, std::string_view part) {
  const auto begin = static_cast<uint32_t>(text->text().find(part));
  return {begin, begin + static_cast<uint32_t>(part.size())};
}

Diagnostic Make(const std::shared_ptr<const RuleText>& text,
                std::string_view part, std::string message,
                std::string label = "", std::string help = "") {
  return {.code = DiagnosticCode::kUnexpectedToken,
          .message = std::move(message),
          .where = {text, SpanOf(text, part), std::move(label)},
          .second = std::nullopt,
          .help = std::move(help),
          .fix = std::nullopt};
}

std::string Render(Diagnostic diagnostic) {
  DiagnosticList list;
  list.Add(std::move(diagnostic));
  return RenderText(list, {});
}

TEST(DiagnosticRenderTest, LooksAsTheManualShows) {
  const auto text = Text("rules/auth.mqw",
                         "\n\n\n\n\n\n  by       usr, source_ip\n");
  EXPECT_EQ(Render(Make(text, "usr", "unknown field `usr`",
                        "not a field of an event", "did you mean `user`?")),
            "error[R0101]: unknown field `usr`\n"
            " --> rules/auth.mqw:7:12\n"
            "  |\n"
            "7 |   by       usr, source_ip\n"
            "  |            ^^^ not a field of an event\n"
            "  = help: did you mean `user`?\n");
}

TEST(DiagnosticRenderTest, TheGutterIsAsWideAsTheLargestLineNumber) {
  const auto text = Text("a.mqw", "one\n" + std::string(98, '\n') + "two\n");
  Diagnostic diagnostic = Make(text, "two", "m", "", "h");
  diagnostic.second = DiagnosticLabel{text, SpanOf(text, "one"), "first"};
  EXPECT_EQ(Render(diagnostic),
            "error[R0101]: m\n"
            "   --> a.mqw:100:1\n"
            "    |\n"
            "  1 | one\n"
            "    | --- first\n"
            "...\n"
            "100 | two\n"
            "    | ^^^\n"
            "    = help: h\n");
}

TEST(DiagnosticRenderTest, TwoLabelsOnOneLineShareIt) {
  const auto text = Text("a.mqw", "one two");
  Diagnostic diagnostic = Make(text, "two", "m", "second");
  diagnostic.second = DiagnosticLabel{text, SpanOf(text, "one"), "first"};
  EXPECT_EQ(Render(diagnostic),
            "error[R0101]: m\n"
            " --> a.mqw:1:5\n"
            "  |\n"
            "1 | one two\n"
            "  |     ^^^ second\n"
            "  | --- first\n");
}

TEST(DiagnosticRenderTest, ASecondPlaceMayBeInAnotherFile) {
  const auto text = Text("a.mqw", "one");
  const auto other = Text("b.mqw", "\ntwo");
  Diagnostic diagnostic = Make(text, "one", "m");
  diagnostic.second = DiagnosticLabel{other, SpanOf(other, "two"), "first"};
  EXPECT_EQ(Render(diagnostic),
            "error[R0101]: m\n"
            " --> a.mqw:1:1\n"
            "  |\n"
            "1 | one\n"
            "  | ^^^\n"
            " ::: b.mqw:2:1\n"
            "  |\n"
            "2 | two\n"
            "  | --- first\n");
}

TEST(DiagnosticRenderTest, ASpanOverLinesShowsItsFirst) {
  const auto text = Text("a.mqw", "ab cd\r\nef\n");
  EXPECT_EQ(Render(Make(text, "cd\r\nef", "m", "here")),
            "error[R0101]: m\n"
            " --> a.mqw:1:4\n"
            "  |\n"
            "1 | ab cd\n"
            "  |    ^^ here\n");
}

TEST(DiagnosticRenderTest, TabsAreCopiedAndCharactersCounted) {
  const auto text = Text("a.mqw", "\té€\tusr\t x");
  EXPECT_EQ(Render(Make(text, "usr", "m")),
            "error[R0101]: m\n"
            " --> a.mqw:1:5\n"
            "  |\n"
            "1 | \té€\tusr\t x\n"
            "  | \t  \t^^^\n");
}

TEST(DiagnosticRenderTest, TheEndOfAFileHasOneCaret) {
  const auto text = Text("a.mqw", "rule r {\n");
  Diagnostic diagnostic = Make(text, "rule", "m");
  diagnostic.where.span = {9, 9};
  EXPECT_EQ(Render(diagnostic),
            "error[R0101]: m\n"
            " --> a.mqw:2:1\n"
            "  |\n"
            "2 |\n"
            "  | ^\n");
}

TEST(DiagnosticRenderTest, HostileTextIsEscapedAndTheCaretStillFits) {
  const auto text = Text("a\x1b.mqw", "\x1b[31m\xFFusr\xE2\x80\xAE");
  EXPECT_EQ(Render(Make(text, "usr", "unknown `\x1b`", "\x07", "a\nb")),
            "error[R0101]: unknown `\\x1b`\n"
            " --> a\\x1b.mqw:1:7\n"
            "  |\n"
            "1 | \\x1b[31m\\xffusr\\u{202e}\n"
            "  |             ^^^ \\x07\n"
            "  = help: a\\x0ab\n");
}

TEST(DiagnosticRenderTest, ALongLineIsShownAroundTheSpan) {
  const auto text = Text("a.mqw", std::string(100'000, 'a') + "usr" +
                                      std::string(100'000, 'b'));
  const std::string shown = Render(Make(text, "usr", "m"));
  EXPECT_LT(shown.size(), 500u);
  EXPECT_NE(shown.find("1 | …aaa"), std::string::npos);
  EXPECT_NE(shown.find("ausrb"), std::string::npos);
  EXPECT_NE(shown.find("bbb…\n"), std::string::npos);
  const size_t line = shown.find("1 | ");
  const size_t underline = shown.find("  | ", line);
  // The ellipsis is one column and three bytes.
  EXPECT_EQ(shown.find("usr") - line - 2, shown.find("^^^") - underline);
}

TEST(DiagnosticRenderTest, AWholeRuleSetHasNoPlace) {
  Diagnostic diagnostic;
  diagnostic.code = DiagnosticCode::kUnexpectedToken;
  diagnostic.message = "m";
  diagnostic.help = "h";
  EXPECT_EQ(Render(diagnostic), "error[R0101]: m\n  = help: h\n");
}

TEST(DiagnosticRenderTest, ColourOnlyAddsToTheText) {
  const auto text = Text("a.mqw", "one two");
  DiagnosticList list;
  list.Add(Make(text, "two", "m", "l", "h"));
  std::string colored = RenderText(list, {.color = true});
  EXPECT_NE(colored, RenderText(list, {}));
  for (size_t at; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) + 1 - at);
  }
  EXPECT_EQ(colored, RenderText(list, {}));
}

TEST(DiagnosticRenderTest, JsonCarriesTheSame) {
  const auto text = Text("a.mqw", "one\n  two\n");
  Diagnostic diagnostic = Make(text, "two", "say \"two\"", "l", "h");
  diagnostic.second = DiagnosticLabel{text, SpanOf(text, "one"), "first"};
  diagnostic.fix = DiagnosticFix{SpanOf(text, "two"), "2"};
  DiagnosticList list;
  list.Add(diagnostic);
  EXPECT_EQ(
      RenderJson(list),
      R"([{"severity":"error","code":"R0101","slug":"unexpected-token",)"
      R"("message":"say \"two\"","file":"a.mqw","line":2,"column":3,)"
      R"("end_line":2,"end_column":6,"label":"l",)"
      R"("second":{"file":"a.mqw","line":1,"column":1,"end_line":1,)"
      R"("end_column":4,"label":"first"},"help":"h",)"
      R"("fix":{"file":"a.mqw","line":2,"column":3,"end_line":2,)"
      R"("end_column":6,"replacement":"2"}}])");
  EXPECT_EQ(RenderJson(DiagnosticList()), "[]");
  EXPECT_EQ(RenderText(DiagnosticList(), {}), "");
}

TEST(DiagnosticListTest, SortsByPathThenPlace) {
  const auto a = Text("a.mqw", "x y");
  const auto b = Text("b.mqw", "x y");
  DiagnosticList list;
  list.Add(Make(b, "x", "third"));
  list.Add(Make(a, "y", "second"));
  list.Add(Make(a, "x", "first"));
  std::string order;
  for (const Diagnostic* diagnostic : list.Sorted()) {
    order += diagnostic->message + " ";
  }
  EXPECT_EQ(order, "first second third ");
}

TEST(DiagnosticListTest, KeepsTwentyAFileAndCountsTheRest) {
  const auto a = Text("a.mqw", "x");
  const auto b = Text("b.mqw", "x");
  DiagnosticList list;
  for (int i = 0; i < 25; ++i) list.Add(Make(a, "x", "m"));
  DiagnosticList other;
  for (int i = 0; i < 30; ++i) other.Add(Make(b, "x", "m"));
  other.Add(Make(a, "x", "m"));
  list.Merge(std::move(other));
  EXPECT_EQ(list.error_count(), 56);
  EXPECT_EQ(list.Sorted().size(), 40u);
  const std::string shown = RenderText(list, {});
  EXPECT_NE(shown.find("\n6 more errors in a.mqw\n"), std::string::npos);
  EXPECT_NE(shown.find("\n10 more errors in b.mqw\n"), std::string::npos);
  const std::string json = RenderJson(list);
  EXPECT_NE(json.find(R"({"severity":"error","more":6,"file":"a.mqw"})"),
            std::string::npos);
}

TEST(DiagnosticCodesTest, AreUniqueOrderedAndExplained) {
  std::set<std::string_view> slugs;
  std::string_view before;
  for (const DiagnosticCodeInfo& info : AllDiagnosticCodes()) {
    EXPECT_LT(before, info.code);
    before = info.code;
    EXPECT_EQ(info.code.size(), 5u) << info.code;
    EXPECT_TRUE(slugs.insert(info.slug).second) << info.slug;
    EXPECT_FALSE(info.title.empty()) << info.code;
    EXPECT_FALSE(info.title.ends_with('.')) << info.code;
    EXPECT_TRUE(info.explanation.ends_with('.') ||
                info.explanation.ends_with('?'))
        << info.code;
    EXPECT_EQ(FindDiagnosticCode(info.code), &GetDiagnosticCode(info.id));
    EXPECT_EQ(FindDiagnosticCode(info.slug), &GetDiagnosticCode(info.id));
    EXPECT_EQ(info.severity == DiagnosticSeverity::kWarning,
              info.code.starts_with("R09"))
        << info.code;
  }
  EXPECT_EQ(FindDiagnosticCode("R9999"), nullptr);
}

TEST(QuotedTest, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(Quoted("a"), "`a`");
  EXPECT_EQ(Quoted(std::string(60, 'a')), "`" + std::string(60, 'a') + "`");
  EXPECT_EQ(Quoted(std::string(59, 'a') + "é"),
            "`" + std::string(59, 'a') + "…`");
}

}  // namespace
}  // namespace mqwarden
