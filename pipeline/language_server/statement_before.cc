#include "mqwarden/pipeline/language_server/statement_before.h"

#include <algorithm>
#include <iterator>

#include "mqwarden/rules/language_words.h"

namespace mqwarden {

bool StatementBefore::Has(std::string_view word) const {
  return std::any_of(tokens_.begin(), tokens_.end(), [&](const Token& token) {
    return IsWord(token, word);
  });
}

bool StatementBefore::Has(TokenKind kind) const {
  return std::any_of(tokens_.begin(), tokens_.end(),
                     [kind](const Token& token) { return token.kind == kind; });
}

std::optional<size_t> StatementBefore::ListBegin() const {
  int depth = 0;
  for (size_t i = tokens_.size(); i-- > 0;) {
    const TokenKind kind = tokens_[i].kind;
    if (kind == TokenKind::kRightBracket || kind == TokenKind::kRightParen) {
      ++depth;
    } else if (kind == TokenKind::kLeftParen) {
      if (depth-- == 0) return std::nullopt;
    } else if (kind == TokenKind::kLeftBracket) {
      if (depth-- > 0) continue;
      const bool is_list =
          i >= 1 && tokens_[i - 1].kind == TokenKind::kIdentifier &&
          std::find(std::begin(kOperatorWords), std::end(kOperatorWords),
                    Text(tokens_[i - 1])) != std::end(kOperatorWords);
      return is_list ? std::optional(i) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string StatementBefore::FieldBefore(size_t index) const {
  if (index > 0 && IsWord(tokens_[index - 1], "not")) --index;
  if (index == 0 || tokens_[index - 1].kind != TokenKind::kIdentifier) {
    return "";
  }
  const std::string name(Text(tokens_[index - 1]));
  if (index >= 3 && tokens_[index - 2].kind == TokenKind::kDot &&
      Text(tokens_[index - 3]) == "attr") {
    return "attr." + name;
  }
  return name;
}

}  // namespace mqwarden
