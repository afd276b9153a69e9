// A file or standard input as it stands on disk, read in pieces, so that progress
// can be told and an interrupt is noticed between two of them.
// Thread-compatible. A read that waits notices an interrupt by itself, so that it
// may stand on a thread that no signal reaches.
#ifndef MQWARDEN_PIPELINE_BYTE_FILE_H_
#define MQWARDEN_PIPELINE_BYTE_FILE_H_

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mqwarden {

class ByteFile final {
 public:
  // `path`: "-" is standard input.
  explicit ByteFile(std::string path);
  ~ByteFile();
  ByteFile(const ByteFile&) = delete;
  ByteFile& operator=(const ByteFile&) = delete;

  // Returns kUnavailable with the system's reason, as Read() does.
  absl::Status Open();

  // The next bytes, at most `size`, which go to `buffer`; "" at the end, and when
  // `stop`, which may be null, is set.
  absl::StatusOr<std::string_view> Read(char* buffer, size_t size,
                                        const std::atomic<bool>* stop);

 private:
  absl::Status Fail() const;

  const std::string path_;
  int fd_ = -1;
  bool may_wait_ = false;  // a pipe or a terminal
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_BYTE_FILE_H_
