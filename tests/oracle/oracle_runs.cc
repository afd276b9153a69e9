#include "mqwarden/tests/oracle/oracle_runs.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mqwarden::oracle {
namespace {

// "Without `when`, a rule fires on every event that passes, and `by` only shapes
// `group` (and `each f` fires once a value)": never where there is no value.
class EveryRun final : public Run {
 public:
  using Run::Run;

 protected:
  void Pass(const EventPtr& event) override {
    std::vector<ast::KeyPart> by = rule().by;
    for (ast::KeyPart& part : by) part.optional |= !part.each;
    const std::vector<KeyTuple> tuples =
        KeysOf(by, desk_.ScopeOf(state_, *event));
    if (tuples.empty()) ++state_.counters.without_key;
    for (const KeyTuple& tuple : tuples) {
      desk_.Fire(&state_, OccasionOf(event, tuple, event->time(), {event}));
    }
  }
};

}  // namespace

void Run::Offer(const EventPtr& event) {
  if (!OfKind(*event)) return;
  if (!Holds(rule().where, desk_.ScopeOf(state_, *event))) return;
  ++state_.counters.matched;  // "counts before `exclude`"
  if (desk_.Excluded(state_, *event)) {
    ++state_.counters.excluded;
    return;
  }
  Pass(event);
}

// "In a sequence `on` is left out: each step names its kinds."
bool Run::OfKind(const Event& event) const {
  if (rule().when.has_value() &&
      when().kind == ast::When::Kind::kSequence) {
    return std::any_of(when().steps.begin(), when().steps.end(),
                       [&](const ast::SequenceStep& step) {
                         return OfKinds(step.kinds, event);
                       });
  }
  return OfKinds(rule().on, event);
}

// "An event in which a key field is missing is left out of that rule and
// counted."
void Run::Pass(const EventPtr& event) {
  const std::vector<KeyTuple> tuples =
      KeysOf(rule().by, desk_.ScopeOf(state_, *event));
  if (tuples.empty()) ++state_.counters.without_key;
  for (const KeyTuple& tuple : tuples) Take(event, tuple);
}

Occasion Run::OccasionOf(const EventPtr& event, const KeyTuple& tuple,
                         Time time, std::vector<EventPtr> counted) {
  Occasion occasion;
  occasion.event = event;
  occasion.tuple = tuple;
  occasion.time = time;
  // "`count` is the number of events in the key's window, whatever the condition
  // counts; `first` and `last` the times of the first and last of these."
  occasion.count = static_cast<int64_t>(counted.size());
  occasion.counted = std::move(counted);
  return occasion;
}

std::unique_ptr<Run> MakeRun(RuleState* state, Desk* desk) {
  if (!state->rule->when.has_value()) {
    return std::make_unique<EveryRun>(state, desk);
  }
  using enum ast::When::Kind;
  switch (state->rule->when->kind) {
    case kSliding:
      return MakeSlidingRun(state, desk);
    case kTumbling:
    case kSession:
      return MakeClosingRun(state, desk);
    case kNew:
    case kRare:
      return MakeSeenRun(state, desk);
    case kAbsent:
      return MakeAbsentRun(state, desk);
    case kSequence:
      return MakeSequenceRun(state, desk);
  }
  return nullptr;
}

}  // namespace mqwarden::oracle
