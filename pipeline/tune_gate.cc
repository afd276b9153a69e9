#include "mqwarden/pipeline/tune_gate.h"

#include <utility>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint32_t kAlertKind = uint32_t{1}
                                << static_cast<uint32_t>(Kind::kAlert);

}  // namespace

TuneGate::TuneGate(std::shared_ptr<const Plan> plan, std::string_view rule)
    : plan_(std::move(plan)), evaluator_(*plan_) {
  for (const auto& each : plan_->rules()) {
    if (each->name == rule) rule_ = each.get();
    // A `recent` remembers, and alerts are events of their own.
    if (each->in_order || (each->kinds & kAlertKind) != 0) passes_all_ = true;
  }
}

bool TuneGate::tells_when() const {
  return !rule_->in_order && (rule_->kinds & kAlertKind) == 0;
}

bool TuneGate::Pass(const Event& event, bool* matches) {
  *matches = false;
  if (!event.Has(FieldId::kKind)) return passes_all_;
  evaluator_.SetEvent(&event);
  const uint32_t kind = uint32_t{1} << event.Int(FieldId::kKind);
  // What is recent, only the engines know.
  *matches = !rule_->in_order && Matches(*rule_, kind);
  if (*matches || passes_all_) return true;
  for (const auto& rule : plan_->rules()) {
    if (rule.get() != rule_ && Matches(*rule, kind)) return true;
  }
  return false;
}

bool TuneGate::Matches(const RulePlan& rule, uint32_t kind) {
  if ((rule.kinds & kind) == 0 || !evaluator_.Condition(rule.where)) {
    return false;
  }
  for (const ExcludePlan& exclude : rule.excludes) {
    if (evaluator_.Condition(exclude.condition)) return false;
  }
  return true;
}

}  // namespace mqwarden
