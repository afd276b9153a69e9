#include "mqwarden/pipeline/live/event_log.h"

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;

}  // namespace

absl::Status EventLog::Recover(std::optional<std::string_view> state) {
  MQWARDEN_ASSIGN_OR_RETURN(file_, disk_->Open(path_, OpenMode::kAppend));
  if (state) {
    ByteReader in(*state);
    length_ = in.I64();
    MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
    if (!in.done() || length_ < 0 || stat.size < length_) {
      return absl::DataLossError(
          ToAbsl(path_ + ": is shorter than its state says"));
    }
  }
  MQWARDEN_RETURN_IF_ERROR(file_->Truncate(length_));
  return disk_->SyncFolder(FolderOf(path_));
}

void EventLog::Take(const Event& event) {
  AppendEventJson(event, &buffer_);
  buffer_ += '\n';
  if (buffer_.size() >= kBufferBytes && status_.ok()) status_ = Flush();
}

absl::Status EventLog::Flush() {
  MQWARDEN_RETURN_IF_ERROR(status_);
  if (buffer_.empty()) return absl::OkStatus();
  status_ = file_->Append(buffer_);
  length_ += static_cast<int64_t>(buffer_.size());
  buffer_.clear();
  return status_;
}

absl::Status EventLog::Checkpoint(std::string* state) {
  MQWARDEN_RETURN_IF_ERROR(Flush());
  ByteWriter(state).I64(length_);
  return absl::OkStatus();
}

}  // namespace mqwarden
