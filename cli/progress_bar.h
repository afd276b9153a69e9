// A line on standard error that says how far a long run is, at what rate, and
// when it will end. Drawn only on a terminal and only after a second; erased when
// the work ends.
#ifndef MQWARDEN_CLI_PROGRESS_BAR_H_
#define MQWARDEN_CLI_PROGRESS_BAR_H_

#include <chrono>
#include <string>

#include "mqwarden/pipeline/runner.h"

namespace mqwarden {

class ProgressBar final {
 public:
  explicit ProgressBar(bool enabled);
  ~ProgressBar() { Erase(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Update(const ReplayProgress& progress);
  // Before anything else is written to the terminal.
  void Erase();

 private:
  using Clock = std::chrono::steady_clock;

  const bool enabled_;
  const Clock::time_point start_;
  Clock::time_point phase_start_;
  Clock::time_point drawn_at_;
  ReplayProgress::Phase phase_ = ReplayProgress::Phase::kReading;
  bool drawn_ = false;
};

// The line, without its end: `replaying [#####-----]  50%  1.2M events/s  ETA
// 0:12`. A `total` of 0 is not known: no bar.
std::string ProgressLine(const ReplayProgress& progress, double seconds);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_PROGRESS_BAR_H_
