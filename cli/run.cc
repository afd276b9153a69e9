// `mqwarden run`: rules over what comes, for as long as it comes.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/replay_report.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/cli/run_metrics.h"
#include "mqwarden/cli/run_signals.h"
#include "mqwarden/cli/run_voice.h"
#include "mqwarden/pipeline/live/destinations.h"
#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/pipeline/live/metrics_endpoint.h"
#include "mqwarden/pipeline/live/metrics_file.h"
#include "mqwarden/pipeline/live/sources.h"
#include "mqwarden/pipeline/live/stream_destination.h"
#include "mqwarden/sinks/digest_sink.h"
#include "mqwarden/sinks/jsonl_sink.h"
#include "mqwarden/sinks/text_sink.h"

namespace mqwarden {
namespace {

constexpr Duration kMetricsEvery = std::chrono::seconds(5);
constexpr Duration kLongestWait = std::chrono::seconds(1);

struct RunFlags {
  std::vector<std::string> rules;
  InputFlags input;
  std::vector<std::string> sources;
  std::vector<std::string> out;
  std::string state;
  std::string late;
  std::string stats;
  std::string metrics;
  std::string metrics_file;
  std::string format = "text";
  std::string idle = "5s";
  std::string max_delay = "1m";
  std::string checkpoint_every = "10s";
  std::string buffer = "256MiB";
  std::string memory;
  std::string log = "text";
  bool check_config = false;
};

// What the flags name, made and not opened.
struct Configuration {
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Destination>> destinations;
  LiveOptions options;
  const DigestSink* digest = nullptr;
};

// Text to standard output; what it made is written at each step.
std::unique_ptr<Destination> StdoutDestination(const std::string& text,
                                               bool is_text) {
  const auto buffer = std::make_shared<std::string>();
  ByteOutput output = [buffer](std::string_view bytes) {
    buffer->append(bytes);
    return absl::OkStatus();
  };
  std::unique_ptr<AlertSink> sink;
  if (is_text) {
    sink = std::make_unique<TextSink>(
        std::move(output), TextSinkOptions{.color = StdoutHasColor()});
  } else {
    sink = std::make_unique<JsonlSink>(std::move(output));
  }
  return std::make_unique<StreamDestination>(
      text, std::move(sink), [buffer] {
        const std::string bytes = std::exchange(*buffer, {});
        return WriteFile("-", bytes);
      });
}

absl::StatusOr<std::unique_ptr<Destination>> MakeOutput(
    const std::string& text, const DestinationOptions& options,
    FileSystem* disk) {
  if (text == "jsonl:-" || text == "text:-") {
    return StdoutDestination(text, text == "text:-");
  }
  if (text.starts_with("syslog:") || text.starts_with("program:")) {
    if (options.outbox_folder.empty()) {
      return absl::InvalidArgumentError(ToAbsl(
          "--out " + text + " keeps what is not delivered beside the state: "
          "it needs --state"));
    }
  }
  return MakeDestination(text, options, disk);
}

absl::StatusOr<Configuration> Configure(const RunFlags& flags, FileSystem* disk) {
  Configuration made;
  LiveOptions& options = made.options;
  IngestOptions ingest;
  ingest.format = flags.input.format();
  ingest.text = flags.input.text();
  MQWARDEN_ASSIGN_OR_RETURN(made.sources,
                            MakeInputs(flags.input.inputs, ingest, disk));
  for (const std::string& text : flags.sources) {
    MQWARDEN_ASSIGN_OR_RETURN(std::unique_ptr<Source> source,
                              MakeSource(text, ingest, disk));
    for (const auto& other : made.sources) {
      if (other->name() == source->name()) {
        return absl::InvalidArgumentError(
            ToAbsl("two sources are named " + std::string(source->name())));
      }
    }
    made.sources.push_back(std::move(source));
  }
  if (made.sources.empty()) {
    return absl::InvalidArgumentError("nothing to read: name an INPUT or a --source");
  }

  DestinationOptions destination;
  if (!flags.state.empty()) destination.outbox_folder = FolderOf(flags.state);
  std::vector<std::string> out = flags.out;
  if (out.empty()) out.push_back(StdoutIsTerminal() ? "text:-" : "jsonl:-");
  for (const std::string& text : out) {
    MQWARDEN_ASSIGN_OR_RETURN(std::unique_ptr<Destination> one,
                              MakeOutput(text, destination, disk));
    for (const auto& other : made.destinations) {
      if (other->name() == one->name()) {
        return absl::InvalidArgumentError(
            ToAbsl("--out " + text + " is given twice"));
      }
    }
    made.destinations.push_back(std::move(one));
  }
  if (!flags.stats.empty()) {
    auto digest = std::make_unique<DigestSink>();
    made.digest = digest.get();
    made.destinations.push_back(std::make_unique<StreamDestination>(
        "digest:", std::move(digest), [] { return absl::OkStatus(); }));
  }

  options.joins = flags.input.joins();
  if (!flags.input.lateness.empty()) {
    options.lateness.lateness = *ParseDuration(flags.input.lateness);
  }
  options.idle = *ParseDuration(flags.idle);
  options.max_delay = *ParseDuration(flags.max_delay);
  options.checkpoint_every = *ParseDuration(flags.checkpoint_every);
  MQWARDEN_ASSIGN_OR_RETURN(const int64_t buffer, ParseByteSize(flags.buffer));
  options.buffer_bytes = static_cast<size_t>(buffer);
  if (!flags.memory.empty()) {
    MQWARDEN_ASSIGN_OR_RETURN(options.engine.state_bytes,
                              ParseByteSize(flags.memory));
  }
  options.state_path = flags.state;
  options.late_path = flags.late;
  options.fork_checkpoints = true;
  std::random_device random;
  options.engine.hash_seed = uint64_t{random()} << 32 | random();
  return made;
}

void TellRestored(const LiveRun::Restored& restored, RunVoice* voice) {
  using enum RunLog::Level;
  for (const std::string& damaged : restored.damaged) {
    voice->Say(kError, "state_damaged",
               "state " + damaged + "; going on from " + restored.path);
  }
  if (!restored.has_state || !restored.is_other_rule_set) return;
  voice->Say(kInfo, "rules_changed",
             "other rules than in the state: " +
                 CountOf(restored.rules.rules_kept, "rule") + " kept, " +
                 std::to_string(restored.rules.rules_changed) + " changed, " +
                 std::to_string(restored.rules.rules_dropped) + " dropped, " +
                 std::to_string(restored.rules.rules_new) + " new");
}

void ReloadRules(const RunFlags& flags, LiveRun* run, RunVoice* voice) {
  CompileOptions compile;
  compile.build_tests = false;
  LoadedRules loaded =
      LoadRulesAndReport(flags.rules, compile, flags.format == "json");
  if (loaded.exit_code != kExitOk) {
    voice->Say(RunVoice::Level::kError, "rules_refused",
               "the rules stay as they are");
    return;
  }
  run->Reload(loaded.result.plan);
  voice->Say(RunVoice::Level::kInfo, "rules_reloaded",
             "rules read again: " +
                 CountOf(static_cast<int64_t>(loaded.result.plan->rules().size()),
                         "rule"));
}

int RunLive(const RunFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  CompileOptions compile;
  compile.build_tests = false;
  const LoadedRules loaded =
      LoadRulesAndReport(flags.rules, compile, flags.format == "json");
  if (loaded.exit_code != kExitOk) return loaded.exit_code;
  const std::unique_ptr<FileSystem> disk = MakePosixFileSystem();
  const std::unique_ptr<Machine> machine = MakePosixMachine();
  RunVoice voice(flags.log == "json", machine.get());
  absl::StatusOr<Configuration> made = Configure(flags, disk.get());
  if (!made.ok()) return voice.Fail(made.status());
  if (flags.check_config) {
    PrintMessage(
        "the configuration is good: " +
        CountOf(static_cast<int64_t>(loaded.result.plan->rules().size()), "rule") +
        ", " + CountOf(static_cast<int64_t>(made->sources.size()), "source") +
        ", " +
        CountOf(static_cast<int64_t>(made->destinations.size()), "output"));
    return kExitOk;
  }

  // Before the state is touched, so that no signal is missed.
  const int woken = WatchRunSignals();
  LiveRun::Restored restored;
  absl::StatusOr<std::unique_ptr<LiveRun>> started = LiveRun::Start(
      loaded.result.plan, made->options, machine.get(), disk.get(),
      std::move(made->sources), std::move(made->destinations), &restored);
  if (!started.ok()) return voice.Fail(started.status());
  LiveRun* const run = started->get();
  TellRestored(restored, &voice);
  // Sentences are for what somebody should know; that it runs is none.
  voice.Say(RunVoice::Level::kInfo, "started", "");

  std::unique_ptr<MetricsEndpoint> endpoint;
  if (!flags.metrics.empty()) {
    const auto address = ParseSocketAddress(flags.metrics);
    if (!address.ok()) return voice.Fail(address.status());
    auto listening =
        MetricsEndpoint::Listen(*address, [run] { return MetricsOf(*run); });
    if (!listening.ok()) return voice.Fail(listening.status());
    endpoint = *std::move(listening);
  }

  Duration metrics_written = machine->Steady() - kMetricsEvery;
  RunSignal signal = RunSignal::kNone;
  while (signal != RunSignal::kTerminate && signal != RunSignal::kInterrupt &&
         !run->has_ended()) {
    const absl::StatusOr<bool> worked = run->Step();
    if (!worked.ok()) return voice.Fail(worked.status());
    const Duration now = machine->Steady();
    if (endpoint != nullptr) endpoint->Step(now);
    if (!flags.metrics_file.empty() && now - metrics_written >= kMetricsEvery) {
      metrics_written = now;
      const absl::Status status =
          WriteMetricsFile(disk.get(), flags.metrics_file, MetricsOf(*run));
      if (!status.ok()) return voice.Fail(status);
    }
    if (!*worked) {
      std::vector<Interest> interests;
      if (woken >= 0) interests.push_back({.descriptor = woken, .readable = true});
      if (endpoint != nullptr) endpoint->AddInterests(&interests);
      run->Wait(kLongestWait, std::move(interests));
    }
    voice.Watch(*run);
    signal = TakeRunSignal();
    if (signal == RunSignal::kReload) ReloadRules(flags, run, &voice);
  }

  const absl::Status finished = run->Finish();
  if (!finished.ok()) return voice.Fail(finished);
  const ReplayResult result = ResultOf(*run);
  voice.Finish(*run);
  PrintToStderr(flags.log == "json" ? "" : InputFaults(result.files));
  if (const int64_t late = run->stats().late; late > 0 && flags.log != "json") {
    PrintMessage(CountOf(late, "event") + " came too late for windows");
  }
  if (!flags.stats.empty()) {
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - start;
    const absl::Status status = WriteFile(
        flags.stats, StatsJson(result, made->digest->digest(), seconds.count()));
    if (!status.ok()) return voice.Fail(status);
  }
  if (signal == RunSignal::kInterrupt) return kExitInterrupted;
  // A service that was asked to end has ended well, whatever it was sent.
  if (signal == RunSignal::kTerminate) return kExitOk;
  return JudgeInputs(result.files, flags.input.max_bad);
}

std::string CheckDuration(const std::string& text) {
  const auto duration = ParseDuration(text);
  return duration && *duration >= Duration::zero() ? ""
                                                   : "not a duration: " + text;
}

std::string CheckSize(const std::string& text) {
  const auto size = ParseByteSize(text);
  return size.ok() && *size > 0 ? "" : "not a size: " + text;
}

std::string CheckMemory(const std::string& text) {
  const auto size = ParseByteSize(text);
  return size.ok() && *size >= EngineOptions::kMinStateBytes
             ? ""
             : "not a size of 64KiB or more: " + text;
}

void AddRunInputFlags(CLI::App* command, RunFlags* flags) {
  AddInputFlags(command, &flags->input);
  for (const char* const name : {"--to", "--no-progress", "-j"}) {
    command->remove_option(command->get_option(name));
  }
  command->get_option("INPUT")
      ->required(false)
      ->description("Files, which are followed; named pipes; - for standard input");
  command->get_option("--max-bad")
      ->description("Exit 4 when all input has come to its end and more than N or "
                    "P% of the records were rejected (default 0.1%)");
  command->get_option("--from")->description(
      "Supplies the year where a source has none");
  command->get_option("--lateness")
      ->group("Options")
      ->description("How far a source may be out of order (default 2s)");
  command
      ->add_option("--source", flags->sources,
                   "A source with a name: NAME=KIND:WHERE, KIND file, fifo, "
                   "stdin, unix, unix-stream, udp or tcp; then ,format=F and "
                   ",tz=ZONE; may repeat")
      ->type_name("SOURCE")
      ->allow_extra_args(false);
  command
      ->add_option("--idle", flags->idle,
                   "Do not wait for a source that brought nothing for D "
                   "(default 5s)")
      ->type_name("D")
      ->check(CheckDuration);
  command
      ->add_option("--max-delay", flags->max_delay,
                   "When nothing comes at all, event time goes on D behind the "
                   "clock (default 1m)")
      ->type_name("D")
      ->check(CheckDuration);
  command
      ->add_option("--buffer", flags->buffer,
                   "Bytes that events may take while they wait for their turn "
                   "(default 256MiB)")
      ->type_name("SIZE")
      ->check(CheckSize);
}

}  // namespace

void AddRunCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<RunFlags>();
  CLI::App* const command = app->add_subcommand(
      "run", "Run rules over what comes: files that grow, pipes, sockets");
  AddRulesOption(command, &flags->rules,
                 "A file or folder of rules; may repeat; read again on HUP")
      ->required();
  AddRunInputFlags(command, flags.get());
  command
      ->add_option("--out", flags->out,
                   "Where alerts go: jsonl:PATH[,rotate=SIZE][,keep=N], jsonl:-, "
                   "text:-, syslog:ADDRESS, program:COMMAND; may repeat")
      ->type_name("OUTPUT")
      ->allow_extra_args(false);
  command->add_option("--state", flags->state,
                      "Keep the state in FILE, and go on from it")
      ->type_name("FILE");
  command
      ->add_option("--checkpoint-every", flags->checkpoint_every,
                   "How often the state is written (default 10s)")
      ->type_name("D")
      ->check(CheckDuration);
  command->add_option("--late", flags->late,
                      "Write events that came too late to this file")
      ->type_name("FILE");
  command->add_option("--stats", flags->stats,
                      "Write statistics as JSON to this file at the end")
      ->type_name("FILE");
  command->add_option("--metrics", flags->metrics,
                      "Serve metrics at tcp:127.0.0.1:PORT or unix-stream:PATH")
      ->type_name("ADDRESS");
  command->add_option("--metrics-file", flags->metrics_file,
                      "Write metrics to this file every five seconds")
      ->type_name("FILE");
  command->add_option("--format", flags->format,
                      "Of diagnostics: text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command
      ->add_option("--memory", flags->memory,
                   "About the bytes that the keys of all rules may take, in even "
                   "shares; at a share the keys least able to fire are given up "
                   "(default: what `keys` allows)")
      ->type_name("SIZE")
      ->check(CheckMemory);
  command
      ->add_option("--log", flags->log,
                   "How the run speaks of itself on standard error: text "
                   "(default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--check-config", flags->check_config,
                    "Check rules and options, and end");
  command->callback([=] { *action = [flags] { return RunLive(*flags); }; });
}

}  // namespace mqwarden
