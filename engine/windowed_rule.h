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
//
// A tumbling window or a session is decided by a timer at its end, after the
// events of that instant; it fires once, without arming, and what it shows is
// read from its last event. Those of one instant fire in the order of their keys.
// With `resolve` the alert ends with the key's next window in which the condition
// is false, of a tumbling one also where that is empty.
#ifndef MQWARDEN_ENGINE_WINDOWED_RULE_H_
#define MQWARDEN_ENGINE_WINDOWED_RULE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/window/entry_reader.h"
#include "mqwarden/engine/window/pane.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/engine/window_shape.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class WindowedRule {
 public:
  using Shared = RuleShared;

  WindowedRule(uint32_t rule_index, const Shared& shared, RuleStats* stats);

  // The evaluator and the image stand on `event`, which is not late. All timers
  // before its time have been handled. `key` is complete.
  void OnEvent(const Event& event, const Router::Key& key);
  void OnTimer(const Timer& timer);
  int64_t CountLiveKeys(int64_t t) const { return keys_.CountLive(t); }
  // Tumbling windows and sessions that hold an event and have not ended.
  int64_t CountUndecided() const {
    return shape_.is_pane ? keys_.CountPanes() : 0;
  }

  // The state after all that happens before `t`; some of `t` may have.
  void Save(int64_t t, ByteWriter* out) const { keys_.Save(t, out); }
  // Of a new rule. False, and then not to be used, where the bytes are of no
  // state of this rule. Its timers are added by TimerHeap::Load().
  bool Load(ByteReader* in) { return keys_.Load(in); }
  // Whether a timer would do anything, were it to come now.
  bool NeedsTimer(const Timer& timer) const {
    return timer.slot->in_use && timer.slot->generation == timer.generation &&
           (shape_.is_pane || timer.slot->open != nullptr);
  }
  // See RuleKeys.
  void PrefetchIndex(uint64_t hash) const { keys_.PrefetchIndex(hash); }
  void PrefetchSlot(uint64_t hash) const { keys_.PrefetchSlot(hash); }
  size_t StateBytes() const { return keys_.StateBytes(); }
  // The slot of a key that is there; null: it is not.
  KeySlot* FindSlot(std::string_view key) { return keys_.Find(key); }

 private:
  template <typename Window>
  void HandleEvent(const Event& event, KeySlot* slot, DequeState* deque,
                   Window* window);
  template <typename Window>
  void HandleTimer(int64_t deadline, KeySlot* slot, Window* window);

  // Tumbling windows and sessions: windowed_rule_panes.cc.
  struct EndedPane {
    KeySlot* slot;
    std::unique_ptr<PaneState::Window> window;
    std::string sort_key;
  };
  void OnPaneEvent(const Event& event, KeySlot* slot);
  void OnPaneTimer(const Timer& timer);
  int64_t EndOf(int64_t last) const;
  void AddPaneTimer(int64_t deadline, KeySlot* slot);
  std::unique_ptr<PaneState::Window> TakeEnded(int64_t deadline, KeySlot* slot);
  void FirePane(int64_t deadline, EndedPane* ended);
  void ClosePane(int64_t deadline, KeySlot* slot,
                 const PaneState::Window* window);

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
  const WindowEntry& EntryOf(const Event& event);
  // Makes the evaluator stand on an event that the key of `slot` has had.
  void StandOn(std::string_view bytes, const KeySlot* slot);

  const RulePlan& rule_;
  const uint32_t rule_index_;
  const Shared shared_;
  const int64_t length_;
  RuleStats* const stats_;
  const WindowShape shape_;
  const WindowLayout layout_;
  const Pane no_events_;
  const bool has_each_;

  RuleKeys keys_;
  EntryReader reader_;
  EachKeys each_keys_;
  std::vector<AggregateValue> aggregates_;  // scratch, as RulePlan::aggregates
  WindowEntry ring_entry_;                  // scratch: a time alone
  Event last_event_;  // scratch: decoded where time decides
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOWED_RULE_H_
