#include "mqwarden/base/ip_address.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

#include "mqwarden/base/check.h"

namespace mqwarden {
namespace {

constexpr std::array<uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0,    0,
                                               0, 0, 0, 0, 0xFF, 0xFF};
constexpr int kV4PrefixBits = 96;

// A decimal number of up to three digits without leading zeros, at most `high`.
std::optional<int> ParseSmallNumber(std::string_view text, int high) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > high) return std::nullopt;
  return value;
}

// ParseV4() of a text as it mostly comes, without a loop over its bytes, whose
// turns nobody can predict. The text is a number of 16 bytes; a fourth of it,
// shifted so that its digits are the last ones of four bytes, is a number again.
// False says nothing.
bool ParseV4InRegisters(std::string_view text, uint8_t* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kLow = 0x7F * kOnes;
  constexpr size_t kShortest = 8;
  constexpr size_t kLongest = 15;
  if constexpr (std::endian::native != std::endian::little) return false;
  const size_t size = text.size();
  if (size < kShortest || size > kLongest) return false;
  uint64_t head;
  uint64_t tail;
  std::memcpy(&head, text.data(), 8);
  std::memcpy(&tail, text.data() + size - 8, 8);
  tail = size == 8 ? 0 : tail >> (8 * (16 - size));
  // 0x80 in each byte that is a point. Behind the end stand zeros.
  const auto points = [&](uint64_t eight) {
    const uint64_t x = eight ^ ('.' * kOnes);
    return ~(((x & kLow) + kLow) | x | kLow);
  };
  uint64_t first_points = points(head);
  uint64_t last_points = points(tail);
  size_t ends[4];
  for (int i = 0; i < 3; ++i) {
    if (first_points != 0) {
      ends[i] = static_cast<size_t>(std::countr_zero(first_points)) / 8;
      first_points &= first_points - 1;
    } else if (last_points != 0) {
      ends[i] = 8 + static_cast<size_t>(std::countr_zero(last_points)) / 8;
      last_points &= last_points - 1;
    } else {
      return false;
    }
  }
  if ((first_points | last_points) != 0) return false;
  ends[3] = size;
  const unsigned __int128 all =
      static_cast<unsigned __int128>(tail) << 64 | head;
  bool fits = true;
  size_t start = 0;
  for (int i = 0; i < 4; ++i) {
    const size_t digits = ends[i] - start;
    if (digits < 1 || digits > 3) return false;
    const auto four = static_cast<uint32_t>(all >> (8 * start));
    const uint32_t values = (four ^ 0x30303030u) << (8 * (4 - digits));
    const uint32_t value = (values >> 24) + (values >> 16 & 0xFF) * 10 +
                           (values >> 8 & 0xFF) * 100;
    // A byte above 9 gets its high bit.
    fits = fits && (((values + 0x76767676u) | values) & 0x80808080u) == 0 &&
           value <= 255 && value >= (digits == 3 ? 100u : digits == 2 ? 10u : 0u);
    bytes[i] = static_cast<uint8_t>(value);
    start = ends[i] + 1;
  }
  return fits;
}

bool ParseV4(std::string_view text, uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    const size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos) return false;
    const std::optional<int> octet = ParseSmallNumber(text.substr(0, end), 255);
    if (!octet) return false;
    bytes[i] = static_cast<uint8_t>(*octet);
    text.remove_prefix(i < 3 ? end + 1 : end);
  }
  return true;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Groups fill `bytes` from the left; at `::` their place is noted, and at the
// end the groups after it move to the right edge.
std::optional<IpAddress> ParseV6(std::string_view text) {
  IpAddress ip;
  size_t filled = 0;
  std::optional<size_t> gap;
  if (text.substr(0, 2) == "::") {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    size_t digits = 0;
    int group = 0;
    while (digits < text.size() && digits < 4 && HexDigit(text[digits]) >= 0) {
      group = group << 4 | HexDigit(text[digits]);
      ++digits;
    }
    if (digits < text.size() && text[digits] == '.') {
      if (filled > 12 || !ParseV4(text, &ip.bytes[filled])) return std::nullopt;
      filled += 4;
      break;
    }
    if (digits == 0 || filled > 14) return std::nullopt;
    ip.bytes[filled++] = static_cast<uint8_t>(group >> 8);
    ip.bytes[filled++] = static_cast<uint8_t>(group & 0xFF);
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.substr(0, 2) == "::") {
      if (gap) return std::nullopt;
      gap = filled;
      text.remove_prefix(2);
    } else if (text[0] == ':' && text.size() > 1) {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  if (!gap) {
    if (filled != 16) return std::nullopt;
    return ip;
  }
  if (filled > 14) return std::nullopt;  // `::` stands for one group at least
  const auto middle = ip.bytes.begin() + *gap;
  std::rotate(middle, ip.bytes.begin() + filled, ip.bytes.end());
  return ip;
}

void AppendV4(const uint8_t* bytes, std::string* out) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out->push_back('.');
    *out += std::to_string(bytes[i]);
  }
}

void AppendHexGroup(unsigned group, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = group >> shift & 0xF;
    started = started || digit != 0 || shift == 0;
    if (started) out->push_back(kHex[digit]);
  }
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

std::optional<IpAddress> ParseIp(std::string_view text) {
  IpAddress ip;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), ip.bytes.begin());
  if (ParseV4InRegisters(text, &ip.bytes[12])) return ip;
  if (text.find(':') != std::string_view::npos) return ParseV6(text);
  if (!ParseV4(text, &ip.bytes[12])) return std::nullopt;
  return ip;
}

std::string FormatIp(const IpAddress& ip) {
  std::string out;
  if (ip.is_v4()) {
    AppendV4(&ip.bytes[12], &out);
    return out;
  }
  const auto group = [&](int i) -> unsigned {
    return static_cast<unsigned>(ip.bytes[2 * i]) << 8 | ip.bytes[2 * i + 1];
  };
  // The first of the longest runs of zero groups becomes `::`, if it has two.
  int gap = 8;
  int gap_size = 1;
  for (int i = 0; i < 8; ++i) {
    int size = 0;
    while (i + size < 8 && group(i + size) == 0) ++size;
    if (size > gap_size) {
      gap = i;
      gap_size = size;
    }
  }
  for (int i = 0; i < 8; ++i) {
    if (i == gap) {
      out += "::";
      i += gap_size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out.push_back(':');
    AppendHexGroup(group(i), &out);
  }
  return out;
}

bool IpNetwork::Contains(const IpAddress& ip) const {
  return NetworkOf(ip, prefix).base == base;
}

IpNetwork NetworkOf(const IpAddress& ip, int prefix) {
  MQWARDEN_DCHECK(prefix >= 0 && prefix <= 128, "a prefix has 0 to 128 bits");
  IpNetwork network{ip, prefix};
  for (int i = 0; i < 16; ++i) {
    const int bits = std::clamp(prefix - 8 * i, 0, 8);
    network.base.bytes[i] &= static_cast<uint8_t>(0xFF00 >> bits);
  }
  return network;
}

NetworkSyntax ParseNetwork(std::string_view text, IpNetwork* network) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const std::optional<IpAddress> ip = ParseIp(address);
  if (!ip) return NetworkSyntax::kMalformed;
  int prefix = 128;
  if (slash != std::string_view::npos) {
    // The prefix counts the bits of the form that is written.
    const bool dotted = address.find(':') == std::string_view::npos;
    const std::optional<int> bits =
        ParseSmallNumber(text.substr(slash + 1), dotted ? 32 : 128);
    if (!bits) return NetworkSyntax::kMalformed;
    prefix = dotted ? *bits + kV4PrefixBits : *bits;
  }
  *network = NetworkOf(*ip, prefix);
  return network->base == *ip ? NetworkSyntax::kOk : NetworkSyntax::kHostBits;
}

std::string FormatNetwork(const IpNetwork& network) {
  const bool dotted = network.base.is_v4() && network.prefix >= kV4PrefixBits;
  return FormatIp(network.base) + "/" +
         std::to_string(dotted ? network.prefix - kV4PrefixBits
                               : network.prefix);
}

}  // namespace mqwarden
