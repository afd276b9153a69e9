// UTF-8 one character at a time, for text that may be anything: a character is
// a well-formed sequence (no overlong forms, no surrogates, at most U+10FFFF),
// or else a single byte that starts none.
#ifndef MQWARDEN_BASE_UTF8_H_
#define MQWARDEN_BASE_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace mqwarden {

struct Utf8Char {
  char32_t code_point = 0;  // meaningless when not valid
  unsigned char size = 0;   // in bytes: 1 to 4
  bool valid = false;
};

// The character that starts at `text[0]`. `text` is not empty.
Utf8Char DecodeUtf8(std::string_view text);

// Its size alone; 1 where the byte starts no well-formed sequence.
inline size_t Utf8CharSize(std::string_view text) {
  return static_cast<unsigned char>(text[0]) < 0x80 ? 1
                                                    : DecodeUtf8(text).size;
}

bool IsValidUtf8(std::string_view text);

// Number of characters in `text`.
size_t CountUtf8Chars(std::string_view text);

// Appends `code_point`, or U+FFFD for a surrogate or a value above U+10FFFF.
void AppendUtf8(char32_t code_point, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_UTF8_H_
