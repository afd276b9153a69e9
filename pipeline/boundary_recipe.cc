#include "mqwarden/pipeline/boundary_recipe.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {
namespace {

// The parts that a sum is reached in, so that one event less does not reach it.
constexpr int64_t kSumParts = 4;

enum class Relation { kEq, kNe, kLt, kLe, kGt, kGe };

Relation RelationOf(ExprOp op) {
  switch (op) {
    case ExprOp::kEq: return Relation::kEq;
    case ExprOp::kLt: return Relation::kLt;
    case ExprOp::kLe: return Relation::kLe;
    case ExprOp::kGt: return Relation::kGt;
    default: return Relation::kGe;
  }
}

Relation Negated(Relation relation) {
  switch (relation) {
    case Relation::kEq: return Relation::kNe;
    case Relation::kNe: return Relation::kEq;
    case Relation::kLt: return Relation::kGe;
    case Relation::kLe: return Relation::kGt;
    case Relation::kGt: return Relation::kLe;
    default: return Relation::kLt;
  }
}

Relation Mirrored(Relation relation) {
  switch (relation) {
    case Relation::kLt: return Relation::kGt;
    case Relation::kLe: return Relation::kGe;
    case Relation::kGt: return Relation::kLt;
    case Relation::kGe: return Relation::kLe;
    default: return relation;
  }
}

class Reader {
 public:
  Reader(const PlanPool& pool, const RulePlan& rule)
      : pool_(pool), rule_(rule) {}

  // Nullopt: not understood, or never true.
  std::optional<BoundaryRecipe> Read(ExprId id, bool holds) {
    const Expr& node = pool_.exprs[id];
    switch (node.op) {
      case ExprOp::kTrue:
      case ExprOp::kFalse:
        if ((node.op == ExprOp::kTrue) != holds) return std::nullopt;
        return BoundaryRecipe();
      case ExprOp::kNot:
        return Read(node.children[0], !holds);
      case ExprOp::kAnd:
      case ExprOp::kOr:
        return (node.op == ExprOp::kAnd) == holds ? ReadAll(node, holds)
                                                  : ReadLeast(node, holds);
      case ExprOp::kEq:
      case ExprOp::kLt:
      case ExprOp::kLe:
      case ExprOp::kGt:
      case ExprOp::kGe:
        return ReadComparison(node, holds);
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<BoundaryRecipe> ReadAll(const Expr& node, bool holds) {
    BoundaryRecipe all;
    for (const ExprId child : node.children) {
      std::optional<BoundaryRecipe> one = Read(child, holds);
      if (!one.has_value()) return std::nullopt;
      all.events = std::max(all.events, one->events);
      const auto append = [](auto* to, const auto& from) {
        to->insert(to->end(), from.begin(), from.end());
      };
      append(&all.conditions, one->conditions);
      append(&all.equal, one->equal);
      append(&all.present, one->present);
      append(&all.distinct, one->distinct);
    }
    return all;
  }

  std::optional<BoundaryRecipe> ReadLeast(const Expr& node, bool holds) {
    std::optional<BoundaryRecipe> least;
    for (const ExprId child : node.children) {
      std::optional<BoundaryRecipe> one = Read(child, holds);
      // One branch that is not understood may be the one that is reached first.
      if (!one.has_value()) return std::nullopt;
      if (!least.has_value() || one->events < least->events) {
        least = std::move(one);
      }
    }
    return least;
  }

  std::optional<BoundaryRecipe> ReadComparison(const Expr& node, bool holds) {
    ExprId aggregate = node.children[0];
    ExprId constant = node.children[1];
    Relation relation = RelationOf(node.op);
    if (pool_.exprs[aggregate].op != ExprOp::kAggregate) {
      std::swap(aggregate, constant);
      relation = Mirrored(relation);
    }
    if (!holds) relation = Negated(relation);
    if (pool_.exprs[aggregate].op != ExprOp::kAggregate ||
        pool_.exprs[constant].op != ExprOp::kConst) {
      return std::nullopt;
    }
    const Constant& with = pool_.constants[pool_.exprs[constant].a];
    const bool is_whole =
        with.type == ValueType::kInt || with.type == ValueType::kDuration;
    if (!is_whole) return std::nullopt;
    return OfAggregate(rule_.aggregates[pool_.exprs[aggregate].a], relation,
                       with);
  }

  std::optional<BoundaryRecipe> OfAggregate(const Aggregate& aggregate,
                                            Relation relation,
                                            const Constant& with) {
    BoundaryRecipe recipe;
    const std::optional<int64_t> least = Least(relation, with.number);
    if (!least.has_value()) return std::nullopt;
    const int64_t n = std::max<int64_t>(1, *least);
    const bool is_bound_above =
        relation == Relation::kLt || relation == Relation::kLe;
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
        recipe.events = n;
        return recipe;
      case Aggregate::Kind::kCountIf:
        recipe.conditions.push_back({aggregate.condition, !is_bound_above});
        recipe.events = is_bound_above ? 1 : n;
        return recipe;
      case Aggregate::Kind::kDistinct:
        recipe.present = aggregate.args;
        recipe.events = is_bound_above ? 1 : n;
        if (!is_bound_above) recipe.distinct.push_back({aggregate.args[0], n});
        return recipe;
      case Aggregate::Kind::kSum: {
        if (is_bound_above || *least < 1) return std::nullopt;
        const int64_t part = *least < kSumParts * kSumParts
                                 ? 1
                                 : *least / kSumParts + 1;
        recipe.events = (*least + part - 1) / part;
        recipe.equal.push_back({aggregate.args[0], ValueOf(part, with)});
        return recipe;
      }
      case Aggregate::Kind::kAvg:
      case Aggregate::Kind::kMin:
      case Aggregate::Kind::kMax:
      case Aggregate::Kind::kPercentile: {
        int64_t value = *least;
        if (relation == Relation::kLt) value = SaturatingSub(with.number, 1);
        if (relation == Relation::kLe) value = with.number;
        recipe.equal.push_back({aggregate.args[0], ValueOf(value, with)});
        return recipe;
      }
    }
    return std::nullopt;
  }

  static OwnedValue ValueOf(int64_t number, const Constant& like) {
    return OwnedValue(Value::Number(like.type, number));
  }

  // The least whole number above 0 of which the relation holds.
  static std::optional<int64_t> Least(Relation relation, int64_t number) {
    switch (relation) {
      case Relation::kEq:
      case Relation::kGe:
        return number;
      case Relation::kGt:
        return SaturatingAdd(number, int64_t{1});
      case Relation::kNe:
        return number == 1 ? 2 : 1;
      case Relation::kLt:
        if (number <= 1) return std::nullopt;
        return 1;
      case Relation::kLe:
        if (number < 1) return std::nullopt;
        return 1;
    }
    return std::nullopt;
  }

  const PlanPool& pool_;
  const RulePlan& rule_;
};

}  // namespace

BoundaryRecipe RecipeOf(const PlanPool& pool, const RulePlan& rule,
                        ExprId condition) {
  std::optional<BoundaryRecipe> recipe =
      Reader(pool, rule).Read(condition, /*holds=*/true);
  if (recipe.has_value()) return *std::move(recipe);
  BoundaryRecipe unknown;
  unknown.events = 0;
  for (const Aggregate& aggregate : rule.aggregates) {
    unknown.present.insert(unknown.present.end(), aggregate.args.begin(),
                           aggregate.args.end());
  }
  return unknown;
}

}  // namespace mqwarden
