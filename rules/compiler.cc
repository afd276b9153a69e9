#include "mqwarden/rules/compiler.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/check.h"
#include "mqwarden/rules/expr_table.h"
#include "mqwarden/rules/rule_folder.h"
#include "mqwarden/rules/rule_hash.h"

namespace mqwarden {
namespace {

// Copies expressions from the checker's pool to the plan's, each once, children
// first. Aggregates, value sets and captures get their place in the rule or
// report that is being written, so nodes above them are copied once a rule.
class PlanWriter {
 public:
  explicit PlanWriter(ExprPool* pool)
      : pool_(*pool), from_(*pool->mutable_plan()), table_(&to_.exprs) {}

  // `captures` is null where there is no sequence.
  void Begin(std::vector<Aggregate>* aggregates,
             std::vector<ValueSet>* value_sets,
             std::vector<CapturePlan>* captures) {
    rule_aggregates_ = aggregates;
    rule_value_sets_ = value_sets;
    rule_captures_ = captures;
    of_rule_.clear();
    aggregates_.clear();
    value_sets_.clear();
    captures_.clear();
  }

  // Recursion is as deep as the expression, which ExprPool::kMaxDepth bounds.
  ExprId Copy(ExprId id) {
    if (id == kNoExpr) return id;
    const bool of_rule =
        (pool_.reads(id) & (kReadsAggregate | kReadsValueSet | kReadsStep)) !=
        0;
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
      case ExprOp::kDuring:
        return Move(a, &from_.calendars, &to_.calendars, &calendars_);
      case ExprOp::kRecent: return CopyRecent(a);
      case ExprOp::kAggregate: return CopyAggregate(a);
      case ExprOp::kValueSet: return CopyValueSet(a);
      case ExprOp::kStepValue: return CopyCapture(a);
      default: return a;
    }
  }

  uint32_t CopyAggregate(uint32_t index) {
    const auto found = aggregates_.find(index);
    if (found != aggregates_.end()) return found->second;
    Aggregate aggregate = pool_.aggregates()[index];
    aggregate.condition = Copy(aggregate.condition);
    for (ExprId& arg : aggregate.args) arg = Copy(arg);
    const auto place = static_cast<uint32_t>(rule_aggregates_->size());
    rule_aggregates_->push_back(std::move(aggregate));
    aggregates_.emplace(index, place);
    return place;
  }

  uint32_t CopyValueSet(uint32_t index) {
    const auto found = value_sets_.find(index);
    if (found != value_sets_.end()) return found->second;
    ValueSet set = pool_.value_sets()[index];
    set.arg = Copy(set.arg);
    const auto place = static_cast<uint32_t>(rule_value_sets_->size());
    rule_value_sets_->push_back(set);
    value_sets_.emplace(index, place);
    return place;
  }

  uint32_t CopyCapture(uint32_t index) {
    const auto found = captures_.find(index);
    if (found != captures_.end()) return found->second;
    CapturePlan capture = pool_.captures()[index];
    capture.expr = Copy(capture.expr);
    const auto place = static_cast<uint32_t>(rule_captures_->size());
    rule_captures_->push_back(capture);
    captures_.emplace(index, place);
    return place;
  }

  // A recent reads neither a window nor a step nor another recent.
  uint32_t CopyRecent(uint32_t index) {
    const auto found = recents_.find(index);
    if (found != recents_.end()) return found->second;
    RecentPlan recent = std::move(from_.recents[index]);
    recent.where = Copy(recent.where);
    CopyKeys(&recent.by);
    const auto place = static_cast<uint32_t>(to_.recents.size());
    to_.recents.push_back(std::move(recent));
    recents_.emplace(index, place);
    return place;
  }

  const ExprPool& pool_;
  PlanPool& from_;
  PlanPool to_;
  ExprTable table_;
  absl::flat_hash_map<ExprId, ExprId> shared_;
  Places constants_, names_, text_sets_, number_sets_, network_sets_,
      glob_sets_, regex_sets_, pattern_sets_, tables_, calendars_, recents_;

  std::vector<Aggregate>* rule_aggregates_ = nullptr;
  std::vector<ValueSet>* rule_value_sets_ = nullptr;
  std::vector<CapturePlan>* rule_captures_ = nullptr;
  absl::flat_hash_map<ExprId, ExprId> of_rule_;
  Places aggregates_, value_sets_, captures_;
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

// Whether a clause of the rule asks a `recent`.
bool AsksRecent(const ExprPool& pool, const RulePlan& rule) {
  const auto asks = [&pool](ExprId id) {
    return id != kNoExpr && (pool.reads(id) & kReadsRecent) != 0;
  };
  const auto any = [&asks](const auto& clauses) {
    return std::any_of(
        clauses.begin(), clauses.end(),
        [&asks](const auto& clause) { return asks(clause.condition); });
  };
  return asks(rule.where) || any(rule.excludes) || any(rule.severity) ||
         any(rule.mutes) ||
         (rule.sequence.has_value() &&
          std::any_of(
              rule.sequence->steps.begin(), rule.sequence->steps.end(),
              [&asks](const SequenceStep& step) { return asks(step.where); }));
}

void WriteRule(PlanWriter* writer, RulePlan* rule) {
  writer->Begin(&rule->aggregates, &rule->value_sets,
                rule->sequence.has_value() ? &rule->sequence->captures
                                           : nullptr);
  if (rule->sequence.has_value()) {
    // First: what a later step reads keeps matches apart.
    for (SequenceStep& step : rule->sequence->steps) {
      step.where = writer->Copy(step.where);
    }
    for (CapturePlan& capture : rule->sequence->captures) capture.joins = true;
  }
  rule->where = writer->Copy(rule->where);
  for (ExcludePlan& exclude : rule->excludes) {
    exclude.condition = writer->Copy(exclude.condition);
  }
  writer->CopyKeys(&rule->by);
  if (rule->window.has_value()) {
    rule->window->condition = writer->Copy(rule->window->condition);
    rule->window->rearm = writer->Copy(rule->window->rearm);
  }
  if (rule->seen.has_value()) writer->CopyKeys(&rule->seen->tuple);
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

void WriteReport(PlanWriter* writer, ReportPlan* report) {
  writer->Begin(&report->aggregates, &report->value_sets, nullptr);
  report->where = writer->Copy(report->where);
  for (ExcludePlan& exclude : report->excludes) {
    exclude.condition = writer->Copy(exclude.condition);
  }
  writer->CopyKeys(&report->by);
  report->order = writer->Copy(report->order);
  for (AlertFieldPlan& field : report->show) {
    field.expr = writer->Copy(field.expr);
  }
  writer->CopyTemplate(&report->title);
}

bool FitsEngine(std::string_view name, const std::vector<Aggregate>& aggregates,
                const RuleTextPtr& text, Span span,
                DiagnosticList* diagnostics) {
  const auto count_ifs = std::count_if(
      aggregates.begin(), aggregates.end(),
      [](const Aggregate& a) { return a.kind == Aggregate::Kind::kCountIf; });
  if (count_ifs <= kMaxCountIfs) return true;
  Report(diagnostics, DiagnosticCode::kTooManyAggregates, text, span)
      .Message("the rule " + Quoted(name) + " has " +
               std::to_string(count_ifs) +
               " different `count(condition)`, more than " +
               std::to_string(kMaxCountIfs));
  return false;
}

}  // namespace

std::shared_ptr<const Plan> BuildPlan(
    std::vector<CheckedRule> rules, std::vector<CheckedReport> reports,
    const CheckedPolicy& policy, std::shared_ptr<const Inventory> inventory,
    ExprPool* pool, DiagnosticList* diagnostics) {
  std::sort(rules.begin(), rules.end(),
            [](const CheckedRule& a, const CheckedRule& b) {
              return a.plan.name < b.plan.name;
            });
  for (CheckedRule& rule : rules) {
    RulePlan meaning = rule.plan;
    MergePolicy(policy, /*fold_data=*/false, pool, &meaning);
    HashRule(*pool, policy.limits, rule.universe, &meaning);
    MergePolicy(policy, /*fold_data=*/true, pool, &rule.plan);
    rule.plan.version = meaning.version;
    rule.plan.state_hash = meaning.state_hash;
    rule.plan.in_order = AsksRecent(*pool, meaning);
  }
  std::sort(reports.begin(), reports.end(),
            [](const CheckedReport& a, const CheckedReport& b) {
              return a.plan.name < b.plan.name;
            });
  for (CheckedReport& report : reports) HashReport(*pool, &report.plan);

  PlanWriter writer(pool);
  bool ok = true;
  for (CheckedRule& rule : rules) {
    WriteRule(&writer, &rule.plan);
    ok &= FitsEngine(rule.plan.name, rule.plan.aggregates, rule.text,
                     rule.ast->name.span, diagnostics);
  }
  for (CheckedReport& report : reports) {
    WriteReport(&writer, &report.plan);
    ok &= FitsEngine(report.plan.name, report.plan.aggregates, report.text,
                     report.ast->name.span, diagnostics);
  }
  if (!ok) return nullptr;
  std::vector<LimitPlan> limits = policy.limits;
  for (LimitPlan& limit : limits) writer.CopyLimit(&limit);

  std::vector<std::shared_ptr<const RulePlan>> plans;
  plans.reserve(rules.size());
  for (CheckedRule& rule : rules) {
    plans.push_back(std::make_shared<const RulePlan>(std::move(rule.plan)));
  }
  std::vector<std::shared_ptr<const ReportPlan>> report_plans;
  for (CheckedReport& report : reports) {
    report_plans.push_back(
        std::make_shared<const ReportPlan>(std::move(report.plan)));
  }
  auto plan = std::make_shared<const Plan>(
      std::make_shared<const PlanPool>(writer.TakePool()), std::move(plans),
      std::move(limits), std::move(inventory), std::move(report_plans));
  MQWARDEN_CHECK(plan->Verify().ok(),
                 "what the compiler makes passes Verify()");
  return plan;
}

}  // namespace mqwarden
