#include "mqwarden/sinks/report_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/sinks/text_sink.h"

namespace mqwarden {
namespace {

struct Column {
  std::string name;
  bool is_number = true;  // until a cell is none
  std::vector<std::string> cells;  // a row each; "" where it has none
};

class Table {
 public:
  void StartRow() { ++rows_; }
  // Columns of one name are told apart by `kind`.
  void Add(char kind, std::string_view name, std::string cell, bool is_number) {
    const std::string id = kind + std::string(name);
    const auto place = static_cast<size_t>(
        std::find(ids_.begin(), ids_.end(), id) - ids_.begin());
    if (place == ids_.size()) {
      ids_.push_back(id);
      columns_.emplace_back().name = EscapeForTerminal(name);
    }
    Column& column = columns_[place];
    column.is_number = column.is_number && is_number;
    column.cells.resize(rows_);
    column.cells.back() = std::move(cell);
  }
  void Add(char kind, std::string_view name, const AlertValue& value) {
    std::string cell;
    AppendAlertValueText(value, &cell);
    Add(kind, name, std::move(cell), value.form == AlertValue::Form::kNumber);
  }

  void Append(std::string* out) const {
    std::vector<size_t> widths;
    for (const Column& column : columns_) {
      size_t width = CountUtf8Chars(column.name);
      for (const std::string& cell : column.cells) {
        width = std::max(width, CountUtf8Chars(cell));
      }
      widths.push_back(width);
    }
    for (size_t row = 0; row <= rows_; ++row) {
      std::string line;
      for (size_t i = 0; i < columns_.size(); ++i) {
        const Column& column = columns_[i];
        std::string_view cell;
        if (row == 0) {
          cell = column.name;
        } else if (row <= column.cells.size()) {
          cell = column.cells[row - 1];
        }
        const size_t space = widths[i] - CountUtf8Chars(cell);
        line.append(2, ' ');
        if (column.is_number) line.append(space, ' ');
        line.append(cell);
        if (!column.is_number) line.append(space, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out->append(line);
      out->push_back('\n');
    }
  }

 private:
  size_t rows_ = 0;
  std::vector<std::string> ids_;
  std::vector<Column> columns_;
};

// "12.34%"
std::string Percent(int64_t share) {
  const std::string places = std::to_string(share % 100);
  return std::to_string(share / 100) + "." +
         std::string(2 - places.size(), '0') + places + "%";
}

}  // namespace

void AppendReportText(const ReportRecord& report, std::string* out) {
  out->append(FormatTimeShort(report.time));
  out->append(" REPORT ");
  AppendEscapedForTerminal(report.title.empty() ? report.report : report.title,
                           out);
  out->append("\n  report ");
  AppendEscapedForTerminal(report.report, out);
  out->append(", total ");
  out->append(std::to_string(report.total));
  if (report.state_evicted) out->append(", some groups were given up");
  out->push_back('\n');
  Table table;
  for (const ReportRow& row : report.top) {
    table.StartRow();
    for (const AlertField& field : row.group) {
      table.Add('g', field.name, field.value);
    }
    if (row.count.has_value()) {
      table.Add('c', "count", std::to_string(*row.count), true);
      table.Add('c', "share", Percent(row.share), true);
    }
    for (const AlertField& field : row.fields) {
      table.Add('f', field.name, field.value);
    }
    if (row.previous.has_value()) table.Add('p', "previous", *row.previous);
  }
  if (!report.top.empty()) table.Append(out);
  out->push_back('\n');
}

}  // namespace mqwarden
