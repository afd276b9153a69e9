// One temporary file without a name: bytes are appended, then read back by
// offset. It takes no room on disk once it is closed, however the process ends.
// Thread-compatible. A failed Status is final and names the folder.
#ifndef MQWARDEN_PIPELINE_SPILL_FILE_H_
#define MQWARDEN_PIPELINE_SPILL_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace mqwarden {

class SpillFile final {
 public:
  explicit SpillFile(std::string folder) : folder_(std::move(folder)) {}
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  // Makes the file at the first call.
  absl::Status Append(std::string_view bytes);

  // Where the next Append() writes.
  int64_t size() const { return size_; }

  // Exactly `size` bytes at `offset`, all of which were appended.
  absl::Status ReadAt(int64_t offset, size_t size, char* out);

 private:
  absl::Status Fail(std::string_view what) const;

  const std::string folder_;
  int fd_ = -1;
  int64_t size_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_SPILL_FILE_H_
