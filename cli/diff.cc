// `mqwarden diff`: what a change of rules does to the alerts of the same logs.
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/diff_report.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_options.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/pipeline/alert_diff.h"

namespace mqwarden {
namespace {

// Alerts of a kind and rule that people are shown without --limit.
constexpr int64_t kShownAlerts = 10;

struct DiffFlags {
  std::string old_rules;
  std::string new_rules;
  InputFlags input;
  std::string format = "text";
  std::optional<int64_t> limit;
  bool exit_code = false;
};

std::string Render(const DiffFlags& flags, const AlertDiff& diff) {
  if (flags.format == "json") {
    return DiffJson(diff,
                    flags.limit.value_or(std::numeric_limits<int64_t>::max()));
  }
  const int64_t limit = flags.limit.value_or(kShownAlerts);
  return flags.format == "markdown" ? DiffMarkdown(diff, limit)
                                    : DiffText(diff, limit);
}

int RunDiff(const DiffFlags& flags) {
  CompileOptions compile;
  compile.build_tests = false;
  const bool is_json = flags.format == "json";
  const LoadedRules olds =
      LoadRulesAndReport({flags.old_rules}, compile, is_json);
  if (olds.exit_code != kExitOk) return olds.exit_code;
  const LoadedRules news =
      LoadRulesAndReport({flags.new_rules}, compile, is_json);
  if (news.exit_code != kExitOk) return news.exit_code;

  ProgressBar bar(!flags.input.no_progress);
  const absl::StatusOr<AlertDiff> diff =
      DiffAlerts(olds.result.plan, news.result.plan,
                 ReplayOptionsOf(flags.input, &bar));
  bar.Erase();
  if (!diff.ok()) {
    PrintStatus(diff.status());
    return kExitUsage;
  }
  PrintToStderr(InputFaults(diff->replay.files));
  int exit_code = JudgeInputs(diff->replay.files, flags.input.max_bad);
  if (diff->replay.interrupted) {
    PrintMessage("interrupted: the result is partial");
    exit_code = kExitInterrupted;
  }
  if (exit_code == kExitOk && flags.exit_code && diff->differs()) {
    exit_code = kExitFindings;
  }
  return PrintProduct(Render(flags, *diff), exit_code);
}

}  // namespace

void AddDiffCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<DiffFlags>();
  CLI::App* const command = app->add_subcommand(
      "diff", "Compare the alerts of two rule sets on the same logs");
  command
      ->add_option("OLD", flags->old_rules, "A file or folder of rules")
      ->required()
      ->type_name("");
  command
      ->add_option("NEW", flags->new_rules, "The rules to compare with it")
      ->required()
      ->type_name("");
  AddInputFlags(command, &flags->input);
  command
      ->add_option("--format", flags->format,
                   "text (default), json, or markdown for pull requests")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "markdown"}));
  command
      ->add_option("--limit", flags->limit,
                   "Show at most N alerts of each kind and rule (default 10; "
                   "json: all)")
      ->type_name("N")
      ->check(WholeNumberFrom(0));
  command->add_flag("--exit-code", flags->exit_code,
                    "Exit 1 when the alerts differ");
  command->footer(
      "An alert is matched by rule, state, group and time: it is gone, new, "
      "moved (another\ntime, events in common) or the same; the same one is "
      "altered where it shows\nsomething else. Muted alerts do not count.");
  command->callback([=] { *action = [flags] { return RunDiff(*flags); }; });
}

}  // namespace mqwarden
