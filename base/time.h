// Time as the whole project knows it: nanoseconds since 1970-01-01T00:00:00Z in
// a signed 64-bit integer, so 1677-09-21 to 2262-04-11. Text forms are RFC 3339
// for instants and `4m30s` for durations.
//
// Nothing here reads a clock, a locale, an environment variable or a zone file:
// the same text always means the same instant.
#ifndef MQWARDEN_BASE_TIME_H_
#define MQWARDEN_BASE_TIME_H_

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace mqwarden {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<Duration>;

// `a + b`, held at the ends of the 64-bit range instead of wrapping.
constexpr int64_t SaturatingAdd(int64_t a, int64_t b) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  if (b > 0 && a > kMax - b) return kMax;
  if (b < 0 && a < kMin - b) return kMin;
  return a + b;
}

// `a - b`, held likewise.
constexpr int64_t SaturatingSub(int64_t a, int64_t b) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  if (b < 0 && a > kMax + b) return kMax;
  if (b > 0 && a < kMin + b) return kMin;
  return a - b;
}

constexpr Time SaturatingAdd(Time t, Duration d) {
  return Time(Duration(SaturatingAdd(t.time_since_epoch().count(), d.count())));
}

constexpr Time SaturatingSub(Time t, Duration d) {
  return Time(Duration(SaturatingSub(t.time_since_epoch().count(), d.count())));
}

constexpr Duration SaturatingSub(Time a, Time b) {
  return Duration(SaturatingSub(a.time_since_epoch().count(),
                                b.time_since_epoch().count()));
}

constexpr Duration SaturatingAdd(Duration a, Duration b) {
  return Duration(SaturatingAdd(a.count(), b.count()));
}

constexpr Duration SaturatingSub(Duration a, Duration b) {
  return Duration(SaturatingSub(a.count(), b.count()));
}

// RFC 3339 in UTC with exactly nine digits: `2026-11-20T09:00:00.120000000Z`.
// Equal lengths, so the texts sort as the instants do.
std::string FormatTime(Time t);
void AppendTime(Time t, std::string* out);

// The same without the zeros that end the fraction: `2026-11-20T09:00:00.12Z`,
// `2026-11-20T09:00:00Z`.
std::string FormatTimeShort(Time t);

// RFC 3339 with a required zone (`Z` or `±hh:mm`) and up to nine digits of
// fraction. Second 60, which a leap second produces, is the second after it.
// Nullopt for any other text and for instants outside the 64-bit range.
std::optional<Time> ParseTime(std::string_view text);

// A duration as rules write it: whole numbers with a unit each, the units
// descending: `250ms`, `5m`, `4m30s`. Units: w d h m s ms us ns. Nullopt for
// any other text and on overflow.
std::optional<Duration> ParseDuration(std::string_view text);

// The form that ParseDuration reads, each part as large as it can be and none
// zero: `4m30s`, `1d12h`, `0s`. Weeks stand only for whole weeks (`2w`, but
// `10d`), as people write them. A negative duration has a leading `-`.
std::string FormatDuration(Duration d);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_TIME_H_
