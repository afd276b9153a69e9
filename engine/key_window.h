// The kinds of window of one key behind one set of questions, for the firing of a
// rule: the state of a slot together with what its rule asks of it.
//
// They are views on a slot for the length of one call.
#ifndef MQWARDEN_ENGINE_KEY_WINDOW_H_
#define MQWARDEN_ENGINE_KEY_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/window/count_ring.h"
#include "mqwarden/engine/window/event_deque.h"
#include "mqwarden/engine/window_shape.h"

namespace mqwarden {

inline Time TimeOf(int64_t t) { return Time(Duration(t)); }

// A rule whose conditions are all "at least k events".
class RingWindow {
 public:
  // `aggregates` is scratch.
  RingWindow(const WindowShape& shape, CountRing ring,
             std::vector<AggregateValue>* aggregates)
      : shape_(shape), ring_(ring), aggregates_(aggregates) {}

  void LeaveThrough(int64_t cutoff) { cutoff_ = cutoff; }
  // Events before `cutoff` = t - D leave. What an earlier event of the instant t
  // has made leave stays out, though the ring still has it.
  void LeaveBefore(int64_t cutoff, int64_t t) {
    const bool is_first = ring_.size() == 0 || ring_.Newest(1) < t;
    cutoff_ = is_first ? SaturatingSub(cutoff, 1) : cutoff;
  }
  void Add(const WindowEntry& entry) { ring_.Add(entry.time); }
  void Clear() { ring_.Clear(); }

  bool WhenHolds() const { return AtLeast(shape_.when); }
  bool Rearms() const { return !AtLeast(shape_.rearm); }
  bool EscalationHolds(size_t i) const {
    return AtLeast(shape_.escalations[i]);
  }
  bool saturated() const { return false; }

  // Where the condition holds: the event whose leaving may make it false.
  bool NextToLeave(int64_t* time) const {
    if (shape_.when == 0) return false;
    *time = ring_.Newest(shape_.when);
    return true;
  }

  WindowView View() const {
    const uint32_t count = ring_.CountAfter(cutoff_);
    aggregates_->assign(aggregates_->size(), AggregateValue::Of(count));
    WindowView view;
    view.count = count;
    view.aggregates = *aggregates_;
    if (count > 0) {
      view.first = TimeOf(ring_.Newest(count));
      view.last = TimeOf(ring_.Newest(1));
    }
    return view;
  }

 private:
  bool AtLeast(uint32_t k) const { return ring_.AtLeast(k, cutoff_); }

  const WindowShape& shape_;
  CountRing ring_;
  std::vector<AggregateValue>* const aggregates_;
  int64_t cutoff_ = std::numeric_limits<int64_t>::min();
};

// Any other. While saturated, a condition that more events can only make truer
// goes by the lower bounds; any other is false; and nothing re-arms.
class DequeWindow {
 public:
  DequeWindow(const RulePlan& rule, const WindowShape& shape,
              EventDeque* deque, Evaluator* evaluator,
              std::vector<AggregateValue>* aggregates)
      : rule_(rule),
        shape_(shape),
        deque_(deque),
        evaluator_(evaluator),
        aggregates_(aggregates) {}

  void LeaveThrough(int64_t cutoff) { deque_->LeaveThrough(cutoff); }
  void LeaveBefore(int64_t cutoff, int64_t /*t*/) {
    deque_->LeaveThrough(SaturatingSub(cutoff, 1));
  }
  void Add(const WindowEntry& entry) { deque_->Add(entry); }
  void Clear() { deque_->Clear(); }

  bool WhenHolds() {
    return Holds(rule_.window->condition, shape_.when_trend);
  }
  bool Rearms() {
    const ExprId rearm = rule_.window->rearm;
    return !saturated() &&
           !Holds(rearm == kNoExpr ? rule_.window->condition : rearm, {});
  }
  bool EscalationHolds(size_t i) {
    return Holds(rule_.escalations[i].condition, shape_.escalation_trends[i]);
  }
  bool saturated() const { return deque_->saturated(); }

  bool NextToLeave(int64_t* time) const {
    if (deque_->empty()) return false;
    *time = deque_->next_to_leave();
    return true;
  }

  WindowView View() {
    deque_->FillAggregates(aggregates_);
    WindowView view;
    view.count = static_cast<int64_t>(deque_->size());
    view.aggregates = *aggregates_;
    view.contents = deque_;
    if (!deque_->empty()) {
      view.first = TimeOf(deque_->first());
      view.last = TimeOf(deque_->last());
    }
    return view;
  }

 private:
  bool Holds(ExprId condition, const WindowShape::Trend& trend) {
    if (saturated() &&
        (!trend.rises || (trend.reads_sum && deque_->lost_negative()))) {
      return false;
    }
    deque_->FillAggregates(aggregates_);
    return evaluator_->Condition(
        condition, {.aggregates = *aggregates_, .rule = &rule_});
  }

  const RulePlan& rule_;
  const WindowShape& shape_;
  EventDeque* const deque_;
  Evaluator* const evaluator_;
  std::vector<AggregateValue>* const aggregates_;
};

// The events of a tumbling window or a session that has ended.
class PaneWindow {
 public:
  PaneWindow(const RulePlan& rule, const WindowShape& shape, const Pane* pane,
             Evaluator* evaluator, std::vector<AggregateValue>* aggregates)
      : rule_(rule),
        shape_(shape),
        pane_(pane),
        evaluator_(evaluator),
        aggregates_(aggregates) {}

  bool WhenHolds() {
    return Holds(rule_.window->condition, shape_.when_trend);
  }
  bool EscalationHolds(size_t i) {
    return Holds(rule_.escalations[i].condition, shape_.escalation_trends[i]);
  }

  WindowView View() {
    pane_->FillAggregates(aggregates_);
    WindowView view;
    view.count = pane_->count();
    view.aggregates = *aggregates_;
    view.contents = pane_;
    if (!pane_->empty()) {
      view.first = TimeOf(pane_->first());
      view.last = TimeOf(pane_->last());
    }
    return view;
  }

 private:
  bool Holds(ExprId condition, const WindowShape::Trend& trend) {
    if (pane_->saturated() && !trend.rises) return false;
    pane_->FillAggregates(aggregates_);
    return evaluator_->Condition(
        condition, {.aggregates = *aggregates_, .rule = &rule_});
  }

  const RulePlan& rule_;
  const WindowShape& shape_;
  const Pane* const pane_;
  Evaluator* const evaluator_;
  std::vector<AggregateValue>* const aggregates_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_KEY_WINDOW_H_
