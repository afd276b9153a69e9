// Reports: what is counted, the period, and what each group shows.
#include <utility>

#include "mqwarden/rules/rule_checker.h"
#include "mqwarden/rules/time_zone.h"

namespace mqwarden {

std::optional<CheckedReport> RuleChecker::Check(const RuleTextPtr& text,
                                                const ast::Report& report) {
  if (report.broken) return std::nullopt;
  CheckedReport checked;
  checked.ast = &report;
  checked.text = text;
  ReportPlan& plan = checked.plan;
  plan.name = report.name.text;
  plan.of_statistics = report.of_statistics;
  plan.compare_previous = report.compare_previous.has_value();
  Context context;
  context.text = text;
  context.kinds_span = report.on_span;
  FitsLength(report.name.text, report.name.span, kMaxNameBytes, &context);
  if (report.title.has_value()) {
    plan.title = CheckText(*report.title, report.title_parts,
                           ScopeOf(&context, "title", 0), &context);
  }
  CheckPeriod(report, &context, &plan);
  if (!report.of_statistics) CheckGroups(report, &context, &plan);
  if (!context.ok) return std::nullopt;
  return checked;
}

void RuleChecker::CheckPeriod(const ast::Report& report, Context* context,
                              ReportPlan* plan) {
  const Givens& givens = exprs_.givens();
  using Unit = ast::Report::Unit;
  if (report.unit == Unit::kFixed) {
    const auto every = givens.Length(context->text, report.every);
    std::optional<Time> from = Time();
    if (report.from.has_value()) {
      from = givens.Moment(context->text, *report.from);
    }
    context->ok &= every.has_value() && from.has_value();
    plan->every = every.value_or(Duration::zero());
    plan->from = from.value_or(Time());
    return;
  }
  plan->unit = report.unit == Unit::kHour  ? ReportPlan::Unit::kHour
               : report.unit == Unit::kDay ? ReportPlan::Unit::kDay
                                           : ReportPlan::Unit::kWeek;
  std::optional<std::string> zone = "UTC";
  Span span = report.every_span;
  if (report.tz.has_value()) {
    zone = givens.Text(context->text, *report.tz);
    span = report.tz->span;
  }
  context->ok &= zone.has_value() &&
                 ReadTimeZone(context->text, *zone, span, &plan->offsets,
                              diagnostics_);
}

void RuleChecker::CheckGroups(const ast::Report& report, Context* context,
                              ReportPlan* plan) {
  const auto kinds = exprs_.Kinds(report.on, context->text);
  context->ok &= kinds.has_value();
  plan->kinds = context->kinds = kinds.value_or(0);
  if (report.where.has_value()) {
    plan->where = Clause(*report.where,
                         ScopeOf(context, "where", kReadsEvent), context);
    if (plan->where != kNoExpr && pool_.is_true(plan->where)) {
      plan->where = kNoExpr;
    }
  }
  CheckExcludes(report.excludes, kReadsEvent, context, &plan->excludes);
  NamedKeys keys;
  CheckKeys(report.by, ScopeOf(context, "by", kReadsEvent), context, &plan->by,
            &keys);
  context->keys = std::move(keys);
  for (const ast::KeyPart& part : report.by) {
    if (!part.from.has_value()) continue;
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kBadAbsent, context->text,
           part.from->span)
        .Message("`from` belongs to `when absent`")
        .Label("groups come from events here");
  }
  context->has_window = true;
  if (report.order.has_value()) {
    const Checked order = exprs_.Value(
        *report.order, ScopeOf(context, "order", kReadsAggregate));
    context->ok &= !order.error;
    plan->order = order.id;
    const bool number =
        !order.error && !order.condition &&
        (IsNumber(order.type) || order.type == ValueType::kDuration);
    if (!order.error && !number) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kTypeMismatch, context->text,
             report.order->span)
          .Message("`order` takes a number such as count(), " +
                   Quoted(context->text->Slice(report.order->span)) + " is " +
                   (order.condition ? "a condition"
                                    : TypePhrase(order.type, order.enum_type)));
    }
  } else {
    plan->order = pool_.Aggregate(Aggregate(), ValueType::kInt);
  }
  CheckFields(report.show,
              ScopeOf(context, "show",
                      kReadsEvent | kReadsAggregate | kReadsValueSet |
                          kReadsEach),
              context, &plan->show);
  CheckMaxKeys(report.keys, context, &plan->max_keys);
  const auto top = exprs_.givens().Count(context->text, *report.top);
  if (!top.has_value()) {
    context->ok = false;
    return;
  }
  if (*top > kMaxTop) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text,
           report.top->span)
        .Message("a report has at most " + std::to_string(kMaxTop) +
                 " groups");
    return;
  }
  plan->top = static_cast<int32_t>(*top);
}

}  // namespace mqwarden
