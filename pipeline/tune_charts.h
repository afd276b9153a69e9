// The drawings of a sweep's page, as inline SVG. Colours come from the page's
// style by class; text of events is in none of them.
#ifndef MQWARDEN_PIPELINE_TUNE_CHARTS_H_
#define MQWARDEN_PIPELINE_TUNE_CHARTS_H_

#include <string>

#include "mqwarden/pipeline/tune.h"

namespace mqwarden {

// Alerts a day over thresholds, one line a window.
std::string CurveChart(const TuneResult& result);
// Alerts of each day as bars, in front of what the rule matched.
std::string TimelineChart(const TuneResult& result);
// Hours across, days of the week down.
std::string RhythmChart(const TuneResult& result);

// The date of a day counted from 1970-01-01: `2026-01-05`.
std::string DateOfDay(int64_t day);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_CHARTS_H_
