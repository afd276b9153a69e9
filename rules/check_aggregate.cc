// Aggregates over the events of a window, and arithmetic.
//
// Numbers are exact: whole ones stay whole under + - and *, a quotient is a
// real. A duration is added to a duration, divided by one (a number), or by a
// number (a duration).
#include <utility>

#include "mqwarden/rules/expr_checker.h"

namespace mqwarden {
namespace {

using ast::BinaryOp;

constexpr size_t kMany = 1000;
constexpr int64_t kMaxSetValues = 1000;
constexpr int64_t kMaxPercent = 100;

Checked Typed(ExprId id, ValueType type) {
  Checked checked;
  checked.id = id;
  checked.type = type;
  return checked;
}

ExprOp OpOf(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAdd: return ExprOp::kAdd;
    case BinaryOp::kSub: return ExprOp::kSub;
    case BinaryOp::kMul: return ExprOp::kMul;
    default: return ExprOp::kDiv;
  }
}

// The type of `a op b`; nullopt where they do not go together.
std::optional<ValueType> ResultOf(BinaryOp op, ValueType a, ValueType b) {
  if (IsNumber(a) && IsNumber(b)) {
    const bool whole = a == ValueType::kInt && b == ValueType::kInt;
    return whole && op != BinaryOp::kDiv ? ValueType::kInt : ValueType::kReal;
  }
  if (a != ValueType::kDuration) return std::nullopt;
  if (b == ValueType::kDuration) {
    if (op == BinaryOp::kDiv) return ValueType::kReal;
    if (op == BinaryOp::kMul) return std::nullopt;
    return ValueType::kDuration;
  }
  if (op == BinaryOp::kDiv) return ValueType::kDuration;
  return std::nullopt;
}

}  // namespace

Checked ExprChecker::ArithmeticOperand(const ast::Expr& expr,
                                       const Scope& scope,
                                       std::string_view what) {
  Checked value = ToValue(Resolve(expr, scope), scope);
  if (value.error) return value;
  if (!value.condition && pool_.expr(value.id).op == ExprOp::kAttrText) {
    return Typed(pool_.Attr(pool_.plan().names[pool_.expr(value.id).a],
                            /*number=*/true),
                 ValueType::kReal);
  }
  if (!value.condition && value.type == ValueType::kList) {
    Report(diagnostics_, DiagnosticCode::kListInKey, scope.text, expr.span)
        .Message(Source(expr, scope) + " is a list, " + std::string(what) +
                 " takes one value");
    return Checked::Error();
  }
  if (!value.condition &&
      (IsNumber(value.type) || value.type == ValueType::kDuration)) {
    return value;
  }
  Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, expr.span)
      .Message(std::string(what) + " takes numbers and durations, " +
               Source(expr, scope) + " is " +
               (value.condition ? "a condition"
                                : TypePhrase(value.type, value.enum_type)));
  return Checked::Error();
}

Checked ExprChecker::Arithmetic(const ast::Expr& expr, const Scope& scope) {
  const std::string sign = Quoted(scope.text->Slice(expr.op_span));
  const Checked a = ArithmeticOperand(expr.children[0], scope, sign);
  const Checked b = ArithmeticOperand(expr.children[1], scope, sign);
  if (a.error || b.error) return Checked::Error();
  const auto type = ResultOf(expr.op, a.type, b.type);
  if (!type.has_value()) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.op_span)
        .Message(sign + " does not fit " + TypePhrase(a.type, a.enum_type) +
                 " and " + TypePhrase(b.type, b.enum_type))
        .Help("a duration goes with a duration, or is divided by a number");
    return Checked::Error();
  }
  const Expr& divisor = pool_.expr(b.id);
  if (expr.op == BinaryOp::kDiv && divisor.op == ExprOp::kConst) {
    const Constant& constant = pool_.plan().constants[divisor.a];
    if (constant.number == 0 && constant.decimal == Decimal()) {
      Report(diagnostics_, DiagnosticCode::kZeroAmount, scope.text,
             expr.children[1].span)
          .Message("a division by zero has no value");
      return Checked::Error();
    }
  }
  return Typed(pool_.Node(OpOf(expr.op), *type, 0, 0, {a.id, b.id}), *type);
}

Checked ExprChecker::Negation(const ast::Expr& expr, const Scope& scope) {
  const Checked value = ArithmeticOperand(expr.children[0], scope, "`-`");
  if (value.error) return value;
  return Typed(pool_.Node(ExprOp::kNegate, value.type, 0, 0, {value.id}),
               value.type);
}

Scope ExprChecker::InsideAggregate(const Scope& scope, std::string_view what) {
  Scope inside = scope;
  inside.clause = what;
  inside.allowed = kReadsEvent | (scope.allowed & kReadsAlertField);
  inside.steps = nullptr;
  return inside;
}

Checked ExprChecker::Count(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 0, 1, "count()` or `count(condition)")) {
    return Checked::Error();
  }
  Aggregate aggregate;
  if (!expr.children.empty()) {
    const Checked condition =
        Condition(expr.children[0], InsideAggregate(scope, "count"));
    if (condition.error) return condition;
    // What holds of every event is counted as every event.
    if (!pool_.is_true(condition.id)) {
      aggregate.kind = Aggregate::Kind::kCountIf;
      aggregate.condition = condition.id;
    }
  }
  if (!MayRead(kReadsAggregate, expr.span, scope)) return Checked::Error();
  return Typed(pool_.Aggregate(std::move(aggregate), ValueType::kInt),
               ValueType::kInt);
}

Checked ExprChecker::Distinct(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 1, kMany, "distinct(f, …)")) {
    return Checked::Error();
  }
  Aggregate aggregate;
  aggregate.kind = Aggregate::Kind::kDistinct;
  for (const ast::Expr& arg : expr.children) {
    const Checked value =
        ScalarArgument(arg, InsideAggregate(scope, "distinct"), "`distinct`");
    if (value.error) return value;
    aggregate.args.push_back(value.id);
  }
  if (!MayRead(kReadsAggregate, expr.span, scope)) return Checked::Error();
  return Typed(pool_.Aggregate(std::move(aggregate), ValueType::kInt),
               ValueType::kInt);
}

Checked ExprChecker::ValueSet(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 2, 2, "set(f, n)")) return Checked::Error();
  const Checked value = ScalarArgument(
      expr.children[0], InsideAggregate(scope, "set"), "`set`");
  const auto max = NumberArgument(expr.children[1], 1, kMaxSetValues, scope);
  if (value.error || !max.has_value()) return Checked::Error();
  if (!MayRead(kReadsValueSet, expr.span, scope)) return Checked::Error();
  mqwarden::ValueSet set;
  set.arg = value.id;
  set.max = static_cast<int32_t>(*max);
  return Typed(pool_.ValueSet(set), ValueType::kList);
}

Checked ExprChecker::NumberAggregate(const ast::Expr& expr,
                                     Aggregate::Kind kind,
                                     const Scope& scope) {
  const bool percentile = kind == Aggregate::Kind::kPercentile;
  const size_t wanted = percentile ? 2 : 1;
  if (!HasArguments(expr, scope, wanted, wanted,
                    percentile ? "percentile(f, P)" : expr.name + "(f)")) {
    return Checked::Error();
  }
  const std::string what = "`" + expr.name + "`";
  Aggregate aggregate;
  aggregate.kind = kind;
  const Scope inside = InsideAggregate(scope, expr.name);
  const ast::Expr& arg = expr.children[0];
  if (!ScalarArgument(arg, inside, what).error) {
    const Checked value = ArithmeticOperand(arg, inside, what);
    if (value.error) return value;
    aggregate.args.push_back(value.id);
  } else {
    return Checked::Error();
  }
  if (percentile) {
    const ast::Expr& given = expr.children[1];
    bool broken = false;
    const ast::Expr* const param = definitions_.ParamLiteral(given, &broken);
    if (broken || given.kind == ast::ExprKind::kError) return Checked::Error();
    const auto literal =
        LiteralOf(scope.text, param != nullptr ? *param : given);
    if (!literal.has_value() || !literal->is_number()) {
      Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text,
             given.span)
          .Message("expected a number such as 95, found " +
                   Source(given, scope));
      return Checked::Error();
    }
    aggregate.percent = literal->sort == Literal::Sort::kInt
                            ? Decimal::FromInt(literal->number)
                            : literal->decimal;
    if (aggregate.percent <= Decimal() ||
        aggregate.percent > Decimal::FromInt(kMaxPercent)) {
      Report(diagnostics_, DiagnosticCode::kOutOfRange, scope.text, given.span)
          .Message(Source(given, scope) + " is not over 0 and at most 100");
      return Checked::Error();
    }
  }
  if (!MayRead(kReadsAggregate, expr.span, scope)) return Checked::Error();
  const ValueType of = pool_.expr(aggregate.args[0]).type;
  const ValueType type =
      kind == Aggregate::Kind::kAvg && of == ValueType::kInt ? ValueType::kReal
                                                             : of;
  return Typed(pool_.Aggregate(std::move(aggregate), type), type);
}

}  // namespace mqwarden
