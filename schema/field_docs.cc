#include "mqwarden/schema/field_docs.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

// The headings of the catalogue, by the first field under each.
struct Section {
  FieldId first;
  std::string_view title;
};
constexpr Section kSections[] = {
    {FieldId::kTime, "The record"},
    {FieldId::kKind, "What happened"},
    {FieldId::kQmgr, "Where"},
    {FieldId::kUser, "Who"},
    {FieldId::kConnection, "From where, through what"},
    {FieldId::kObject, "On what"},
    {FieldId::kRule, "Only events of kind alert"},
    {FieldId::kIsAdminUser, "Derived on use"},
};

constexpr FieldType kTypes[] = {
    FieldType::kStr,  FieldType::kKw, FieldType::kEnum, FieldType::kInt,
    FieldType::kBool, FieldType::kIp, FieldType::kTs,   FieldType::kDuration,
    FieldType::kList,
};

constexpr std::string_view kAttrMeaning =
    "any field of the source that has no name here, in the source's spelling "
    "(for events of IBM MQ that of amqsevt, as attr.maxQueueDepth); after a "
    "change attr.old_NAME is the value before it. An enumerated IBM MQ "
    "parameter answers to its word and to its constant";

// Widths of columns.
constexpr size_t kNameWidth = 23;
constexpr size_t kTypeWidth = 10;
constexpr size_t kConstantWidth = 36;
constexpr size_t kNumberWidth = 12;
constexpr size_t kKindWidth = 20;
// Longer finds are cut.
constexpr size_t kMaxConstants = 40;

// `text` and blanks up to `width`, at least one.
void AppendPadded(std::string_view text, size_t width, std::string* out) {
  out->append(text);
  out->append(text.size() < width ? width - text.size() : 1, ' ');
}

void AppendLine(std::string_view line, std::string* out) {
  out->append(line);
  out->push_back('\n');
}

bool ContainsFolded(std::string_view text, std::string_view folded_part) {
  return ToAsciiLower(text).find(folded_part) != std::string::npos;
}

void AppendFieldRow(const FieldInfo& field, std::string* out) {
  *out += "  ";
  AppendPadded(field.name, kNameWidth, out);
  AppendPadded(FieldTypeName(field.type), kTypeWidth, out);
  AppendLine(field.meaning, out);
}

void AppendFieldDetail(const FieldInfo& field, std::string* out) {
  AppendPadded(field.name, kNameWidth + 2, out);
  AppendLine(FieldTypeName(field.type), out);
  *out += "  ";
  AppendLine(field.meaning, out);
  *out += "  ";
  *out += FieldTypeName(field.type);
  *out += ": ";
  AppendLine(FieldTypeMeaning(field.type), out);
  if ((field.flags & kFieldComputed) != 0) AppendLine("  derived on use", out);
  if ((field.flags & kFieldAlertOnly) != 0) {
    AppendLine("  only in events of kind alert", out);
  }
  if (field.ecs != "-") {
    *out += "  ECS: ";
    AppendLine(field.ecs, out);
  }
  if (field.ocsf != "-") {
    *out += "  OCSF: ";
    AppendLine(field.ocsf, out);
  }
  if (field.enum_type == EnumType::kNone) return;
  AppendLine(IsOrderedEnum(field.enum_type) ? "  values, rising:" : "  values:",
             out);
  for (const EnumValueInfo& value : EnumValues(field.enum_type)) {
    *out += "    ";
    AppendPadded(value.name, kNameWidth - 2, out);
    AppendLine(value.meaning, out);
  }
}

void AppendConstantRow(const MqConstant& constant, std::string* out) {
  *out += "  ";
  AppendPadded(constant.name, kConstantWidth, out);
  AppendPadded(std::to_string(constant.value), kNumberWidth, out);
  AppendPadded(MqKindName(constant.kind), kKindWidth, out);
  if (!constant.json_key.empty()) {
    *out += "attr.";
    *out += constant.json_key;
  } else if (!constant.word.empty()) {
    *out += '"';
    *out += constant.word;
    *out += '"';
  }
  while (out->back() == ' ') out->pop_back();
  *out += '\n';
}

void AppendOverview(std::string* out) {
  AppendLine("Kinds", out);
  for (const EnumValueInfo& kind : EnumValues(EnumType::kKind)) {
    *out += "  ";
    AppendPadded(kind.name, kNameWidth, out);
    AppendLine(kind.meaning, out);
  }
  for (const FieldInfo& field : AllFields()) {
    for (const Section& section : kSections) {
      if (section.first != field.id) continue;
      *out += '\n';
      AppendLine(section.title, out);
    }
    AppendFieldRow(field, out);
  }
  AppendLine("\nAny other field of the source", out);
  *out += "  ";
  AppendPadded("attr.NAME", kNameWidth, out);
  AppendPadded("kw", kTypeWidth, out);
  AppendLine("a kw, or a number where it is compared with one", out);
  AppendLine("\nTypes", out);
  for (const FieldType type : kTypes) {
    *out += "  ";
    AppendPadded(FieldTypeName(type), kTypeWidth, out);
    AppendLine(FieldTypeMeaning(type), out);
  }
  AppendLine(
      "\nA name, an enum value, or the name or number of an IBM MQ constant "
      "tells more: fields 2035",
      out);
}

// A blank line between the parts of an answer.
void BeginPart(std::string_view title, size_t start, std::string* out) {
  if (out->size() > start) *out += '\n';
  AppendLine(title, out);
}

void AppendConstants(std::string_view query, size_t start, std::string* out) {
  const std::vector<const MqConstant*> found = SearchMqConstants(query);
  if (found.empty()) return;
  BeginPart("IBM MQ constants", start, out);
  for (size_t i = 0; i < std::min(found.size(), kMaxConstants); ++i) {
    AppendConstantRow(*found[i], out);
  }
  if (found.size() > kMaxConstants) {
    *out += "  and ";
    *out += std::to_string(found.size() - kMaxConstants);
    AppendLine(" more", out);
  }
}

// A cell of a Markdown table.
void AppendCell(std::string_view text, std::string* out) {
  *out += ' ';
  for (const char c : text) {
    if (c == '|') *out += '\\';
    *out += c;
  }
  *out += " |";
}

void AppendRow(std::initializer_list<std::string_view> cells,
               std::string* out) {
  *out += '|';
  for (const std::string_view cell : cells) AppendCell(cell, out);
  *out += '\n';
}

std::string Code(std::string_view text) {
  std::string code = "`";
  code += text;
  code += '`';
  return code;
}

void AppendMarkdownHeading(std::string_view title, std::string* out) {
  *out += "\n## ";
  AppendLine(title, out);
  *out += '\n';
}

void AppendMarkdownFields(std::string* out) {
  for (const FieldInfo& field : AllFields()) {
    for (const Section& section : kSections) {
      if (section.first != field.id) continue;
      AppendMarkdownHeading(section.title, out);
      AppendRow({"field", "type", "meaning", "ECS", "OCSF"}, out);
      AppendLine("|---|---|---|---|---|", out);
    }
    std::string type(FieldTypeName(field.type));
    if (field.enum_type != EnumType::kNone) {
      type = "enum " + Code(EnumTypeName(field.enum_type));
    }
    AppendRow({Code(field.name), type, field.meaning, field.ecs, field.ocsf},
              out);
  }
}

void AppendMarkdownEnums(std::string* out) {
  AppendMarkdownHeading("Enum values", out);
  AppendLine("| set | value | meaning |\n|---|---|---|", out);
  std::vector<EnumType> seen;
  for (const FieldInfo& field : AllFields()) {
    const EnumType type = field.enum_type;
    if (type == EnumType::kNone) continue;
    if (std::find(seen.begin(), seen.end(), type) != seen.end()) continue;
    seen.push_back(type);
    for (const EnumValueInfo& value : EnumValues(type)) {
      AppendRow({Code(EnumTypeName(type)), Code(value.name), value.meaning},
                out);
    }
  }
}

}  // namespace

std::string_view FieldTypeMeaning(FieldType type) {
  switch (type) {
    case FieldType::kStr:
      return "text, compared exactly";
    case FieldType::kKw:
      return "text, compared, grouped and counted without ASCII case";
    case FieldType::kEnum:
      return "one of a closed set of names, bare in rules";
    case FieldType::kInt:
      return "64-bit integer; IBM MQ constants stand for their number";
    case FieldType::kReal:
      return "exact decimal of nine places";
    case FieldType::kBool:
      return "true or false; bare in a condition";
    case FieldType::kIp:
      return "IPv4 or IPv6 address";
    case FieldType::kTs:
      return "instant, in nanoseconds, UTC";
    case FieldType::kDuration:
      return "compared with a literal such as 10s";
    case FieldType::kList:
      return "texts as kw, without repeats; asked with `has`";
  }
  return "";
}

bool AppendFieldDocs(std::string_view query, std::string* out) {
  if (query.empty()) {
    AppendOverview(out);
    return true;
  }
  const size_t start = out->size();
  const std::string folded = ToAsciiLower(query);

  bool is_whole_name = false;
  if (const FieldInfo* const field = FindField(folded)) {
    is_whole_name = true;
    AppendFieldDetail(*field, out);
  }
  if (folded == "attr" || folded.starts_with("attr.")) {
    is_whole_name = true;
    BeginPart("attr.NAME", start, out);
    *out += "  ";
    AppendLine(kAttrMeaning, out);
    constexpr size_t kPrefix = 5;
    if (query.size() > kPrefix) {
      if (const MqConstant* const parameter =
              ParameterByJsonKey(query.substr(kPrefix))) {
        AppendConstantRow(*parameter, out);
        for (const MqConstant& value : AllMqConstants()) {
          if (parameter->values_kind != MqKind::kNone &&
              value.kind == parameter->values_kind) {
            AppendConstantRow(value, out);
          }
        }
      }
    }
  }

  std::string part;
  for (const FieldInfo& field : AllFields()) {
    if (field.name != folded && ContainsFolded(field.name, folded)) {
      AppendFieldRow(field, &part);
    }
  }
  if (!part.empty()) {
    BeginPart("Fields", start, out);
    *out += part;
  }

  part.clear();
  for (const FieldInfo& field : AllFields()) {
    for (const EnumValueInfo& value : EnumValues(field.enum_type)) {
      if (!ContainsFolded(value.name, folded)) continue;
      is_whole_name |= value.name == folded;
      std::string comparison(field.name);
      comparison += " == ";
      comparison += value.name;
      part += "  ";
      AppendPadded(comparison, kNameWidth + kTypeWidth, &part);
      AppendLine(value.meaning, &part);
    }
  }
  if (!part.empty()) {
    BeginPart("Values", start, out);
    *out += part;
  }

  if (!is_whole_name) AppendConstants(query, start, out);
  return out->size() > start;
}

std::string FieldDocsMarkdown() {
  std::string out =
      "# The event schema\n"
      "\n"
      "This page is generated: `bazel run //schema:write_readme` writes it from\n"
      "`fields.def` and `enums.def`, and a test fails when it lags behind.\n"
      "\n"
      "An event is one flat record of typed fields. The rule language, the\n"
      "normalizers, the NDJSON and protobuf forms and the exports take their\n"
      "names from this catalogue alone. A field that is unknown is absent: never\n"
      "empty, never zero. `mqwarden fields [QUERY]` shows the same on a terminal,\n"
      "and IBM MQ constants by name or number.\n";
  AppendMarkdownHeading("Types", &out);
  AppendLine("| type | meaning |\n|---|---|", &out);
  for (const FieldType type : kTypes) {
    AppendRow({Code(FieldTypeName(type)), FieldTypeMeaning(type)}, &out);
  }
  AppendMarkdownHeading("Kinds", &out);
  AppendLine("| kind | meaning |\n|---|---|", &out);
  for (const EnumValueInfo& kind : EnumValues(EnumType::kKind)) {
    AppendRow({Code(kind.name), kind.meaning}, &out);
  }
  AppendMarkdownFields(&out);
  AppendMarkdownHeading("Any other field of the source", &out);
  out += "`attr.NAME` is ";
  out += kAttrMeaning;
  out += ".\n";
  AppendMarkdownEnums(&out);
  return out;
}

}  // namespace mqwarden
