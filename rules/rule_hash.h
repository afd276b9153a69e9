// What a rule means as two hashes: its version, of every clause, and its state
// hash, of the clauses that its state depends on and of what else the state
// holds. Macros count as written out;
// layout, comments, tests and what `from` files hold do not count.
#ifndef MQWARDEN_RULES_RULE_HASH_H_
#define MQWARDEN_RULES_RULE_HASH_H_

#include <span>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/expr_pool.h"

namespace mqwarden {

// Sets `version` and `state_hash` of `rule`, whose expressions are those of
// `pool` and whose policy clauses have been merged. `universe` is what the list
// of an `absent` means.
void HashRule(const ExprPool& pool, std::span<const LimitPlan> policy_limits,
              Hash128 universe, RulePlan* rule);

// The same of a report.
void HashReport(const ExprPool& pool, ReportPlan* report);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_HASH_H_
