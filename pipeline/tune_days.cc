#include "mqwarden/pipeline/tune_days.h"

namespace mqwarden {
namespace {

constexpr int64_t kHourNanos = kDayNanos / 24;

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

int64_t DayOf(Time time) {
  return FloorDiv(time.time_since_epoch().count(), kDayNanos);
}

// 1970-01-01 was a Thursday.
size_t HourOfWeek(Time time) {
  const int64_t hours =
      FloorDiv(time.time_since_epoch().count(), kHourNanos) + 3 * 24;
  return static_cast<size_t>(hours - FloorDiv(hours, 168) * 168);
}

}  // namespace mqwarden
