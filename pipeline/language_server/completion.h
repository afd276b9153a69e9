// What may be written at a place of a rule text: clauses, fields, enum values,
// constants of IBM MQ, names of the set, by what stands before the place.
//
//   offset -> ContextAt -> Complete -> items
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/pipeline/language_server/workspace.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

// The numbers of the protocol.
enum class CompletionKind : uint8_t {
  kFunction = 3, kField = 5, kVariable = 6, kClass = 7, kModule = 9,
  kKeyword = 14, kEnumMember = 20, kConstant = 21, kStruct = 22, kEvent = 23,
  kOperator = 24,
};

struct CompletionItem {
  std::string label;
  CompletionKind kind = CompletionKind::kKeyword;
  std::string detail;
  std::string docs;     // Markdown
  std::string insert;   // "": the label
  std::string snippet;  // instead, for an editor that takes snippets; may be ""
  int rank = 1;         // lower comes first
};

struct Completions {
  static constexpr size_t kMaxConstants = 200;

  std::vector<CompletionItem> items;
  Span replaced;            // by each of them
  bool incomplete = false;  // more would come for a longer word
};

Completions Complete(const RuleSet& set, const SourceFile& file, size_t offset);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_H_
