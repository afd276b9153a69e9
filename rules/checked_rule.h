// Rules, reports and policies after checking: every name resolved, every type known.
//
// Expressions are numbered in the ExprPool; the plan of a rule holds its own
// clauses only, until the compiler merges the policy and moves everything into
// the plan's pool.
#ifndef MQWARDEN_RULES_CHECKED_RULE_H_
#define MQWARDEN_RULES_CHECKED_RULE_H_

#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

struct CheckedRule {
  const ast::Rule* ast = nullptr;
  RuleTextPtr text;
  RulePlan plan;
  // What the list of an `absent` means: its contents, or the name of its file.
  Hash128 universe;
  // Labels of steps that nothing reads.
  std::vector<ast::Name> unused_labels;
};

struct CheckedReport {
  const ast::Report* ast = nullptr;
  RuleTextPtr text;
  ReportPlan plan;
};

// What a site adds to a rule, and the text in which it stands.
struct AmendedBy {
  RuleTextPtr text;
  const ast::Amendment* amendment = nullptr;
};

// The clauses of all policies, in order of file and position. Excludes and
// mutes may read `rule` and `rule_tags`.
struct CheckedPolicy {
  std::vector<ExcludePlan> excludes;
  std::vector<MutePlan> mutes;
  std::vector<LimitPlan> limits;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_CHECKED_RULE_H_
