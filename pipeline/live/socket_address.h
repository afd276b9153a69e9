// Where a socket of syslog, metrics or the like is: as users write it, and as the
// system takes it.
//
//   unix:/dev/log              datagrams to a path
//   unix-stream:/run/x.sock    a stream to a path
//   udp:192.0.2.1:514  udp:[2001:db8::1]:514  udp:siem.example:514
//   tcp:...                    likewise
#ifndef MQWARDEN_PIPELINE_LIVE_SOCKET_ADDRESS_H_
#define MQWARDEN_PIPELINE_LIVE_SOCKET_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mqwarden {

struct SocketAddress {
  enum class Kind : uint8_t { kUnixDatagram, kUnixStream, kUdp, kTcp };
  Kind kind = Kind::kUnixDatagram;
  std::string text;   // as written
  std::string bytes;  // a sockaddr

  bool is_stream() const {
    return kind == Kind::kUnixStream || kind == Kind::kTcp;
  }
  bool is_unix() const {
    return kind == Kind::kUnixDatagram || kind == Kind::kUnixStream;
  }
  // Reachable from this machine alone.
  bool is_local() const;
};

// Looks a host name up, once, which may wait for the resolver: at the start of a run
// and not within it. kInvalidArgument for a text of another form; kUnavailable for a
// name that is not found.
absl::StatusOr<SocketAddress> ParseSocketAddress(std::string_view text);

// A non-blocking socket for it, not connected; an error names the address.
absl::StatusOr<int> OpenSocket(const SocketAddress& address);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_SOCKET_ADDRESS_H_
