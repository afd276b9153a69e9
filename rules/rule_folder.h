// Writes a policy's clause as one rule sees it: `rule` and `rule_tags` become
// the rule's own, and what that decides is folded away.
#ifndef MQWARDEN_RULES_RULE_FOLDER_H_
#define MQWARDEN_RULES_RULE_FOLDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/rules/expr_pool.h"

namespace mqwarden {

class RuleFolder final {
 public:
  // `fold_data`: also what lists from files decide. A rule's hashes are of the
  // form without.
  RuleFolder(const std::string& name, const std::vector<std::string>& tags,
             bool fold_data, ExprPool* pool)
      : name_(name), tags_(tags), fold_data_(fold_data), pool_(*pool) {}
  RuleFolder(const RuleFolder&) = delete;
  RuleFolder& operator=(const RuleFolder&) = delete;

  // Recursion is as deep as the expression, which ExprPool::kMaxDepth bounds.
  ExprId Fold(ExprId id);

 private:
  ExprId FoldNode(const Expr& expr);
  std::optional<bool> Decide(const Expr& expr);

  const std::string& name_;
  const std::vector<std::string>& tags_;
  const bool fold_data_;
  ExprPool& pool_;
  absl::flat_hash_map<ExprId, ExprId> folded_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_FOLDER_H_
