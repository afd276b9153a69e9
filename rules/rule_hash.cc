#include "mqwarden/rules/rule_hash.h"

#include <string_view>

#include "mqwarden/base/hash128.h"

namespace mqwarden {
namespace {

// Every clause is hashed behind its name, and every list behind its length, so
// that no two rules feed the hash the same.
class RuleHasher {
 public:
  explicit RuleHasher(const ExprPool& pool) : pool_(pool) {}

  void AddState(const RulePlan& rule) {
    Clause("on");
    for (int kind = 0; kind < kKindCount; ++kind) {
      if ((rule.kinds >> kind & 1) == 0) continue;
      hasher_.Add(EnumValueName(EnumType::kKind, kind));
    }
    Clause("where");
    Expr(rule.where);
    Clause("exclude");
    for (const ExcludePlan& exclude : rule.excludes) Expr(exclude.condition);
    Clause("by");
    Keys(rule.by);
    Clause("when");
    if (rule.window.has_value()) {
      const WindowPlan& window = *rule.window;
      hasher_.Add(window.length);
      Expr(window.condition);
      Clause("refire");
      hasher_.Add(RefireName(window.refire));
      Expr(window.rearm);
      hasher_.Add(window.every);
    }
    Clause("keys");
    hasher_.Add(rule.max_keys);
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
  Hasher128 hasher_;
};

std::string Hex(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) out[i] = kDigits[value & 15];
  return out;
}

}  // namespace

void HashRule(const ExprPool& pool, std::span<const LimitPlan> policy_limits,
              RulePlan* rule) {
  RuleHasher state(pool);
  state.AddState(*rule);
  rule->state_hash = state.Finish();
  RuleHasher version(pool);
  version.AddState(*rule);
  version.AddRest(*rule, policy_limits);
  rule->version = Hex(version.Finish());
}

}  // namespace mqwarden
