// Metrics in a file, for a collector that reads files: a reader finds the whole of one
// text or of the next, never a part.
#ifndef MQWARDEN_PIPELINE_LIVE_METRICS_FILE_H_
#define MQWARDEN_PIPELINE_LIVE_METRICS_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

// Puts `text` in place of what `path` holds. Not synced: metrics of before a loss of
// power are of no use, and a sync would hold up the events.
absl::Status WriteMetricsFile(FileSystem* disk, const std::string& path,
                              std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_METRICS_FILE_H_
