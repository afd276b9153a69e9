#include "mqwarden/rules/data_files.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/csv.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool ReadCsv(const RuleTextPtr& file, CsvFile* csv,
             DiagnosticList* diagnostics) {
  *csv = ParseCsv(file->text());
  for (CsvFault& fault : csv->faults) {
    Report(diagnostics, DiagnosticCode::kBadCsv, file, fault.span)
        .Message("bad CSV: " + fault.message);
  }
  return csv->faults.empty();
}

std::vector<std::string_view> ColumnNames(const CsvFile& csv) {
  std::vector<std::string_view> names;
  for (const CsvCell& cell : csv.header) names.push_back(cell.text);
  return names;
}

// The members of an inventory row that a column fills, by name of the column.
struct InventoryColumn {
  std::string_view name;
  std::string InventoryRow::* member;  // null for tags
  EnumType enum_type;
};
constexpr InventoryColumn kInventoryColumns[] = {
    {"qmgr", &InventoryRow::qmgr, EnumType::kNone},
    {"host", &InventoryRow::host, EnumType::kNone},
    {"channel", &InventoryRow::channel, EnumType::kNone},
    {"tags", nullptr, EnumType::kNone},
    {"platform", &InventoryRow::platform, EnumType::kPlatform},
    {"owner", &InventoryRow::owner, EnumType::kNone},
    {"service", &InventoryRow::service, EnumType::kNone},
    {"channel_type", &InventoryRow::channel_type, EnumType::kChannelType},
};

std::vector<std::string> SplitTags(std::string_view cell) {
  std::vector<std::string> tags;
  while (!cell.empty()) {
    const size_t end = cell.find(';');
    const std::string_view tag = Trim(cell.substr(0, end));
    if (!tag.empty()) tags.emplace_back(tag);
    cell.remove_prefix(end == std::string_view::npos ? cell.size() : end + 1);
  }
  return tags;
}

// The columns of the header, or null for each that is reported as unknown.
bool MapInventoryColumns(const RuleTextPtr& file, const CsvFile& csv,
                         std::vector<const InventoryColumn*>* columns,
                         DiagnosticList* diagnostics) {
  std::vector<std::string_view> known;
  for (const InventoryColumn& column : kInventoryColumns) {
    known.push_back(column.name);
  }
  bool ok = true;
  bool names_something = false;
  for (const CsvCell& cell : csv.header) {
    const InventoryColumn* found = nullptr;
    for (const InventoryColumn& column : kInventoryColumns) {
      if (column.name == cell.text) found = &column;
    }
    columns->push_back(found);
    if (found == nullptr) {
      ok = false;
      Report(diagnostics, DiagnosticCode::kBadInventory, file, cell.span)
          .Message("unknown column " + Quoted(cell.text))
          .Label("not a column of an inventory")
          .Help(DidYouMean(*diagnostics, cell.text, known));
    } else if (found->name == "qmgr" || found->name == "host" ||
               found->name == "channel") {
      names_something = true;
    }
  }
  if (ok && !names_something) {
    ok = false;
    const Span header{csv.header.front().span.begin,
                      csv.header.back().span.end};
    Report(diagnostics, DiagnosticCode::kBadInventory, file, header)
        .Message("the inventory has none of the columns `qmgr`, `host` and "
                 "`channel`");
  }
  return ok;
}

// Takes one cell into `row`. False after a report.
bool TakeInventoryCell(const RuleTextPtr& file, const InventoryColumn& column,
                       const CsvCell& cell, InventoryRow* row,
                       DiagnosticList* diagnostics) {
  if (column.member == nullptr) {
    row->tags = SplitTags(cell.text);
    return true;
  }
  std::string& member = row->*column.member;
  member = cell.text;
  if (column.enum_type == EnumType::kNone || member.empty()) return true;
  member = ToAsciiLower(member);
  if (FindEnumValue(column.enum_type, member).has_value()) return true;
  std::vector<std::string_view> values;
  for (const EnumValueInfo& value : EnumValues(column.enum_type)) {
    values.push_back(value.name);
  }
  Report(diagnostics, DiagnosticCode::kBadInventory, file, cell.span)
      .Message(Quoted(cell.text) + " is no value of `" +
               std::string(column.name) + "`")
      .Help(DidYouMean(*diagnostics, cell.text, values));
  return false;
}

}  // namespace

std::vector<DataLine> ReadListFile(const RuleText& file) {
  std::vector<DataLine> lines;
  const std::string_view text = file.text();
  size_t at = text.substr(0, kByteOrderMark.size()) == kByteOrderMark
                  ? kByteOrderMark.size()
                  : 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = text.substr(at, end - at);
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '#' && (i == 0 || IsBlank(line[i - 1]))) {
        line = line.substr(0, i);
        break;
      }
    }
    line = Trim(line);
    if (!line.empty()) {
      const auto begin = static_cast<uint32_t>(line.data() - text.data());
      lines.push_back(
          {{begin, begin + static_cast<uint32_t>(line.size())}, line});
    }
    at = end + 1;
  }
  return lines;
}

bool ReadTableFile(const RuleTextPtr& file, const RuleTextPtr& rule_text,
                   const ast::TableDef& def, LookupTable* table,
                   DiagnosticList* diagnostics) {
  CsvFile csv;
  bool ok = ReadCsv(file, &csv, diagnostics);
  for (const CsvCell& cell : csv.header) table->columns.push_back(cell.text);
  std::vector<size_t> key;
  for (const ast::Name& name : def.key) {
    const int column = csv.FindColumn(name.text);
    if (column >= 0) {
      key.push_back(static_cast<size_t>(column));
    } else if (!csv.header.empty()) {
      ok = false;
      Report(diagnostics, DiagnosticCode::kUnknownColumn, rule_text, name.span)
          .Message("the file has no column " + Quoted(name.text))
          .Second(file,
                  {csv.header.front().span.begin, csv.header.back().span.end},
                  "its columns")
          .Help(DidYouMean(*diagnostics, name.text, ColumnNames(csv)));
    }
  }
  if (!ok) return false;

  absl::flat_hash_map<std::string, Span, TextHash, TextEq> seen;
  for (CsvRow& row : csv.rows) {
    std::string row_key;
    bool complete = true;
    for (const size_t column : key) {
      complete = complete && !row.cells[column].text.empty();
      AppendTableKey(row.cells[column].text, &row_key);
    }
    if (!complete) continue;
    const Span key_span = row.cells[key.front()].span;
    const auto [it, is_new] = seen.try_emplace(row_key, key_span);
    if (!is_new) {
      ok = false;
      const int first_line = file->PositionOf(it->second.begin).line;
      Report(diagnostics, DiagnosticCode::kDuplicateKey, file, key_span)
          .Message("the key " + Quoted(row.cells[key.front()].text) +
                   " stands on line " +
                   std::to_string(file->PositionOf(key_span.begin).line) +
                   " and on line " + std::to_string(first_line))
          .Second(file, it->second, "first here");
      continue;
    }
    std::vector<std::string>& cells = table->rows[std::move(row_key)];
    for (CsvCell& cell : row.cells) cells.push_back(std::move(cell.text));
  }
  return ok;
}

bool ReadInventoryFile(const RuleTextPtr& file, std::vector<InventoryRow>* rows,
                       DiagnosticList* diagnostics) {
  CsvFile csv;
  if (!ReadCsv(file, &csv, diagnostics)) return false;
  std::vector<const InventoryColumn*> columns;
  if (!MapInventoryColumns(file, csv, &columns, diagnostics)) return false;
  bool ok = true;
  for (const CsvRow& csv_row : csv.rows) {
    InventoryRow row;
    for (size_t i = 0; i < columns.size(); ++i) {
      ok &= TakeInventoryCell(file, *columns[i], csv_row.cells[i], &row,
                              diagnostics);
    }
    if (row.qmgr.empty() && row.host.empty() && row.channel.empty()) {
      ok = false;
      Report(diagnostics, DiagnosticCode::kBadInventory, file, csv_row.span)
          .Message("the row names no qmgr, no host and no channel")
          .Label("it would fit every event");
    }
    rows->push_back(std::move(row));
  }
  return ok;
}

}  // namespace mqwarden
