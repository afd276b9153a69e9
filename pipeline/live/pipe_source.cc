#include "mqwarden/pipeline/live/pipe_source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;

absl::Status Fail(const std::string& path) {
  return absl::UnavailableError(
      ToAbsl("cannot read " + (path == "-" ? "standard input" : path) + ": " +
             std::generic_category().message(errno)));
}

}  // namespace

PipeSource::~PipeSource() {
  if (descriptor_ >= 0 && !is_stdin()) ::close(descriptor_);
}

absl::Status PipeSource::Open(std::optional<std::string_view> state,
                              EventStream::Callback take) {
  stream_ = std::make_unique<ResumableStream>(options_, std::move(take));
  buffer_.resize(kPieceBytes);
  if (state) {
    ByteReader in(*state);
    stream_->Load(&in);
    if (!in.done()) {
      return absl::DataLossError(ToAbsl(name_ + ": its saved state is damaged"));
    }
  }
  // Open for writing too, so that the pipe does not end when a writer goes.
  descriptor_ = is_stdin() ? STDIN_FILENO
                           : ::open(path_.c_str(),
                                    O_RDWR | O_NONBLOCK | O_CLOEXEC);
  return descriptor_ < 0 ? Fail(path_) : absl::OkStatus();
}

absl::StatusOr<Source::Progress> PipeSource::Read() {
  if (has_ended_) return Progress::kEnded;
  // Standard input may be shared with others, so that its flags are left alone.
  struct pollfd poll = {descriptor_, POLLIN, 0};
  if (::poll(&poll, 1, 0) <= 0) return Progress::kNothing;
  const ssize_t size = ::read(descriptor_, buffer_.data(), buffer_.size());
  if (size < 0) {
    if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) {
      return Progress::kNothing;
    }
    return Fail(path_);
  }
  if (size == 0) {
    has_ended_ = true;
    stream_->FinishFile();
    return Progress::kEnded;
  }
  stream_->Feed({buffer_.data(), static_cast<size_t>(size)});
  MQWARDEN_RETURN_IF_ERROR(stream_->status());
  return Progress::kRead;
}

void PipeSource::AddInterests(std::vector<Interest>* interests) const {
  if (has_ended_) return;
  interests->push_back({.descriptor = descriptor_, .readable = true});
}

}  // namespace mqwarden
