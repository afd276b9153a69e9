// Plan::Verify(): what the engine relies on, checked once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {
namespace {

constexpr size_t kAnyNumber = 0xffff;

// How many children an operator has: at least `min`, at most `max`.
struct Arity {
  size_t min;
  size_t max;
};

Arity ArityOf(ExprOp op) {
  switch (op) {
    case ExprOp::kConst:
    case ExprOp::kField:
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
    case ExprOp::kAlertSeverity:
    case ExprOp::kAlertRule:
    case ExprOp::kAlertRuleTags:
    case ExprOp::kAlertTime:
    case ExprOp::kAggregate:
    case ExprOp::kValueSet:
    case ExprOp::kEachValue:
    case ExprOp::kStepValue:
    case ExprOp::kStepCount:
    case ExprOp::kTrue:
    case ExprOp::kFalse:
      return {0, 0};
    case ExprOp::kCoalesce:
    case ExprOp::kTableColumn:
    case ExprOp::kAnd:
    case ExprOp::kOr:
    case ExprOp::kDuring:
    case ExprOp::kRecent:
      return {1, kAnyNumber};
    case ExprOp::kEq:
    case ExprOp::kLt:
    case ExprOp::kLe:
    case ExprOp::kGt:
    case ExprOp::kGe:
    case ExprOp::kHas:
    case ExprOp::kAdd:
    case ExprOp::kSub:
    case ExprOp::kMul:
    case ExprOp::kDiv:
    case ExprOp::kLikeValue:
      return {2, 2};
    default:
      return {1, 1};
  }
}

bool IsCondition(ExprOp op) { return op >= ExprOp::kTrue; }

// Whether the operator itself reads something besides the event.
bool ReadsMore(ExprOp op) {
  return op == ExprOp::kAlertSeverity || op == ExprOp::kAlertRule ||
         op == ExprOp::kAlertRuleTags || op == ExprOp::kAlertTime ||
         op == ExprOp::kAggregate || op == ExprOp::kValueSet ||
         op == ExprOp::kEachValue || op == ExprOp::kStepValue ||
         op == ExprOp::kStepCount;
}

bool ReadsEvent(ExprOp op) {
  return op == ExprOp::kField || op == ExprOp::kAttrText ||
         op == ExprOp::kAttrNumber;
}

// Whether what `a` and `b` name exists.
bool IndexInRange(const PlanPool& pool, const Expr& expr) {
  switch (expr.op) {
    case ExprOp::kConst:
      return expr.a < pool.constants.size();
    case ExprOp::kField:
      return expr.a < static_cast<uint32_t>(kFieldCount);
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
      return expr.a < pool.names.size();
    case ExprOp::kNetwork:
      return expr.a <= 32 && expr.b <= 128;
    case ExprOp::kPatternLabel:
      return expr.a < pool.pattern_sets.size();
    case ExprOp::kTableColumn:
      return expr.a < pool.tables.size() &&
             expr.b < pool.tables[expr.a].columns.size();
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      return expr.a < pool.text_sets.size();
    case ExprOp::kInNumbers:
      return expr.a < pool.number_sets.size();
    case ExprOp::kInNetworks:
      return expr.a < pool.network_sets.size();
    case ExprOp::kLike:
      return expr.a < pool.glob_sets.size();
    case ExprOp::kMatches:
      return expr.a < pool.regex_sets.size();
    default:
      return true;
  }
}

// What an expression reads, its children included.
struct Reads {
  bool event = false;
  bool window = false;
  bool value_set = false;
  bool alert = false;
};

class Verifier {
 public:
  explicit Verifier(const Plan& plan) : plan_(plan), pool_(plan.pool()) {}

  absl::Status Run() {
    MQWARDEN_RETURN_IF_ERROR(VerifyPool());
    for (size_t i = 0; i < plan_.rules().size(); ++i) {
      const RulePlan& rule = *plan_.rules()[i];
      if (i > 0 && plan_.rules()[i - 1]->name == rule.name) {
        return Broken(rule.name, "its name is not unique");
      }
      MQWARDEN_RETURN_IF_ERROR(VerifyRule(rule));
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
    std::string message = "plan is broken at `";
    message += rule;
    message += "`: ";
    message += what;
    return absl::InternalError(ToAbsl(message));
  }

  absl::Status VerifyPool() {
    std::vector<int> depth;
    for (const Expr& expr : pool_.exprs) {
      const std::string place =
          "expression " + std::to_string(depth.size());
      const Arity arity = ArityOf(expr.op);
      if (expr.children.size() < arity.min ||
          expr.children.size() > arity.max) {
        return Broken(place, "wrong number of operands");
      }
      if (!IndexInRange(pool_, expr)) return Broken(place, "index out of range");
      Reads reads;
      int deepest = 0;
      bool event_only = !ReadsMore(expr.op);
      for (const ExprId child : expr.children) {
        if (child >= depth.size()) {
          return Broken(place, "an operand does not stand before it");
        }
        if ((expr.op == ExprOp::kAnd || expr.op == ExprOp::kOr ||
             expr.op == ExprOp::kNot) &&
            !IsCondition(pool_.exprs[child].op)) {
          return Broken(place, "an operand is no condition");
        }
        deepest = std::max(deepest, depth[child]);
        event_only = event_only && pool_.exprs[child].event_only;
        reads.event |= reads_[child].event;
        reads.window |= reads_[child].window;
        reads.value_set |= reads_[child].value_set;
        reads.alert |= reads_[child].alert;
      }
      if (deepest + 1 > kMaxExprDepth) return Broken(place, "too deep");
      if (expr.event_only != event_only) {
        return Broken(place, "`event_only` is wrong");
      }
      if (IsCondition(expr.op) && expr.type != ValueType::kBool) {
        return Broken(place, "a condition is no bool");
      }
      reads.event |= ReadsEvent(expr.op);
      reads.window |= expr.op == ExprOp::kAggregate;
      reads.value_set |= expr.op == ExprOp::kValueSet;
      reads.alert |= expr.op == ExprOp::kAlertSeverity ||
                     expr.op == ExprOp::kAlertRule ||
                     expr.op == ExprOp::kAlertRuleTags;
      depth.push_back(deepest + 1);
      reads_.push_back(reads);
    }
    for (const LookupTable& table : pool_.tables) {
      for (const auto& [key, row] : table.rows) {
        if (row.size() != table.columns.size()) {
          return Broken("table", "a row has not one cell a column");
        }
      }
    }
    return absl::OkStatus();
  }

  // Where an expression stands decides what it may read.
  struct Allowed {
    bool event = true;
    bool window = false;
    bool value_set = false;
    bool alert = false;
  };

  absl::Status VerifyExpr(const RulePlan& rule, ExprId id, std::string_view what,
                          Allowed allowed, bool condition) {
    if (id >= pool_.exprs.size()) {
      return Broken(rule.name, std::string(what) + ": no such expression");
    }
    if (condition && !IsCondition(pool_.exprs[id].op)) {
      return Broken(rule.name, std::string(what) + ": not a condition");
    }
    const Reads& reads = reads_[id];
    if ((reads.event && !allowed.event) || (reads.window && !allowed.window) ||
        (reads.value_set && !allowed.value_set) ||
        (reads.alert && !allowed.alert)) {
      return Broken(rule.name,
                    std::string(what) + ": reads what it must not");
    }
    if (!reads.window && !reads.value_set) return absl::OkStatus();
    return VerifyIndices(rule, id, what);
  }

  // Aggregates and value sets below `id` are the rule's own. Each node once:
  // shared parts make the number of paths exponential.
  absl::Status VerifyIndices(const RulePlan& rule, ExprId id,
                             std::string_view what) {
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
    const Allowed allowed = {.window = true, .alert = true};
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
    MQWARDEN_RETURN_IF_ERROR(VerifyWindow(rule));
    MQWARDEN_RETURN_IF_ERROR(VerifySeverities(rule));
    const Allowed silence = {.window = true, .alert = true};
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

  absl::Status VerifyAggregates(const RulePlan& rule) {
    const Allowed event_only;
    int count_ifs = 0;
    for (const Aggregate& aggregate : rule.aggregates) {
      if (aggregate.kind == Aggregate::Kind::kCountIf) {
        ++count_ifs;
        MQWARDEN_RETURN_IF_ERROR(
            VerifyExpr(rule, aggregate.condition, "count", event_only, true));
      }
      if ((aggregate.kind == Aggregate::Kind::kDistinct) ==
          aggregate.args.empty()) {
        return Broken(rule.name, "an aggregate with wrong arguments");
      }
      for (const ExprId arg : aggregate.args) {
        MQWARDEN_RETURN_IF_ERROR(
            VerifyExpr(rule, arg, "distinct", event_only, false));
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

  absl::Status VerifyWindow(const RulePlan& rule) {
    if (!rule.window.has_value()) {
      if (!rule.escalations.empty() || rule.resolve) {
        return Broken(rule.name, "escalate or resolve without `when`");
      }
      return absl::OkStatus();
    }
    const WindowPlan& window = *rule.window;
    if (window.length <= Duration::zero()) {
      return Broken(rule.name, "a window is not positive");
    }
    if ((window.refire == RefireKind::kEvery) !=
        (window.every > Duration::zero())) {
      return Broken(rule.name, "refire and its duration do not agree");
    }
    const Allowed window_only = {.event = false, .window = true};
    MQWARDEN_RETURN_IF_ERROR(
        VerifyExpr(rule, window.condition, "when", window_only, true));
    if (window.rearm != kNoExpr) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, window.rearm, "rearm", window_only, true));
    }
    const Allowed both = {.window = true};
    for (const EscalationPlan& escalation : rule.escalations) {
      MQWARDEN_RETURN_IF_ERROR(
          VerifyExpr(rule, escalation.condition, "escalate", both, true));
    }
    return absl::OkStatus();
  }

  absl::Status VerifySeverities(const RulePlan& rule) {
    if (rule.severity.empty()) return Broken(rule.name, "no severity");
    const Allowed both = {.window = true};
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
    const Allowed texts = {.window = true, .value_set = true};
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
  std::vector<Reads> reads_;  // as PlanPool::exprs
};

}  // namespace

absl::Status Plan::Verify() const { return Verifier(*this).Run(); }

}  // namespace mqwarden
