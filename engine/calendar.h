// When a time belongs to a calendar. Pure functions of the plan: no zone file and
// no clock is read.
//
// A time belongs when a weekly range or a span holds it and its local day is not
// excepted. Ranges go by the wall clock: where it is set back, an hour that the
// clock shows twice belongs twice. Thread-safe.
#ifndef MQWARDEN_ENGINE_CALENDAR_H_
#define MQWARDEN_ENGINE_CALENDAR_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "mqwarden/engine/plan.h"

namespace mqwarden {

// `t` in nanoseconds since the epoch. `keys` has one text per key of a keyed
// calendar, "" where the key is missing.
bool CalendarHolds(const CalendarPlan& calendar, int64_t t,
                   std::span<const std::string_view> keys);

// The first instant after `t` at which the answer may be another; the largest
// int64 when there is none. A bound: the answer there may still be the same.
int64_t CalendarNextChange(const CalendarPlan& calendar, int64_t t);

// Local time less UTC, in seconds, at `t`.
int32_t OffsetAt(std::span<const CalendarPlan::Offset> offsets, int64_t t);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_CALENDAR_H_
