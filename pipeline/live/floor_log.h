// Decisions about time that a clock has made, so that reading the same input again
// makes them again: which event of which source was too late because the run had not
// waited for it.
//
//   event <tab> floor <tab> source <newline>
//
// `event` counts the events of the source from 1, `floor` is in nanoseconds: from that
// event on, what is before the floor is late. Lines are appended when the decision is
// made, and durable with the next checkpoint. A line that is not whole ends the file.
// Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_FLOOR_LOG_H_
#define MQWARDEN_PIPELINE_LIVE_FLOOR_LOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

class FloorLog final {
 public:
  struct Entry {
    std::string source;
    int64_t event = 0;
    Time floor;
  };

  FloorLog(FileSystem* disk, std::string path)
      : disk_(disk), path_(std::move(path)) {}

  // The first call: what was written, in its order. A file over kMaxBytes is begun
  // anew with its last lines.
  absl::Status Open(std::vector<Entry>* entries);
  absl::Status Add(const Entry& entry);
  absl::Status Sync() { return file_->Sync(); }

 private:
  static constexpr size_t kMaxBytes = size_t{4} << 20;

  FileSystem* const disk_;
  const std::string path_;
  std::unique_ptr<File> file_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_FLOOR_LOG_H_
