// Warnings about a rule set that compiles: what its author most likely did not
// mean. Each has a slug by which it can be switched off.
#ifndef MQWARDEN_RULES_LINT_H_
#define MQWARDEN_RULES_LINT_H_

#include <span>
#include <string>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

// `definitions` and `checker` after all rules were checked without an error.
// `disabled` holds slugs or codes; those that no check has are ignored.
void LintRules(std::span<const ast::File> files, const Definitions& definitions,
               const ExprChecker& checker,
               std::span<const std::string> disabled,
               DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LINT_H_
