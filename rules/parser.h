// Rule text to tree: the second stage of the compiler.
//
// Total: every text gives a tree. What does not parse becomes one diagnostic,
// and the parser goes on at the next clause or definition; the rule or
// definition it stands in is marked `broken`, so that no later stage speaks of
// it again. Parts of the language that are not built are refused in the same
// way, never ignored.
//
// Cost: linear in the text. Recursion is bounded by ast::kMaxNesting.
#ifndef MQWARDEN_RULES_PARSER_H_
#define MQWARDEN_RULES_PARSER_H_

#include <cstdint>
#include <memory>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

enum class ClauseOrder : uint8_t { kChecked, kAny };

ast::File Parse(std::shared_ptr<const RuleText> text,
                DiagnosticList* diagnostics,
                ClauseOrder order = ClauseOrder::kChecked);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_PARSER_H_
