// Texts with `{…}` in them, each of which holds an expression.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {

bool RuleParser::ParseText(std::string_view what, ast::StringLiteral* out,
                           std::vector<ast::TextPart>* parts) {
  const Token token = Peek();
  if (!ParseString(what, out)) return false;
  ParseTextParts(token, parts);
  return true;
}

void RuleParser::ParseTextParts(const Token& token,
                                std::vector<ast::TextPart>* parts) {
  const DecodedString decoded = DecodeString(bytes_, token);
  const std::string& text = decoded.value;
  std::string literal;
  for (size_t i = 0; i < text.size();) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if (text[i] == '}' || (text[i] == '{' && doubled)) {
      literal += text[i];
      i += doubled ? 2 : 1;
      continue;
    }
    if (text[i] != '{') {
      literal += text[i++];
      continue;
    }
    size_t end = 0;
    DiagnosticList lexical;
    std::vector<Token> tokens =
        LexEmbedded(text_, decoded, i + 1, &end, &lexical);
    if (end == text.size()) {
      Error(DiagnosticCode::kBadTemplate,
            {decoded.offsets[i], decoded.offsets[i + 1]},
            "this `{` is not closed", "", "for a brace as such, write `{{`");
      return;
    }
    if (lexical.has_errors()) broken_ = true;
    diagnostics_.Merge(std::move(lexical));
    if (!literal.empty()) parts->push_back({std::move(literal), std::nullopt});
    literal.clear();
    ast::TextPart part;
    if (tokens.size() == 1) {
      Error(DiagnosticCode::kBadTemplate,
            {decoded.offsets[i], decoded.offsets[end + 1]},
            "`{}` holds no expression", "", "for braces as such, write `{{}}`");
    } else {
      RuleParser embedded(text_, text, std::move(tokens), &diagnostics_);
      if (embedded.ParseEmbedded(&part.expr.emplace())) {
        parts->push_back(std::move(part));
      } else {
        broken_ = true;
      }
    }
    i = end + 1;
  }
  if (!literal.empty()) parts->push_back({std::move(literal), std::nullopt});
}

bool RuleParser::ParseEmbedded(ast::Expr* out) {
  if (!ParseExpr(out)) return false;
  if (!At(TokenKind::kEnd)) return Expected({"an operator", "`}`"});
  return !broken_;
}

}  // namespace mqwarden
