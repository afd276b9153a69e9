// One layout for rule texts.
//
//   rule r {
//     title    "T"              clauses in their order, arguments in a column
//     on       authz, authn
//     where    outcome == failure
//              and user == "a"  lines broken by the author stay broken
//     alert { summary "…" }     a block on one line stays there, if it is short
//   }
//
// The words stay as they are: only white space, the order of clauses and commas
// between rows change. Comments stay with what they stand before or behind.
// Formatting what was formatted changes nothing, and the tree of the text, so
// the meaning of each rule, is the same before and after.
//
// Cost: linear in the text, beside the sorting of clauses.
#ifndef MQWARDEN_RULES_FORMATTER_H_
#define MQWARDEN_RULES_FORMATTER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

// The text laid out, or nothing where it does not parse, after what is wrong with
// it was added to `diagnostics`. Clauses out of order are not wrong here.
std::optional<std::string> FormatRuleText(
    const std::shared_ptr<const RuleText>& text, DiagnosticList* diagnostics);

// The same for a text that was parsed without an error, with all its tokens.
std::string FormatParsed(const ast::File& file,
                         const std::vector<Token>& tokens);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_FORMATTER_H_
