#include "mqwarden/rules/lint_rule.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/rules/never_true.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

class RuleLinter {
 public:
  RuleLinter(const ExprPool& pool, const CheckedRule& rule,
             const LintSwitch& enabled, DiagnosticList* diagnostics)
      : pool_(pool),
        rule_(rule),
        plan_(rule.plan),
        enabled_(enabled),
        diagnostics_(diagnostics) {}

  void Run() {
    if (enabled_(DiagnosticCode::kShadowedByExclude) && IsShadowed()) return;
    if (enabled_(DiagnosticCode::kNeverFires)) {
      Steps();
      if (plan_.window.has_value()) Counts();
    }
    if (enabled_(DiagnosticCode::kThresholdAboveKeys)) Keys();
    if (enabled_(DiagnosticCode::kFieldOfNoKind)) Fields();
    if (enabled_(DiagnosticCode::kLimitKeyNeverPresent)) Limits();
  }

 private:
  bool Contradict(std::vector<ExprId> conditions, uint32_t kinds) const {
    std::vector<ClausePart> parts;
    for (const ExprId id : conditions) {
      if (id != kNoExpr) parts.push_back({id, {}});
    }
    return FindNeverTrue(pool_, parts, kinds).has_value();
  }

  // Every event that passes `where` is excluded by one exclude.
  bool IsShadowed() {
    for (size_t i = 0; i < plan_.excludes.size(); ++i) {
      const ExprId condition = plan_.excludes[i].condition;
      if (!ImpliedByWhere(condition) || i >= rule_.ast->excludes.size()) {
        continue;
      }
      Report(diagnostics_, DiagnosticCode::kShadowedByExclude, rule_.text,
             rule_.ast->excludes[i].span)
          .Message("this `exclude` leaves no event to the rule " +
                   Quoted(plan_.name))
          .Label("holds of every event that passes");
      return true;
    }
    return false;
  }

  // `where` holds only where `condition` does: one of its parts is it, or one
  // that implies it.
  bool ImpliedByWhere(ExprId condition) const {
    if (pool_.is_true(condition)) return true;
    if (plan_.where == kNoExpr) return false;
    return Implies(pool_, plan_.where, condition, plan_.kinds);
  }

  void NeverFires(Span span, std::string message, std::string label) {
    Report(diagnostics_, DiagnosticCode::kNeverFires, rule_.text, span)
        .Message(std::move(message))
        .Label(std::move(label));
  }

  void Steps() {
    if (!plan_.sequence.has_value()) return;
    for (size_t i = 0; i < plan_.sequence->steps.size(); ++i) {
      const SequenceStep& step = plan_.sequence->steps[i];
      if (step.missing || !Contradict({plan_.where, step.where}, step.kinds)) {
        continue;
      }
      NeverFires(rule_.ast->when->steps[i].span,
                 "no event can be this step of the rule " + Quoted(plan_.name),
                 "contradicts the `where` of the rule");
    }
  }

  // What the condition of the window counts.
  void Counts() {
    const ExprId condition = plan_.window->condition;
    std::vector<ExprId> left = {condition};
    absl::flat_hash_set<ExprId> seen;
    while (!left.empty()) {
      const ExprId id = left.back();
      left.pop_back();
      if (!seen.insert(id).second) continue;
      const Expr& expr = pool_.expr(id);
      left.insert(left.end(), expr.children.begin(), expr.children.end());
      if (expr.op == ExprOp::kAggregate) CountOfNothing(expr);
    }
    // Parts that are joined by `and` must all hold.
    const Expr& whole = pool_.expr(condition);
    if (whole.op != ExprOp::kAnd) {
      TooManyDifferent(whole);
      return;
    }
    for (const ExprId part : whole.children) {
      TooManyDifferent(pool_.expr(part));
    }
  }

  void CountOfNothing(const Expr& expr) {
    const Aggregate& aggregate = pool_.aggregates()[expr.a];
    if (aggregate.kind != Aggregate::Kind::kCountIf ||
        !Contradict({plan_.where, aggregate.condition}, plan_.kinds)) {
      return;
    }
    NeverFires(rule_.ast->when->condition.span,
               "a `count` of the rule " + Quoted(plan_.name) + " is always 0",
               "what it counts contradicts the `where` of the rule");
  }

  struct Threshold {
    const Aggregate* aggregate;
    int64_t least;  // the comparison needs at least so many
  };
  std::optional<Threshold> ThresholdOf(const Expr& expr) const {
    if (expr.op != ExprOp::kGe && expr.op != ExprOp::kGt &&
        expr.op != ExprOp::kEq) {
      return std::nullopt;
    }
    const Expr& subject = pool_.expr(expr.children[0]);
    const Expr& bound = pool_.expr(expr.children[1]);
    if (subject.op != ExprOp::kAggregate || bound.op != ExprOp::kConst) {
      return std::nullopt;
    }
    const int64_t number = pool_.plan().constants[bound.a].number;
    return Threshold{&pool_.aggregates()[subject.a],
                     expr.op == ExprOp::kGt ? number + 1 : number};
  }

  // How many values a field has at most; nullopt where that is open.
  std::optional<int64_t> ValuesOf(ExprId id) const {
    const Expr& expr = pool_.expr(id);
    if (expr.type == ValueType::kBool) return 2;
    if (expr.type != ValueType::kEnum) return std::nullopt;
    return static_cast<int64_t>(EnumValues(expr.enum_type).size());
  }

  void TooManyDifferent(const Expr& expr) {
    const auto threshold = ThresholdOf(expr);
    if (!threshold.has_value() ||
        threshold->aggregate->kind != Aggregate::Kind::kDistinct) {
      return;
    }
    int64_t values = 1;
    for (const ExprId arg : threshold->aggregate->args) {
      const auto of_arg = ValuesOf(arg);
      if (!of_arg.has_value()) return;
      if (__builtin_mul_overflow(values, *of_arg, &values)) return;
    }
    if (threshold->least <= values) return;
    NeverFires(rule_.ast->when->condition.span,
               "the rule " + Quoted(plan_.name) + " asks for " +
                   std::to_string(threshold->least) + " different values of " +
                   std::to_string(values),
               "never true");
  }

  void Keys() {
    if (!plan_.window.has_value()) return;
    const Expr& whole = pool_.expr(plan_.window->condition);
    std::vector<ExprId> parts = {plan_.window->condition};
    if (whole.op == ExprOp::kAnd) parts = whole.children;
    for (const ExprId part : parts) {
      const auto threshold = ThresholdOf(pool_.expr(part));
      if (threshold.has_value() &&
          threshold->aggregate->kind == Aggregate::Kind::kDistinct &&
          threshold->least > plan_.max_keys) {
        Report(diagnostics_, DiagnosticCode::kThresholdAboveKeys, rule_.text,
               rule_.ast->when->condition.span)
            .Message("the threshold is " + std::to_string(threshold->least) +
                     ", and `keys` of the rule " + Quoted(plan_.name) +
                     " is " + std::to_string(plan_.max_keys));
      }
    }
  }

  // Fields that no kind of the rule has, below `id`; each is reported once.
  void FieldsBelow(ExprId id, uint32_t kinds, Span span) {
    if (id == kNoExpr) return;
    std::vector<ExprId> left = {id};
    absl::flat_hash_set<ExprId> seen;
    while (!left.empty()) {
      const ExprId next = left.back();
      left.pop_back();
      if (!seen.insert(next).second) continue;
      const Expr& expr = pool_.expr(next);
      // What is asked of another kind is not asked of these.
      if (expr.op == ExprOp::kOfKind) continue;
      left.insert(left.end(), expr.children.begin(), expr.children.end());
      if (expr.op != ExprOp::kField) continue;
      const auto field = static_cast<FieldId>(expr.a);
      if ((KindsWithField(field) & kinds) != 0 ||
          !reported_.insert(expr.a).second) {
        continue;
      }
      Report(diagnostics_, DiagnosticCode::kFieldOfNoKind, rule_.text, span)
          .Message("no event of the rule " + Quoted(plan_.name) + " has " +
                   Quoted(GetField(field).name));
    }
  }

  void Fields() {
    const ast::Rule& rule = *rule_.ast;
    if (rule.where.has_value()) {
      FieldsBelow(plan_.where, plan_.kinds, rule.where->span);
    }
    for (size_t i = 0; i < plan_.by.size() && i < rule.by.size(); ++i) {
      FieldsBelow(plan_.by[i].expr, plan_.kinds, rule.by[i].span);
    }
    if (plan_.sequence.has_value()) {
      for (size_t i = 0; i < plan_.sequence->steps.size(); ++i) {
        const SequenceStep& step = plan_.sequence->steps[i];
        FieldsBelow(step.where, step.kinds, rule.when->steps[i].span);
      }
    }
    if (plan_.seen.has_value()) {
      for (const KeyPart& part : plan_.seen->tuple) {
        FieldsBelow(part.expr, plan_.kinds, rule.when->span);
      }
    }
    for (const Aggregate& aggregate : AggregatesOfWhen()) {
      FieldsBelow(aggregate.condition, plan_.kinds, rule.when->span);
      for (const ExprId arg : aggregate.args) {
        FieldsBelow(arg, plan_.kinds, rule.when->span);
      }
    }
  }

  std::vector<Aggregate> AggregatesOfWhen() const {
    std::vector<Aggregate> found;
    if (!plan_.window.has_value()) return found;
    std::vector<ExprId> left = {plan_.window->condition};
    absl::flat_hash_set<ExprId> seen;
    while (!left.empty()) {
      const ExprId id = left.back();
      left.pop_back();
      if (!seen.insert(id).second) continue;
      const Expr& expr = pool_.expr(id);
      if (expr.op == ExprOp::kAggregate) {
        found.push_back(pool_.aggregates()[expr.a]);
      }
      left.insert(left.end(), expr.children.begin(), expr.children.end());
    }
    return found;
  }

  void Limits() {
    const size_t own = std::min(plan_.limits.size(), rule_.ast->limits.size());
    for (size_t i = 0; i < own; ++i) {
      for (const KeyPart& part : plan_.limits[i].by) {
        const Expr& expr = pool_.expr(part.expr);
        if (part.optional || expr.op != ExprOp::kField ||
            (KindsWithField(static_cast<FieldId>(expr.a)) & plan_.kinds) != 0) {
          continue;
        }
        Report(diagnostics_, DiagnosticCode::kLimitKeyNeverPresent, rule_.text,
               rule_.ast->limits[i].span)
            .Message("no alert of the rule " + Quoted(plan_.name) + " has " +
                     Quoted(part.name))
            .Label("limits nothing");
      }
    }
  }

  const ExprPool& pool_;
  const CheckedRule& rule_;
  const RulePlan& plan_;
  const LintSwitch& enabled_;
  DiagnosticList* const diagnostics_;
  absl::flat_hash_set<uint32_t> reported_;
};

}  // namespace

void LintRule(const ExprPool& pool, const CheckedRule& rule,
              const LintSwitch& enabled, DiagnosticList* diagnostics) {
  RuleLinter(pool, rule, enabled, diagnostics).Run();
}

void LintReport(const ExprPool& pool, const CheckedReport& report,
                const LintSwitch& enabled, DiagnosticList* diagnostics) {
  const ReportPlan& plan = report.plan;
  if (plan.of_statistics) return;
  if (enabled(DiagnosticCode::kThresholdAboveKeys) &&
      plan.top > plan.max_keys) {
    Report(diagnostics, DiagnosticCode::kThresholdAboveKeys, report.text,
           report.ast->top->span)
        .Message("`top` is " + std::to_string(plan.top) +
                 ", and `keys` of the report " + Quoted(plan.name) + " is " +
                 std::to_string(plan.max_keys));
  }
  if (!enabled(DiagnosticCode::kFieldOfNoKind)) return;
  for (size_t i = 0; i < plan.by.size() && i < report.ast->by.size(); ++i) {
    const Expr& expr = pool.expr(plan.by[i].expr);
    if (expr.op != ExprOp::kField) continue;
    const auto field = static_cast<FieldId>(expr.a);
    if ((KindsWithField(field) & plan.kinds) != 0) continue;
    Report(diagnostics, DiagnosticCode::kFieldOfNoKind, report.text,
           report.ast->by[i].span)
        .Message("no event of the report " + Quoted(plan.name) + " has " +
                 Quoted(GetField(field).name));
  }
}

}  // namespace mqwarden
