// A rule with `when`: its keys, and what each event and each deadline makes of
// them. One event of a key, at t, is handled in two moments:
//
//   1. Events before t - D leave. If the condition is false now, the key is
//      armed (with `rise below A`: if the rearm condition is false).
//   2. Events at exactly t - D leave and the event is added, together. If the
//      condition is true now, `refire` decides whether the rule fires.
//
// What has left stays out: of two events at t the second finds, in its first
// moment, the window as the first one left it.
//
// An alert is open from firing until its condition turns false, by an event that
// comes or by one that leaves, at e + D for an event e. With `resolve` timers
// come at these instants, after the events of the instant; without it nobody
// sees them, and the next event of the key catches up.
#ifndef MQWARDEN_ENGINE_WINDOWED_RULE_H_
#define MQWARDEN_ENGINE_WINDOWED_RULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/window_shape.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class WindowedRule {
 public:
  // What the rules of an engine share. All outlive them.
  struct Shared {
    const Plan* plan;
    const EngineOptions* options;
    Evaluator* evaluator;
    AlertBuilder* builder;
    Silence* silence;
    TimerHeap* timers;
    EventImage* image;
  };

  WindowedRule(uint32_t rule_index, const Shared& shared, RuleStats* stats);

  // The evaluator and the image stand on `event`, which is not late. All timers
  // before its time have been handled. `key` is complete.
  void OnEvent(const Event& event, const Router::Key& key);
  void OnTimer(const Timer& timer);
  int64_t CountLiveKeys(int64_t t) const { return keys_.CountLive(t); }

 private:
  template <typename Window>
  void HandleEvent(const Event& event, KeySlot* slot, DequeState* deque,
                   Window* window);
  template <typename Window>
  void HandleTimer(int64_t deadline, KeySlot* slot, Window* window);

  // Whether a true condition fires now.
  bool Fires(const KeySlot* slot, const DequeState* deque, int64_t t) const;
  template <typename Window>
  void Fire(const Event& event, KeySlot* slot, Window* window);
  // An alert stays open at an event that did not fire.
  template <typename Window>
  void Continue(const Event& event, KeySlot* slot, Window* window);
  // The condition of an open alert has turned false.
  template <typename Window>
  void Close(KeySlot* slot, const Event& event, int64_t t, Window* window);

  // Lets the events of an open alert leave one instant after the other, up to
  // `through`. True when the condition has turned false, at `*at`.
  template <typename Window>
  bool TurnsFalse(int64_t through, Window* window, int64_t* at) const;
  template <typename Window>
  Firing FiringOf(const KeySlot* slot, const Event& event, int64_t t,
                  Window* window);
  // The highest of `severity` and the escalations that hold.
  template <typename Window>
  Severity Escalated(Severity severity, Window* window) const;
  template <typename Window>
  void SetTimer(KeySlot* slot, Window* window);
  const EventDeque::NewEntry& EntryOf(const Event& event);

  const RulePlan& rule_;
  const uint32_t rule_index_;
  const Shared shared_;
  const int64_t length_;
  RuleStats* const stats_;
  const WindowShape shape_;
  const DequeLayout layout_;

  RuleKeys keys_;
  std::vector<int64_t> aggregates_;  // scratch, as RulePlan::aggregates
  std::vector<std::string> tuples_;  // scratch: of each distinct()
  std::vector<Value> values_;        // scratch: of each set()
  EventDeque::NewEntry entry_;       // scratch
  Event last_event_;                 // scratch: decoded for `resolved`
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOWED_RULE_H_
