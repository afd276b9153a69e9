#include "mqwarden/base/terminal_text.h"

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool IsControl(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool MovesOrBreaksText(char32_t c) {
  return c == 0x061C ||                    // Arabic letter mark
         c == 0x200E || c == 0x200F ||     // left-to-right, right-to-left mark
         c == 0x2028 || c == 0x2029 ||     // line, paragraph separator
         (c >= 0x202A && c <= 0x202E) ||   // embeddings and overrides
         (c >= 0x2066 && c <= 0x2069);     // isolates
}

void AppendByte(unsigned char byte, std::string* out) {
  out->append("\\x");
  out->push_back(kHex[byte >> 4]);
  out->push_back(kHex[byte & 0xF]);
}

// Only for code points below 0x10000, which is all that is escaped.
void AppendCodePoint(char32_t c, std::string* out) {
  out->append("\\u{");
  for (int shift = 12; shift >= 0; shift -= 4) {
    out->push_back(kHex[c >> shift & 0xF]);
  }
  out->push_back('}');
}

}  // namespace

void AppendEscapedForTerminal(std::string_view text, std::string* out) {
  while (!text.empty()) {
    const Utf8Char c = DecodeUtf8(text);
    if (!c.valid || (c.size == 1 && IsControl(c.code_point))) {
      AppendByte(static_cast<unsigned char>(text[0]), out);
    } else if (IsControl(c.code_point) || MovesOrBreaksText(c.code_point)) {
      AppendCodePoint(c.code_point, out);
    } else {
      out->append(text.substr(0, c.size));
    }
    text.remove_prefix(c.size);
  }
}

std::string EscapeForTerminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  AppendEscapedForTerminal(text, &out);
  return out;
}

}  // namespace mqwarden
