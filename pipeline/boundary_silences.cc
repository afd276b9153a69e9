// Boundary cases of excludes, mutes and limits: around the events of one firing.
#include <algorithm>
#include <utility>

#include "mqwarden/pipeline/boundary_bench.h"

namespace mqwarden {
namespace {

constexpr Duration kTick(1);
constexpr int64_t kMaxRounds = 100;

class SilenceCases {
 public:
  SilenceCases(const BoundaryFiring& firing, BoundaryBench* bench)
      : firing_(firing), bench_(*bench) {}

  void Derive() {
    int number = 0;
    for (const ExcludePlan& exclude : bench_.rule().excludes) {
      ++number;
      Exclude(exclude, exclude.label.empty()
                           ? "exclude " + std::to_string(number)
                           : "exclude " + exclude.label);
    }
    number = 0;
    for (const MutePlan& mute : bench_.rule().mutes) {
      Mute(mute, "mute " + std::to_string(++number));
    }
    number = 0;
    for (const LimitPlan& limit : bench_.rule().limits) {
      Limit(limit, "limit " + std::to_string(++number));
    }
    number = 0;
    for (const LimitPlan& limit : bench_.plan().policy_limits()) {
      Limit(limit, "limit " + std::to_string(++number) + " of the policy");
    }
  }

 private:
  BoundaryBench::Form FormFor(const std::vector<TimedEvent>& events) const {
    BoundaryBench::Form form;
    if (firing_.by_time) {
      Time last = events.front().time;
      for (const TimedEvent& event : events) last = std::max(last, event.time);
      form.advance_to = SaturatingAdd(last, firing_.decided_after);
    }
    return form;
  }

  void Exclude(const ExcludePlan& exclude, const std::string& clause) {
    const std::string name = clause + ": an event that it leaves out is not counted";
    EventWishes wishes = firing_.wishes;
    for (auto& condition : wishes.conditions) {
      if (condition.id == exclude.condition) condition.holds = true;
    }
    const TimedEvent& first = firing_.events.back();
    const ExamplePtr excluded = bench_.examples().Make(
        *first.event, wishes, /*keep_time=*/false);
    if (excluded == nullptr || firing_.kinds == 0) {
      return bench_.NotDerived("exclude", name,
                               "no example is found of an event that it leaves "
                               "out and `where` does not");
    }
    std::vector<TimedEvent> events = firing_.events;
    events.back().event = excluded;
    if (!bench_.AllHold({events.back()}, wishes)) {
      return bench_.NotDerived("exclude", name,
                               "at these times it leaves out no such event");
    }
    const auto stats = bench_.Run(events, FormFor(events));
    if (!stats.has_value()) return;
    bench_.Expect("exclude", name, stats->excluded == 1 && stats->fired == 0,
                  "it is left out " + std::to_string(stats->excluded) +
                      " times, and the rule fires " +
                      std::to_string(stats->fired) + " times");
  }

  // The events of a firing, the last of which also fulfils a wish, with all of
  // them so that they are in time for it.
  std::optional<std::vector<TimedEvent>> Muted(const MutePlan& mute, bool muted) {
    std::vector<TimedEvent> events = firing_.events;
    if (mute.until.has_value()) {
      const Time last = muted ? SaturatingSub(*mute.until, kTick) : *mute.until;
      const Duration by = last - events.back().time;
      for (TimedEvent& event : events) event.time = SaturatingAdd(event.time, by);
      if (!bench_.AllHold(events, firing_.wishes)) return std::nullopt;
      return events;
    }
    EventWishes wishes = firing_.wishes;
    wishes.conditions.push_back({mute.condition, muted});
    const ExamplePtr last =
        bench_.examples().Make(*events.back().event, wishes);
    if (last == nullptr) return std::nullopt;
    const Duration by = last->time() - events.back().time;
    const Duration moved = events.back().event->time() == last->time()
                               ? Duration::zero()
                               : by;
    for (TimedEvent& event : events) {
      event.time = SaturatingAdd(event.time, moved);
    }
    // Its key is that of the others, or it would be alone in its window.
    for (const KeyPart& part : bench_.rule().by) {
      if (bench_.examples().IdentityOf(*last, part.expr) !=
          bench_.examples().IdentityOf(*events.back().event, part.expr)) {
        for (TimedEvent& event : events) event.event = last;
      }
    }
    events.back().event = last;
    if (!bench_.AllHold({events.back()}, wishes)) return std::nullopt;
    return events;
  }

  void Mute(const MutePlan& mute, const std::string& clause) {
    for (const bool muted : {true, false}) {
      const std::string name =
          clause + (muted ? ": an alert of which it holds is muted"
                          : ": an alert of which it does not hold is sent");
      const auto events =
          firing_.kinds == 0 || firing_.by_time
              ? std::nullopt
              : Muted(mute, muted);
      if (!events.has_value()) {
        bench_.NotDerived("mute", name, "no example is found of such an alert");
        continue;
      }
      BoundaryBench::Form form = FormFor(*events);
      form.mute = mute;
      const auto stats = bench_.Run(*events, form);
      if (!stats.has_value()) return;
      bench_.Expect("mute", name,
                    stats->fired > 0 && stats->muted == (muted ? stats->fired : 0) &&
                        stats->sent == stats->fired - stats->muted,
                    "of " + std::to_string(stats->fired) + " alerts " +
                        std::to_string(stats->muted) + " are muted");
    }
  }

  // The events of the k-th firing of the same tuple of the limit.
  struct Rounds {
    ExprId vary = kNoExpr;  // else the same events again
    std::vector<OwnedValue> values;
    Duration apart{};
  };

  std::string TupleOf(const LimitPlan& limit, const Event& event) {
    std::string tuple;
    for (const KeyPart& part : limit.by) {
      tuple += bench_.examples().IdentityOf(event, part.expr);
    }
    return tuple;
  }

  // How to fire so often within the limit's time.
  std::optional<Rounds> FindRounds(const LimitPlan& limit, size_t count,
                                   const EventWishes& wishes) {
    Rounds rounds;
    const int64_t length =
        (firing_.events.back().time - firing_.events.front().time).count();
    const auto fits = [&](Duration apart) {
      return SaturatingAdd(apart.count(), length) <
             limit.per.count() / static_cast<int64_t>(count + 1);
    };
    if (firing_.again_at_once) {
      rounds.apart = Duration(length + 1'000'000);
      if (fits(rounds.apart)) return rounds;
      return std::nullopt;
    }
    // Other keys of one tuple, at once.
    if (firing_.kinds != 0 && !firing_.by_time) {
      std::vector<ExprId> parts;
      for (const KeyPart& part : bench_.rule().by) parts.push_back(part.expr);
      if (bench_.rule().seen.has_value()) {
        for (const KeyPart& part : bench_.rule().seen->tuple) {
          parts.push_back(part.expr);
        }
      }
      const Event& event = *firing_.events.back().event;
      for (const ExprId part : parts) {
        rounds.values =
            bench_.examples().Variants(event, part, wishes, count);
        if (rounds.values.size() < count) continue;
        const auto other = bench_.examples().With(
            event, part, rounds.values[1].view(), wishes);
        if (other == nullptr || TupleOf(limit, *other) != TupleOf(limit, event)) {
          continue;
        }
        rounds.vary = part;
        rounds.apart = Duration(length + 1'000'000);
        if (fits(rounds.apart)) return rounds;
      }
      rounds = Rounds();
    }
    rounds.apart = SaturatingAdd(firing_.drains, Duration(length + 1'000'000));
    if (bench_.rule().window.has_value() &&
        bench_.rule().window->refire == RefireKind::kEvery) {
      rounds.apart = SaturatingAdd(rounds.apart, bench_.rule().window->every);
    }
    if (fits(rounds.apart)) return rounds;
    return std::nullopt;
  }

  bool AppendRound(const Rounds& rounds, size_t number, Duration shift,
                   std::vector<TimedEvent>* events) {
    for (const TimedEvent& one : firing_.events) {
      TimedEvent timed = {one.event, SaturatingAdd(one.time, shift)};
      if (rounds.vary != kNoExpr && number > 0) {
        timed.event = bench_.examples().With(*one.event, rounds.vary,
                                             rounds.values[number].view(),
                                             firing_.wishes);
        if (timed.event == nullptr) return false;
      }
      events->push_back(std::move(timed));
    }
    return true;
  }

  void Limit(const LimitPlan& limit, const std::string& clause) {
    const std::string per = FormatDuration(limit.per);
    const std::string n = std::to_string(limit.count);
    const std::string name =
        clause + ": alert " + std::to_string(limit.count + 1) + " of one tuple in " +
        per + " is held";
    if (limit.count > kMaxRounds ||
        limit.count * static_cast<int64_t>(firing_.events.size()) >
            kMaxBoundaryEvents) {
      return bench_.NotDerived("limit", name, "it takes more than " +
                                                  EventsText(kMaxBoundaryEvents));
    }
    for (const KeyPart& part : limit.by) {
      if (!bench_.pool().exprs[part.expr].event_only &&
          bench_.pool().exprs[part.expr].op != ExprOp::kAlertRule &&
          bench_.pool().exprs[part.expr].op != ExprOp::kAlertSeverity) {
        return bench_.NotDerived("limit", name,
                                 "its tuple reads more than the event");
      }
    }
    BoundaryFiring firing = firing_;
    if (firing.kinds != 0) {
      EventWishes wishes = firing.wishes;
      for (const KeyPart& part : limit.by) {
        if (!part.optional && bench_.pool().exprs[part.expr].event_only) {
          wishes.present.push_back(part.expr);
        }
      }
      if (limit.unless != kNoExpr) {
        wishes.conditions.push_back({limit.unless, false});
      }
      for (TimedEvent& timed : firing.events) {
        const auto fitting = bench_.examples().Make(*timed.event, wishes,
                                                    /*keep_time=*/true);
        if (fitting == nullptr) {
          return bench_.NotDerived("limit", name,
                                   "no example is found of an alert that it "
                                   "applies to");
        }
        timed.event = fitting;
      }
      firing.wishes = wishes;
    }
    SilenceCases(firing, &bench_).TryLimit(limit, clause, name);
  }

  // Whether it is `unless` or a missing field of its tuple that keeps the limit of
  // `form` from the alerts of `events`: without these it holds one of them.
  bool IsExempt(const std::vector<TimedEvent>& events, BoundaryBench::Form form) {
    form.limit->unless = kNoExpr;
    for (KeyPart& part : form.limit->by) part.optional = true;
    const auto stats = bench_.Run(events, form);
    return stats.has_value() && stats->limited == 1;
  }

  void TryLimit(const LimitPlan& limit, const std::string& clause,
                const std::string& name) {
    const auto count = static_cast<size_t>(limit.count);
    const auto rounds = FindRounds(limit, count + 2, firing_.wishes);
    if (!rounds.has_value()) {
      return bench_.NotDerived("limit", name,
                               "no way is found to fire so often for one tuple "
                               "within its time");
    }
    std::vector<TimedEvent> events;
    bool made = true;
    for (size_t i = 0; i <= count; ++i) {
      made = made && AppendRound(*rounds, i,
                                 Duration(rounds->apart.count() *
                                          static_cast<int64_t>(i)),
                                 &events);
    }
    std::vector<TimedEvent> later = events;
    made = made && AppendRound(*rounds, count + 1, limit.per, &later);
    if (!made || !bench_.AllHold(events, firing_.wishes)) {
      return bench_.NotDerived("limit", name,
                               "at these times the rule counts no such event");
    }
    BoundaryBench::Form form = FormFor(events);
    form.limit = limit;
    form.limit->digest = false;
    const auto held = bench_.Run(events, form);
    if (!held.has_value()) return;
    if (held->fired != limit.count + 1) {
      return bench_.NotDerived("limit", name,
                               "the events found fire " +
                                   std::to_string(held->fired) + " times");
    }
    if (held->limited == 0 && IsExempt(events, form)) {
      return bench_.NotDerived("limit", name,
                               "no example is found of an alert that it "
                               "applies to");
    }
    bench_.Expect("limit", name, held->sent == limit.count && held->limited == 1,
                  std::to_string(held->sent) + " of " +
                      std::to_string(held->fired) + " alerts are sent");
    const std::string after =
        clause + ": " + FormatDuration(limit.per) + " after the first, one more is sent";
    if (!bench_.AllHold(later, firing_.wishes)) {
      return bench_.NotDerived("limit", after,
                               "at these times the rule counts no such event");
    }
    form.advance_to = FormFor(later).advance_to;
    const auto again = bench_.Run(later, form);
    if (!again.has_value()) return;
    bench_.Expect("limit", after, again->sent == limit.count + 1,
                  std::to_string(again->sent) + " of " +
                      std::to_string(again->fired) + " alerts are sent");
  }

  const BoundaryFiring firing_;
  BoundaryBench& bench_;
};

}  // namespace

void DeriveSilences(const BoundaryFiring& firing, BoundaryBench* bench) {
  SilenceCases(firing, bench).Derive();
}

}  // namespace mqwarden
