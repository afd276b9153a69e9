// The conditions and clauses of a plan in the words of the language: what people
// are shown of a rule where its text is not at hand, and what two versions of a
// rule are compared by.
//
// Equal meanings give equal texts: layout, comments and the names of lists and
// macros are not in a plan. A text is cut, with `…`, above kMaxPlanTextBytes:
// shared expressions written out could grow without a bound.
#ifndef MQWARDEN_PIPELINE_PLAN_TEXT_H_
#define MQWARDEN_PIPELINE_PLAN_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/plan.h"

namespace mqwarden {

inline constexpr size_t kMaxPlanTextBytes = size_t{1} << 16;

// `outcome == failure and (reason == 2035 or user like "svc*")`. `rule` names
// what aggregates, captures and keys mean and may be null. Not escaped.
std::string ExprText(const PlanPool& pool, const RulePlan* rule, ExprId id);

// As a literal of the language: `"ana"`, 5m, failure.
std::string ConstantText(const Constant& constant);

// "user, each tags"
std::string KeyText(const PlanPool& pool, const RulePlan* rule,
                    const std::vector<KeyPart>& by);

// "3 per 1h by user"
std::string LimitText(const PlanPool& pool, const RulePlan* rule,
                      const LimitPlan& limit);

// At most `bytes` of `text` and whole characters; with `…` where that is not all.
std::string CutText(std::string_view text, size_t bytes);

struct RuleClause {
  std::string name;  // "where", "exclude", …
  std::string text;
  bool operator==(const RuleClause&) const = default;
};

// What a rule says, in the order of the language. A clause that may repeat has an
// entry each time.
std::vector<RuleClause> RuleClauses(const PlanPool& pool,
                                    const RulePlan& rule);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_PLAN_TEXT_H_
