#include "mqwarden/tests/oracle/oracle_limits.h"

#include <algorithm>

namespace mqwarden::oracle {
namespace {

// "`then digest`: periods [kD, (k+1)D) from the epoch, one record for each
// tuple in which anything was held; what a digest reports is not announced by
// `held` as well."
void Hold(Budget* budget, const KeyTuple& tuple, const OracleAlert& alert) {
  if (!budget->limit->digest) {
    ++budget->held[tuple.key];
    return;
  }
  const int64_t period =
      alert.time.time_since_epoch() / budget->limit->per.value;
  HeldInPeriod& held = budget->digests[{tuple.key, period}];
  if (held.count++ == 0) held.first = alert.time;
  held.last = alert;
  held.group = tuple.group;
}

}  // namespace

// "Several limits must all pass, and only then is budget spent. The first in
// text order that refuses counts the alert as held; the next alert sent for
// that tuple carries the sum, which returns to 0."
bool PassesLimits(std::span<Budget* const> budgets, const Scope& of_rule,
                  OracleAlert* alert) {
  std::vector<std::pair<Budget*, KeyTuple>> subject;
  for (Budget* budget : budgets) {
    // "What `unless` exempts neither spends nor carries `held`."
    const ast::Limit& limit = *budget->limit;
    Scope scope = of_rule;
    if (budget->of_policy) scope.named = nullptr;
    if (limit.unless.has_value() && Holds(*limit.unless, scope)) continue;
    // "An alert that lacks one of the fields is not subject to that limit."
    for (const KeyTuple& tuple : KeysOf(limit.by, scope)) {
      subject.push_back({budget, tuple});
    }
  }
  for (const auto& [budget, tuple] : subject) {
    // "At most N alerts sent in (t - D, t] per tuple."
    const std::vector<Time>& sent = budget->sent[tuple.key];
    const Time start = alert->time - budget->limit->per.value;
    const auto in_window = std::count_if(sent.begin(), sent.end(),
                                         [&](Time s) { return s > start; });
    if (in_window < budget->limit->count.value) continue;
    Hold(budget, tuple, *alert);
    return false;
  }
  for (const auto& [budget, tuple] : subject) {
    budget->sent[tuple.key].push_back(alert->time);
    alert->held += std::exchange(budget->held[tuple.key], 0);
  }
  return true;
}

}  // namespace mqwarden::oracle
