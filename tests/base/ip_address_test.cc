#include "mqwarden/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(IpAddressTest, EverySpellingIsReadAndShownInOne) {
  struct Case {
    std::string text;
    std::string shown;
  };
  const std::vector<Case> cases = {
      {"10.1.2.3", "10.1.2.3"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::ffff:10.1.2.3", "10.1.2.3"},
      {"::FFFF:0a01:0203", "10.1.2.3"},
      {"0:0:0:0:0:ffff:10.1.2.3", "10.1.2.3"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:0db8::0001", "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"fe80:0:0:0:0:0:0:0", "fe80::"},
  };
  for (const Case& c : cases) {
    const auto ip = ParseIp(c.text);
    ASSERT_TRUE(ip.has_value()) << c.text;
    EXPECT_EQ(FormatIp(*ip), c.shown) << c.text;
    EXPECT_EQ(ParseIp(c.shown), ip) << c.text;
  }
  EXPECT_TRUE(ParseIp("::ffff:1.2.3.4")->is_v4());
  EXPECT_FALSE(ParseIp("::1.2.3.4")->is_v4());
}

TEST(IpAddressTest, OtherTextsAreNoAddresses) {
  for (const std::string text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3",
        "256.1.1.1", "1.2.3.04", "010.1.2.3", "00.1.2.3", "1.2.3.1000",
        "1.2.3.-4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:80", "0x1.2.3.4", ":",
        ":::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "1:::2", "::1:", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::",
        "::g", "fe80::1%eth0", "[::1]", "::1.2.3", "::1.2.3.256",
        "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4",
        "example.com"}) {
    EXPECT_FALSE(ParseIp(text).has_value()) << text;
  }
}

// glibc accepts the same texts; its output differs only for embedded IPv4.
TEST(IpAddressTest, RandomTextsAgreeWithTheSystemLibrary) {
  std::mt19937 random(1);
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    const size_t parts = 1 + random() % 9;
    for (size_t n = 0; n < parts; ++n) {
      constexpr const char* kParts[] = {"0", "1", "ff", "db8", "ffff", "",
                                        "0", "1.2.3.4", "99"};
      if (n > 0) text += ":";
      text += kParts[random() % 9];
    }
    if (random() % 4 == 0) text += ":";
    if (random() % 4 == 0) text = ":" + text;
    if (text.find(':') == std::string::npos) continue;
    std::array<uint8_t, 16> expected;
    const bool ok = inet_pton(AF_INET6, text.c_str(), expected.data()) == 1;
    const std::optional<IpAddress> ip = ParseIp(text);
    ASSERT_EQ(ip.has_value(), ok) << text;
    if (!ok) continue;
    ++accepted;
    ASSERT_EQ(ip->bytes, expected) << text;
  }
  EXPECT_GT(accepted, 5000);
}

TEST(IpAddressTest, RandomDottedTextsAgreeWithTheSystemLibrary) {
  std::mt19937 random(2);
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    const size_t parts = random() % 8 == 0 ? 1 + random() % 6 : 4;
    for (size_t n = 0; n < parts; ++n) {
      constexpr const char* kParts[] = {"0",   "9",  "10",  "99", "100", "255",
                                        "256", "07", "300", "",   "1a",  "1234"};
      if (n > 0) text += '.';
      text += random() % 16 == 0 ? kParts[random() % 12] : kParts[random() % 6];
    }
    if (random() % 16 == 0 && !text.empty()) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    if (text.find(':') != text.npos || text.find('\0') != text.npos) continue;
    std::array<uint8_t, 4> expected;
    const bool ok = inet_pton(AF_INET, text.c_str(), expected.data()) == 1;
    const std::optional<IpAddress> ip = ParseIp(text);
    ASSERT_EQ(ip.has_value(), ok) << text;
    if (!ok) continue;
    ++accepted;
    ASSERT_TRUE(ip->is_v4());
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), ip->bytes.begin() + 12))
        << text;
  }
  EXPECT_GT(accepted, 50000);
}

TEST(IpAddressTest, RandomAddressesReadBack) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    IpAddress ip;
    for (int group = 0; group < 8; ++group) {
      if (random() % 2 == 0) continue;
      ip.bytes[2 * group] = static_cast<uint8_t>(random() % 3);
      ip.bytes[2 * group + 1] = static_cast<uint8_t>(random());
    }
    const std::string text = FormatIp(ip);
    ASSERT_EQ(ParseIp(text), ip) << text;
    char expected[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, ip.bytes.data(), expected, sizeof(expected));
    if (std::string(expected).find('.') == std::string::npos) {
      ASSERT_EQ(text, expected);
    }
  }
}

TEST(IpNetworkTest, NetworksAreReadAndShown) {
  struct Case {
    std::string text;
    std::string shown;
    int prefix;
  };
  const std::vector<Case> cases = {
      {"10.0.0.0/8", "10.0.0.0/8", 104},
      {"0.0.0.0/0", "0.0.0.0/0", 96},
      {"192.0.2.1", "192.0.2.1/32", 128},
      {"192.0.2.1/32", "192.0.2.1/32", 128},
      {"2001:DB8::/32", "2001:db8::/32", 32},
      {"2001:db8::1", "2001:db8::1/128", 128},
      {"::/0", "::/0", 0},
      {"::ffff:10.0.0.0/104", "10.0.0.0/8", 104},
  };
  for (const Case& c : cases) {
    IpNetwork network;
    ASSERT_EQ(ParseNetwork(c.text, &network), NetworkSyntax::kOk) << c.text;
    EXPECT_EQ(FormatNetwork(network), c.shown);
    EXPECT_EQ(network.prefix, c.prefix);
    IpNetwork again;
    EXPECT_EQ(ParseNetwork(c.shown, &again), NetworkSyntax::kOk);
    EXPECT_EQ(again, network);
  }
}

TEST(IpNetworkTest, HostBitsAreToldApartFromNonsense) {
  IpNetwork network;
  EXPECT_EQ(ParseNetwork("10.1.2.3/8", &network), NetworkSyntax::kHostBits);
  EXPECT_EQ(FormatNetwork(network), "10.0.0.0/8");
  EXPECT_EQ(ParseNetwork("2001:db8::1/127", &network),
            NetworkSyntax::kHostBits);
  EXPECT_EQ(FormatNetwork(network), "2001:db8::/127");
  const IpNetwork before = network;
  for (const std::string text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1",
        "10.0.0.0/8/8", "10.0.0.0 /8", "10.0.0/8", "::/129", "::/0128",
        "10.0.0.0/255.0.0.0"}) {
    EXPECT_EQ(ParseNetwork(text, &network), NetworkSyntax::kMalformed) << text;
  }
  EXPECT_EQ(network, before);
}

TEST(IpNetworkTest, ANetworkContainsItsAddressesAndNoOthers) {
  const auto contains = [](const std::string& network_text,
                           const std::string& ip) {
    IpNetwork network;
    EXPECT_EQ(ParseNetwork(network_text, &network), NetworkSyntax::kOk);
    return network.Contains(ParseIp(ip).value());
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.0.0.0"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_FALSE(contains("10.0.0.0/8", "9.255.255.255"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.128"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::"));
  EXPECT_FALSE(contains("2001:db8::/32", "2001:db9::"));
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.0"));
}

TEST(IpNetworkTest, ContainsAgreesBitByBit) {
  std::mt19937 random(1);
  int inside = 0;
  for (int i = 0; i < 20000; ++i) {
    IpAddress base, ip;
    for (uint8_t& byte : base.bytes) byte = static_cast<uint8_t>(random());
    ip = base;
    const int flipped = static_cast<int>(random() % 128);
    ip.bytes[flipped / 8] ^= static_cast<uint8_t>(0x80 >> flipped % 8);
    const int prefix = static_cast<int>(random() % 129);
    const bool expected = flipped >= prefix;
    ASSERT_EQ(NetworkOf(base, prefix).Contains(ip), expected);
    inside += expected;
  }
  EXPECT_GT(inside, 1000);
}

}  // namespace
}  // namespace mqwarden
