#include "mqwarden/engine/network_trie.h"

#include <algorithm>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

// Few bits vary, so that networks lie within each other and addresses meet them.
IpAddress DrawAddress(std::mt19937* random) {
  IpAddress ip;
  if ((*random)() % 2 == 0) ip.bytes[10] = ip.bytes[11] = 0xff;
  ip.bytes[12] = static_cast<uint8_t>((*random)() % 3 * 127);
  ip.bytes[15] = static_cast<uint8_t>((*random)());
  return ip;
}

TEST(NetworkTrieTest, AgreesWithAskingEachNetwork) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<IpNetwork> networks;
    const size_t count = random() % 12;
    for (size_t i = 0; i < count; ++i) {
      const int lengths[] = {0, 80, 96, 99, 104, 113, 124, 128};
      const int prefix = lengths[(random() % 16 == 0) ? 0 : 1 + random() % 7];
      networks.push_back(NetworkOf(DrawAddress(&random), prefix));
    }
    const NetworkTrie trie(networks);
    for (int i = 0; i < 200; ++i) {
      const IpAddress ip = DrawAddress(&random);
      const bool is_in = std::any_of(
          networks.begin(), networks.end(),
          [&ip](const IpNetwork& network) { return network.Contains(ip); });
      ASSERT_EQ(trie.Contains(ip), is_in) << FormatIp(ip);
    }
  }
}

TEST(NetworkTrieTest, NoNetworkHoldsNothing) {
  EXPECT_FALSE(NetworkTrie({}).Contains(IpAddress()));
}

}  // namespace
}  // namespace mqwarden
