#include "mqwarden/rules/csv.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace mqwarden {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      at_ = kByteOrderMark.size();
    }
  }

  CsvFile Read() {
    bool has_header = false;
    while (at_ < text_.size() && !broken_) {
      const size_t begin = at_;
      std::vector<CsvCell> cells = ReadRow();
      if (broken_) break;
      if (cells.size() == 1 && cells[0].span.begin == cells[0].span.end) {
        continue;  // a line without any text
      }
      const Span span{static_cast<uint32_t>(begin),
                      static_cast<uint32_t>(row_end_)};
      if (!has_header) {
        has_header = true;
        TakeHeader(std::move(cells));
      } else if (cells.size() != file_.header.size()) {
        Fault(span, "the row has " + Count(cells.size()) + ", the header has " +
                        Count(file_.header.size()));
      } else {
        file_.rows.push_back({span, std::move(cells)});
      }
    }
    if (!has_header && file_.faults.empty()) {
      Fault({0, 0}, "the file has no header");
    }
    return std::move(file_);
  }

 private:
  static std::string Count(size_t cells) {
    return std::to_string(cells) + (cells == 1 ? " cell" : " cells");
  }

  void Fault(Span span, std::string message) {
    if (file_.faults.size() < kMaxCsvFaults) {
      file_.faults.push_back({span, std::move(message)});
    }
  }

  void TakeHeader(std::vector<CsvCell> cells) {
    if (cells.size() > kMaxCsvColumns) {
      Fault(cells[kMaxCsvColumns].span,
            "the file has more than " + Count(kMaxCsvColumns) + " a row");
      broken_ = true;
      return;
    }
    file_.header = std::move(cells);
    for (size_t i = 0; i < file_.header.size(); ++i) {
      const CsvCell& cell = file_.header[i];
      const int first = file_.FindColumn(cell.text);
      if (cell.text.empty()) {
        Fault(cell.span, "a column has no name");
      } else if (static_cast<size_t>(first) != i) {
        Fault(cell.span, "the column `" + cell.text + "` stands twice");
      }
    }
  }

  // Leaves at_ behind the line's end, and row_end_ before it.
  std::vector<CsvCell> ReadRow() {
    std::vector<CsvCell> cells;
    for (;;) {
      cells.push_back(ReadCell());
      if (broken_ || at_ >= text_.size() || text_[at_] != ',') break;
      ++at_;
    }
    row_end_ = at_;
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    return cells;
  }

  bool AtCellEnd() const {
    if (at_ >= text_.size()) return true;
    const char c = text_[at_];
    return c == ',' || c == '\n' ||
           (c == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }

  CsvCell ReadCell() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '"') return ReadQuotedCell();
    const size_t begin = at_;
    while (!AtCellEnd()) ++at_;
    size_t end = at_;
    while (end > begin && IsBlank(text_[end - 1])) --end;
    return {std::string(text_.substr(begin, end - begin)),
            {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}};
  }

  CsvCell ReadQuotedCell() {
    CsvCell cell;
    const size_t begin = at_++;
    for (;;) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        broken_ = true;
        Fault({static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)},
              "the quote is never closed");
        return cell;
      }
      cell.text.append(text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') break;
      cell.text += '"';
      ++at_;
    }
    cell.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    if (!AtCellEnd()) {
      const size_t rest = at_;
      while (!AtCellEnd()) ++at_;
      Fault({static_cast<uint32_t>(rest), static_cast<uint32_t>(at_)},
            "text stands behind the closing quote");
    }
    return cell;
  }

  const std::string_view text_;
  size_t at_ = 0;
  size_t row_end_ = 0;
  bool broken_ = false;
  CsvFile file_;
};

}  // namespace

int CsvFile::FindColumn(std::string_view name) const {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i].text == name) return static_cast<int>(i);
  }
  return -1;
}

CsvFile ParseCsv(std::string_view text) { return Reader(text).Read(); }

}  // namespace mqwarden
