#include "mqwarden/engine/network_ranges.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace mqwarden {

NetworkRanges::NetworkRanges(std::span<const IpNetwork> networks) {
  // Of equal bases the widest first; what lies within a network follows it.
  std::vector<IpNetwork> sorted(networks.begin(), networks.end());
  std::sort(sorted.begin(), sorted.end());
  for (const IpNetwork& network : sorted) {
    if (outer_.empty() || !outer_.back().Contains(network.base)) {
      outer_.push_back(network);
    }
  }
}

bool NetworkRanges::Contains(const IpAddress& ip) const {
  const auto after = std::upper_bound(
      outer_.begin(), outer_.end(), ip,
      [](const IpAddress& address, const IpNetwork& network) {
        return address < network.base;
      });
  return after != outer_.begin() && std::prev(after)->Contains(ip);
}

}  // namespace mqwarden
