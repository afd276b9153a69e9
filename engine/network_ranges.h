// Whether an address is in any of many networks, at the cost of a binary search.
//
// Model: ask each network. Networks either lie within each other or apart, so the
// outer ones alone are kept, as ranges in order: the leaves of the trie of their
// prefixes, without its inner nodes. Immutable.
#ifndef MQWARDEN_ENGINE_NETWORK_RANGES_H_
#define MQWARDEN_ENGINE_NETWORK_RANGES_H_

#include <span>
#include <vector>

#include "mqwarden/base/ip_address.h"

namespace mqwarden {

class NetworkRanges {
 public:
  explicit NetworkRanges(std::span<const IpNetwork> networks);

  bool Contains(const IpAddress& ip) const;

 private:
  std::vector<IpNetwork> outer_;  // by base, apart from each other
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_NETWORK_RANGES_H_
