// Limits of the oracle: budgets, what they hold, and what a digest will say of
// it.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_LIMITS_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_LIMITS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/tests/oracle/oracle.h"
#include "mqwarden/tests/oracle/oracle_expr.h"
#include "mqwarden/tests/oracle/oracle_value.h"

namespace mqwarden::oracle {

// What a limit kept back of one tuple in one period.
struct HeldInPeriod {
  int64_t count = 0;
  Time first{};
  OracleAlert last;               // the last alert held
  std::vector<AlertField> group;  // the tuple in its spelling
};

// One budget: a limit of a rule, or one of the two of a policy's limit.
struct Budget {
  const ast::Limit* limit = nullptr;
  bool of_policy = false;
  std::map<Key, std::vector<Time>> sent{};
  std::map<Key, int64_t> held{};
  std::map<std::pair<Key, int64_t>, HeldInPeriod> digests{};  // by period

  // The end of the period with that number: when its digest is due.
  Time EndOf(int64_t period) const { return Time(limit->per.value * (period + 1)); }
};

// Whether `alert` may be sent. A policy does not know the names that `by` gives.
// `budgets` are those of the policy, then those of
// the rule, in text order. Sets `held` of an alert that passes.
bool PassesLimits(std::span<Budget* const> budgets, const Scope& of_rule,
                  OracleAlert* alert);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_LIMITS_H_
