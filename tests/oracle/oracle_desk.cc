#include "mqwarden/tests/oracle/oracle_desk.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace mqwarden::oracle {
namespace {

Severity SeverityOf(const ast::Name& name) {
  return static_cast<Severity>(*FindEnumValue(EnumType::kSeverity, name.text));
}

}  // namespace

Desk::Desk(const Definitions* definitions, const std::vector<EventPtr>* history)
    : definitions_(*definitions), history_(*history) {
  // "A policy limit is one budget shared by all rules with `when`, and another
  // shared by those without."
  for (const ast::Policy& policy : definitions_.file().policies) {
    for (const ast::Limit& limit : policy.limits) {
      policy_budgets_[true].push_back({.limit = &limit, .of_policy = true});
      policy_budgets_[false].push_back({.limit = &limit, .of_policy = true});
    }
  }
}

Scope Desk::ScopeOf(const RuleState& state, const Event& event) const {
  Scope scope;
  scope.definitions = &definitions_;
  scope.event = &event;
  scope.rule = state.rule;
  scope.history = &history_;
  return scope;
}

Scope Desk::ScopeOf(const RuleState& state, const Occasion& occasion) const {
  Scope scope = ScopeOf(state, *occasion.event);
  scope.window = occasion.counted;
  scope.match = &occasion.match;
  scope.named = &occasion.tuple.named;
  scope.alert_time = occasion.time;
  return scope;
}

// "The policy applies to every rule before its own clauses."
bool Desk::Excluded(const RuleState& state, const Event& event) const {
  const Scope scope = ScopeOf(state, event);
  Scope of_policy = scope;
  of_policy.of_alert = true;
  const auto any = [&](const std::vector<ast::Exclude>& excludes,
                       const Scope& in) {
    return std::any_of(
        excludes.begin(), excludes.end(),
        [&](const ast::Exclude& e) { return Holds(e.condition, in); });
  };
  for (const ast::Policy& policy : definitions_.file().policies) {
    if (any(policy.excludes, of_policy)) return true;
  }
  return any(state.rule->excludes, scope);
}

// "A muted firing is recorded and not offered to limits"; what limits hold is
// counted; the rest is sent.
OpenAlert Desk::Fire(RuleState* state, const Occasion& occasion) {
  ++state->counters.fired;
  OpenAlert open;
  open.identity = ++identities_;
  open.severity =
      std::max(FirstSeverity(*state, occasion), Escalated(*state, occasion));
  open.told = open.severity;
  OracleAlert alert = Build(*state, occasion, AlertState::kOpen, open);
  if (Muted(*state, occasion, open.severity)) {
    ++state->counters.muted;
    open.waits_muted = true;
    alert.muted = true;
    BecomesEvent(*state, occasion, alert, /*held=*/false);
    Emit(occasion, std::move(alert));
    return open;
  }
  open.sent = Passes(state, occasion, &alert);
  BecomesEvent(*state, occasion, alert, /*held=*/!open.sent);
  if (open.sent) Emit(occasion, std::move(alert));
  return open;
}

void Desk::Continue(RuleState* state, OpenAlert* open,
                    const Occasion& occasion) {
  const Severity severity = Escalated(*state, occasion);
  const bool raised = severity > open->severity;  // "severity only rises"
  if (raised) open->severity = severity;
  const bool muted = Muted(*state, occasion, open->severity);
  OracleAlert update = Build(*state, occasion, AlertState::kUpdate, *open);
  update.muted = muted;
  if (raised) BecomesEvent(*state, occasion, update, /*held=*/false);
  if (open->waits_muted && !muted) {
    SendAfterMute(state, open, occasion);
    if (open->sent) return;
  }
  if (muted ? raised : open->severity > open->told) {
    // "A later rise in severity is sent as an `update` and passes every limit";
    // it "spends nothing". Muted, it is recorded and not sent; as an alert, it
    // is then sent at the first matching event that is not muted.
    if (!muted) {
      open->told = open->severity;
      open->sent = true;
      ++state->counters.updates;
    }
    Emit(occasion, std::move(update));
  }
}

// "A muted open alert whose condition still holds is sent, as `open` with its
// id; it has the time and count of the event that sends it, is offered to
// limits, and is not counted in `fired` again."
void Desk::SendAfterMute(RuleState* state, OpenAlert* open,
                         const Occasion& occasion) {
  open->waits_muted = false;
  OracleAlert alert = Build(*state, occasion, AlertState::kOpen, *open);
  if (!Passes(state, occasion, &alert)) return;
  open->told = open->severity;
  open->sent = true;
  ++state->counters.sent_after_mute;
  Emit(occasion, std::move(alert));
}

// "`resolve` sends a `resolved` record when an open alert's condition turns
// false, only if the open alert or an update of it was sent." What became of the
// alert changes nothing for the rules that alerts feed.
void Desk::Close(RuleState* state, const OpenAlert& open,
                 const Occasion& occasion) {
  if (!state->rule->resolve.has_value()) return;
  OracleAlert alert = Build(*state, occasion, AlertState::kResolved, open);
  BecomesEvent(*state, occasion, alert, /*held=*/false);
  if (!open.sent) return;
  ++state->counters.resolved;
  Emit(occasion, std::move(alert));
}

// "The first severity line whose condition holds at firing decides; the last
// has no condition."
Severity Desk::FirstSeverity(const RuleState& state,
                             const Occasion& occasion) const {
  const Scope scope = ScopeOf(state, occasion);
  for (const ast::SeverityLine& line : state.rule->severity) {
    if (Holds(line.when, scope)) return SeverityOf(line.severity);
  }
  return SeverityOf(state.rule->severity.back().severity);
}

// The highest `escalate S when C` whose condition holds, or the least severity.
Severity Desk::Escalated(const RuleState& state,
                         const Occasion& occasion) const {
  const Scope scope = ScopeOf(state, occasion);
  Severity severity = Severity::kInfo;
  for (const ast::Escalate& escalate : state.rule->escalations) {
    if (Holds(escalate.when, scope)) {
      severity = std::max(severity, SeverityOf(escalate.severity));
    }
  }
  return severity;
}

std::vector<const ast::Mute*> Desk::MutesOf(const RuleState& state) const {
  std::vector<const ast::Mute*> mutes;
  for (const ast::Policy& policy : definitions_.file().policies) {
    for (const ast::Mute& mute : policy.mutes) mutes.push_back(&mute);
  }
  for (const ast::Mute& mute : state.rule->mutes) mutes.push_back(&mute);
  return mutes;
}

// "`mute during` looks at the alert's time; `mute until I` mutes before I, not
// at I."
bool Desk::Muted(const RuleState& state, const Occasion& occasion,
                 Severity severity) const {
  Scope scope = ScopeOf(state, occasion);
  scope.window = {};
  scope.of_alert = true;
  scope.severity = severity;
  const size_t of_rule = state.rule->mutes.size();
  const std::vector<const ast::Mute*> mutes = MutesOf(state);
  for (size_t i = 0; i < mutes.size(); ++i) {
    const ast::Mute* const mute = mutes[i];
    // A policy does not know the names that `by` gives.
    const bool of_policy = i + of_rule < mutes.size();
    scope.named = of_policy ? nullptr : &occasion.tuple.named;
    switch (mute->kind) {
      case ast::Mute::Kind::kUntil:
        if (occasion.time < mute->until.value) return true;
        break;
      case ast::Mute::Kind::kDuring:
        if (HoldsDuring(occasion.time, mute->calendars, scope)) return true;
        break;
      case ast::Mute::Kind::kWhere:
        if (Holds(mute->condition, scope)) return true;
        break;
    }
  }
  return false;
}

// "Policy limits come first."
bool Desk::Passes(RuleState* state, const Occasion& occasion,
                  OracleAlert* alert) {
  Scope scope = ScopeOf(*state, occasion);
  scope.window = {};
  scope.of_alert = true;
  scope.severity = alert->severity;
  std::vector<Budget*> budgets;
  for (Budget& budget : policy_budgets_[state->rule->when.has_value()]) {
    budgets.push_back(&budget);
  }
  for (Budget& budget : state->budgets) budgets.push_back(&budget);
  const bool passes = PassesLimits(budgets, scope, alert);
  ++(passes ? state->counters.sent : state->counters.limited);
  return passes;
}

// "A digest has the severity of its rule and the spelling of the last alert
// held; its `group` is the limit's tuple, its `count` how many were held." It
// speaks of no single alert: it has no summary, fields or evidence.
void Desk::Digest(RuleState* state, Time watermark) {
  for (size_t i = 0; i < state->budgets.size(); ++i) {
    const Budget& budget = state->budgets[i];
    for (const auto& [key_and_period, held] : budget.digests) {
      const Time time = budget.EndOf(key_and_period.second);
      if (time > watermark) continue;
      ++state->counters.digests;
      Placed placed{held.last, static_cast<int>(i), key_and_period.first};
      OracleAlert& alert = placed.alert;
      alert.state = AlertState::kDigest;
      alert.severity = SeverityOf(state->rule->severity.back().severity);
      alert.time = time;
      alert.first = held.first;
      alert.last = held.last.time;
      alert.count = held.count;
      alert.group = held.group;
      alert.summary.clear();
      alert.fields.clear();
      alert.evidence.clear();
      alert.identity = ++identities_;
      alerts_.push_back(std::move(placed));
    }
  }
}

OracleAlert Desk::Build(const RuleState& state, const Occasion& occasion,
                        AlertState alert_state, const OpenAlert& open) const {
  const ast::Rule& rule = *state.rule;
  const Scope scope = ScopeOf(state, occasion);
  OracleAlert alert;
  alert.rule = rule.name.text;
  alert.state = alert_state;
  alert.severity = open.severity;
  alert.time = occasion.time;
  alert.count = occasion.count;
  if (!occasion.counted.empty()) {
    alert.first = occasion.counted.front()->time();
    alert.last = occasion.counted.back()->time();
  }
  alert.identity = open.identity;
  alert.group = occasion.tuple.group;
  alert.title = Fill(rule.title_parts, scope);
  alert.fields = occasion.seen;
  if (!rule.alert.has_value()) return alert;
  alert.summary = Fill(rule.alert->summary_parts, scope);
  for (const ast::AlertFieldDecl& field : rule.alert->fields) {
    const Value value = Eval(field.expr, scope);
    if (value.missing()) continue;
    alert.fields.push_back(
        {field.name.has_value() ? field.name->text : field.expr.name,
         ShownValue(value)});
  }
  // "evidence first N last M": without repeats.
  const auto first = static_cast<size_t>(rule.alert->evidence_first.value);
  const auto last = static_cast<size_t>(rule.alert->evidence_last.value);
  const size_t n = occasion.counted.size();
  for (size_t i = 0; i < n; ++i) {
    if (i < first || i + last >= n) {
      alert.evidence.push_back(occasion.counted[i]->sequence());
    }
  }
  return alert;
}

// "Alerts come in the order (time, rule name, key, then `resolved` before
// `open` before `update` before `digest`)", of which the key is the limit's
// tuple; and its limits in their order.
std::vector<OracleAlert> Desk::Alerts() {
  const auto rank = [](AlertState state) {
    return state == AlertState::kResolved ? 0
           : state == AlertState::kOpen   ? 1
           : state == AlertState::kUpdate ? 2
                                          : 3;
  };
  const auto place = [&](const Placed& p) {
    return std::tuple<Time, const std::string&, const Key&, int, int>(
        p.alert.time, p.alert.rule, p.key, rank(p.alert.state), p.limit);
  };
  std::stable_sort(
      alerts_.begin(), alerts_.end(),
      [&](const Placed& a, const Placed& b) { return place(a) < place(b); });
  std::vector<OracleAlert> alerts;
  for (Placed& placed : alerts_) alerts.push_back(std::move(placed.alert));
  return alerts;
}

}  // namespace mqwarden::oracle
