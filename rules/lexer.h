// Rule text to tokens: the first stage of the compiler.
//
// Total: every text gives tokens that end with kEnd. What is wrong becomes a
// diagnostic and a kError token, which later stages pass over in silence. A
// text of more than RuleText::kMaxBytes gives one diagnostic and kEnd alone.
// Cost: linear in the text.
#ifndef MQWARDEN_RULES_LEXER_H_
#define MQWARDEN_RULES_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

// Comments are tokens too, in their place.
std::vector<Token> Lex(const std::shared_ptr<const RuleText>& text,
                       DiagnosticList* diagnostics);

// A string after its escapes. `offsets` has one entry more than `value` has
// bytes: where in `bytes` each byte of it, and the closing quote, stands.
struct DecodedString {
  std::string value;
  std::vector<uint32_t> offsets;
};
// `bytes` is what `token`, a string, was lexed from.
DecodedString DecodeString(std::string_view bytes, const Token& token);

// The tokens of `decoded.value` from `begin` up to the `}` that closes a brace
// opened before `begin`, or to the end; kEnd stands there. `decoded` is a
// string of the rule text itself, and spans are those of the rule text. Sets
// `*end` to the place of that `}` in the value, or to the value's size when
// there is none.
std::vector<Token> LexEmbedded(const std::shared_ptr<const RuleText>& text,
                               const DecodedString& decoded, size_t begin,
                               size_t* end, DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LEXER_H_
