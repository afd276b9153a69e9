// Definitions that name values: param, list, table, inventory, patterns, macro.
#include <string>
#include <utility>

#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {

// param N = LITERAL
bool RuleParser::ParseParam(ast::ParamDef* param) {
  const uint32_t begin = Next().span.begin;
  if (!ParseName("a name for the parameter", &param->name)) return false;
  arithmetic_ = 0;
  const bool parsed = Take(TokenKind::kAssign) ? ParseParamValue(&param->value)
                                               : Expected({"`=`"});
  param->span = SpanFrom(begin);
  if (!parsed) {
    param->value = ast::Expr();
    param->value.span = param->span;
  }
  return parsed;
}

// A literal: a number, perhaps below zero, a text, a duration, a time, a word.
bool RuleParser::ParseParamValue(ast::Expr* value) {
  if (At(TokenKind::kIdentifier) && !StartsNextClause() && !AtDefinition()) {
    const Token token = Next();
    value->kind = ast::ExprKind::kName;
    value->name = std::string(Text(token));
    value->span = token.span;
    value->op_span = token.span;
    return true;
  }
  if (At(TokenKind::kLeftBracket)) {
    return Expected({"one value"}, "several values are a `list`");
  }
  if (At(TokenKind::kMinus)) return ParseUnary(value);
  return ParseLiteral(value);
}

bool RuleParser::ParseList(ast::ListDef* list) {
  const uint32_t begin = Next().span.begin;
  if (!ParseName("a name for the list", &list->name)) return false;
  const auto parse_rest = [&] {
    if (TakeWord("from")) {
      ast::StringLiteral from;
      if (!ParseString("a file name in quotes", &from)) return false;
      list->from = std::move(from);
      return true;
    }
    if (!Take(TokenKind::kAssign)) return Expected({"`=`", "`from`"});
    if (!At(TokenKind::kLeftBracket)) {
      return Expected({"a list such as [\"a\", \"b\"]"});
    }
    Next();
    arithmetic_ = 0;
    return ParseElements(TokenKind::kRightBracket, "`]`", &list->elements);
  };
  const bool parsed = parse_rest();
  list->span = SpanFrom(begin);
  list->broken = broken_;
  return parsed;
}

bool RuleParser::ParseTable(ast::TableDef* table) {
  const uint32_t begin = Next().span.begin;
  if (!ParseName("a name for the table", &table->name)) return false;
  const auto parse_rest = [&] {
    if (!TakeWord("from")) return Expected({"`from`"});
    if (!ParseString("a file name in quotes", &table->from)) return false;
    if (!TakeWord("key")) return Expected({"`key`"});
    return ParseNames("a column of the table", &table->key);
  };
  const bool parsed = parse_rest();
  table->span = SpanFrom(begin);
  table->broken = broken_;
  return parsed;
}

bool RuleParser::ParseInventory(ast::InventoryDef* inventory) {
  const uint32_t begin = Next().span.begin;
  const bool parsed =
      TakeWord("from") ? ParseString("a file name in quotes", &inventory->from)
                       : Expected({"`from`"});
  inventory->span = SpanFrom(begin);
  inventory->broken = broken_;
  return parsed;
}

bool RuleParser::ParsePatterns(ast::PatternsDef* patterns) {
  const uint32_t begin = Next().span.begin;
  if (!ParseName("a name for the patterns", &patterns->name)) return false;
  const auto parse_rest = [&] {
    const Token open = Peek();
    if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
    ast::Block block;
    while (!AtBlockEnd(true)) {
      const uint32_t row_begin = Peek().span.begin;
      ast::PatternsDef::Row row;
      if (!ParseName("a label such as `payments:`", &row.label)) return false;
      if (!Take(TokenKind::kColon)) return Expected({"`:`"});
      if (!ParseString("a pattern such as \"PAY.*\"", &row.pattern)) {
        return false;
      }
      patterns->rows.push_back(std::move(row));
      AddItem(row_begin, 0, &block);
      Take(TokenKind::kComma);
    }
    const bool closed = CloseBlock(open, "`patterns`");
    KeepBlock(ast::Block::Kind::kPatterns, open, std::move(block));
    return closed;
  };
  const bool parsed = parse_rest();
  patterns->span = SpanFrom(begin);
  patterns->broken = broken_;
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

}  // namespace mqwarden
