// `mqwarden check`: diagnostics and lint findings of a rule set are its product.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/pipeline/memory_bound.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

struct CheckFlags {
  std::vector<std::string> rules;
  std::string format = "text";
  bool memory = false;
  bool list_checks = false;
  std::vector<std::string> disabled;
  std::string fail_level = "error";
};

int ListChecks() {
  std::string text;
  for (const DiagnosticCodeInfo& info : AllDiagnosticCodes()) {
    if (info.severity != DiagnosticSeverity::kWarning) continue;
    std::string line(info.slug);
    line.resize(std::max<size_t>(line.size() + 2, 28), ' ');
    text.append(line).append(info.code).append("  ");
    text.append(info.title).append("\n");
  }
  return PrintProduct(text, kExitOk);
}

std::string Summary(const LoadedRules& loaded) {
  const CompileResult& result = loaded.result;
  std::string text;
  if (result.plan != nullptr) {
    text = CountOf(static_cast<long long>(result.plan->rules().size()), "rule");
    text += " and ";
    text += CountOf(static_cast<long long>(result.tests.size()), "test");
    text += " in ";
  }
  return text + CountOf(loaded.files, "file") + ": " +
         CountOf(result.diagnostics.error_count(), "error") + ", " +
         CountOf(result.diagnostics.warning_count(), "warning") + "\n";
}

int RunCheck(const CheckFlags& flags) {
  if (flags.list_checks) return ListChecks();
  if (flags.rules.empty()) {
    PrintMessage("check: RULES is required");
    return kExitUsage;
  }
  CompileOptions options;
  for (const std::string& name : flags.disabled) {
    const DiagnosticCodeInfo* const info = FindDiagnosticCode(name);
    if (info == nullptr || info->severity != DiagnosticSeverity::kWarning) {
      PrintMessage("check: -x " + EscapeForTerminal(name) +
                   ": no such check; see check --list-checks");
      return kExitUsage;
    }
    options.disabled_checks.emplace_back(info->slug);
  }

  const LoadedRules loaded = LoadRules(flags.rules, options);
  const DiagnosticList& list = loaded.result.diagnostics;
  int exit_code = loaded.exit_code;
  if (loaded.files == 0) return exit_code;
  if (exit_code == kExitOk && flags.fail_level == "warning" &&
      list.warning_count() > 0) {
    exit_code = kExitFindings;
  }
  if (flags.format == "json") {
    return PrintProduct(RenderJson(list) + "\n", exit_code);
  }
  std::string text = RenderText(list, {.color = StdoutHasColor()});
  if (flags.memory && loaded.result.plan != nullptr) {
    text.append(DescribeMemoryBounds(*loaded.result.plan, EngineOptions()));
  }
  return PrintProduct(text + Summary(loaded), exit_code);
}

}  // namespace

void AddCheckCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* const command = app->add_subcommand(
      "check", "Parse, type-check and lint rules; 2 when they do not compile");
  command->add_option("RULES", flags->rules, "Rule files and folders")
      ->type_name("");
  command->add_option("--format", flags->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--memory", flags->memory,
                    "Print how much memory each rule may take");
  command->add_flag("--list-checks", flags->list_checks,
                    "Print the lint checks and exit");
  command
      ->add_option("-x,--exclude", flags->disabled,
                   "Switch a lint check off, by name; may repeat")
      ->type_name("CHECK")
      ->allow_extra_args(false);
  command
      ->add_option("--fail-level", flags->fail_level,
                   "Exit 1 at findings of this level: error (default), warning")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"error", "warning"}));
  command->callback([=] { *action = [flags] { return RunCheck(*flags); }; });
}

}  // namespace mqwarden
