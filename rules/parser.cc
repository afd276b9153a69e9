// A rule file: one definition after another.
#include "mqwarden/rules/parser.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
ast::File Parse(std::shared_ptr<const RuleText> text,
                DiagnosticList* diagnostics, ClauseOrder order) {
  std::vector<Token> tokens = Lex(text, diagnostics);
  std::erase_if(tokens, [](const Token& token) {
    return token.kind == TokenKind::kComment;
  });
  const std::string_view bytes = text->text();
  RuleParser parser(std::move(text), bytes, std::move(tokens), diagnostics);
  return parser.ParseFile(order == ClauseOrder::kChecked);
}

ast::File RuleParser::ParseFile(bool check_order) {
  check_order_ = check_order;
  ast::File file;
  file.text = text_;
  ast::Block block;
  while (!At(TokenKind::kEnd)) {
    const size_t before = at_;
    const uint32_t begin = Peek().span.begin;
    depth_ = Depth();
    ParseDefinition(&file);
    if (at_ == before) Next();
    AddItem(begin, 0, &block);
  }
  block.span = {0, static_cast<uint32_t>(bytes_.size())};
  blocks_.push_back(std::move(block));
  file.blocks = std::move(blocks_);
  return file;
}

void RuleParser::ParseDefinition(ast::File* file) {
  broken_ = false;
  bool parsed = false;
  // What was read is kept even when the rest failed, so that whoever uses its
  // name gets no second error.
  const auto parse = [&](auto* definitions, auto method) {
    auto& definition = definitions->emplace_back();
    parsed = (this->*method)(&definition);
    if (definition.span == Span()) definitions->pop_back();
  };
  if (AtWord("rule")) {
    parsed = ParseRule(file);
  } else if (AtWord("param")) {
    parse(&file->params, &RuleParser::ParseParam);
  } else if (AtWord("list")) {
    parse(&file->lists, &RuleParser::ParseList);
  } else if (AtWord("recent")) {
    parsed = ParseRecent(file);
  } else if (AtWord("table")) {
    parse(&file->tables, &RuleParser::ParseTable);
  } else if (AtWord("inventory")) {
    parse(&file->inventories, &RuleParser::ParseInventory);
  } else if (AtWord("patterns")) {
    parse(&file->patterns, &RuleParser::ParsePatterns);
  } else if (AtWord("calendar")) {
    parse(&file->calendars, &RuleParser::ParseCalendar);
  } else if (AtWord("macro")) {
    parsed = ParseMacro(file);
  } else if (AtWord("policy")) {
    parsed = ParsePolicy(file);
  } else if (AtWord("override")) {
    parsed = ParseOverride(file);
  } else if (AtWord("amend")) {
    parsed = ParseAmend(file);
  } else if (AtWord("disable")) {
    parsed = ParseDisable(file);
  } else if (AtWord("report")) {
    parsed = ParseReport(file);
  } else if (AtWord("test")) {
    parsed = ParseTest(&file->tests);
  } else if (At(TokenKind::kIdentifier)) {
    parsed = UnknownWord(DiagnosticCode::kUnknownDefinition, "definition",
                         kDefinitionWords);
    // What follows, a block perhaps, belongs to the unknown word.
    Next();
    if (At(TokenKind::kIdentifier) && !Peek().first_on_line) {
      file->refused.push_back({std::string(Text(Peek())), Peek().span});
    }
  } else {
    parsed = Expected({"a definition such as `rule` or `list`"});
    Next();
  }
  if (!parsed) SkipToDefinition();
}

}  // namespace mqwarden
