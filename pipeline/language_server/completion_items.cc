#include "mqwarden/pipeline/language_server/completion_items.h"

#include <algorithm>
#include <iterator>

#include "mqwarden/pipeline/language_server/set_names.h"
#include "mqwarden/rules/language_words.h"

namespace mqwarden {
namespace {

constexpr std::string_view kAggregates[] = {"count", "distinct", "sum",
                                            "avg",   "min",      "max",
                                            "percentile", "set"};

bool IsAggregate(std::string_view word) {
  return std::find(std::begin(kAggregates), std::end(kAggregates), word) !=
         std::end(kAggregates);
}

}  // namespace

void CompletionItems::Named(std::string_view label, CompletionKind kind,
                            std::string_view detail, int rank) {
  CompletionItem item;
  item.label = label;
  item.kind = kind;
  item.detail = detail;
  item.rank = rank;
  Add(std::move(item));
}

void CompletionItems::RuleNamesInQuotes() {
  for (const SetName& rule : NamesOf(set_)) {
    if (rule.sort != "rule") continue;
    Named("\"" + std::string(rule.name) + "\"", CompletionKind::kClass, "rule");
  }
}

bool CompletionItems::HasRoom(size_t* count) {
  if (++*count <= Completions::kMaxConstants) return true;
  result_.incomplete = true;
  return false;
}

void CompletionItems::Add(CompletionItem item) {
  if (!taken_.insert(item.label).second) return;
  result_.items.push_back(std::move(item));
}

void CompletionItems::Word(std::string_view word, int rank) {
  CompletionItem item;
  item.label = word;
  item.rank = rank;
  const WordDoc* doc = FindWordDoc(WordPlace::kInner, word);
  if (doc == nullptr) doc = FindWordDoc(WordPlace::kOperator, word);
  if (doc != nullptr) {
    item.detail = doc->form;
    item.docs = WordDocMarkdown(*doc);
    item.snippet = doc->snippet;
  }
  Add(std::move(item));
}

void CompletionItems::Words(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) Word(word);
}

void CompletionItems::DocWord(const WordDoc& doc, CompletionKind kind,
                              int rank) {
  CompletionItem item;
  item.label = doc.word;
  item.kind = kind;
  item.detail = doc.form;
  item.docs = WordDocMarkdown(doc);
  item.snippet = doc.snippet;
  item.rank = rank;
  Add(std::move(item));
}

void CompletionItems::Functions(bool aggregates) {
  for (const std::string_view word : kFunctionWords) {
    if (!aggregates && IsAggregate(word)) continue;
    if (const WordDoc* doc = FindWordDoc(WordPlace::kFunction, word)) {
      DocWord(*doc, CompletionKind::kFunction, 2);
    }
  }
}

void CompletionItems::Field(const FieldInfo& field, std::string_view suffix) {
  CompletionItem item;
  item.label = field.name;
  item.kind = CompletionKind::kField;
  item.detail = FieldTypeName(field.type);
  item.docs = field.meaning;
  if (!suffix.empty()) item.insert = item.label + std::string(suffix);
  Add(std::move(item));
}

void CompletionItems::Fields(bool alerts, std::string_view suffix) {
  for (const FieldInfo& field : AllFields()) {
    if ((field.flags & kFieldAlertOnly) != 0 && !alerts) continue;
    Field(field, suffix);
  }
}

void CompletionItems::Enum(EnumType type, CompletionKind kind) {
  for (const EnumValueInfo& value : EnumValues(type)) {
    CompletionItem item;
    item.label = value.name;
    item.kind = kind;
    item.detail = EnumTypeName(type);
    item.docs = value.meaning;
    item.rank = 0;
    Add(std::move(item));
  }
}

void CompletionItems::Kinds() {
  Enum(EnumType::kKind, CompletionKind::kEvent);
  Word("any");
}

void CompletionItems::Defined(
    std::initializer_list<std::string_view> sorts, int rank) {
  for (const SetName& name : NamesOf(set_)) {
    if (std::find(sorts.begin(), sorts.end(), name.sort) == sorts.end()) {
      continue;
    }
    CompletionItem item;
    item.label = name.name;
    item.kind = name.sort == "rule" ? CompletionKind::kClass
                                    : CompletionKind::kVariable;
    item.detail = name.sort;
    item.rank = rank;
    if (name.sort == "table" || name.sort == "recent") {
      item.snippet = item.label + "[$1]";
    }
    Add(std::move(item));
  }
}

void CompletionItems::Constant(const MqConstant& constant, int rank) {
  Named(constant.name, CompletionKind::kConstant,
        std::to_string(constant.value) + "  " +
            std::string(MqKindName(constant.kind)),
        rank);
}

void CompletionItems::Constants(MqKind kind) {
  size_t count = 0;
  for (const MqConstant& constant : AllMqConstants()) {
    if (constant.kind != kind || !constant.name.starts_with(prefix_)) {
      continue;
    }
    if (!HasRoom(&count)) return;
    Constant(constant, constant.core ? 0 : 1);
  }
}

void CompletionItems::ConstantsByPrefix() {
  if (!prefix_.starts_with("MQ")) {
    // They come when the word begins like one.
    result_.incomplete = true;
    return;
  }
  size_t count = 0;
  for (const MqConstant& constant : AllMqConstants()) {
    if (!constant.name.starts_with(prefix_)) continue;
    if (!HasRoom(&count)) return;
    Constant(constant, constant.core ? 2 : 3);
  }
}

void CompletionItems::Attrs() {
  size_t count = 0;
  for (const MqConstant& constant : AllMqConstants()) {
    if (constant.json_key.empty() ||
        !constant.json_key.starts_with(prefix_)) {
      continue;
    }
    if (!HasRoom(&count)) return;
    Named(constant.json_key, CompletionKind::kField, constant.name,
          constant.core ? 0 : 1);
  }
}

}  // namespace mqwarden
