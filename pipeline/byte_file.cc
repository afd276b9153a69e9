#include "mqwarden/pipeline/byte_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr int kLookMs = 50;  // after which `stop` is looked at again

}  // namespace

ByteFile::ByteFile(std::string path) : path_(std::move(path)) {}

ByteFile::~ByteFile() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

absl::Status ByteFile::Open() {
  fd_ = path_ == "-" ? STDIN_FILENO
                     : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) return Fail();
  struct stat status;
  may_wait_ = ::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode);
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> ByteFile::Read(
    char* buffer, size_t size, const std::atomic<bool>* stop) {
  for (;;) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
      return std::string_view();
    }
    if (stop != nullptr && may_wait_) {
      pollfd ready = {fd_, POLLIN, 0};
      if (::poll(&ready, 1, kLookMs) <= 0) continue;
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
