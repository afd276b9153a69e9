// Which tokens of a rule text stand apart on a line.
#ifndef MQWARDEN_RULES_TOKEN_SPACING_H_
#define MQWARDEN_RULES_TOKEN_SPACING_H_

#include <cstddef>
#include <vector>

#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

// Whether a blank stands before the token `i`, which is not the first.
bool NeedsBlank(const RuleText& text, const std::vector<Token>& tokens,
                size_t i);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TOKEN_SPACING_H_
