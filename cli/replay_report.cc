#include "mqwarden/cli/replay_report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <ratio>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"

namespace mqwarden {
namespace {

// As much of a bad record as a line has room for.
constexpr size_t kExcerptBytes = 60;
// Reasons and files that get a line of their own.
constexpr int kMaxFaultLines = 20;

constexpr size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::string PerDay(int64_t alerts, Duration span) {
  const double days = std::max(
      1.0, std::chrono::duration<double, std::ratio<86400>>(span).count());
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", static_cast<double>(alerts) / days);
  return text;
}

// "2026-01-05 09h (12)"
std::string BusiestHour(const AlertFigures& figures) {
  if (!figures.busiest_hour) return "-";
  std::string hour = FormatTime(*figures.busiest_hour).substr(0, 13);
  std::replace(hour.begin(), hour.end(), 'T', ' ');
  return hour + "h (" + std::to_string(figures.busiest_hour_alerts) + ")";
}

Row MakeRow(std::string name, const AlertFigures& figures, Duration span,
            int64_t muted, int64_t limited) {
  return {std::move(name),
          std::to_string(figures.alerts),
          PerDay(figures.alerts, span),
          std::to_string(figures.groups),
          BusiestHour(figures),
          std::to_string(muted),
          std::to_string(limited)};
}

void AppendTable(const std::vector<Row>& rows, std::string* out) {
  std::array<size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < kColumns; ++i) {
      const std::string gap(widths[i] - row[i].size(), ' ');
      // Names and hours to the left, numbers to the right.
      const bool left = i == 0 || i == 4;
      line.append(left ? row[i] + gap : gap + row[i]);
      if (i + 1 < kColumns) line.append("  ");
    }
    out->append(line).append("\n");
  }
}

void Member(std::string_view key, int64_t value, JsonWriter* json) {
  json->Key(key);
  json->Int(value);
}

void WriteRule(const RuleStats& rule, JsonWriter* json) {
  json->Key(rule.rule);
  json->BeginObject();
  Member("matched", rule.matched, json);
  Member("excluded", rule.excluded, json);
  if (!rule.excluded_by_label.empty()) {
    json->Key("excluded_by_label");
    json->BeginObject();
    for (const auto& [label, count] : rule.excluded_by_label) {
      Member(label, count, json);
    }
    json->EndObject();
  }
  Member("without_key", rule.without_key, json);
  Member("fired", rule.fired, json);
  Member("muted", rule.muted, json);
  Member("limited", rule.limited, json);
  Member("sent", rule.sent, json);
  Member("undecided", rule.undecided, json);
  Member("keys_live", rule.keys_live, json);
  Member("keys_evicted", rule.keys_evicted, json);
  if (rule.unsure > 0) Member("unsure", rule.unsure, json);
  Member("evaluations", rule.evaluations, json);
  json->EndObject();
}

// What stage 0 made of the events, where it made anything of them.
void WriteJoins(const ReplayResult& result, JsonWriter* json) {
  const EventJoinsStats& joins = result.joins;
  const auto optional = [json](std::string_view key, int64_t value) {
    if (value > 0) Member(key, value, json);
  };
  optional("changes_paired", joins.changes.pairs);
  optional("changes_unpaired", joins.changes.alone);
  optional("completed_from_connection", joins.connections.completed);
  optional("joins_given_up", joins.changes.given_up +
                                 joins.connections.given_up +
                                 joins.same_facts.given_up);
  const std::map<std::string, int64_t> passed_over = result.passed_over();
  if (passed_over.empty()) return;
  json->Key("passed_over");
  json->BeginObject();
  for (const auto& [what, count] : passed_over) Member(what, count, json);
  json->EndObject();
}

std::string ShownPath(const InputReport& file) {
  return file.path == "-" ? "standard input" : EscapeForTerminal(file.path);
}

}  // namespace

std::string SummaryTable(const ReplayResult& result) {
  std::string text = CountOf(result.engine.events, "event");
  Duration span{};
  if (result.first_event) {
    span = SaturatingSub(*result.last_event, *result.first_event);
    text.append(" from ").append(FormatTimeShort(*result.first_event));
    text.append(" to ").append(FormatTimeShort(*result.last_event));
  }
  const int64_t rejected = result.rejected_count();
  if (rejected > 0) {
    text.append(", " + CountOf(rejected, "record") + " rejected");
  }
  text.append("\n\n");

  std::vector<Row> rows = {{"rule", "alerts", "per day", "groups",
                            "busiest hour (UTC)", "muted", "limited"}};
  int64_t muted = 0;
  int64_t limited = 0;
  for (const RuleStats& rule : result.engine.rules) {
    const auto figures = result.rules.find(rule.rule);
    rows.push_back(MakeRow(
        rule.rule,
        figures == result.rules.end() ? AlertFigures() : figures->second, span,
        rule.muted, rule.limited));
    muted += rule.muted;
    limited += rule.limited;
  }
  rows.push_back(MakeRow("all", result.total, span, muted, limited));
  AppendTable(rows, &text);
  return text;
}

std::string StatsJson(const ReplayResult& result, Hash128 alerts_hash,
                      double seconds) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("events");
  json.BeginObject();
  Member("read", result.read(), &json);
  Member("normalized", result.normalized(), &json);
  json.Key("rejected");
  json.BeginObject();
  for (const auto& [reason, count] : result.rejected()) {
    Member(reason, count, &json);
  }
  json.EndObject();
  Member("duplicates", result.joins.duplicates(), &json);
  Member("late", result.engine.late, &json);
  // Only --from and --to leave normalized events out.
  if (result.outside() > 0) Member("outside", result.outside(), &json);
  WriteJoins(result, &json);
  json.EndObject();
  json.Key("rules");
  json.BeginObject();
  for (const RuleStats& rule : result.engine.rules) WriteRule(rule, &json);
  json.EndObject();
  Member("bytes", result.bytes(), &json);
  char number[32];
  std::snprintf(number, sizeof(number), "%.6f", seconds);
  json.Key("seconds");
  json.Raw(number);
  json.Key("alerts_hash");
  json.String(ToHex(alerts_hash));
  json.EndObject();
  text.push_back('\n');
  return text;
}

std::string InputFaults(std::span<const InputReport> files) {
  std::string text;
  int lines = 0;
  int64_t more = 0;
  for (const InputReport& file : files) {
    for (const auto& [reason, report] : file.rejected) {
      if (++lines > kMaxFaultLines) {
        more += report.count;
        continue;
      }
      text.append("mqwarden: ").append(ShownPath(file)).append(": ");
      text.append(CountOf(report.count, "record")).append(" rejected: ");
      text.append(EscapeForTerminal(reason));
      text.append(report.count == 1 ? " (at byte " : " (first at byte ");
      text.append(std::to_string(report.first_offset));
      if (!report.first_detail.empty()) {
        text.append(", ").append(EscapeForTerminal(report.first_detail));
      }
      if (!report.first_excerpt.empty()) {
        const std::string_view excerpt = report.first_excerpt;
        text.append(": \"");
        text.append(EscapeForTerminal(excerpt.substr(0, kExcerptBytes)));
        if (excerpt.size() > kExcerptBytes) text.append("…");
        text.append("\"");
      }
      text.append(")\n");
    }
    if (!file.damage.empty()) {
      text.append("mqwarden: ").append(ShownPath(file)).append(": ");
      text.append(EscapeForTerminal(file.damage));
      text.append("; what stands before the damage was read\n");
    }
  }
  if (more > 0) {
    text.append("mqwarden: " + CountOf(more, "more record") + " rejected\n");
  }
  return text;
}

std::string PassedOver(std::span<const InputReport> files) {
  std::string text;
  for (const InputReport& file : files) {
    if (file.passed_over.empty()) continue;
    text.append("mqwarden: ").append(ShownPath(file)).append(": passed over: ");
    std::string_view comma;
    for (const auto& [what, count] : file.passed_over) {
      text.append(comma).append(std::to_string(count)).append(" ");
      text.append(EscapeForTerminal(what));
      comma = ", ";
    }
    text.append("\n");
  }
  return text;
}

int JudgeInputs(std::span<const InputReport> files,
                const std::string& max_bad) {
  int64_t rejected = 0;
  int64_t read = 0;
  bool damaged = false;
  for (const InputReport& file : files) {
    rejected += file.rejected_count();
    read += file.read;
    damaged = damaged || !file.damage.empty();
  }
  if (ExceedsMaxBad(max_bad, rejected, read)) {
    PrintMessage("damaged input: " + std::to_string(rejected) + " of " +
                 CountOf(read, "record") + " rejected, more than --max-bad " +
                 EscapeForTerminal(max_bad) + " allows");
    return kExitDamaged;
  }
  return damaged ? kExitDamaged : kExitOk;
}

}  // namespace mqwarden
