#include "mqwarden/pipeline/live/socket_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      ToAbsl("address " + std::string(text) + " " + std::string(why)));
}

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

absl::StatusOr<SocketAddress> UnixAddress(SocketAddress address,
                                          std::string_view path) {
  struct ::sockaddr_un where = {};
  if (path.empty() || path.size() >= sizeof(where.sun_path)) {
    return Bad(address.text, "has no path of 1 to 107 bytes");
  }
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.data(), path.size());
  address.bytes.assign(reinterpret_cast<const char*>(&where), sizeof(where));
  return address;
}

absl::StatusOr<SocketAddress> InternetAddress(SocketAddress address,
                                              std::string_view rest) {
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == rest.size()) {
    return Bad(address.text, "is not HOST:PORT");
  }
  std::string host(rest.substr(0, colon));
  const std::string port(rest.substr(colon + 1));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return Bad(address.text, "needs brackets around its IPv6 address");
  }
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoi(port) > 65535) {
    return Bad(address.text, "has no port of 0 to 65535");
  }
  struct ::addrinfo hints = {};
  hints.ai_socktype = address.is_stream() ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  struct ::addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0 || found == nullptr) {
    return absl::UnavailableError(
        ToAbsl("address " + address.text + ": " + ::gai_strerror(error)));
  }
  address.bytes.assign(reinterpret_cast<const char*>(found->ai_addr),
                       found->ai_addrlen);
  ::freeaddrinfo(found);
  return address;
}

}  // namespace

bool SocketAddress::is_local() const {
  if (is_unix()) return true;
  ::sa_family_t family = 0;
  std::memcpy(&family, bytes.data() + offsetof(struct ::sockaddr, sa_family),
              sizeof(family));
  if (family == AF_INET && bytes.size() >= sizeof(struct ::sockaddr_in)) {
    struct ::sockaddr_in where;
    std::memcpy(&where, bytes.data(), sizeof(where));
    return (ntohl(where.sin_addr.s_addr) >> 24) == 127;
  }
  if (family == AF_INET6 && bytes.size() >= sizeof(struct ::sockaddr_in6)) {
    struct ::sockaddr_in6 where;
    std::memcpy(&where, bytes.data(), sizeof(where));
    return IN6_IS_ADDR_LOOPBACK(&where.sin6_addr);
  }
  return false;
}

absl::StatusOr<SocketAddress> ParseSocketAddress(std::string_view text) {
  SocketAddress address;
  address.text = text;
  std::string_view rest = text;
  if (TakePrefix("unix:", &rest)) return UnixAddress(std::move(address), rest);
  if (TakePrefix("unix-stream:", &rest)) {
    address.kind = SocketAddress::Kind::kUnixStream;
    return UnixAddress(std::move(address), rest);
  }
  if (TakePrefix("udp:", &rest)) {
    address.kind = SocketAddress::Kind::kUdp;
    return InternetAddress(std::move(address), rest);
  }
  if (TakePrefix("tcp:", &rest)) {
    address.kind = SocketAddress::Kind::kTcp;
    return InternetAddress(std::move(address), rest);
  }
  return Bad(text, "begins with none of unix: unix-stream: udp: tcp:");
}

absl::StatusOr<int> OpenSocket(const SocketAddress& address) {
  ::sa_family_t family = 0;
  std::memcpy(&family, address.bytes.data() + offsetof(struct ::sockaddr, sa_family),
              sizeof(family));
  const int type = address.is_stream() ? SOCK_STREAM : SOCK_DGRAM;
  const int socket = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket >= 0) return socket;
  return absl::UnavailableError(ToAbsl("cannot make a socket for " + address.text +
                                       ": " +
                                       std::generic_category().message(errno)));
}

}  // namespace mqwarden
