#include "mqwarden/engine/network_trie.h"

#include <algorithm>
#include <bit>

namespace mqwarden {

NetworkTrie::NetworkTrie(std::span<const IpNetwork> networks) {
  // Of equal bases the widest first; what lies within a network follows it.
  std::vector<IpNetwork> sorted(networks.begin(), networks.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<IpNetwork> outer;
  for (const IpNetwork& network : sorted) {
    if (outer.empty() || !outer.back().Contains(network.base)) {
      outer.push_back(network);
    }
  }
  // Node after node, level by level: the networks of each share `byte` bytes and
  // stand in a row.
  struct Part {
    size_t begin;
    size_t end;
    size_t byte;
  };
  std::vector<Part> parts = {{0, outer.size(), 0}};
  nodes_.emplace_back();
  for (size_t n = 0; n < parts.size(); ++n) {
    const Part part = parts[n];
    Node node;
    node.first = static_cast<uint32_t>(nodes_.size());
    for (size_t i = part.begin; i < part.end;) {
      const IpNetwork& network = outer[i];
      const uint8_t value = network.base.bytes[part.byte];
      const int bits = network.prefix - static_cast<int>(8 * part.byte);
      if (bits <= 8) {
        for (size_t b = 0; b < size_t{1} << (8 - bits); ++b) {
          node.inside.Add(value + b);
        }
        ++i;
        continue;
      }
      const size_t begin = i;
      while (i < part.end && outer[i].base.bytes[part.byte] == value) ++i;
      node.goes_on.Add(value);
      parts.push_back({begin, i, part.byte + 1});
      nodes_.emplace_back();
    }
    for (size_t word = 1; word < node.before.size(); ++word) {
      node.before[word] = static_cast<uint8_t>(
          node.before[word - 1] + std::popcount(node.goes_on.words[word - 1]));
    }
    nodes_[n] = node;
  }
  constexpr IpAddress kV4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};
  constexpr size_t kSharedBytes = 12;
  while (v4_byte_ < kSharedBytes &&
         nodes_[v4_node_].goes_on.Has(kV4.bytes[v4_byte_])) {
    v4_node_ = ChildOf(nodes_[v4_node_], kV4.bytes[v4_byte_]);
    ++v4_byte_;
  }
}

uint32_t NetworkTrie::ChildOf(const Node& node, uint8_t byte) {
  const size_t word = byte / 64;
  const uint64_t before =
      node.goes_on.words[word] & ((uint64_t{1} << (byte % 64)) - 1);
  return node.first + node.before[word] +
         static_cast<uint32_t>(std::popcount(before));
}

bool NetworkTrie::Contains(const IpAddress& ip) const {
  uint32_t node = 0;
  size_t byte = 0;
  if (ip.is_v4()) {
    node = v4_node_;
    byte = v4_byte_;
  }
  // No network has a prefix of more than all bytes, so that none goes on behind
  // the last.
  for (;; ++byte) {
    const Node& at = nodes_[node];
    if (at.inside.Has(ip.bytes[byte])) return true;
    if (!at.goes_on.Has(ip.bytes[byte])) return false;
    node = ChildOf(at, ip.bytes[byte]);
  }
}

}  // namespace mqwarden
