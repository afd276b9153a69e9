// The address in a connection name, as IBM MQ writes such names.
#ifndef MQWARDEN_INGEST_CONNECTION_NAME_H_
#define MQWARDEN_INGEST_CONNECTION_NAME_H_

#include <optional>
#include <string_view>

#include "mqwarden/base/ip_address.h"

namespace mqwarden {

// Forms: `host`, `host(port)`, `host (ip)`, `host (ip)(port)`, `ip`, `ip(port)`,
// `(ipv6)(port)`. The last innermost parenthesis that holds an address wins,
// else what stands before the first parenthesis; a list is judged by its first
// element; nullopt where there is no address, as in a host name alone.
std::optional<IpAddress> AddressOfConnection(std::string_view connection);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_CONNECTION_NAME_H_
