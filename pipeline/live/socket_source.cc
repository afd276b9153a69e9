#include "mqwarden/pipeline/live/socket_source.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
// Of one call to Read().
constexpr int kMaxDatagrams = 256;
constexpr int kReceiveBytes = 4 << 20;
constexpr int kBacklog = 128;

absl::Status Fail(std::string_view what, const SocketAddress& address) {
  return absl::UnavailableError(
      ToAbsl("cannot " + std::string(what) + ' ' + address.text + ": " +
             std::generic_category().message(errno)));
}

// A path that nobody listens at is left over from a process that has gone.
bool IsLeftOver(const SocketAddress& address, const std::string& path) {
  struct ::stat stat = {};
  if (::lstat(path.c_str(), &stat) < 0 || !S_ISSOCK(stat.st_mode)) return false;
  const auto probe = OpenSocket(address);
  if (!probe.ok()) return false;
  const int result =
      ::connect(*probe, reinterpret_cast<const sockaddr*>(address.bytes.data()),
                static_cast<socklen_t>(address.bytes.size()));
  const bool is_refused = result < 0 && errno == ECONNREFUSED;
  ::close(*probe);
  return is_refused;
}

}  // namespace

SocketSource::~SocketSource() {
  for (Connection& connection : connections_) ::close(connection.socket);
  if (socket_ >= 0) ::close(socket_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

absl::Status SocketSource::Open(std::optional<std::string_view> state,
                                EventStream::Callback take) {
  stream_ = std::make_unique<ResumableStream>(options_, std::move(take));
  buffer_.resize(kPieceBytes);
  if (state) {
    ByteReader in(*state);
    lost_ = in.I64();
    stream_->Load(&in);
    if (!in.done()) {
      return absl::DataLossError(ToAbsl(name_ + ": its saved state is damaged"));
    }
  }
  MQWARDEN_ASSIGN_OR_RETURN(socket_, OpenSocket(address_));
  std::string path;
  if (address_.is_unix()) {
    const auto* const unix_address =
        reinterpret_cast<const sockaddr_un*>(address_.bytes.data());
    path = unix_address->sun_path;
    if (IsLeftOver(address_, path)) ::unlink(path.c_str());
  } else {
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(address_.bytes.data()),
             static_cast<socklen_t>(address_.bytes.size())) < 0) {
    return Fail("listen at", address_);
  }
  path_ = path;
  if (!path_.empty()) ::chmod(path_.c_str(), 0660);
  if (address_.is_stream()) {
    if (::listen(socket_, kBacklog) < 0) return Fail("listen at", address_);
  } else {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes,
                 sizeof(kReceiveBytes));
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
  }
  return absl::OkStatus();
}

int SocketSource::port() const {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &size) < 0) {
    return 0;
  }
  if (storage.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  }
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  }
  return 0;
}

void SocketSource::Save(ByteWriter* out) const {
  out->I64(lost_);
  stream_->Save(out);
}

void SocketSource::Finish() {
  for (Connection& connection : connections_) {
    lines_.clear();
    connection.unframer.Finish(&lines_);
    FeedLines(&connection, lines_);
    if (!connection.line.empty()) {
      connection.line += '\n';
      stream_->Feed(connection.line);
      connection.line.clear();
    }
  }
  stream_->FinishFile();
}

void SocketSource::FeedLines(Connection* connection, std::string_view text) {
  const size_t end = text.rfind('\n');
  if (end == text.npos) {
    connection->line += text;
    // More than a message can be: what it is the beginning of is given up.
    if (connection->line.size() <= SyslogUnframer::kMaxFrameBytes) return;
    connection->line += '\n';
    stream_->Feed(connection->line);
    connection->line.clear();
    return;
  }
  if (!connection->line.empty()) {
    const size_t first = text.find('\n') + 1;
    connection->line += text.substr(0, first);
    stream_->Feed(connection->line);
    connection->line.clear();
    text.remove_prefix(first);
    return FeedLines(connection, text);
  }
  stream_->Feed(text.substr(0, end + 1));
  connection->line = text.substr(end + 1);
}

void SocketSource::Close(Connection* connection) {
  ::close(connection->socket);
  connection->socket = -1;
  lines_.clear();
  connection->unframer.Finish(&lines_);
  FeedLines(connection, lines_);
  if (connection->line.empty()) return;
  connection->line += '\n';
  stream_->Feed(connection->line);
  connection->line.clear();
}

void SocketSource::Accept() {
  while (connections_.size() < kMaxConnections) {
    const int socket = ::accept4(socket_, nullptr, nullptr,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return;
    }
    connections_.emplace_back().socket = socket;
  }
}

bool SocketSource::ReadConnection(Connection* connection) {
  const ssize_t size =
      ::recv(connection->socket, buffer_.data(), buffer_.size(), 0);
  if (size > 0) {
    lines_.clear();
    connection->unframer.Append({buffer_.data(), static_cast<size_t>(size)},
                                &lines_);
    FeedLines(connection, lines_);
    return true;
  }
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return false;
  }
  Close(connection);
  return true;
}

bool SocketSource::ReadDatagrams() {
  bool has_read = false;
  for (int i = 0; i < kMaxDatagrams; ++i) {
    iovec piece = {buffer_.data(), buffer_.size()};
    alignas(cmsghdr) char control[64];
    msghdr message = {};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    const ssize_t size = ::recvmsg(socket_, &message, 0);
    if (size < 0) break;
    has_read = true;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) {
        continue;
      }
      uint32_t dropped = 0;
      std::memcpy(&dropped, CMSG_DATA(part), sizeof(dropped));
      lost_ += dropped - dropped_;  // it may wrap
      dropped_ = dropped;
    }
    lines_.assign(buffer_.data(), static_cast<size_t>(size));
    while (!lines_.empty() && (lines_.back() == '\n' || lines_.back() == 0)) {
      lines_.pop_back();
    }
    if (lines_.empty()) continue;
    for (char& byte : lines_) {
      if (byte == '\n' || byte == '\r' || byte == 0) byte = ' ';
    }
    lines_ += '\n';
    stream_->Feed(lines_);
  }
  return has_read;
}

absl::StatusOr<Source::Progress> SocketSource::Read() {
  bool has_read = false;
  if (address_.is_stream()) {
    Accept();
    for (Connection& connection : connections_) {
      has_read |= ReadConnection(&connection);
    }
    connections_.remove_if(
        [](const Connection& connection) { return connection.socket < 0; });
  } else {
    has_read = ReadDatagrams();
  }
  MQWARDEN_RETURN_IF_ERROR(stream_->status());
  return has_read ? Progress::kRead : Progress::kNothing;
}

void SocketSource::AddInterests(std::vector<Interest>* interests) const {
  if (!address_.is_stream() || connections_.size() < kMaxConnections) {
    interests->push_back({.descriptor = socket_, .readable = true});
  }
  for (const Connection& connection : connections_) {
    interests->push_back({.descriptor = connection.socket, .readable = true});
  }
}

}  // namespace mqwarden
