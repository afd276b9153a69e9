// Candidates of a completion: what the language, the schema, the constants of IBM MQ
// and the names of a set offer, each once.
//
// It knows what there is; which of it fits a place, completion.cc says.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_ITEMS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_ITEMS_H_

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/pipeline/language_server/completion.h"
#include "mqwarden/pipeline/language_server/word_docs.h"
#include "mqwarden/pipeline/language_server/workspace.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {

class CompletionItems final {
 public:
  // Constants are offered that begin with `prefix`. Both outlive this.
  CompletionItems(const RuleSet& set, std::string_view prefix)
      : set_(set), prefix_(prefix) {}

  // What has been added; comes last.
  Completions Take() { return std::move(result_); }
  void set_replaced(Span span) { result_.replaced = span; }

  // The first item of a label stays.
  void Add(CompletionItem item);
  void Named(std::string_view label, CompletionKind kind,
             std::string_view detail, int rank = 0);

  void Word(std::string_view word, int rank = 2);
  void Words(std::initializer_list<std::string_view> words);
  void DocWord(const WordDoc& doc, CompletionKind kind, int rank);
  void Functions(bool aggregates);

  // `suffix` is inserted behind the name.
  void Field(const FieldInfo& field, std::string_view suffix);
  // With `alerts`, those that only alerts have as well.
  void Fields(bool alerts, std::string_view suffix = "");
  // Behind `attr.`: keys under which amqsevt gives parameters.
  void Attrs();
  void Enum(EnumType type, CompletionKind kind = CompletionKind::kEnumMember);
  void Kinds();

  // Names of these sorts that the set defines.
  void Defined(std::initializer_list<std::string_view> sorts, int rank = 1);
  void RuleNamesInQuotes();

  void Constants(MqKind kind);
  // Of any kind, once the word looks like one.
  void ConstantsByPrefix();

 private:
  void Constant(const MqConstant& constant, int rank);
  // Whether there is room for one more constant of `*count`.
  bool HasRoom(size_t* count);

  const RuleSet& set_;
  const std::string_view prefix_;
  std::set<std::string> taken_;
  Completions result_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_COMPLETION_ITEMS_H_
