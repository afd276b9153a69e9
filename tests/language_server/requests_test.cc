// Completion, hover and names at a place, which `|` marks in the text.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/language_server/word_docs.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/tests/language_server/editor.h"

namespace mqwarden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kFile = "/site/a.mqw";

// What the cases below name.
constexpr std::string_view kNames =
    "param threshold = 10\n"
    "list admins = [\"ana\"]\n"
    "macro refused = outcome == failure\n"
    "calendar office { tz \"Europe/London\" mon..fri 08:00-18:00 }\n"
    "patterns groups { pay: \"PAY.*\" }\n"
    "recent logins { on session by user for 10m }\n"
    "table cmdb from \"cmdb.csv\" key object\n"
    "rule other { title \"T\" severity low on any }\n";

constexpr std::string_view kHead =
    "rule r {\n  title \"T\"\n  severity high\n  on authz\n  ";

// --- completion

struct CompletionCase {
  std::string name;
  std::string text;
  std::vector<std::string> offered;
  std::vector<std::string> not_offered;
};

class CompletionTest : public ::testing::TestWithParam<CompletionCase> {};

TEST_P(CompletionTest, OffersWhatFits) {
  Editor editor(Files{{"/site/names.mqw", std::string(kNames)},
                      {"/site/cmdb.csv", "object,owner\nQ,ana\n"}});
  editor.Initialize();
  editor.Open(kFile, GetParam().text);
  const std::vector<std::string> labels =
      StringsOf(editor.Ask("textDocument/completion"), "label");
  for (const std::string& label : GetParam().offered) {
    EXPECT_THAT(labels, Contains(label));
  }
  for (const std::string& label : GetParam().not_offered) {
    EXPECT_THAT(labels, Not(Contains(label)));
  }
  if (GetParam().offered.empty()) {
    EXPECT_THAT(labels, IsEmpty());
  }
}

std::string InRule(std::string_view rest) {
  return std::string(kHead) + std::string(rest);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CompletionTest,
    ::testing::ValuesIn(std::vector<CompletionCase>{
        {"DefinitionsInAnEmptyFile", "|", {"rule", "list", "policy"}, {"where", "user"}},
        {"DefinitionsBehindAnother", "list a = [1]\nru|", {"rule", "macro"}, {"where"}},
        {"ClausesOfARule", InRule("wh|"), {"where", "when", "by"}, {"title", "on", "rule"}},
        {"ClausesThatRepeat", InRule("where refused\n  ex|"), {"exclude", "limit", "test"}, {"where"}},
        {"ClausesOfAlert", InRule("alert { summary \"a\" f|"), {"fields", "evidence"}, {"summary", "where"}},
        {"ClausesOfAPolicy", "policy {\n  |", {"exclude", "mute", "limit"}, {"where", "notify"}},
        {"ClausesOfAmend", "amend rule other {\n  |", {"exclude", "notify"}, {"where"}},
        {"ClausesOfAReport", "report p {\n  title \"T\"\n  |", {"on", "every", "top"}, {"title", "severity"}},
        {"ClausesOfARecent", "recent p {\n  on authz\n  |", {"by", "for"}, {"on", "top"}},
        {"StepsOfATest", InRule("test \"t\" {\n    |"), {"at", "expect", "restart"}, {"where"}},
        {"Kinds", "rule r {\n  on au|", {"authn", "authz", "any"}, {"user"}},
        {"KindsBehindAComma", "rule r {\n  on authz, |", {"authn"}, {"user"}},
        {"Severities", "rule r {\n  severity |", {"high", "critical"}, {"user", "authz"}},
        {"Fields", InRule("where |"), {"user", "source_ip", "refused", "threshold", "not", "logins", "exists"}, {"alert_id", "count", "admins"}},
        {"FieldsBehindAnd", InRule("where refused and us|"), {"user"}, {"admins"}},
        {"OperatorsBehindAField", InRule("where user |"), {"in", "like", "and"}, {"user"}},
        {"OperatorsOnANewLine", InRule("where refused\n        an|"), {"and", "or", "by"}, {}},
        {"EnumValues", InRule("where outcome == |"), {"failure", "success"}, {"connect"}},
        {"EnumValuesWithPrefix", InRule("where outcome == fa|"), {"failure"}, {}},
        {"EnumValuesInAList", InRule("where action in [connect, |"), {"disconnect"}, {"failure"}},
        {"ConstantsOfTheField", InRule("where reason == MQRC_NOT_AUTH|"), {"MQRC_NOT_AUTHORIZED"}, {"MQRC_OK"}},
        {"ConstantsOfAnAttr", InRule("where attr.channelType == |"), {"MQCHT_SVRCONN"}, {"MQRC_NOT_AUTHORIZED"}},
        {"AttrNames", InRule("where attr.maxQ|"), {"maxQueueDepth"}, {"user"}},
        {"Lists", InRule("where user in |"), {"admins"}, {"refused", "office"}},
        {"Calendars", InRule("where time during |"), {"office"}, {"admins"}},
        {"Patterns", InRule("where pattern(object, |"), {"groups"}, {"admins"}},
        {"Bools", InRule("where is_admin_user == |"), {"true", "false"}, {}},
        {"Aggregates", InRule("by user\n  when |"), {"count", "distinct", "new", "sequence"}, {"title"}},
        {"AggregatesOnlyInWindows", InRule("where c|"), {"coalesce"}, {"count"}},
        {"WindowKinds", InRule("when count() > 1 in 5m |"), {"tumbling", "session"}, {}},
        {"Keys", InRule("by |"), {"user", "each", "network"}, {"refused", "count"}},
        {"Limits", InRule("limit 1 per 1h by |"), {"all", "user", "rule"}, {}},
        {"LimitWords", InRule("limit 1 |"), {"per"}, {"user"}},
        {"Mutes", InRule("mute |"), {"where", "during", "until"}, {"user"}},
        {"MuteCalendars", InRule("mute during |"), {"office"}, {"admins"}},
        {"RulesToAmend", "amend rule |", {"other"}, {"admins"}},
        {"RulesToDisable", "disable rule o|", {"other"}, {"admins"}},
        {"RuleNamesInQuotes", "policy { mute where rule == |", {"\"other\""}, {}},
        {"ReplacedSorts", "override |", {"param", "list"}, {"rule", "macro"}},
        {"ReplacedNames", "override list |", {"admins"}, {"threshold"}},
        {"EventFields", InRule("test \"t\" {\n    at 0s authz { |"), {"user", "outcome"}, {"alert_id", "is_admin_user"}},
        {"EventFieldsNotTwice", InRule("test \"t\" {\n    at 0s authz { user: \"a\", |"), {"outcome"}, {"user"}},
        {"EventValues", InRule("test \"t\" {\n    at 0s authz { outcome: |"), {"failure"}, {"user"}},
        {"EventKinds", InRule("test \"t\" {\n    at 5m |"), {"authz"}, {"user"}},
        {"ExpectedNames", InRule("test \"t\" {\n    expect 1 alert { |"), {"severity", "at", "user"}, {}},
        {"ExpectedSeverity", InRule("test \"t\" {\n    expect 1 alert { severity: |"), {"high"}, {"user"}},
        {"InputFormats", InRule("test \"t\" {\n    input \"f\" as |"), {"amqsevt", "ndjson"}, {}},
        {"StepKinds", "rule r {\n  when sequence in 5m {\n    a: |", {"session"}, {"user"}},
        {"StepConditions", "rule r {\n  when sequence in 5m {\n    a: session where |", {"user"}, {"by"}},
        {"MembersOfAStep", "rule r {\n  when sequence in 5m {\n    a: session\n    b: session where user == a.|", {"user", "count()"}, {"admins"}},
        {"StepsInConditions", "rule r {\n  when sequence in 5m {\n    first: session\n    b: session where user == |", {"first"}, {}},
        {"TextsBetweenBraces", "rule r {\n  title \"{us|", {"user", "count", "threshold"}, {"title"}},
        {"NothingInAString", "rule r {\n  title \"us|\"", {}, {}},
        {"NothingInAComment", InRule("# wh|"), {}, {}},
        {"NothingBehindADecimal", InRule("where attr.x > 1.|"), {}, {}},
        {"BehindABrokenRule", "rule broken {\n  where (\n\nrule r {\n  |", {"title", "where"}, {"rule"}},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CompletionFormTest, SnippetsOnlyWhereTheClientTakesThem) {
  for (const bool takes : {false, true}) {
    Editor editor;
    editor.Initialize(
        takes ? "\"capabilities\":{\"textDocument\":{\"completion\":{"
                "\"completionItem\":{\"snippetSupport\":true}}}}"
              : "");
    editor.Open(kFile, "ru|");
    const std::string result = editor.Ask("textDocument/completion");
    EXPECT_EQ(result.find("${1:name}") != std::string::npos, takes);
    EXPECT_EQ(result.find("\"insertTextFormat\":2") != std::string::npos, takes);
    // It replaces what was typed.
    EXPECT_THAT(result, HasSubstr("\"start\":{\"line\":0,\"character\":0},"
                                  "\"end\":{\"line\":0,\"character\":2}"));
  }
}

TEST(CompletionFormTest, AListOfConstantsIsCutAndSaysSo) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, InRule("where reason == MQ|"));
  EXPECT_THAT(editor.Ask("textDocument/completion"),
              HasSubstr("\"isIncomplete\":true"));
}

// --- hover

struct HoverCase {
  std::string name;
  std::string text;
  std::vector<std::string> says;  // none: nothing is shown
};

class HoverTest : public ::testing::TestWithParam<HoverCase> {};

TEST_P(HoverTest, Says) {
  Editor editor(Files{{"/site/names.mqw", "# Who may.\n" + std::string(kNames)},
                      {"/site/cmdb.csv", "object,owner\nQ,ana\n"}});
  editor.Initialize();
  editor.Open(kFile, GetParam().text);
  editor.Settle();
  const std::string hover = editor.Ask("textDocument/hover");
  if (GetParam().says.empty()) {
    EXPECT_EQ(hover, "null");
  }
  for (const std::string& part : GetParam().says) {
    EXPECT_THAT(hover, HasSubstr(part));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HoverTest,
    ::testing::ValuesIn(std::vector<HoverCase>{
        {"Field", InRule("where us|er == \"a\"\n}\n"), {"**user**", "`kw`", "ASCII case"}},
        {"FieldInAText", "rule r {\n  title \"{us|er}\"\n}\n", {"**user**"}},
        {"EnumField", InRule("where out|come == failure\n}\n"), {"`failure`", "`success`"}},
        {"EnumValue", InRule("where outcome == fail|ure\n}\n"), {"**failure**", "`outcome`"}},
        {"EnumValueInATest", InRule("test \"t\" { at 0s authz { outcome: fail|ure } }\n}\n"), {"`outcome`"}},
        {"Kind", "rule r {\n  on aut|hz\n}\n", {"**authz**", "an access was checked"}},
        {"Severity", "rule r {\n  severity hi|gh\n}\n", {"**high**", "`severity`"}},
        {"Constant", InRule("where reason == MQRC_NOT_AUTH|ORIZED\n}\n"), {"= 2035", "`reason`"}},
        {"Clause", InRule("wh|ere user == \"a\"\n}\n"), {"where CONDITION"}},
        {"ClauseThatIsAField", "rule r {\n  title \"T\"\n  sev|erity high\n}\n", {"severity info"}},
        {"Function", InRule("by user\n  when cou|nt() > 1 in 5m\n}\n"), {"How many events"}},
        {"Definition", "ru|le r {\n}\n", {"What to find"}},
        {"Macro", InRule("where ref|used\n}\n"), {"macro refused = outcome == failure"}},
        {"Param", InRule("by user\n  when count() > thr|eshold in 5m\n}\n"), {"param threshold = 10", "Who may"}},
        {"RuleHasItsMemoryBound", "rule |r { title \"Logins\" severity low on session by user when count() > 3 in 5m }\n", {"rule r", "Logins", "Memory, at most: 1000000 keys x"}},
        {"RuleOfAnotherFile", "amend rule oth|er { notify \"x\" }\n", {"rule other", "nothing per key"}},
        {"Step", "rule r {\n  title \"{fi|rst.user}\"\n  severity low\n  by user\n  when sequence in 5m {\n    first: session\n    b: session\n  }\n}\n", {"first: session", "A step of"}},
        {"Key", InRule("by who = user\n  limit 1 per 1h by w|ho\n}\n"), {"who = user", "A key of"}},
        {"NothingInAString", "rule r {\n  title \"us|er\"\n}\n", {}},
        {"NothingInAComment", "# us|er\n", {}},
        {"NothingForAnUnknownWord", InRule("where foo|bar\n}\n"), {}},
    }),
    [](const auto& info) { return info.param.name; });

// --- names

TEST(NamesTest, DefinitionInAnotherFile) {
  Editor editor(Files{{"/site/names.mqw", std::string(kNames)},
                      {"/site/cmdb.csv", "object,owner\nQ,ana\n"}});
  editor.Initialize();
  editor.Open(kFile, InRule("where user in adm|ins\n}\n"));
  EXPECT_EQ(editor.Ask("textDocument/definition"),
            "[{\"uri\":\"file:///site/names.mqw\",\"range\":{\"start\":{\"line\":1,"
            "\"character\":5},\"end\":{\"line\":1,\"character\":11}}}]");
  editor.Open(kFile, InRule("where us|er == \"a\"\n}\n"));
  EXPECT_EQ(editor.Ask("textDocument/definition"), "[]");
}

TEST(NamesTest, ReferencesOfAllFilesWithAndWithoutTheDefinition) {
  Editor editor(Files{
      {"/site/b.mqw", InRule("where user in admins\n}\n")},
      {"/site/c.mqw", "override list admins = [\"bob\"]\n"}});
  editor.Initialize();
  editor.Open(kFile, "list adm|ins = [\"ana\"]\n");
  EXPECT_THAT(StringsOf(editor.Request(
                            "textDocument/references",
                            editor.At("\"context\":{\"includeDeclaration\":true}")),
                        "uri"),
              ElementsAre("file:///site/a.mqw", "file:///site/b.mqw",
                          "file:///site/c.mqw"));
  EXPECT_THAT(StringsOf(editor.Request(
                            "textDocument/references",
                            editor.At("\"context\":{\"includeDeclaration\":false}")),
                        "uri"),
              ElementsAre("file:///site/b.mqw", "file:///site/c.mqw"));
}

TEST(NamesTest, HighlightsTellReadingFromWriting) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, "macro m = user == \"a\"\n" + InRule("where |m\n}\n"));
  EXPECT_EQ(editor.Ask("textDocument/documentHighlight"),
            "[{\"range\":{\"start\":{\"line\":0,\"character\":6},\"end\":{\"line\":0,"
            "\"character\":7}},\"kind\":3},{\"range\":{\"start\":{\"line\":5,"
            "\"character\":8},\"end\":{\"line\":5,\"character\":9}},\"kind\":2}]");
}

// Everything that can be renamed, in one set that compiles: after the edits it
// compiles as before, and the old name is gone.
TEST(NamesTest, RenamedSetsCompileAsBefore) {
  const std::string text =
      "param threshold = 10\nparam span = 5m\nparam route = \"soc\"\n"
      "list admins = [\"ana\"]\n"
      "macro refused = outcome == failure and user in admins\n"
      "calendar office { tz \"Europe/London\" mon..fri 08:00-18:00 }\n"
      "patterns groups { pay: \"PAY.*\" rest: \"*\" }\n"
      "recent logins { on session where user in admins by user for span }\n"
      "rule first {\n  title \"{threshold} of {user}\"\n  severity high\n"
      "  on authz\n  where refused and not logins[user] and "
      "pattern(object, groups) == \"pay\"\n  by user\n"
      "  when count() >= threshold in span\n  mute during office\n"
      "  notify route\n"
      "  test \"t\" {\n    with param threshold = 1\n"
      "    at 0s authz { user: \"ana\", outcome: failure, object: \"PAY.A\" }\n"
      "    expect 1 alert { rule: \"first\" }\n  }\n}\n"
      "rule second {\n  title \"{login.user}\"\n  severity high\n  by user\n"
      "  when sequence in 1h {\n    login: session where action == connect\n"
      "    missing logout: session where user == login.user and action == "
      "disconnect\n  }\n}\n"
      "rule third {\n  title \"again\"\n  severity low\n  on alert\n"
      "  where rule in [\"first\", \"second\"]\n}\n"
      "policy { mute where rule == \"first\" and time during office }\n";
  const std::string site =
      "amend rule first { notify \"x\" }\noverride param threshold = 12\n";
  for (const std::string name :
       {"threshold", "span", "route", "admins", "refused", "office", "groups",
        "logins", "first", "second", "login"}) {
    Editor editor(Files{{"/site/site.mqw", site}});
    editor.Initialize();
    const size_t at = text.find(" " + name + (name == "login" ? ":" : "")) + 1;
    editor.Open(kFile, text.substr(0, at) + "|" + text.substr(at));
    editor.Settle();
    const std::vector<std::string> before = editor.Lines(kFile);
    EXPECT_THAT(before, Not(Contains(StartsWith("1 ")))) << name;
    EXPECT_THAT(editor.Ask("textDocument/prepareRename"),
                HasSubstr("\"placeholder\":\"" + name + "\""));
    const std::string result = editor.Request(
        "textDocument/rename", editor.At("\"newName\":\"renamed_thing\""));
    const auto edits_of = [&](const std::string& path) -> std::string {
      const std::string mark = "\"file://" + path + "\":[";
      const size_t begin = result.find(mark);
      if (begin == std::string::npos) return "[]";
      const size_t end = result.find("}]", begin) + 2;
      return result.substr(begin + mark.size() - 1,
                           end - begin - mark.size() + 1);
    };
    const std::string renamed = Edited(text, edits_of("/site/a.mqw"));
    const std::string renamed_site = Edited(site, edits_of("/site/site.mqw"));
    EXPECT_NE(renamed, text) << name << ": " << result;
    editor.Change(kFile, renamed);
    editor.Open("/site/site.mqw", renamed_site);
    editor.Settle();
    EXPECT_EQ(editor.Lines(kFile).size(), before.size())
        << name << "\n" << renamed << editor.Problems(kFile);
    EXPECT_THAT(editor.Lines(kFile), Not(Contains(StartsWith("1 "))));
    EXPECT_THAT(editor.Lines("/site/site.mqw"), Not(Contains(StartsWith("1 "))));
  }
}

TEST(NamesTest, RenamesThatCannotBe) {
  Editor editor(Files{{"/site/names.mqw", std::string(kNames)},
                      {"/site/cmdb.csv", "object,owner\nQ,ana\n"}});
  editor.Initialize();
  const auto rename = [&](std::string_view text, std::string_view to) {
    editor.Open(kFile, text);
    return editor.Request("textDocument/rename",
                          editor.At("\"newName\":\"" + std::string(to) + "\""));
  };
  EXPECT_THAT(rename(InRule("where us|er == \"a\"\n}\n"), "x"),
              StartsWith("error -32803 only names"));
  EXPECT_THAT(rename(InRule("where user in adm|ins\n}\n"), "a b"),
              StartsWith("error -32602 `a b` is no name"));
  EXPECT_THAT(rename(InRule("where user in adm|ins\n}\n"), "user"),
              StartsWith("error -32602 `user` is taken"));
  EXPECT_THAT(rename(InRule("where user in adm|ins\n}\n"), "refused"),
              StartsWith("error -32602 `refused` is defined already"));
  EXPECT_THAT(rename(InRule("where user in nob|ody\n}\n"), "x"),
              StartsWith("error -32803 nothing defines"));
  EXPECT_THAT(rename(InRule("by who = user\n  limit 1 per 1h by wh|o\n}\n"), "x"),
              StartsWith("error -32803 keys"));
}

// --- words

TEST(WordDocsTest, EveryWordOfTheLanguageHasItsRow) {
  const auto all = [](WordPlace place, std::span<const std::string_view> words) {
    for (const std::string_view word : words) {
      EXPECT_NE(FindWordDoc(place, word), nullptr) << word;
    }
  };
  all(WordPlace::kDefinition, kDefinitionWords);
  all(WordPlace::kRule, kRuleClauses);
  all(WordPlace::kRule, kSilenceClauses);
  all(WordPlace::kAlert, kAlertClauses);
  all(WordPlace::kReport, kReportClauses);
  all(WordPlace::kRecent, kRecentClauses);
  all(WordPlace::kTest, kTestSteps);
  all(WordPlace::kOperator, kOperatorWords);
  all(WordPlace::kFunction, kFunctionWords);
  for (const WordDoc& doc : AllWordDocs()) {
    EXPECT_FALSE(doc.form.empty() || doc.meaning.empty() || doc.snippet.empty())
        << doc.word;
    EXPECT_TRUE(doc.meaning.ends_with('.')) << doc.word;
  }
}

}  // namespace
}  // namespace mqwarden
