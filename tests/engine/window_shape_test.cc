// What more events do to a condition, on which a saturated window relies; and which
// windows are rings.
#include "mqwarden/engine/window_shape.h"

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using Kind = Aggregate::Kind;

// A rule with one aggregate of each kind, in the order of Aggregate::Kind.
WindowShape ShapeOfCondition(
    const std::function<ExprId(PlanBuilder&)>& condition) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 10);
  const ExprId reason = b.Field(FieldId::kReason);
  rule.aggregates = {{.kind = Kind::kCount},
                     {.kind = Kind::kCountIf, .condition = b.UserIs("ana")}};
  for (const Kind kind : {Kind::kDistinct, Kind::kSum, Kind::kAvg, Kind::kMin,
                          Kind::kMax, Kind::kPercentile}) {
    rule.aggregates.push_back({.kind = kind,
                               .args = {reason},
                               .percent = Decimal::FromInt(50)});
  }
  rule.window->condition = condition(b);
  b.Add(std::move(rule));
  const auto plan = b.Build();
  EXPECT_TRUE(plan->Verify().ok()) << plan->Verify();
  Evaluator evaluator(*plan);
  return ShapeOf(*plan->rules()[0], plan->pool(), 100, &evaluator);
}

TEST(TrendTest, OnlyWhatMoreEventsCannotUndoRises) {
  struct Case {
    Kind kind;
    ExprOp op;
    bool rises;
    bool negation_rises;
  };
  const std::vector<Case> cases = {
      {Kind::kCount, ExprOp::kGe, true, false},
      {Kind::kCount, ExprOp::kLe, false, true},
      {Kind::kCountIf, ExprOp::kGt, true, false},
      {Kind::kCountIf, ExprOp::kLt, false, true},
      {Kind::kDistinct, ExprOp::kGe, true, false},
      {Kind::kDistinct, ExprOp::kLt, false, true},
      {Kind::kDistinct, ExprOp::kEq, false, false},
      {Kind::kSum, ExprOp::kGe, true, false},
      {Kind::kSum, ExprOp::kLt, false, true},
      {Kind::kMax, ExprOp::kGe, true, false},
      // Without a value both `<` and its like are false, whatever was lost.
      {Kind::kMax, ExprOp::kLt, false, false},
      {Kind::kMin, ExprOp::kLt, true, false},
      {Kind::kMin, ExprOp::kGe, false, false},
      {Kind::kAvg, ExprOp::kGe, false, false},
      {Kind::kPercentile, ExprOp::kGe, false, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(static_cast<int>(c.kind) * 100 + static_cast<int>(c.op));
    const auto compare = [&c](PlanBuilder& b) {
      return b.Op(c.op, {b.Aggregate(static_cast<uint32_t>(c.kind)), b.Int(3)});
    };
    const WindowShape shape = ShapeOfCondition(compare);
    EXPECT_EQ(shape.when_trend.rises, c.rises);
    EXPECT_EQ(shape.when_trend.reads_sum, c.kind == Kind::kSum);
    EXPECT_FALSE(shape.is_ring);
    EXPECT_EQ(ShapeOfCondition([&compare](PlanBuilder& b) {
                return b.Op(ExprOp::kNot, {compare(b)});
              }).when_trend.rises,
              c.negation_rises);
  }
}

TEST(TrendTest, ArithmeticIsNeverSure) {
  const WindowShape shape = ShapeOfCondition([](PlanBuilder& b) {
    const ExprId twice =
        b.Op(ExprOp::kMul, {b.Aggregate(0), b.Int(2)}, 0, 0, ValueType::kInt);
    return b.Op(ExprOp::kGe, {twice, b.Int(4)});
  });
  EXPECT_FALSE(shape.when_trend.rises);
}

TEST(TrendTest, ASumAnywhereInAConditionIsSeen) {
  const WindowShape shape = ShapeOfCondition([](PlanBuilder& b) {
    return b.Op(ExprOp::kAnd, {b.AtLeast(2, 0), b.AtLeast(5, 3)});
  });
  EXPECT_TRUE(shape.when_trend.rises);
  EXPECT_TRUE(shape.when_trend.reads_sum);
}

TEST(WindowShapeTest, WindowsThatEndAreNoRings) {
  for (const WindowKind kind : {WindowKind::kTumbling, WindowKind::kSession}) {
    PlanBuilder b;
    RulePlan rule = b.CountRule("r", 3, 10);
    rule.window->kind = kind;
    b.Add(std::move(rule));
    const auto plan = b.Build();
    Evaluator evaluator(*plan);
    const WindowShape shape =
        ShapeOf(*plan->rules()[0], plan->pool(), 100, &evaluator);
    EXPECT_TRUE(shape.is_pane);
    EXPECT_FALSE(shape.is_ring);
    EXPECT_FALSE(shape.at_least_only);
    EXPECT_EQ(shape.entries, 100u);
  }
}

}  // namespace
}  // namespace mqwarden
