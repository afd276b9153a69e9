// Checked rules to a plan: merges the policy into each rule, folds what is
// constant there, hashes what the rule means, and copies the expressions that
// rules use into a pool of the plan's own, in the order of the rules' names.
// The result depends on nothing else: not on the order of files, not on a hash
// table's order.
#ifndef MQWARDEN_RULES_COMPILER_H_
#define MQWARDEN_RULES_COMPILER_H_

#include <memory>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {

// Null after a report: a rule that is over a bound of the engine. Moves sets
// and tables out of `pool`.
std::shared_ptr<const Plan> BuildPlan(
    std::vector<CheckedRule> rules, std::vector<CheckedReport> reports,
    const CheckedPolicy& policy, std::shared_ptr<const Inventory> inventory,
    ExprPool* pool, DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_COMPILER_H_
