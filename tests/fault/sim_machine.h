// The clocks of a simulated machine, which a seed moves, and what happens while a run
// waits: input that grows, files that are renamed, a wall clock that somebody sets.
#ifndef MQWARDEN_TESTS_FAULT_SIM_MACHINE_H_
#define MQWARDEN_TESTS_FAULT_SIM_MACHINE_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <utility>

#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"

namespace mqwarden {

class SimMachine final : public Machine {
 public:
  SimMachine(uint64_t seed, Time start) : random_(seed), wall_(start) {}

  // Called in each wait, after the clocks have moved.
  void set_on_wait(std::function<void()> on_wait) { on_wait_ = std::move(on_wait); }

  Time Wall() override { return wall_; }
  // Somebody sets the clock, either way.
  void SetWall(Time wall) { wall_ = wall; }
  // Each look at it takes some time.
  Duration Steady() override { return steady_ += std::chrono::microseconds(1); }

  // Ends early half of the time, as it does where a descriptor is ready or a signal
  // comes.
  void Wait(std::span<const Interest> /*interests*/, Duration most) override {
    most = std::clamp<Duration>(most, Duration::zero(), std::chrono::seconds(60));
    const uint64_t share = random_() % 2 == 0 ? 1000 : random_() % 1000;
    const Duration passed = most / 1000 * static_cast<int64_t>(share);
    steady_ += passed;
    wall_ = SaturatingAdd(wall_, passed);
    if (on_wait_) on_wait_();
  }

 private:
  std::mt19937_64 random_;
  std::function<void()> on_wait_;
  Time wall_;
  Duration steady_ = std::chrono::seconds(1);
};

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FAULT_SIM_MACHINE_H_
