#include "mqwarden/cli/diff_report.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

// One kind of change: how it is named and marked.
struct ChangeKind {
  std::string_view name;
  char mark;
  std::vector<AlertChange> RuleDiff::* list;
};
constexpr ChangeKind kKinds[] = {
    {"gone", '-', &RuleDiff::gone},
    {"new", '+', &RuleDiff::added},
    {"moved", '~', &RuleDiff::moved},
    {"altered", '=', &RuleDiff::altered},
};

struct Totals {
  int64_t same = 0;
  int64_t counts[4] = {};
  int64_t rules_differ = 0;
};

int64_t CountOfKind(const RuleDiff& rule, const ChangeKind& kind) {
  return static_cast<int64_t>((rule.*kind.list).size());
}

Totals TotalsOf(const AlertDiff& diff) {
  Totals totals;
  for (const RuleDiff& rule : diff.rules) {
    totals.same += rule.same;
    for (size_t i = 0; i < 4; ++i) {
      totals.counts[i] += CountOfKind(rule, kKinds[i]);
    }
    if (rule.differs()) ++totals.rules_differ;
  }
  return totals;
}

int64_t OldAlerts(const RuleDiff& rule) {
  return rule.same +
         static_cast<int64_t>(rule.gone.size() + rule.moved.size());
}
int64_t NewAlerts(const RuleDiff& rule) {
  return rule.same +
         static_cast<int64_t>(rule.added.size() + rule.moved.size());
}

// "2 gone, 0 new, 1 moved, 4 same (1 altered)"
std::string CountsText(const int64_t (&counts)[4], int64_t same) {
  std::string text;
  for (size_t i = 0; i < 3; ++i) {
    text.append(std::to_string(counts[i])).append(" ");
    text.append(kKinds[i].name).append(", ");
  }
  text.append(std::to_string(same)).append(" same");
  if (counts[3] > 0) text += " (" + std::to_string(counts[3]) + " altered)";
  return text;
}

std::string RuleCounts(const RuleDiff& rule) {
  int64_t counts[4];
  for (size_t i = 0; i < 4; ++i) counts[i] = CountOfKind(rule, kKinds[i]);
  return CountsText(counts, rule.same);
}

// The counters that differ, "excluded 0 -> 40"; "" where none does or where one
// set lacks the rule.
std::string CountersText(const RuleDiff& rule) {
  if (!rule.in_old || !rule.in_new) return "";
  static constexpr std::pair<std::string_view, int64_t RuleStats::*>
      kCounters[] = {
          {"matched", &RuleStats::matched},
          {"excluded", &RuleStats::excluded},
          {"without key", &RuleStats::without_key},
          {"fired", &RuleStats::fired},
          {"muted", &RuleStats::muted},
          {"limited", &RuleStats::limited},
      };
  std::string text;
  for (const auto& [name, counter] : kCounters) {
    const int64_t before = rule.old_stats.*counter;
    const int64_t after = rule.new_stats.*counter;
    if (before == after) continue;
    if (!text.empty()) text += ", ";
    text.append(name).append(" ").append(std::to_string(before));
    text.append(" -> ").append(std::to_string(after));
  }
  return text;
}

std::string InputText(const AlertDiff& diff) {
  const ReplayResult& replay = diff.replay;
  std::string text = CountOf(replay.engine.events, "event");
  if (replay.first_event) {
    text += " from " + FormatTimeShort(*replay.first_event) + " to " +
            FormatTimeShort(*replay.last_event);
  }
  return text;
}

const DiffAlert& Shown(const AlertChange& change) {
  return change.after ? *change.after : *change.before;
}

std::string TimesText(const AlertChange& change) {
  if (change.before && change.after &&
      change.before->time != change.after->time) {
    return FormatTimeShort(change.before->time) + " -> " +
           FormatTimeShort(change.after->time);
  }
  return FormatTimeShort(Shown(change).time);
}

void AppendChange(const ChangeKind& kind, const AlertChange& change,
                  std::string* out) {
  const DiffAlert& alert = Shown(change);
  out->append("    ").push_back(kind.mark);
  out->append(" ").append(TimesText(change)).append("  ");
  out->append(SeverityName(alert.severity));
  if (alert.state != AlertState::kOpen) {
    out->append(" ").append(AlertStateName(alert.state));
  }
  if (!alert.group.empty()) {
    out->append("  ");
    AppendEscapedForTerminal(alert.group, out);
  }
  out->append("  ");
  AppendEscapedForTerminal(alert.summary, out);
  if (!change.cause.empty()) {
    out->append("  [");
    AppendEscapedForTerminal(change.cause, out);
    out->append("]");
  }
  out->append("\n");
}

void AppendRule(const RuleDiff& rule, int64_t limit, std::string* out) {
  out->append("\nrule ").append(rule.rule).append(": ");
  out->append(CountOf(OldAlerts(rule), "alert")).append(" -> ");
  out->append(std::to_string(NewAlerts(rule))).append(": ");
  out->append(RuleCounts(rule)).append("\n");
  for (const std::string& cause : rule.causes) {
    out->append("  ");
    AppendEscapedForTerminal(cause, out);
    out->append("\n");
  }
  const std::string counters = CountersText(rule);
  if (!counters.empty()) out->append("  ").append(counters).append("\n");
  for (const ChangeKind& kind : kKinds) {
    const std::vector<AlertChange>& list = rule.*kind.list;
    const size_t shown = std::min(list.size(), static_cast<size_t>(limit));
    for (size_t i = 0; i < shown; ++i) AppendChange(kind, list[i], out);
    if (shown < list.size()) {
      out->append("    ").push_back(kind.mark);
      out->append(" ").append(std::to_string(list.size() - shown));
      out->append(" more ").append(kind.name).append("\n");
    }
  }
}

// Rules that changed and whose alerts did not are worth a line.
bool IsShown(const RuleDiff& rule) {
  return rule.differs() || !rule.causes.empty();
}

int64_t RulesAlike(const AlertDiff& diff) {
  int64_t count = 0;
  for (const RuleDiff& rule : diff.rules) count += IsShown(rule) ? 0 : 1;
  return count;
}

void WriteAlert(std::string_view key, const std::optional<DiffAlert>& alert,
                JsonWriter* json) {
  if (!alert) return;
  json->Key(key);
  json->BeginObject();
  json->Key("state");
  json->String(AlertStateName(alert->state));
  json->Key("severity");
  json->String(SeverityName(alert->severity));
  json->Key("time");
  json->String(FormatTime(alert->time));
  json->Key("count");
  json->Int(alert->count);
  json->Key("group");
  json->Raw(alert->group_json);
  json->Key("summary");
  json->String(alert->summary);
  json->EndObject();
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts,
                JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void WriteCounters(std::string_view key, const RuleStats& stats,
                   JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  const auto member = [json](std::string_view name, int64_t value) {
    json->Key(name);
    json->Int(value);
  };
  member("matched", stats.matched);
  member("excluded", stats.excluded);
  member("without_key", stats.without_key);
  member("fired", stats.fired);
  member("muted", stats.muted);
  member("limited", stats.limited);
  member("sent", stats.sent);
  json->EndObject();
}

void WriteCounts(const int64_t (&counts)[4], int64_t same, JsonWriter* json) {
  json->Key("counts");
  json->BeginObject();
  for (size_t i = 0; i < 4; ++i) {
    json->Key(kKinds[i].name);
    json->Int(counts[i]);
  }
  json->Key("same");
  json->Int(same);
  json->EndObject();
}

void WriteRule(const RuleDiff& rule, int64_t limit, JsonWriter* json) {
  json->Key(rule.rule);
  json->BeginObject();
  json->Key("in_old");
  json->Bool(rule.in_old);
  json->Key("in_new");
  json->Bool(rule.in_new);
  int64_t counts[4];
  for (size_t i = 0; i < 4; ++i) counts[i] = CountOfKind(rule, kKinds[i]);
  WriteCounts(counts, rule.same, json);
  WriteTexts("causes", rule.causes, json);
  if (rule.in_old) WriteCounters("old", rule.old_stats, json);
  if (rule.in_new) WriteCounters("new", rule.new_stats, json);
  json->Key("alerts");
  json->BeginArray();
  for (const ChangeKind& kind : kKinds) {
    int64_t shown = 0;
    for (const AlertChange& change : rule.*kind.list) {
      if (shown++ == limit) break;
      json->BeginObject();
      json->Key("change");
      json->String(kind.name);
      WriteAlert("old", change.before, json);
      WriteAlert("new", change.after, json);
      if (!change.cause.empty()) {
        json->Key("cause");
        json->String(change.cause);
      }
      json->EndObject();
    }
  }
  json->EndArray();
  json->EndObject();
}

// A code span of one line, also within a table.
std::string Code(std::string_view text) {
  std::string out = "`";
  for (const char c : EscapeForTerminal(text)) {
    if (c == '`') {
      out.push_back('\'');
    } else if (c == '|') {
      out.append("\\|");
    } else {
      out.push_back(c);
    }
  }
  return out + "`";
}

void AppendMarkdownRule(const RuleDiff& rule, int64_t limit,
                        std::string* out) {
  out->append("\n<details><summary>").append(rule.rule).append(": ");
  out->append(RuleCounts(rule)).append("</summary>\n\n");
  for (const std::string& cause : rule.causes) {
    out->append("* ").append(Code(cause)).append("\n");
  }
  const std::string counters = CountersText(rule);
  if (!counters.empty()) out->append("* ").append(counters).append("\n");
  if (!rule.differs()) {
    out->append("\n</details>\n");
    return;
  }
  out->append("\n| | time | severity | group | alert | cause |\n");
  out->append("|---|---|---|---|---|---|\n");
  for (const ChangeKind& kind : kKinds) {
    const std::vector<AlertChange>& list = rule.*kind.list;
    const size_t shown = std::min(list.size(), static_cast<size_t>(limit));
    for (size_t i = 0; i < shown; ++i) {
      const DiffAlert& alert = Shown(list[i]);
      out->append("| ").append(kind.name).append(" | ");
      out->append(TimesText(list[i])).append(" | ");
      out->append(SeverityName(alert.severity));
      if (alert.state != AlertState::kOpen) {
        out->append(" ").append(AlertStateName(alert.state));
      }
      out->append(" | ").append(alert.group.empty() ? "" : Code(alert.group));
      out->append(" | ").append(Code(alert.summary)).append(" | ");
      if (!list[i].cause.empty()) out->append(Code(list[i].cause));
      out->append(" |\n");
    }
    if (shown < list.size()) {
      out->append("| ").append(kind.name).append(" | ");
      out->append(std::to_string(list.size() - shown));
      out->append(" more | | | | |\n");
    }
  }
  out->append("\n</details>\n");
}

}  // namespace

std::string DiffText(const AlertDiff& diff, int64_t limit) {
  const Totals totals = TotalsOf(diff);
  std::string text =
      InputText(diff) + ": " + CountsText(totals.counts, totals.same) + "\n";
  for (const std::string& cause : diff.causes) {
    text.append(EscapeForTerminal(cause)).append("\n");
  }
  for (const RuleDiff& rule : diff.rules) {
    if (IsShown(rule)) AppendRule(rule, limit, &text);
  }
  const int64_t alike = RulesAlike(diff);
  if (alike > 0) {
    text.append(alike == static_cast<int64_t>(diff.rules.size()) ? "" : "\n");
    text.append(CountOf(alike, "rule")).append(" alike\n");
  }
  return text;
}

std::string DiffJson(const AlertDiff& diff, int64_t limit) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("schema");
  json.String("mqwarden.diff.v1");
  json.Key("differs");
  json.Bool(diff.differs());
  json.Key("events");
  json.Int(diff.replay.engine.events);
  const Totals totals = TotalsOf(diff);
  WriteCounts(totals.counts, totals.same, &json);
  WriteTexts("causes", diff.causes, &json);
  json.Key("rules");
  json.BeginObject();
  for (const RuleDiff& rule : diff.rules) WriteRule(rule, limit, &json);
  json.EndObject();
  json.EndObject();
  text.push_back('\n');
  return text;
}

std::string DiffMarkdown(const AlertDiff& diff, int64_t limit) {
  const Totals totals = TotalsOf(diff);
  std::string text = "### Alerts: ";
  text += diff.differs() ? CountsText(totals.counts, totals.same)
                         : "no difference, " + std::to_string(totals.same) +
                               " same";
  text += "\n\nOver " + InputText(diff) + ".\n";
  for (const std::string& cause : diff.causes) {
    text += "\n* " + Code(cause) + "\n";
  }
  const int64_t alike = RulesAlike(diff);
  if (alike < static_cast<int64_t>(diff.rules.size())) {
    text += "\n| rule | old | new | gone | added | moved | altered |\n"
            "|---|--:|--:|--:|--:|--:|--:|\n";
    for (const RuleDiff& rule : diff.rules) {
      if (!IsShown(rule)) continue;
      text += "| " + rule.rule + " | " + std::to_string(OldAlerts(rule)) +
              " | " + std::to_string(NewAlerts(rule));
      for (const ChangeKind& kind : kKinds) {
        text += " | " + std::to_string(CountOfKind(rule, kind));
      }
      text += " |\n";
    }
  }
  if (alike > 0) text += "\n" + CountOf(alike, "rule") + " alike.\n";
  for (const RuleDiff& rule : diff.rules) {
    if (IsShown(rule)) AppendMarkdownRule(rule, limit, &text);
  }
  return text;
}

}  // namespace mqwarden
