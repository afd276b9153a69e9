// Definitions other than rules and tests, and those that are not built.
#include <string>
#include <utility>

#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr std::string_view kPolicyClauses[] = {"exclude", "mute", "limit"};

}  // namespace

// A definition whose name was read is kept even when the rest failed, so that
// whoever uses the name gets no second error.

bool RuleParser::ParseList(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::ListDef list;
  if (!ParseName("a name for the list", &list.name)) return false;
  const auto parse_rest = [&] {
    if (TakeWord("from")) {
      ast::StringLiteral from;
      if (!ParseString("a file name in quotes", &from)) return false;
      list.from = std::move(from);
      return true;
    }
    if (!Take(TokenKind::kAssign)) return Expected({"`=`", "`from`"});
    if (!At(TokenKind::kLeftBracket)) {
      return Expected({"a list such as [\"a\", \"b\"]"});
    }
    Next();
    arithmetic_ = 0;
    return ParseElements(TokenKind::kRightBracket, "`]`", &list.elements);
  };
  const bool parsed = parse_rest();
  list.span = SpanFrom(begin);
  list.broken = broken_;
  file->lists.push_back(std::move(list));
  return parsed;
}

bool RuleParser::ParseTable(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::TableDef table;
  if (!ParseName("a name for the table", &table.name)) return false;
  const auto parse_rest = [&] {
    if (!TakeWord("from")) return Expected({"`from`"});
    if (!ParseString("a file name in quotes", &table.from)) return false;
    if (!TakeWord("key")) return Expected({"`key`"});
    do {
      ast::Name column;
      if (!ParseName("a column of the table", &column)) return false;
      table.key.push_back(std::move(column));
    } while (Take(TokenKind::kComma));
    return true;
  };
  const bool parsed = parse_rest();
  table.span = SpanFrom(begin);
  table.broken = broken_;
  file->tables.push_back(std::move(table));
  return parsed;
}

bool RuleParser::ParseInventory(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::InventoryDef inventory;
  const bool parsed =
      TakeWord("from") ? ParseString("a file name in quotes", &inventory.from)
                       : Expected({"`from`"});
  inventory.span = SpanFrom(begin);
  inventory.broken = broken_;
  file->inventories.push_back(std::move(inventory));
  return parsed;
}

bool RuleParser::ParsePatterns(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::PatternsDef patterns;
  if (!ParseName("a name for the patterns", &patterns.name)) return false;
  const auto parse_rest = [&] {
    const Token open = Peek();
    if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
    while (!AtBlockEnd(true)) {
      ast::PatternsDef::Row row;
      if (!ParseName("a label such as `payments:`", &row.label)) return false;
      if (!Take(TokenKind::kColon)) return Expected({"`:`"});
      if (!ParseString("a pattern such as \"PAY.*\"", &row.pattern)) {
        return false;
      }
      patterns.rows.push_back(std::move(row));
      Take(TokenKind::kComma);
    }
    return CloseBlock(open, "`patterns`");
  };
  const bool parsed = parse_rest();
  patterns.span = SpanFrom(begin);
  patterns.broken = broken_;
  file->patterns.push_back(std::move(patterns));
  return parsed;
}

bool RuleParser::ParseMacro(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::MacroDef macro;
  if (!ParseName("a name for the macro", &macro.name)) return false;
  const bool parsed = Take(TokenKind::kAssign) ? ParseExpr(&macro.condition)
                                               : Expected({"`=`"});
  macro.span = SpanFrom(begin);
  if (broken_) {
    macro.condition = ast::Expr();
    macro.condition.span = macro.span;
  }
  file->macros.push_back(std::move(macro));
  return parsed;
}

bool RuleParser::ParsePolicy(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::Policy policy;
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
  const Depth body = depth_;
  while (!AtBlockEnd(true)) {
    bool parsed = false;
    if (AtWord("exclude")) {
      parsed = ParseExclude(&policy.excludes);
    } else if (AtWord("mute")) {
      parsed = ParseMute(&policy.mutes);
    } else if (AtWord("limit")) {
      parsed = ParseLimit(&policy.limits);
    } else if (At(TokenKind::kIdentifier)) {
      parsed = UnknownWord(DiagnosticCode::kUnknownClause, "clause of a policy",
                           kPolicyClauses);
      Next();
    } else {
      parsed = Expected({"`exclude`", "`mute`", "`limit`", "`}`"});
      if (!AtBlockEnd(true)) Next();
    }
    if (!parsed) SkipToClause(body, kPolicyClauses);
  }
  const bool closed = CloseBlock(open, "`policy`");
  policy.span = SpanFrom(begin);
  policy.broken = broken_;
  file->policies.push_back(std::move(policy));
  // What ended it without a brace is a definition, or the end.
  (void)closed;
  return true;
}

bool RuleParser::RefuseDefinition(ast::File* file) {
  const Token first = Next();
  const std::string_view word = Text(first);
  std::string words(word);
  Span span = first.span;
  std::string help;
  if (!At(TokenKind::kIdentifier)) {
    // Not even a name; the word alone says what was meant.
  } else if (word == "override" || word == "amend" || word == "disable") {
    const Token second = Next();
    words += ' ';
    words += Text(second);
    span.end = second.span.end;
    help = word == "override" ? "edit the definition itself"
                              : "edit the rule itself";
  } else {
    // The name of what was refused, so that its uses are not called unknown.
    const Token name = Next();
    file->refused.push_back({std::string(Text(name)), name.span});
    if (word == "param") help = "write the value where it is used";
  }
  return NotBuilt(span, words, std::move(help));
}

}  // namespace mqwarden
