#include "mqwarden/engine/plan_exprs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kAnyNumber = 0xffff;

// How many children an operator has: at least `min`, at most `max`.
struct Arity {
  size_t min;
  size_t max;
};

Arity ArityOf(ExprOp op) {
  switch (op) {
    case ExprOp::kConst:
    case ExprOp::kField:
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
    case ExprOp::kAlertSeverity:
    case ExprOp::kAlertRule:
    case ExprOp::kAlertRuleTags:
    case ExprOp::kAlertTime:
    case ExprOp::kAggregate:
    case ExprOp::kValueSet:
    case ExprOp::kEachValue:
    case ExprOp::kStepValue:
    case ExprOp::kStepCount:
    case ExprOp::kTrue:
    case ExprOp::kFalse:
      return {0, 0};
    case ExprOp::kCoalesce:
    case ExprOp::kTableColumn:
    case ExprOp::kAnd:
    case ExprOp::kOr:
    case ExprOp::kDuring:
    case ExprOp::kRecent:
      return {1, kAnyNumber};
    case ExprOp::kEq:
    case ExprOp::kLt:
    case ExprOp::kLe:
    case ExprOp::kGt:
    case ExprOp::kGe:
    case ExprOp::kHas:
    case ExprOp::kAdd:
    case ExprOp::kSub:
    case ExprOp::kMul:
    case ExprOp::kDiv:
    case ExprOp::kLikeValue:
      return {2, 2};
    default:
      return {1, 1};
  }
}

// Whether the operator itself reads something besides the event.
bool ReadsMore(ExprOp op) {
  return op == ExprOp::kAlertSeverity || op == ExprOp::kAlertRule ||
         op == ExprOp::kAlertRuleTags || op == ExprOp::kAlertTime ||
         op == ExprOp::kAggregate || op == ExprOp::kValueSet ||
         op == ExprOp::kEachValue || op == ExprOp::kStepValue ||
         op == ExprOp::kStepCount;
}

bool ReadsEvent(ExprOp op) {
  return op == ExprOp::kField || op == ExprOp::kAttrText ||
         op == ExprOp::kAttrNumber;
}

// Whether what `a` and `b` name exists.
bool IndexInRange(const PlanPool& pool, const Expr& expr) {
  switch (expr.op) {
    case ExprOp::kConst:
      return expr.a < pool.constants.size();
    case ExprOp::kField:
      return expr.a < static_cast<uint32_t>(kFieldCount);
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
      return expr.a < pool.names.size();
    case ExprOp::kNetwork:
      return expr.a <= 32 && expr.b <= 128;
    case ExprOp::kPatternLabel:
      return expr.a < pool.pattern_sets.size();
    case ExprOp::kTableColumn:
      return expr.a < pool.tables.size() &&
             expr.b < pool.tables[expr.a].columns.size();
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      return expr.a < pool.text_sets.size();
    case ExprOp::kInNumbers:
      return expr.a < pool.number_sets.size();
    case ExprOp::kInNetworks:
      return expr.a < pool.network_sets.size();
    case ExprOp::kLike:
      return expr.a < pool.glob_sets.size();
    case ExprOp::kMatches:
      return expr.a < pool.regex_sets.size();
    case ExprOp::kDuring:
      return expr.a < pool.calendars.size();
    case ExprOp::kRecent:
      return expr.a < pool.recents.size() &&
             expr.children.size() == pool.recents[expr.a].by.size();
    default:
      return true;
  }
}

}  // namespace

absl::Status PlanIsBroken(std::string_view where, std::string_view what) {
  std::string message = "plan is broken at `";
  message += where;
  message += "`: ";
  message += what;
  return absl::InternalError(ToAbsl(message));
}

absl::Status VerifyExprs(const PlanPool& pool, std::vector<ExprReads>* reads) {
  reads->clear();
  std::vector<int> depth;
  for (const Expr& expr : pool.exprs) {
    const std::string place =
        "expression " + std::to_string(depth.size());
    const Arity arity = ArityOf(expr.op);
    if (expr.children.size() < arity.min ||
        expr.children.size() > arity.max) {
      return PlanIsBroken(place, "wrong number of operands");
    }
    if (!IndexInRange(pool, expr)) {
      return PlanIsBroken(place, "index out of range");
    }
    ExprReads own;
    int deepest = 0;
    bool event_only = !ReadsMore(expr.op);
    for (const ExprId child : expr.children) {
      if (child >= depth.size()) {
        return PlanIsBroken(place, "an operand does not stand before it");
      }
      if ((expr.op == ExprOp::kAnd || expr.op == ExprOp::kOr ||
           expr.op == ExprOp::kNot || expr.op == ExprOp::kObserved) &&
          !IsCondition(pool.exprs[child].op)) {
        return PlanIsBroken(place, "an operand is no condition");
      }
      deepest = std::max(deepest, depth[child]);
      event_only = event_only && pool.exprs[child].event_only;
      own.event |= (*reads)[child].event;
      own.window |= (*reads)[child].window;
      own.value_set |= (*reads)[child].value_set;
      own.alert |= (*reads)[child].alert;
      own.step |= (*reads)[child].step;
    }
    if (deepest + 1 > kMaxExprDepth) return PlanIsBroken(place, "too deep");
    if (expr.event_only != event_only) {
      return PlanIsBroken(place, "`event_only` is wrong");
    }
    if (IsCondition(expr.op) && expr.type != ValueType::kBool) {
      return PlanIsBroken(place, "a condition is no bool");
    }
    own.event |= ReadsEvent(expr.op);
    own.window |= expr.op == ExprOp::kAggregate;
    own.value_set |= expr.op == ExprOp::kValueSet;
    own.alert |= expr.op == ExprOp::kAlertSeverity ||
                   expr.op == ExprOp::kAlertRule ||
                   expr.op == ExprOp::kAlertRuleTags;
    own.step |=
        expr.op == ExprOp::kStepValue || expr.op == ExprOp::kStepCount;
    depth.push_back(deepest + 1);
    reads->push_back(own);
  }
  for (const LookupTable& table : pool.tables) {
    for (const auto& [key, row] : table.rows) {
      if (row.size() != table.columns.size()) {
        return PlanIsBroken("table", "a row has not one cell a column");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
