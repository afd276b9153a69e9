// An event of which given conditions of a plan hold: the examples that boundary
// cases of a rule are made of.
//
// A search and not a decision: it looks at the first wish that does not hold,
// changes one field so that it may, and looks again, a bounded number of times.
// What it returns holds, as the engine's own evaluator says, with the inventory
// applied; where it returns nothing, there may still be such an event. The same
// wishes give the same event. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_EXAMPLE_EVENT_H_
#define MQWARDEN_PIPELINE_EXAMPLE_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// A value that owns its text. Lists are not among them.
class OwnedValue final {
 public:
  OwnedValue() = default;
  explicit OwnedValue(const Value& value);
  Value view() const;

 private:
  Value value_;
  std::string text_;
};

// What an event is to be like.
struct EventWishes {
  struct Condition {
    ExprId id = kNoExpr;
    bool holds = true;
  };
  struct Equal {
    ExprId id = kNoExpr;
    OwnedValue value;
  };
  std::vector<Condition> conditions;
  std::vector<ExprId> present;  // values that are not missing
  std::vector<Equal> equal;
  // What conditions read besides the event; outlives the wishes.
  EvalContext context;
  std::vector<Value> step_values;  // takes the place of the context's
};

class ExampleEvents final {
 public:
  // Outlives the object.
  explicit ExampleEvents(const Plan& plan);

  // `from`, changed as little as the search needs; its kind stays, and with
  // `keep_time` its time.
  std::shared_ptr<Event> Make(const Event& from, const EventWishes& wishes,
                              bool keep_time = false);
  bool Holds(const Event& event, const EventWishes& wishes);

  // Values for `id` with each of which, in place of its own, the wishes still
  // hold of `event`: that of the event first, all different to a rule. At most
  // `count`.
  std::vector<OwnedValue> Variants(const Event& event, ExprId id,
                                   const EventWishes& wishes, size_t count);
  // `event` with that value; null where it cannot have it and fulfil the wishes.
  std::shared_ptr<Event> With(const Event& event, ExprId id, const Value& value,
                              const EventWishes& wishes);

  // Of the event with the inventory applied; of a list its first element.
  OwnedValue ValueOf(const Event& event, ExprId id);
  // Equal for values that are the same to a rule.
  std::string IdentityOf(const Event& event, ExprId id);

 private:
  const Expr& expr(ExprId id) const { return pool_.exprs[id]; }
  void StandOn(const Event& event);
  EvalContext ContextOf(const EventWishes& wishes) const;
  bool Repair(const EventWishes& wishes, bool keep_time, Event* event);
  bool Wanted(ExprId id, bool holds, const EvalContext& context, Event* event);
  bool WantComparison(const Expr& node, bool holds, const EvalContext& context,
                      Event* event);
  bool WantAny(const Expr& node, bool holds, Event* event);
  bool WantTime(const Expr& node, bool holds, Event* event);
  bool Assign(ExprId target, const Value& value, Event* event);
  bool AssignField(FieldId field, const Value& value, Event* event);
  bool AssignCall(const Expr& node, const Value& value, Event* event);
  bool AssignAttr(const std::string& name, const Value& value, Event* event);
  bool Clear(ExprId target, Event* event);
  Value Another(const Value& value, uint64_t n);
  Value TextValue(std::string text);
  // Values that the conditions name for `id` itself.
  void AppendNamed(ExprId condition, ExprId id, std::vector<OwnedValue>* values);
  uint64_t Next();  // of a fixed sequence

  const Plan& plan_;
  const PlanPool& pool_;
  Evaluator evaluator_;
  Event stood_on_;
  std::deque<std::string> texts_;  // behind values of one search
  uint64_t random_ = 1;
  bool keep_time_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_EXAMPLE_EVENT_H_
