// The words of a rule text: what the lexer makes and the parser reads.
//
// A token is small and owns nothing; its text is a slice of the RuleText it
// came from. Strings and decimals are decoded from that slice when used.
#ifndef MQWARDEN_RULES_TOKEN_H_
#define MQWARDEN_RULES_TOKEN_H_

#include <cstdint>

#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

enum class TokenKind : uint8_t {
  kEnd,        // always the last token, and only there
  kError,      // the lexer has said what is wrong with it
  kComment,    // `#` up to the end of the line, without it
  kIdentifier,
  kString,     // "…"; value: its place in the bytes that were lexed
  kRawString,  // r"…"; value: likewise
  kInt,        // value
  kDecimal,
  kDuration,   // value: nanoseconds
  kTimeOfDay,  // value: minutes after midnight, at most 24:00
  kDate,       // 2026-11-20
  kInstant,    // value: nanoseconds since 1970
  kLeftBrace,
  kRightBrace,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kComma,
  kColon,
  kDot,
  kQuestion,
  kPipe,
  kAssign,  // =
  kEq,
  kNe,
  kLt,
  kLe,
  kGt,
  kGe,
  kPlus,
  kMinus,
  kStar,
  kSlash,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool first_on_line = false;
  Span span;
  int64_t value = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TOKEN_H_
