// Rules, firing, the three silences and the life of an alert: sections 6, 7, 9
// and 13 of the language.
#include "mqwarden/tests/oracle/oracle.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/oracle_expr.h"
#include "mqwarden/tests/oracle/oracle_limits.h"

namespace mqwarden::oracle {
namespace {

struct OpenAlert {
  int64_t identity = 0;
  Severity severity = Severity::kInfo;
  Severity told = Severity::kInfo;  // of its last record that was not muted
  bool sent = false;         // it or an update of it
  bool waits_muted = false;  // sent when a matching event is not muted
};

struct KeyState {
  std::vector<EventPtr> window;
  bool armed = false;
  std::optional<Time> last_firing;
  std::optional<OpenAlert> open;
  EventPtr last;  // counted last, still in the window or not
};

struct RuleState {
  const ast::Rule* rule = nullptr;
  OracleCounters counters;
  std::map<Key, KeyState> keys;
  std::vector<Budget> budgets;
};

// An alert and what its place in the output depends on.
struct Placed {
  OracleAlert alert;
  int limit = -1;  // of a digest
  Key key;
};

class Interpreter {
 public:
  explicit Interpreter(const OracleInput& input)
      : input_(input), definitions_(input) {
    for (const ast::File& file : input.files) {
      for (const ast::Policy& policy : file.policies) {
        policies_.push_back(&policy);
      }
      for (const ast::Rule& rule : file.rules) {
        RuleState& state = rules_.emplace_back();
        state.rule = &rule;
        state.counters.rule = rule.name.text;
        for (const ast::Limit& limit : rule.limits) {
          state.budgets.push_back({.limit = &limit});
        }
      }
    }
    std::sort(rules_.begin(), rules_.end(),
              [](const RuleState& a, const RuleState& b) {
                return a.rule->name.text < b.rule->name.text;
              });
    // "A policy limit is one budget shared by all rules with `when`, and
    // another shared by those without."
    for (const ast::Policy* policy : policies_) {
      for (const ast::Limit& limit : policy->limits) {
        policy_budgets_[true].push_back({.limit = &limit});
        policy_budgets_[false].push_back({.limit = &limit});
      }
    }
  }

  OracleResult Run() {
    for (const EventPtr& given : input_.events) {
      const EventPtr event = definitions_.WithInventory(*given);
      for (RuleState& rule : rules_) Offer(&rule, event);
    }
    for (RuleState& rule : rules_) End(&rule);
    return Result();
  }

 private:
  // The order of data: on, where, exclude, by.
  void Offer(RuleState* state, const EventPtr& event) {
    const ast::Rule& rule = *state->rule;
    const Scope scope = ScopeOf(rule, event);
    if (!OfKind(rule, *event)) return;
    if (rule.where.has_value() && !Holds(*rule.where, scope)) return;
    ++state->counters.matched;  // "counts before `exclude`"
    if (Excluded(rule, scope)) {
      ++state->counters.excluded;
      return;
    }
    if (!rule.when.has_value()) {
      FireWithoutWhen(state, event);
      return;
    }
    // "An event in which a key field is missing is left out of that rule and
    // counted."
    const std::optional<Key> key = KeyOf(rule.by, scope);
    if (!key.has_value()) {
      ++state->counters.without_key;
      return;
    }
    Add(state, *key, &state->keys[*key], event);
  }

  // "Kinds in `on`: one or several, or `any` (all but `alert`)."
  static bool OfKind(const ast::Rule& rule, const Event& event) {
    const auto kind = EnumValueName(EnumType::kKind, event.Int(FieldId::kKind));
    const auto is_of = [&](const ast::Name& on) {
      return on.text == kind || (on.text == "any" && kind != "alert");
    };
    return std::any_of(rule.on.begin(), rule.on.end(), is_of);
  }

  // "The policy applies to every rule before its own clauses."
  bool Excluded(const ast::Rule& rule, const Scope& scope) const {
    const auto any = [&](const std::vector<ast::Exclude>& excludes) {
      return std::any_of(
          excludes.begin(), excludes.end(),
          [&](const ast::Exclude& e) { return Holds(e.condition, scope); });
    };
    for (const ast::Policy* policy : policies_) {
      if (any(policy->excludes)) return true;
    }
    return any(rule.excludes);
  }

  // "Without `when`, a rule fires on every event that passes, and `by` only
  // shapes `group`." The window is the event itself.
  void FireWithoutWhen(RuleState* state, const EventPtr& event) {
    const Scope scope = ScopeOf(*state->rule, event);
    Key key;
    for (const ast::KeyPart& part : state->rule->by) {
      key.push_back(KeyPartOf(Eval(part.expr, scope)));
    }
    KeyState alone;
    alone.window.push_back(event);
    Fire(state, key, &alone, event);
  }

  // "For a windowed rule each matching event of a key, at t, is handled in two
  // moments."
  void Add(RuleState* state, const Key& key, KeyState* k,
           const EventPtr& event) {
    const ast::Rule& rule = *state->rule;
    const Time t = event->time();
    const Time start = t - rule.when->window;
    CloseBefore(state, key, k, t);

    // "(1) Events before t - D leave; if the condition is false now, the key is
    // armed." "`rise below A` re-arms only when the condition with its
    // threshold replaced by A is false."
    std::erase_if(k->window, [&](const EventPtr& c) {
      return c->time() < start;
    });
    if (!Matches(*state, *k, event, /*below=*/true)) k->armed = true;

    // "(2) Events at exactly t - D leave and the event is added, together."
    std::erase_if(k->window, [&](const EventPtr& c) {
      return c->time() == start;
    });
    k->window.push_back(event);
    k->last = event;
    if (!Matches(*state, *k, event, /*below=*/false)) {
      // "An alert is open until its condition turns false, by leaving or by
      // adding."
      if (k->open.has_value()) Close(state, key, k, t);
      return;
    }
    if (Refires(rule, k, t)) {
      Fire(state, key, k, event);
      // "`reset`: fires, and the key's window is emptied." The alert "closes at
      // once": the condition is false of the empty window.
      if (rule.refire.has_value() &&
          rule.refire->kind == ast::Refire::Kind::kReset) {
        k->window.clear();
        Close(state, key, k, t);
      }
    } else if (k->open.has_value()) {
      Continue(state, key, k, event);
    }
  }

  bool Matches(const RuleState& state, const KeyState& k, const EventPtr& event,
               bool below) const {
    const ast::Rule& rule = *state.rule;
    const Scope scope = ScopeOf(rule, event, k.window);
    if (!below || !rule.refire.has_value() || !rule.refire->below.has_value()) {
      return Holds(rule.when->condition, scope);
    }
    // One comparison of one aggregate with a constant, on either side.
    ast::Expr comparison = rule.when->condition;
    while (comparison.kind == ast::ExprKind::kParen) {
      comparison = ast::Expr(comparison.children[0]);
    }
    const bool constant_first =
        comparison.children[0].kind == ast::ExprKind::kInt;
    comparison.children[constant_first ? 0 : 1] = *rule.refire->below;
    return Holds(comparison, scope);
  }

  // What `refire` says of a true condition.
  static bool Refires(const ast::Rule& rule, KeyState* k, Time t) {
    using enum ast::Refire::Kind;
    switch (rule.refire.has_value() ? rule.refire->kind : kRise) {
      case kRise:  // "fires if armed, and disarms"
        return std::exchange(k->armed, false);
      case kEach:
      case kReset:
        return true;
      case kEvery:  // "fires if the key's last firing is at or before t - D"
        if (k->last_firing.has_value() &&
            *k->last_firing > t - rule.refire->every) {
          return false;
        }
        k->last_firing = t;
        return true;
    }
    return false;
  }

  // "A muted firing is recorded and not offered to limits"; what limits hold is
  // counted; the rest is sent.
  void Fire(RuleState* state, const Key& key, KeyState* k,
            const EventPtr& event) {
    ++state->counters.fired;
    OpenAlert open;
    open.identity = ++identities_;
    open.severity = std::max(FirstSeverity(*state, *k, event),
                             Escalated(*state, *k, event));
    open.told = open.severity;
    OracleAlert alert =
        Build(*state, *k, event, AlertState::kOpen, event->time(), open);
    if (Muted(*state, event, open.severity)) {
      ++state->counters.muted;
      open.waits_muted = true;
      alert.muted = true;
      Emit(key, std::move(alert));
    } else {
      open.sent = Passes(state, event, &alert);
      if (open.sent) Emit(key, std::move(alert));
    }
    k->open = open;  // "a new firing of the key replaces it"
  }

  // A matching event of an open alert that does not fire: it may raise the
  // severity, and it sends what was muted before.
  void Continue(RuleState* state, const Key& key, KeyState* k,
                const EventPtr& event) {
    OpenAlert& open = *k->open;
    const Time t = event->time();
    const Severity severity = Escalated(*state, *k, event);
    const bool raised = severity > open.severity;  // "severity only rises"
    if (raised) open.severity = severity;
    const bool muted = Muted(*state, event, open.severity);
    if (open.waits_muted && !muted) {
      // "A muted open alert whose condition still holds is sent, as `open` with
      // its id, at the first matching event of its key that is not muted; it
      // has the time and count of that event, is offered to limits, and is not
      // counted in `fired` again."
      open.waits_muted = false;
      OracleAlert alert = Build(*state, *k, event, AlertState::kOpen, t, open);
      if (Passes(state, event, &alert)) {
        open.told = open.severity;
        open.sent = true;
        ++state->counters.sent_after_mute;
        Emit(key, std::move(alert));
        return;
      }
    }
    if (muted ? raised : open.severity > open.told) {
      // "A later rise in severity is sent as an `update` and passes every
      // limit"; it "spends nothing". Muted, it is recorded and not sent; as an
      // alert, it is then sent at the first matching event that is not muted.
      OracleAlert alert =
          Build(*state, *k, event, AlertState::kUpdate, t, open);
      alert.muted = muted;
      if (!muted) {
        open.told = open.severity;
        open.sent = true;
        ++state->counters.updates;
      }
      Emit(key, std::move(alert));
    }
  }

  // "The first severity line whose condition holds at firing decides; the last
  // has no condition."
  Severity FirstSeverity(const RuleState& state, const KeyState& k,
                         const EventPtr& event) const {
    const Scope scope = ScopeOf(*state.rule, event, k.window);
    for (const ast::SeverityLine& line : state.rule->severity) {
      if (line.when.has_value() && Holds(*line.when, scope)) {
        return SeverityOf(line.severity);
      }
    }
    return SeverityOf(state.rule->severity.back().severity);
  }

  // The highest `escalate S when C` whose condition holds, or the least
  // severity.
  Severity Escalated(const RuleState& state, const KeyState& k,
                     const EventPtr& event) const {
    const Scope scope = ScopeOf(*state.rule, event, k.window);
    Severity severity = Severity::kInfo;
    for (const ast::Escalate& escalate : state.rule->escalations) {
      if (Holds(escalate.when, scope)) {
        severity = std::max(severity, SeverityOf(escalate.severity));
      }
    }
    return severity;
  }

  static Severity SeverityOf(const ast::Name& name) {
    return static_cast<Severity>(
        *FindEnumValue(EnumType::kSeverity, name.text));
  }

  // "`mute where C`, `mute until I`: before I, not at I."
  bool Muted(const RuleState& state, const EventPtr& event,
             Severity severity) const {
    Scope scope = ScopeOf(*state.rule, event);
    scope.severity = severity;
    const auto any = [&](const std::vector<ast::Mute>& mutes) {
      return std::any_of(mutes.begin(), mutes.end(), [&](const ast::Mute& m) {
        return m.kind == ast::Mute::Kind::kUntil ? event->time() < m.until
                                                 : Holds(m.condition, scope);
      });
    };
    for (const ast::Policy* policy : policies_) {
      if (any(policy->mutes)) return true;
    }
    return any(state.rule->mutes);
  }

  // "Policy limits come first."
  bool Passes(RuleState* state, const EventPtr& event, OracleAlert* alert) {
    Scope scope = ScopeOf(*state->rule, event);
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

  // Closes the alert if its condition turned false before t, at the first
  // instant at which events left and it was false. Events leave at their time +
  // D.
  void CloseBefore(RuleState* state, const Key& key, KeyState* k, Time t) {
    if (!k->open.has_value()) return;
    const Duration window = state->rule->when->window;
    const std::vector<EventPtr> at_last_event = k->window;
    for (const EventPtr& leaving : at_last_event) {
      const Time left = leaving->time() + window;
      if (left >= t) return;
      std::erase_if(k->window, [&](const EventPtr& c) {
        return c->time() <= leaving->time();
      });
      if (!Matches(*state, *k, k->last, /*below=*/false)) {
        Close(state, key, k, left);
        return;
      }
    }
  }

  // "`resolve` sends a `resolved` record when an open alert's condition turns
  // false, at that instant; only if the open alert or an update of it was
  // sent." Its count "is what is left".
  void Close(RuleState* state, const Key& key, KeyState* k, Time t) {
    if (state->rule->resolve.has_value() && k->open->sent) {
      ++state->counters.resolved;
      Emit(key, Build(*state, *k, k->last, AlertState::kResolved, t, *k->open));
    }
    k->open.reset();
  }

  // "At the end the watermark stands: what is decided at an instant up to and
  // including it is decided, nothing later."
  void End(RuleState* state) {
    const Time end = input_.watermark + Duration(1);
    for (auto& [key, k] : state->keys) CloseBefore(state, key, &k, end);
    for (size_t i = 0; i < state->budgets.size(); ++i) {
      const Budget& budget = state->budgets[i];
      for (const auto& [key_and_period, held] : budget.digests) {
        const Time time = budget.EndOf(key_and_period.second);
        if (time > input_.watermark) continue;
        ++state->counters.digests;
        EmitDigest(*state, static_cast<int>(i), key_and_period.first, time,
                   held);
      }
    }
  }

  // "A digest has the severity of its rule and the spelling of the last alert
  // held; its `group` is the limit's tuple, its `count` how many were held." It
  // speaks of no single alert: it has no summary, fields or evidence.
  void EmitDigest(const RuleState& state, int limit, const Key& key, Time time,
                  const HeldInPeriod& held) {
    Placed placed{held.last, limit, key};
    OracleAlert& alert = placed.alert;
    alert.state = AlertState::kDigest;
    alert.severity = SeverityOf(state.rule->severity.back().severity);
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

  OracleAlert Build(const RuleState& state, const KeyState& k,
                    const EventPtr& event, AlertState alert_state, Time time,
                    const OpenAlert& open) const {
    const ast::Rule& rule = *state.rule;
    Scope scope = ScopeOf(rule, event, k.window);
    scope.severity = open.severity;
    OracleAlert alert;
    alert.rule = rule.name.text;
    alert.state = alert_state;
    alert.severity = open.severity;
    alert.time = time;
    // "`count` is the number of events in the key's window after the event was
    // added, whatever the condition counts; `first` and `last` the times of the
    // first and last of these."
    alert.count = static_cast<int64_t>(k.window.size());
    if (!k.window.empty()) {
      alert.first = k.window.front()->time();
      alert.last = k.window.back()->time();
    }
    alert.identity = open.identity;
    alert.group = GroupOf(rule.by, scope);
    alert.title = Fill(rule.title_parts, scope);
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
    const size_t n = k.window.size();
    for (size_t i = 0; i < n; ++i) {
      if (i < static_cast<size_t>(rule.alert->evidence_first) ||
          i + static_cast<size_t>(rule.alert->evidence_last) >= n) {
        alert.evidence.push_back(k.window[i]->sequence());
      }
    }
    return alert;
  }

  Scope ScopeOf(const ast::Rule& rule, const EventPtr& event) const {
    return {.definitions = &definitions_,
            .event = event.get(),
            .window = {},
            .rule = &rule,
            .severity = {}};
  }
  Scope ScopeOf(const ast::Rule& rule, const EventPtr& event,
                const std::vector<EventPtr>& window) const {
    Scope scope = ScopeOf(rule, event);
    scope.window = window;
    return scope;
  }

  void Emit(const Key& key, OracleAlert alert) {
    alerts_.push_back({std::move(alert), -1, key});
  }

  // "Alerts come in the order (time, rule name, key, then `resolved` before
  // `open` before `update` before `digest`)", of which the key is the limit's
  // tuple; and its limits in their order.
  OracleResult Result() {
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
    OracleResult result;
    for (Placed& placed : alerts_) {
      result.alerts.push_back(std::move(placed.alert));
    }
    for (RuleState& state : rules_) {
      result.counters.push_back(std::move(state.counters));
    }
    return result;
  }

  const OracleInput& input_;
  const Definitions definitions_;
  std::vector<const ast::Policy*> policies_;
  std::vector<RuleState> rules_;  // by name
  std::vector<Budget> policy_budgets_[2];  // [has `when`]
  std::vector<Placed> alerts_;
  int64_t identities_ = 0;
};

}  // namespace

OracleResult RunOracle(const OracleInput& input) {
  return Interpreter(input).Run();
}

}  // namespace mqwarden::oracle
