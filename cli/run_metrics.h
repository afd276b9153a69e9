// The figures of a live run in the form that metrics and reports take.
#ifndef MQWARDEN_CLI_RUN_METRICS_H_
#define MQWARDEN_CLI_RUN_METRICS_H_

#include <string>

#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/pipeline/runner.h"

namespace mqwarden {

// The counters of a run in the form that a replay's are shown in.
ReplayResult ResultOf(const LiveRun& run);

// Prometheus text.
std::string MetricsOf(const LiveRun& run);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_RUN_METRICS_H_
