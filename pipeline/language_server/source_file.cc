#include "mqwarden/pipeline/language_server/source_file.h"

#include <algorithm>
#include <utility>

#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/lexer.h"

namespace mqwarden {

SourceFile::SourceFile(std::string path, std::string uri, std::string text)
    : uri_(std::move(uri)),
      parsed_(ParseSource(std::move(path), std::move(text))),
      lines_(parsed_.tree->text->text()) {}

const std::vector<Token>& SourceFile::tokens() const {
  if (!tokens_.has_value()) {
    DiagnosticList ignored;  // the parser has told them
    tokens_ = Lex(parsed_.tree->text, &ignored);
  }
  return *tokens_;
}

const std::vector<Occurrence>& SourceFile::occurrences() const {
  if (!occurrences_.has_value()) occurrences_ = FindOccurrences(tree());
  return *occurrences_;
}

const Occurrence* SourceFile::OccurrenceAt(size_t offset) const {
  const std::vector<Occurrence>& all = occurrences();
  // The last that begins at or before the offset.
  const auto after = std::upper_bound(
      all.begin(), all.end(), offset, [](size_t at, const Occurrence& o) {
        return at < o.span.begin;
      });
  if (after == all.begin()) return nullptr;
  const Occurrence& found = *(after - 1);
  return offset <= found.span.end ? &found : nullptr;
}

const Token* SourceFile::TokenAt(size_t offset) const {
  const std::vector<Token>& all = tokens();
  const auto after = std::upper_bound(
      all.begin(), all.end(), offset,
      [](size_t at, const Token& token) { return at < token.span.begin; });
  if (after == all.begin()) return nullptr;
  const Token* found = &*(after - 1);
  // Between two that touch, the word before: `user|,`.
  if (found->span.begin == offset && found->kind != TokenKind::kIdentifier &&
      after - all.begin() >= 2 && (after - 2)->span.end == offset) {
    found = &*(after - 2);
  }
  return offset <= found->span.end && found->kind != TokenKind::kEnd ? found
                                                                     : nullptr;
}

}  // namespace mqwarden
