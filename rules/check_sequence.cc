// Sequences: their steps, and what each may read of those before it.
#include <utility>

#include "mqwarden/rules/rule_checker.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

bool RuleChecker::CheckStepKinds(const ast::Rule& rule, Context* context,
                                 RulePlan* plan) {
  if (!rule.when.has_value() ||
      rule.when->kind != ast::When::Kind::kSequence) {
    return false;
  }
  context->kinds_span = Span();
  std::map<std::string, Span, std::less<>> labels;
  for (const ast::SequenceStep& step : rule.when->steps) {
    StepInfo& info = context->steps.emplace_back();
    info.missing = step.missing;
    const auto kinds = exprs_.Kinds(step.kinds, context->text);
    context->ok &= kinds.has_value();
    info.kinds = kinds.value_or(0);
    plan->kinds |= info.kinds;
    if (!step.label.has_value()) continue;
    info.label = step.label->text;
    info.label_span = step.label->span;
    NewName(info.label, info.label_span, &labels, context);
    const bool like_kind =
        FindEnumValue(EnumType::kKind, info.label).has_value();
    if (!like_kind && info.label != "any" && info.label != "attr") continue;
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kBadLabel, context->text,
           info.label_span)
        .Message(Quoted(info.label) + " is " +
                 (info.label == "attr" ? "the prefix of attributes"
                                       : "a kind of event") +
                 ", not a label");
  }
  context->kinds = plan->kinds;
  return true;
}

void RuleChecker::CheckSequence(const ast::Rule& rule, Context* context,
                                RulePlan* plan) {
  const auto length =
      exprs_.givens().Length(context->text, rule.when->window);
  context->ok &= length.has_value();
  SequencePlan sequence;
  sequence.length = length.value_or(Duration::zero());
  for (size_t i = 0; i < rule.when->steps.size(); ++i) {
    CheckStep(rule.when->steps[i], i, context, &sequence.steps.emplace_back());
  }
  plan->sequence = std::move(sequence);
}

void RuleChecker::CheckStep(const ast::SequenceStep& step, size_t place,
                            Context* context, SequenceStep* out) {
  const StepInfo& info = context->steps[place];
  out->label = info.label;
  out->kinds = info.kinds;
  out->missing = info.missing;
  const auto count = exprs_.givens().Count(context->text, step.count);
  context->ok &= count.has_value();
  out->count = count.value_or(1);
  if (out->count > kMaxStepCount) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text,
           step.count.span)
        .Message("a step takes at most " + std::to_string(kMaxStepCount) +
                 " events");
  }
  if (!step.where.has_value()) return;
  // What the step's events are is judged by its own kinds.
  const uint32_t all_kinds = std::exchange(context->kinds, info.kinds);
  const Span all_span = std::exchange(context->kinds_span, step.kinds_span);
  Scope scope =
      ScopeOf(context, "where", kReadsEvent | kReadsRecent | kReadsStep);
  scope.readable_steps = place;
  scope.in_step = true;
  out->where = Clause(*step.where, scope, context);
  if (out->where != kNoExpr && pool_.is_true(out->where)) out->where = kNoExpr;
  context->kinds = all_kinds;
  context->kinds_span = all_span;
}

}  // namespace mqwarden
