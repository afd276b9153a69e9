#include "mqwarden/engine/windowed_rule.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/key_window.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {

WindowedRule::WindowedRule(uint32_t rule_index, const Shared& shared,
                           RuleStats* stats)
    : rule_(*shared.plan->rules()[rule_index]),
      rule_index_(rule_index),
      shared_(shared),
      length_(rule_.window->length.count()),
      stats_(stats),
      shape_(ShapeOf(rule_, shared.plan->pool(), shared.options->window_events,
                     shared.evaluator)),
      layout_(rule_, shared.plan->pool(), shape_.entries, shape_.at_least_only),
      no_events_(layout_),
      has_each_(EachKeys::HasEach(rule_.by)),
      keys_(rule_, shape_, layout_, *shared.options, shared.state_share, stats),
      reader_(layout_, shared.evaluator, shared.image),
      each_keys_(shared.evaluator),
      aggregates_(rule_.aggregates.size()) {}

void WindowedRule::OnEvent(const Event& event, const Router::Key& key) {
  KeySlot* const slot = keys_.Get(key.bytes, key.hash, event.Int(FieldId::kTime));
  if (shape_.is_ring) {
    RingWindow window(shape_, keys_.RingOf(slot), &aggregates_);
    HandleEvent(event, slot, nullptr, &window);
    return;
  }
  if (shape_.is_pane) {
    OnPaneEvent(event, slot);
    if (keys_.is_limited()) {
      keys_.WeighAndMakeRoom(slot, event.Int(FieldId::kTime));
    }
    return;
  }
  DequeState* const state = RuleKeys::DequeOf(slot);
  DequeWindow window(rule_, shape_, &state->deque, shared_.evaluator,
                     &aggregates_);
  HandleEvent(event, slot, state, &window);
  if (keys_.is_limited()) {
    keys_.WeighAndMakeRoom(slot, event.Int(FieldId::kTime));
  }
}

void WindowedRule::OnTimer(const Timer& timer) {
  if (shape_.is_pane) {
    OnPaneTimer(timer);
    return;
  }
  KeySlot* const slot = timer.slot;
  if (!slot->in_use || slot->generation != timer.generation) return;
  if (shape_.is_ring) {
    RingWindow window(shape_, keys_.RingOf(slot), &aggregates_);
    HandleTimer(timer.deadline, slot, &window);
    return;
  }
  DequeWindow window(rule_, shape_, &RuleKeys::DequeOf(slot)->deque,
                     shared_.evaluator, &aggregates_);
  HandleTimer(timer.deadline, slot, &window);
  if (keys_.is_limited()) keys_.Weigh(slot);
}

template <typename Window>
void WindowedRule::HandleEvent(const Event& event, KeySlot* slot,
                               DequeState* deque, Window* window) {
  const int64_t t = event.Int(FieldId::kTime);
  const int64_t cutoff = SaturatingSub(t, length_);
  // Where the rule resolves, timers have done this.
  int64_t closed_at = 0;
  if (slot->open != nullptr && !rule_.resolve &&
      TurnsFalse(SaturatingSub(t, 1), window, &closed_at)) {
    Close(slot, event, closed_at, window);
  }

  window->LeaveBefore(cutoff, t);
  if (slot->disarmed && window->Rearms()) slot->disarmed = 0;

  window->LeaveThrough(cutoff);
  const bool was_saturated = window->saturated();
  window->Add(EntryOf(event));
  if (window->saturated() && !was_saturated) ++stats_->keys_saturated;

  const bool holds = window->WhenHolds();
  if (holds && Fires(slot, deque, t)) {
    if (rule_.window->refire == RefireKind::kRise) slot->disarmed = 1;
    if (rule_.window->refire == RefireKind::kEvery) {
      deque->has_fired = true;
      deque->fired = t;
    }
    Fire(event, slot, window);
    return;
  }
  if (slot->open == nullptr) return;
  if (holds) {
    Continue(event, slot, window);
  } else if (!window->saturated()) {
    Close(slot, event, t, window);
  }
}

template <typename Window>
void WindowedRule::HandleTimer(int64_t deadline, KeySlot* slot,
                               Window* window) {
  slot->has_timer = 0;
  if (slot->open == nullptr) return;
  int64_t closed_at = 0;
  if (!TurnsFalse(deadline, window, &closed_at)) {
    SetTimer(slot, window);
    return;
  }
  StandOn(slot->open->last_event, slot);
  Close(slot, last_event_, closed_at, window);
}

bool WindowedRule::Fires(const KeySlot* slot, const DequeState* deque,
                         int64_t t) const {
  switch (rule_.window->refire) {
    case RefireKind::kRise:
      return !slot->disarmed;
    case RefireKind::kEvery:
      return !deque->has_fired ||
             deque->fired <= SaturatingSub(t, rule_.window->every.count());
    case RefireKind::kEach:
    case RefireKind::kReset:
      break;
  }
  return true;
}

template <typename Window>
void WindowedRule::Fire(const Event& event, KeySlot* slot, Window* window) {
  const int64_t t = event.Int(FieldId::kTime);
  Firing firing = FiringOf(slot, event, t, window);
  firing.severity = Escalated(shared_.silence->SeverityOf(firing), window);
  const bool empties = rule_.window->refire == RefireKind::kReset;
  if (!shape_.tracks_open) {
    shared_.silence->Open(firing);
    if (empties) window->Clear();
    return;
  }
  const Hash128 id = shared_.builder->IdOf(rule_, firing.key, event);
  const Silence::Outcome outcome = shared_.silence->Open(firing, id);
  if (slot->open == nullptr) slot->open = new OpenAlert();
  OpenAlert& open = *slot->open;
  open.id = id;
  open.severity = firing.severity;
  open.told_severity = firing.severity;
  open.sent = outcome == Silence::Outcome::kSent;
  open.muted = outcome == Silence::Outcome::kMuted;
  if (empties) {
    window->Clear();
    Close(slot, event, t, window);
    return;
  }
  if (!rule_.resolve) return;
  open.last_event.clear();
  EncodeEvent(event, &open.last_event);
  SetTimer(slot, window);
}

template <typename Window>
void WindowedRule::Continue(const Event& event, KeySlot* slot,
                            Window* window) {
  OpenAlert& open = *slot->open;
  if (rule_.resolve) {
    open.last_event.clear();
    EncodeEvent(event, &open.last_event);
  }
  const Severity before = open.severity;
  open.severity = Escalated(before, window);
  const bool is_raise = open.severity > before;
  if (!open.muted && open.severity <= open.told_severity) return;

  Firing firing =
      FiringOf(slot, event, event.Int(FieldId::kTime), window);
  firing.severity = open.severity;
  const std::string* const reason = shared_.silence->MuteReason(firing);
  if (reason != nullptr) {
    // Recorded where it is news; told when the mute has ended.
    if (is_raise) shared_.silence->Update(firing, open.id, reason, is_raise);
    return;
  }
  if (open.muted) {
    open.muted = false;
    if (shared_.silence->OpenAfterMute(firing, open.id, is_raise)) {
      open.sent = true;
      open.told_severity = open.severity;
      return;
    }
  }
  if (open.severity <= open.told_severity) return;
  shared_.silence->Update(firing, open.id, nullptr, is_raise);
  open.sent = true;
  open.told_severity = open.severity;
}

template <typename Window>
void WindowedRule::Close(KeySlot* slot, const Event& event, int64_t t,
                         Window* window) {
  if (rule_.resolve) {
    Firing firing = FiringOf(slot, event, t, window);
    firing.severity = slot->open->severity;
    shared_.silence->Resolved(firing, slot->open->id, slot->open->sent);
  }
  delete slot->open;
  slot->open = nullptr;
}

template <typename Window>
bool WindowedRule::TurnsFalse(int64_t through, Window* window,
                              int64_t* at) const {
  int64_t leaving = 0;
  while (window->NextToLeave(&leaving)) {
    *at = SaturatingAdd(leaving, length_);
    if (*at > through) return false;
    window->LeaveThrough(leaving);
    if (!window->saturated() && !window->WhenHolds()) return true;
  }
  return false;
}

template <typename Window>
Firing WindowedRule::FiringOf(const KeySlot* slot, const Event& event,
                              int64_t t, Window* window) {
  Firing firing;
  firing.rule_index = rule_index_;
  firing.rule = &rule_;
  firing.key = slot->key();
  firing.event = &event;
  firing.time = TimeOf(t);
  firing.window = window->View();
  firing.state_evicted = keys_.WasEvicted(slot->key());
  return firing;
}

template <typename Window>
Severity WindowedRule::Escalated(Severity severity, Window* window) const {
  for (size_t i = 0; i < rule_.escalations.size(); ++i) {
    if (rule_.escalations[i].severity > severity &&
        window->EscalationHolds(i)) {
      severity = rule_.escalations[i].severity;
    }
  }
  return severity;
}

template <typename Window>
void WindowedRule::SetTimer(KeySlot* slot, Window* window) {
  int64_t leaving = 0;
  if (slot->has_timer || !window->NextToLeave(&leaving)) return;
  slot->has_timer = 1;
  shared_.timers->Add({.deadline = SaturatingAdd(leaving, length_),
                       .rule = rule_index_,
                       .slot = slot,
                       .generation = slot->generation});
}

const WindowEntry& WindowedRule::EntryOf(const Event& event) {
  const int64_t t = event.Int(FieldId::kTime);
  if (!shape_.is_ring) return reader_.Read(t);
  ring_entry_.time = t;
  return ring_entry_;
}

void WindowedRule::StandOn(std::string_view bytes, const KeySlot* slot) {
  const bool decoded = DecodeEvent(bytes, &last_event_);
  MQWARDEN_CHECK(decoded, "the last event that a key keeps can be read");
  shared_.evaluator->SetEvent(&last_event_);
  if (has_each_) each_keys_.Select(rule_.by, slot->key());
}

// What windowed_rule_panes.cc uses.
template Firing WindowedRule::FiringOf(const KeySlot*, const Event&, int64_t,
                                       PaneWindow*);
template Severity WindowedRule::Escalated(Severity, PaneWindow*) const;
template void WindowedRule::Close(KeySlot*, const Event&, int64_t, PaneWindow*);

}  // namespace mqwarden
