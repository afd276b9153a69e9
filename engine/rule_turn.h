// What an event does to one rule: whether it is for it, what is counted of it, and
// where it goes: to the state of its key, or of each of its keys, or, for a rule
// without `when`, straight to an alert.
//
// The evaluator and the router stand on the event. Not thread-safe.
#ifndef MQWARDEN_ENGINE_RULE_TURN_H_
#define MQWARDEN_ENGINE_RULE_TURN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class RuleTurn {
 public:
  // All outlive the object; one runner and one of the statistics a rule. Adds the
  // labels of its `exclude` clauses to those of each.
  RuleTurn(const Plan& plan, const std::vector<RuleRunner>& runners,
           Evaluator* evaluator, Router* router, Silence* silence,
           EngineStats* stats);

  // Asks `where` and `exclude` of a rule for which the event is a candidate, and
  // goes on.
  void Ask(uint32_t rule, const Event& event, bool is_late);
  // Of a rule whose `where` the event passes: counts that. False: it is excluded,
  // by the clause `exclude`.
  bool CountMatch(uint32_t rule, bool is_excluded, size_t exclude);
  // The event counts for `key`.
  void ProcessKey(uint32_t rule, const Event& event, const Router::Key& key,
                  bool is_late);
  // The same of a rule with an `each`: once per value of it.
  void ProcessEachKey(uint32_t rule, const Event& event, bool is_late);

 private:
  // For each `exclude` the place of its label in the statistics.
  static std::vector<size_t> LabelsOf(const RulePlan& rule, RuleStats* stats);
  void FireOnEvent(uint32_t index, const RulePlan& rule, const Event& event,
                   std::string_view key);

  const Plan& plan_;
  const std::vector<RuleRunner>& runners_;
  Evaluator* const evaluator_;
  Router* const router_;
  Silence* const silence_;
  EngineStats* const stats_;
  std::vector<std::vector<size_t>> labels_;  // by rule, by exclude
  std::vector<bool> has_each_;               // by rule

  EachKeys each_keys_;
  std::vector<AggregateValue> aggregates_;  // scratch
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_TURN_H_
