// The desk of the oracle: what becomes of a firing. Severities, mutes, limits
// and digests, the life of an open alert, the alert itself and the event that
// it is to other rules: sections 9 and 13 of the language. When a rule fires is
// said by its run; see oracle_runs.h.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_DESK_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_DESK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "mqwarden/tests/oracle/oracle.h"
#include "mqwarden/tests/oracle/oracle_expr.h"
#include "mqwarden/tests/oracle/oracle_limits.h"

namespace mqwarden::oracle {

// One rule with its counters and budgets.
struct RuleState {
  const ast::Rule* rule = nullptr;
  OracleCounters counters;
  std::vector<Budget> budgets;
  // Takes alerts: its own become no events ("one level deep").
  bool on_alert = false;
};

struct OpenAlert {
  int64_t identity = 0;
  Severity severity = Severity::kInfo;
  Severity told = Severity::kInfo;  // of its last record that was not muted
  bool sent = false;         // it or an update of it
  bool waits_muted = false;  // sent when it is no longer muted
};

// What a record speaks of.
struct Occasion {
  EventPtr event;  // the triggering event, or the last one counted
  KeyTuple tuple;
  Time time{};
  int64_t count = 0;
  std::vector<EventPtr> counted;    // in order
  Match match;                      // of a sequence
  std::vector<AlertField> seen;     // the tuple of `new` and `rare`
};

class Desk {
 public:
  Desk(const Definitions* definitions, const std::vector<EventPtr>* history);

  // A scope of the rule and an event; of what the record speaks of.
  Scope ScopeOf(const RuleState& state, const Event& event) const;
  Scope ScopeOf(const RuleState& state, const Occasion& occasion) const;

  // Whether the policy or the rule excludes the event.
  bool Excluded(const RuleState& state, const Event& event) const;

  OpenAlert Fire(RuleState* state, const Occasion& occasion);
  // A matching event of an open alert that does not fire.
  void Continue(RuleState* state, OpenAlert* open, const Occasion& occasion);
  // Sends what was muted, at an instant at which it no longer is.
  void SendAfterMute(RuleState* state, OpenAlert* open,
                     const Occasion& occasion);
  // The condition of the alert turned false.
  void Close(RuleState* state, const OpenAlert& open, const Occasion& occasion);
  bool Muted(const RuleState& state, const Occasion& occasion,
             Severity severity) const;
  // The mutes that apply to the rule, those of the policy first.
  std::vector<const ast::Mute*> MutesOf(const RuleState& state) const;

  // The digests that are due up to the watermark.
  void Digest(RuleState* state, Time watermark);

  // The events that the firings since the last call became.
  std::vector<EventPtr> TakeEvents();
  // All records, in the order of output.
  std::vector<OracleAlert> Alerts();

 private:
  // An alert and what its place in the output depends on.
  struct Placed {
    OracleAlert alert;
    int limit = -1;  // of a digest
    Key key;
  };

  Severity FirstSeverity(const RuleState& state, const Occasion& occasion) const;
  Severity Escalated(const RuleState& state, const Occasion& occasion) const;
  bool Passes(RuleState* state, const Occasion& occasion, OracleAlert* alert);
  OracleAlert Build(const RuleState& state, const Occasion& occasion,
                    AlertState alert_state, const OpenAlert& open) const;
  void Emit(const Occasion& occasion, OracleAlert alert) {
    alerts_.push_back({std::move(alert), -1, occasion.tuple.key});
  }
  void BecomesEvent(const RuleState& state, const Occasion& occasion,
                    const OracleAlert& alert, bool held);

  const Definitions& definitions_;
  const std::vector<EventPtr>& history_;
  std::vector<Budget> policy_budgets_[2];  // [has `when`]
  std::vector<Placed> alerts_;
  std::vector<EventPtr> events_;
  int64_t identities_ = 0;
};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_DESK_H_
