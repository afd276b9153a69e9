// Boundary cases of the forms of `when` that have no aggregate: sequences, `new`,
// `rare` and `absent`.
#include <algorithm>
#include <deque>
#include <utility>

#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/boundary_bench.h"

namespace mqwarden {
namespace {

constexpr Duration kTick(1);

class SequenceCases {
 public:
  explicit SequenceCases(BoundaryBench* bench)
      : bench_(*bench),
        plan_(*bench->rule().sequence),
        length_(FormatDuration(plan_.length)) {}

  std::optional<BoundaryFiring> Derive() {
    if (!MakeSteps()) return std::nullopt;
    const bool waits = plan_.steps.back().missing;
    if (waits) {
      Try("threshold", "all steps, and no answer within " + length_ + ", fire once",
          Spread(), 1, plan_.length);
      Try("window", "1ns before " + length_ + " nothing has fired yet", Spread(),
          0, plan_.length - kTick);
      if (forbidden_ != nullptr) {
        std::vector<TimedEvent> answered = Spread();
        answered.push_back({forbidden_, At(plan_.length - kTick)});
        Try("window", "an answer 1ns before " + length_ + " is up: it does not fire",
            answered, 0, plan_.length);
      }
    } else {
      Try("threshold", "all steps in order fire once", Spread(), 1, {});
    }
    OneLess(waits ? plan_.length : Duration::zero());
    if (!waits && all_.size() > 1) {
      Try("window",
          "the first event 1ns less than " + length_ +
              " before the others: it fires once",
          Split(plan_.length - kTick), 1, {});
      Try("window",
          "the first event exactly " + length_ +
              " before the others: it does not fire",
          Split(plan_.length), 0, {});
    }
    if (all_.size() > 1) Groups(waits ? plan_.length : Duration::zero());
    BoundaryFiring firing;
    firing.events = Spread();
    firing.wishes = bench_.Counted();
    firing.kinds = 0;  // steps differ: no mute is put on one event of them
    firing.again_at_once = !waits;
    firing.drains = SaturatingAdd(plan_.length, plan_.length);
    firing.by_time = waits;
    firing.decided_after = plan_.length;
    return firing;
  }

 private:
  Time At(Duration later) const { return SaturatingAdd(start_, later); }

  // An example of each step, with the key of the first and the values that it
  // reads of earlier ones.
  bool MakeSteps() {
    const RulePlan& rule = bench_.rule();
    captured_.resize(plan_.captures.size());
    start_ = bench_.start();
    for (size_t i = 0; i < plan_.steps.size(); ++i) {
      const SequenceStep& step = plan_.steps[i];
      EventWishes wishes = bench_.Counted();
      wishes.conditions.push_back({step.where, true});
      if (step.where == kNoExpr) wishes.conditions.pop_back();
      // What later steps compare with must be there.
      for (const CapturePlan& capture : plan_.captures) {
        if (capture.step == i && capture.joins) {
          wishes.present.push_back(capture.expr);
        }
      }
      for (const OwnedValue& value : captured_) {
        wishes.step_values.push_back(value.view());
      }
      if (!all_.empty()) {
        for (size_t part = 0; part < rule.by.size(); ++part) {
          wishes.equal.push_back({rule.by[part].expr, keys_[part]});
        }
      }
      ExamplePtr event = bench_.Find(wishes, step.kinds, start_);
      if (event == nullptr && !step.missing) {
        bench_.NotDerived("threshold", "all steps",
                          "no example is found of an event of step " +
                              std::to_string(i + 1));
        return false;
      }
      if (step.missing) {
        if (i + 1 == plan_.steps.size()) forbidden_ = event;
        continue;
      }
      if (all_.size() + static_cast<size_t>(step.count) >
          static_cast<size_t>(kMaxBoundaryEvents)) {
        bench_.NotDerived("threshold", "all steps",
                          "they take more than " +
                              EventsText(kMaxBoundaryEvents));
        return false;
      }
      if (all_.empty()) {
        for (const KeyPart& part : rule.by) {
          keys_.push_back(bench_.examples().ValueOf(*event, part.expr));
        }
      }
      for (size_t c = 0; c < plan_.captures.size(); ++c) {
        if (plan_.captures[c].step != i) continue;
        captured_[c] =
            bench_.examples().ValueOf(*event, plan_.captures[c].expr);
      }
      first_of_step_.push_back(all_.size());
      all_.insert(all_.end(), static_cast<size_t>(step.count), event);
      wishes_.insert(wishes_.end(), static_cast<size_t>(step.count), wishes);
      counts_.push_back(step.count);
      labels_.push_back(step.label.empty() ? "step " + std::to_string(i + 1)
                                           : "step " + step.label);
    }
    return true;
  }

  std::vector<TimedEvent> Spread() const {
    const int64_t step = std::min<int64_t>(
        plan_.length.count() / 4 / static_cast<int64_t>(all_.size()),
        int64_t{1'000'000'000});
    std::vector<TimedEvent> timed;
    for (size_t i = 0; i < all_.size(); ++i) {
      timed.push_back({all_[i], At(Duration(step * static_cast<int64_t>(i)))});
    }
    return timed;
  }
  std::vector<TimedEvent> Split(Duration later) const {
    std::vector<TimedEvent> timed;
    for (const ExamplePtr& event : all_) {
      timed.push_back({event, timed.empty() ? start_ : At(later)});
    }
    return timed;
  }

  void Try(std::string_view part, std::string name,
           const std::vector<TimedEvent>& events, int64_t fired,
           Duration decided) {
    for (size_t i = 0; i < std::min(events.size(), wishes_.size()); ++i) {
      if (events.size() < all_.size()) break;
      if (!bench_.AllHold({events[i]}, wishes_[i])) {
        return bench_.NotDerived(part, std::move(name),
                                 "at these times a step matches no such event");
      }
    }
    BoundaryBench::Form form;
    if (decided > Duration::zero()) form.advance_to = At(decided);
    bench_.ExpectFired(part, std::move(name), events, fired, form);
  }

  void OneLess(Duration decided) {
    for (size_t i = 0; i < counts_.size(); ++i) {
      std::vector<TimedEvent> events = Spread();
      events.erase(events.begin() +
                   static_cast<std::ptrdiff_t>(first_of_step_[i]));
      Try("threshold",
          counts_[i] == 1
              ? "without " + labels_[i] + " it does not fire"
              : "with " + std::to_string(counts_[i] - 1) + " of " +
                    std::to_string(counts_[i]) + " events of " + labels_[i] +
                    " it does not fire",
          events, 0, decided);
    }
  }

  void Groups(Duration decided) {
    const auto& by = bench_.rule().by;
    if (by.empty()) {
      return bench_.NotDerived("group", "two groups", "the rule has no `by`");
    }
    for (const KeyPart& part : by) {
      const std::string name =
          "the first event of another " + part.name + ": it does not fire";
      // The first step reads nothing of others.
      const auto values =
          bench_.examples().Variants(*all_[0], part.expr, wishes_[0], 2);
      ExamplePtr other;
      if (values.size() == 2) {
        other = bench_.examples().With(*all_[0], part.expr, values[1].view(),
                                       wishes_[0]);
      }
      if (other == nullptr) {
        bench_.NotDerived("group", name, "no other value is found");
        continue;
      }
      const ExamplePtr first = std::exchange(all_[0], other);
      Try("group", name, Spread(), 0, decided);
      all_[0] = first;
    }
  }

  BoundaryBench& bench_;
  const SequencePlan& plan_;
  const std::string length_;
  Time start_;
  std::vector<ExamplePtr> all_;       // of one match
  std::vector<EventWishes> wishes_;   // as all_
  std::deque<OwnedValue> captured_;   // as captures; views of it stand in wishes
  std::vector<OwnedValue> keys_;      // as `by`
  ExamplePtr forbidden_;              // of a last `missing`
  std::vector<size_t> first_of_step_;  // in all_; these three as steps that are
  std::vector<int64_t> counts_;        // not `missing`
  std::vector<std::string> labels_;
};

}  // namespace

std::optional<BoundaryFiring> DeriveSequence(BoundaryBench* bench) {
  return SequenceCases(bench).Derive();
}

std::optional<BoundaryFiring> DeriveSeen(BoundaryBench* bench) {
  const SeenPlan& seen = *bench->rule().seen;
  BoundaryFiring firing;
  firing.wishes = bench->Counted();
  firing.kinds = bench->rule().kinds;
  for (const KeyPart& part : seen.tuple) {
    if (!part.optional) firing.wishes.present.push_back(part.expr);
  }
  const ExamplePtr event = bench->Find(firing.wishes, firing.kinds);
  if (event == nullptr) {
    bench->NotDerived("threshold", "the first time",
                      "no example is found of an event that it counts");
    return std::nullopt;
  }
  const std::string length = FormatDuration(seen.length);
  const Time begin = event->time();
  // What it learns from: another tuple, long enough before.
  std::vector<TimedEvent> before;
  if (seen.learn > Duration::zero()) {
    const auto others = bench->examples().Variants(*event, seen.tuple[0].expr,
                                                   firing.wishes, 2);
    ExamplePtr other;
    if (others.size() == 2) {
      other = bench->examples().With(*event, seen.tuple[0].expr,
                                     others[1].view(), firing.wishes);
    }
    if (other == nullptr) {
      bench->NotDerived("threshold", "the first time",
                        "no other value is found to learn from");
      return std::nullopt;
    }
    before.push_back({other, SaturatingSub(begin, seen.learn)});
  }
  const auto with = [&](std::vector<TimedEvent> events) {
    events.insert(events.begin(), before.begin(), before.end());
    return events;
  };
  const auto at = [&](Duration later) {
    return TimedEvent{event, SaturatingAdd(begin, later)};
  };
  const auto again = [&](int64_t times) {
    std::vector<TimedEvent> events;
    for (int64_t i = 0; i < times; ++i) events.push_back(at(Duration(i)));
    return events;
  };
  if (seen.below > kMaxBoundaryEvents) {
    bench->NotDerived("threshold", "the threshold",
                      "it takes more than " + EventsText(kMaxBoundaryEvents));
    return std::nullopt;
  }
  const std::string n = std::to_string(seen.below);
  bench->ExpectFired("threshold", "the first " + (seen.below == 1 ? "time" : n + " times") + " it fires",
                     with(again(seen.below)), seen.below, {});
  bench->ExpectFired("threshold", "once more it does not",
                     with(again(seen.below + 1)), seen.below, {});
  std::vector<TimedEvent> edge = again(seen.below);
  for (TimedEvent& timed : edge) timed.time = begin;
  std::vector<TimedEvent> inside = edge;
  inside.push_back(at(seen.length - kTick));
  std::vector<TimedEvent> outside = edge;
  outside.push_back(at(seen.length));
  if (!bench->AllHold({inside.back()}, firing.wishes) ||
      !bench->AllHold({outside.back()}, firing.wishes)) {
    bench->NotDerived("window", "the edge of " + length,
                      "at these times the rule counts no such event");
  } else {
    bench->ExpectFired("window",
                       "1ns less than " + length + " later it is known",
                       with(inside), seen.below, {});
    bench->ExpectFired("window", "exactly " + length + " later it fires again",
                       with(outside), seen.below + 1, {});
  }
  if (!before.empty()) {
    std::vector<TimedEvent> learning = before;
    learning.push_back(at(-kTick));
    bench->ExpectFired("window",
                       "1ns before " + FormatDuration(seen.learn) +
                           " are over it still learns",
                       learning, 0, {});
  }
  firing.events = with({at(Duration::zero())});
  firing.drains = SaturatingAdd(seen.length, seen.length);
  return firing;
}

std::optional<BoundaryFiring> DeriveAbsent(BoundaryBench* bench) {
  const AbsentPlan& absent = *bench->rule().absent;
  const ExprId key = bench->rule().by[0].expr;
  const std::string length = FormatDuration(absent.length);
  if (absent.universe.empty()) {
    bench->NotDerived("threshold", "silence", "its list is empty");
    return std::nullopt;
  }
  const Time begin = bench->start();
  const auto all = static_cast<int64_t>(absent.universe.size());
  BoundaryBench::Form form;
  form.start = begin;
  form.advance_to = SaturatingAdd(begin, absent.length);
  bench->ExpectFired("threshold",
                     "silence of " + length + " fires for " +
                         (all == 1 ? "the one value" : "each of " + std::to_string(all) + " values"),
                     {}, all, form);
  BoundaryBench::Form early = form;
  early.advance_to = SaturatingSub(*form.advance_to, kTick);
  bench->ExpectFired("window", "1ns before that nothing fires", {}, 0, early);

  EventWishes wishes = bench->Counted();
  const Constant& first = absent.universe.front();
  Value value;
  if (first.type == ValueType::kExact || first.type == ValueType::kFolded) {
    value = Value::Text(first.type, first.text);
  } else if (first.type == ValueType::kIp) {
    value = Value::Ip(first.ip);
  } else {
    value = Value::Number(first.type, first.number, first.enum_type);
  }
  wishes.equal.push_back({key, OwnedValue(value)});
  const ExamplePtr event =
      bench->Find(wishes, bench->rule().kinds, *form.advance_to);
  if (event == nullptr) {
    bench->NotDerived("window", "an event at the last instant",
                      "no example is found of an event that it counts");
    return std::nullopt;
  }
  bench->ExpectFired("window",
                     "an event at exactly " + length +
                         " is in time: its value does not fire",
                     {{event, *form.advance_to}}, all - 1, form);
  return std::nullopt;  // no event fires it: mutes and limits have no example
}

}  // namespace mqwarden
