// Evaluates expressions of a plan on one event at a time.
//
// A condition that depends on the event alone is evaluated at most once per
// event, however many rules share it: its answer is kept in a table indexed by
// expression, where an epoch tells this event's answers from older ones.
//
// Values are views; what an expression makes anew (a lower-case copy, a network)
// lies in an arena that the next SetEvent() reuses. After the first few events
// nothing is allocated. Recursion is as deep as the expression, which
// Plan::Verify() bounds. Thread-compatible.
#ifndef MQWARDEN_ENGINE_EVALUATOR_H_
#define MQWARDEN_ENGINE_EVALUATOR_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/arena.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/expr_nodes.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/ratio.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class Observer;
class Recents;

// What expressions read besides the event: the window of the rule and, in mutes
// and limits, the alert to be sent.
struct EvalContext {
  std::span<const AggregateValue> aggregates;
  std::span<const AlertValue> value_sets;
  const RulePlan* rule = nullptr;
  Severity severity = Severity::kInfo;
  std::optional<Time> alert_time;  // of the alert to be sent
  std::span<const Value> step_values;  // of a sequence, as its captures
};

class Evaluator final {
 public:
  // The plan has passed Verify() and outlives the evaluator.
  explicit Evaluator(const Plan& plan);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Makes `event` the one that expressions read, until the next call. It must
  // stay as it is until then. Null: an event without any field.
  void SetEvent(const Event* event);
  // What kEachValue reads until the next SetEvent(): one value per part of the
  // rule's `by`. Views.
  void SetEach(std::span<const Value> values) { each_ = values; }
  Value each(size_t part) const {
    return part < each_.size() ? each_[part] : Value::Missing();
  }
  // What kRecent asks; outlives the evaluator. Without it nothing is recent.
  void SetRecents(const Recents* recents) { recents_ = recents; }
  // Whom kObserved nodes tell; may be null. Outlives the evaluator.
  void SetObserver(Observer* observer) { observer_ = observer; }
  Observer* observer() const { return observer_; }

  // True where `id` is kNoExpr.
  bool Condition(ExprId id, const EvalContext& context = {});
  Value Eval(ExprId id, const EvalContext& context = {});

  const PlanPool& pool() const { return pool_; }

 private:
  using Node = ExprNodes::Node;

  bool Compute(const Node& node, const EvalContext& context);
  bool Compare(const Node& node, const EvalContext& context);
  bool CompareNumber(const Node& node) const;
  bool InTexts(const Node& node, const EvalContext& context);
  bool InNumbers(const Node& node, const EvalContext& context);
  bool Like(const Node& node, const EvalContext& context);
  bool LikeValue(const Node& node, const EvalContext& context);
  bool Matches(const Node& node, const EvalContext& context);
  bool HasText(const Node& node, const EvalContext& context);
  bool During(const Node& node, const EvalContext& context);
  bool IsRecent(const Node& node, const EvalContext& context);

  static Value StepCount(const Node& node, const EvalContext& context);
  Value ReadField(const Node& node) const;
  Value ReadConstant(const Node& node) const;
  Value Lower(const Node& node, const EvalContext& context);
  Value Coalesce(const Node& node, const EvalContext& context);
  Value Length(const Node& node, const EvalContext& context);
  Value Network(const Node& node, const EvalContext& context);
  Value PatternLabel(const Node& node, const EvalContext& context);
  Value TableColumn(const Node& node, const EvalContext& context);
  Value Arithmetic(const Node& node, const EvalContext& context);
  Value AggregateOf(const Node& node, const EvalContext& context);
  // In the arena; missing where there is none.
  Value Quotient(ValueType type, const std::optional<Ratio>& ratio);
  Value ListOf(const AlertValue& value_set);
  Value RuleTags(const RulePlan& rule);

  ExprId Child(const Node& node, size_t i) const {
    return nodes_.child(node, i);
  }
  bool InTextSet(uint32_t set_index, std::string_view text);
  // A list in the arena, to be filled by the caller.
  std::string_view* NewList(size_t size);

  const PlanPool& pool_;
  const ExprNodes& nodes_;
  const Event no_event_;

  const Event* event_;
  std::span<const Value> each_;
  const Recents* recents_ = nullptr;
  Observer* observer_ = nullptr;
  Arena arena_;
  std::string scratch_;  // keys of look-ups, folded texts
  // epoch_ << 1 | answer for the conditions answered for this event.
  std::vector<uint32_t> answers_;
  uint32_t epoch_ = 1;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_EVALUATOR_H_
