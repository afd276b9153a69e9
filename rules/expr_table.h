// Expressions, each stored once: the index that makes `PlanPool::exprs` a graph
// without repeats. Equal means equal in every member; since children come first
// and are stored once too, that is equality of the whole expression.
#ifndef MQWARDEN_RULES_EXPR_TABLE_H_
#define MQWARDEN_RULES_EXPR_TABLE_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

class ExprTable final {
 public:
  // `exprs` is not owned, is only written through this table, and outlives it.
  explicit ExprTable(std::vector<Expr>* exprs)
      : exprs_(exprs), index_(0, Hash{exprs}, Eq{exprs}) {}
  ExprTable(const ExprTable&) = delete;
  ExprTable& operator=(const ExprTable&) = delete;

  // The place of `expr`; `*is_new` says that it was not there before.
  ExprId Add(Expr expr, bool* is_new) {
    const auto found = index_.find(expr);
    *is_new = found == index_.end();
    if (!*is_new) return *found;
    const auto id = static_cast<ExprId>(exprs_->size());
    exprs_->push_back(std::move(expr));
    index_.insert(id);
    return id;
  }

 private:
  struct Hash {
    using is_transparent = void;
    const std::vector<Expr>* exprs;
    size_t operator()(const Expr& e) const {
      return absl::HashOf(static_cast<int>(e.op), static_cast<int>(e.type),
                          static_cast<int>(e.enum_type), e.a, e.b, e.children);
    }
    size_t operator()(ExprId id) const { return (*this)((*exprs)[id]); }
  };
  struct Eq {
    using is_transparent = void;
    const std::vector<Expr>* exprs;
    bool operator()(ExprId a, ExprId b) const { return a == b; }
    bool operator()(ExprId a, const Expr& b) const { return (*exprs)[a] == b; }
    bool operator()(const Expr& a, ExprId b) const { return a == (*exprs)[b]; }
  };

  std::vector<Expr>* const exprs_;
  absl::flat_hash_set<ExprId, Hash, Eq> index_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_EXPR_TABLE_H_
