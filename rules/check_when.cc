// The forms of `when`: windows, new and rare, absent; and the clauses that go
// with each.
#include <utility>

#include "mqwarden/rules/empty_window.h"
#include "mqwarden/rules/rule_checker.h"

namespace mqwarden {
namespace {

using ast::ExprKind;
using Form = ast::When::Kind;

bool IsOrderOp(ExprOp op) {
  return op == ExprOp::kLt || op == ExprOp::kLe || op == ExprOp::kGt ||
         op == ExprOp::kGe;
}

std::string_view WordOf(Form form) {
  switch (form) {
    case Form::kSliding: return "";
    case Form::kTumbling: return "tumbling";
    case Form::kSession: return "session";
    case Form::kNew: return "new";
    case Form::kRare: return "rare";
    case Form::kAbsent: return "absent";
    case Form::kSequence: return "sequence";
  }
  return "";
}

}  // namespace

void RuleChecker::CheckWhen(const ast::Rule& rule, Context* context,
                            CheckedRule* checked) {
  RulePlan* const plan = &checked->plan;
  const bool absent =
      rule.when.has_value() && rule.when->kind == Form::kAbsent;
  for (const ast::KeyPart& part : rule.by) {
    if (absent || !part.from.has_value()) continue;
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kBadAbsent, context->text,
           part.from->span)
        .Message("`from` belongs to `when absent`")
        .Label("keys come from events here");
  }
  if (!rule.when.has_value()) {
    CheckNeedsWhen(rule, context);
    return;
  }
  CheckGoesWithWhen(rule, context);
  switch (rule.when->kind) {
    case Form::kSliding:
    case Form::kTumbling:
    case Form::kSession: CheckWindow(rule, context, plan); break;
    case Form::kNew:
    case Form::kRare: CheckSeen(rule, context, plan); break;
    case Form::kAbsent: CheckAbsent(rule, context, checked); break;
    case Form::kSequence: CheckSequence(rule, context, plan); break;
  }
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

void RuleChecker::CheckGoesWithWhen(const ast::Rule& rule, Context* context) {
  const Form form = rule.when->kind;
  const std::string word = Quoted(WordOf(form));
  const auto refuse = [&](DiagnosticCode code, Span span,
                          std::string_view clause, std::string label) {
    context->ok = false;
    Report(diagnostics_, code, context->text, span)
        .Message("`" + std::string(clause) + "` does not go with " + word)
        .Label(std::move(label))
        .Second(context->text, rule.when->kind_span, "here");
  };
  if (rule.refire.has_value() && form != Form::kSliding) {
    refuse(DiagnosticCode::kRefireOutOfPlace, rule.refire->span, "refire",
           "there is nothing to fire again");
  }
  if (form != Form::kNew && form != Form::kRare && form != Form::kSequence) {
    return;
  }
  for (const ast::Escalate& escalate : rule.escalations) {
    refuse(DiagnosticCode::kNeverOpen, escalate.span, "escalate",
           "its alerts do not stay open");
  }
  if (rule.resolve.has_value()) {
    refuse(DiagnosticCode::kNeverOpen, *rule.resolve, "resolve",
           "its alerts do not stay open");
  }
}

void RuleChecker::CheckWindow(const ast::Rule& rule, Context* context,
                              RulePlan* plan) {
  const ast::When& when = *rule.when;
  WindowPlan window;
  window.kind = when.kind == Form::kTumbling  ? WindowKind::kTumbling
                : when.kind == Form::kSession ? WindowKind::kSession
                                              : WindowKind::kSliding;
  const auto length = exprs_.givens().Length(context->text, when.window);
  context->ok &= length.has_value();
  window.length = length.value_or(Duration::zero());
  const ast::Expr& condition = when.condition;
  window.condition =
      Clause(condition, ScopeOf(context, "when", kReadsAggregate), context);
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
          .Label("holds without any event")
          .Help("that nothing happens is said with `when absent`, or with "
                "`missing` in a sequence");
    }
  }
  if (window.kind == WindowKind::kSliding) CheckRefire(rule, context, &window);
  plan->window = window;
}

void RuleChecker::CheckSeen(const ast::Rule& rule, Context* context,
                            RulePlan* plan) {
  const ast::When& when = *rule.when;
  const Givens& givens = exprs_.givens();
  const bool rare = when.kind == Form::kRare;
  SeenPlan seen;
  CheckKeys(when.tuple,
            ScopeOf(context, WordOf(when.kind), kReadsEvent), context,
            &seen.tuple, nullptr);
  const auto length = givens.Length(context->text, when.window);
  const auto below = rare ? givens.Count(context->text, when.below)
                          : std::optional<int64_t>(1);
  std::optional<Duration> learn = Duration::zero();
  if (when.learn.has_value()) learn = givens.Length(context->text, *when.learn);
  if (!length.has_value() || !below.has_value() || !learn.has_value()) {
    context->ok = false;
    return;
  }
  if (*below > kMaxStepCount) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text,
           when.below.span)
        .Message("`rare` looks for at most " + std::to_string(kMaxStepCount));
  }
  seen.length = *length;
  seen.below = *below;
  seen.learn = *learn;
  plan->seen = std::move(seen);
}

void RuleChecker::CheckAbsent(const ast::Rule& rule, Context* context,
                              CheckedRule* checked) {
  RulePlan* const plan = &checked->plan;
  const auto refuse = [&](Span span, std::string message) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kBadAbsent, context->text, span)
        .Message(std::move(message))
        .Help("write `by qmgr from LIST`");
  };
  const auto length =
      exprs_.givens().Length(context->text, rule.when->window);
  context->ok &= length.has_value();
  if (rule.by.size() != 1) {
    refuse(rule.by.empty()
               ? rule.when->kind_span
               : Span{rule.by.front().span.begin, rule.by.back().span.end},
           "`absent` has exactly one key, from a list");
    return;
  }
  const ast::KeyPart& part = rule.by.front();
  if (!part.from.has_value()) {
    refuse(part.span, "the key of `absent` is taken from a list");
    return;
  }
  if (part.each || part.optional) {
    refuse(part.span, "the key of `absent` is one value of an event");
    return;
  }
  if (plan->by.empty()) return;  // has been reported
  const ExprId key = plan->by.front().expr;
  Checked value;
  value.id = key;
  value.type = pool_.expr(key).type;
  value.enum_type = pool_.expr(key).enum_type;
  auto universe = exprs_.Universe(
      *part.from, value, Quoted(context->text->Slice(part.expr.span)),
      ScopeOf(context, "by", 0), &checked->universe);
  if (!universe.has_value() || !length.has_value()) {
    context->ok = false;
    return;
  }
  AbsentPlan absent;
  absent.length = *length;
  absent.universe = *std::move(universe);
  plan->absent = std::move(absent);
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
      window->every = exprs_.givens()
                          .Length(context->text, rule.refire->every)
                          .value_or(Duration::zero());
      context->ok &= window->every > Duration::zero();
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
  target.type = pool_.expr(condition.children[0]).type;
  target.subject = "the threshold";
  const std::optional<Literal> literal =
      exprs_.LiteralAt(below, context->text);
  if (!literal.has_value()) {
    refuse("`rise below` takes a number");
    return;
  }
  const auto number = ConvertLiteral(*literal, target, diagnostics_);
  if (!number.has_value()) {
    context->ok = false;
    return;
  }
  const Constant& threshold =
      pool_.plan().constants[pool_.expr(condition.children[1]).a];
  const bool real = threshold.type == ValueType::kReal;
  const auto order = real ? number->decimal <=> threshold.decimal
                          : number->number <=> threshold.number;
  const bool lower =  // the condition holds below the threshold
      condition.op == ExprOp::kLt || condition.op == ExprOp::kLe;
  const std::string shown(context->text->Slice(below.span));
  if (IsOrderOp(condition.op) && (lower ? order < 0 : order > 0)) {
    refuse("`rise below " + shown + "` is " +
           (lower ? "below" : "above") + " the threshold " +
           (real ? threshold.decimal.ToString()
            : threshold.type == ValueType::kDuration
                ? FormatDuration(Duration(threshold.number))
                : std::to_string(threshold.number)));
    return;
  }
  const ExprId rearm =
      pool_.Condition(condition.op, condition.a,
                      {condition.children[0], pool_.Const(*number)});
  if (HoldsOfEmptyWindow(pool_, rearm)) {
    refuse("`rise below " + shown + "` would never be armed again");
    return;
  }
  window->rearm = rearm;
}

}  // namespace mqwarden
