// `mqwarden replay`: rules over history; its alerts are the product.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/cli/alert_output.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/profile_report.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_options.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/sinks/digest_sink.h"
#include "mqwarden/sinks/fan_out.h"

namespace mqwarden {
namespace {

struct ReplayFlags {
  std::vector<std::string> rules;
  InputFlags input;
  std::vector<std::string> out;
  std::string format = "text";
  std::string stats;
  std::optional<int64_t> limit;
  bool fail_on_alert = false;
  bool profile = false;
};

std::vector<AlertOutputSpec> OutputsOf(const ReplayFlags& flags) {
  std::vector<AlertOutputSpec> specs;
  std::string error;
  for (const std::string& text : flags.out) {
    if (auto spec = ParseAlertOutput(text, &error)) specs.push_back(*spec);
  }
  if (specs.empty()) {
    specs.push_back({StdoutIsTerminal() ? AlertOutputSpec::Format::kText
                                        : AlertOutputSpec::Format::kJsonl,
                     "-"});
  }
  return specs;
}

// The table is for people, so it never mixes with NDJSON.
bool ShowsTable(const std::vector<AlertOutputSpec>& specs) {
  for (const AlertOutputSpec& spec : specs) {
    if (spec.path == "-" && spec.format == AlertOutputSpec::Format::kJsonl) {
      return false;
    }
  }
  return StdoutIsTerminal();
}

int64_t SentAlerts(const ReplayResult& result) {
  int64_t sent = 0;
  for (const RuleStats& rule : result.engine.rules) sent += rule.sent;
  return sent;
}

int RunReplay(const ReplayFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  CompileOptions compile;
  compile.build_tests = false;
  const LoadedRules loaded =
      LoadRulesAndReport(flags.rules, compile, flags.format == "json");
  if (loaded.exit_code != kExitOk) return loaded.exit_code;

  // Before an output is cut to nothing.
  const auto inputs = ListInputs(flags.input.inputs);
  if (!inputs.ok()) {
    PrintStatus(inputs.status());
    return kExitUsage;
  }
  const std::vector<AlertOutputSpec> specs = OutputsOf(flags);
  const auto outputs = AlertOutputs::Open(specs, flags.limit);
  if (!outputs.ok()) {
    PrintStatus(outputs.status());
    return kExitUsage;
  }

  DigestSink digest;
  FanOut sinks({&digest, outputs->get()});
  ProgressBar bar(!flags.input.no_progress);
  ReplayOptions options = ReplayOptionsOf(flags.input, &bar);
  if (flags.profile) options.engine.profile_clock = SteadyNanoseconds;
  const absl::StatusOr<ReplayResult> result =
      Replay(loaded.result.plan, options, &sinks);
  bar.Erase();
  const absl::Status written = (*outputs)->Close();
  if (!result.ok() || !written.ok()) {
    PrintStatus(result.ok() ? written : result.status());
    return kExitUsage;
  }

  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  PrintToStderr(InputFaults(result->files));
  if ((*outputs)->left_out() > 0) {
    PrintMessage(CountOf((*outputs)->left_out(), "more alert") +
                 " left out by --limit");
  }
  if (flags.profile) {
    PrintToStderr(ProfileTable(result->profile, seconds.count()));
  }
  if (!flags.stats.empty()) {
    const absl::Status status = WriteFile(
        flags.stats, StatsJson(*result, digest.digest(), seconds.count()));
    if (!status.ok()) {
      PrintStatus(status);
      return kExitUsage;
    }
  }
  int exit_code = JudgeInputs(result->files, flags.input.max_bad);
  if (result->interrupted) {
    PrintMessage("interrupted: the result is partial");
    exit_code = kExitInterrupted;
  }
  if (exit_code == kExitOk && flags.fail_on_alert && SentAlerts(*result) > 0) {
    exit_code = kExitFindings;
  }
  if (!ShowsTable(specs)) return exit_code;
  return PrintProduct(SummaryTable(*result), exit_code);
}

std::string CheckOutput(const std::string& text) {
  std::string error;
  return ParseAlertOutput(text, &error) ? "" : error;
}

}  // namespace

void AddReplayCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<ReplayFlags>();
  CLI::App* const command = app->add_subcommand(
      "replay", "Run rules over history in event time; delivers nothing");
  AddRulesOption(command, &flags->rules)->required();
  AddInputFlags(command, &flags->input);
  command
      ->add_option("--out", flags->out,
                   "Write alerts as jsonl or text to a file or -; may repeat "
                   "(default: text on a terminal, else jsonl)")
      ->type_name("FORMAT:PATH")
      ->allow_extra_args(false)
      ->check(CheckOutput);
  command->add_option("--format", flags->format,
                      "Of diagnostics: text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_option("--stats", flags->stats,
                      "Write statistics as JSON to this file")
      ->type_name("FILE");
  command->add_option("--limit", flags->limit,
                      "Write at most N alerts; the others are counted")
      ->type_name("N")
      ->check(WholeNumberFrom(0));
  command->add_flag("--fail-on-alert", flags->fail_on_alert,
                    "Exit 1 when an alert was sent");
  command->add_flag("--profile", flags->profile,
                    "Say on standard error what each stage and rule has cost");
  command->callback([=] { *action = [flags] { return RunReplay(*flags); }; });
}

}  // namespace mqwarden
