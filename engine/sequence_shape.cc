#include "mqwarden/engine/sequence_shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mqwarden {
namespace {

// Calls visit(capture) for every capture that is read below `id`. Each node
// once: shared parts make the number of paths exponential.
template <typename Visit>
void ForEachCapture(const PlanPool& pool, ExprId id, const Visit& visit) {
  if (id == kNoExpr) return;
  std::vector<ExprId> left = {id};
  std::vector<bool> seen(id + 1);
  while (!left.empty()) {
    const ExprId next = left.back();
    left.pop_back();
    if (seen[next]) continue;
    seen[next] = true;
    const Expr& expr = pool.exprs[next];
    if (expr.op == ExprOp::kStepValue) visit(expr.a);
    left.insert(left.end(), expr.children.begin(), expr.children.end());
  }
}

void AppendConjuncts(const PlanPool& pool, ExprId id,
                     std::vector<ExprId>* conjuncts) {
  std::vector<ExprId> left = {id};
  while (!left.empty()) {
    const ExprId next = left.back();
    left.pop_back();
    const Expr& expr = pool.exprs[next];
    if (expr.op == ExprOp::kAnd) {
      left.insert(left.end(), expr.children.begin(), expr.children.end());
    } else {
      conjuncts->push_back(next);
    }
  }
}

// The expression on the event that `conjunct` says equals the capture, where
// "equal" is what identities say.
std::optional<ExprId> EqualToCapture(const PlanPool& pool,
                                     const SequencePlan& plan, ExprId conjunct,
                                     uint32_t capture) {
  const Expr& expr = pool.exprs[conjunct];
  if (expr.op != ExprOp::kEq) return std::nullopt;
  for (size_t side = 0; side < 2; ++side) {
    const Expr& read = pool.exprs[expr.children[side]];
    const ExprId other_id = expr.children[1 - side];
    const Expr& other = pool.exprs[other_id];
    if (read.op != ExprOp::kStepValue || read.a != capture) continue;
    const ValueType type = pool.exprs[plan.captures[capture].expr].type;
    if (!other.event_only || other.type != type) continue;
    switch (type) {
      case ValueType::kFolded:
        if (expr.a == 1) return other_id;
        break;
      case ValueType::kExact:
        if (expr.a == 0) return other_id;
        break;
      case ValueType::kBool:
      case ValueType::kInt:
      case ValueType::kEnum:
      case ValueType::kIp:
      case ValueType::kTs:
        return other_id;
      default:
        break;
    }
  }
  return std::nullopt;
}

void FindLookup(const PlanPool& pool, const SequencePlan& plan,
                const std::vector<uint32_t>& joins, SequenceShape::Test* test) {
  if (test->where == kNoExpr && !joins.empty()) return;
  std::vector<ExprId> conjuncts;
  if (test->where != kNoExpr) AppendConjuncts(pool, test->where, &conjuncts);
  for (const uint32_t capture : joins) {
    std::optional<ExprId> equal;
    for (const ExprId conjunct : conjuncts) {
      equal = EqualToCapture(pool, plan, conjunct, capture);
      if (equal.has_value()) break;
    }
    if (!equal.has_value()) {
      test->lookup.clear();
      return;
    }
    test->lookup.push_back(*equal);
  }
  test->is_indexed = true;
}

}  // namespace

SequenceShape ShapeOfSequence(const RulePlan& rule, const PlanPool& pool) {
  const SequencePlan& plan = *rule.sequence;
  SequenceShape shape;
  shape.length = plan.length.count();
  shape.captures = plan.captures.size();

  // Where each step stands; a `missing` stands with the position after it.
  std::vector<size_t> place_of;
  std::vector<SequenceShape::Test> guards;
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const SequenceStep& step = plan.steps[i];
    place_of.push_back(shape.positions.size());
    SequenceShape::Test test;
    test.kinds = step.kinds;
    test.where = step.where;
    test.event_only =
        step.where == kNoExpr || pool.exprs[step.where].event_only;
    if (step.missing) {
      guards.push_back(test);
      continue;
    }
    SequenceShape::Position& position = shape.positions.emplace_back();
    position.test = test;
    position.count = step.count;
    position.guards = std::move(guards);
    guards.clear();
    shape.total_count += step.count;
    for (size_t c = 0; c < plan.captures.size(); ++c) {
      if (plan.captures[c].step == i) {
        position.captures.push_back(static_cast<uint32_t>(c));
      }
    }
  }
  if (!guards.empty()) {
    shape.has_final = true;
    shape.final.test = guards[0];
  }

  // The last place that reads each capture.
  std::vector<std::optional<size_t>> last_read(plan.captures.size());
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    ForEachCapture(pool, plan.steps[i].where, [&](uint32_t capture) {
      last_read[capture] = place_of[i];
    });
  }
  for (size_t p = 0; p <= shape.positions.size(); ++p) {
    if (p == shape.positions.size() && !shape.has_final) break;
    SequenceShape::Position& position =
        p == shape.positions.size() ? shape.final : shape.positions[p];
    for (size_t c = 0; c < plan.captures.size(); ++c) {
      if (place_of[plan.captures[c].step] < p && last_read[c].has_value() &&
          *last_read[c] >= p) {
        position.joins.push_back(static_cast<uint32_t>(c));
      }
    }
    FindLookup(pool, plan, position.joins, &position.test);
    for (SequenceShape::Test& guard : position.guards) {
      FindLookup(pool, plan, position.joins, &guard);
    }
  }
  return shape;
}

}  // namespace mqwarden
