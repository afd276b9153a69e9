// How far one source has come, and which of its events are late.
//
// A source may bring its events out of order by up to `lateness` of event time. What
// comes later than that is late: counted, kept aside, never part of a window. Each
// source is judged by its own events alone, so that one whose clock runs ahead makes
// no other late.
//
//   watermark = the latest event - lateness, or a floor that was decided
//   late      = earlier than the watermark
//
// Ahead. An event more than `jump` after the latest one, or, while the source is near
//        the wall clock, more than `future` after that, may have a wrong date. It must
//        not move the watermark before another event confirms it, or all that follows
//        would be late.
// Floors. When a quiet source is no longer waited for, others move on; what it brings
//        then and comes too late is late. Such a decision depends on a clock, so the
//        host records it where it made an event late, and a replay of the input
//        repeats it.
//
// Thread-compatible. Costs a few compares an event.
#ifndef MQWARDEN_INGEST_LATENESS_H_
#define MQWARDEN_INGEST_LATENESS_H_

#include <chrono>
#include <cstdint>
#include <optional>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/time.h"

namespace mqwarden {

struct LatenessOptions {
  Duration lateness = std::chrono::seconds(2);
  Duration jump = std::chrono::hours(1);
  Duration future = std::chrono::minutes(5);
};

class Lateness final {
 public:
  enum class Place : uint8_t {
    kOnTime,
    kLate,
    kAhead,   // believe it when another event confirms it
    kFuture,  // by the wall clock it has not happened
  };

  explicit Lateness(const LatenessOptions& options) : options_(options) {}

  // Changes nothing.
  Place PlaceOf(Time time, Time wall) const;
  // An event that is on time, or believed.
  void Take(Time time) {
    if (!latest_ || time > *latest_) latest_ = time;
  }
  // Events before `floor` are late from now on.
  void RaiseFloor(Time floor) {
    if (!floor_ || floor > *floor_) floor_ = floor;
  }
  // Whether `time` agrees with an event at `ahead`.
  bool Confirms(Time time, Time ahead) const {
    return time >= SaturatingSub(ahead, options_.lateness);
  }

  // Earlier events are late; nullopt: none is.
  std::optional<Time> watermark() const;
  std::optional<Time> latest() const { return latest_; }

  // The state as bytes, and back. Load() fails the reader where it cannot be.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

 private:
  const LatenessOptions options_;
  std::optional<Time> latest_;
  std::optional<Time> floor_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_LATENESS_H_
