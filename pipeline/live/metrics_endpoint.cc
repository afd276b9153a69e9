#include "mqwarden/pipeline/live/metrics_endpoint.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxRequestBytes = size_t{8} << 10;
constexpr size_t kMaxConnections = 32;
constexpr Duration kPatience = std::chrono::seconds(5);

absl::Status Failed(const SocketAddress& address) {
  return absl::UnavailableError(ToAbsl("cannot listen at " + address.text + ": " +
                                       std::generic_category().message(errno)));
}

std::string Response(std::string_view status, std::string_view type,
                     std::string_view body, bool with_body) {
  std::string text = "HTTP/1.1 " + std::string(status) +
                     "\r\nContent-Type: " + std::string(type) +
                     "\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\nConnection: close\r\n";
  if (status.starts_with("405")) text += "Allow: GET, HEAD\r\n";
  text += "\r\n";
  if (with_body) text += body;
  return text;
}

// The path of a socket that nobody listens at any more.
void RemoveDeadSocket(const SocketAddress& address, const std::string& path) {
  struct ::stat stat = {};
  if (::lstat(path.c_str(), &stat) < 0 || !S_ISSOCK(stat.st_mode)) return;
  const auto probe = OpenSocket(address);
  if (!probe.ok()) return;
  if (::connect(*probe, reinterpret_cast<const ::sockaddr*>(address.bytes.data()),
                static_cast<::socklen_t>(address.bytes.size())) < 0 &&
      errno == ECONNREFUSED) {
    ::unlink(path.c_str());
  }
  ::close(*probe);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Listen(
    const SocketAddress& address, std::function<std::string()> make) {
  if (!address.is_stream() || !address.is_local()) {
    return absl::InvalidArgumentError(
        ToAbsl("metrics at " + address.text +
               ": neither a path (unix-stream:) nor an address of the loopback"));
  }
  std::string path;
  if (address.is_unix()) {
    struct ::sockaddr_un where;
    std::memcpy(&where, address.bytes.data(), sizeof(where));
    path = where.sun_path;
    RemoveDeadSocket(address, path);
  }
  MQWARDEN_ASSIGN_OR_RETURN(const int listener, OpenSocket(address));
  // Owned from here on, so that a failure closes it; the path is not ours yet.
  std::unique_ptr<MetricsEndpoint> endpoint(
      new MetricsEndpoint(listener, std::move(make)));
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(listener, reinterpret_cast<const ::sockaddr*>(address.bytes.data()),
             static_cast<::socklen_t>(address.bytes.size())) < 0) {
    return Failed(address);
  }
  endpoint->path_ = path;
  if (::listen(listener, kMaxConnections) < 0) return Failed(address);
  return endpoint;
}

MetricsEndpoint::~MetricsEndpoint() {
  for (const Connection& connection : connections_) ::close(connection.socket);
  ::close(listener_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

int MetricsEndpoint::port() const {
  struct ::sockaddr_storage where = {};
  ::socklen_t size = sizeof(where);
  if (::getsockname(listener_, reinterpret_cast<::sockaddr*>(&where), &size) < 0) {
    return 0;
  }
  if (where.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const ::sockaddr_in&>(where).sin_port);
  }
  if (where.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const ::sockaddr_in6&>(where).sin6_port);
  }
  return 0;
}

void MetricsEndpoint::Step(Duration now) {
  Accept(now);
  for (auto it = connections_.begin(); it != connections_.end();) {
    if (now >= it->deadline || Serve(&*it)) {
      ::close(it->socket);
      it = connections_.erase(it);
    } else {
      ++it;
    }
  }
}

void MetricsEndpoint::Accept(Duration now) {
  while (connections_.size() < kMaxConnections) {
    const int socket =
        ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.deadline = SaturatingAdd(now, kPatience);
  }
}

bool MetricsEndpoint::Serve(Connection* connection) {
  while (connection->answer.empty()) {
    char bytes[2048];
    const ssize_t got = ::recv(connection->socket, bytes, sizeof(bytes), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    if (got == 0) return true;
    connection->request.append(bytes, static_cast<size_t>(got));
    if (connection->request.size() > kMaxRequestBytes) {
      connection->answer =
          Response("431 Request Header Fields Too Large", "text/plain", "", true);
    } else if (connection->request.find("\r\n\r\n") != std::string::npos ||
               connection->request.find("\n\n") != std::string::npos) {
      ++requests_;
      connection->answer = Answer(connection->request);
    }
  }
  while (connection->sent < connection->answer.size()) {
    const ssize_t sent =
        ::send(connection->socket, connection->answer.data() + connection->sent,
               connection->answer.size() - connection->sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    connection->sent += static_cast<size_t>(sent);
  }
  return true;
}

std::string MetricsEndpoint::Answer(const std::string& request) {
  // METHOD SP TARGET SP HTTP/1.x
  const std::string_view line =
      std::string_view(request).substr(0, request.find_first_of("\r\n"));
  const size_t first = line.find(' ');
  const size_t second = first == std::string_view::npos ? first
                                                        : line.find(' ', first + 1);
  if (second == std::string_view::npos ||
      !line.substr(second + 1).starts_with("HTTP/1.")) {
    return Response("400 Bad Request", "text/plain", "", true);
  }
  const std::string_view method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, second - first - 1);
  target = target.substr(0, target.find('?'));
  if (method != "GET" && method != "HEAD") {
    return Response("405 Method Not Allowed", "text/plain", "", true);
  }
  const bool with_body = method == "GET";
  if (target == "/metrics") {
    return Response("200 OK", "text/plain; version=0.0.4; charset=utf-8", make_(),
                    with_body);
  }
  if (target == "/healthz") {
    return Response("200 OK", "text/plain", "ok\n", with_body);
  }
  return Response("404 Not Found", "text/plain",
                  "there are /metrics and /healthz\n", with_body);
}

std::optional<Duration> MetricsEndpoint::next_step() const {
  std::optional<Duration> next;
  for (const Connection& connection : connections_) {
    next = std::min(next.value_or(connection.deadline), connection.deadline);
  }
  return next;
}

void MetricsEndpoint::AddInterests(std::vector<Interest>* interests) const {
  if (connections_.size() < kMaxConnections) {
    interests->push_back({.descriptor = listener_, .readable = true});
  }
  for (const Connection& connection : connections_) {
    const bool answers = !connection.answer.empty();
    interests->push_back({.descriptor = connection.socket,
                          .readable = !answers,
                          .writable = answers});
  }
}

}  // namespace mqwarden
