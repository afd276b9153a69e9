#include "mqwarden/ingest/mq_text.h"

#include <cstddef>

namespace mqwarden {
namespace {

constexpr size_t kMaxNameBytes = 48;

bool IsNameByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '/' || c == '%';
}

}  // namespace

std::string_view LeadingName(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && size < kMaxNameBytes && IsNameByte(text[size])) {
    ++size;
  }
  return text.substr(0, size);
}

bool IsMqName(std::string_view text) {
  return !text.empty() && LeadingName(text) == text;
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
