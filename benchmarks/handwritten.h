// The ceilings: the workload's three rules written by hand, with nothing general
// about them, over numbers in memory and over NDJSON bytes.
//
// They are what a programmer would write who needs these rules and no others, and
// they are also an independent answer: a benchmark first compares its alerts with
// theirs.
#ifndef MQWARDEN_BENCHMARKS_HANDWRITTEN_H_
#define MQWARDEN_BENCHMARKS_HANDWRITTEN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/benchmarks/corpus.h"

namespace mqwarden::benchmarks {

// The alerts that a run sent, by rule, in an order of its own: how many, and the
// sum of their times, so that two runs with other alerts are told apart.
struct W1Answer {
  std::array<int64_t, 3> alerts{};
  std::array<uint64_t, 3> times{};

  void Add(int rule, int64_t time) {
    ++alerts[static_cast<size_t>(rule)];
    times[static_cast<size_t>(rule)] += static_cast<uint64_t>(time);
  }
  bool operator==(const W1Answer&) const = default;
};

// Fires at the tenth event of an address within five minutes, and again only
// after fewer than ten were left.
class TenInFiveMinutes {
 public:
  // Returns whether the event at `time` fires. Times do not decrease.
  bool Add(uint32_t address, int64_t time) {
    Ring& ring = rings_[address];
    const int64_t start = time - kWindow;
    if (ring.size < kThreshold || ring.times[ring.next] < start) ring.armed = true;
    ring.times[ring.next] = time;
    ring.next = ring.next + 1 == kThreshold ? 0 : ring.next + 1;
    if (ring.size < kThreshold && ++ring.size < kThreshold) return false;
    if (ring.times[ring.next] <= start || !ring.armed) return false;
    ring.armed = false;
    return true;
  }

 private:
  static constexpr uint8_t kThreshold = 10;
  static constexpr int64_t kWindow = int64_t{300} * 1'000'000'000;
  // Once full, times[next] is the oldest.
  struct Ring {
    std::array<int64_t, kThreshold> times;
    uint8_t next = 0;
    uint8_t size = 0;
    bool armed = true;
  };
  absl::flat_hash_map<uint32_t, Ring> rings_;
};

// One an hour for each user.
template <typename User>
class OneAnHour {
 public:
  bool Pass(const User& user, int64_t time) {
    const auto [last, added] = last_.try_emplace(user, time);
    if (added) return true;
    if (last->second > time - kHour) return false;
    last->second = time;
    return true;
  }

 private:
  static constexpr int64_t kHour = int64_t{3600} * 1'000'000'000;
  absl::flat_hash_map<User, int64_t> last_;
};

// The rules over compact events.
class HandwrittenRules {
 public:
  explicit HandwrittenRules(const Corpus& corpus);

  void Process(const CompactEvent& event);
  const W1Answer& answer() const { return answer_; }

 private:
  const std::vector<uint8_t> is_production_sender_;  // by channel
  TenInFiveMinutes brute_force_;
  std::array<OneAnHour<uint32_t>, 3> limits_;
  W1Answer answer_;
};

// The rules over NDJSON with simdjson's on-demand front end, ten fields a line.
// `ndjson` is followed by kPaddingBytes readable bytes. False when the processor
// lacks what this was compiled for, or a line is not as it should be.
bool ReplayByHand(std::string_view ndjson, W1Answer* answer);
size_t PaddingBytes();

}  // namespace mqwarden::benchmarks

#endif  // MQWARDEN_BENCHMARKS_HANDWRITTEN_H_
