// Whether an address is in any of many networks, at the cost of a step a byte.
//
// Model: ask each network. What is done instead: networks lie within each other or
// apart, so the outer ones alone are kept, in a trie of the bytes of addresses. A
// node has a bit for each byte with which a network ends here (the address is in it)
// and one for each that goes on; its children stand in a row, and which of them is
// meant is how many bits stand before. So a node takes 80 bytes where a table of
// pointers took a kilobyte. IPv4 begins behind the bytes that all of it shares, and
// is decided after at most four.
//
// Immutable. Cost beside ranges in order: docs/decisions/0016-networks-in-a-trie.md.
#ifndef MQWARDEN_ENGINE_NETWORK_TRIE_H_
#define MQWARDEN_ENGINE_NETWORK_TRIE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mqwarden/base/ip_address.h"

namespace mqwarden {

class NetworkTrie {
 public:
  explicit NetworkTrie(std::span<const IpNetwork> networks);

  bool Contains(const IpAddress& ip) const;

 private:
  // One bit for each value of a byte.
  struct Bits {
    std::array<uint64_t, 4> words{};

    bool Has(uint8_t byte) const {
      return (words[byte / 64] >> (byte % 64) & 1) != 0;
    }
    void Add(size_t byte) { words[byte / 64] |= uint64_t{1} << (byte % 64); }
  };
  struct Node {
    Bits inside;   // the address is in a network
    Bits goes_on;  // a child knows
    uint32_t first = 0;                // child
    std::array<uint8_t, 4> before{};   // bits of goes_on before each word
  };
  // The child for a byte that goes on.
  static uint32_t ChildOf(const Node& node, uint8_t byte);

  std::vector<Node> nodes_;  // the root is the first
  // Where IPv4 begins, and at which byte.
  uint32_t v4_node_ = 0;
  size_t v4_byte_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_NETWORK_TRIE_H_
