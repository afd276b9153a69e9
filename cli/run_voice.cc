#include "mqwarden/cli/run_voice.h"

#include <chrono>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/text.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

constexpr Duration kWatchEvery = std::chrono::seconds(5);

}  // namespace

RunVoice::RunVoice(bool is_json, Machine* machine) : machine_(machine) {
  if (!is_json) return;
  log_.emplace(
      [](std::string_view line) {
        PrintToStderr(line);
        return absl::OkStatus();
      },
      machine);
}

void RunVoice::Say(Level level, std::string_view event,
                   const std::string& message) {
  if (!log_) {
    if (!message.empty()) PrintMessage(EscapeForTerminal(message));
    return;
  }
  RunLog::Entry entry = log_->Line(level, event);
  if (!message.empty()) entry.Text("message", message);
}

int RunVoice::Fail(const absl::Status& status) {
  if (log_) {
    log_->Line(Level::kError, "failed")
        .Text("message", FromAbsl(status.message()))
        .Text("code", absl::StatusCodeToString(status.code()));
    log_->Finish();
  } else {
    PrintStatus(status);
  }
  return kExitUsage;
}

void RunVoice::Tell(std::string_view event, Level level, int64_t count) {
  int64_t& told = told_.try_emplace(std::string(event), 0).first->second;
  if (count <= told) return;
  log_->StreamLine(level, event).Int("count", count - told).Int("total", count);
  told = count;
}

void RunVoice::Watch(const LiveRun& run) {
  if (!log_) return;
  const Duration now = machine_->Steady();
  if (SaturatingSub(now, watched_) < kWatchEvery) return;
  watched_ = now;
  const LiveStats stats = run.stats();
  int64_t rejected = stats.without_time;
  for (const auto& [name, source] : run.source_stats()) {
    rejected += source.rejected_total();
  }
  Tell("rejected", Level::kWarning, rejected);
  Tell("late", Level::kWarning, stats.late);
  Tell("future", Level::kWarning, stats.future);
  Tell("hurried", Level::kWarning, stats.hurried);
  Tell("lost", Level::kError, run.lost());
  Tell("checkpoint", Level::kInfo, stats.checkpoints);
}

void RunVoice::Finish(const LiveRun& run) {
  if (!log_) return;
  watched_ = machine_->Steady() - kWatchEvery;
  Watch(run);
  log_->Line(Level::kInfo, "stopped").Int("events", run.stats().events);
  log_->Finish();
}

}  // namespace mqwarden
