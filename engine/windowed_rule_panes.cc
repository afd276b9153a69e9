// Tumbling windows and sessions of a rule: opened by an event, decided by a timer.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/key_window.h"
#include "mqwarden/engine/windowed_rule.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

constexpr int64_t kNotLookedAt = std::numeric_limits<int64_t>::min();

}  // namespace

// When the window ends whose last event is at `last`.
int64_t WindowedRule::EndOf(int64_t last) const {
  if (rule_.window->kind == WindowKind::kSession) {
    return SaturatingAdd(last, length_);
  }
  int64_t in_window = last % length_;
  if (in_window < 0) in_window += length_;  // before the epoch
  return SaturatingAdd(last, length_ - in_window);
}

void WindowedRule::AddPaneTimer(int64_t deadline, KeySlot* slot) {
  shared_.timers->Add({.deadline = deadline,
                       .rule = rule_index_,
                       .slot = slot,
                       .generation = slot->generation});
}

// All timers before the event have come, so that a window which is over ends at
// this very instant: it waits for its timer beside the new one.
void WindowedRule::OnPaneEvent(const Event& event, KeySlot* slot) {
  const int64_t t = event.Int(FieldId::kTime);
  PaneState& state = *RuleKeys::PaneOf(slot);
  if (state.current != nullptr && EndOf(state.current->pane.last()) <= t) {
    state.ended_at = EndOf(state.current->pane.last());
    state.ended = std::move(state.current);
  }
  if (state.current == nullptr) {
    state.current = std::make_unique<PaneState::Window>(layout_);
    // The timer of a session follows its last event when it comes.
    if (rule_.window->kind == WindowKind::kTumbling || !slot->has_timer) {
      slot->has_timer = 1;
      AddPaneTimer(EndOf(t), slot);
    }
  }
  Pane& pane = state.current->pane;
  const bool was_saturated = pane.saturated();
  pane.Add(EntryOf(event));
  if (pane.saturated() && !was_saturated) ++stats_->keys_saturated;
  std::string& last_event = state.current->last_event;
  last_event.clear();
  EncodeEvent(event, &last_event);
}

// The windows that end together are decided together: those that fire do so in
// the order of their keys.
void WindowedRule::OnPaneTimer(const Timer& first) {
  std::vector<EndedPane> firing;
  Timer timer = first;
  do {
    KeySlot* const slot = timer.slot;
    if (!slot->in_use || slot->generation != timer.generation) continue;
    auto window = TakeEnded(first.deadline, slot);
    if (keys_.is_limited()) keys_.Weigh(slot);
    if (window == nullptr) {
      // A tumbling window without an event.
      if (slot->open != nullptr && slot->open->looked_at == first.deadline) {
        ClosePane(first.deadline, slot, nullptr);
      }
      continue;
    }
    shared_.evaluator->SetEvent(nullptr);
    PaneWindow view(rule_, shape_, &window->pane, shared_.evaluator,
                    &aggregates_);
    if (view.WhenHolds()) {
      // Replaced below: its own timer, which may come now as well, is void.
      if (slot->open != nullptr) slot->open->looked_at = kNotLookedAt;
      firing.push_back({slot, std::move(window), {}});
    } else if (slot->open != nullptr) {
      ClosePane(first.deadline, slot, window.get());
    }
  } while (shared_.timers->PopAlike(first, &timer));

  if (firing.size() > 1) {
    for (EndedPane& ended : firing) {
      StandOn(ended.window->last_event, ended.slot);
      std::vector<AlertField> group;
      shared_.builder->AppendGroup(rule_.by, {.rule = &rule_}, &group,
                                   &ended.sort_key);
    }
    std::sort(firing.begin(), firing.end(),
              [](const EndedPane& a, const EndedPane& b) {
                if (a.sort_key != b.sort_key) return a.sort_key < b.sort_key;
                return a.slot->key() < b.slot->key();
              });
  }
  for (EndedPane& ended : firing) FirePane(first.deadline, &ended);
}

// The window of the slot that ends at `deadline`; null where there is none.
std::unique_ptr<PaneState::Window> WindowedRule::TakeEnded(int64_t deadline,
                                                           KeySlot* slot) {
  PaneState& state = *RuleKeys::PaneOf(slot);
  std::unique_ptr<PaneState::Window> window;
  if (state.ended != nullptr && state.ended_at <= deadline) {
    window = std::move(state.ended);
  } else if (state.current != nullptr &&
             EndOf(state.current->pane.last()) <= deadline) {
    window = std::move(state.current);
  }
  if (rule_.window->kind == WindowKind::kSession) {
    slot->has_timer = state.current != nullptr;
    if (state.current != nullptr) {
      AddPaneTimer(EndOf(state.current->pane.last()), slot);
    }
  }
  return window;
}

void WindowedRule::FirePane(int64_t deadline, EndedPane* ended) {
  KeySlot* const slot = ended->slot;
  StandOn(ended->window->last_event, slot);
  PaneWindow window(rule_, shape_, &ended->window->pane, shared_.evaluator,
                    &aggregates_);
  Firing firing = FiringOf(slot, last_event_, deadline, &window);
  firing.severity = Escalated(shared_.silence->SeverityOf(firing), &window);
  const Hash128 id =
      shared_.builder->IdAt(rule_, firing.key, firing.time, last_event_);
  const Silence::Outcome outcome = shared_.silence->Open(firing, id);
  if (!rule_.resolve) return;
  if (slot->open == nullptr) slot->open = new OpenAlert();
  OpenAlert& open = *slot->open;
  open.id = id;
  open.severity = firing.severity;
  open.told_severity = firing.severity;
  open.sent = outcome == Silence::Outcome::kSent;
  open.muted = outcome == Silence::Outcome::kMuted;
  open.last_event = ended->window->last_event;
  if (rule_.window->kind == WindowKind::kTumbling) {
    open.looked_at = SaturatingAdd(deadline, length_);
    AddPaneTimer(open.looked_at, slot);
  }
}

// The open alert of the slot ends with `window`, or with one that is empty: null.
void WindowedRule::ClosePane(int64_t deadline, KeySlot* slot,
                             const PaneState::Window* window) {
  // A copy: the alert goes with Close().
  const std::string event =
      window != nullptr ? window->last_event : slot->open->last_event;
  StandOn(event, slot);
  PaneWindow view(rule_, shape_, window != nullptr ? &window->pane : &no_events_,
                  shared_.evaluator, &aggregates_);
  Close(slot, last_event_, deadline, &view);
}

}  // namespace mqwarden
