// Reads the inputs of a command one after another, whatever their format, and
// accounts for every record.
#ifndef MQWARDEN_PIPELINE_INPUT_READER_H_
#define MQWARDEN_PIPELINE_INPUT_READER_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/pipeline/input_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct InputProgress {
  int64_t done_bytes = 0;   // on disk
  int64_t total_bytes = 0;  // 0: not known
};

struct InputHandler {
  // Before the events of a further file.
  std::function<void()> begin_file;
  // An event, good until the call returns. May be changed. Returns "" where it is
  // taken, else the reason that it is rejected for.
  std::function<absl::StatusOr<std::string_view>(Event* event)> on_event;
  // Before on_event, what filled the event, which begins at `offset` of its file;
  // may be empty, and then nothing is noted.
  std::function<void(const Provenance& provenance, int64_t offset)> on_explain;
  // From time to time; may be empty.
  std::function<void(const InputProgress&)> on_progress;
};

struct InputSummary {
  std::vector<InputReport> files;  // in the order in which they were read
  bool interrupted = false;        // by `stop`
};

// Returns the system's reason, naming the file, when one does not exist or cannot
// be opened or read, and what a handler returns when it fails; events up to then
// have been handed over.
absl::StatusOr<InputSummary> ReadInputs(const InputOptions& options,
                                        const InputHandler& handler);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_INPUT_READER_H_
