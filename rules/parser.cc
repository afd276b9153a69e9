// A rule file: one definition after another.
#include "mqwarden/rules/parser.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr std::string_view kDefinitionWords[] = {
    "rule", "list", "table", "inventory", "patterns", "macro", "policy", "test",
};
constexpr std::string_view kRefusedWords[] = {
    "param", "recent", "calendar", "report", "override", "amend", "disable",
};

}  // namespace

ast::File Parse(std::shared_ptr<const RuleText> text,
                DiagnosticList* diagnostics) {
  std::vector<Token> tokens = Lex(text, diagnostics);
  std::erase_if(tokens, [](const Token& token) {
    return token.kind == TokenKind::kComment;
  });
  const std::string_view bytes = text->text();
  return RuleParser(std::move(text), bytes, std::move(tokens), diagnostics)
      .ParseFile();
}

ast::File RuleParser::ParseFile() {
  ast::File file;
  file.text = text_;
  while (!At(TokenKind::kEnd)) {
    const size_t before = at_;
    depth_ = Depth();
    ParseDefinition(&file);
    if (at_ == before) Next();
  }
  return file;
}

void RuleParser::ParseDefinition(ast::File* file) {
  broken_ = false;
  bool parsed = false;
  if (AtWord("rule")) {
    parsed = ParseRule(file);
  } else if (AtWord("list")) {
    parsed = ParseList(file);
  } else if (AtWord("table")) {
    parsed = ParseTable(file);
  } else if (AtWord("inventory")) {
    parsed = ParseInventory(file);
  } else if (AtWord("patterns")) {
    parsed = ParsePatterns(file);
  } else if (AtWord("macro")) {
    parsed = ParseMacro(file);
  } else if (AtWord("policy")) {
    parsed = ParsePolicy(file);
  } else if (AtWord("test")) {
    parsed = ParseTest(&file->tests);
  } else if (At(TokenKind::kIdentifier) &&
             std::find(std::begin(kRefusedWords), std::end(kRefusedWords),
                       Text(Peek())) != std::end(kRefusedWords)) {
    parsed = RefuseDefinition(file);
  } else if (At(TokenKind::kIdentifier)) {
    parsed = UnknownWord(DiagnosticCode::kUnknownDefinition, "definition",
                         kDefinitionWords);
    // What follows, a block perhaps, belongs to the unknown word.
    Next();
  } else {
    parsed = Expected({"a definition such as `rule` or `list`"});
    Next();
  }
  if (!parsed) SkipToDefinition();
}

}  // namespace mqwarden
