// A rule as a whole: its kinds, its window and its severities.
#include <algorithm>
#include <utility>

#include "mqwarden/rules/rule_checker.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using ast::ExprKind;

const ast::Expr& Strip(const ast::Expr& expr) {
  const ast::Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = &inner->children[0];
  return *inner;
}

}  // namespace

std::optional<CheckedRule> RuleChecker::Check(
    const RuleTextPtr& text, const ast::Rule& rule,
    std::span<const AmendedBy> amendments) {
  CheckedRule checked;
  checked.ast = &rule;
  checked.text = text;
  RulePlan& plan = checked.plan;
  plan.name = rule.name.text;
  Context context;
  context.text = text;
  context.rule = &rule;
  context.kinds_span = rule.on_span;
  context.has_window =
      rule.when.has_value() && rule.when->kind <= ast::When::Kind::kSession;

  FitsLength(rule.name.text, rule.name.span, kMaxNameBytes, &context);
  plan.tags = CheckNames(rule.tags, "tag", &context);
  if (rule.broken) {
    CheckReadableParts(rule, &context);
    return std::nullopt;
  }
  const Reads of_event = kReadsEvent | kReadsRecent;
  if (!CheckStepKinds(rule, &context, &plan)) CheckKinds(rule, &context, &plan);
  if (rule.where.has_value()) {
    plan.where =
        Clause(*rule.where, ScopeOf(&context, "where", of_event), &context);
    if (plan.where != kNoExpr && pool_.is_true(plan.where)) {
      plan.where = kNoExpr;
    }
  }
  CheckExcludes(rule.excludes, of_event, &context, &plan.excludes);
  NamedKeys keys;
  CheckKeys(rule.by, ScopeOf(&context, "by", kReadsEvent), &context, &plan.by,
            &keys);
  context.keys = std::move(keys);
  CheckWhen(rule, &context, &checked);
  CheckMaxKeys(rule.keys, &context, &plan.max_keys);
  CheckSeverities(rule, &context, &plan);
  CheckMutes(rule.mutes, &context, &plan.mutes);
  CheckLimits(rule.limits, &context, &plan.limits);
  plan.notify = CheckNames(rule.notify, "route", &context);
  plan.resolve = rule.resolve.has_value();
  if (rule.title.has_value()) {
    plan.title = CheckText(*rule.title, rule.title_parts,
                           TextScope(&context, "text"), &context);
  }
  if (rule.alert.has_value()) CheckAlert(*rule.alert, &context, &plan);
  for (const AmendedBy& amendment : amendments) {
    CheckAmendment(amendment, &context, &plan);
  }
  if (!context.ok) return std::nullopt;
  for (const StepInfo& step : context.steps) {
    if (step.label.empty() || step.used) continue;
    checked.unused_labels.push_back({step.label, step.label_span});
  }
  return checked;
}

// A site's clauses stand behind the rule's own, in a text of their own.
void RuleChecker::CheckAmendment(const AmendedBy& amendment, Context* context,
                                 RulePlan* plan) {
  const ast::Amendment& amended = *amendment.amendment;
  if (amended.broken) {
    context->ok = false;
    return;
  }
  const RuleTextPtr text = std::exchange(context->text, amendment.text);
  const Span kinds_span = std::exchange(context->kinds_span, Span());
  CheckExcludes(amended.excludes, kReadsEvent | kReadsRecent, context,
                &plan->excludes);
  CheckMutes(amended.mutes, context, &plan->mutes);
  CheckLimits(amended.limits, context, &plan->limits);
  for (std::string& route : CheckNames(amended.notify, "route", context)) {
    plan->notify.push_back(std::move(route));
  }
  context->text = text;
  context->kinds_span = kinds_span;
}

void RuleChecker::CheckMaxKeys(const std::optional<ast::Count>& keys,
                               Context* context, int64_t* max_keys) {
  if (!keys.has_value()) return;
  const auto count = exprs_.givens().Count(context->text, *keys);
  if (!count.has_value()) {
    context->ok = false;
    return;
  }
  *max_keys = *count;
  if (*count <= kMaxKeys) return;
  context->ok = false;
  Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text, keys->span)
      .Message("`keys` is at most " + std::to_string(kMaxKeys));
}

// Of a rule that the parser refused in part: the clauses that stand on lines of
// their own, away from what was refused, so that the author sees at once all
// that is surely wrong and nothing twice. The clauses left out rest on keys or
// on a window of which a part may be missing.
void RuleChecker::CheckReadableParts(const ast::Rule& rule, Context* context) {
  RulePlan unused;
  const auto readable = [&](Span span) {
    return !IsRefusedNear(context->text, span);
  };
  // Without its steps nobody knows which kinds of events there are.
  const bool sequence =
      rule.when.has_value() && rule.when->kind == ast::When::Kind::kSequence;
  if (sequence) return;
  const Reads of_event = kReadsEvent | kReadsRecent;
  if (rule.where.has_value() && readable(rule.where->span)) {
    Clause(*rule.where, ScopeOf(context, "where", of_event), context);
  }
  for (const ast::Exclude& exclude : rule.excludes) {
    if (!readable(exclude.span)) continue;
    CheckExcludes({exclude}, of_event, context, &unused.excludes);
  }
  if (!rule.by.empty() &&
      readable({rule.by.front().span.begin, rule.by.back().span.end})) {
    NamedKeys keys;
    CheckKeys(rule.by, ScopeOf(context, "by", kReadsEvent), context,
              &unused.by, &keys);
  }
  if (rule.when.has_value() && context->has_window &&
      readable(rule.when->span) &&
      (!rule.refire.has_value() || readable(rule.refire->span))) {
    CheckWindow(rule, context, &unused);
  }
}

bool RuleChecker::IsRefusedNear(const RuleTextPtr& text, Span span) const {
  const int first = text->PositionOf(span.begin).line;
  const int last = text->PositionOf(span.end).line;
  for (const Diagnostic* diagnostic : diagnostics_->Sorted()) {
    if (diagnostic->where.text != text) continue;
    const int line = text->PositionOf(diagnostic->where.span.begin).line;
    if (first <= line && line <= last) return true;
  }
  return false;
}

void RuleChecker::Check(const RuleTextPtr& text, const ast::Policy& policy,
                        CheckedPolicy* out) {
  if (policy.broken) return;
  Context context;
  context.text = text;
  CheckExcludes(policy.excludes, kReadsEvent | kReadsRule | kReadsRecent,
                &context, &out->excludes);
  CheckMutes(policy.mutes, &context, &out->mutes);
  CheckLimits(policy.limits, &context, &out->limits);
}

Scope RuleChecker::ScopeOf(Context* context, std::string_view clause,
                           Reads allowed) const {
  Scope scope;
  scope.text = context->text;
  scope.clause = clause;
  scope.allowed = allowed;
  scope.has_window = context->has_window;
  scope.keys = &context->keys;
  scope.kinds = context->kinds;
  scope.alert_events = (context->kinds & kAlertKind) != 0;
  if (scope.alert_events && (allowed & kReadsEvent) != 0) {
    scope.allowed |= kReadsAlertField;
  }
  if (!context->steps.empty()) {
    scope.steps = &context->steps;
    scope.readable_steps =
        (allowed & kReadsStep) != 0 ? context->steps.size() : 0;
  }
  return scope;
}

Scope RuleChecker::TextScope(Context* context, std::string_view clause) const {
  return ScopeOf(context, clause,
                 kReadsEvent | kReadsAggregate | kReadsValueSet | kReadsStep |
                     kReadsEach);
}

ExprId RuleChecker::Clause(const ast::Expr& expr, const Scope& scope,
                           Context* context) {
  std::vector<ClausePart> parts;
  bool ok = true;
  SplitClause(expr, scope, &parts, &ok);
  if (!ok) {
    context->ok = false;
    return kNoExpr;
  }
  if (const auto found = FindNeverTrue(pool_, parts, context->kinds)) {
    context->ok = false;
    ReportNeverTrue(expr, scope, parts, *found, *context);
    return kNoExpr;
  }
  std::vector<ExprId> ids;
  for (const ClausePart& part : parts) ids.push_back(part.id);
  Checked whole;
  whole.condition = true;
  whole.id = pool_.And(ids);
  whole = exprs_.Bounded(whole, expr.span, scope);
  context->ok &= !whole.error;
  return whole.id;
}

void RuleChecker::SplitClause(const ast::Expr& expr, const Scope& scope,
                              std::vector<ClausePart>* parts, bool* ok) {
  const ast::Expr& inner = Strip(expr);
  if (inner.kind == ExprKind::kBinary && inner.op == ast::BinaryOp::kAnd) {
    // As deep as the parser lets parentheses nest.
    for (const ast::Expr& child : inner.children) {
      SplitClause(child, scope, parts, ok);
    }
    return;
  }
  const Checked checked = exprs_.Condition(inner, scope);
  *ok &= !checked.error;
  if (!checked.error) parts->push_back({checked.id, inner.span});
}

void RuleChecker::ReportNeverTrue(const ast::Expr& expr, const Scope& scope,
                                  const std::vector<ClausePart>& parts,
                                  const NeverTrue& found,
                                  const Context& context) {
  const Span span =
      found.part.has_value() ? parts[*found.part].span : expr.span;
  Report report(diagnostics_, DiagnosticCode::kNeverTrue, scope.text, span);
  const std::string source = Quoted(scope.text->Slice(span));
  if (found.other.has_value()) {
    report.Message("this `" + std::string(scope.clause) +
                   "` can never be true");
    report.Label("contradicts the other condition");
    report.Second(scope.text, parts[*found.other].span, "the other condition");
    return;
  }
  report.Message(source + " can never be true");
  if (found.by_kind && context.kinds_span != Span()) {
    report.Label("no event of the rule is of that kind");
    report.Second(scope.text, context.kinds_span, "the kinds of the rule");
  }
}

void RuleChecker::CheckKinds(const ast::Rule& rule, Context* context,
                             RulePlan* plan) {
  const auto kinds = exprs_.Kinds(rule.on, context->text);
  context->ok &= kinds.has_value();
  plan->kinds = context->kinds = kinds.value_or(0);
}

std::optional<Severity> RuleChecker::CheckSeverity(const ast::Name& name,
                                                   Context* context) {
  const std::string word = exprs_.givens().Word(name, EnumType::kSeverity);
  const auto value = FindEnumValue(EnumType::kSeverity, word);
  if (value.has_value()) return static_cast<Severity>(*value);
  context->ok = false;
  ReportUnknownEnumValue(context->text, name.span, name.text,
                         EnumType::kSeverity, diagnostics_);
  return std::nullopt;
}

void RuleChecker::CheckSeverities(const ast::Rule& rule, Context* context,
                                  RulePlan* plan) {
  const Scope scope =
      ScopeOf(context, "severity",
              kReadsEvent | kReadsAggregate | kReadsStep | kReadsEach |
                  kReadsRecent);
  for (const ast::SeverityLine& line : rule.severity) {
    SeverityCase& out = plan->severity.emplace_back();
    out.severity = CheckSeverity(line.severity, context).value_or(out.severity);
    if (line.when.has_value()) {
      out.condition = Clause(*line.when, scope, context);
    }
  }
  const Scope escalate_scope =
      ScopeOf(context, "escalate",
              kReadsEvent | kReadsAggregate | kReadsEach);
  if (!rule.when.has_value()) return;
  for (const ast::Escalate& escalate : rule.escalations) {
    EscalationPlan& out = plan->escalations.emplace_back();
    out.severity =
        CheckSeverity(escalate.severity, context).value_or(out.severity);
    out.condition = Clause(escalate.when, escalate_scope, context);
  }
}

}  // namespace mqwarden
