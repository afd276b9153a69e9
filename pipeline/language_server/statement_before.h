// The tokens of a clause before a place: what the last of them are, and which list
// or comparison they leave open. A view of a file and a CursorContext.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_STATEMENT_BEFORE_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_STATEMENT_BEFORE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

class StatementBefore final {
 public:
  // Both outlive this.
  StatementBefore(const SourceFile& file, const std::vector<Token>& tokens)
      : file_(file), tokens_(tokens) {}

  size_t size() const { return tokens_.size(); }
  std::string_view Text(const Token& token) const {
    return file_.Slice(token.span);
  }
  // Null for none.
  const Token* Last() const {
    return tokens_.empty() ? nullptr : &tokens_.back();
  }
  bool LastIs(std::string_view word) const {
    return Last() != nullptr && IsWord(*Last(), word);
  }
  bool LastIs(TokenKind kind) const {
    return Last() != nullptr && Last()->kind == kind;
  }
  bool Has(std::string_view word) const;
  bool Has(TokenKind kind) const;

  // Where the list begins that is open at the end: `in [ a, `.
  std::optional<size_t> ListBegin() const;
  // The name that the operator at `index` compares; for `attr.N`, `attr.N` whole.
  std::string FieldBefore(size_t index) const;

 private:
  bool IsWord(const Token& token, std::string_view word) const {
    return token.kind == TokenKind::kIdentifier && Text(token) == word;
  }

  const SourceFile& file_;
  const std::vector<Token>& tokens_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_STATEMENT_BEFORE_H_
