// `mqwarden tune`: what a rule would have done at other thresholds and windows.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_options.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/pipeline/tune.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

struct TuneFlags {
  std::vector<std::string> rules;
  std::string rule;
  std::string thresholds;
  std::string windows;
  std::string param;
  InputFlags input;
  std::vector<std::string> out;
  std::string labels;
};

struct Range {
  int64_t first = 0;
  int64_t last = 0;
};

std::optional<int64_t> ParseWhole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// `5..20`, or `5` for one.
std::optional<Range> ParseRange(std::string_view text) {
  const size_t dots = text.find("..");
  const auto first = ParseWhole(text.substr(0, dots));
  const auto last = dots == std::string_view::npos
                        ? first
                        : ParseWhole(text.substr(dots + 2));
  if (!first || !last || *first > *last || *first < 0) return std::nullopt;
  return Range{*first, *last};
}

std::string CheckRange(const std::string& text) {
  return ParseRange(text) ? "" : text + " is no range such as 5..20";
}

std::string CheckParam(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos ||
      !ParseRange(std::string_view(text).substr(equals + 1))) {
    return text + " is not NAME=A..B, such as limit=5..20";
  }
  return "";
}

// Empty for a text that is no list of durations above 0.
std::vector<Duration> ParseWindows(std::string_view text) {
  std::vector<Duration> windows;
  while (true) {
    const size_t comma = text.find(',');
    const auto window = ParseDuration(text.substr(0, comma));
    if (!window || *window <= Duration::zero()) return {};
    if (std::find(windows.begin(), windows.end(), *window) == windows.end()) {
      windows.push_back(*window);
    }
    if (comma == std::string_view::npos) return windows;
    text.remove_prefix(comma + 1);
  }
}

std::string CheckWindows(const std::string& text) {
  return ParseWindows(text).empty() ? text + " is no list such as 1m,5m,1h"
                                    : "";
}

struct TuneOutput {
  bool is_html = false;
  std::string path;
};

std::optional<TuneOutput> ParseOutput(std::string_view text) {
  for (const std::string_view format : {"json:", "html:"}) {
    if (text.size() > format.size() && text.starts_with(format)) {
      return TuneOutput{format == "html:",
                        std::string(text.substr(format.size()))};
    }
  }
  return std::nullopt;
}

std::string CheckOutput(const std::string& text) {
  return ParseOutput(text) ? "" : text + " is not json:PATH or html:PATH";
}

// As a shell reads it back.
std::string ShellWord(const std::string& text) {
  const bool is_plain =
      !text.empty() &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                             "XYZ0123456789_-./=,:+@") == std::string::npos;
  if (is_plain) return text;
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word.push_back(c);
    }
  }
  return word + "'";
}

// The options that decide what the events are, so that the command gives the
// same figures.
std::string CommandOf(const TuneFlags& flags) {
  std::string command = "mqwarden tune";
  const auto add = [&command](std::string_view option, const std::string& value) {
    if (value.empty()) return;
    command.append(" ").append(option).append(" ").append(ShellWord(value));
  };
  for (const std::string& path : flags.rules) add("-r", path);
  add("--rule", flags.rule);
  for (const std::string& path : flags.input.inputs) {
    command.append(" ").append(ShellWord(path));
  }
  const InputFlags defaults;
  if (flags.input.input_format != defaults.input_format) {
    add("--input-format", flags.input.input_format);
  }
  add("--from", flags.input.from);
  add("--to", flags.input.to);
  add("--tz", flags.input.tz);
  add("--date-order", flags.input.date_order);
  add("--labels", flags.labels);
  if (flags.input.dedupe != defaults.dedupe) add("--dedupe", flags.input.dedupe);
  return command;
}

// False after a line on standard error.
bool FillOptions(const TuneFlags& flags, TuneOptions* options) {
  options->rule = flags.rule;
  if (!flags.windows.empty()) options->windows = ParseWindows(flags.windows);
  options->command = CommandOf(flags);
  std::optional<Range> range;
  if (!flags.thresholds.empty()) range = ParseRange(flags.thresholds);
  if (!flags.param.empty()) {
    const size_t equals = flags.param.find('=');
    const auto of_param =
        ParseRange(std::string_view(flags.param).substr(equals + 1));
    if (range && (range->first != of_param->first ||
                  range->last != of_param->last)) {
      PrintMessage("tune: --param brings a range of its own; leave "
                   "--thresholds out");
      return false;
    }
    options->param = flags.param.substr(0, equals);
    range = of_param;
  }
  if (!range) {
    PrintMessage("tune: --thresholds A..B or --param NAME=A..B is required");
    return false;
  }
  options->first = range->first;
  options->last = range->last;
  return true;
}

int RunTune(const TuneFlags& flags) {
  ProgressBar bar(!flags.input.no_progress);
  TuneOptions options;
  if (!FillOptions(flags, &options)) return kExitUsage;
  CompileOptions compile;
  compile.build_tests = false;
  const LoadedRules loaded = LoadRulesAndReport(flags.rules, compile, false);
  if (loaded.exit_code != kExitOk) return loaded.exit_code;
  const absl::StatusOr<std::vector<RuleSource>> sources =
      ReadRuleFiles(flags.rules);
  if (!sources.ok()) {
    PrintStatus(sources.status());
    return kExitUsage;
  }
  // Before an output is cut to nothing.
  if (const auto inputs = ListInputs(flags.input.inputs); !inputs.ok()) {
    PrintStatus(inputs.status());
    return kExitUsage;
  }
  DiskFileReader files;
  if (!flags.labels.empty()) {
    const absl::StatusOr<std::string> text = files.Read("", flags.labels);
    absl::StatusOr<std::vector<TuneLabel>> labels =
        text.ok() ? ParseTuneLabels(*text) : text.status();
    if (!labels.ok()) {
      PrintStatus(labels.status());
      return kExitUsage;
    }
    options.labels = *std::move(labels);
  }
  options.replay = ReplayOptionsOf(flags.input, &bar);
  DiagnosticList diagnostics;
  const absl::StatusOr<TuneResult> result =
      Tune(*sources, &files, options, &diagnostics);
  bar.Erase();
  if (!result.ok()) {
    if (diagnostics.has_errors()) {
      PrintToStderr(RenderText(diagnostics, {.color = StderrHasColor()}));
    }
    PrintStatus(result.status());
    return kExitUsage;
  }
  PrintToStderr(InputFaults(result->files));
  int exit_code = JudgeInputs(result->files, flags.input.max_bad);
  if (result->interrupted) {
    PrintMessage("interrupted: the result is partial");
    exit_code = kExitInterrupted;
  }
  bool has_stdout = false;
  for (const std::string& text : flags.out) {
    const std::optional<TuneOutput> output = ParseOutput(text);
    has_stdout |= output->path == "-";
    const absl::Status written =
        WriteFile(output->path,
                  output->is_html ? TuneHtml(*result) : TuneJson(*result));
    if (!written.ok()) {
      PrintStatus(written);
      return kExitUsage;
    }
  }
  // The summary is for people: it never mixes with another product.
  if (has_stdout) return exit_code;
  return PrintProduct(TuneText(*result), exit_code);
}

}  // namespace

void AddTuneCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<TuneFlags>();
  CLI::App* const command = app->add_subcommand(
      "tune", "Try thresholds and windows of a rule on history, in one pass");
  AddRulesOption(command, &flags->rules)->required();
  command->add_option("--rule", flags->rule, "The rule to tune")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--thresholds", flags->thresholds,
                   "Try each whole number from A to B as the one that the "
                   "rule's aggregate is compared with")
      ->type_name("A..B")
      ->check(CheckRange);
  command
      ->add_option("--windows", flags->windows,
                   "Try each with these windows (default: the rule's own)")
      ->type_name("D,D...")
      ->check(CheckWindows);
  command
      ->add_option("--param", flags->param,
                   "Try each whole number as the value of this param instead")
      ->type_name("NAME=A..B")
      ->check(CheckParam);
  AddInputFlags(command, &flags->input);
  command
      ->add_option("--labels", flags->labels,
                   "True positives that no suggestion may lose: CSV with the "
                   "columns from, to, and fields of the group")
      ->type_name("FILE");
  command
      ->add_option("--out", flags->out,
                   "Write json or html to a file or -; may repeat (the summary "
                   "goes to standard output)")
      ->type_name("FORMAT:PATH")
      ->allow_extra_args(false)
      ->check(CheckOutput);
  command->footer(
      "Each figure is what a replay of the rule with that threshold and window "
      "gives, with\nits limits and mutes and those of the policy.");
  command->callback([=] { *action = [flags] { return RunTune(*flags); }; });
}

}  // namespace mqwarden
