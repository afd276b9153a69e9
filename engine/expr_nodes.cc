#include "mqwarden/engine/expr_nodes.h"

#include <memory>
#include <string>

#include "mqwarden/engine/number_test.h"

namespace mqwarden {
namespace {

bool IsComparison(ExprOp op) {
  return op == ExprOp::kEq || op == ExprOp::kLt || op == ExprOp::kLe ||
         op == ExprOp::kGt || op == ExprOp::kGe;
}

}  // namespace

ExprNodes::ExprNodes(const PlanPool& pool) {
  for (const TextSet& set : pool.text_sets) {
    uint64_t& lengths = member_lengths_.emplace_back(0);
    for (const std::string& member : set.members) {
      lengths |= uint64_t{1} << std::min<size_t>(member.size(), 63);
    }
  }
  for (const NetworkSet& set : pool.network_sets) {
    networks_.emplace_back(set.networks);
  }
  for (const RegexSet& set : pool.regex_sets) {
    regexes_.push_back(std::make_unique<RegexGroup>(set));
  }
  nodes_.reserve(pool.exprs.size());
  for (const Expr& expr : pool.exprs) {
    Node node{};
    node.op = expr.op;
    node.type = expr.type;
    node.enum_type = expr.enum_type;
    node.event_only = expr.event_only;
    node.a = expr.a;
    node.b = expr.b;
    node.child_begin = static_cast<uint32_t>(children_.size());
    node.child_count = static_cast<uint32_t>(expr.children.size());
    children_.insert(children_.end(), expr.children.begin(),
                     expr.children.end());
    if (IsComparison(expr.op)) {
      if (const auto test = ComparedWithNumber(pool, expr)) {
        node.field_with_number = true;
        node.field = test->field;
        node.number = test->number;
      }
    }
    nodes_.push_back(node);
  }
}

}  // namespace mqwarden
