#include "mqwarden/engine/plan.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/built_once.h"
#include "mqwarden/engine/expr_nodes.h"
#include "mqwarden/engine/rule_index.h"

namespace mqwarden {
namespace {

// The hash of an expression by its form, so that its place in the pool does not
// matter. What `from` files hold is data and not in it.
Hash128 HashExpr(const PlanPool& pool, const Expr& expr,
                 const std::vector<Hash128>& before) {
  Hasher128 hasher;
  hasher.Add(static_cast<int>(expr.op));
  hasher.Add(static_cast<int>(expr.type));
  if (expr.op == ExprOp::kConst && expr.a < pool.constants.size()) {
    const Constant& constant = pool.constants[expr.a];
    hasher.Add(constant.number);
    hasher.Add(constant.decimal.ToString());
    hasher.Add(constant.text);
    hasher.Add(FormatIp(constant.ip));
  } else if (expr.op == ExprOp::kField) {
    hasher.Add(GetField(static_cast<FieldId>(expr.a)).name);
  } else if ((expr.op == ExprOp::kAttrText || expr.op == ExprOp::kAttrNumber) &&
             expr.a < pool.names.size()) {
    hasher.Add(pool.names[expr.a]);
  }
  for (const ExprId child : expr.children) {
    if (child < before.size()) hasher.Add(before[child]);
  }
  return hasher.Finish();
}

uint64_t HashPolicy(const PlanPool& pool,
                    const std::vector<LimitPlan>& policy_limits) {
  std::vector<Hash128> exprs;
  if (!policy_limits.empty()) exprs.reserve(pool.exprs.size());
  for (const Expr& expr : pool.exprs) {
    if (policy_limits.empty()) break;
    exprs.push_back(HashExpr(pool, expr, exprs));
  }
  const auto hash_of = [&exprs](ExprId id) {
    return id < exprs.size() ? exprs[id] : Hash128{};
  };
  Hasher128 hasher;
  for (const LimitPlan& limit : policy_limits) {
    hasher.Add(limit.count);
    hasher.Add(limit.per);
    hasher.Add(limit.by_all);
    for (const KeyPart& part : limit.by) {
      hasher.Add(part.name);
      hasher.Add(part.optional);
      hasher.Add(hash_of(part.expr));
    }
    hasher.Add(hash_of(limit.unless));
  }
  return hasher.Finish().lo;
}

uint64_t Fingerprint(
    const std::vector<std::shared_ptr<const RulePlan>>& rules,
    const std::vector<std::shared_ptr<const ReportPlan>>& reports,
    uint64_t policy_hash) {
  Hasher128 hasher;
  for (const auto& rule : rules) {
    hasher.Add(rule->name);
    hasher.Add(rule->version);
  }
  for (const auto& report : reports) {
    hasher.Add(report->name);
    hasher.Add(report->version);
  }
  hasher.Add(policy_hash);
  return hasher.Finish().lo;
}

}  // namespace

void AppendTableKey(std::string_view cell, std::string* key) {
  ByteWriter(key).Varint(cell.size());
  AppendAsciiLower(cell, key);
}

Plan::Plan(std::shared_ptr<const PlanPool> pool,
           std::vector<std::shared_ptr<const RulePlan>> rules,
           std::vector<LimitPlan> policy_limits,
           std::shared_ptr<const Inventory> inventory,
           std::vector<std::shared_ptr<const ReportPlan>> reports)
    : pool_(std::move(pool)),
      rules_(std::move(rules)),
      policy_limits_(std::move(policy_limits)),
      inventory_(std::move(inventory)),
      reports_(std::move(reports)) {
  const auto by_name = [](const auto& a, const auto& b) {
    return a->name < b->name;
  };
  std::sort(rules_.begin(), rules_.end(), by_name);
  std::sort(reports_.begin(), reports_.end(), by_name);
  policy_hash_ = HashPolicy(*pool_, policy_limits_);
  fingerprint_ = Fingerprint(rules_, reports_, policy_hash_);
  verified_ = std::make_shared<BuiltOnce<absl::Status>>();
  nodes_ = std::make_shared<BuiltOnce<ExprNodes>>();
  index_ = std::make_shared<BuiltOnce<RuleIndex>>();
}

Plan::Plan(const Plan& other, std::shared_ptr<const RulePlan> rule)
    : pool_(other.pool_),
      rules_({std::move(rule)}),
      policy_limits_(other.policy_limits_),
      inventory_(other.inventory_),
      policy_hash_(other.policy_hash_),
      fingerprint_(Fingerprint(rules_, reports_, policy_hash_)),
      verified_(other.Verify().ok()
                    ? other.verified_
                    : std::make_shared<BuiltOnce<absl::Status>>()),
      nodes_(other.nodes_),
      index_(std::make_shared<BuiltOnce<RuleIndex>>()) {}

absl::Status Plan::Verify() const {
  return *verified_->Get(
      [this] { return std::make_shared<const absl::Status>(VerifyNow()); });
}

const ExprNodes& Plan::nodes() const {
  return *nodes_->Get(
      [this] { return std::make_shared<const ExprNodes>(*pool_); });
}

std::shared_ptr<const RuleIndex> Plan::index() const {
  return index_->Get([this] {
    return std::make_shared<const RuleIndex>(*this, /*use_accesses=*/true);
  });
}

std::shared_ptr<const Plan> Plan::WithRule(std::string_view name) const {
  const auto rule = std::lower_bound(
      rules_.begin(), rules_.end(), name,
      [](const auto& candidate, std::string_view wanted) {
        return candidate->name < wanted;
      });
  if (rule == rules_.end() || (*rule)->name != name) return nullptr;
  return std::shared_ptr<const Plan>(new Plan(*this, *rule));
}

}  // namespace mqwarden
