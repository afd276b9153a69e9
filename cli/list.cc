// `mqwarden list`: the rules and reports of a set, a line each.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

struct ListFlags {
  std::vector<std::string> rules;
  std::string format = "text";
};

// What it waits for, in the words of the language.
std::string FormOf(const RulePlan& rule) {
  if (rule.window.has_value()) {
    const std::string length = FormatDuration(rule.window->length);
    switch (rule.window->kind) {
      case WindowKind::kSliding: return "window " + length;
      case WindowKind::kTumbling: return "tumbling " + length;
      case WindowKind::kSession: return "session " + length;
    }
  }
  if (rule.seen.has_value()) {
    return (rule.seen->below == 1 ? "new " : "rare ") +
           FormatDuration(rule.seen->length);
  }
  if (rule.absent.has_value()) {
    return "absent " + FormatDuration(rule.absent->length);
  }
  if (rule.sequence.has_value()) {
    return "sequence " + FormatDuration(rule.sequence->length);
  }
  return "each event";
}

std::vector<std::string> SeveritiesOf(const RulePlan& rule) {
  std::vector<std::string> names;
  for (const SeverityCase& line : rule.severity) {
    names.emplace_back(SeverityName(line.severity));
  }
  for (const EscalationPlan& escalation : rule.escalations) {
    names.emplace_back(SeverityName(escalation.severity));
  }
  std::vector<std::string> once;
  for (std::string& name : names) {
    if (std::find(once.begin(), once.end(), name) == once.end()) {
      once.push_back(std::move(name));
    }
  }
  return once;
}

std::string TitleOf(const Template& title) {
  std::string text;
  for (const TemplatePart& part : title) {
    text += part.expr == kNoExpr ? part.literal : "{…}";
  }
  return text;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ",") + name;
  }
  return text;
}

using Row = std::array<std::string, 5>;

std::string Table(const std::vector<Row>& rows) {
  std::array<size_t, 5> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - row[i].size() + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

void AppendTexts(std::string_view key, const std::vector<std::string>& texts,
                 JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

int RunList(const ListFlags& flags) {
  const bool is_json = flags.format == "json";
  const LoadedRules loaded = LoadRulesAndReport(flags.rules, {}, is_json);
  if (loaded.exit_code != kExitOk) return loaded.exit_code;
  std::map<std::string_view, int> tests;
  for (const RuleTest& test : loaded.result.tests) ++tests[test.rule];
  const Plan& plan = *loaded.result.plan;

  std::vector<Row> rows;
  std::string text;
  JsonWriter json(&text);
  json.BeginArray();
  for (const auto& rule : plan.rules()) {
    const int count = tests.contains(rule->name) ? tests[rule->name] : 0;
    const std::string title = TitleOf(rule->title);
    rows.push_back({rule->name, Joined(SeveritiesOf(*rule)), FormOf(*rule),
                    CountOf(count, "test"), EscapeForTerminal(title)});
    json.BeginObject();
    json.Key("rule");
    json.String(rule->name);
    json.Key("version");
    json.String(rule->version);
    json.Key("title");
    json.String(title);
    AppendTexts("severity", SeveritiesOf(*rule), &json);
    json.Key("when");
    json.String(FormOf(*rule));
    AppendTexts("tags", rule->tags, &json);
    AppendTexts("notify", rule->notify, &json);
    json.Key("tests");
    json.Int(count);
    json.EndObject();
  }
  for (const auto& report : plan.reports()) {
    const std::string title = TitleOf(report->title);
    rows.push_back({report->name, "", "report", "", EscapeForTerminal(title)});
    json.BeginObject();
    json.Key("report");
    json.String(report->name);
    json.Key("version");
    json.String(report->version);
    json.Key("title");
    json.String(title);
    json.EndObject();
  }
  json.EndArray();
  return PrintProduct(is_json ? text + "\n" : Table(rows), kExitOk);
}

}  // namespace

void AddListCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<ListFlags>();
  CLI::App* const command =
      app->add_subcommand("list", "List rules and reports, a line each");
  command->add_option("RULES", flags->rules, "Rule files and folders")
      ->type_name("")
      ->required();
  command->add_option("--format", flags->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([=] { *action = [flags] { return RunList(*flags); }; });
}

}  // namespace mqwarden
