// The grammars of editors/ colour and parse the words of the language, no more and
// no fewer: each file against the tables of rules/language_words.h. And the tables
// hold every word that the parser asks for.
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/rules/language_words.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

using Words = std::set<std::string>;

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Words Union(std::initializer_list<std::span<const std::string_view>> tables) {
  Words words;
  for (const auto table : tables) words.insert(table.begin(), table.end());
  return words;
}

Words Clauses() {
  return Union({kRuleClauses, kAlertClauses, kRecentClauses, kReportClauses,
                kSilenceClauses, kTestSteps});
}

// All first groups of the matches of `pattern` in `text`.
Words Found(const std::string& text, const std::string& pattern) {
  Words words;
  re2::StringPiece rest(text);
  std::string word;
  const RE2 regex(pattern);
  while (RE2::FindAndConsume(&rest, regex, &word)) words.insert(word);
  return words;
}

Words Split(std::string text) {
  return Found(text + "|", "([^|]+)\\|");
}

// What stands between the marks, the first such place.
std::string Between(const std::string& text, const std::string& begin,
                    const std::string& end) {
  const size_t from = text.find(begin);
  EXPECT_NE(from, std::string::npos) << begin;
  if (from == std::string::npos) return "";
  const size_t to = text.find(end, from + begin.size());
  return text.substr(from + begin.size(), to - from - begin.size());
}

TEST(TextMateGrammarTest, EachGroupIsOneTable) {
  const std::string grammar =
      ReadWhole("editors/textmate/mqw.tmLanguage.json");
  const auto group = [&](const std::string& name) {
    const std::string body = Between(grammar, "\"" + name + "\": {", "\\\\b\"");
    const size_t begin = body.find('(');
    return Split(body.substr(begin + 1, body.find(')', begin) - begin - 1));
  };
  EXPECT_EQ(group("definition"), Union({kDefinitionWords}));
  EXPECT_EQ(group("clause"), Clauses());
  EXPECT_EQ(group("operator_word"), Union({kOperatorWords}));
  EXPECT_EQ(group("inner"), Union({kInnerWords}));
  EXPECT_EQ(group("weekday"), Union({kWeekdayWords}));
  const std::string functions = Between(grammar, "\"function\": {", "(?=");
  EXPECT_EQ(Split(Between(functions, "b(", ")")), Union({kFunctionWords}));
}

TEST(TreeSitterGrammarTest, TheWordsInQuotesAreTheTables) {
  std::string grammar = ReadWhole("editors/tree-sitter-mqw/grammar.js");
  RE2::GlobalReplace(&grammar, "(?m)//.*$", "");
  RE2::GlobalReplace(&grammar, "field\\('[a-z]+'", "field(");
  RE2::GlobalReplace(&grammar, "name: 'mqw'", "");
  Words words = Clauses();
  words.merge(Union({kDefinitionWords, kOperatorWords, kInnerWords,
                     kWeekdayWords}));
  EXPECT_EQ(Found(grammar, "'([a-z]+)'"), words);
}

TEST(TreeSitterHighlightsTest, TheWordsInQuotesAreTheTables) {
  const std::string queries =
      ReadWhole("editors/tree-sitter-mqw/queries/highlights.scm");
  const std::string functions = Between(queries, "#any-of?", "))");
  EXPECT_EQ(Found(functions, "\"([a-z]+)\""), Union({kFunctionWords}));
  Words words = Clauses();
  words.merge(Union({kDefinitionWords, kInnerWords}));
  // Nodes of their own.
  words.erase("resolve");
  words.erase("restart");
  const std::string keywords =
      queries.substr(queries.find("\"rule\""));
  EXPECT_EQ(Found(keywords, "\"([a-z]+)\""), words);
}

// `AtWord("x")` and `TakeWord("x")` of the parser.
TEST(LanguageWordsTest, TheParserAsksForNoOther) {
  Words words = Clauses();
  words.merge(Union({kDefinitionWords, kReplaceableWords, kOperatorWords,
                     kInnerWords, kWeekdayWords, kFunctionWords,
                     kForeignWords}));
  Words asked;
  for (const std::string file :
       {"parser", "parser_calendar", "parser_clauses", "parser_definitions",
        "parser_expr", "parser_report", "parser_rule", "parser_site",
        "parser_test", "parser_text", "parser_when", "rule_parser"}) {
    asked.merge(Found(ReadWhole("rules/" + file + ".cc"),
                      "(?:AtWord|TakeWord)\\(\"([a-z]+)\""));
  }
  EXPECT_FALSE(asked.empty());
  for (const std::string& word : asked) EXPECT_TRUE(words.contains(word)) << word;
  // And the inner words are all asked for.
  for (const std::string_view word : kInnerWords) {
    EXPECT_TRUE(asked.contains(std::string(word))) << word;
  }
}

}  // namespace
}  // namespace mqwarden
