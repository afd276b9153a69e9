// What a condition says of one known value: the part of evaluation that the
// compiler needs to fold a policy's clauses into a rule and to find conditions
// that are never true.
#ifndef MQWARDEN_RULES_CONST_EVAL_H_
#define MQWARDEN_RULES_CONST_EVAL_H_

#include <optional>
#include <string_view>

#include "mqwarden/engine/plan.h"

namespace mqwarden {

// Whether `node`, a condition about its first child alone, holds when that
// child is `value`; nullopt when it is about more, or of another form.
std::optional<bool> HoldsOf(const PlanPool& pool, const Expr& node,
                            const Constant& value);

// Whether a text fits a set, as the operators of texts compare it.
bool FitsTextSet(const TextSet& set, std::string_view text);
bool FitsGlobs(const GlobSet& set, std::string_view text);
bool FitsRegexes(const RegexSet& set, std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_CONST_EVAL_H_
