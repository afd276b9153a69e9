#include "mqwarden/engine/calendar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "mqwarden/base/glob.h"

namespace mqwarden {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400;
constexpr int64_t kWeek = 7 * kDay;
// 1970-01-01 was a Thursday: local seconds since the Monday before it.
constexpr int64_t kEpochInWeek = 3 * kDay;

int64_t FloorDiv(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Local seconds since 1970-01-01T00:00:00.
int64_t LocalSeconds(const CalendarPlan& calendar, int64_t t) {
  return FloorDiv(t, kSecond) + OffsetAt(calendar.offsets, t);
}

int64_t SecondOfWeek(int64_t local) {
  return local + kEpochInWeek - FloorDiv(local + kEpochInWeek, kWeek) * kWeek;
}

bool IsExcepted(const CalendarPlan& calendar, int64_t local) {
  const auto day = static_cast<int32_t>(FloorDiv(local, kDay));
  return std::binary_search(calendar.excepted.begin(), calendar.excepted.end(),
                            day);
}

bool InWeeklyRange(const CalendarPlan& calendar, int64_t local) {
  const int64_t second = SecondOfWeek(local);
  return std::any_of(calendar.weekly.begin(), calendar.weekly.end(),
                     [second](const CalendarPlan::WeeklyRange& range) {
                       return (range.begin <= second && second < range.end) ||
                              second + kWeek < range.end;
                     });
}

bool KeysFit(const CalendarPlan::Span& span,
             std::span<const std::string_view> keys) {
  for (size_t i = 0; i < span.keys.size(); ++i) {
    if (span.keys[i].empty()) continue;
    if (i >= keys.size() || keys[i].empty() ||
        !GlobMatch(span.keys[i], keys[i], /*fold=*/true)) {
      return false;
    }
  }
  return true;
}

}  // namespace

int32_t OffsetAt(std::span<const CalendarPlan::Offset> offsets, int64_t t) {
  const auto after = std::upper_bound(
      offsets.begin(), offsets.end(), t,
      [](int64_t at, const CalendarPlan::Offset& o) { return at < o.from; });
  return after == offsets.begin() ? 0 : (after - 1)->seconds;
}

bool CalendarHolds(const CalendarPlan& calendar, int64_t t,
                   std::span<const std::string_view> keys) {
  const int64_t local = LocalSeconds(calendar, t);
  if (IsExcepted(calendar, local)) return false;
  if (InWeeklyRange(calendar, local)) return true;
  const auto after = std::upper_bound(
      calendar.spans.begin(), calendar.spans.end(), t,
      [](int64_t at, const CalendarPlan::Span& span) { return at < span.begin; });
  return std::any_of(calendar.spans.begin(), after,
                     [&](const CalendarPlan::Span& span) {
                       return t < span.end && KeysFit(span, keys);
                     });
}

int64_t CalendarNextChange(const CalendarPlan& calendar, int64_t t) {
  int64_t next = std::numeric_limits<int64_t>::max();
  const auto take = [&next, t](int64_t at) {
    if (at > t) next = std::min(next, at);
  };
  const auto offset = std::upper_bound(
      calendar.offsets.begin(), calendar.offsets.end(), t,
      [](int64_t at, const CalendarPlan::Offset& o) { return at < o.from; });
  if (offset != calendar.offsets.end()) take(offset->from);

  // As long as the offset stays, local time goes as UTC does.
  const int64_t local = LocalSeconds(calendar, t);
  const auto take_local = [&](int64_t other) {
    const int64_t seconds = FloorDiv(t, kSecond) + (other - local);
    if (seconds <= std::numeric_limits<int64_t>::max() / kSecond) {
      take(seconds * kSecond);
    }
  };
  if (!calendar.excepted.empty()) {
    take_local((FloorDiv(local, kDay) + 1) * kDay);
  }
  const int64_t week = local - SecondOfWeek(local);
  for (const CalendarPlan::WeeklyRange& range : calendar.weekly) {
    for (const int64_t start : {week - kWeek, week, week + kWeek}) {
      take_local(start + range.begin);
      take_local(start + range.end);
    }
  }
  for (const CalendarPlan::Span& span : calendar.spans) {
    take(span.begin);
    take(span.end);
  }
  return next;
}

}  // namespace mqwarden
