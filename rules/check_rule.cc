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

constexpr uint32_t kAllKinds =
    ((1u << kKindCount) - 1) & ~(1u << static_cast<int>(Kind::kAlert));

bool IsOrderOp(ExprOp op) {
  return op == ExprOp::kLt || op == ExprOp::kLe || op == ExprOp::kGt ||
         op == ExprOp::kGe;
}

}  // namespace

std::optional<CheckedRule> RuleChecker::Check(const RuleTextPtr& text,
                                              const ast::Rule& rule) {
  CheckedRule checked;
  checked.ast = &rule;
  checked.text = text;
  RulePlan& plan = checked.plan;
  plan.name = rule.name.text;
  Context context;
  context.text = text;
  context.rule = &rule;

  FitsLength(rule.name.text, rule.name.span, kMaxNameBytes, &context);
  plan.tags = CheckNames(rule.tags, "tag", &context);
  if (rule.broken) {
    CheckReadableParts(rule, &context);
    return std::nullopt;
  }
  CheckKinds(rule, &context, &plan);
  if (rule.where.has_value()) {
    plan.where = Clause(*rule.where, ScopeOf(context, "where", kReadsEvent),
                        &context);
    if (plan.where != kNoExpr && pool_.is_true(plan.where)) {
      plan.where = kNoExpr;
    }
  }
  CheckExcludes(rule.excludes, kReadsEvent, &context, &plan.excludes);
  NamedKeys keys;
  CheckKeys(rule.by, ScopeOf(context, "by", kReadsEvent), &context, &plan.by,
            &keys);
  context.keys = std::move(keys);
  CheckWindow(rule, &context, &plan);
  CheckSeverities(rule, &context, &plan);
  CheckMutes(rule.mutes, &context, &plan.mutes);
  CheckLimits(rule.limits, &context, &plan.limits);
  plan.notify = CheckNames(rule.notify, "route", &context);
  plan.resolve = rule.resolve.has_value();
  if (rule.title.has_value()) {
    plan.title = CheckText(*rule.title, rule.title_parts, &context);
  }
  if (rule.alert.has_value()) CheckAlert(*rule.alert, &context, &plan);
  if (!context.ok) return std::nullopt;
  return checked;
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
  if (rule.where.has_value() && readable(rule.where->span)) {
    Clause(*rule.where, ScopeOf(*context, "where", kReadsEvent), context);
  }
  for (const ast::Exclude& exclude : rule.excludes) {
    if (!readable(exclude.span)) continue;
    CheckExcludes({exclude}, kReadsEvent, context, &unused.excludes);
  }
  if (!rule.by.empty() &&
      readable({rule.by.front().span.begin, rule.by.back().span.end})) {
    NamedKeys keys;
    CheckKeys(rule.by, ScopeOf(*context, "by", kReadsEvent), context,
              &unused.by, &keys);
  }
  if (rule.when.has_value() && readable(rule.when->span) &&
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
  CheckExcludes(policy.excludes, kReadsEvent | kReadsRule, &context,
                &out->excludes);
  CheckMutes(policy.mutes, &context, &out->mutes);
  CheckLimits(policy.limits, &context, &out->limits);
}

Scope RuleChecker::ScopeOf(const Context& context, std::string_view clause,
                           Reads allowed) const {
  Scope scope;
  scope.text = context.text;
  scope.clause = clause;
  scope.allowed = allowed;
  scope.has_window =
      context.rule != nullptr && context.rule->when.has_value();
  scope.keys = &context.keys;
  return scope;
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
  if (found.by_kind && context.rule != nullptr) {
    report.Label("no event of the rule is of that kind");
    report.Second(scope.text, context.rule->on_span, "the kinds of the rule");
  }
}

void RuleChecker::CheckKinds(const ast::Rule& rule, Context* context,
                             RulePlan* plan) {
  bool ok = true;
  std::map<std::string, Span, std::less<>> seen;
  for (const ast::Name& name : rule.on) {
    ok &= NewName(name.text, name.span, &seen, context);
    if (name.text == "any") {
      plan->kinds |= kAllKinds;
      continue;
    }
    const auto kind = FindEnumValue(EnumType::kKind, name.text);
    if (kind.has_value()) {
      plan->kinds |= 1u << *kind;
      continue;
    }
    ok = false;
    std::vector<std::string_view> kinds = {"any"};
    for (const EnumValueInfo& value : EnumValues(EnumType::kKind)) {
      kinds.push_back(value.name);
    }
    Report(diagnostics_, DiagnosticCode::kUnknownKind, context->text, name.span)
        .Message("unknown kind of event " + Quoted(name.text))
        .Help(DidYouMean(*diagnostics_, name.text, kinds));
  }
  context->ok &= ok;
  if (ok) context->kinds = plan->kinds;
}

void RuleChecker::CheckWindow(const ast::Rule& rule, Context* context,
                              RulePlan* plan) {
  if (!rule.when.has_value()) {
    CheckNeedsWhen(rule, context);
    return;
  }
  WindowPlan window;
  window.length = rule.when->window;
  const ast::Expr& condition = rule.when->condition;
  window.condition = Clause(
      condition, ScopeOf(*context, "when", kReadsAggregate), context);
  if (window.condition != kNoExpr) {
    if ((pool_.reads(window.condition) & kReadsAggregate) == 0) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kWhenWithoutAggregate, context->text,
             condition.span)
          .Message("`when` counts nothing")
          .Label("expected a comparison such as count() >= 10");
    } else if (HoldsOfEmptyWindow(pool_, window.condition)) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kTrueOfEmptyWindow, context->text,
             condition.span)
          .Message(Quoted(context->text->Slice(condition.span)) +
                   " is true of an empty window")
          .Label("holds without any event");
    }
  }
  CheckRefire(rule, context, &window);
  plan->window = window;
}

void RuleChecker::CheckNeedsWhen(const ast::Rule& rule, Context* context) {
  const auto refuse = [&](Span span, std::string_view clause) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kNeedsWhen, context->text, span)
        .Message("`" + std::string(clause) + "` needs a `when`")
        .Label("this rule has no window");
  };
  if (rule.refire.has_value()) refuse(rule.refire->span, "refire");
  for (const ast::Escalate& escalate : rule.escalations) {
    refuse(escalate.span, "escalate");
  }
  if (rule.resolve.has_value()) refuse(*rule.resolve, "resolve");
}

void RuleChecker::CheckRefire(const ast::Rule& rule, Context* context,
                              WindowPlan* window) {
  if (!rule.refire.has_value()) return;
  switch (rule.refire->kind) {
    case ast::Refire::Kind::kRise:
      window->refire = RefireKind::kRise;
      if (rule.refire->below.has_value()) CheckRearm(rule, context, window);
      break;
    case ast::Refire::Kind::kEach: window->refire = RefireKind::kEach; break;
    case ast::Refire::Kind::kEvery:
      window->refire = RefireKind::kEvery;
      window->every = rule.refire->every;
      break;
    case ast::Refire::Kind::kReset: window->refire = RefireKind::kReset; break;
  }
}

void RuleChecker::CheckRearm(const ast::Rule& rule, Context* context,
                             WindowPlan* window) {
  const ast::Expr& below = *rule.refire->below;
  if (window->condition == kNoExpr || below.kind == ExprKind::kError) return;
  const auto refuse = [&](std::string message) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kBadRearm, context->text, below.span)
        .Message(std::move(message))
        .Second(context->text, rule.when->condition.span, "the condition");
  };
  const Expr condition = pool_.expr(window->condition);
  const bool comparison =
      (IsOrderOp(condition.op) || condition.op == ExprOp::kEq) &&
      pool_.expr(condition.children[0]).op == ExprOp::kAggregate &&
      pool_.expr(condition.children[1]).op == ExprOp::kConst;
  if (!comparison) {
    refuse("`rise below` needs a condition that compares one aggregate with a "
           "number");
    return;
  }
  LiteralTarget target;
  target.type = ValueType::kInt;
  target.subject = "the threshold";
  const std::optional<Literal> literal = LiteralOf(context->text, below);
  if (!literal.has_value()) {
    refuse("`rise below` takes a number");
    return;
  }
  const auto number = ConvertLiteral(*literal, target, diagnostics_);
  if (!number.has_value()) {
    context->ok = false;
    return;
  }
  const int64_t threshold =
      pool_.plan().constants[pool_.expr(condition.children[1]).a].number;
  if (IsOrderOp(condition.op) && number->number > threshold) {
    refuse("`rise below " + std::to_string(number->number) +
           "` is above the threshold " + std::to_string(threshold));
    return;
  }
  const ExprId rearm =
      pool_.Condition(condition.op, condition.a,
                      {condition.children[0], pool_.Int(number->number)});
  if (HoldsOfEmptyWindow(pool_, rearm)) {
    refuse("`rise below " + std::to_string(number->number) +
           "` would never be armed again");
    return;
  }
  window->rearm = rearm;
}

std::optional<Severity> RuleChecker::CheckSeverity(const ast::Name& name,
                                                   Context* context) {
  const auto value = FindEnumValue(EnumType::kSeverity, name.text);
  if (value.has_value()) return static_cast<Severity>(*value);
  context->ok = false;
  ReportUnknownEnumValue(context->text, name.span, name.text,
                         EnumType::kSeverity, diagnostics_);
  return std::nullopt;
}

void RuleChecker::CheckSeverities(const ast::Rule& rule, Context* context,
                                  RulePlan* plan) {
  const Scope scope =
      ScopeOf(*context, "severity", kReadsEvent | kReadsAggregate);
  for (const ast::SeverityLine& line : rule.severity) {
    SeverityCase& out = plan->severity.emplace_back();
    out.severity = CheckSeverity(line.severity, context).value_or(out.severity);
    if (line.when.has_value()) {
      out.condition = Clause(*line.when, scope, context);
    }
  }
  const Scope escalate_scope =
      ScopeOf(*context, "escalate", kReadsEvent | kReadsAggregate);
  if (!rule.when.has_value()) return;
  for (const ast::Escalate& escalate : rule.escalations) {
    EscalationPlan& out = plan->escalations.emplace_back();
    out.severity =
        CheckSeverity(escalate.severity, context).value_or(out.severity);
    out.condition = Clause(escalate.when, escalate_scope, context);
  }
}

}  // namespace mqwarden
