// The way to a peer: what takes records out of an outbox and knows which of them
// arrived. Sockets and programs are such ways.
//
// A transport takes records in order, each with the position behind it in the outbox,
// and tells the position up to which the peer has them. When a connection breaks, or
// a program dies, it forgets what it was not told of and counts a reset: whoever
// gives it records then starts again at acknowledged().
//
// No call waits. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_TRANSPORT_H_
#define MQWARDEN_PIPELINE_LIVE_TRANSPORT_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"

namespace mqwarden {

class Transport {
 public:
  virtual ~Transport() = default;

  // Connects, writes, reads answers, as far as that goes now. `now` is steady.
  virtual void Step(Duration now) = 0;
  virtual bool can_take() const = 0;
  // Asked only while can_take().
  virtual void Take(std::string_view record, int64_t next, Duration now) = 0;

  // Position before which all records arrived; 0 before any did.
  virtual int64_t acknowledged() const = 0;
  virtual int64_t resets() const = 0;    // as above
  virtual int64_t failures() const = 0;  // of connecting, sending, answering
  virtual bool is_down() const = 0;

  virtual std::optional<Duration> next_step() const = 0;
  virtual void AddInterests(std::vector<Interest>* interests) const = 0;
};

// When a peer that failed is tried again: after 100 ms, then twice as long each time,
// at most 30 s; from the beginning once it has answered.
class Backoff {
 public:
  void Fail(Duration now) {
    until_ = SaturatingAdd(now, delay_);
    delay_ = std::min<Duration>(delay_ * 2, std::chrono::seconds(30));
  }
  void Succeed() { delay_ = kFirst; }
  bool waits(Duration now) const { return now < until_; }
  Duration until() const { return until_; }

 private:
  static constexpr Duration kFirst = std::chrono::milliseconds(100);
  Duration delay_ = kFirst;
  Duration until_ = Duration::min();
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_TRANSPORT_H_
