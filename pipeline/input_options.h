// What to read of a command's inputs, and what was found in each of them.
#ifndef MQWARDEN_PIPELINE_INPUT_OPTIONS_H_
#define MQWARDEN_PIPELINE_INPUT_OPTIONS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/text_options.h"

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
  // Performance. Threads that read and decode, the caller's one of them. Neither
  // events nor reports depend on it.
  int threads = 1;
  // Of an input that are read at once.
  size_t piece_bytes = size_t{256} << 10;
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

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_INPUT_OPTIONS_H_
