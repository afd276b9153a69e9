// RuleClauses(): what a whole rule says, clause by clause.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

std::string KindsText(uint32_t kinds) {
  std::string text;
  for (int kind = 0; kind < kKindCount; ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(EnumValueName(EnumType::kKind, kind));
  }
  return text;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += text;
  }
  return out;
}

// Builds the clauses of one rule.
class ClauseWriter {
 public:
  ClauseWriter(const PlanPool& pool, const RulePlan& rule)
      : pool_(pool), rule_(rule) {}

  std::vector<RuleClause> Write();

 private:
  void Add(std::string_view name, std::string text) {
    if (!text.empty()) {
      clauses_.push_back({std::string(name), std::move(text)});
    }
  }
  std::string Text(ExprId id) const { return ExprText(pool_, &rule_, id); }
  std::string Key(const std::vector<KeyPart>& by) const {
    return KeyText(pool_, &rule_, by);
  }
  std::string Texts(const Template& parts) const {
    std::string out;
    for (const TemplatePart& part : parts) {
      out += part.expr == kNoExpr ? part.literal : "{" + Text(part.expr) + "}";
    }
    return out;
  }
  void AddWhen();
  void AddWindow(const WindowPlan& window);
  void AddAlert();

  const PlanPool& pool_;
  const RulePlan& rule_;
  std::vector<RuleClause> clauses_;
};

void ClauseWriter::AddWindow(const WindowPlan& window) {
  const ExprOp op = pool_.exprs[window.condition].op;
  std::string when = Text(window.condition);
  if (op == ExprOp::kAnd || op == ExprOp::kOr) when = "(" + when + ")";
  when += " in " + FormatDuration(window.length);
  if (window.kind == WindowKind::kTumbling) when += " tumbling";
  if (window.kind == WindowKind::kSession) when += " session";
  Add("when", std::move(when));
  switch (window.refire) {
    case RefireKind::kRise:
      if (window.rearm != kNoExpr) {
        Add("refire", "rise until " + Text(window.rearm));
      }
      break;
    case RefireKind::kEach: return Add("refire", "each");
    case RefireKind::kEvery:
      return Add("refire", "every " + FormatDuration(window.every));
    case RefireKind::kReset: return Add("refire", "reset");
  }
}

void ClauseWriter::AddWhen() {
  if (rule_.window.has_value()) AddWindow(*rule_.window);
  if (rule_.seen.has_value()) {
    const SeenPlan& seen = *rule_.seen;
    std::string when = seen.below == 1 ? "new (" : "rare (";
    when += Key(seen.tuple) + ")";
    if (seen.below != 1) when += " < " + std::to_string(seen.below);
    Add("when", when + " in " + FormatDuration(seen.length));
    if (seen.learn > Duration::zero()) {
      Add("learn", FormatDuration(seen.learn));
    }
  }
  if (rule_.absent.has_value()) {
    std::string when = "absent " + FormatDuration(rule_.absent->length);
    for (const Constant& value : rule_.absent->universe) {
      when += " " + ConstantText(value);
      if (when.size() > kMaxPlanTextBytes) break;
    }
    Add("when", std::move(when));
  }
  if (!rule_.sequence.has_value()) return;
  Add("when", "sequence in " + FormatDuration(rule_.sequence->length));
  for (const SequenceStep& step : rule_.sequence->steps) {
    std::string text = step.missing ? "missing " : "";
    if (step.count != 1) text += std::to_string(step.count) + " x ";
    if (!step.label.empty()) text += step.label + ": ";
    text += KindsText(step.kinds);
    if (step.where != kNoExpr) text += " where " + Text(step.where);
    Add("step", std::move(text));
  }
}

void ClauseWriter::AddAlert() {
  Add("summary", Texts(rule_.summary));
  Add("runbook", Texts(rule_.runbook));
  for (const AlertFieldPlan& field : rule_.fields) {
    Add("fields", field.name + " = " + Text(field.expr));
  }
  if (rule_.evidence_first + rule_.evidence_last > 0) {
    Add("evidence", "first " + std::to_string(rule_.evidence_first) +
                        " last " + std::to_string(rule_.evidence_last));
  }
  Add("notify", Joined(rule_.notify));
}

std::vector<RuleClause> ClauseWriter::Write() {
  Add("title", Texts(rule_.title));
  for (const SeverityCase& line : rule_.severity) {
    std::string text(SeverityName(line.severity));
    if (line.condition != kNoExpr) text += " if " + Text(line.condition);
    Add("severity", std::move(text));
  }
  Add("tags", Joined(rule_.tags));
  Add("on", KindsText(rule_.kinds));
  if (rule_.where != kNoExpr) Add("where", Text(rule_.where));
  for (const ExcludePlan& exclude : rule_.excludes) {
    Add("exclude", (exclude.label.empty() ? "" : exclude.label + ": ") +
                       Text(exclude.condition));
  }
  Add("by", Key(rule_.by));
  AddWhen();
  for (const EscalationPlan& line : rule_.escalations) {
    Add("escalate", std::string(SeverityName(line.severity)) + " if " +
                        Text(line.condition));
  }
  for (const MutePlan& mute : rule_.mutes) {
    Add("mute", mute.until.has_value()
                    ? "until " + FormatTimeShort(*mute.until)
                    : Text(mute.condition));
  }
  for (const LimitPlan& limit : rule_.limits) {
    Add("limit", LimitText(pool_, &rule_, limit));
  }
  if (rule_.resolve) Add("resolve", "yes");
  AddAlert();
  Add("keys", std::to_string(rule_.max_keys));
  return std::move(clauses_);
}

}  // namespace

std::vector<RuleClause> RuleClauses(const PlanPool& pool,
                                    const RulePlan& rule) {
  return ClauseWriter(pool, rule).Write();
}

}  // namespace mqwarden
