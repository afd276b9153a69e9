#include "mqwarden/cli/profile_report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "mqwarden/cli/console.h"

namespace mqwarden {
namespace {

constexpr size_t kColumns = 8;
using Row = std::array<std::string, kColumns>;

std::string Percent(double part, double whole) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f%%",
                whole > 0 ? 100 * part / whole : 0.0);
  return text;
}

void AppendStage(const char* name, double seconds, double whole,
                 std::string* out) {
  char line[96];
  std::snprintf(line, sizeof(line), "%-32s %8.3f s  %6s\n", name, seconds,
                Percent(seconds, whole).c_str());
  out->append(line);
}

Row RowOf(const RuleProfile& rule, int64_t rules_ns) {
  char each[32];
  std::snprintf(each, sizeof(each), "%.1f",
                rule.candidates > 0 ? static_cast<double>(rule.ns) /
                                          static_cast<double>(rule.candidates)
                                    : 0.0);
  return {rule.rule,
          std::to_string(rule.evaluations),
          std::to_string(rule.candidates),
          std::to_string(rule.matched),
          each,
          Percent(static_cast<double>(rule.ns), static_cast<double>(rules_ns)),
          std::to_string(rule.keys_live),
          std::to_string(rule.state_bytes)};
}

void AppendTable(const std::vector<Row>& rows, std::string* out) {
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) {
      const std::string gap(widths[i] - row[i].size(), ' ');
      if (i > 0) out->append("  ");
      out->append(i == 0 ? row[i] + gap : gap + row[i]);
    }
    out->append("\n");
  }
}

}  // namespace

int64_t SteadyNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string ProfileTable(const EngineProfile& profile, double seconds) {
  std::string text;
  const double lookup = static_cast<double>(profile.lookup_ns) * 1e-9;
  const double rules = static_cast<double>(profile.rules_ns) * 1e-9;
  AppendStage("finding the rules of an event", lookup, seconds, &text);
  AppendStage("rules: conditions, windows, alerts", rules, seconds, &text);
  AppendStage("reading, decoding, order, output",
              std::max(0.0, seconds - lookup - rules), seconds, &text);
  text.append("\n");

  std::vector<RuleProfile> sorted = profile.rules;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const RuleProfile& a, const RuleProfile& b) {
                     if (a.ns != b.ns) return a.ns > b.ns;
                     return a.candidates > b.candidates;
                   });
  std::vector<Row> rows = {{"rule", "events", "candidates", "matched",
                            "ns each", "share", "keys", "bytes"}};
  int64_t idle = 0;
  for (const RuleProfile& rule : sorted) {
    if (rule.candidates == 0) {
      ++idle;
    } else {
      rows.push_back(RowOf(rule, profile.rules_ns));
    }
  }
  AppendTable(rows, &text);
  if (idle > 0) {
    text.append(CountOf(idle, "rule") + " that no event was a candidate for\n");
  }
  return text;
}

}  // namespace mqwarden
