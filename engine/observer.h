// What a tool is told of the decisions of an engine: coverage of rule tests asks.
//
// The normal loop has no such hook. A condition is watched only where the plan has
// a kObserved node around it, which the compiler never makes: only a plan that a
// tool has rewritten pays for it, and only there. Silences ask for an observer
// when an alert is at stake, and not at each event.
#ifndef MQWARDEN_ENGINE_OBSERVER_H_
#define MQWARDEN_ENGINE_OBSERVER_H_

#include <cstddef>
#include <cstdint>

namespace mqwarden {

// Called on the thread of the engine, inside its calls.
class Observer {
 public:
  virtual ~Observer() = default;
  // The condition of the kObserved node `place` was decided.
  virtual void OnCondition(uint32_t place, bool holds) = 0;
  // The mute of the rule, by its place in the plan, silenced an alert.
  virtual void OnMuted(uint32_t rule, size_t mute) = 0;
  // A limit held an alert of the rule back: its own, or one of the policy's.
  virtual void OnHeld(uint32_t rule, bool is_policy, size_t limit) = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_OBSERVER_H_
