// Finds clauses that can never be true, judged as a whole: two values of one
// field under `and`, an empty range, a condition together with its opposite, a
// kind that `on` does not name.
//
// Sound, not complete: what it finds is never true; of what it does not find
// nothing is said. Its work is bounded by kMaxNeverTrueSteps, beyond which it
// finds nothing.
#ifndef MQWARDEN_RULES_NEVER_TRUE_H_
#define MQWARDEN_RULES_NEVER_TRUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

inline constexpr int kMaxNeverTrueSteps = 50'000;

// One of the conditions that a clause joins with `and`.
struct ClausePart {
  ExprId id = kNoExpr;
  Span span;
};

struct NeverTrue {
  // The part at fault, or the two that contradict each other; neither: all of
  // them together.
  std::optional<size_t> part;
  std::optional<size_t> other;
  // It would be possible under other kinds.
  bool by_kind = false;
};

// `kinds` are those of `on`, bit 1 << Kind; 0: any.
std::optional<NeverTrue> FindNeverTrue(const ExprPool& pool,
                                       std::span<const ClausePart> parts,
                                       uint32_t kinds);

// Whether `condition` holds of every event of `kinds` of which `where` does. As
// sound and as incomplete.
bool Implies(const ExprPool& pool, ExprId where, ExprId condition,
             uint32_t kinds);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_NEVER_TRUE_H_
