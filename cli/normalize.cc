// `mqwarden normalize`: source bytes in, normalized events as NDJSON out, or, with
// --explain, each record with what filled its fields.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/event_explanation.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/interrupt.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

struct NormalizeFlags {
  InputFlags input;
  std::optional<int64_t> limit;
  bool explain = false;
};

InputOptions OptionsOf(const NormalizeFlags& flags) {
  InputOptions options;
  options.inputs = flags.input.inputs;
  options.format = flags.input.format();
  options.text = flags.input.text();
  options.from = flags.input.from_time();
  options.to = flags.input.to_time();
  options.stop = StopOnInterrupt();
  options.threads = flags.input.threads;
  return options;
}

// Writes events until there are as many as are asked for.
class EventPrinter {
 public:
  EventPrinter(const NormalizeFlags& flags, OutputFile* out)
      : limit_(flags.limit), out_(*out) {}

  bool is_full() const { return limit_ && events_ >= *limit_; }

  // As rules see it where no inventory says more.
  absl::Status Print(Event* event) {
    if (is_full()) return absl::OkStatus();
    ++events_;
    text_.clear();
    if (event->infers_channel_type()) InferChannelType(event);
    AppendEventJson(*event, &text_);
    text_.push_back('\n');
    return out_.Write(text_);
  }

  absl::Status Explain(const Event& event, const Provenance& provenance,
                       int64_t offset) {
    if (is_full()) return absl::OkStatus();
    text_.clear();
    if (events_++ > 0) text_.push_back('\n');
    AppendExplanation(event, provenance, path_, offset, &text_);
    return out_.Write(text_);
  }

  void set_path(std::string path) { path_ = std::move(path); }

 private:
  const std::optional<int64_t> limit_;
  OutputFile& out_;
  int64_t events_ = 0;
  std::string path_;
  std::string text_;
};

// Each record as it comes, nothing joined.
absl::StatusOr<InputSummary> ExplainRecords(const InputOptions& options,
                                            ProgressBar* bar,
                                            EventPrinter* printer) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<InputFile> files,
                            ListInputs(options.inputs));
  size_t next_file = 0;
  const Provenance* provenance = nullptr;
  int64_t offset = 0;
  InputHandler handler;
  handler.begin_file = [&] {
    if (next_file < files.size()) printer->set_path(files[next_file++].path);
  };
  handler.on_explain = [&](const Provenance& filled, int64_t at) {
    provenance = &filled;
    offset = at;
  };
  handler.on_event = [&](Event* event) -> absl::StatusOr<std::string_view> {
    MQWARDEN_RETURN_IF_ERROR(printer->Explain(*event, *provenance, offset));
    return std::string_view();
  };
  handler.on_progress = [bar](const InputProgress& progress) {
    bar->Update({ReplayProgress::Phase::kReading, progress.done_bytes,
                 progress.total_bytes});
  };
  return ReadInputs(options, handler);
}

// The events in their order, joined.
absl::StatusOr<InputSummary> PrintEvents(const InputOptions& options,
                                         const EventJoinsOptions& joins,
                                         ProgressBar* bar,
                                         EventPrinter* printer,
                                         EventJoinsStats* stats) {
  SortedMergeOptions merge;
  std::error_code error;
  const std::filesystem::path temp =
      std::filesystem::temp_directory_path(error);
  if (!error) merge.temp_folder = temp.string();
  OrderedEvents events(options, merge, joins);
  MQWARDEN_ASSIGN_OR_RETURN(
      InputSummary summary,
      events.Read([printer](Event* event) { return printer->Print(event); },
                  [bar](const InputProgress& progress) {
                    bar->Update({ReplayProgress::Phase::kReading,
                                 progress.done_bytes, progress.total_bytes});
                  }));
  absl::Status written;
  MQWARDEN_RETURN_IF_ERROR(events.Give(
      [&](const Event&) { return written.ok() && !printer->is_full(); },
      [&](Event* event) {
        if (written.ok()) written = printer->Print(event);
      }));
  MQWARDEN_RETURN_IF_ERROR(written);
  *stats = events.stats();
  return summary;
}

int RunNormalize(const NormalizeFlags& flags) {
  OutputFile out("-");
  const absl::Status opened = out.Open();
  if (!opened.ok()) {
    PrintStatus(opened);
    return kExitUsage;
  }
  ProgressBar bar(!flags.input.no_progress);
  EventPrinter printer(flags, &out);
  EventJoinsStats joins;
  const InputOptions options = OptionsOf(flags);
  const absl::StatusOr<InputSummary> read =
      flags.explain
          ? ExplainRecords(options, &bar, &printer)
          : PrintEvents(options, flags.input.joins(), &bar, &printer, &joins);
  bar.Erase();
  const absl::Status closed = out.Close();
  if (!read.ok() || !closed.ok()) {
    PrintStatus(read.ok() ? closed : read.status());
    return kExitUsage;
  }
  PrintToStderr(InputFaults(read->files));
  PrintToStderr(PassedOver(read->files));
  if (joins.duplicates() > 0) {
    PrintMessage(CountOf(joins.duplicates(), "event") +
                 " left out as the same fact seen twice; see --dedupe");
  }
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
  command->footer(
      "Events come in the order of their time, those without a time first. The\n"
      "halves of a configuration change are one event, and so is a fact that two\n"
      "sources report. What is rejected, and why, goes to standard error.\n"
      "\n"
      "With --explain each record is shown by itself, in the order of the file and\n"
      "with nothing joined:\n"
      "\n"
      "  log.json at byte 0\n"
      "    time      2026-11-20T09:00:01Z  <- eventCreation.epoch\n"
      "    user      svcpay                <- userIdentifier\n"
      "    kind      authz                 (derived)\n"
      "    attr.x    1                     <- x\n"
      "\n"
      "left the field, then its value, then the source's own name of what filled\n"
      "it. (derived) follows from other fields or from the format itself.");
  AddInputFlags(command, &flags->input);
  command->add_option("--limit", flags->limit, "Print at most N events")
      ->type_name("N")
      ->check(WholeNumberFrom(0));
  command->add_flag("--explain", flags->explain,
                    "Show which field of the source filled which field");
  command->callback(
      [=] { *action = [flags] { return RunNormalize(*flags); }; });
}

}  // namespace mqwarden
