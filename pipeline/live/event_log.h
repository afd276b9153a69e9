// Events as NDJSON in a file that is exactly once across crashes: the side output of a
// live run, for what came too late.
//
// As a Destination is for alerts: its state is how long the file is, and Recover() cuts
// it back to that. Thread-compatible. A failed Status is final.
#ifndef MQWARDEN_PIPELINE_LIVE_EVENT_LOG_H_
#define MQWARDEN_PIPELINE_LIVE_EVENT_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class EventLog final {
 public:
  EventLog(FileSystem* disk, std::string path)
      : disk_(disk), path_(std::move(path)) {}

  // The first call. Without a state the file is begun anew.
  absl::Status Recover(std::optional<std::string_view> state);
  void Take(const Event& event);
  absl::Status Flush();
  // Flushes, and appends the state.
  absl::Status Checkpoint(std::string* state);
  absl::Status Sync() { return file_->Sync(); }
  const absl::Status& status() const { return status_; }

 private:
  FileSystem* const disk_;
  const std::string path_;
  std::unique_ptr<File> file_;
  std::string buffer_;
  int64_t length_ = 0;
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_EVENT_LOG_H_
