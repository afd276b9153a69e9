#include "mqwarden/rules/token_spacing.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace mqwarden {
namespace {

// Words behind which `(`, `[` or `-` begins an operand: they call nothing.
constexpr std::string_view kWords[] = {
    "and",    "or",    "not",   "in",     "like",  "matches", "has",  "during",
    "where",  "when",  "exclude", "mute", "limit", "by",      "each", "from",
    "unless", "below", "new",   "rare",   "order", "escalate", "except",
    "until",  "per",   "to",    "fields", "show",
};

bool IsOperand(const RuleText& text, const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier:
      return std::find(std::begin(kWords), std::end(kWords),
                       text.Slice(token.span)) == std::end(kWords);
    case TokenKind::kString:
    case TokenKind::kRawString:
    case TokenKind::kInt:
    case TokenKind::kDecimal:
    case TokenKind::kDuration:
    case TokenKind::kTimeOfDay:
    case TokenKind::kDate:
    case TokenKind::kInstant:
    case TokenKind::kRightParen:
    case TokenKind::kRightBracket:
      return true;
    default:
      return false;
  }
}

bool IsBetweenTimes(const std::vector<Token>& tokens, size_t minus) {
  return (minus > 0 && tokens[minus - 1].kind == TokenKind::kTimeOfDay) ||
         tokens[minus + 1].kind == TokenKind::kTimeOfDay;
}

}  // namespace

bool NeedsBlank(const RuleText& text, const std::vector<Token>& tokens,
                size_t i) {
  const Token& before = tokens[i - 1];
  const Token& token = tokens[i];
  switch (token.kind) {
    case TokenKind::kComma:
    case TokenKind::kColon:
    case TokenKind::kDot:
    case TokenKind::kQuestion:
    case TokenKind::kRightParen:
    case TokenKind::kRightBracket:
      return false;
    case TokenKind::kRightBrace:
      return before.kind != TokenKind::kLeftBrace;
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBracket:
      if (before.kind == TokenKind::kIdentifier) {
        return !IsOperand(text, before);
      }
      break;
    case TokenKind::kMinus:
      if (IsBetweenTimes(tokens, i)) return false;
      break;
    default:
      break;
  }
  switch (before.kind) {
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBracket:
    case TokenKind::kDot:
      return false;
    case TokenKind::kMinus:
      if (IsBetweenTimes(tokens, i - 1)) return false;
      // A sign rather than an operator, where no operand stands before it.
      return i >= 2 && IsOperand(text, tokens[i - 2]);
    default:
      return true;
  }
}

}  // namespace mqwarden
