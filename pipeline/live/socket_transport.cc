#include "mqwarden/pipeline/live/socket_transport.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace mqwarden {
namespace {

constexpr size_t kMaxUnwritten = size_t{256} << 10;
constexpr Duration kConnectTimeout = std::chrono::seconds(10);
// How often a stream is asked what has arrived, while something is on its way.
constexpr Duration kArrivalPoll = std::chrono::milliseconds(20);

bool IsTransient(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR ||
         error == ENOBUFS;
}

}  // namespace

SocketTransport::~SocketTransport() {
  if (socket_ >= 0) ::close(socket_);
}

void SocketTransport::Step(Duration now) {
  stepped_ = now;
  if (state_ == State::kClosed && !backoff_.waits(now)) Connect(now);
  if (state_ == State::kConnecting) FinishConnecting(now);
  if (state_ != State::kConnected) return;
  if (address_.is_stream() && !ReadAnswers()) {
    NoteArrivals();
    Fail(now);
    return;
  }
  Write(now);
  if (state_ == State::kConnected) NoteArrivals();
}

void SocketTransport::Connect(Duration now) {
  const auto socket = OpenSocket(address_);
  if (!socket.ok()) {
    Fail(now);
    return;
  }
  socket_ = *socket;
  const int result =
      ::connect(socket_, reinterpret_cast<const ::sockaddr*>(address_.bytes.data()),
                static_cast<::socklen_t>(address_.bytes.size()));
  // A full queue of a path says EAGAIN and has begun nothing: tried again later.
  if (result < 0 && errno != EINPROGRESS && errno != EINTR) {
    Fail(now);
    return;
  }
  connecting_since_ = now;
  state_ = result == 0 ? State::kConnected : State::kConnecting;
}

void SocketTransport::FinishConnecting(Duration now) {
  struct ::pollfd poll = {.fd = socket_, .events = POLLOUT, .revents = 0};
  if (::poll(&poll, 1, 0) <= 0) {
    if (SaturatingSub(now, connecting_since_) >= kConnectTimeout) Fail(now);
    return;
  }
  int error = 0;
  ::socklen_t size = sizeof(error);
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    Fail(now);
  } else {
    state_ = State::kConnected;
  }
}

void SocketTransport::Fail(Duration now) {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  state_ = State::kClosed;
  out_.clear();
  sent_.clear();
  written_ = given_ = 0;
  ++failures_;
  ++resets_;
  backoff_.Fail(now);
}

// Receivers of syslog say nothing; whether they closed shows here. What one says all
// the same is thrown away.
bool SocketTransport::ReadAnswers() {
  char bytes[4096];
  for (int reads = 0; reads < 16; ++reads) {
    const ssize_t got = ::recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (got == 0) return false;
    if (got < 0) return IsTransient(errno);
  }
  return true;
}

bool SocketTransport::can_take() const {
  return state_ == State::kConnected &&
         (address_.is_stream() ? out_.size() < kMaxUnwritten : sent_.empty());
}

void SocketTransport::Take(std::string_view record, int64_t next, Duration now) {
  const size_t before = out_.size();
  AppendSyslogFrame(record, framing_, &out_);
  given_ += static_cast<int64_t>(out_.size() - before);
  sent_.push_back({.end = given_, .next = next});
  // A stream is written in pieces of some size, or when Step() comes.
  if (!address_.is_stream() || out_.size() >= kMaxUnwritten / 4) Write(now);
}

void SocketTransport::Write(Duration now) {
  size_t done = 0;
  while (done < out_.size()) {
    const ssize_t sent = ::send(socket_, out_.data() + done, out_.size() - done,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && IsTransient(errno)) break;
    if (sent < 0) {
      Fail(now);
      return;
    }
    // A datagram goes as a whole.
    done += address_.is_stream() ? static_cast<size_t>(sent) : out_.size();
  }
  out_.erase(0, done);
  written_ += static_cast<int64_t>(done);
  if (!address_.is_stream()) NoteArrivals();
}

void SocketTransport::NoteArrivals() {
  if (sent_.empty()) return;
  int64_t arrived = written_;
  if (address_.is_stream()) {
    // TCP: bytes without an acknowledgement. A path: at least the bytes not read.
    int waiting = 0;
    if (::ioctl(socket_, SIOCOUTQ, &waiting) < 0) return;
    arrived -= waiting;
  }
  while (!sent_.empty() && sent_.front().end <= arrived) {
    acknowledged_ = sent_.front().next;
    sent_.pop_front();
    backoff_.Succeed();
  }
}

std::optional<Duration> SocketTransport::next_step() const {
  switch (state_) {
    case State::kClosed:
      return backoff_.until();
    case State::kConnecting:
      return SaturatingAdd(connecting_since_, kConnectTimeout);
    case State::kConnected:
      if (sent_.empty()) return std::nullopt;
      return SaturatingAdd(stepped_, kArrivalPoll);
  }
  return std::nullopt;
}

void SocketTransport::AddInterests(std::vector<Interest>* interests) const {
  if (state_ == State::kClosed) return;
  interests->push_back(
      {.descriptor = socket_,
       .readable = state_ == State::kConnected && address_.is_stream(),
       .writable = state_ == State::kConnecting || !out_.empty()});
}

}  // namespace mqwarden
