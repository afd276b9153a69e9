#include "mqwarden/pipeline/language_server/hover.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/options.h"
#include "mqwarden/pipeline/language_server/cursor_context.h"
#include "mqwarden/pipeline/language_server/field_values.h"
#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/pipeline/language_server/set_names.h"
#include "mqwarden/pipeline/language_server/word_docs.h"
#include "mqwarden/pipeline/memory_bound.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/field_docs.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxShownBytes = 2000;
constexpr size_t kMaxShownValues = 40;

std::string InCode(std::string_view text) {
  // A fence in the text would end the block.
  std::string shown(text.substr(0, kMaxShownBytes));
  for (size_t at = shown.find("```"); at != std::string::npos;
       at = shown.find("```", at)) {
    shown.replace(at, 3, "'''");
  }
  if (text.size() > kMaxShownBytes) shown += "\n…";
  return "```mqwarden\n" + shown + "\n```\n";
}

std::string OfField(const FieldInfo& field) {
  std::string text = "**" + EscapeMarkdown(field.name) + "** · `" +
                     std::string(FieldTypeName(field.type)) + "`\n\n";
  text.append(EscapeMarkdown(field.meaning)).append("\n\n*");
  text.append(EscapeMarkdown(FieldTypeMeaning(field.type))).append("*\n");
  if ((field.flags & kFieldComputed) != 0) text += "\nDerived on use.\n";
  if ((field.flags & kFieldAlertOnly) != 0) {
    text += "\nOnly in events of kind `alert`.\n";
  }
  if (field.enum_type == EnumType::kNone) return text;
  size_t shown = 0;
  text += "\n";
  for (const EnumValueInfo& value : EnumValues(field.enum_type)) {
    if (++shown > kMaxShownValues) {
      text += "- …\n";
      break;
    }
    text.append("- `").append(value.name).append("` ");
    text.append(EscapeMarkdown(value.meaning)).append("\n");
  }
  return text;
}

std::string OfConstant(const MqConstant& constant) {
  std::string text = "**" + EscapeMarkdown(constant.name) + "** = " +
                     std::to_string(constant.value) + "\n\n`" +
                     std::string(MqKindName(constant.kind)) + "`";
  if (!constant.word.empty()) {
    text += ", shown by amqsevt as \"" + EscapeMarkdown(constant.word) + "\"";
  }
  if (!constant.json_key.empty()) {
    text += ", `attr." + std::string(constant.json_key) + "`";
  }
  return text + "\n";
}

std::string OfEnumValue(EnumType type, const EnumValueInfo& value) {
  return "**" + EscapeMarkdown(value.name) + "** · `" +
         std::string(EnumTypeName(type)) + "`\n\n" +
         EscapeMarkdown(value.meaning) + "\n";
}

// The comment lines right above a definition, without their `#`.
std::string CommentAbove(const SourceFile& file, size_t begin) {
  std::vector<std::string_view> lines;
  const LineIndex& index = file.lines();
  for (size_t line = index.LineOf(begin); line-- > 0;) {
    std::string_view text = file.Slice(index.LineSpan(line));
    if (!text.starts_with('#')) break;
    text.remove_prefix(1);
    if (text.starts_with(' ')) text.remove_prefix(1);
    lines.push_back(text);
  }
  std::string comment;
  for (size_t i = lines.size(); i-- > 0;) {
    comment.append(EscapeMarkdown(lines[i])).append("\n");
  }
  return comment;
}

std::string OfRule(const RuleSet& set, const DefinitionPlace& place) {
  const Occurrence& name = *place.occurrence;
  std::string text;
  for (const ast::Rule& rule : place.file->tree().rules) {
    if (rule.name.span != name.span) continue;
    text = "**rule " + EscapeMarkdown(name.name) + "**\n\n";
    if (rule.title.has_value()) {
      text += EscapeMarkdown(rule.title->value) + "\n\n";
    }
    text += CommentAbove(*place.file, rule.span.begin);
  }
  if (set.last_plan == nullptr) return text;
  const std::string bound =
      DescribeMemoryBound(*set.last_plan, name.name, EngineOptions());
  if (!bound.empty()) text += "\nMemory, at most: " + bound + "\n";
  return text;
}

// The definition itself, as it is written.
std::string OfDefinition(const DefinitionPlace& place) {
  for (const SetName& name : NamesOf(*place.file)) {
    const bool inside = name.span.begin <= place.occurrence->span.begin &&
                        place.occurrence->span.end <= name.span.end;
    if (!inside || name.name != place.occurrence->name) continue;
    return InCode(place.file->Slice(name.span)) +
           CommentAbove(*place.file, name.span.begin);
  }
  return "";
}

std::string OfStep(const DefinitionPlace& place) {
  for (const ast::Rule& rule : place.file->tree().rules) {
    if (!rule.when.has_value()) continue;
    for (const ast::SequenceStep& step : rule.when->steps) {
      if (step.label.has_value() &&
          step.label->span == place.occurrence->span) {
        return InCode(place.file->Slice(step.span)) + "A step of `" +
               rule.name.text + "`.\n";
      }
    }
  }
  return "";
}

std::string OfKey(const DefinitionPlace& place) {
  for (const ast::Rule& rule : place.file->tree().rules) {
    for (const ast::KeyPart& part : rule.by) {
      if (part.name.has_value() &&
          part.name->span == place.occurrence->span) {
        return InCode(place.file->Slice(part.span)) + "A key of `" +
               rule.name.text + "`.\n";
      }
    }
  }
  return "";
}

std::string OfName(const RuleSet& set, const DefinitionPlace& place) {
  switch (place.occurrence->space) {
    case NameSpace::kRule: return OfRule(set, place);
    case NameSpace::kStep: return OfStep(place);
    case NameSpace::kKey: return OfKey(place);
    case NameSpace::kReport:
    case NameSpace::kDefinition: return OfDefinition(place);
  }
  return "";
}

WordPlace PlaceOf(BlockKind block) {
  switch (block) {
    case BlockKind::kFile: return WordPlace::kDefinition;
    case BlockKind::kAlert: return WordPlace::kAlert;
    case BlockKind::kReport: return WordPlace::kReport;
    case BlockKind::kRecent: return WordPlace::kRecent;
    case BlockKind::kTest: return WordPlace::kTest;
    default: return WordPlace::kRule;
  }
}

bool IsWordByte(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

Span WordAround(std::string_view text, size_t offset) {
  size_t begin = std::min(offset, text.size());
  size_t end = begin;
  while (begin > 0 && IsWordByte(text[begin - 1])) --begin;
  while (end < text.size() && IsWordByte(text[end])) ++end;
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

// The word as a field, value or constant; "" where it is none. `before` is what
// stands on its left, to tell whose value it is.
std::string OfVocabulary(const SourceFile& file, Span span,
                         const CursorContext& context) {
  const std::string_view word = file.Slice(span);
  const auto& tokens = context.statement;
  // `on` names kinds, `severity` severities.
  if (context.clause == "on" || (context.clause == "at" && !tokens.empty())) {
    if (const auto kind = FindEnumValue(EnumType::kKind, word)) {
      return OfEnumValue(EnumType::kKind,
                         EnumValues(EnumType::kKind)[static_cast<size_t>(*kind)]);
    }
  }
  if (const MqConstant* constant = FindMqConstantRow(word)) {
    return OfConstant(*constant);
  }
  if (const FieldInfo* field = FindField(word)) return OfField(*field);
  if (word == "attr") {
    return "**attr**.NAME\n\nAny field of the source that has no name of its "
           "own, in the source's spelling; attr.old\\_NAME is the value before "
           "a change.\n";
  }
  // A value of the nearest field before it.
  for (size_t i = tokens.size(); i-- > 0;) {
    if (tokens[i].kind != TokenKind::kIdentifier) continue;
    const EnumType type = ValuesOfField(file.Slice(tokens[i].span)).enum_type;
    if (type == EnumType::kNone) continue;
    if (const auto value = FindEnumValue(type, word)) {
      return OfEnumValue(type, EnumValues(type)[static_cast<size_t>(*value)]);
    }
  }
  if (context.block == BlockKind::kEvent ||
      context.block == BlockKind::kExpected) {
    if (!context.names_before.empty()) {
      const EnumType type =
          ValuesOfField(context.names_before.back()).enum_type;
      if (const auto value = FindEnumValue(type, word)) {
        return OfEnumValue(type, EnumValues(type)[static_cast<size_t>(*value)]);
      }
    }
  }
  for (const EnumType type : {EnumType::kSeverity, EnumType::kKind}) {
    if (const auto value = FindEnumValue(type, word)) {
      return OfEnumValue(type, EnumValues(type)[static_cast<size_t>(*value)]);
    }
  }
  return "";
}

}  // namespace

std::optional<HoverText> HoverAt(const Workspace& workspace, const RuleSet& set,
                                 const SourceFile& file, size_t offset) {
  if (const Occurrence* const name = file.OccurrenceAt(offset)) {
    const auto places = workspace.DefinitionsOf(set, file, *name);
    if (!places.empty()) {
      std::string text = OfName(set, places.front());
      if (!text.empty()) return HoverText{name->span, std::move(text)};
    }
  }
  const Span span = WordAround(file.text(), offset);
  if (span.begin == span.end) return std::nullopt;
  const CursorContext context = ContextAt(file, span.begin);
  using Place = CursorContext::Place;
  if (context.place == Place::kComment || context.place == Place::kString) {
    return std::nullopt;
  }
  const std::string_view word = file.Slice(span);
  // Words come before fields where a clause begins: `severity high`.
  if (context.may_begin) {
    if (const WordDoc* doc = FindWordDoc(PlaceOf(context.block), word)) {
      return HoverText{span, WordDocMarkdown(*doc)};
    }
  }
  std::string text = OfVocabulary(file, span, context);
  if (!text.empty()) return HoverText{span, std::move(text)};
  if (const WordDoc* doc = FindWordDoc(word)) {
    return HoverText{span, WordDocMarkdown(*doc)};
  }
  return std::nullopt;
}

}  // namespace mqwarden
