#include "mqwarden/rules/rule_folder.h"

#include <algorithm>
#include <utility>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/const_eval.h"

namespace mqwarden {

ExprId RuleFolder::Fold(ExprId id) {
  if (id == kNoExpr || (pool_.reads(id) & kReadsRule) == 0) return id;
  const auto found = folded_.find(id);
  if (found != folded_.end()) return found->second;
  const Expr expr = pool_.expr(id);  // folding adds to the pool
  const ExprId folded = FoldNode(expr);
  folded_.emplace(id, folded);
  return folded;
}

ExprId RuleFolder::FoldNode(const Expr& expr) {
  if (expr.op == ExprOp::kAlertRule) {
    return pool_.Text(name_, ValueType::kFolded);
  }
  if (expr.op == ExprOp::kAlertRuleTags) return pool_.Field(FieldId::kRuleTags);
  if (!pool_.reads_data(expr) || fold_data_) {
    if (const std::optional<bool> decided = Decide(expr)) {
      return *decided ? pool_.True() : pool_.False();
    }
  }
  std::vector<ExprId> children;
  for (const ExprId child : expr.children) children.push_back(Fold(child));
  switch (expr.op) {
    case ExprOp::kAnd: return pool_.And(children);
    case ExprOp::kOr: return pool_.Or(children);
    case ExprOp::kNot: return pool_.Not(children[0]);
    case ExprOp::kHas: {
      // The tags are the constant side: the text is looked up among them.
      if (pool_.expr(expr.children[0]).op != ExprOp::kAlertRuleTags) break;
      Hasher128 hasher;
      hasher.Add(std::string_view("tags of a rule"));
      for (const std::string& tag : tags_) hasher.Add(std::string_view(tag));
      const Hash128 key = hasher.Finish();
      const uint32_t set = pool_.TextSet({key, key}, [&] {
        TextSet made;
        made.fold = true;
        for (const std::string& tag : tags_) {
          made.members.insert(ToAsciiLower(tag));
        }
        return made;
      });
      return pool_.Condition(ExprOp::kInTexts, set, {children[1]});
    }
    case ExprOp::kLength:
      if (pool_.expr(expr.children[0]).op != ExprOp::kAlertRuleTags) break;
      return pool_.Int(static_cast<int64_t>(tags_.size()));
    default: break;
  }
  const ExprId id =
      pool_.Node(expr.op, expr.type, expr.a, expr.b, std::move(children));
  // With its operands known the comparison may be decided now.
  const Expr known = pool_.expr(id);
  if (known.children.empty() || (pool_.reads_data(known) && !fold_data_)) {
    return id;
  }
  const Expr& subject = pool_.expr(known.children[0]);
  if (subject.op != ExprOp::kConst) return id;
  const auto holds =
      HoldsOf(pool_.plan(), known, pool_.plan().constants[subject.a]);
  if (!holds.has_value()) return id;
  return *holds ? pool_.True() : pool_.False();
}

// Conditions about the tags as a whole.
std::optional<bool> RuleFolder::Decide(const Expr& expr) {
  if (expr.children.empty() ||
      pool_.expr(expr.children[0]).op != ExprOp::kAlertRuleTags) {
    return std::nullopt;
  }
  const PlanPool& plan = pool_.plan();
  const auto any = [&](auto fits) {
    return std::any_of(tags_.begin(), tags_.end(), fits);
  };
  switch (expr.op) {
    case ExprOp::kExists: return !tags_.empty();
    case ExprOp::kHasAny:
      return any([&](const std::string& tag) {
        return FitsTextSet(plan.text_sets[expr.a], tag);
      });
    case ExprOp::kLike:
      return any([&](const std::string& tag) {
        return FitsGlobs(plan.glob_sets[expr.a], tag);
      });
    case ExprOp::kMatches:
      return any([&](const std::string& tag) {
        return FitsRegexes(plan.regex_sets[expr.a], tag);
      });
    default: return std::nullopt;
  }
}

}  // namespace mqwarden
