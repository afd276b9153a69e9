#include "mqwarden/cli/run_signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace mqwarden {
namespace {

std::atomic<bool> terminated{false};
std::atomic<bool> interrupted{false};
std::atomic<bool> hung_up{false};
std::atomic<int> wakes{-1};  // written to by the handler
int woken = -1;
static_assert(std::atomic<bool>::is_always_lock_free);

void OnSignal(int signal) {
  const int error = errno;
  (signal == SIGHUP ? hung_up : signal == SIGINT ? interrupted : terminated)
      .store(true, std::memory_order_relaxed);
  const char byte = 0;
  // A full pipe wakes as well.
  [[maybe_unused]] const auto written =
      ::write(wakes.load(std::memory_order_relaxed), &byte, 1);
  errno = error;
}

}  // namespace

int WatchRunSignals() {
  int ends[2];
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0) {
    woken = ends[0];
    wakes.store(ends[1], std::memory_order_relaxed);
  }
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  return woken;
}

RunSignal TakeRunSignal() {
  char bytes[64];
  while (woken >= 0 && ::read(woken, bytes, sizeof(bytes)) > 0) {
  }
  if (terminated.load(std::memory_order_relaxed)) return RunSignal::kTerminate;
  if (interrupted.load(std::memory_order_relaxed)) return RunSignal::kInterrupt;
  if (hung_up.exchange(false, std::memory_order_relaxed)) {
    return RunSignal::kReload;
  }
  return RunSignal::kNone;
}

}  // namespace mqwarden
