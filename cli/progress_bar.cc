#include "mqwarden/cli/progress_bar.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "mqwarden/cli/console.h"

namespace mqwarden {
namespace {

constexpr int kWidth = 30;
constexpr auto kFirstDraw = std::chrono::seconds(1);
constexpr auto kRedraw = std::chrono::milliseconds(100);

// Two digits or three, then `gap` and k, M or G.
std::string Short(double value, const char* gap) {
  const char* unit = "";
  for (const char* const next : {"k", "M", "G"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  char text[32];
  std::snprintf(text, sizeof(text),
                value < 10 && *unit ? "%.1f%s%s" : "%.0f%s%s", value, gap,
                unit);
  return text;
}

}  // namespace

std::string ProgressLine(const ReplayProgress& progress, double seconds) {
  const bool reading = progress.phase == ReplayProgress::Phase::kReading;
  const double rate =
      seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
  std::string line = reading ? "reading   " : "replaying ";
  if (progress.total > 0) {
    const int64_t done = std::min(progress.done, progress.total);
    const double share =
        static_cast<double>(done) / static_cast<double>(progress.total);
    const int filled = static_cast<int>(share * kWidth);
    line.push_back('[');
    line.append(static_cast<size_t>(filled), '#');
    line.append(static_cast<size_t>(kWidth - filled), '-');
    char percent[16];
    std::snprintf(percent, sizeof(percent), "] %3d%%  ",
                  static_cast<int>(share * 100));
    line.append(percent);
  }
  if (rate > 0) {
    line.append(reading ? Short(rate, " ") + "B/s"
                        : Short(rate, "") + " events/s");
  }
  if (progress.total > progress.done && rate > 0) {
    const auto left = static_cast<int64_t>(
        static_cast<double>(progress.total - progress.done) / rate + 0.5);
    char eta[48];
    std::snprintf(eta, sizeof(eta), "  ETA %lld:%02lld",
                  static_cast<long long>(left / 60),
                  static_cast<long long>(left % 60));
    line.append(eta);
  }
  return line;
}

ProgressBar::ProgressBar(bool enabled)
    : enabled_(enabled && StderrIsTerminal()),
      start_(Clock::now()),
      phase_start_(start_) {}

void ProgressBar::Update(const ReplayProgress& progress) {
  if (!enabled_) return;
  const Clock::time_point time = Clock::now();
  if (progress.phase != phase_) {
    phase_ = progress.phase;
    phase_start_ = time;
  }
  if (time - start_ < kFirstDraw || (drawn_ && time - drawn_at_ < kRedraw)) {
    return;
  }
  const std::chrono::duration<double> seconds = time - phase_start_;
  PrintToStderr("\r\x1b[K" + ProgressLine(progress, seconds.count()));
  drawn_ = true;
  drawn_at_ = time;
}

void ProgressBar::Erase() {
  if (drawn_) PrintToStderr("\r\x1b[K");
  drawn_ = false;
}

}  // namespace mqwarden
