// The rules that fire when an event arrives, before its turn (Engine::Arrive): those
// without `when` that need no order.
//
// Their counts are taken back until the event has its turn, when they are added up
// and the rules are passed over. Not thread-safe.
#ifndef MQWARDEN_ENGINE_ARRIVED_RULES_H_
#define MQWARDEN_ENGINE_ARRIVED_RULES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mqwarden/engine/arrival.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/engine/stats.h"

namespace mqwarden {

class ArrivedRules {
 public:
  // All outlive the object; one runner and one of the statistics a rule.
  ArrivedRules(const Plan& plan, const std::vector<RuleRunner>& runners,
               EngineStats* stats);

  // Whether any rule fires on arrival.
  bool any() const { return any_; }
  bool FiresOnArrival(uint32_t rule) const { return fires_[rule]; }

  // Runs fire() for the rule. What it counts is kept in `*arrival` if it fired, and
  // not seen in the statistics either way.
  template <typename Fire>
  void Run(uint32_t rule, const Fire& fire, Arrival* arrival) {
    RuleStats before = Begin(rule);
    fire();
    End(rule, std::move(before), arrival);
  }

  // The event has its turn: what fired when it arrived has happened now.
  void TakeTurn(const Arrival& arrival);
  void EndTurn() {
    if (!fired_.empty()) fired_.clear();
  }
  // Whether the rule has fired at the event whose turn it is.
  bool HasFired(uint32_t rule) const {
    return !fired_.empty() &&
           std::find(fired_.begin(), fired_.end(), rule) != fired_.end();
  }

 private:
  RuleStats Begin(uint32_t rule);
  void End(uint32_t rule, RuleStats before, Arrival* arrival);

  EngineStats* const stats_;
  std::vector<bool> fires_;  // by rule
  bool any_ = false;
  std::vector<uint32_t> fired_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ARRIVED_RULES_H_
