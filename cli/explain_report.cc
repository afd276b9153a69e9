#include "mqwarden/cli/explain_report.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

// The tree's depth is bounded by that of conditions.
void AppendNode(const ConditionNode& node, size_t indent, std::string* out) {
  out->append(indent, ' ').append(node.truth ? "true   " : "false  ");
  AppendEscapedForTerminal(node.text, out);
  if (!node.values.empty()) {
    out->append("   (");
    AppendEscapedForTerminal(node.values, out);
    out->append(")");
  }
  out->append("\n");
  for (const ConditionNode& part : node.parts) {
    AppendNode(part, indent + 2, out);
  }
}

void WriteNode(const ConditionNode& node, JsonWriter* json) {
  json->BeginObject();
  json->Key("text");
  json->String(node.text);
  json->Key("truth");
  json->Bool(node.truth);
  if (!node.values.empty()) {
    json->Key("values");
    json->String(node.values);
  }
  if (!node.parts.empty()) {
    json->Key("parts");
    json->BeginArray();
    for (const ConditionNode& part : node.parts) WriteNode(part, json);
    json->EndArray();
  }
  json->EndObject();
}

void AppendFact(std::string_view name, std::string_view text,
                std::string* out) {
  out->append("  ").append(name);
  out->append(name.size() < 14 ? 14 - name.size() : 1, ' ');
  AppendEscapedForTerminal(text, out);
  out->append("\n");
}

void AppendWindow(const ExplainedWindow& window, std::string* out) {
  out->append("\nwindow of ");
  AppendEscapedForTerminal(window.group, out);
  out->append(": ").append(CountOf(window.count, "event"));
  if (window.first && window.last) {
    out->append(", ").append(FormatTimeShort(*window.first));
    out->append(" to ").append(FormatTimeShort(*window.last));
  }
  out->append("\n");
  AppendNode(window.condition, 2, out);
  for (size_t i = 0; i < window.events.size(); ++i) {
    if (window.not_shown > 0 && i == window.events.size() / 2) {
      out->append("    ... ")
          .append(CountOf(window.not_shown, "event"))
          .append(" between them\n");
    }
    out->append("    ");
    AppendEscapedForTerminal(window.events[i], out);
    out->append("\n");
  }
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts,
                JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

void WriteWindow(const ExplainedWindow& window, JsonWriter* json) {
  json->BeginObject();
  json->Key("group");
  json->String(window.group);
  json->Key("count");
  json->Int(window.count);
  if (window.first && window.last) {
    json->Key("first");
    json->String(FormatTime(*window.first));
    json->Key("last");
    json->String(FormatTime(*window.last));
  }
  json->Key("condition");
  WriteNode(window.condition, json);
  json->Key("events");
  json->BeginArray();
  for (const std::string& event : window.events) json->Raw(event);
  json->EndArray();
  json->Key("not_shown");
  json->Int(window.not_shown);
  json->EndObject();
}

const RulePlan* RuleOf(const Plan* plan, const StoredAlert& alert) {
  if (plan == nullptr) return nullptr;
  const auto found = std::find_if(
      plan->rules().begin(), plan->rules().end(),
      [&alert](const auto& rule) { return rule->name == alert.Get("rule"); });
  return found == plan->rules().end() ? nullptr : found->get();
}

std::string_view VersionText(const RulePlan& rule, const StoredAlert& alert) {
  return rule.version == alert.Get("version")
             ? "the rule as it made the alert"
             : "the rule has changed since it made the alert";
}

}  // namespace

std::string EventExplanationText(const EventExplanation& why) {
  std::string text = "rule " + why.rule + " at event " +
                     std::to_string(why.event) + ", " +
                     FormatTimeShort(why.time) + ": ";
  text.append(ExplainedOutcomeName(why.outcome)).append("\n");
  AppendEscapedForTerminal(why.verdict, &text);
  text += "\n";
  for (const std::string& miss : why.misses) {
    AppendFact("short of", miss, &text);
  }
  text += "\n";
  AppendFact("event", why.event_json, &text);
  if (!why.when.empty()) AppendFact("when", why.when, &text);
  for (const std::string& limit : why.limits) AppendFact("limit", limit, &text);
  for (const Alert& alert : why.alerts) {
    AppendFact("alert", ToHex(alert.id) + " " +
                            std::string(SeverityName(alert.severity)) + " " +
                            alert.summary,
               &text);
  }
  for (const ExplainedCondition& condition : why.conditions) {
    text.append("\n");
    AppendEscapedForTerminal(condition.name, &text);
    text.append("\n");
    AppendNode(condition.condition, 2, &text);
  }
  for (const ExplainedWindow& window : why.windows) {
    AppendWindow(window, &text);
  }
  return text;
}

std::string EventExplanationJson(const EventExplanation& why) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("schema");
  json.String("mqwarden.explanation.v1");
  json.Key("rule");
  json.String(why.rule);
  json.Key("event");
  json.Int(why.event);
  json.Key("time");
  json.String(FormatTime(why.time));
  json.Key("outcome");
  json.String(ExplainedOutcomeName(why.outcome));
  json.Key("verdict");
  json.String(why.verdict);
  WriteTexts("misses", why.misses, &json);
  json.Key("when");
  json.String(why.when);
  WriteTexts("limits", why.limits, &json);
  json.Key("alerts");
  json.BeginArray();
  for (const Alert& alert : why.alerts) json.String(ToHex(alert.id));
  json.EndArray();
  json.Key("conditions");
  json.BeginArray();
  for (const ExplainedCondition& condition : why.conditions) {
    json.BeginObject();
    json.Key("name");
    json.String(condition.name);
    json.Key("condition");
    WriteNode(condition.condition, &json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("windows");
  json.BeginArray();
  for (const ExplainedWindow& window : why.windows) WriteWindow(window, &json);
  json.EndArray();
  json.Key("input");
  json.Raw(why.event_json);
  json.EndObject();
  text.push_back('\n');
  return text;
}

std::string StoredAlertsText(std::span<const StoredAlert> alerts,
                             const Plan* plan) {
  std::string text;
  for (const StoredAlert& alert : alerts) {
    if (!text.empty()) text += "\n";
    AppendEscapedForTerminal(alert.Get("state"), &text);
    text += " ";
    AppendEscapedForTerminal(alert.Get("severity"), &text);
    text += ": ";
    AppendEscapedForTerminal(alert.Get("title"), &text);
    text += "\n";
    for (const auto& [key, value] : alert.facts) {
      if (key == "schema" || key == "title" || key == "state" ||
          key == "severity") {
        continue;
      }
      AppendFact(EscapeForTerminal(key), value, &text);
    }
    for (const std::string& event : alert.evidence) {
      AppendFact("evidence", event, &text);
    }
  }
  if (plan == nullptr || alerts.empty()) return text;
  const RulePlan* const rule = RuleOf(plan, alerts[0]);
  if (rule == nullptr) return text + "\nthe rule is not in the rule set\n";
  text += "\n" + rule->name + ": ";
  text.append(VersionText(*rule, alerts[0])).append("\n");
  for (const RuleClause& clause : RuleClauses(plan->pool(), *rule)) {
    AppendFact(clause.name, clause.text, &text);
  }
  return text;
}

std::string StoredAlertsJson(std::span<const StoredAlert> alerts,
                             const Plan* plan) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("alerts");
  json.BeginArray();
  for (const StoredAlert& alert : alerts) {
    json.BeginObject();
    for (const auto& [key, value] : alert.facts) {
      json.Key(key);
      json.String(value);
    }
    WriteTexts("evidence", alert.evidence, &json);
    json.EndObject();
  }
  json.EndArray();
  const RulePlan* const rule =
      alerts.empty() ? nullptr : RuleOf(plan, alerts[0]);
  if (rule != nullptr) {
    json.Key("same_version");
    json.Bool(rule->version == alerts[0].Get("version"));
    json.Key("clauses");
    json.BeginArray();
    for (const RuleClause& clause : RuleClauses(plan->pool(), *rule)) {
      json.BeginObject();
      json.Key("name");
      json.String(clause.name);
      json.Key("text");
      json.String(clause.text);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  text.push_back('\n');
  return text;
}

}  // namespace mqwarden
