#include "mqwarden/ingest/mq_text.h"

#include <array>
#include <cstddef>

namespace mqwarden {
namespace {

constexpr size_t kMaxNameBytes = 48;

constexpr std::array<bool, 256> kIsNameByte = [] {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = true;
  for (const char c : {'.', '_', '/', '%'}) table[static_cast<size_t>(c)] = true;
  return table;
}();

bool IsNameByte(char c) { return kIsNameByte[static_cast<unsigned char>(c)]; }

}  // namespace

std::string_view LeadingName(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && size < kMaxNameBytes && IsNameByte(text[size])) {
    ++size;
  }
  return text.substr(0, size);
}

bool IsMqName(std::string_view text) {
  return !text.empty() && LeadingName(text).size() == text.size();
}

std::string_view NameInMqsc(std::string_view command) {
  const size_t open = command.find('(');
  const size_t close = command.find(')');
  if (open == command.npos || close == command.npos || close < open) return {};
  std::string_view name = command.substr(open + 1, close - open - 1);
  while (!name.empty() && (name.front() == ' ' || name.front() == '\'')) {
    name.remove_prefix(1);
  }
  while (!name.empty() && (name.back() == ' ' || name.back() == '\'')) {
    name.remove_suffix(1);
  }
  return name;
}

bool IsZeroToken(std::string_view hex) {
  return hex.find_first_not_of("0. ") == hex.npos;
}

}  // namespace mqwarden
