#include "mqwarden/engine/window_shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {
namespace {

// A ring is a part of its slot and as large for one event as for many, so large
// ones are deques, which grow.
constexpr uint32_t kMaxRing = 128;
// Beyond this a threshold costs more memory a key than `window_events` allows.
constexpr int64_t kMaxThreshold = int64_t{1} << 20;

bool IsAggregate(const Expr& expr) { return expr.op == ExprOp::kAggregate; }

// How a condition changes as events come: it can only become true, only false,
// or either. What reads the event alone does not change with the window.
struct Trend {
  bool rises = false;
  bool falls = false;
  // All that it reads is count()s compared with whole numbers up to `largest`.
  bool only_thresholds = false;
  int64_t largest = 0;
  bool reads_sum = false;
};

// The pool and the rule whose aggregates are meant.
struct Scope {
  const PlanPool& pool;
  const RulePlan& rule;
};

Trend TrendOf(const Scope& scope, ExprId id);

// `aggregate op constant`; `falls` says that op is < or <=.
Trend TrendOfComparison(const Scope& scope, ExprId aggregate, ExprId constant,
                        bool falls, bool includes_equal) {
  const PlanPool& pool = scope.pool;
  if (!IsAggregate(pool.exprs[aggregate]) ||
      pool.exprs[constant].op != ExprOp::kConst) {
    return {};
  }
  const Constant& c = pool.constants[pool.exprs[constant].a];
  Trend trend = {.rises = !falls, .falls = falls};
  switch (scope.rule.aggregates[pool.exprs[aggregate].a].kind) {
    case Aggregate::Kind::kCount:
    case Aggregate::Kind::kCountIf:
    case Aggregate::Kind::kDistinct:
      break;
    case Aggregate::Kind::kSum:
      trend.reads_sum = true;
      break;
    case Aggregate::Kind::kMax:
      // Missing of nothing, so that the negation of `<` may be true of less.
      trend.falls = false;
      break;
    case Aggregate::Kind::kMin:
      trend = {.rises = falls};
      break;
    case Aggregate::Kind::kAvg:
    case Aggregate::Kind::kPercentile:
      return {};
  }
  if (c.type != ValueType::kInt || c.number >= kMaxThreshold) return trend;
  trend.only_thresholds = true;
  // The least count above the boundary.
  const bool boundary_is_below = falls == includes_equal;
  trend.largest =
      std::max<int64_t>(c.number, 0) + (boundary_is_below ? 1 : 0);
  return trend;
}

Trend TrendOfChildren(const Scope& scope, const Expr& expr) {
  Trend all = {.rises = true, .falls = true, .only_thresholds = true};
  for (const ExprId child : expr.children) {
    const Trend one = TrendOf(scope, child);
    all.rises &= one.rises;
    all.falls &= one.falls;
    all.only_thresholds &= one.only_thresholds;
    all.largest = std::max(all.largest, one.largest);
    all.reads_sum |= one.reads_sum;
  }
  return all;
}

Trend TrendOf(const Scope& scope, ExprId id) {
  const PlanPool& pool = scope.pool;
  const Expr& expr = pool.exprs[id];
  switch (expr.op) {
    case ExprOp::kTrue:
    case ExprOp::kFalse:
      return {.rises = true, .falls = true, .only_thresholds = true};
    case ExprOp::kAnd:
    case ExprOp::kOr:
      return TrendOfChildren(scope, expr);
    case ExprOp::kNot: {
      Trend trend = TrendOf(scope, expr.children[0]);
      std::swap(trend.rises, trend.falls);
      return trend;
    }
    case ExprOp::kGe:
    case ExprOp::kGt:
    case ExprOp::kLe:
    case ExprOp::kLt: {
      const bool includes_equal =
          expr.op == ExprOp::kGe || expr.op == ExprOp::kLe;
      const bool left_larger =
          expr.op == ExprOp::kGe || expr.op == ExprOp::kGt;
      const ExprId left = expr.children[0];
      const ExprId right = expr.children[1];
      if (IsAggregate(pool.exprs[left])) {
        return TrendOfComparison(scope, left, right, !left_larger,
                                 includes_equal);
      }
      if (IsAggregate(pool.exprs[right])) {
        return TrendOfComparison(scope, right, left, left_larger,
                                 includes_equal);
      }
      break;
    }
    default:
      break;
  }
  if (expr.event_only) return {.rises = true, .falls = true};
  return {};
}

bool Holds(ExprId id, int64_t count, const RulePlan& rule,
           Evaluator* evaluator) {
  const std::vector<AggregateValue> counts(rule.aggregates.size(),
                                           AggregateValue::Of(count));
  return evaluator->Condition(id, {.aggregates = counts, .rule = &rule});
}

// Of an empty window, in which averages and their kin are missing.
bool HoldsOfNothing(ExprId id, const RulePlan& rule, Evaluator* evaluator) {
  std::vector<AggregateValue> values;
  for (const Aggregate& aggregate : rule.aggregates) {
    const bool is_zero = aggregate.kind <= Aggregate::Kind::kSum;
    values.push_back(is_zero ? AggregateValue::Of(0) : AggregateValue());
  }
  return evaluator->Condition(id, {.aggregates = values, .rule = &rule});
}

// The least count that makes a rising condition of thresholds true.
uint32_t LeastCount(ExprId id, int64_t largest, const RulePlan& rule,
                    Evaluator* evaluator) {
  int64_t low = 0;
  int64_t high = largest + 1;  // past the end: never
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (Holds(id, middle, rule, evaluator)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low > largest ? kNever : static_cast<uint32_t>(low);
}

}  // namespace

WindowShape ShapeOf(const RulePlan& rule, const PlanPool& pool,
                    int64_t window_events, Evaluator* evaluator) {
  MQWARDEN_CHECK(rule.window.has_value(), "only a rule with a window has a shape");
  const WindowPlan& window = *rule.window;
  WindowShape shape;
  shape.is_pane = window.kind != WindowKind::kSliding;
  shape.tracks_open =
      rule.resolve || !rule.escalations.empty() || !rule.mutes.empty();
  const ExprId rearm =
      window.rearm == kNoExpr ? window.condition : window.rearm;
  evaluator->SetEvent(nullptr);
  shape.empty_arms = !HoldsOfNothing(rearm, rule, evaluator);

  const Scope scope = {pool, rule};
  std::vector<Trend> trends = {TrendOf(scope, window.condition),
                               TrendOf(scope, rearm)};
  for (const EscalationPlan& escalation : rule.escalations) {
    trends.push_back(TrendOf(scope, escalation.condition));
    shape.escalation_trends.push_back(
        {trends.back().rises, trends.back().reads_sum});
  }
  shape.when_trend = {trends[0].rises, trends[0].reads_sum};
  if (shape.is_pane) {
    shape.entries = static_cast<size_t>(window_events);
    return shape;
  }

  const bool counts_only =
      std::all_of(rule.aggregates.begin(), rule.aggregates.end(),
                  [](const Aggregate& aggregate) {
                    return aggregate.kind == Aggregate::Kind::kCount;
                  });
  bool thresholds_only =
      counts_only && rule.value_sets.empty() && rule.mutes.empty() &&
      rule.evidence_first == 0 && rule.evidence_last == 0 &&
      (window.refire == RefireKind::kRise ||
       window.refire == RefireKind::kReset);
  int64_t largest = 1;
  for (const Trend& trend : trends) {
    thresholds_only = thresholds_only && trend.rises && trend.only_thresholds;
    largest = std::max(largest, trend.largest);
  }
  if (!thresholds_only) {
    shape.entries = static_cast<size_t>(window_events);
    return shape;
  }
  shape.entries = static_cast<size_t>(largest);
  if (largest > kMaxRing) {
    shape.at_least_only = true;
    return shape;
  }
  shape.is_ring = true;
  shape.when = LeastCount(window.condition, largest, rule, evaluator);
  shape.rearm = LeastCount(rearm, largest, rule, evaluator);
  for (const EscalationPlan& escalation : rule.escalations) {
    shape.escalations.push_back(
        LeastCount(escalation.condition, largest, rule, evaluator));
  }
  return shape;
}

}  // namespace mqwarden
