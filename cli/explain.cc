// `mqwarden explain`: what a diagnostic means, what an alert says, and why a rule
// fired at an event or did not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/explain_report.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_options.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/pipeline/explain.h"
#include "mqwarden/pipeline/stored_alerts.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

constexpr size_t kLineBytes = 78;

// Breaks `text` at blanks into lines of about that length.
std::string Wrap(std::string_view text) {
  std::string wrapped;
  size_t column = 0;
  while (!text.empty()) {
    const size_t blank = std::min(text.find(' '), text.size());
    if (column > 0 && column + 1 + blank > kLineBytes) {
      wrapped.push_back('\n');
      column = 0;
    } else if (column > 0) {
      wrapped.push_back(' ');
      ++column;
    }
    wrapped.append(text.substr(0, blank));
    column += blank;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return wrapped;
}

struct ExplainFlags {
  std::vector<std::string> rules;
  std::string rule;
  std::optional<int64_t> event;
  std::string alert;
  std::string format = "text";
  InputFlags input;  // its inputs hold the code, where that is asked for
};

int Refuse(std::string_view message) {
  PrintMessage("explain: " + std::string(message));
  return kExitUsage;
}

int ExplainCode(const std::string& code) {
  const DiagnosticCodeInfo* const info = FindDiagnosticCode(code);
  if (info == nullptr) {
    return Refuse("no diagnostic " + EscapeForTerminal(code) +
                  "; codes look like R0203");
  }
  const bool error = info->severity == DiagnosticSeverity::kError;
  std::string text = error ? "error[" : "warning[";
  text.append(info->code).append("] ").append(info->slug).append(": ");
  text.append(info->title).append("\n\n").append(Wrap(info->explanation));
  text.push_back('\n');
  return PrintProduct(text, kExitOk);
}

LoadedRules Load(const ExplainFlags& flags) {
  CompileOptions compile;
  compile.build_tests = false;
  return LoadRulesAndReport(flags.rules, compile, flags.format == "json");
}

int ExplainAlert(const ExplainFlags& flags) {
  LoadedRules loaded;
  if (!flags.rules.empty()) {
    loaded = Load(flags);
    if (loaded.exit_code != kExitOk) return loaded.exit_code;
  }
  const auto alerts = FindStoredAlerts(flags.input.inputs, flags.alert);
  if (!alerts.ok()) {
    PrintStatus(alerts.status());
    return kExitUsage;
  }
  if (alerts->empty()) {
    return Refuse("no alert " + EscapeForTerminal(flags.alert) + " in ALERTS");
  }
  const Plan* const plan = loaded.result.plan.get();
  return PrintProduct(flags.format == "json"
                          ? StoredAlertsJson(*alerts, plan)
                          : StoredAlertsText(*alerts, plan),
                      kExitOk);
}

int ExplainAtEvent(const ExplainFlags& flags) {
  const LoadedRules loaded = Load(flags);
  if (loaded.exit_code != kExitOk) return loaded.exit_code;
  ProgressBar bar(!flags.input.no_progress);
  const absl::StatusOr<EventExplanation> why =
      ExplainEvent(loaded.result.plan, flags.rule, *flags.event,
                   ReplayOptionsOf(flags.input, &bar));
  bar.Erase();
  if (!why.ok()) {
    PrintStatus(why.status());
    return kExitUsage;
  }
  PrintToStderr(InputFaults(why->files));
  return PrintProduct(flags.format == "json" ? EventExplanationJson(*why)
                                             : EventExplanationText(*why),
                      JudgeInputs(why->files, flags.input.max_bad));
}

int RunExplain(const ExplainFlags& flags) {
  const std::vector<std::string>& given = flags.input.inputs;
  if (!flags.alert.empty()) {
    if (flags.event || !flags.rule.empty()) {
      return Refuse("--alert takes neither --rule nor --event");
    }
    if (given.empty()) return Refuse("--alert needs ALERTS, a file of alerts");
    return ExplainAlert(flags);
  }
  if (!flags.rules.empty() || !flags.rule.empty() || flags.event) {
    if (flags.rules.empty()) return Refuse("-r RULES is required");
    if (flags.rule.empty()) return Refuse("--rule NAME is required");
    if (!flags.event) return Refuse("--event N is required");
    if (given.empty()) return Refuse("INPUT is required");
    return ExplainAtEvent(flags);
  }
  if (given.empty()) return Refuse("CODE is required");
  if (given.size() > 1) return Refuse("one CODE at a time");
  return ExplainCode(given[0]);
}

}  // namespace

void AddExplainCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App* const command = app->add_subcommand(
      "explain", "Explain a diagnostic, an alert, or a rule at an event");
  AddInputFlags(command, &flags->input);
  command->get_option("INPUT")->required(false)->description(
      "The code (R0203) or the check's name; with --alert files of alerts, "
      "with --event the events");
  AddRulesOption(command, &flags->rules);
  command->add_option("--rule", flags->rule, "The rule to explain")
      ->type_name("NAME");
  command
      ->add_option("--event", flags->event,
                   "Why the rule fired, or not, at the N-th event, counted from "
                   "1 as normalize prints them")
      ->type_name("N")
      ->check(WholeNumberFrom(1));
  command
      ->add_option("--alert", flags->alert,
                   "What the alert with this id says; with -r also its rule")
      ->type_name("ID");
  command->add_option("--format", flags->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([=] { *action = [flags] { return RunExplain(*flags); }; });
}

}  // namespace mqwarden
