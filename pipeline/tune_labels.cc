#include "mqwarden/pipeline/tune_labels.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/rules/csv.h"

namespace mqwarden {
namespace {

absl::Status FaultAt(std::string_view text, Span span, std::string_view what) {
  const auto line =
      1 + std::count(text.begin(), text.begin() + span.begin, '\n');
  return absl::InvalidArgumentError(
      ToAbsl("line " + std::to_string(line) + " of the labels: " +
             std::string(what)));
}

std::vector<std::string> SplitAtSemicolons(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

bool TuneLabel::Concerns(std::string_view rule) const {
  return rules.empty() ||
         std::find(rules.begin(), rules.end(), rule) != rules.end();
}

bool TuneLabel::Fits(const Alert& alert) const {
  if (alert.time < from || alert.time > to) return false;
  for (const auto& [name, value] : group) {
    const auto field =
        std::find_if(alert.group.begin(), alert.group.end(),
                     [&name](const AlertField& f) { return f.name == name; });
    if (field == alert.group.end()) return false;
    std::string shown;
    AppendPlainValue(field->value, &shown);
    if (!EqualsIgnoreAsciiCase(shown, value)) return false;
  }
  return true;
}

absl::StatusOr<std::vector<TuneLabel>> ParseTuneLabels(std::string_view text) {
  const CsvFile file = ParseCsv(text);
  if (!file.faults.empty()) {
    return FaultAt(text, file.faults[0].span, file.faults[0].message);
  }
  const int from = file.FindColumn("from");
  const int to = file.FindColumn("to");
  if (from < 0 || to < 0) {
    return absl::InvalidArgumentError("the labels have no columns from and to");
  }
  std::vector<TuneLabel> labels;
  for (const CsvRow& row : file.rows) {
    const std::optional<Time> begin =
        ParseTime(row.cells[static_cast<size_t>(from)].text);
    const std::optional<Time> end =
        ParseTime(row.cells[static_cast<size_t>(to)].text);
    if (!begin || !end) {
      return FaultAt(text, row.span,
                     "expected instants such as 2026-11-20T22:00:00Z");
    }
    TuneLabel label;
    label.from = *begin;
    label.to = *end;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (static_cast<int>(i) == from || static_cast<int>(i) == to) continue;
      if (row.cells[i].text.empty() || file.header[i].text == "what") continue;
      if (file.header[i].text == "rule") {
        label.rules = SplitAtSemicolons(row.cells[i].text);
        continue;
      }
      label.group.emplace_back(file.header[i].text, row.cells[i].text);
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace mqwarden
