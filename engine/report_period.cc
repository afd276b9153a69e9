#include "mqwarden/engine/report_period.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kDay = 24 * kHour;
// 1970-01-01 was a Thursday.
constexpr int64_t kMondayShift = 3 * kDay;
// No clock is moved by more.
constexpr int64_t kLargestMove = kDay;

int64_t Held(absl::int128 instant) {
  constexpr absl::int128 kLeast = std::numeric_limits<int64_t>::min();
  constexpr absl::int128 kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp(instant, kLeast, kMost));
}

absl::int128 FloorDiv(absl::int128 a, int64_t b) {
  absl::int128 quotient = a / b;
  if (a % b < 0) --quotient;
  return quotient;
}

// The wall clock of a zone in units that begin at `shift` before the epoch.
class WallClock {
 public:
  WallClock(const ReportPlan& report, int64_t unit, int64_t shift)
      : offsets_(report.offsets), unit_(unit), shift_(shift) {}

  // The number of the unit that the clock shows at `t` under the i-th offset.
  absl::int128 UnitAt(int64_t t, size_t i) const {
    return FloorDiv(absl::int128(t) + Offset(i), unit_);
  }
  // When a unit begins under the i-th offset.
  absl::int128 BeginOf(absl::int128 unit, size_t i) const {
    return unit * unit_ - Offset(i);
  }
  // The offset in force at `t`.
  size_t OffsetAt(int64_t t) const {
    const auto next = std::upper_bound(
        offsets_.begin(), offsets_.end(), t,
        [](int64_t at, const CalendarPlan::Offset& o) { return at < o.from; });
    return next == offsets_.begin()
               ? 0
               : static_cast<size_t>(next - offsets_.begin()) - 1;
  }

  int64_t EndOf(int64_t t) const {
    const size_t now = OffsetAt(t);
    // The latest that the clock has ever shown.
    absl::int128 unit = UnitAt(t, now);
    for (size_t i = now; i > 0 && offsets_[i].from > SaturatingSub(t, kLargestMove); --i) {
      unit = std::max(unit, UnitAt(offsets_[i].from - 1, i - 1));
    }
    for (size_t i = now;; ++i) {
      const int64_t from = i == now ? t : offsets_[i].from;
      const absl::int128 begin =
          std::max(BeginOf(unit + 1, i), absl::int128(from));
      if (i + 1 == offsets_.size() || begin < offsets_[i + 1].from) {
        return Held(begin);
      }
    }
  }

 private:
  int64_t Offset(size_t i) const {
    const int64_t offset = offsets_[i].seconds * kSecond;
    return (unit_ == kHour ? offset % kHour : offset) + shift_;
  }

  const std::vector<CalendarPlan::Offset>& offsets_;
  const int64_t unit_;
  const int64_t shift_;
};

}  // namespace

int64_t EndOfPeriod(const ReportPlan& report, int64_t t) {
  switch (report.unit) {
    case ReportPlan::Unit::kHour:
      return WallClock(report, kHour, 0).EndOf(t);
    case ReportPlan::Unit::kDay:
      return WallClock(report, kDay, 0).EndOf(t);
    case ReportPlan::Unit::kWeek:
      return WallClock(report, 7 * kDay, kMondayShift).EndOf(t);
    case ReportPlan::Unit::kFixed:
      break;
  }
  const int64_t every = report.every.count();
  const absl::int128 from = report.from.time_since_epoch().count();
  return Held(from + (FloorDiv(absl::int128(t) - from, every) + 1) * every);
}

}  // namespace mqwarden
