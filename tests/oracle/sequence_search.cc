#include "mqwarden/tests/oracle/sequence_search.h"

#include <algorithm>
#include <utility>

namespace mqwarden::oracle {
namespace {

// Whether the expression reads a step, by its label.
bool ReadsSteps(const ast::Expr& e,
                const std::vector<ast::SequenceStep>& steps) {
  if (e.kind == ast::ExprKind::kName || e.kind == ast::ExprKind::kStepCount) {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const ast::SequenceStep& step) {
                         return step.label.has_value() &&
                                step.label->text == e.name;
                       });
  }
  return std::any_of(
      e.children.begin(), e.children.end(),
      [&](const ast::Expr& child) { return ReadsSteps(child, steps); });
}

// The values of all STEP.FIELD in the expression.
void AddStepValues(const ast::Expr& e,
                   const std::vector<ast::SequenceStep>& steps,
                   const Scope& scope, Key* key) {
  if (e.kind == ast::ExprKind::kMember && ReadsSteps(e, steps)) {
    key->push_back(KeyPartOf(Eval(e, scope)));
    return;
  }
  for (const ast::Expr& child : e.children) {
    AddStepValues(child, steps, scope, key);
  }
}

}  // namespace

SequenceSearch::SequenceSearch(const RuleState* state, const Desk* desk)
    : state_(*state), desk_(*desk) {
  for (size_t i = 0; i < steps().size(); ++i) {
    if (steps()[i].missing) continue;
    // "`N x` needs N events."
    for (int64_t n = 0; n < steps()[i].count.value; ++n) {
      slots_.push_back({i, n == 0});
    }
  }
  waits_ = steps().back().missing;
}

std::vector<Match> SequenceSearch::EndingAtTheLast(
    const std::vector<EventPtr>& events) const {
  Search search{events, std::vector<size_t>(slots_.size()), {}, {}};
  const size_t last = events.size() - 1;
  search.chosen.back() = last;
  if (slots_.size() == 1) {
    Complete(&search);
    return search.found;
  }
  // "The whole sequence lies in a window (t - D, t] that ends at its last
  // event." The first event latest first, and so the others.
  const Time start = events[last]->time() - state_.rule->when->window.value;
  for (size_t first = last; first-- > 0;) {
    if (events[first]->time() <= start) break;
    search.chosen.front() = first;
    Choose(slots_.size() - 2, &search);
    if (!waits_ && !search.found.empty()) break;
  }
  return search.found;
}

// Chooses the event of `slot`, then those before it; the ones of the slots after
// it and of the first are chosen. "A step matches strictly later, in the total
// order, than the step before it", and "one event serves at most one step".
void SequenceSearch::Choose(size_t slot, Search* search) const {
  if (slot == 0) {
    Complete(search);
    return;
  }
  for (size_t place = search->chosen[slot + 1]; place-- > 0;) {
    if (place < search->chosen[0] + slot) return;  // no room for the others
    const ast::SequenceStep& step = steps()[slots_[slot].step];
    if (!OfKinds(step.kinds, *search->events[place])) continue;
    if (step.where.has_value() && !ReadsSteps(*step.where, steps()) &&
        !Fits(step, *search->events[place], {})) {
      continue;
    }
    search->chosen[slot] = place;
    Choose(slot - 1, search);
    if (!waits_ && !search->found.empty()) return;
  }
}

void SequenceSearch::Complete(Search* search) const {
  Match match(steps().size());
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    match[slots_[slot].step].push_back(search->events[search->chosen[slot]]);
  }
  if (!Holds(*search, match)) return;
  const Key combination = Combination(match);
  auto& known = search->combinations;
  if (std::find(known.begin(), known.end(), combination) != known.end()) return;
  known.push_back(combination);
  search->found.push_back(std::move(match));
}

// Every chosen event is one of its step, and no event is where it is forbidden.
bool SequenceSearch::Holds(const Search& search, const Match& match) const {
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    const size_t i = slots_[slot].step;
    if (!Fits(steps()[i], *search.events[search.chosen[slot]], match)) {
      return false;
    }
    if (!slots_[slot].first) continue;
    // "`missing` between two steps forbids such an event strictly between the
    // last event of the step before and the first event of the step after."
    for (size_t m = i; m-- > 0 && steps()[m].missing;) {
      for (size_t p = search.chosen[slot - 1] + 1; p < search.chosen[slot];
           ++p) {
        if (Fits(steps()[m], *search.events[p], match)) return false;
      }
    }
  }
  return true;
}

// "`s: session, authn where C`: C belongs to all kinds named."
bool SequenceSearch::Fits(const ast::SequenceStep& step, const Event& event,
                          const Match& match) const {
  if (!OfKinds(step.kinds, event)) return false;
  Scope scope = desk_.ScopeOf(state_, event);
  scope.match = &match;
  return oracle::Holds(step.where, scope);
}

bool SequenceSearch::Clears(const Event& event, const Match& match) const {
  return Fits(steps().back(), event, match);
}

Key SequenceSearch::Combination(const Match& match) const {
  Key key;
  if (!waits_ || !steps().back().where.has_value()) return key;
  const Event none;
  Scope scope = desk_.ScopeOf(state_, none);
  scope.match = &match;
  AddStepValues(*steps().back().where, steps(), scope, &key);
  return key;
}

}  // namespace mqwarden::oracle
