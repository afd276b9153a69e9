#include "mqwarden/tests/oracle/oracle_limits.h"

#include <algorithm>
#include <optional>

namespace mqwarden::oracle {
namespace {

// "`then digest`: periods [kD, (k+1)D) from the epoch, one record for each
// tuple in which anything was held; what a digest reports is not announced by
// `held` as well."
void Hold(Budget* budget, const Key& key, const Scope& scope,
          const OracleAlert& alert) {
  if (!budget->limit->digest) {
    ++budget->held[key];
    return;
  }
  const int64_t period = alert.time.time_since_epoch() / budget->limit->per;
  HeldInPeriod& held = budget->digests[{key, period}];
  if (held.count++ == 0) held.first = alert.time;
  held.last = alert;
  held.group = GroupOf(budget->limit->by, scope);
}

}  // namespace

// "Several limits must all pass, and only then is budget spent. The first in
// text order that refuses counts the alert as held; the next alert sent for
// that tuple carries the sum, which returns to 0."
bool PassesLimits(std::span<Budget* const> budgets, const Scope& scope,
                  OracleAlert* alert) {
  std::vector<std::pair<Budget*, Key>> subject;
  for (Budget* budget : budgets) {
    // "What `unless` exempts neither spends nor carries `held`."
    const ast::Limit& limit = *budget->limit;
    if (limit.unless.has_value() && Holds(*limit.unless, scope)) continue;
    // "An alert that lacks one of the fields is not subject to that limit."
    const std::optional<Key> key = KeyOf(limit.by, scope);
    if (key.has_value()) subject.push_back({budget, *key});
  }
  for (const auto& [budget, key] : subject) {
    // "At most N alerts sent in (t - D, t] per tuple."
    const std::vector<Time>& sent = budget->sent[key];
    const Time start = alert->time - budget->limit->per;
    const auto in_window = std::count_if(sent.begin(), sent.end(),
                                         [&](Time s) { return s > start; });
    if (in_window < budget->limit->count) continue;
    Hold(budget, key, scope, *alert);
    return false;
  }
  for (const auto& [budget, key] : subject) {
    budget->sent[key].push_back(alert->time);
    alert->held += std::exchange(budget->held[key], 0);
  }
  return true;
}

}  // namespace mqwarden::oracle
