// Machine over the clocks of the standard library and poll(2).
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "mqwarden/pipeline/live/machine.h"

namespace mqwarden {
namespace {

class PosixMachine final : public Machine {
 public:
  Time Wall() override {
    return std::chrono::time_point_cast<Duration>(
        std::chrono::system_clock::now());
  }

  Duration Steady() override {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  void Wait(std::span<const Interest> interests, Duration most) override {
    polls_.clear();
    for (const Interest& interest : interests) {
      short events = 0;
      if (interest.readable) events |= POLLIN;
      if (interest.writable) events |= POLLOUT;
      polls_.push_back({interest.descriptor, events, 0});
    }
    // Up, so that the instant waited for has come.
    const auto wait = std::clamp(
        std::chrono::ceil<std::chrono::milliseconds>(most).count(),
        decltype(std::chrono::milliseconds().count()){0},
        decltype(std::chrono::milliseconds().count()){60'000});
    ::poll(polls_.data(), polls_.size(), static_cast<int>(wait));
  }

 private:
  std::vector<struct pollfd> polls_;
};

}  // namespace

std::unique_ptr<Machine> MakePosixMachine() {
  return std::make_unique<PosixMachine>();
}

}  // namespace mqwarden
