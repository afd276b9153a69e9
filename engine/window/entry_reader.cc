#include "mqwarden/engine/window/entry_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqwarden/engine/value_text.h"

namespace mqwarden {

EntryReader::EntryReader(const WindowLayout& layout, Evaluator* evaluator,
                         EventImage* image)
    : layout_(layout),
      evaluator_(evaluator),
      image_(image),
      tuples_(layout.tuples.size()),
      values_(layout.set_args.size()),
      numbers_(layout.columns.size()) {}

const WindowEntry& EntryReader::Read(int64_t t) {
  entry_.time = t;
  entry_.bits = 0;
  for (size_t i = 0; i < layout_.conditions.size(); ++i) {
    entry_.bits |= uint64_t{evaluator_->Condition(layout_.conditions[i])} << i;
  }
  for (size_t i = 0; i < tuples_.size(); ++i) {
    std::string& tuple = tuples_[i];
    tuple.clear();
    for (const ExprId arg : layout_.tuples[i]) {
      const Value value = evaluator_->Eval(arg);
      if (value.missing()) {
        tuple.clear();
        break;
      }
      AppendIdentity(value, &tuple);
    }
  }
  for (size_t i = 0; i < values_.size(); ++i) {
    values_[i] = evaluator_->Eval(layout_.set_args[i]);
  }
  for (size_t i = 0; i < numbers_.size(); ++i) {
    const WindowLayout::Column& column = layout_.columns[i];
    numbers_[i] = NumberOf(evaluator_->Eval(column.arg), column.is_real);
  }
  entry_.tuples = tuples_;
  entry_.values = values_;
  entry_.numbers = numbers_;
  entry_.event.reset();
  if (layout_.evidence_first > 0 || layout_.evidence_last > 0) {
    entry_.event = image_->bytes();
  }
  return entry_;
}

void AggregatesOfEvent(const RulePlan& rule, Evaluator* evaluator,
                       std::vector<AggregateValue>* values) {
  values->clear();
  for (const Aggregate& aggregate : rule.aggregates) {
    AggregateValue& value = values->emplace_back();
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
        value = AggregateValue::Of(1);
        break;
      case Aggregate::Kind::kCountIf:
        value = AggregateValue::Of(
            evaluator->Condition(aggregate.condition) ? 1 : 0);
        break;
      case Aggregate::Kind::kDistinct: {
        const bool is_missing = std::any_of(
            aggregate.args.begin(), aggregate.args.end(), [&](ExprId arg) {
              return evaluator->Eval(arg).missing();
            });
        value = AggregateValue::Of(is_missing ? 0 : 1);
        break;
      }
      default: {
        const ExprId arg = aggregate.args[0];
        // An average of one integer is read as a real.
        const ValueType type = evaluator->pool().exprs[arg].type;
        const bool is_real =
            type == ValueType::kReal ||
            (type == ValueType::kInt && aggregate.kind == Aggregate::Kind::kAvg);
        const absl::int128 number = NumberOf(evaluator->Eval(arg), is_real);
        if (number != kNoNumber) {
          value = AggregateValue::Of(number);
        } else if (aggregate.kind == Aggregate::Kind::kSum) {
          value = AggregateValue::Of(0);
        }
        break;
      }
    }
  }
}

}  // namespace mqwarden
