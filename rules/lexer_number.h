// The words of a rule text that begin with a digit: numbers, durations, dates,
// times of day and instants. A part of the lexer.
#ifndef MQWARDEN_RULES_LEXER_NUMBER_H_
#define MQWARDEN_RULES_LEXER_NUMBER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

struct NumberWord {
  TokenKind kind = TokenKind::kError;
  size_t size = 0;
  int64_t value = 0;
  // kError
  DiagnosticCode error = DiagnosticCode::kBadNumber;
  std::string message;
  std::string help;
  std::string replacement;
};

// The word at the start of `text`, which begins with a digit. Cost: linear in
// the word.
NumberWord ReadNumber(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LEXER_NUMBER_H_
