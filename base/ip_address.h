// Internet addresses and networks. IPv4 has no type of its own: 10.1.2.3 is
// kept as ::ffff:10.1.2.3, so every spelling of an address is one value, and a
// prefix always counts the 128 bits of the IPv6 form.
#ifndef MQWARDEN_BASE_IP_ADDRESS_H_
#define MQWARDEN_BASE_IP_ADDRESS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mqwarden {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};  // in network order

  bool is_v4() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  // IPv4 by IPv4, at its place in the IPv6 order.
  friend std::strong_ordering operator<=>(const IpAddress&,
                                          const IpAddress&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const IpAddress& ip) {
    return H::combine(std::move(state), ip.bytes);
  }
};

// Dotted IPv4 with four octets, or any form of RFC 4291 section 2.2. Nullopt
// for the rest: octets with leading zeros (octal to some readers), zone ids,
// brackets, ports, white space.
std::optional<IpAddress> ParseIp(std::string_view text);

// RFC 5952 for IPv6, dotted for IPv4 in whatever spelling it came.
std::string FormatIp(const IpAddress& ip);

// The addresses whose first `prefix` bits are those of `base`.
// Invariant: 0 <= prefix <= 128, and the bits of `base` after it are zero.
struct IpNetwork {
  IpAddress base;
  int prefix = 0;

  bool Contains(const IpAddress& ip) const;

  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
  friend std::strong_ordering operator<=>(const IpNetwork&,
                                          const IpNetwork&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const IpNetwork& network) {
    return H::combine(std::move(state), network.base, network.prefix);
  }
};

// The network of that size which `ip` is in. `prefix` is from 0 to 128.
IpNetwork NetworkOf(const IpAddress& ip, int prefix);

enum class NetworkSyntax {
  kOk,
  kMalformed,  // no address, or no prefix that fits it
  kHostBits,   // bits after the prefix are set, as in 10.1.2.3/8
};

// `10.0.0.0/8`, `2001:db8::/32`, or an address, which is a network of one.
// After kHostBits `network` is what was most likely meant, 10.0.0.0/8; after
// kMalformed it is unchanged.
NetworkSyntax ParseNetwork(std::string_view text, IpNetwork* network);

// The text that ParseNetwork reads back, always with its prefix.
std::string FormatNetwork(const IpNetwork& network);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_IP_ADDRESS_H_
