// Warnings about one rule or report as it was checked: that it can never fire,
// or reads what is never there.
#ifndef MQWARDEN_RULES_LINT_RULE_H_
#define MQWARDEN_RULES_LINT_RULE_H_

#include <functional>

#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

using LintSwitch = std::function<bool(DiagnosticCode)>;

void LintRule(const ExprPool& pool, const CheckedRule& rule,
              const LintSwitch& enabled, DiagnosticList* diagnostics);
void LintReport(const ExprPool& pool, const CheckedReport& report,
                const LintSwitch& enabled, DiagnosticList* diagnostics);

// The kinds of events in which some source fills `field`, bit 1 << Kind; all
// where that is not limited.
uint32_t KindsWithField(FieldId field);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LINT_RULE_H_
