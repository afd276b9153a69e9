#include "mqwarden/rules/empty_window.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/rules/const_eval.h"

namespace mqwarden {
namespace {

using Wide = __int128;

// numerator / denominator, reduced, the denominator over 0.
struct Ratio {
  Wide numerator = 0;
  Wide denominator = 1;
};
using Number = std::optional<Ratio>;  // nullopt: undefined

bool Multiply(Wide a, Wide b, Wide* product) {
  return !__builtin_mul_overflow(a, b, product);
}

Wide Gcd(Wide a, Wide b) {
  if (a < 0) a = -a;
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

Number Reduced(Wide numerator, Wide denominator) {
  if (denominator == 0) return std::nullopt;
  const Wide common = std::max<Wide>(Gcd(numerator, denominator), 1);
  numerator /= common;
  denominator /= common;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  return Ratio{numerator, denominator};
}

Number Apply(ExprOp op, const Ratio& a, const Ratio& b) {
  Wide left = 0;
  Wide right = 0;
  Wide below = 0;
  switch (op) {
    case ExprOp::kMul:
      if (!Multiply(a.numerator, b.numerator, &left) ||
          !Multiply(a.denominator, b.denominator, &below)) {
        return std::nullopt;
      }
      return Reduced(left, below);
    case ExprOp::kDiv:
      if (!Multiply(a.numerator, b.denominator, &left) ||
          !Multiply(a.denominator, b.numerator, &below)) {
        return std::nullopt;
      }
      return Reduced(left, below);
    default:
      if (!Multiply(a.numerator, b.denominator, &left) ||
          !Multiply(b.numerator, a.denominator, &right) ||
          !Multiply(a.denominator, b.denominator, &below)) {
        return std::nullopt;
      }
      if (op == ExprOp::kSub) right = -right;
      if (__builtin_add_overflow(left, right, &left)) return std::nullopt;
      return Reduced(left, below);
  }
}

class EmptyWindow {
 public:
  explicit EmptyWindow(const ExprPool& pool) : pool_(pool) {}

  // Each node once, children first: shared parts make the number of paths
  // exponential.
  bool Holds(ExprId condition) {
    std::vector<std::pair<ExprId, bool>> left = {{condition, false}};
    while (!left.empty()) {
      const auto [id, children_done] = left.back();
      const Expr& expr = pool_.expr(id);
      if (holds_.contains(id)) {
        left.pop_back();
        continue;
      }
      const bool joins = expr.op == ExprOp::kAnd || expr.op == ExprOp::kOr ||
                         expr.op == ExprOp::kNot;
      if (joins && !children_done) {
        left.back().second = true;
        for (const ExprId child : expr.children) left.push_back({child, false});
        continue;
      }
      left.pop_back();
      holds_[id] = Decide(expr);
    }
    return holds_[condition];
  }

 private:
  bool Decide(const Expr& expr) {
    const auto holds = [&](ExprId child) { return holds_[child]; };
    switch (expr.op) {
      case ExprOp::kAnd:
        return std::all_of(expr.children.begin(), expr.children.end(), holds);
      case ExprOp::kOr:
        return std::any_of(expr.children.begin(), expr.children.end(), holds);
      case ExprOp::kNot: return !holds(expr.children[0]);
      case ExprOp::kTrue: return true;
      case ExprOp::kExists: return Value(expr.children[0]).has_value();
      case ExprOp::kInNumbers: {
        const Number value = Value(expr.children[0]);
        return value.has_value() && value->denominator == 1 &&
               value->numerator == static_cast<int64_t>(value->numerator) &&
               pool_.plan().number_sets[expr.a].members.contains(
                   static_cast<int64_t>(value->numerator));
      }
      case ExprOp::kEq:
      case ExprOp::kLt:
      case ExprOp::kLe:
      case ExprOp::kGt:
      case ExprOp::kGe:
        return Compare(expr.op, Value(expr.children[0]),
                       Value(expr.children[1]));
      default: return false;
    }
  }

  static bool Compare(ExprOp op, const Number& a, const Number& b) {
    if (!a.has_value() || !b.has_value()) return false;
    Wide left = 0;
    Wide right = 0;
    if (!Multiply(a->numerator, b->denominator, &left) ||
        !Multiply(b->numerator, a->denominator, &right)) {
      return false;
    }
    switch (op) {
      case ExprOp::kEq: return left == right;
      case ExprOp::kLt: return left < right;
      case ExprOp::kLe: return left <= right;
      case ExprOp::kGt: return left > right;
      default: return left >= right;
    }
  }

  // As deep as the expression, which ExprPool::kMaxDepth bounds; arithmetic
  // has at most 64 operators, and no macro stands in it.
  Number Value(ExprId id) const {
    const Expr& expr = pool_.expr(id);
    switch (expr.op) {
      case ExprOp::kConst: {
        const Constant& constant = pool_.plan().constants[expr.a];
        if (constant.type != ValueType::kReal) return Ratio{constant.number, 1};
        const auto billionths = constant.decimal.billionths();
        return Reduced(static_cast<Wide>(billionths), Decimal::kOne);
      }
      case ExprOp::kAggregate:
        switch (pool_.aggregates()[expr.a].kind) {
          case Aggregate::Kind::kCount:
          case Aggregate::Kind::kCountIf:
          case Aggregate::Kind::kDistinct:
          case Aggregate::Kind::kSum: return Ratio{};
          default: return std::nullopt;
        }
      case ExprOp::kCoalesce:
        for (const ExprId child : expr.children) {
          if (const Number value = Value(child)) return value;
        }
        return std::nullopt;
      case ExprOp::kNegate: {
        const Number value = Value(expr.children[0]);
        return value.has_value() ? Apply(ExprOp::kSub, Ratio{}, *value) : value;
      }
      case ExprOp::kAdd:
      case ExprOp::kSub:
      case ExprOp::kMul:
      case ExprOp::kDiv: {
        const Number a = Value(expr.children[0]);
        const Number b = Value(expr.children[1]);
        if (!a.has_value() || !b.has_value()) return std::nullopt;
        return Apply(expr.op, *a, *b);
      }
      default: return std::nullopt;
    }
  }

  const ExprPool& pool_;
  absl::flat_hash_map<ExprId, bool> holds_;
};

}  // namespace

bool HoldsOfEmptyWindow(const ExprPool& pool, ExprId condition) {
  return EmptyWindow(pool).Holds(condition);
}

}  // namespace mqwarden
