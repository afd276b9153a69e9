// Plan::Verify(): what the engine relies on, checked once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/plan_exprs.h"

namespace mqwarden {
namespace {

class Verifier {
 public:
  explicit Verifier(const Plan& plan) : plan_(plan), pool_(plan.pool()) {}

  absl::Status Run() {
    MQWARDEN_RETURN_IF_ERROR(VerifyExprs(pool_, &reads_));
    for (size_t i = 0; i < plan_.rules().size(); ++i) {
      const RulePlan& rule = *plan_.rules()[i];
      if (i > 0 && plan_.rules()[i - 1]->name == rule.name) {
        return Broken(rule.name, "its name is not unique");
      }
      MQWARDEN_RETURN_IF_ERROR(VerifyRule(rule));
    }
    for (size_t i = 0; i < plan_.reports().size(); ++i) {
      const ReportPlan& report = *plan_.reports()[i];
      if (i > 0 && plan_.reports()[i - 1]->name == report.name) {
        return Broken(report.name, "its name is not unique");
      }
      MQWARDEN_RETURN_IF_ERROR(VerifyReport(report));
    }
    const RulePlan none;
    for (const LimitPlan& limit : plan_.policy_limits()) {
      if (limit.digest) return Broken("policy", "a limit of it has a digest");
      MQWARDEN_RETURN_IF_ERROR(VerifyLimit("policy", none, limit));
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Broken(std::string_view rule, std::string_view what) {
    return PlanIsBroken(rule, what);
  }

  // Where an expression stands decides what it may read.
  struct Allowed {
    bool event = true;
    bool window = false;
    bool value_set = false;
    bool alert = false;
    // Of a sequence: the steps before this one.
    size_t steps = 0;
  };
  static size_t AllSteps(const RulePlan& rule) {
    return rule.sequence.has_value() ? rule.sequence->steps.size() : 0;
  }

  absl::Status VerifyExpr(const RulePlan& rule, ExprId id, std::string_view what,
                          Allowed allowed, bool condition) {
    if (id >= pool_.exprs.size()) {
      return Broken(rule.name, std::string(what) + ": no such expression");
    }
    if (condition && !IsCondition(pool_.exprs[id].op)) {
      return Broken(rule.name, std::string(what) + ": not a condition");
    }
    const ExprReads& reads = reads_[id];
    if ((reads.event && !allowed.event) || (reads.window && !allowed.window) ||
        (reads.value_set && !allowed.value_set) ||
        (reads.alert && !allowed.alert) ||
        (reads.step && allowed.steps == 0)) {
      return Broken(rule.name,
                    std::string(what) + ": reads what it must not");
    }
    if (!reads.window && !reads.value_set && !reads.step) {
      return absl::OkStatus();
    }
    return VerifyIndices(rule, id, what, allowed.steps);
  }

  // Aggregates, value sets and captures below `id` are the rule's own, captures
  // those of the first `steps`. Each node once: shared parts make the number of
  // paths exponential.
  absl::Status VerifyIndices(const RulePlan& rule, ExprId id,
                             std::string_view what, size_t steps) {
    std::vector<ExprId> left = {id};
    std::vector<bool> seen(id + 1);
    while (!left.empty()) {
      const ExprId next = left.back();
      left.pop_back();
      if (seen[next]) continue;
      seen[next] = true;
      const Expr& expr = pool_.exprs[next];
      if ((expr.op == ExprOp::kAggregate &&
           expr.a >= rule.aggregates.size()) ||
          (expr.op == ExprOp::kValueSet && expr.a >= rule.value_sets.size())) {
        return Broken(rule.name,
                      std::string(what) + ": aggregate out of range");
      }
      if ((expr.op == ExprOp::kStepCount && expr.a >= steps) ||
          (expr.op == ExprOp::kStepValue &&
           (expr.a >= rule.sequence->captures.size() ||
            rule.sequence->captures[expr.a].step >= steps))) {
        return Broken(rule.name, std::string(what) + ": step out of range");
      }
      left.insert(left.end(), expr.children.begin(), expr.children.end());
    }
    return absl::OkStatus();
  }

  absl::Status VerifyLimit(std::string_view name, const RulePlan& rule,
                           const LimitPlan& limit) {
    if (limit.count <= 0 || limit.per <= Duration::zero()) {
      return Broken(name, "a limit is not positive");
    }
    if (limit.by_all != limit.by.empty()) {
      return Broken(name, "a limit has neither `all` nor fields, or both");
    }
    const Allowed allowed = {
        .window = true, .alert = true, .steps = AllSteps(rule)};
    for (const KeyPart& part : limit.by) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, part.expr, "limit", allowed, false));
    }
    if (limit.unless == kNoExpr) return absl::OkStatus();
    return VerifyExpr(rule, limit.unless, "unless", allowed, true);
  }

  absl::Status VerifyRule(const RulePlan& rule) {
    if (rule.kinds == 0 || rule.kinds >> kKindCount != 0) {
      return Broken(rule.name, "no kinds, or unknown ones");
    }
    if (rule.max_keys <= 0) return Broken(rule.name, "no keys");
    if (rule.evidence_first < 0 || rule.evidence_last < 0) {
      return Broken(rule.name, "negative evidence");
    }
    const Allowed event_only;
    if (rule.where != kNoExpr) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, rule.where, "where", event_only, true));
    }
    for (const ExcludePlan& exclude : rule.excludes) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, exclude.condition, "exclude", event_only, true));
    }
    for (const KeyPart& part : rule.by) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, part.expr, "by", event_only, false));
    }
    MQWARDEN_RETURN_IF_ERROR(VerifyAggregates(rule));
    MQWARDEN_RETURN_IF_ERROR(VerifyWhen(rule));
    MQWARDEN_RETURN_IF_ERROR(VerifySeverities(rule));
    const Allowed silence = {
        .window = true, .alert = true, .steps = AllSteps(rule)};
    for (const MutePlan& mute : rule.mutes) {
      if ((mute.condition == kNoExpr) != mute.until.has_value()) {
        return Broken(rule.name, "a mute has no condition, or two");
      }
      if (mute.condition == kNoExpr) continue;
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, mute.condition, "mute", silence, true));
    }
    for (const LimitPlan& limit : rule.limits) {
      MQWARDEN_RETURN_IF_ERROR(VerifyLimit(rule.name, rule, limit));
    }
    return VerifyTexts(rule);
  }

  absl::Status VerifyReport(const ReportPlan& report) {
    if (report.unit == ReportPlan::Unit::kFixed
            ? report.every <= Duration::zero()
            : report.offsets.empty()) {
      return Broken(report.name, "its periods have no length or no zone");
    }
    // What its expressions may read is what those of a rule may.
    RulePlan rule;
    rule.name = report.name;
    rule.aggregates = report.aggregates;
    rule.value_sets = report.value_sets;
    const Allowed nothing = {.event = false};
    for (const TemplatePart& part : report.title) {
      if (part.expr == kNoExpr) continue;
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, part.expr, "title", nothing, false));
    }
    if (report.of_statistics) return absl::OkStatus();
    if (report.kinds == 0 || report.kinds >> kKindCount != 0) {
      return Broken(report.name, "no kinds, or unknown ones");
    }
    if (report.max_keys <= 0) return Broken(report.name, "no keys");
    if (report.top <= 0) return Broken(report.name, "a top of none");
    const Allowed event_only;
    if (report.where != kNoExpr) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, report.where, "where", event_only, true));
    }
    for (const ExcludePlan& exclude : report.excludes) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, exclude.condition, "exclude", event_only, true));
    }
    for (const KeyPart& part : report.by) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, part.expr, "by", event_only, false));
    }
    MQWARDEN_RETURN_IF_ERROR(VerifyAggregates(rule));
    if (report.order != kNoExpr) {
      const Allowed window_only = {.event = false, .window = true};
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, report.order, "order", window_only, false));
    }
    const Allowed shown = {.window = true, .value_set = true};
    for (const AlertFieldPlan& field : report.show) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, field.expr, "show", shown, false));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyAggregates(const RulePlan& rule) {
    const Allowed event_only;
    int count_ifs = 0;
    for (const Aggregate& aggregate : rule.aggregates) {
      if (aggregate.kind == Aggregate::Kind::kCountIf) {
        ++count_ifs;
        MQWARDEN_RETURN_IF_ERROR(
            VerifyExpr(rule, aggregate.condition, "count", event_only, true));
      }
      const size_t args = aggregate.args.size();
      const bool fits =
          aggregate.kind < Aggregate::Kind::kDistinct    ? args == 0
          : aggregate.kind == Aggregate::Kind::kDistinct ? args > 0
                                                         : args == 1;
      if (!fits) return Broken(rule.name, "an aggregate with wrong arguments");
      if (aggregate.kind == Aggregate::Kind::kPercentile &&
          (aggregate.percent <= Decimal() ||
           aggregate.percent > Decimal::FromInt(100))) {
        return Broken(rule.name, "a percentile out of range");
      }
      for (const ExprId arg : aggregate.args) {
        MQWARDEN_RETURN_IF_ERROR(
            VerifyExpr(rule, arg, "aggregate", event_only, false));
      }
    }
    if (count_ifs > kMaxCountIfs) {
      return Broken(rule.name, "too many count(condition)");
    }
    for (const ValueSet& set : rule.value_sets) {
      if (set.max <= 0) return Broken(rule.name, "a set of no values");
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, set.arg, "set", event_only, false));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyWhen(const RulePlan& rule) {
    const int whens = int{rule.window.has_value()} + rule.seen.has_value() +
                      rule.absent.has_value() + rule.sequence.has_value();
    if (whens > 1) return Broken(rule.name, "more than one `when`");
    if ((!rule.escalations.empty() || rule.resolve) &&
        !rule.window.has_value() && !rule.absent.has_value()) {
      return Broken(rule.name, "escalate or resolve without `when`, or of another kind");
    }
    const Allowed both = {.window = true};
    for (const EscalationPlan& escalation : rule.escalations) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, escalation.condition, "escalate", both, true));
    }
    if (rule.window.has_value()) return VerifyWindow(rule);
    if (rule.seen.has_value()) return VerifySeen(rule);
    if (rule.absent.has_value()) return VerifyAbsent(rule);
    if (rule.sequence.has_value()) return VerifySequence(rule);
    return absl::OkStatus();
  }

  absl::Status VerifySeen(const RulePlan& rule) {
    const SeenPlan& seen = *rule.seen;
    if (seen.length <= Duration::zero() || seen.learn < Duration::zero() ||
        seen.below <= 0) {
      return Broken(rule.name, "`new` or `rare` with wrong numbers");
    }
    if (seen.tuple.empty()) return Broken(rule.name, "an empty tuple");
    for (const KeyPart& part : seen.tuple) {
      MQWARDEN_RETURN_IF_ERROR(VerifyExpr(rule, part.expr, "tuple", {}, false));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyAbsent(const RulePlan& rule) {
    if (rule.absent->length <= Duration::zero()) {
      return Broken(rule.name, "an absence is not positive");
    }
    if (rule.by.size() != 1 || rule.by[0].each || rule.by[0].optional) {
      return Broken(rule.name, "`absent` needs one plain key");
    }
    return absl::OkStatus();
  }

  absl::Status VerifySequence(const RulePlan& rule) {
    const SequencePlan& sequence = *rule.sequence;
    const auto& steps = sequence.steps;
    if (sequence.length <= Duration::zero()) {
      return Broken(rule.name, "a sequence is not positive");
    }
    const size_t size = steps.size();
    if (size == 0 || steps[0].missing ||
        (size > 1 && steps[size - 1].missing && steps[size - 2].missing)) {
      return Broken(rule.name, "a sequence with a wrong `missing`");
    }
    uint32_t kinds = 0;
    for (size_t i = 0; i < size; ++i) {
      const SequenceStep& step = steps[i];
      kinds |= step.kinds;
      if (step.kinds == 0 || step.count < 1 ||
          (step.missing && step.count != 1)) {
        return Broken(rule.name, "a step without kinds or with a wrong count");
      }
      if (step.where == kNoExpr) continue;
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, step.where, "step", {.steps = i}, true));
    }
    if (kinds != rule.kinds) {
      return Broken(rule.name, "its kinds are not those of its steps");
    }
    for (const CapturePlan& capture : sequence.captures) {
      if (capture.step >= size || steps[capture.step].missing) {
        return Broken(rule.name, "a capture of no step");
      }
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, capture.expr, "capture", {}, false));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyWindow(const RulePlan& rule) {
    const WindowPlan& window = *rule.window;
    if (window.length <= Duration::zero()) {
      return Broken(rule.name, "a window is not positive");
    }
    if ((window.refire == RefireKind::kEvery) !=
        (window.every > Duration::zero())) {
      return Broken(rule.name, "refire and its duration do not agree");
    }
    if (window.kind != WindowKind::kSliding &&
        (window.refire != RefireKind::kRise || window.rearm != kNoExpr)) {
      return Broken(rule.name, "a refire of a window that ends once");
    }
    const Allowed window_only = {.event = false, .window = true};
    MQWARDEN_RETURN_IF_ERROR(
        VerifyExpr(rule, window.condition, "when", window_only, true));
    if (window.rearm != kNoExpr) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, window.rearm, "rearm", window_only, true));
    }
    return absl::OkStatus();
  }

  absl::Status VerifySeverities(const RulePlan& rule) {
    if (rule.severity.empty()) return Broken(rule.name, "no severity");
    const Allowed both = {.window = true, .steps = AllSteps(rule)};
    for (size_t i = 0; i < rule.severity.size(); ++i) {
      const ExprId condition = rule.severity[i].condition;
      if ((condition == kNoExpr) != (i + 1 == rule.severity.size())) {
        return Broken(rule.name, "the last severity alone has no condition");
      }
      if (condition == kNoExpr) continue;
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, condition, "severity", both, true));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyTexts(const RulePlan& rule) {
    const Allowed texts = {
        .window = true, .value_set = true, .steps = AllSteps(rule)};
    for (const Template* text : {&rule.title, &rule.summary, &rule.runbook}) {
      for (const TemplatePart& part : *text) {
        if (part.expr == kNoExpr) continue;
        MQWARDEN_RETURN_IF_ERROR(
            VerifyExpr(rule, part.expr, "text", texts, false));
      }
    }
    for (const AlertFieldPlan& field : rule.fields) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, field.expr, "fields", texts, false));
    }
    return absl::OkStatus();
  }

  const Plan& plan_;
  const PlanPool& pool_;
  std::vector<ExprReads> reads_;  // as PlanPool::exprs
};

}  // namespace

absl::Status Plan::VerifyNow() const { return Verifier(*this).Run(); }

}  // namespace mqwarden
