// The periods of a report.
#ifndef MQWARDEN_ENGINE_REPORT_PERIOD_H_
#define MQWARDEN_ENGINE_REPORT_PERIOD_H_

#include <cstdint>

#include "mqwarden/engine/plan.h"

namespace mqwarden {

// When the period that holds the instant `t` ends; later than `t` but at the end
// of the 64-bit range. Periods follow each other without gaps.
//
// Hours, days and weeks (from Monday) are those of the wall clock: one begins at
// the first instant at which the clock shows a later hour, day or week than it
// ever did before. So a day may have 23 or 25 hours, and what the clock shows
// again after it was put back belongs to what has begun already. Whole hours by
// which a clock is moved leave hours as they are.
int64_t EndOfPeriod(const ReportPlan& report, int64_t t);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_REPORT_PERIOD_H_
