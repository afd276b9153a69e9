// Arithmetic and the values of aggregates. Exact: whole numbers have 64 bits, and
// what does not fit is missing; everything else is a fraction (ratio.h).
#include <cstdint>
#include <limits>
#include <new>
#include <optional>

#include "absl/numeric/int128.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/ratio.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {
namespace {

std::optional<int64_t> WholeResult(ExprOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflows = false;
  if (op == ExprOp::kAdd) {
    overflows = __builtin_add_overflow(a, b, &result);
  } else if (op == ExprOp::kSub) {
    overflows = __builtin_sub_overflow(a, b, &result);
  } else {
    overflows = __builtin_mul_overflow(a, b, &result);
  }
  if (overflows) return std::nullopt;
  return result;
}

std::optional<Ratio> RatioResult(ExprOp op, const Ratio& a, const Ratio& b) {
  switch (op) {
    case ExprOp::kAdd:
      return Add(a, b);
    case ExprOp::kSub:
      return Subtract(a, b);
    case ExprOp::kMul:
      return Multiply(a, b);
    default:
      return Divide(a, b);
  }
}

}  // namespace

Value Evaluator::Quotient(ValueType type, const std::optional<Ratio>& ratio) {
  if (!ratio.has_value()) return Value::Missing();
  void* const place = arena_.Allocate(sizeof(Ratio), alignof(Ratio));
  return Value::Quotient(
      type == ValueType::kDuration ? type : ValueType::kReal,
      new (place) Ratio(*ratio));
}

Value Evaluator::Arithmetic(const Node& node, const EvalContext& context) {
  const bool negates = node.op == ExprOp::kNegate;
  const Value a = negates ? Value::Number(node.type, 0)
                          : Eval(Child(node, 0), context);
  if (a.missing()) return a;
  const Value b = Eval(Child(node, negates ? 0 : 1), context);
  if (b.missing()) return b;
  const ExprOp op = negates ? ExprOp::kSub : node.op;
  if (a.form == Value::Form::kNumber && b.form == Value::Form::kNumber &&
      op != ExprOp::kDiv) {
    const std::optional<int64_t> whole = WholeResult(op, a.number, b.number);
    return whole.has_value() ? Value::Number(node.type, *whole)
                             : Value::Missing();
  }
  const std::optional<Ratio> left = RatioOf(a);
  const std::optional<Ratio> right = RatioOf(b);
  if (!left.has_value() || !right.has_value()) return Value::Missing();
  return Quotient(node.type, RatioResult(op, *left, *right));
}

Value Evaluator::AggregateOf(const Node& node, const EvalContext& context) {
  if (node.a >= context.aggregates.size()) return Value::Missing();
  const AggregateValue& value = context.aggregates[node.a];
  if (value.divisor == 0) return Value::Missing();
  const bool is_real = node.type == ValueType::kReal;
  if (value.divisor > 1) {
    return Quotient(node.type,
                    MakeRatio(value.number, absl::int128(value.divisor) *
                                                (is_real ? Decimal::kOne : 1)));
  }
  if (is_real) return Value::Real(Decimal::FromBillionths(value.number));
  if (value.number < std::numeric_limits<int64_t>::min() ||
      value.number > std::numeric_limits<int64_t>::max()) {
    return Value::Missing();
  }
  return Value::Number(node.type, static_cast<int64_t>(value.number),
                       node.enum_type);
}

}  // namespace mqwarden
