// What makes a window's condition true, read from its text: how many events at
// least, and what they must be like. The reckoning that boundary cases compare the
// engine with, so it knows nothing of how the engine keeps a window.
#ifndef MQWARDEN_PIPELINE_BOUNDARY_RECIPE_H_
#define MQWARDEN_PIPELINE_BOUNDARY_RECIPE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/example_event.h"

namespace mqwarden {

struct BoundaryRecipe {
  // Fewer events do not make the condition true, so many like this do. 0: the
  // condition compares something that is not understood, such as a ratio.
  int64_t events = 1;
  // Of each event.
  std::vector<EventWishes::Condition> conditions;
  std::vector<EventWishes::Equal> equal;
  std::vector<ExprId> present;
  // Values of which the events have so many different ones between them.
  std::vector<std::pair<ExprId, int64_t>> distinct;
};

// Of `when CONDITION in D`. Of an `or` the branch that fewest events reach.
BoundaryRecipe RecipeOf(const PlanPool& pool, const RulePlan& rule,
                        ExprId condition);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_BOUNDARY_RECIPE_H_
