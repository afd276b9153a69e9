#include "mqwarden/engine/arrived_rules.h"

#include <cstddef>
#include <string>
#include <utility>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

ArrivedRules::ArrivedRules(const Plan& plan,
                           const std::vector<RuleRunner>& runners,
                           EngineStats* stats)
    : stats_(stats) {
  for (size_t i = 0; i < runners.size(); ++i) {
    const RulePlan& rule = *plan.rules()[i];
    const bool takes_alerts =
        (rule.kinds >> static_cast<uint32_t>(Kind::kAlert) & 1) != 0;
    fires_.push_back(!rule.has_when() && !rule.in_order && !takes_alerts);
    any_ |= fires_.back();
  }
}

RuleStats ArrivedRules::Begin(uint32_t rule) {
  RuleStats& stats = stats_->rules[rule];
  RuleStats before = std::exchange(stats, RuleStats());
  stats.excluded_by_label = before.excluded_by_label;
  return before;
}

void ArrivedRules::End(uint32_t rule, RuleStats before, Arrival* arrival) {
  RuleStats& stats = stats_->rules[rule];
  if (stats.fired > 0) {
    arrival->fired.push_back(std::move(stats));
    arrival->fired.back().rule = before.rule;
  }
  stats = std::move(before);
}

void ArrivedRules::TakeTurn(const Arrival& arrival) {
  for (const RuleStats& fired : arrival.fired) {
    const auto rule = std::lower_bound(
        stats_->rules.begin(), stats_->rules.end(), fired.rule,
        [](const RuleStats& r, const std::string& name) {
          return r.rule < name;
        });
    if (rule == stats_->rules.end() || rule->rule != fired.rule) continue;
    const auto index = static_cast<uint32_t>(rule - stats_->rules.begin());
    if (!fires_[index]) continue;
    fired_.push_back(index);
    rule->matched += fired.matched;
    rule->without_key += fired.without_key;
    rule->fired += fired.fired;
    rule->muted += fired.muted;
    rule->limited += fired.limited;
    rule->sent += fired.sent;
    rule->keys_evicted += fired.keys_evicted;
  }
}

}  // namespace mqwarden
