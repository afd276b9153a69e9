#include "mqwarden/pipeline/spill_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "mqwarden/base/text.h"

namespace mqwarden {

SpillFile::~SpillFile() {
  if (fd_ >= 0) ::close(fd_);
}

absl::Status SpillFile::Fail(std::string_view what) const {
  return absl::UnavailableError(
      ToAbsl("cannot " + std::string(what) + " a temporary file in " + folder_ +
             ": " + std::generic_category().message(errno)));
}

absl::Status SpillFile::Append(std::string_view bytes) {
  if (fd_ < 0) {
    std::string path = folder_ + "/mqwarden.XXXXXX";
    fd_ = ::mkstemp(path.data());
    if (fd_ < 0) return Fail("make");
    ::unlink(path.c_str());
  }
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0) {
      if (errno == EINTR) continue;
      return Fail("write");
    }
    size_ += written;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SpillFile::ReadAt(int64_t offset, size_t size, char* out) {
  while (size > 0) {
    const ssize_t read = ::pread(fd_, out, size, static_cast<off_t>(offset));
    if (read < 0) {
      if (errno == EINTR) continue;
      return Fail("read");
    }
    if (read == 0) {
      return absl::DataLossError(
          ToAbsl("a temporary file in " + folder_ + " became shorter"));
    }
    offset += read;
    out += read;
    size -= static_cast<size_t>(read);
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
