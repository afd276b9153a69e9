#include "mqwarden/pipeline/byte_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "mqwarden/base/text.h"

namespace mqwarden {

ByteFile::ByteFile(std::string path) : path_(std::move(path)) {}

ByteFile::~ByteFile() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

absl::Status ByteFile::Open() {
  fd_ = path_ == "-" ? STDIN_FILENO
                     : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  return fd_ < 0 ? Fail() : absl::OkStatus();
}

absl::StatusOr<std::string_view> ByteFile::Read(
    char* buffer, size_t size, const std::atomic<bool>* stop) {
  for (;;) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
      return std::string_view();
    }
    const ssize_t read = ::read(fd_, buffer, size);
    if (read >= 0) {
      return std::string_view(buffer, static_cast<size_t>(read));
    }
    if (errno != EINTR) return Fail();
  }
}

absl::Status ByteFile::Fail() const {
  return absl::UnavailableError(
      ToAbsl("cannot read " + (path_ == "-" ? "standard input" : path_) + ": " +
             std::generic_category().message(errno)));
}

}  // namespace mqwarden
