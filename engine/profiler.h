// Books time on rules. The engine reads no clock of its own: the host gives one, and
// without it all of this is a test of a pointer. One event in kEvery is timed, at
// two readings a rule that has to be asked, less what a reading takes itself.
#ifndef MQWARDEN_ENGINE_PROFILER_H_
#define MQWARDEN_ENGINE_PROFILER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mqwarden {

class Profiler {
 public:
  static constexpr int64_t kEvery = 61;  // prime: no rhythm of the input fits it
  using Clock = int64_t (*)();           // nanoseconds, rising

  // A lap that is not timed.
  static constexpr int64_t kNotTimed = std::numeric_limits<int64_t>::min();

  Profiler(Clock clock, size_t rules) : clock_(clock), rule_ns_(rules) {
    if (clock_ == nullptr) return;
    reading_ns_ = std::numeric_limits<int64_t>::max();
    for (int i = 0; i < 32; ++i) {
      const int64_t start = clock_();
      reading_ns_ = std::min(reading_ns_, clock_() - start);
    }
  }

  // The start of a lap, for one call in kEvery.
  int64_t Start() {
    if (clock_ == nullptr || ++calls_ % kEvery != 0) return kNotTimed;
    return clock_();
  }
  // Books the time since `*lap` and starts the next one.
  void BookLookup(int64_t* lap) { Book(lap, &lookup_ns_); }
  void BookRule(uint32_t rule, int64_t* lap) { Book(lap, &rule_ns_[rule]); }

  int64_t lookup_ns() const { return lookup_ns_; }
  int64_t rule_ns(size_t rule) const { return rule_ns_[rule]; }

 private:
  void Book(int64_t* lap, int64_t* to) {
    if (*lap == kNotTimed) return;
    const int64_t now = clock_();
    *to += kEvery * std::max<int64_t>(0, now - *lap - reading_ns_);
    *lap = now;
  }

  const Clock clock_;
  int64_t reading_ns_ = 0;
  int64_t calls_ = 0;
  int64_t lookup_ns_ = 0;
  std::vector<int64_t> rule_ns_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_PROFILER_H_
