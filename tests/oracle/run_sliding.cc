// Windows `in D`: sections 7 and 9 of the language.
#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/oracle_runs.h"

namespace mqwarden::oracle {
namespace {

bool HasAggregate(const ast::Expr& e) {
  return (e.kind == ast::ExprKind::kCall && IsAggregate(e.name)) ||
         std::any_of(e.children.begin(), e.children.end(), HasAggregate);
}

// "`rise below A`: the condition with its threshold replaced by A." It is one
// comparison of one aggregate with a constant, on either side.
ast::Expr WithThreshold(const ast::Expr& condition, const ast::Expr& below) {
  ast::Expr comparison = WithoutParens(condition);
  comparison.children[HasAggregate(comparison.children[0]) ? 1 : 0] = below;
  return comparison;
}

class SlidingRun final : public Run {
 public:
  SlidingRun(RuleState* state, Desk* desk)
      : Run(state, desk),
        length_(when().window.value),
        refire_(rule().refire.value_or(ast::Refire())),
        rearm_(refire_.below.has_value()
                   ? WithThreshold(when().condition, *refire_.below)
                   : when().condition) {}

  // "An open alert's condition turns false at that instant of event time": when
  // events leave, at their time + D.
  std::optional<Time> Due(Time before) override {
    std::optional<Time> due;
    for (auto& [key, k] : keys_) {
      FindClosing(before, &k);
      if (k.closes.has_value() && (!due.has_value() || *k.closes < *due)) {
        due = k.closes;
      }
    }
    return due;
  }

  void Decide(Time t) override {
    for (auto& [key, k] : keys_) {
      if (k.closes != t) continue;
      Leave(t - length_, &k);
      Close(&k, t);
    }
  }

 protected:
  // "Each matching event of a key, at t, is handled in two moments."
  void Take(const EventPtr& event, const KeyTuple& tuple) override {
    KeyState* k = &keys_[tuple.key];
    k->closes.reset();  // the events of an instant come before what is due at it
    const Time t = event->time();
    const Time start = t - length_;
    // "(1) Events before t - D leave; if the condition is false now, the key is
    // armed."
    std::erase_if(k->window,
                  [&](const EventPtr& c) { return c->time() < start; });
    if (!Matches(rearm_, *k, event)) k->armed = true;
    // "(2) Events at exactly t - D leave and the event is added, together."
    std::erase_if(k->window,
                  [&](const EventPtr& c) { return c->time() == start; });
    k->window.push_back(event);
    k->last = event;
    k->tuple = tuple;
    if (!Matches(when().condition, *k, event)) {
      // "Until its condition turns false, by leaving or by adding."
      if (k->open.has_value()) Close(k, t);
      return;
    }
    const Occasion occasion = OccasionOf(event, tuple, t, k->window);
    if (Refires(k, t)) {
      k->open = desk_.Fire(&state_, occasion);  // "a new firing replaces it"
      // "`reset`: fires, and the key's window is emptied." The alert "closes at
      // once": the condition is false of the empty window.
      if (refire_.kind == ast::Refire::Kind::kReset) {
        k->window.clear();
        Close(k, t);
      }
    } else if (k->open.has_value()) {
      desk_.Continue(&state_, &*k->open, occasion);
    }
  }

 private:
  struct KeyState {
    std::vector<EventPtr> window;
    bool armed = false;
    std::optional<Time> last_firing;
    std::optional<OpenAlert> open;
    // When events left, and nothing else, makes the condition of `open` false.
    std::optional<Time> closes;
    EventPtr last;   // counted last, still in the window or not
    KeyTuple tuple;  // of the last event
  };

  bool Matches(const ast::Expr& condition, const KeyState& k,
               const EventPtr& event) const {
    Scope scope = desk_.ScopeOf(state_, *event);
    scope.window = k.window;
    return Holds(condition, scope);
  }

  // What `refire` says of a true condition.
  bool Refires(KeyState* k, Time t) const {
    using enum ast::Refire::Kind;
    switch (refire_.kind) {
      case kRise:  // "fires if armed, and disarms"
        return std::exchange(k->armed, false);
      case kEach:
      case kReset:
        return true;
      case kEvery:  // "fires if the key's last firing is at or before t - D"
        if (k->last_firing.has_value() &&
            *k->last_firing > t - refire_.every.value) {
          return false;
        }
        k->last_firing = t;
        return true;
    }
    return false;
  }

  // The first instant before `before` at which events leave and that makes the
  // condition of an open alert false. An event may still come before it.
  void FindClosing(Time before, KeyState* k) const {
    k->closes.reset();
    if (!k->open.has_value()) return;
    KeyState later = *k;
    while (!later.window.empty()) {
      const Time leaves = later.window.front()->time();
      if (leaves + length_ >= before) return;
      Leave(leaves, &later);
      if (Matches(when().condition, later, k->last)) continue;
      k->closes = leaves + length_;
      return;
    }
  }

  // The events up to `last` leave.
  static void Leave(Time last, KeyState* k) {
    std::erase_if(k->window,
                  [&](const EventPtr& c) { return c->time() <= last; });
  }

  // "`count` of `resolved` is what is left."
  void Close(KeyState* k, Time t) {
    desk_.Close(&state_, *k->open, OccasionOf(k->last, k->tuple, t, k->window));
    k->open.reset();
    k->closes.reset();
  }

  const Duration length_;
  const ast::Refire refire_;
  const ast::Expr rearm_;
  std::map<Key, KeyState> keys_;
};

}  // namespace

std::unique_ptr<Run> MakeSlidingRun(RuleState* state, Desk* desk) {
  return std::make_unique<SlidingRun>(state, desk);
}

}  // namespace mqwarden::oracle
