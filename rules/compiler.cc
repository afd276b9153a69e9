#include "mqwarden/rules/compiler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/check.h"
#include "mqwarden/rules/expr_table.h"
#include "mqwarden/rules/rule_folder.h"
#include "mqwarden/rules/rule_hash.h"

namespace mqwarden {
namespace {

// Copies expressions from the checker's pool to the plan's, each once, children
// first. Aggregates and value sets get their place in the rule that is being
// written, so nodes above them are copied once a rule.
class PlanWriter {
 public:
  explicit PlanWriter(ExprPool* pool)
      : pool_(*pool), from_(*pool->mutable_plan()), table_(&to_.exprs) {}

  void BeginRule(RulePlan* rule) {
    rule_ = rule;
    of_rule_.clear();
    aggregates_.clear();
    value_sets_.clear();
  }

  // Recursion is as deep as the expression, which ExprPool::kMaxDepth bounds.
  ExprId Copy(ExprId id) {
    if (id == kNoExpr) return id;
    const bool of_rule =
        (pool_.reads(id) & (kReadsAggregate | kReadsValueSet)) != 0;
    auto& copied = of_rule ? of_rule_ : shared_;
    const auto found = copied.find(id);
    if (found != copied.end()) return found->second;
    Expr expr = pool_.expr(id);
    for (ExprId& child : expr.children) child = Copy(child);
    expr.a = CopyA(expr);
    bool is_new = false;
    const ExprId copy = table_.Add(std::move(expr), &is_new);
    // Not through `copied`: copying children may have moved the table.
    (of_rule ? of_rule_ : shared_).emplace(id, copy);
    return copy;
  }

  void CopyKeys(std::vector<KeyPart>* keys) {
    for (KeyPart& key : *keys) key.expr = Copy(key.expr);
  }
  void CopyLimit(LimitPlan* limit) {
    CopyKeys(&limit->by);
    limit->unless = Copy(limit->unless);
  }
  void CopyTemplate(Template* text) {
    for (TemplatePart& part : *text) part.expr = Copy(part.expr);
  }

  PlanPool TakePool() { return std::move(to_); }

 private:
  using Places = absl::flat_hash_map<uint32_t, uint32_t>;

  // The place of one element, moved to `to` when it is first met.
  template <typename T>
  static uint32_t Move(uint32_t index, std::vector<T>* from, std::vector<T>* to,
                       Places* places) {
    const auto [it, is_new] =
        places->try_emplace(index, static_cast<uint32_t>(to->size()));
    if (is_new) to->push_back(std::move((*from)[index]));
    return it->second;
  }

  uint32_t CopyA(const Expr& expr) {
    const uint32_t a = expr.a;
    switch (expr.op) {
      case ExprOp::kConst:
        return Move(a, &from_.constants, &to_.constants, &constants_);
      case ExprOp::kAttrText:
      case ExprOp::kAttrNumber:
        return Move(a, &from_.names, &to_.names, &names_);
      case ExprOp::kInTexts:
      case ExprOp::kHasAny:
        return Move(a, &from_.text_sets, &to_.text_sets, &text_sets_);
      case ExprOp::kInNumbers:
        return Move(a, &from_.number_sets, &to_.number_sets, &number_sets_);
      case ExprOp::kInNetworks:
        return Move(a, &from_.network_sets, &to_.network_sets, &network_sets_);
      case ExprOp::kLike:
        return Move(a, &from_.glob_sets, &to_.glob_sets, &glob_sets_);
      case ExprOp::kMatches:
        return Move(a, &from_.regex_sets, &to_.regex_sets, &regex_sets_);
      case ExprOp::kPatternLabel:
        return Move(a, &from_.pattern_sets, &to_.pattern_sets, &pattern_sets_);
      case ExprOp::kTableColumn:
        return Move(a, &from_.tables, &to_.tables, &tables_);
      case ExprOp::kAggregate: return CopyAggregate(a);
      case ExprOp::kValueSet: return CopyValueSet(a);
      default: return a;
    }
  }

  uint32_t CopyAggregate(uint32_t index) {
    const auto found = aggregates_.find(index);
    if (found != aggregates_.end()) return found->second;
    Aggregate aggregate = pool_.aggregates()[index];
    aggregate.condition = Copy(aggregate.condition);
    for (ExprId& arg : aggregate.args) arg = Copy(arg);
    const auto place = static_cast<uint32_t>(rule_->aggregates.size());
    rule_->aggregates.push_back(std::move(aggregate));
    aggregates_.emplace(index, place);
    return place;
  }

  uint32_t CopyValueSet(uint32_t index) {
    const auto found = value_sets_.find(index);
    if (found != value_sets_.end()) return found->second;
    ValueSet set = pool_.value_sets()[index];
    set.arg = Copy(set.arg);
    const auto place = static_cast<uint32_t>(rule_->value_sets.size());
    rule_->value_sets.push_back(set);
    value_sets_.emplace(index, place);
    return place;
  }

  const ExprPool& pool_;
  PlanPool& from_;
  PlanPool to_;
  ExprTable table_;
  absl::flat_hash_map<ExprId, ExprId> shared_;
  Places constants_, names_, text_sets_, number_sets_, network_sets_,
      glob_sets_, regex_sets_, pattern_sets_, tables_;

  RulePlan* rule_ = nullptr;
  absl::flat_hash_map<ExprId, ExprId> of_rule_;
  Places aggregates_, value_sets_;
};

// Puts the policy's clauses before the rule's own, as the rule sees them; those
// that can never concern it are left out.
void MergePolicy(const CheckedPolicy& policy, bool fold_data, ExprPool* pool,
                 RulePlan* rule) {
  RuleFolder folder(rule->name, rule->tags, fold_data, pool);
  std::vector<ExcludePlan> excludes;
  for (const ExcludePlan& exclude : policy.excludes) {
    const ExprId condition = folder.Fold(exclude.condition);
    if (!pool->is_false(condition)) {
      excludes.push_back({exclude.label, condition});
    }
  }
  rule->excludes.insert(rule->excludes.begin(), excludes.begin(),
                        excludes.end());
  std::vector<MutePlan> mutes;
  for (const MutePlan& mute : policy.mutes) {
    MutePlan folded = mute;
    folded.condition = folder.Fold(mute.condition);
    if (folded.condition == kNoExpr || !pool->is_false(folded.condition)) {
      mutes.push_back(std::move(folded));
    }
  }
  rule->mutes.insert(rule->mutes.begin(), mutes.begin(), mutes.end());
}

void WriteRule(PlanWriter* writer, RulePlan* rule) {
  writer->BeginRule(rule);
  rule->where = writer->Copy(rule->where);
  for (ExcludePlan& exclude : rule->excludes) {
    exclude.condition = writer->Copy(exclude.condition);
  }
  writer->CopyKeys(&rule->by);
  if (rule->window.has_value()) {
    rule->window->condition = writer->Copy(rule->window->condition);
    rule->window->rearm = writer->Copy(rule->window->rearm);
  }
  for (SeverityCase& severity : rule->severity) {
    severity.condition = writer->Copy(severity.condition);
  }
  for (EscalationPlan& escalation : rule->escalations) {
    escalation.condition = writer->Copy(escalation.condition);
  }
  for (MutePlan& mute : rule->mutes) {
    mute.condition = writer->Copy(mute.condition);
  }
  for (LimitPlan& limit : rule->limits) writer->CopyLimit(&limit);
  for (Template* text : {&rule->title, &rule->summary, &rule->runbook}) {
    writer->CopyTemplate(text);
  }
  for (AlertFieldPlan& field : rule->fields) {
    field.expr = writer->Copy(field.expr);
  }
}

bool FitsEngine(const CheckedRule& rule, DiagnosticList* diagnostics) {
  const auto count_ifs = std::count_if(
      rule.plan.aggregates.begin(), rule.plan.aggregates.end(),
      [](const Aggregate& a) { return a.kind == Aggregate::Kind::kCountIf; });
  if (count_ifs <= kMaxCountIfs) return true;
  Report(diagnostics, DiagnosticCode::kTooManyAggregates, rule.text,
         rule.ast->name.span)
      .Message("the rule " + Quoted(rule.plan.name) + " has " +
               std::to_string(count_ifs) +
               " different `count(condition)`, more than " +
               std::to_string(kMaxCountIfs));
  return false;
}

}  // namespace

std::shared_ptr<const Plan> BuildPlan(
    std::vector<CheckedRule> rules, const CheckedPolicy& policy,
    std::shared_ptr<const Inventory> inventory, ExprPool* pool,
    DiagnosticList* diagnostics) {
  std::sort(rules.begin(), rules.end(),
            [](const CheckedRule& a, const CheckedRule& b) {
              return a.plan.name < b.plan.name;
            });
  for (CheckedRule& rule : rules) {
    RulePlan meaning = rule.plan;
    MergePolicy(policy, /*fold_data=*/false, pool, &meaning);
    HashRule(*pool, policy.limits, &meaning);
    MergePolicy(policy, /*fold_data=*/true, pool, &rule.plan);
    rule.plan.version = meaning.version;
    rule.plan.state_hash = meaning.state_hash;
  }

  PlanWriter writer(pool);
  bool ok = true;
  for (CheckedRule& rule : rules) {
    WriteRule(&writer, &rule.plan);
    ok &= FitsEngine(rule, diagnostics);
  }
  if (!ok) return nullptr;
  std::vector<LimitPlan> limits = policy.limits;
  for (LimitPlan& limit : limits) writer.CopyLimit(&limit);

  std::vector<std::shared_ptr<const RulePlan>> plans;
  plans.reserve(rules.size());
  for (CheckedRule& rule : rules) {
    plans.push_back(std::make_shared<const RulePlan>(std::move(rule.plan)));
  }
  auto plan = std::make_shared<const Plan>(
      std::make_shared<const PlanPool>(writer.TakePool()), std::move(plans),
      std::move(limits), std::move(inventory));
  MQWARDEN_CHECK(plan->Verify().ok(),
                 "what the compiler makes passes Verify()");
  return plan;
}

}  // namespace mqwarden
