// One rule text of a set as a language server sees it: parsed once, when it comes
// or changes, with what requests ask of it again and again.
//
// Immutable, but for what is made at the first request; thread-compatible.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_SOURCE_FILE_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_SOURCE_FILE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/text_positions.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/occurrences.h"
#include "mqwarden/rules/parsed_source.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

class SourceFile final {
 public:
  SourceFile(std::string path, std::string uri, std::string text);
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  const std::string& path() const { return parsed_.tree->text->path(); }
  const std::string& uri() const { return uri_; }
  std::string_view text() const { return parsed_.tree->text->text(); }
  std::string_view Slice(Span span) const {
    return parsed_.tree->text->Slice(span);
  }
  const ast::File& tree() const { return *parsed_.tree; }
  const ParsedSource& parsed() const { return parsed_; }
  const LineIndex& lines() const { return lines_; }

  // With comments; the last is kEnd.
  const std::vector<Token>& tokens() const;
  const std::vector<Occurrence>& occurrences() const;
  // The occurrence that touches `offset`; null for none.
  const Occurrence* OccurrenceAt(size_t offset) const;
  // The token that touches `offset`, a word rather than another; null for none.
  const Token* TokenAt(size_t offset) const;

 private:
  const std::string uri_;
  const ParsedSource parsed_;
  const LineIndex lines_;
  mutable std::optional<std::vector<Token>> tokens_;
  mutable std::optional<std::vector<Occurrence>> occurrences_;
};

using SourceFilePtr = std::shared_ptr<const SourceFile>;

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_SOURCE_FILE_H_
