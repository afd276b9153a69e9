// Lists, tables, patterns, macros and the inventory: section 5 of the language.
#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"
#include "mqwarden/tests/oracle/oracle_deploy.h"
#include "mqwarden/tests/oracle/oracle_expr.h"

namespace mqwarden::oracle {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

CsvRows ParseRows(const std::string& text) {
  CsvRows rows;
  std::vector<std::string> header;
  for (const std::string& line : Split(text, '\n')) {
    const std::vector<std::string> cells = Split(line, ',');
    if (header.empty()) {
      header = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].empty()) row[header[i]] = cells[i];
    }
  }
  return rows;
}

template <typename Row>
const Row* Find(const std::vector<Row>& rows, const std::string& name) {
  for (const Row& row : rows) {
    if (row.name.text == name) return &row;
  }
  return nullptr;
}

}  // namespace

Definitions::Definitions(const OracleInput& input)
    : input_(input), file_(Deploy(input.files)) {
  for (const auto& [name, text] : input.texts) rows_[name] = ParseRows(text);
}

const ast::ListDef* Definitions::FindList(const std::string& name) const {
  return Find(file_.lists, name);
}
const ast::MacroDef* Definitions::FindMacro(const std::string& name) const {
  return Find(file_.macros, name);
}
const ast::PatternsDef* Definitions::FindPatterns(
    const std::string& name) const {
  return Find(file_.patterns, name);
}
const ast::TableDef* Definitions::FindTable(const std::string& name) const {
  return Find(file_.tables, name);
}
const ast::CalendarDef* Definitions::FindCalendar(
    const std::string& name) const {
  return Find(file_.calendars, name);
}
const ast::RecentDef* Definitions::FindRecent(const std::string& name) const {
  return Find(file_.recents, name);
}

// "A file holds one value a line, `#` comments."
std::vector<std::string> Definitions::Lines(const std::string& file) const {
  std::vector<std::string> lines;
  for (const std::string& line : Split(input_.texts.at(file), '\n')) {
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  }
  return lines;
}

// "A row fits when each of its non-empty columns among qmgr, host and channel
// fits (an event without a host fits a row whose qmgr fits, and takes its
// host); an event gets the union of the tags of the rows that fit, and the
// other columns from the first row that fits, even where its cell is empty,
// where the event lacks them. A host written as a glob is not taken."
EventPtr Definitions::WithInventory(const Event& event) const {
  auto copy = std::make_shared<Event>();
  copy->CopyFrom(event);

  constexpr std::array<std::pair<const char*, FieldId>, 3> kNames = {
      {{"qmgr", FieldId::kQmgr},
       {"host", FieldId::kHost},
       {"channel", FieldId::kChannel}}};
  const auto fits = [&](const std::map<std::string, std::string>& row) {
    for (const auto& [column, field] : kNames) {
      if (!row.contains(column)) continue;
      const bool has = event.Has(field);
      if (!has && field == FieldId::kHost && row.contains("qmgr")) continue;
      if (!has || !GlobMatch(row.at(column), event.Text(field), true)) {
        return false;
      }
    }
    return true;
  };

  std::vector<std::string> tags;
  if (event.Has(FieldId::kTags)) {
    for (const auto tag : event.List(FieldId::kTags)) tags.emplace_back(tag);
  }
  const std::map<std::string, std::string>* first = nullptr;
  for (const ast::InventoryDef& inventory : file_.inventories) {
    for (const auto& row : Rows(inventory.from.value)) {
      if (!fits(row)) continue;
      if (first == nullptr) first = &row;
      if (!row.contains("tags")) continue;
      for (const std::string& tag : Split(row.at("tags"), ';')) {
        tags.push_back(tag);
      }
    }
  }
  const std::vector<std::string_view> views(tags.begin(), tags.end());
  copy->CopyList(FieldId::kTags, views);  // without repeats
  if (first == nullptr) return copy;

  const auto take = [&](const char* column, FieldId field) {
    if (event.Has(field) || !first->contains(column)) return;
    const std::string& cell = first->at(column);
    const FieldInfo& info = GetField(field);
    if (info.type == FieldType::kEnum) {
      copy->SetInt(field, *FindEnumValue(info.enum_type, cell));
    } else if (field != FieldId::kHost || !HasGlobWildcard(cell)) {
      copy->CopyText(field, cell);
    }
  };
  take("host", FieldId::kHost);
  take("platform", FieldId::kPlatform);
  take("owner", FieldId::kOwner);
  take("service", FieldId::kService);
  take("channel_type", FieldId::kChannelType);
  return copy;
}

}  // namespace mqwarden::oracle
