#include "mqwarden/rules/lexer_escape.h"

#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/rules/lexer.h"

namespace mqwarden {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Escape ReadEscape(std::string_view text) {
  switch (text[1]) {
    case '"':
    case '\\':
      return {2, static_cast<char32_t>(text[1]), true};
    case 'n':
      return {2, '\n', true};
    case 'r':
      return {2, '\r', true};
    case 't':
      return {2, '\t', true};
    case 'u':
      break;
    default:
      return {1 + Utf8CharSize(text.substr(1)), 0, false};
  }
  if (text.size() < 3 || text[2] != '{') return {2, 0, false};
  char32_t value = 0;
  size_t i = 3;
  for (; i < text.size() && HexValue(text[i]) >= 0; ++i) {
    if (i < 10) value = value * 16 + static_cast<char32_t>(HexValue(text[i]));
  }
  const size_t digits = i - 3;
  if (i == text.size() || text[i] != '}') return {i, 0, false};
  const bool is_character =
      value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  return {i + 1, value, digits >= 1 && digits <= 6 && is_character};
}

DecodedString DecodeString(std::string_view bytes, const Token& token) {
  MQWARDEN_DCHECK(token.kind == TokenKind::kString ||
                      token.kind == TokenKind::kRawString,
                  "only a string is decoded");
  const bool raw = token.kind == TokenKind::kRawString;
  DecodedString decoded;
  size_t i = static_cast<size_t>(token.value) + (raw ? 2 : 1);
  while (bytes[i] != '"') {
    size_t size = 1;
    const size_t before = decoded.value.size();
    if (bytes[i] == '\\' && !raw) {
      const Escape escape = ReadEscape(bytes.substr(i));
      AppendUtf8(escape.code_point, &decoded.value);
      size = escape.size;
    } else {
      decoded.value += bytes[i];
    }
    decoded.offsets.insert(decoded.offsets.end(),
                           decoded.value.size() - before,
                           static_cast<uint32_t>(i));
    i += size;
  }
  decoded.offsets.push_back(static_cast<uint32_t>(i));
  return decoded;
}

}  // namespace mqwarden
