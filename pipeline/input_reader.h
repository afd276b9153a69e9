// Reads the inputs of a command one after another, whatever their format, and
// accounts for every record.
#ifndef MQWARDEN_PIPELINE_INPUT_READER_H_
#define MQWARDEN_PIPELINE_INPUT_READER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

struct InputOptions {
  // Behaviour.
  std::vector<std::string> inputs;  // files, folders, "-"
  InputFormat format = InputFormat::kAuto;
  // What records of text leave open. Its `from` is set to the one below where it
  // has none.
  TextOptions text;
  // Events outside [from, to] are left out; those without a time stay.
  std::optional<Time> from;
  std::optional<Time> to;
  // Set by another thread or a signal handler to end the reading early.
  const std::atomic<bool>* stop = nullptr;
};

// What was rejected for one reason in one input.
struct RejectReport {
  int64_t count = 0;
  // The first of them. `excerpt` is its beginning as it stands, not escaped.
  int64_t first_offset = 0;
  std::string first_detail;
  std::string first_excerpt;
};

// read = normalized + rejected.
struct InputReport {
  std::string path;
  int64_t bytes = 0;       // after decompression
  int64_t read = 0;        // records
  int64_t normalized = 0;
  std::map<std::string, RejectReport> rejected;  // by reason
  // Records that carry no event of their own, by what they are; not in `read`.
  std::map<std::string, int64_t> passed_over;
  int64_t outside = 0;     // of normalized, outside [from, to]
  // Where and why a compressed file could not be read on; "" where it was read
  // to its end.
  std::string damage;

  int64_t rejected_count() const;
};

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
