#include "mqwarden/ingest/connection_name.h"

#include <cstddef>

namespace mqwarden {
namespace {

// MQ's names have at most 264 bytes; what is longer is looked at no further.
constexpr size_t kMaxBytes = 512;

std::optional<IpAddress> ParseToken(std::string_view token) {
  while (token.starts_with(' ')) token.remove_prefix(1);
  while (token.ends_with(' ')) token.remove_suffix(1);
  // `fe80::1%eth0`: the zone means nothing outside that host.
  return ParseIp(token.substr(0, token.find('%')));
}

}  // namespace

std::optional<IpAddress> AddressOfConnection(std::string_view connection) {
  connection = connection.substr(0, kMaxBytes);
  // Mostly it is an address and nothing else.
  if (!connection.empty() && connection.front() >= '0' &&
      connection.front() <= '9') {
    if (const auto ip = ParseIp(connection)) return ip;
  }
  connection = connection.substr(0, connection.find(','));
  for (size_t close = connection.rfind(')'); close != connection.npos && close > 0;
       close = connection.rfind(')', close - 1)) {
    const size_t open = connection.rfind('(', close);
    if (open == connection.npos) break;
    if (const auto ip =
            ParseToken(connection.substr(open + 1, close - open - 1))) {
      return ip;
    }
  }
  return ParseToken(connection.substr(0, connection.find('(')));
}

}  // namespace mqwarden
