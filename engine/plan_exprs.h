// The expressions of a plan as Plan::Verify() checks them, before it looks at
// where they are used.
#ifndef MQWARDEN_ENGINE_PLAN_EXPRS_H_
#define MQWARDEN_ENGINE_PLAN_EXPRS_H_

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

// What an expression reads, its children included.
struct ExprReads {
  bool event = false;
  bool window = false;
  bool value_set = false;
  bool alert = false;
  bool step = false;
};

inline bool IsCondition(ExprOp op) { return op >= ExprOp::kTrue; }

// kInternal, naming what is broken.
absl::Status PlanIsBroken(std::string_view where, std::string_view what);

// Checks each expression by itself and sets `*reads` to what each reads.
absl::Status VerifyExprs(const PlanPool& pool, std::vector<ExprReads>* reads);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_PLAN_EXPRS_H_
