// How the window of a rule is kept, decided once from its plan.
#ifndef MQWARDEN_ENGINE_WINDOW_SHAPE_H_
#define MQWARDEN_ENGINE_WINDOW_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

// A condition that is "at least k events" and nothing else has this k; kNever
// stands for one that no count makes true.
inline constexpr uint32_t kNever = 0xffffffff;

struct WindowShape {
  // A tumbling window or a session: decided at its end, and not at its events.
  bool is_pane = false;
  // A ring of the last `entries` timestamps, where the rule asks of its window
  // only "are there at least k?" and shows a count only where that is its exact
  // value:
  //   - it has no aggregate but count(), no set(), no evidence;
  //   - `when`, `rearm` and each `escalate` are "at least k" for some k <= n;
  //   - refire is `rise` or `reset`: it fires when k is crossed, so the count
  //     of an `open` is at most n; an `update` comes when its k is crossed;
  //     `resolved` has less than the k of `when`;
  //   - no mute: an alert sent when a mute has ended may count any number.
  bool is_ring = false;
  // The same for a larger n: a deque that holds n timestamps loses nothing.
  bool at_least_only = false;
  size_t entries = 0;  // n of the ring, bound of the deque or the pane
  // With is_ring: the k of each.
  uint32_t when = kNever;
  uint32_t rearm = kNever;  // as `when` where the rule has none
  std::vector<uint32_t> escalations;
  // Without it: what more events do to a condition.
  struct Trend {
    bool rises = false;      // they can only make it true
    bool reads_sum = false;  // as long as none of them is negative in a sum
  };
  Trend when_trend;
  std::vector<Trend> escalation_trends;
  // The key is armed once its window is empty. False only for `rise below` of a
  // condition that an empty window meets.
  bool empty_arms = true;
  // Whether anything depends on an alert staying open.
  bool tracks_open = false;
};

// `rule` has a window. `window_events` is the bound of the engine's options.
WindowShape ShapeOf(const RulePlan& rule, const PlanPool& pool,
                    int64_t window_events, Evaluator* evaluator);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_SHAPE_H_
