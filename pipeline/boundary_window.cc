// Boundary cases of `when CONDITION in D`: trailing, tumbling and sessions; and of
// rules without `when`.
#include <algorithm>
#include <utility>

#include "mqwarden/pipeline/boundary_bench.h"
#include "mqwarden/pipeline/boundary_recipe.h"

namespace mqwarden {
namespace {

constexpr Duration kTick(1);
constexpr Duration kSecond = std::chrono::seconds(1);

class WindowCases {
 public:
  explicit WindowCases(BoundaryBench* bench)
      : bench_(*bench),
        window_(*bench->rule().window),
        length_(FormatDuration(window_.length)) {}

  std::optional<BoundaryFiring> Derive() {
    recipe_ = RecipeOf(bench_.pool(), bench_.rule(), window_.condition);
    if (recipe_.events > kMaxBoundaryEvents) {
      bench_.NotDerived("threshold", "the threshold",
                        "it takes more than " +
                            EventsText(kMaxBoundaryEvents));
      return std::nullopt;
    }
    wishes_ = bench_.Counted();
    const auto append = [](auto* to, const auto& from) {
      to->insert(to->end(), from.begin(), from.end());
    };
    append(&wishes_.conditions, recipe_.conditions);
    append(&wishes_.equal, recipe_.equal);
    append(&wishes_.present, recipe_.present);
    base_ = bench_.Find(wishes_, bench_.rule().kinds);
    if (base_ == nullptr) {
      bench_.NotDerived("threshold", "the threshold",
                        "no example is found of an event that it counts");
      return std::nullopt;
    }
    start_ = base_->time();
    if (window_.kind == WindowKind::kTumbling) AlignStart();
    if (recipe_.events == 0 && !CountByRunning()) return std::nullopt;
    if (!MakeEvents()) return std::nullopt;
    Threshold();
    if (n_ > 1) {
      Edges();
      Groups();
    }
    BoundaryFiring firing;
    firing.events = Spread(n_, step());
    firing.wishes = wishes_;
    firing.kinds = bench_.rule().kinds;
    firing.drains = SaturatingAdd(window_.length, window_.length);
    firing.by_time = is_pane();
    firing.decided_after = firing.drains;
    return firing;
  }

 private:
  bool is_pane() const { return window_.kind != WindowKind::kSliding; }

  // The first whole window after the time that the example needs.
  void AlignStart() {
    const int64_t length = window_.length.count();
    const int64_t t = start_.time_since_epoch().count();
    const int64_t past = t % length;
    start_ = SaturatingAdd(start_, Duration(past == 0 ? 0 : length - past));
  }

  // All events of a firing lie in a quarter of the window.
  Duration step() const {
    const int64_t quarter = window_.length.count() / 4;
    const int64_t most = quarter / std::max<int64_t>(1, n_);
    return Duration(std::clamp<int64_t>(most, 0, kSecond.count()));
  }

  // A condition that is not read: where it fires first is taken for the
  // threshold, and the other cases go by that.
  bool CountByRunning() {
    if (is_pane()) {
      bench_.NotDerived("threshold", "the threshold",
                        "its condition is more than aggregates compared with "
                        "whole numbers");
      return false;
    }
    events_.assign(static_cast<size_t>(kMaxBoundaryEvents), base_);
    n_ = kMaxBoundaryEvents;
    const auto first = bench_.FirstFiring(Spread(n_, step()));
    if (!first.has_value()) {
      bench_.NotDerived("threshold", "the threshold",
                        "no number of equal events makes it fire, and its "
                        "condition is more than aggregates compared with whole "
                        "numbers");
      return false;
    }
    recipe_.events = static_cast<int64_t>(*first) + 1;
    return true;
  }

  bool MakeEvents() {
    n_ = recipe_.events;
    events_.assign(static_cast<size_t>(n_), base_);
    for (const auto& [id, count] : recipe_.distinct) {
      const auto values = bench_.examples().Variants(
          *base_, id, wishes_, static_cast<size_t>(count));
      if (static_cast<int64_t>(values.size()) < count) {
        bench_.NotDerived("threshold", "the threshold",
                          "not enough different values are found");
        return false;
      }
      for (size_t i = 0; i < events_.size(); ++i) {
        const size_t which = i % values.size();
        if (which == 0) continue;
        ExamplePtr changed = bench_.examples().With(
            *events_[i], id, values[which].view(), wishes_);
        if (changed == nullptr) {
          bench_.NotDerived("threshold", "the threshold",
                            "not enough different values are found");
          return false;
        }
        events_[i] = std::move(changed);
      }
    }
    return true;
  }

  // The first `count` events, so far apart.
  std::vector<TimedEvent> Spread(int64_t count, Duration apart) const {
    std::vector<TimedEvent> timed;
    for (int64_t i = 0; i < count; ++i) {
      timed.push_back({events_[static_cast<size_t>(i)],
                       SaturatingAdd(start_, Duration(apart.count() * i))});
    }
    return timed;
  }

  // The first at the start, all others so much later.
  std::vector<TimedEvent> Split(Duration later) const {
    std::vector<TimedEvent> timed;
    for (const ExamplePtr& event : events_) {
      timed.push_back({event, timed.empty() ? start_
                                            : SaturatingAdd(start_, later)});
    }
    return timed;
  }

  void Try(std::string_view part, std::string name,
           std::vector<TimedEvent> events, int64_t fired) {
    EventWishes at_time = wishes_;
    // What makes events differ is their own affair; times are what is moved.
    if (!bench_.AllHold(events, at_time)) {
      return bench_.NotDerived(part, std::move(name),
                               "at these times the rule counts no such event");
    }
    BoundaryBench::Form form;
    if (is_pane() && !events.empty()) {
      form.advance_to = SaturatingAdd(
          SaturatingAdd(events.back().time, window_.length), window_.length);
    }
    bench_.ExpectFired(part, std::move(name), std::move(events), fired, form);
  }

  void Threshold() {
    if (n_ > 1) {
      Try("threshold",
          EventsText(n_ - 1) + " in " + length_ +
              (n_ == 2 ? " does not fire" : " do not fire"),
          Spread(n_ - 1, step()), 0);
    }
    Try("threshold", EventsText(n_) + " in " + length_ +
                         (n_ == 1 ? " fires" : " fire once"),
        Spread(n_, step()), 1);
  }

  void Edges() {
    const std::string many = EventsText(n_);
    switch (window_.kind) {
      case WindowKind::kSliding:
        Try("window", many + ", the first 1ns less than " + length_ +
                          " before the others, fire once",
            Split(window_.length - kTick), 1);
        Try("window",
            many + ", the first exactly " + length_ +
                " before the others, do not fire",
            Split(window_.length), 0);
        return;
      case WindowKind::kTumbling:
        Try("window", many + " from the first to the last instant of a window "
                             "fire once",
            Split(window_.length - kTick), 1);
        Try("window", many + ", all but the first in the next window, do not "
                             "fire",
            Split(window_.length), 0);
        return;
      case WindowKind::kSession:
        Try("window", many + ", the first 1ns less than " + length_ +
                          " before the others, fire once",
            Split(window_.length - kTick), 1);
        Try("window",
            many + ", the first exactly " + length_ +
                " before the others, are two sessions and do not fire",
            Split(window_.length), 0);
        return;
    }
  }

  void Groups() {
    const auto& by = bench_.rule().by;
    if (by.empty()) {
      return bench_.NotDerived("group", "two groups", "the rule has no `by`");
    }
    for (const KeyPart& part : by) {
      const std::string name = EventsText(n_) + ", one of them of another " +
                               part.name + ", do not fire";
      const auto values =
          bench_.examples().Variants(*base_, part.expr, wishes_, 2);
      ExamplePtr other;
      if (values.size() == 2) {
        other = bench_.examples().With(*events_.back(), part.expr,
                                       values[1].view(), wishes_);
      }
      if (other == nullptr) {
        bench_.NotDerived("group", name, "no other value is found");
        continue;
      }
      const ExamplePtr last = std::exchange(events_.back(), other);
      Try("group", name, Spread(n_, step()), 0);
      events_.back() = last;
    }
  }

  BoundaryBench& bench_;
  const WindowPlan& window_;
  const std::string length_;
  BoundaryRecipe recipe_;
  EventWishes wishes_;
  ExamplePtr base_;
  Time start_;
  int64_t n_ = 0;
  std::vector<ExamplePtr> events_;  // of the least firing
};

}  // namespace

std::optional<BoundaryFiring> DeriveWindow(BoundaryBench* bench) {
  return WindowCases(bench).Derive();
}

std::optional<BoundaryFiring> DeriveEach(BoundaryBench* bench) {
  BoundaryFiring firing;
  firing.wishes = bench->Counted();
  firing.kinds = bench->rule().kinds;
  const ExamplePtr event = bench->Find(firing.wishes, firing.kinds);
  if (event == nullptr) {
    bench->NotDerived("threshold", "one event",
                      "no example is found of an event that it matches");
    return std::nullopt;
  }
  firing.events = {{event, event->time()}};
  firing.again_at_once = true;
  bench->ExpectFired("threshold", "1 event fires", firing.events, 1, {});
  return firing;
}

}  // namespace mqwarden
