// The server as an editor sees it: life cycle, errors, synchronization,
// diagnostics, and what each request answers.
#include "mqwarden/pipeline/language_server/server.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/language_server/editor.h"

namespace mqwarden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kFile = "/site/a.mqw";

// A rule that compiles, without its last brace.
constexpr std::string_view kRule =
    "rule r {\n"
    "  title    \"T\"\n"
    "  severity high\n"
    "  on       authz\n";

std::string Bare(std::string_view rest = "") {
  return std::string(kRule) + std::string(rest) + "}\n";
}

// The same with a test, of which nothing can be found fault with.
std::string Rule(std::string_view rest = "") {
  return Bare(std::string(rest) +
              "  test \"t\" { at 0s authz { user: \"ana\" } expect 1 alert "
              "advance 1h expect no alerts }\n");
}

// --- life cycle

TEST(LifeCycleTest, NothingIsAnsweredBeforeInitialize) {
  Editor editor;
  EXPECT_THAT(editor.Request("textDocument/hover", "{}"),
              StartsWith("error -32002"));
  EXPECT_THAT(editor.Initialize(), HasSubstr("\"hoverProvider\":true"));
  EXPECT_THAT(editor.Initialize(), StartsWith("error -32600"));
}

TEST(LifeCycleTest, ExitAfterShutdownIsZero) {
  Editor editor;
  editor.Initialize();
  EXPECT_EQ(editor.Request("shutdown", "null"), "null");
  EXPECT_THAT(editor.Request("textDocument/hover", "{}"),
              StartsWith("error -32600"));
  EXPECT_EQ(editor.server.exit_code(), std::nullopt);
  editor.Notify("exit", "null");
  EXPECT_EQ(editor.server.exit_code(), 0);
}

TEST(LifeCycleTest, ExitWithoutShutdownIsOne) {
  Editor editor;
  editor.Initialize();
  editor.Notify("exit", "null");
  EXPECT_EQ(editor.server.exit_code(), 1);
}

TEST(LifeCycleTest, ErrorsAreThoseOfJsonRpc) {
  Editor editor;
  editor.Initialize();
  EXPECT_THAT(editor.Send("{\"jsonrpc\":"),
              ElementsAre(AllOf(HasSubstr("\"id\":null"), HasSubstr("-32700"))));
  EXPECT_THAT(editor.Send("[]"), ElementsAre(HasSubstr("-32700")));
  EXPECT_THAT(editor.Send("{\"jsonrpc\":\"2.0\",\"id\":7}"),
              ElementsAre(AllOf(HasSubstr("\"id\":7"), HasSubstr("-32600"))));
  EXPECT_THAT(editor.Send("{\"id\":\"x\",\"method\":\"shutdown\"}"),
              ElementsAre(AllOf(HasSubstr("\"id\":\"x\""), HasSubstr("-32600"))));
  EXPECT_THAT(editor.Request("no/such", "{}"), StartsWith("error -32601"));
  EXPECT_THAT(editor.Request("textDocument/hover", "{}"),
              StartsWith("error -32602"));
  EXPECT_THAT(editor.Request("workspace/executeCommand", "{}"),
              StartsWith("error -32602"));
  // Answers to requests of the server, and notifications, have no answer.
  EXPECT_THAT(editor.Send("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}"),
              IsEmpty());
  EXPECT_THAT(editor.Send("{\"jsonrpc\":\"2.0\",\"method\":\"$/x\"}"),
              IsEmpty());
  EXPECT_THAT(editor.Send("{\"jsonrpc\":\"2.0\",\"method\":\"no/such\"}"),
              IsEmpty());
}

TEST(LifeCycleTest, PositionsAreInTheUnitsAgreedUpon) {
  for (const auto& [name, encoding, column] :
       std::vector<std::tuple<std::string, PositionEncoding, int>>{
           {"utf-8", PositionEncoding::kUtf8, 18},
           {"utf-16", PositionEncoding::kUtf16, 16},
           {"utf-32", PositionEncoding::kUtf32, 15}}) {
    Editor editor;
    editor.encoding = encoding;
    const std::string result = editor.Initialize(
        "\"capabilities\":{\"general\":{\"positionEncodings\":[\"x\",\"" + name +
        "\"]}}");
    EXPECT_THAT(result, HasSubstr("\"positionEncoding\":\"" + name + "\""));
    // One character beyond the basic plane before the mistake.
    editor.Open(kFile, "list a = [\"\U0001F600\", 1]\n" + Rule());
    editor.Settle();
    EXPECT_THAT(editor.Lines(kFile),
                Contains(StartsWith("1 0:" + std::to_string(column) + " ")))
        << name << editor.Problems(kFile);
  }
}

TEST(LifeCycleTest, WatchesFilesWhereTheClientCan) {
  Editor editor;
  editor.Initialize("\"capabilities\":{\"workspace\":{\"didChangeWatchedFiles\":"
                    "{\"dynamicRegistration\":true}}}");
  EXPECT_THAT(
      editor.Send("{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"params\":{}}"),
      ElementsAre(HasSubstr("client/registerCapability")));
}

// --- diagnostics

TEST(DiagnosticsTest, ToldAsYouType) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, Rule("  where    usr == \"a\"\n"));
  EXPECT_EQ(editor.Problems(kFile), "none") << "before the server settles";
  editor.Settle();
  EXPECT_THAT(editor.Lines(kFile),
              ElementsAre("1 4:11 R0203 unknown field `usr` (not a field of an "
                          "event)\nhelp: did you mean `user`?"));
  editor.Change(kFile, Rule("  where    user == \"a\"\n"));
  editor.Settle();
  EXPECT_EQ(editor.Problems(kFile), "[]");
  EXPECT_FALSE(editor.server.is_unsettled());
}

TEST(DiagnosticsTest, TheOtherPlaceIsRelatedInformation) {
  Editor editor(Files{{"/site/b.mqw", "list users = [\"a\"]\n"}});
  editor.Initialize();
  editor.Open(kFile, "list users = [\"b\"]\n" + Rule());
  editor.Settle();
  EXPECT_THAT(editor.Problems("/site/b.mqw") + editor.Problems(kFile),
              AllOf(HasSubstr("relatedInformation"), HasSubstr("first here"),
                    HasSubstr("file:///site/a.mqw")));
}

TEST(DiagnosticsTest, AFileOfTheSetIsToldWhenAnotherChanges) {
  Editor editor(Files{{"/site/b.mqw", "list users = [\"a\"]\n"}});
  editor.Initialize();
  editor.Open(kFile, Rule("  where    user in users\n"));
  editor.Settle();
  EXPECT_EQ(editor.Problems(kFile), "[]");
  editor.Open("/site/b.mqw", "list people = [\"a\"]\n");
  editor.Settle();
  EXPECT_THAT(editor.Lines(kFile), Contains(HasSubstr("users")));
  editor.Notify("textDocument/didClose",
                R"({"textDocument":{"uri":"file:///site/b.mqw"}})");
  editor.Settle();
  EXPECT_EQ(editor.Problems(kFile), "[]") << "the disk again";
}

TEST(DiagnosticsTest, ADataFileThatChangesIsReadAgain) {
  Editor editor(Files{{"/site/users.txt", ""}});
  editor.Initialize();
  editor.Open(kFile, "list users from \"users.txt\"\n" +
                         Rule("  where    user in users\n"));
  editor.Settle();
  EXPECT_NE(editor.Problems(kFile), "[]") << "an empty list is a finding";
  editor.folders.files["/site/users.txt"] = "ana\n";
  editor.Notify("workspace/didChangeWatchedFiles", "{\"changes\":[]}");
  editor.Settle();
  EXPECT_EQ(editor.Problems(kFile), "[]");
}

TEST(DiagnosticsTest, AFileThatGoesIsForgotten) {
  Editor editor(Files{{"/site/b.mqw", "rule x {\n"}});
  editor.Initialize();
  editor.Open(kFile, Rule());
  editor.Settle();
  EXPECT_NE(editor.Problems("/site/b.mqw"), "[]");
  editor.folders.files.clear();
  editor.Notify("workspace/didChangeWatchedFiles", "{\"changes\":[]}");
  editor.Settle();
  EXPECT_EQ(editor.Problems("/site/b.mqw"), "[]");
}

TEST(DiagnosticsTest, RulesAreWhereTheSettingsSay) {
  Editor editor(Files{{"/site/rules/a.mqw", Rule()}, {"/site/tests/a.mqw", Rule()}});
  editor.Initialize("\"initializationOptions\":{\"rules\":[\"rules\"]}");
  editor.Open("/site/rules/a.mqw", Rule());
  editor.Settle();
  EXPECT_EQ(editor.Problems("/site/rules/a.mqw"), "[]");
  editor.Notify("workspace/didChangeConfiguration",
                R"({"settings":{"mqwarden":{"rules":["."]}}})");
  editor.Settle();
  EXPECT_THAT(editor.Problems("/site/rules/a.mqw") +
                  editor.Problems("/site/tests/a.mqw"),
              HasSubstr("defined twice"));
}

TEST(DiagnosticsTest, AFileOutsideTheWorkspaceStandsWithItsFolder) {
  Editor editor(Files{{"/else/lists.mqw", "list users = [\"a\"]\n"},
                 {"/else/below/b.mqw", Rule()}});
  editor.Initialize();
  editor.Open("/else/a.mqw", Rule("  where    user in users\n"));
  editor.Settle();
  EXPECT_EQ(editor.Problems("/else/a.mqw"), "[]");
}

TEST(DiagnosticsTest, ABufferWithoutAFileStandsAlone) {
  Editor editor;
  editor.Initialize();
  editor.Send("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\","
              "\"params\":{\"textDocument\":{\"uri\":\"untitled:1\",\"version\":"
              "1,\"text\":\"rule x {\"}}}");
  std::vector<std::string> out;
  editor.server.Settle(&out);
  EXPECT_THAT(out, ElementsAre(AllOf(HasSubstr("untitled:1"),
                                     HasSubstr("R01"))));
}

// What the editor is told is what the compiler says of the same texts, after any
// edits; and edits of parts give the text that an edit of the whole gives.
TEST(DiagnosticsTest, EditsAgreeWithTheCompilerAfterAnyEdits) {
  std::mt19937 random(20261101);
  const std::string pieces[] = {
      "a", "{", "}", "\"", "\n", "\r\n", "\U0001F600", "é", "where user == \"a\"",
      "list l = [1]\n", "in l", " ", "#", "rule q { title \"t\" severity low on "
      "any }\n"};
  for (int round = 0; round < 20; ++round) {
    Editor editor;
    editor.Initialize();
    std::string text = Rule("  where    user == \"ana\"\n");
    editor.Open(kFile, text);
    for (int step = 0; step < 15; ++step) {
      const LineIndex lines(text);
      size_t begin = lines.OffsetOf(
          lines.PositionOf(random() % (text.size() + 1), editor.encoding),
          editor.encoding);
      size_t end = lines.OffsetOf(
          lines.PositionOf(
              std::min(text.size(), begin + random() % 6), editor.encoding),
          editor.encoding);
      const std::string& piece = pieces[random() % std::size(pieces)];
      const TextPosition from = lines.PositionOf(begin, editor.encoding);
      const TextPosition to = lines.PositionOf(end, editor.encoding);
      std::string json;
      for (const char c : piece) {
        if (c == '"') {
          json += "\\\"";
        } else if (c == '\n') {
          json += "\\n";
        } else if (c == '\r') {
          json += "\\r";
        } else {
          json += c;
        }
      }
      text.replace(begin, end - begin, piece);
      editor.Notify(
          "textDocument/didChange",
          "{\"textDocument\":{\"uri\":\"file:///site/a.mqw\",\"version\":" +
              std::to_string(step + 2) +
              "},\"contentChanges\":[{\"range\":{\"start\":{\"line\":" +
              std::to_string(from.line) + ",\"character\":" +
              std::to_string(from.column) + "},\"end\":{\"line\":" +
              std::to_string(to.line) + ",\"character\":" +
              std::to_string(to.column) + "}},\"text\":\"" + json + "\"}]}");
    }
    editor.Settle();
    const std::vector<RuleSource> sources = {{std::string(kFile), text}};
    std::vector<std::string> codes;
    const CompileResult result = CompileRules(sources, nullptr, {});
    for (const Diagnostic* diagnostic : result.diagnostics.Sorted()) {
      if (diagnostic->where.text == nullptr) continue;
      codes.emplace_back(GetDiagnosticCode(diagnostic->code).code);
    }
    EXPECT_EQ(StringsOf(editor.Problems(kFile), "code"), codes) << text;
  }
}

// --- repairs

TEST(CodeActionTest, CertainRepairsAndMeantNames) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, Rule("  where    usr == \"a\"\n"));
  const std::string actions = editor.Request(
      "textDocument/codeAction",
      editor.Document("\"range\":{\"start\":{\"line\":4,\"character\":11},"
                      "\"end\":{\"line\":4,\"character\":11}}"));
  EXPECT_THAT(StringsOf(actions, "title"), ElementsAre("Change to `user`"));
  EXPECT_THAT(StringsOf(actions, "newText"), ElementsAre("user"));

  editor.Open(kFile, "rule r {\n  title \"T\"\n  severity high\n  on authz\n"
                     "  where user = \"a\"\n}\n");
  editor.Settle();
  EXPECT_EQ(editor.Request("textDocument/codeAction", editor.Document()),
            "error -32602 no range");
}

// A repair is looked for in the text as it is, so the set is compiled for it; what
// is wrong is told all the same.
TEST(CodeActionTest, WhatIsCompiledForARepairIsTold) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, Rule("  where    usr == \"a\"\n"));
  editor.Request("textDocument/codeAction",
                 editor.Document("\"range\":{\"start\":{\"line\":4,\"character\":"
                                 "11},\"end\":{\"line\":4,\"character\":11}}"));
  EXPECT_TRUE(editor.server.is_unsettled());
  editor.Settle();
  EXPECT_THAT(editor.Lines(kFile), ElementsAre(HasSubstr("R0203")));
  EXPECT_FALSE(editor.server.is_unsettled());
}

TEST(CodeActionTest, ACertainRepairMakesTheRuleGood) {
  Editor editor;
  editor.Initialize();
  const std::string bad =
      "rule r {\n  title \"T\"\n  severity high\n  on authz\n  by user\n"
      "  when sequence in 1h {\n    a: authn\n    b: session\n  }\n}\n";
  editor.Open(kFile, bad);
  const std::string actions = editor.Request(
      "textDocument/codeAction",
      editor.Document("\"range\":{\"start\":{\"line\":3,\"character\":2},"
                      "\"end\":{\"line\":3,\"character\":4}}"));
  ASSERT_THAT(StringsOf(actions, "title"), ElementsAre("Remove `on authz`"))
      << actions;
  const size_t at = actions.find("\"changes\":{\"file:///site/a.mqw\":");
  ASSERT_NE(at, std::string::npos) << actions;
  std::string edits = actions.substr(actions.find('[', at));
  edits.resize(edits.rfind(']'));          // the array of actions
  edits.resize(edits.rfind(']') + 1);      // the array of edits
  editor.Change(kFile, Edited(bad, edits));
  editor.Settle();
  EXPECT_THAT(editor.Lines(kFile), Not(Contains(StartsWith("1 "))));
}

// --- tests of rules

TEST(RunTestTest, TheLensRunsTheTest) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, Bare("  test \"fires\" {\n    at 0s authz { user: \"a\" }\n"
                          "    expect 1 alert\n  }\n"
                          "  test \"does not\" {\n    at 0s authz { user: \"a\" "
                          "}\n    expect no alerts\n  }\n"));
  editor.Settle();
  EXPECT_THAT(StringsOf(editor.Request("textDocument/codeLens",
                                       editor.Document()),
                        "title"),
              ElementsAre("run test", "run test"));
  const auto run = [&](std::string_view name) {
    return editor.Request(
        "workspace/executeCommand",
        "{\"command\":\"mqwarden.runTest\",\"arguments\":["
        "\"file:///site/a.mqw\",\"" + std::string(name) + "\",\"r\"]}");
  };
  EXPECT_THAT(run("fires"), HasSubstr("\"passed\":true"));
  EXPECT_EQ(editor.shown(), "test `fires` passed");
  EXPECT_THAT(run("does not"), HasSubstr("\"passed\":false"));
  EXPECT_THAT(editor.shown(), StartsWith("test `does not` failed\n"));
  EXPECT_THAT(editor.Lines(kFile),
              ElementsAre(StartsWith("1 8:7  test `does not` failed")));
  EXPECT_THAT(run("no such"), StartsWith("error -32602"));
  editor.Change(kFile, Rule());
  editor.Settle();
  EXPECT_EQ(editor.Problems(kFile), "[]") << "the failure belongs to that text";
  editor.Change(kFile, "rule r {");
  EXPECT_THAT(run("fires"), StartsWith("error -32803"));
}

// --- layout and outline

TEST(FormattingTest, OneEditOfTheLinesThatDiffer) {
  Editor editor;
  editor.Initialize();
  const std::string before = "# kept\nrule r {\n  title \"T\"\n  severity high\n"
                             "  on authz\n}\n# end \U0001F600\n";
  editor.Open(kFile, before);
  const std::string edits = editor.Request(
      "textDocument/formatting", editor.Document("\"options\":{}"));
  const std::string after = Edited(before, edits);
  EXPECT_EQ(after, "# kept\nrule r {\n  title    \"T\"\n  severity high\n"
                   "  on       authz\n}\n# end \U0001F600\n");
  EXPECT_THAT(StringsOf(edits, "newText"), SizeIs(1));
  EXPECT_THAT(edits, Not(HasSubstr("kept")));
  editor.Change(kFile, after);
  EXPECT_EQ(editor.Request("textDocument/formatting", editor.Document()), "[]");
  editor.Change(kFile, "rule {");
  EXPECT_EQ(editor.Request("textDocument/formatting", editor.Document()), "[]");
}

TEST(OutlineTest, SymbolsFoldsAndTokens) {
  Editor editor;
  editor.Initialize();
  editor.Open(kFile, "# one\n# two\nlist users = [\"a\"]\n" +
                         Bare("  where    user in users and reason == "
                              "MQRC_NOT_AUTHORIZED\n"
                              "  test \"t\" {\n    expect no alerts\n  }\n"));
  EXPECT_THAT(StringsOf(editor.Request("textDocument/documentSymbol",
                                       editor.Document()),
                        "name"),
              ElementsAre("users", "r", "t"));
  EXPECT_EQ(editor.Request("textDocument/foldingRange", editor.Document()),
            "[{\"startLine\":8,\"endLine\":9,\"kind\":\"region\"},"
            "{\"startLine\":3,\"endLine\":10,\"kind\":\"region\"},"
            "{\"startLine\":0,\"endLine\":1,\"kind\":\"comment\"}]");
  // users, r, user, users, reason, MQRC_NOT_AUTHORIZED.
  EXPECT_EQ(editor.Request("textDocument/semanticTokens/full",
                           editor.Document()),
            "{\"data\":[2,5,5,2,0,1,5,1,4,0,4,11,4,0,0,0,8,5,2,0,0,10,6,0,0,0,"
            "10,19,1,0]}");
  EXPECT_THAT(StringsOf(editor.Request("workspace/symbol", "{\"query\":\"use\"}"),
                        "name"),
              ElementsAre("users"));
}

}  // namespace
}  // namespace mqwarden
