// Days and hours of the week, UTC, by which a sweep counts. Free functions.
#ifndef MQWARDEN_PIPELINE_TUNE_DAYS_H_
#define MQWARDEN_PIPELINE_TUNE_DAYS_H_

#include <cstddef>
#include <cstdint>

#include "mqwarden/base/time.h"

namespace mqwarden {

inline constexpr int64_t kDayNanos = int64_t{86'400} * 1'000'000'000;

// Days since 1970-01-01, and hours since a Monday's midnight.
int64_t DayOf(Time time);
size_t HourOfWeek(Time time);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_DAYS_H_
