// Arithmetic, aggregates in expressions, and `like` with a pattern from the event.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kSecond = 1'000'000'000;

using B = PlanBuilder;

ExprId Real(B& b, std::string_view text) {
  return b.Const({.type = ValueType::kReal, .decimal = *Decimal::Parse(text)});
}
ExprId Span(B& b, int64_t ns) {
  return b.Const({.type = ValueType::kDuration, .number = ns});
}
ExprId Missing(B& b) { return b.Field(FieldId::kReason); }
ExprId Typed(B& b, ExprOp op, std::vector<ExprId> children, ValueType type) {
  return b.Op(op, std::move(children), 0, 0, type);
}

struct Evaluated {
  explicit Evaluated(B& b, std::vector<AggregateValue> aggregates = {})
      : plan(b.Build()), evaluator(*plan), values(std::move(aggregates)) {
    Fill({.time = 1, .user = "Ana.B", .object = "ana.*"}, &event);
    evaluator.SetEvent(&event);
  }
  std::string Shown(ExprId id) {
    std::string text;
    AppendShown(evaluator.Eval(id, {.aggregates = values}), &text);
    return text;
  }
  bool Holds(ExprId id) {
    return evaluator.Condition(id, {.aggregates = values});
  }

  std::shared_ptr<const Plan> plan;
  Evaluator evaluator;
  std::vector<AggregateValue> values;
  Event event;
};

TEST(ArithmeticTest, WholeNumbersHave64BitsAndElseAreMissing) {
  struct Case {
    ExprOp op;
    int64_t a;
    int64_t b;
    std::string_view shown;
  };
  const std::vector<Case> cases = {
      {ExprOp::kAdd, 2, 3, "5"},
      {ExprOp::kSub, 2, 3, "-1"},
      {ExprOp::kMul, -2, 3, "-6"},
      {ExprOp::kAdd, kMax, 0, "9223372036854775807"},
      {ExprOp::kAdd, kMax, 1, "-"},
      {ExprOp::kSub, kMin, 1, "-"},
      {ExprOp::kMul, kMin, -1, "-"},
      {ExprOp::kMul, int64_t{1} << 32, int64_t{1} << 31, "-"},
      {ExprOp::kDiv, 6, 3, "2"},
      {ExprOp::kDiv, 1, 3, "0.333333333"},
      {ExprOp::kDiv, 2, 3, "0.666666667"},
      {ExprOp::kDiv, -2, 3, "-0.666666667"},
      {ExprOp::kDiv, 1, 0, "-"},
      {ExprOp::kDiv, 0, 0, "-"},
      {ExprOp::kDiv, kMin, -1, "9223372036854775808"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.shown);
    B b;
    const ExprId id = Typed(
        b, c.op, {b.Int(c.a), b.Int(c.b)},
        c.op == ExprOp::kDiv ? ValueType::kReal : ValueType::kInt);
    EXPECT_EQ(Evaluated(b).Shown(id), c.shown);
  }
}

TEST(ArithmeticTest, NegationOverflowsOnlyOfTheLeastNumber) {
  B b;
  const ExprId five = Typed(b, ExprOp::kNegate, {b.Int(5)}, ValueType::kInt);
  const ExprId least = Typed(b, ExprOp::kNegate, {b.Int(kMin)}, ValueType::kInt);
  const ExprId real =
      Typed(b, ExprOp::kNegate, {Real(b, "1.5")}, ValueType::kReal);
  const ExprId span =
      Typed(b, ExprOp::kNegate, {Span(b, kSecond)}, ValueType::kDuration);
  Evaluated e(b);
  EXPECT_EQ(e.Shown(five), "-5");
  EXPECT_EQ(e.Shown(least), "-");
  EXPECT_EQ(e.Shown(real), "-1.5");
  EXPECT_EQ(e.Shown(span), "-1s");
}

TEST(ArithmeticTest, RealsAreExact) {
  B b;
  const ExprId sum = Typed(b, ExprOp::kAdd, {Real(b, "0.1"), Real(b, "0.2")},
                           ValueType::kReal);
  const ExprId product = Typed(
      b, ExprOp::kMul, {Real(b, "0.000000001"), Real(b, "0.000000001")},
      ValueType::kReal);
  const ExprId back =
      Typed(b, ExprOp::kDiv, {product, Real(b, "0.000000001")},
            ValueType::kReal);
  const ExprId equal = b.Op(ExprOp::kEq, {sum, Real(b, "0.3")});
  const ExprId positive = b.Op(ExprOp::kGt, {product, Real(b, "0")});
  Evaluated e(b);
  EXPECT_EQ(e.Shown(sum), "0.3");
  EXPECT_TRUE(e.Holds(equal));
  EXPECT_EQ(e.Shown(product), "0") << "shown in nine places";
  EXPECT_TRUE(e.Holds(positive)) << "compared exactly";
  EXPECT_EQ(e.Shown(back), "0.000000001") << "and kept exactly";
}

TEST(ArithmeticTest, QuotientsCompareWithoutRounding) {
  B b;
  const ExprId third =
      Typed(b, ExprOp::kDiv, {b.Int(1), b.Int(3)}, ValueType::kReal);
  const ExprId thrice =
      Typed(b, ExprOp::kMul, {third, b.Int(3)}, ValueType::kReal);
  const ExprId above = b.Op(ExprOp::kGt, {third, Real(b, "0.333333333")});
  const ExprId below = b.Op(ExprOp::kLt, {third, Real(b, "0.333333334")});
  const ExprId one = b.Op(ExprOp::kEq, {thrice, b.Int(1)});
  b.pool().number_sets.push_back({{1, 7}});
  const ExprId in = b.Op(ExprOp::kInNumbers, {thrice});
  const ExprId not_in = b.Op(ExprOp::kInNumbers, {third});
  Evaluated e(b);
  EXPECT_TRUE(e.Holds(above));
  EXPECT_TRUE(e.Holds(below));
  EXPECT_TRUE(e.Holds(one));
  EXPECT_TRUE(e.Holds(in));
  EXPECT_FALSE(e.Holds(not_in));
}

TEST(ArithmeticTest, Durations) {
  B b;
  const ExprId sum =
      Typed(b, ExprOp::kAdd, {Span(b, 90 * kSecond), Span(b, 30 * kSecond)},
            ValueType::kDuration);
  const ExprId difference =
      Typed(b, ExprOp::kSub, {Span(b, kSecond), Span(b, 3 * kSecond)},
            ValueType::kDuration);
  const ExprId ratio =
      Typed(b, ExprOp::kDiv, {Span(b, 90 * kSecond), Span(b, 60 * kSecond)},
            ValueType::kReal);
  const ExprId part = Typed(b, ExprOp::kDiv, {Span(b, 10), b.Int(4)},
                            ValueType::kDuration);
  const ExprId overflow = Typed(b, ExprOp::kAdd, {Span(b, kMax), Span(b, 1)},
                                ValueType::kDuration);
  const ExprId more = b.Op(ExprOp::kGt, {part, Span(b, 2)});
  const ExprId less = b.Op(ExprOp::kLt, {part, Span(b, 3)});
  Evaluated e(b);
  EXPECT_EQ(e.Shown(sum), "2m");
  EXPECT_EQ(e.Shown(difference), "-2s");
  EXPECT_EQ(e.Shown(ratio), "1.5");
  EXPECT_EQ(e.Shown(part), "3ns");
  EXPECT_TRUE(e.Holds(more));
  EXPECT_TRUE(e.Holds(less));
  EXPECT_EQ(e.Shown(overflow), "-");
}

TEST(ArithmeticTest, AMissingOperandMakesItMissing) {
  for (const ExprOp op :
       {ExprOp::kAdd, ExprOp::kSub, ExprOp::kMul, ExprOp::kDiv}) {
    B b;
    const ExprId left =
        Typed(b, op, {Missing(b), b.Int(1)}, ValueType::kInt);
    const ExprId right =
        Typed(b, op, {b.Int(1), Missing(b)}, ValueType::kInt);
    const ExprId compared = b.Op(ExprOp::kGe, {left, b.Int(kMin)});
    Evaluated e(b);
    EXPECT_EQ(e.Shown(left), "-");
    EXPECT_EQ(e.Shown(right), "-");
    EXPECT_FALSE(e.Holds(compared));
  }
}

TEST(AggregateValueTest, IsReadByItsType) {
  B b;
  const auto aggregate = [&b](uint32_t index, ValueType type) {
    return b.Op(ExprOp::kAggregate, {}, index, 0, type);
  };
  const ExprId count = aggregate(0, ValueType::kInt);
  const ExprId average = aggregate(1, ValueType::kReal);
  const ExprId span = aggregate(2, ValueType::kDuration);
  const ExprId missing = aggregate(3, ValueType::kInt);
  const ExprId too_large = aggregate(4, ValueType::kInt);
  const ExprId real = aggregate(5, ValueType::kReal);
  const ExprId ratio =
      Typed(b, ExprOp::kDiv, {count, aggregate(0, ValueType::kInt)},
            ValueType::kReal);
  const ExprId exact = b.Op(ExprOp::kGt, {average, Real(b, "3.333333333")});
  const ExprId always = b.Op(ExprOp::kLe, {missing, b.Int(kMax)});
  Evaluated e(b, {AggregateValue::Of(7),
                  {absl::int128(10) * Decimal::kOne, 3},
                  {7, 2},
                  {},
                  AggregateValue::Of(absl::int128(kMax) + 1),
                  AggregateValue::Of(1'500'000'000)});
  EXPECT_EQ(e.Shown(count), "7");
  EXPECT_EQ(e.Shown(average), "3.333333333");
  EXPECT_TRUE(e.Holds(exact));
  EXPECT_EQ(e.Shown(span), "4ns");
  EXPECT_EQ(e.Shown(missing), "-");
  EXPECT_FALSE(e.Holds(always));
  EXPECT_EQ(e.Shown(too_large), "-");
  EXPECT_EQ(e.Shown(real), "1.5");
  EXPECT_EQ(e.Shown(ratio), "1");
}

TEST(QuotientTest, IsStoredRounded) {
  const Ratio third = *MakeRatio(1, 3);
  const Value quotient = Value::Quotient(ValueType::kReal, &third);
  const Value stored = Value::Real(*Decimal::Parse("0.333333333"));
  std::string a, b;
  AppendIdentity(quotient, &a);
  AppendIdentity(stored, &b);
  EXPECT_EQ(a, b);
  EXPECT_EQ(ToAlertValue(quotient).form, AlertValue::Form::kNumber);
  EXPECT_EQ(ToAlertValue(quotient).text, "0.333333333");
  const Ratio half = *MakeRatio(5, 2);
  EXPECT_EQ(ToAlertValue(Value::Quotient(ValueType::kDuration, &half)).text,
            "3ns");
}

TEST(LikeValueTest, ThePatternIsAValue) {
  B b;
  const ExprId folded = b.Op(
      ExprOp::kLikeValue,
      {b.Field(FieldId::kUser), b.Field(FieldId::kObject)}, /*a=*/1);
  const ExprId exact = b.Op(
      ExprOp::kLikeValue,
      {b.Field(FieldId::kUser), b.Field(FieldId::kObject)}, /*a=*/0);
  const ExprId no_pattern = b.Op(
      ExprOp::kLikeValue,
      {b.Field(FieldId::kUser), b.Field(FieldId::kChannel)}, 1);
  const ExprId no_text = b.Op(
      ExprOp::kLikeValue,
      {b.Field(FieldId::kChannel), b.Field(FieldId::kObject)}, 1);
  const ExprId list = b.Op(
      ExprOp::kLikeValue,
      {b.Field(FieldId::kTags), b.Field(FieldId::kObject)}, 1);
  Evaluated e(b);
  EXPECT_TRUE(e.Holds(folded));
  EXPECT_FALSE(e.Holds(exact));
  EXPECT_FALSE(e.Holds(no_pattern));
  EXPECT_FALSE(e.Holds(no_text));
  EXPECT_FALSE(e.Holds(list));
  const std::string_view tags[] = {"lab", "ANA.2"};
  e.event.CopyList(FieldId::kTags, tags);
  e.evaluator.SetEvent(&e.event);
  EXPECT_TRUE(e.Holds(list));
}

}  // namespace
}  // namespace mqwarden
