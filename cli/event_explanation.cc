#include "mqwarden/cli/event_explanation.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Longer values push what filled them further to the right.
constexpr size_t kMaxValueWidth = 40;

struct Row {
  std::string name;
  std::string value;
  std::string from;  // "" where it was derived
};

// The value as NDJSON writes it, without the quotes of a text.
std::string ValueOf(const Event& event, FieldId field) {
  Event one;
  const FieldInfo& info = GetField(field);
  switch (info.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      return std::string(event.Text(field));
    case FieldType::kIp:
      one.SetIp(field, event.Ip(field));
      break;
    case FieldType::kList:
      one.SetList(field, event.List(field));
      break;
    default:
      one.SetInt(field, event.Int(field));
      break;
  }
  std::string json;
  AppendEventJson(one, &json);  // {"name":value}
  const size_t colon = json.find(':');
  if (colon == json.npos) return json;
  std::string value = json.substr(colon + 1, json.size() - colon - 2);
  if (value.size() > 1 && value.front() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

// The first note about a field holds: it is of what the field got first.
std::string SourceOf(const Provenance& provenance, FieldId field) {
  for (const auto& [from, filled] : provenance.filled) {
    if (filled == field) return from;
  }
  return "";
}

}  // namespace

void AppendExplanation(const Event& event, const Provenance& provenance,
                       std::string_view path, int64_t offset,
                       std::string* out) {
  std::vector<Row> rows;
  event.ForEachPresent([&](FieldId field) {
    rows.push_back({std::string(GetField(field).name), ValueOf(event, field),
                    SourceOf(provenance, field)});
  });
  for (const Attr& attr : event.attrs()) {
    Row row{"attr." + std::string(attr.name), std::string(attr.text),
            std::string(attr.name)};
    if (attr.has_number && attr.text.empty()) {
      row.value = std::to_string(attr.number);
    }
    rows.push_back(std::move(row));
  }
  size_t name_width = 0;
  size_t value_width = 0;
  for (Row& row : rows) {
    row.name = EscapeForTerminal(row.name);
    row.value = EscapeForTerminal(row.value);
    row.from = EscapeForTerminal(row.from);
    name_width = std::max(name_width, row.name.size());
    if (row.value.size() <= kMaxValueWidth) {
      value_width = std::max(value_width, row.value.size());
    }
  }
  out->append(path == "-" ? "standard input" : EscapeForTerminal(path));
  out->append(" at byte ").append(std::to_string(offset)).append("\n");
  for (const Row& row : rows) {
    out->append("  ").append(row.name);
    out->append(name_width - row.name.size() + 2, ' ');
    out->append(row.value);
    if (row.value.size() < value_width) {
      out->append(value_width - row.value.size(), ' ');
    }
    out->append(row.from.empty() ? "  (derived)" : "  <- " + row.from);
    out->append("\n");
  }
}

}  // namespace mqwarden
