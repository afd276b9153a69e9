// The runs of the oracle: when a rule fires, one class for each kind of `when`.
// A run is told of the events that pass `on where exclude` in their order, and
// is asked what is due without an event.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_RUNS_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_RUNS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "mqwarden/tests/oracle/oracle_desk.h"

namespace mqwarden::oracle {

class Run {
 public:
  // Both outlive the run.
  Run(RuleState* state, Desk* desk) : state_(*state), desk_(*desk) {}
  virtual ~Run() = default;

  RuleState& state() { return state_; }
  const ast::Rule& rule() const { return *state_.rule; }
  const ast::When& when() const { return *state_.rule->when; }

  // The order of data: on, where, exclude; then Pass().
  void Offer(const EventPtr& event);
  // The first event of the input, of any kind.
  virtual void Begin(Time) {}
  // The first instant before `before` at which something is decided without an
  // event; asked again until there is none, with `before` never falling.
  virtual std::optional<Time> Due(Time) { return std::nullopt; }
  // Decides what is due at `t`.
  virtual void Decide(Time) {}
  virtual int64_t Undecided() const { return 0; }

 protected:
  // Counts an event without a key, and takes it once for each of its keys.
  virtual void Pass(const EventPtr& event);
  virtual void Take(const EventPtr&, const KeyTuple&) {}

  // A record of these events, of which the last is `event`.
  static Occasion OccasionOf(const EventPtr& event, const KeyTuple& tuple,
                             Time time, std::vector<EventPtr> counted);

  RuleState& state_;
  Desk& desk_;

 private:
  bool OfKind(const Event& event) const;
};

// The run of a rule, by its `when`.
std::unique_ptr<Run> MakeRun(RuleState* state, Desk* desk);

// The same for one kind each.
std::unique_ptr<Run> MakeSlidingRun(RuleState* state, Desk* desk);
std::unique_ptr<Run> MakeClosingRun(RuleState* state, Desk* desk);
std::unique_ptr<Run> MakeSeenRun(RuleState* state, Desk* desk);
std::unique_ptr<Run> MakeAbsentRun(RuleState* state, Desk* desk);
std::unique_ptr<Run> MakeSequenceRun(RuleState* state, Desk* desk);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_RUNS_H_
