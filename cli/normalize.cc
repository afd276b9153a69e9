// `mqwarden normalize`: source bytes in, normalized events as NDJSON out.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/interrupt.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {
namespace {

struct NormalizeFlags {
  InputFlags input;
  std::optional<int64_t> limit;
};

int RunNormalize(const NormalizeFlags& flags) {
  OutputFile out("-");
  ProgressBar bar(!flags.input.no_progress);
  int64_t events = 0;
  std::string line;

  InputHandler handler;
  handler.begin_file = [] {};
  handler.on_event = [&](Event* event) -> absl::StatusOr<std::string_view> {
    if (flags.limit && events >= *flags.limit) return std::string_view();
    ++events;
    line.clear();
    AppendEventJson(*event, &line);
    line.push_back('\n');
    MQWARDEN_RETURN_IF_ERROR(out.Write(line));
    return std::string_view();
  };
  handler.on_progress = [&bar](const InputProgress& progress) {
    bar.Update({ReplayProgress::Phase::kReading, progress.done_bytes,
                progress.total_bytes});
  };

  InputOptions options;
  options.inputs = flags.input.inputs;
  options.format = flags.input.format();
  options.from = flags.input.from_time();
  options.to = flags.input.to_time();
  options.stop = StopOnInterrupt();

  const absl::Status opened = out.Open();
  if (!opened.ok()) {
    PrintStatus(opened);
    return kExitUsage;
  }
  const absl::StatusOr<InputSummary> read = ReadInputs(options, handler);
  bar.Erase();
  const absl::Status closed = out.Close();
  if (!read.ok() || !closed.ok()) {
    PrintStatus(read.ok() ? closed : read.status());
    return kExitUsage;
  }
  PrintToStderr(InputFaults(read->files));
  const int exit_code = JudgeInputs(read->files, flags.input.max_bad);
  if (!read->interrupted) return exit_code;
  PrintMessage("interrupted: the result is partial");
  return kExitInterrupted;
}

}  // namespace

void AddNormalizeCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<NormalizeFlags>();
  CLI::App* const command = app->add_subcommand(
      "normalize", "Print source records as normalized events, NDJSON");
  AddInputFlags(command, &flags->input);
  command->add_option("--limit", flags->limit, "Print at most N events")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  command->callback(
      [=] { *action = [flags] { return RunNormalize(*flags); }; });
}

}  // namespace mqwarden
