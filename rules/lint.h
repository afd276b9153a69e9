// Warnings about a rule set that compiles: what its author most likely did not
// mean. Each has a slug by which it can be switched off.
#ifndef MQWARDEN_RULES_LINT_H_
#define MQWARDEN_RULES_LINT_H_

#include <span>
#include <string>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

// A rule set after all of it was checked without an error.
struct LintInput {
  const Definitions& definitions;
  const ExprChecker& checker;
  const ExprPool& pool;
  std::span<const CheckedRule> rules;
  std::span<const CheckedReport> reports;
};

// `disabled` holds slugs or codes; those that no check has are ignored.
void LintRules(const LintInput& input, std::span<const std::string> disabled,
               DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LINT_H_
