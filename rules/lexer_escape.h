// The escapes of strings. A part of the lexer.
#ifndef MQWARDEN_RULES_LEXER_ESCAPE_H_
#define MQWARDEN_RULES_LEXER_ESCAPE_H_

#include <cstddef>
#include <string_view>

namespace mqwarden {

struct Escape {
  size_t size = 0;  // in bytes, the backslash included
  char32_t code_point = 0;
  bool valid = false;
};

// The escape at the start of `text`, which begins with a backslash and holds at
// least one byte after it.
Escape ReadEscape(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LEXER_ESCAPE_H_
