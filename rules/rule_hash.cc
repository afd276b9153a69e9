#include "mqwarden/rules/rule_hash.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/hash128.h"

namespace mqwarden {
namespace {

// Every clause is hashed behind its name, and every list behind its length, so
// that no two rules feed the hash the same.
class RuleHasher {
 public:
  explicit RuleHasher(const ExprPool& pool, Hash128 universe = {})
      : pool_(pool), universe_(universe) {}

  void AddState(const RulePlan& rule) {
    Clause("on");
    Kinds(rule.kinds);
    Clause("where");
    Expr(rule.where);
    Clause("exclude");
    for (const ExcludePlan& exclude : rule.excludes) Expr(exclude.condition);
    Clause("by");
    Keys(rule.by);
    Clause("when");
    if (rule.window.has_value()) {
      const WindowPlan& window = *rule.window;
      if (window.kind != WindowKind::kSliding) {
        Clause(window.kind == WindowKind::kTumbling ? "tumbling" : "session");
      }
      hasher_.Add(window.length);
      Expr(window.condition);
      Clause("refire");
      hasher_.Add(RefireName(window.refire));
      Expr(window.rearm);
      hasher_.Add(window.every);
    }
    Seen(rule);
    Sequence(rule);
    Clause("keys");
    hasher_.Add(rule.max_keys);
    Kept(rule);
  }

  void AddRest(const RulePlan& rule, std::span<const LimitPlan> policy_limits) {
    Clause("severity");
    for (const SeverityCase& severity : rule.severity) {
      Expr(severity.condition);
      hasher_.Add(SeverityName(severity.severity));
    }
    Clause("escalate");
    for (const EscalationPlan& escalation : rule.escalations) {
      Expr(escalation.condition);
      hasher_.Add(SeverityName(escalation.severity));
    }
    Clause("labels");
    for (const ExcludePlan& exclude : rule.excludes) Text(exclude.label);
    Clause("mute");
    for (const MutePlan& mute : rule.mutes) {
      Expr(mute.condition);
      if (mute.during) Clause("during");
      hasher_.Add(mute.until.has_value());
      if (mute.until.has_value()) hasher_.Add(*mute.until);
    }
    Clause("policy");
    for (const LimitPlan& limit : policy_limits) Limit(limit);
    Clause("limit");
    for (const LimitPlan& limit : rule.limits) Limit(limit);
    Texts("tags", rule.tags);
    Texts("notify", rule.notify);
    Clause("resolve");
    hasher_.Add(rule.resolve);
    for (const Template* text : {&rule.title, &rule.summary, &rule.runbook}) {
      Clause("text");
      for (const TemplatePart& part : *text) {
        Text(part.literal);
        Expr(part.expr);
      }
    }
    Clause("fields");
    for (const AlertFieldPlan& field : rule.fields) {
      Text(field.name);
      Expr(field.expr);
    }
    Clause("evidence");
    hasher_.Add(rule.evidence_first);
    hasher_.Add(rule.evidence_last);
  }

  void AddReportState(const ReportPlan& report) {
    Clause("report");
    hasher_.Add(report.of_statistics);
    Kinds(report.kinds);
    Clause("where");
    Expr(report.where);
    Clause("exclude");
    for (const ExcludePlan& exclude : report.excludes) Expr(exclude.condition);
    Clause("by");
    Keys(report.by);
    Clause("order");
    Expr(report.order);
    Clause("show");
    for (const AlertFieldPlan& field : report.show) Expr(field.expr);
    Clause("every");
    hasher_.Add(static_cast<int>(report.unit));
    hasher_.Add(report.every);
    hasher_.Add(report.from);
    for (const CalendarPlan::Offset& offset : report.offsets) {
      hasher_.Add(offset.from);
      hasher_.Add(offset.seconds);
    }
    Clause("compare");
    hasher_.Add(report.compare_previous);
    Clause("keys");
    hasher_.Add(report.max_keys);
  }

  void AddReportRest(const ReportPlan& report) {
    Clause("top");
    hasher_.Add(report.top);
    for (const AlertFieldPlan& field : report.show) Text(field.name);
    Clause("text");
    for (const TemplatePart& part : report.title) {
      Text(part.literal);
      Expr(part.expr);
    }
    Clause("labels");
    for (const ExcludePlan& exclude : report.excludes) Text(exclude.label);
  }

  uint64_t Finish() { return hasher_.Finish().lo; }

 private:
  static std::string_view RefireName(RefireKind kind) {
    switch (kind) {
      case RefireKind::kRise: return "rise";
      case RefireKind::kEach: return "each";
      case RefireKind::kEvery: return "every";
      case RefireKind::kReset: return "reset";
    }
    return "";
  }

  // What the state holds for clauses that are not state themselves: the
  // aggregates, sets and steps that severities, silences, texts and fields read.
  // A plain count needs nothing more than the window has.
  void Kept(const RulePlan& rule) {
    std::vector<ExprId> left;
    for (const SeverityCase& severity : rule.severity) {
      left.push_back(severity.condition);
    }
    for (const EscalationPlan& escalation : rule.escalations) {
      left.push_back(escalation.condition);
    }
    for (const MutePlan& mute : rule.mutes) left.push_back(mute.condition);
    for (const LimitPlan& limit : rule.limits) {
      for (const KeyPart& key : limit.by) left.push_back(key.expr);
      left.push_back(limit.unless);
    }
    for (const Template* text : {&rule.title, &rule.summary, &rule.runbook}) {
      for (const TemplatePart& part : *text) left.push_back(part.expr);
    }
    for (const AlertFieldPlan& field : rule.fields) left.push_back(field.expr);
    absl::flat_hash_set<ExprId> seen;
    std::vector<Hash128> kept;
    while (!left.empty()) {
      const ExprId id = left.back();
      left.pop_back();
      if (id == kNoExpr || !seen.insert(id).second) continue;
      if ((pool_.reads(id) &
           (kReadsAggregate | kReadsValueSet | kReadsStep)) == 0) {
        continue;
      }
      const mqwarden::Expr& expr = pool_.expr(id);
      const bool of_state =
          expr.op == ExprOp::kAggregate
              ? pool_.aggregates()[expr.a].kind != Aggregate::Kind::kCount
              : expr.op == ExprOp::kValueSet || expr.op == ExprOp::kStepValue;
      if (of_state) kept.push_back(pool_.meaning(id));
      left.insert(left.end(), expr.children.begin(), expr.children.end());
    }
    std::sort(kept.begin(), kept.end(), [](const Hash128& a, const Hash128& b) {
      return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
    });
    if (kept.empty()) return;
    Clause("kept");
    hasher_.Add(kept.size());
    for (const Hash128& meaning : kept) hasher_.Add(meaning);
  }

  void Seen(const RulePlan& rule) {
    if (rule.seen.has_value()) {
      Clause("seen");
      Keys(rule.seen->tuple);
      hasher_.Add(rule.seen->below);
      hasher_.Add(rule.seen->length);
      hasher_.Add(rule.seen->learn);
    }
    if (rule.absent.has_value()) {
      Clause("absent");
      hasher_.Add(rule.absent->length);
      hasher_.Add(universe_);
    }
  }

  void Sequence(const RulePlan& rule) {
    if (!rule.sequence.has_value()) return;
    Clause("sequence");
    hasher_.Add(rule.sequence->length);
    hasher_.Add(rule.sequence->steps.size());
    for (const SequenceStep& step : rule.sequence->steps) {
      Kinds(step.kinds);
      Expr(step.where);
      hasher_.Add(step.count);
      hasher_.Add(step.missing);
    }
  }

  void Kinds(uint32_t kinds) {
    for (int kind = 0; kind < kKindCount; ++kind) {
      if ((kinds >> kind & 1) == 0) continue;
      hasher_.Add(EnumValueName(EnumType::kKind, kind));
    }
  }

  void Clause(std::string_view name) { hasher_.Add(name); }
  void Text(std::string_view text) { hasher_.Add(text); }
  void Expr(ExprId id) {
    hasher_.Add(id == kNoExpr ? Hash128{} : pool_.meaning(id));
  }
  void Texts(std::string_view name, const std::vector<std::string>& texts) {
    Clause(name);
    hasher_.Add(texts.size());
    for (const std::string& text : texts) Text(text);
  }
  void Keys(const std::vector<KeyPart>& keys) {
    hasher_.Add(keys.size());
    for (const KeyPart& key : keys) {
      Text(key.name);
      Expr(key.expr);
      hasher_.Add(key.optional);
      if (key.each) Clause("each");
    }
  }
  void Limit(const LimitPlan& limit) {
    hasher_.Add(limit.count);
    hasher_.Add(limit.per);
    hasher_.Add(limit.by_all);
    Keys(limit.by);
    Expr(limit.unless);
    hasher_.Add(limit.digest);
  }

  const ExprPool& pool_;
  const Hash128 universe_;
  Hasher128 hasher_;
};

std::string Hex(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

}  // namespace

void HashReport(const ExprPool& pool, ReportPlan* report) {
  RuleHasher state(pool);
  state.AddReportState(*report);
  report->state_hash = state.Finish();
  RuleHasher version(pool);
  version.AddReportState(*report);
  version.AddReportRest(*report);
  report->version = Hex(version.Finish());
}

void HashRule(const ExprPool& pool, std::span<const LimitPlan> policy_limits,
              Hash128 universe, RulePlan* rule) {
  RuleHasher state(pool, universe);
  state.AddState(*rule);
  rule->state_hash = state.Finish();
  RuleHasher version(pool, universe);
  version.AddState(*rule);
  version.AddRest(*rule, policy_limits);
  rule->version = Hex(version.Finish());
}

}  // namespace mqwarden
