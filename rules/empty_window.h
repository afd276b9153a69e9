// Whether the condition of a window holds when no event is in it: found by
// evaluating it there, with exact numbers.
#ifndef MQWARDEN_RULES_EMPTY_WINDOW_H_
#define MQWARDEN_RULES_EMPTY_WINDOW_H_

#include "mqwarden/rules/expr_pool.h"

namespace mqwarden {

// `condition` reads aggregates and constants alone. count, distinct and sum are
// 0 there; the other aggregates, a division by zero and what does not fit into
// 128 bits are undefined, and a comparison with undefined is false.
bool HoldsOfEmptyWindow(const ExprPool& pool, ExprId condition);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_EMPTY_WINDOW_H_
