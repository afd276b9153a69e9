// Cases of decoders of text: lines, what the user says of them, and all that comes
// out, as ReadLines() shows it. All lines are synthetic.
#ifndef MQWARDEN_TESTS_INGEST_LINE_CASES_H_
#define MQWARDEN_TESTS_INGEST_LINE_CASES_H_

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct LineCase {
  const char* name;
  std::string lines;
  std::string expected;
  std::string_view from = {};
  std::string_view zone = {};
  std::string_view order = {};
  std::string_view pattern = {};
};

inline std::ostream& operator<<(std::ostream& out, const LineCase& c) {
  return out << c.name;
}

inline TextOptions OptionsOf(const LineCase& c) {
  TextOptions options;
  if (!c.from.empty()) options.from = ParseTime(c.from);
  if (!c.zone.empty()) options.zone = FindTimeZone(c.zone);
  if (!c.order.empty()) options.date_order = FindDateOrder(c.order);
  options.qsysopr_pattern = c.pattern;
  EXPECT_EQ(options.from.has_value(), !c.from.empty());
  EXPECT_EQ(options.zone.has_value(), !c.zone.empty());
  EXPECT_EQ(options.date_order.has_value(), !c.order.empty());
  return options;
}

// A note as ReadLines() shows it.
inline std::string NoteOf(FieldId field, std::string_view source) {
  std::string note(GetField(field).name);
  note += "<-";
  note += source;
  return note;
}

inline void AddLines(std::string_view text, std::set<std::string>* lines) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines->emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_LINE_CASES_H_
