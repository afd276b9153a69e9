// Builds plans by hand, and events and alerts for tests of the engine. Times are
// in nanoseconds from the epoch, small numbers that tests can name.
#ifndef MQWARDEN_TESTS_ENGINE_PLAN_BUILDER_H_
#define MQWARDEN_TESTS_ENGINE_PLAN_BUILDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {

class PlanBuilder {
 public:
  PlanPool& pool() { return *pool_; }

  // Expressions. Each call makes a node; equal ones are stored once.
  ExprId Node(Expr expr) {
    expr.event_only = expr.op != ExprOp::kAggregate &&
                      expr.op != ExprOp::kValueSet &&
                      expr.op != ExprOp::kAlertSeverity &&
                      expr.op != ExprOp::kAlertRule &&
                      expr.op != ExprOp::kAlertRuleTags &&
                      expr.op != ExprOp::kAlertTime &&
                      expr.op != ExprOp::kEachValue &&
                      expr.op != ExprOp::kStepValue &&
                      expr.op != ExprOp::kStepCount;
    for (const ExprId child : expr.children) {
      expr.event_only = expr.event_only && pool_->exprs[child].event_only;
    }
    for (size_t i = 0; i < pool_->exprs.size(); ++i) {
      if (pool_->exprs[i] == expr) return static_cast<ExprId>(i);
    }
    pool_->exprs.push_back(std::move(expr));
    return static_cast<ExprId>(pool_->exprs.size() - 1);
  }
  ExprId Op(ExprOp op, std::vector<ExprId> children, uint32_t a = 0,
            uint32_t b = 0, ValueType type = ValueType::kBool) {
    return Node({.op = op, .type = type, .a = a, .b = b,
                 .children = std::move(children)});
  }
  ExprId Field(FieldId field) {
    static constexpr ValueType kTypes[] = {
        ValueType::kExact, ValueType::kFolded, ValueType::kEnum,
        ValueType::kInt,   ValueType::kReal,   ValueType::kBool,
        ValueType::kIp,    ValueType::kTs,     ValueType::kDuration,
        ValueType::kList};
    const FieldInfo& info = GetField(field);
    return Node({.op = ExprOp::kField,
                 .type = kTypes[static_cast<size_t>(info.type)],
                 .enum_type = info.enum_type,
                 .a = static_cast<uint32_t>(field)});
  }
  ExprId Const(Constant constant) {
    pool_->constants.push_back(constant);
    return Node({.op = ExprOp::kConst,
                 .type = constant.type,
                 .enum_type = constant.enum_type,
                 .a = static_cast<uint32_t>(pool_->constants.size() - 1)});
  }
  ExprId Int(int64_t number) {
    return Const({.type = ValueType::kInt, .number = number});
  }
  ExprId Text(std::string text) {
    return Const({.type = ValueType::kFolded, .text = std::move(text)});
  }
  ExprId Aggregate(uint32_t index) {
    return Op(ExprOp::kAggregate, {}, index, 0, ValueType::kInt);
  }
  // aggregate #index >= n.
  ExprId AtLeast(int64_t n, uint32_t index = 0) {
    return Op(ExprOp::kGe, {Aggregate(index), Int(n)});
  }
  ExprId UserIs(std::string user) {
    return Op(ExprOp::kEq, {Field(FieldId::kUser), Text(std::move(user))}, 1);
  }
  ExprId ReasonIs(int64_t reason) {
    return Op(ExprOp::kEq, {Field(FieldId::kReason), Int(reason)});
  }

  // A rule of kind authn without `when`.
  RulePlan Rule(std::string name) {
    RulePlan rule;
    rule.name = std::move(name);
    rule.version = "0123456789abcdef";
    rule.kinds = 1u << static_cast<int>(Kind::kAuthn);
    rule.severity = {{kNoExpr, Severity::kMedium}};
    return rule;
  }
  // `when count() >= n in length by user`.
  RulePlan CountRule(std::string name, int64_t n, int64_t length) {
    RulePlan rule = Rule(std::move(name));
    rule.by = {{"user", Field(FieldId::kUser)}};
    rule.aggregates = {{}};
    rule.window = WindowPlan{.length = Duration(length),
                             .condition = AtLeast(n)};
    return rule;
  }
  LimitPlan Limit(int64_t count, int64_t per, std::vector<FieldId> by) {
    LimitPlan limit;
    limit.count = count;
    limit.per = Duration(per);
    limit.by_all = by.empty();
    for (const FieldId field : by) {
      limit.by.push_back({std::string(GetField(field).name), Field(field)});
    }
    return limit;
  }

  // A step of a rule `Rule()` with a sequence; adds its kind to the rule's.
  SequenceStep& AddStep(RulePlan* rule, Kind kind, ExprId where = kNoExpr,
                        int64_t count = 1) {
    if (!rule->sequence.has_value()) {
      rule->kinds = 0;
      rule->sequence.emplace().length = Duration(10);
    }
    SequenceStep step;
    step.kinds = 1u << static_cast<int>(kind);
    step.where = where;
    step.count = count;
    rule->kinds |= step.kinds;
    rule->sequence->steps.push_back(std::move(step));
    return rule->sequence->steps.back();
  }
  // The value of `field` at the last event of a step; equal ones once.
  ExprId StepValue(RulePlan* rule, uint32_t step, FieldId field,
                   bool joins = false) {
    auto& captures = rule->sequence->captures;
    const ExprId expr = Field(field);
    uint32_t index = 0;
    while (index < captures.size() &&
           (captures[index].step != step || captures[index].expr != expr)) {
      ++index;
    }
    if (index == captures.size()) captures.push_back({step, expr, false});
    captures[index].joins |= joins;
    return Op(ExprOp::kStepValue, {}, index, 0, pool_->exprs[expr].type);
  }

  PlanBuilder& Add(RulePlan rule) {
    rules_.push_back(std::make_shared<const RulePlan>(std::move(rule)));
    return *this;
  }
  PlanBuilder& AddReport(ReportPlan report) {
    reports_.push_back(std::make_shared<const ReportPlan>(std::move(report)));
    return *this;
  }
  PlanBuilder& AddPolicyLimit(LimitPlan limit) {
    policy_limits_.push_back(std::move(limit));
    return *this;
  }
  std::shared_ptr<const Plan> Build(
      std::shared_ptr<const Inventory> inventory = nullptr) {
    return std::make_shared<const Plan>(pool_, rules_, policy_limits_,
                                        std::move(inventory), reports_);
  }

 private:
  std::shared_ptr<PlanPool> pool_ = std::make_shared<PlanPool>();
  std::vector<std::shared_ptr<const RulePlan>> rules_;
  std::vector<LimitPlan> policy_limits_;
  std::vector<std::shared_ptr<const ReportPlan>> reports_;
};

inline Time At(int64_t t) { return Time(Duration(t)); }

// An event by `user`, who is missing where the text is empty.
struct EventSpec {
  int64_t time = 0;
  std::string_view user = "ana";
  int64_t reason = 0;  // 0: missing
  std::string_view object = {};
  std::string_view id = {};
  Kind kind = Kind::kAuthn;
};

inline void Fill(const EventSpec& spec, Event* event) {
  event->Clear();
  event->SetTime(At(spec.time));
  event->SetInt(FieldId::kKind, static_cast<int64_t>(spec.kind));
  event->CopyText(FieldId::kUser, spec.user);
  event->CopyText(FieldId::kObject, spec.object);
  event->CopyText(FieldId::kEventId, spec.id);
  if (spec.reason != 0) event->SetInt(FieldId::kReason, spec.reason);
}

class CollectingSink : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override { alerts.push_back(alert); }
  std::vector<Alert> alerts;
};

// `open@5 x3 ana`: state, time, count, first value of the group; then what is
// not usual: the severity unless medium, held, muted.
inline std::string Brief(const Alert& alert) {
  std::string text(AlertStateName(alert.state));
  text += "@" + std::to_string(alert.time.time_since_epoch().count());
  text += " x" + std::to_string(alert.count);
  if (!alert.group.empty()) text += " " + alert.group[0].value.text;
  if (alert.severity != Severity::kMedium) {
    text += " ";
    text += SeverityName(alert.severity);
  }
  if (alert.held != 0) text += " held=" + std::to_string(alert.held);
  if (!alert.muted.empty()) text += " muted";
  if (alert.state_evicted) text += " evicted";
  return text;
}

inline std::vector<std::string> Briefs(const std::vector<Alert>& alerts) {
  std::vector<std::string> texts;
  for (const Alert& alert : alerts) texts.push_back(Brief(alert));
  return texts;
}

// An engine with its alerts.
class EngineRun {
 public:
  explicit EngineRun(std::shared_ptr<const Plan> plan,
                     const EngineOptions& options = {}) {
    auto engine = Engine::Create(std::move(plan), options, &sink_);
    if (engine.ok()) {
      engine_ = *std::move(engine);
    } else {
      status_ = engine.status();
    }
  }

  const absl::Status& status() const { return status_; }
  EngineRun& Feed(const EventSpec& spec) {
    Fill(spec, &event_);
    engine_->Process(&event_);
    return *this;
  }
  EngineRun& FeedAll(const std::vector<EventSpec>& specs) {
    for (const EventSpec& spec : specs) Feed(spec);
    return *this;
  }
  EngineRun& Advance(int64_t t) {
    engine_->AdvanceWatermark(At(t));
    return *this;
  }
  // The alerts up to now, those of the present instant included.
  const std::vector<Alert>& alerts() {
    engine_->Flush();
    return sink_.alerts;
  }
  std::vector<std::string> briefs() { return Briefs(alerts()); }
  const RuleStats& stats(size_t rule = 0) {
    return engine_->stats().rules[rule];
  }
  Engine& engine() { return *engine_; }

 private:
  CollectingSink sink_;
  Event event_;
  absl::Status status_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_ENGINE_PLAN_BUILDER_H_
