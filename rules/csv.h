// Comma-separated files with a header, as RFC 4180 has them: cells may be
// quoted, a quote inside one is doubled, lines end in LF or CRLF. A byte order
// mark is skipped, and so are lines without any text. Cells that are not quoted
// lose the white space around them.
//
// Pure functions. Cost: one pass.
#ifndef MQWARDEN_RULES_CSV_H_
#define MQWARDEN_RULES_CSV_H_

#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

struct CsvCell {
  std::string text;
  Span span;  // with its quotes
};

struct CsvRow {
  Span span;
  std::vector<CsvCell> cells;  // as many as the header has
};

struct CsvFault {
  Span span;
  std::string message;  // lower case, without a period
};

struct CsvFile {
  std::vector<CsvCell> header;
  std::vector<CsvRow> rows;  // only those without a fault
  std::vector<CsvFault> faults;

  // The place of the column `name`; -1 where there is none.
  int FindColumn(std::string_view name) const;
};

// At most kMaxCsvFaults faults are kept. A quote that never ends and a header
// of more than kMaxCsvColumns columns stop the reading.
inline constexpr size_t kMaxCsvFaults = 20;
inline constexpr size_t kMaxCsvColumns = 256;
CsvFile ParseCsv(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_CSV_H_
