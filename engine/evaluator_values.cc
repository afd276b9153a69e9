// The values of expressions; the conditions stand in evaluator.cc.
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/glob.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Bits before the IPv4 address in its IPv6 form.
constexpr int kV4PrefixBits = 96;

// "" is a value of configuration events and commands, which state every
// attribute of an object; in the attrs of all others it is nothing.
bool KeepsBlankAttrs(const Event& event) {
  if (!event.Has(FieldId::kKind)) return false;
  const Kind kind = static_cast<Kind>(event.Int(FieldId::kKind));
  return kind == Kind::kConfig || kind == Kind::kCommand;
}

bool IsText(ValueType type) {
  return type == ValueType::kExact || type == ValueType::kFolded;
}

void AppendOctet(unsigned octet, std::string* out) {
  char digits[4];
  out->append(digits,
              std::to_chars(digits, digits + sizeof(digits), octet).ptr);
}

}  // namespace

Value Evaluator::Eval(ExprId id, const EvalContext& context) {
  const Node& node = nodes_.node(id);
  switch (node.op) {
    case ExprOp::kConst:
      return ReadConstant(node);
    case ExprOp::kField:
      return ReadField(node);
    case ExprOp::kAttrText: {
      const Attr* const attr = event_->FindAttr(pool_.names[node.a]);
      if (attr == nullptr) return Value::Missing();
      if (attr->text.empty() && !KeepsBlankAttrs(*event_)) {
        return Value::Missing();
      }
      return Value::Text(node.type, attr->text);
    }
    case ExprOp::kAttrNumber: {
      const Attr* const attr = event_->FindAttr(pool_.names[node.a]);
      if (attr == nullptr) return Value::Missing();
      if (attr->has_number) return Value::Real(Decimal::FromInt(attr->number));
      const std::optional<Decimal> real = Decimal::Parse(attr->text);
      return real.has_value() ? Value::Real(*real) : Value::Missing();
    }
    case ExprOp::kLower:
      return Lower(node, context);
    case ExprOp::kCoalesce:
      return Coalesce(node, context);
    case ExprOp::kLength:
      return Length(node, context);
    case ExprOp::kNetwork:
      return Network(node, context);
    case ExprOp::kPatternLabel:
      return PatternLabel(node, context);
    case ExprOp::kTableColumn:
      return TableColumn(node, context);
    case ExprOp::kAlertSeverity:
      return Value::Number(ValueType::kEnum,
                           static_cast<int64_t>(context.severity),
                           EnumType::kSeverity);
    case ExprOp::kAlertRule:
      if (context.rule == nullptr) return Value::Missing();
      return Value::Text(ValueType::kFolded, context.rule->name);
    case ExprOp::kAlertRuleTags:
      if (context.rule == nullptr) return Value::Missing();
      return RuleTags(*context.rule);
    case ExprOp::kAlertTime:
      if (!context.alert_time.has_value()) return Value::Missing();
      return Value::Number(ValueType::kTs,
                           context.alert_time->time_since_epoch().count());
    case ExprOp::kOfKind:
      if (!event_->Has(FieldId::kKind) ||
          (node.a >> event_->Int(FieldId::kKind) & 1) == 0) {
        return Value::Missing();
      }
      return Eval(Child(node, 0), context);
    case ExprOp::kEachValue:
      return each(node.a);
    case ExprOp::kStepValue:
      if (node.a >= context.step_values.size()) return Value::Missing();
      return context.step_values[node.a];
    case ExprOp::kStepCount:
      return StepCount(node, context);
    case ExprOp::kAggregate:
      return AggregateOf(node, context);
    case ExprOp::kAdd:
    case ExprOp::kSub:
    case ExprOp::kMul:
    case ExprOp::kDiv:
    case ExprOp::kNegate:
      return Arithmetic(node, context);
    case ExprOp::kValueSet:
      if (node.a >= context.value_sets.size()) return Value::Missing();
      return ListOf(context.value_sets[node.a]);
    default:
      return Value::Number(ValueType::kBool, Condition(id, context) ? 1 : 0);
  }
}

// A match holds as many events of a step as the step asks for.
Value Evaluator::StepCount(const Node& node, const EvalContext& context) {
  if (context.rule == nullptr || !context.rule->sequence.has_value() ||
      node.a >= context.rule->sequence->steps.size()) {
    return Value::Missing();
  }
  const SequenceStep& step = context.rule->sequence->steps[node.a];
  return Value::Number(ValueType::kInt, step.missing ? 0 : step.count);
}

Value Evaluator::ReadField(const Node& node) const {
  const auto id = static_cast<FieldId>(node.a);
  const FieldInfo& field = GetField(id);
  if ((field.flags & kFieldComputed) != 0) {
    return Value::Number(ValueType::kBool, event_->ComputedBool(id) ? 1 : 0);
  }
  if (!event_->Has(id)) return Value::Missing();
  switch (field.type) {
    case FieldType::kStr:
      return Value::Text(ValueType::kExact, event_->Text(id));
    case FieldType::kKw:
      return Value::Text(ValueType::kFolded, event_->Text(id));
    case FieldType::kEnum:
      return Value::Number(ValueType::kEnum, event_->Int(id), field.enum_type);
    case FieldType::kInt:
      return Value::Number(ValueType::kInt, event_->Int(id));
    case FieldType::kReal:
      return Value::Real(Decimal::FromInt(event_->Int(id)));
    case FieldType::kBool:
      return Value::Number(ValueType::kBool, event_->Int(id));
    case FieldType::kIp:
      return Value::Ip(event_->Ip(id));
    case FieldType::kTs:
      return Value::Number(ValueType::kTs, event_->Int(id));
    case FieldType::kDuration:
      return Value::Number(ValueType::kDuration, event_->Int(id));
    case FieldType::kList:
      return Value::List(event_->List(id));
  }
  return Value::Missing();
}

Value Evaluator::ReadConstant(const Node& node) const {
  const Constant& constant = pool_.constants[node.a];
  switch (constant.type) {
    case ValueType::kExact:
    case ValueType::kFolded:
      return Value::Text(constant.type, constant.text);
    case ValueType::kReal:
      return Value::Real(constant.decimal);
    case ValueType::kIp:
      return Value::Ip(constant.ip);
    case ValueType::kList:
      return Value::Missing();
    default:
      return Value::Number(constant.type, constant.number, constant.enum_type);
  }
}

Value Evaluator::Lower(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  if (value.form != Value::Form::kText) return Value::Missing();
  char* const bytes = arena_.Allocate(value.text.size());
  for (size_t i = 0; i < value.text.size(); ++i) {
    bytes[i] = AsciiLower(value.text[i]);
  }
  return Value::Text(node.type, {bytes, value.text.size()});
}

Value Evaluator::Coalesce(const Node& node, const EvalContext& context) {
  for (size_t i = 0; i < node.child_count; ++i) {
    Value value = Eval(Child(node, i), context);
    if (value.missing()) continue;
    if (!IsText(node.type)) return value;
    if (value.form == Value::Form::kText) {
      return Value::Text(node.type, value.text);
    }
    scratch_.clear();
    AppendShown(value, &scratch_);
    return Value::Text(node.type, arena_.Copy(scratch_));
  }
  return Value::Missing();
}

Value Evaluator::Length(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  switch (value.form) {
    case Value::Form::kText:
      return Value::Number(ValueType::kInt,
                           static_cast<int64_t>(CountUtf8Chars(value.text)));
    case Value::Form::kList:
      return Value::Number(ValueType::kInt,
                           static_cast<int64_t>(value.list.size()));
    default:
      return Value::Missing();
  }
}

Value Evaluator::Network(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  if (value.form != Value::Form::kIp) return Value::Missing();
  scratch_.clear();
  if (value.ip.is_v4()) {
    // Written here and not by FormatNetwork: it stands in `by` clauses, and its
    // text is longer than a std::string holds without an allocation.
    const IpNetwork network =
        NetworkOf(value.ip, kV4PrefixBits + static_cast<int>(node.a));
    for (size_t i = 12; i < 16; ++i) {
      if (i > 12) scratch_.push_back('.');
      AppendOctet(network.base.bytes[i], &scratch_);
    }
    scratch_.push_back('/');
    AppendOctet(node.a, &scratch_);
  } else {
    scratch_.append(
        FormatNetwork(NetworkOf(value.ip, static_cast<int>(node.b))));
  }
  return Value::Text(node.type, arena_.Copy(scratch_));
}

Value Evaluator::PatternLabel(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  if (value.missing()) return value;
  const PatternSet& set = pool_.pattern_sets[node.a];
  for (const PatternSet::Row& row : set.rows) {
    bool fits = false;
    if (set.networks) {
      fits = value.form == Value::Form::kIp &&
             (row.any || row.network.Contains(value.ip));
    } else {
      fits = value.form == Value::Form::kText &&
             GlobMatch(row.glob, value.text, /*fold_case=*/true);
    }
    if (fits) return Value::Text(node.type, row.label);
  }
  return Value::Missing();
}

Value Evaluator::TableColumn(const Node& node, const EvalContext& context) {
  // Key cells are evaluated one by one into a text of their own: a nested
  // look-up uses scratch_.
  std::string_view cells = {};
  for (size_t i = 0; i < node.child_count; ++i) {
    const Value value = Eval(Child(node, i), context);
    if (value.missing()) return value;
    scratch_.clear();
    AppendShown(value, &scratch_);
    const std::string_view cell = arena_.Copy(scratch_);
    scratch_.assign(cells);
    AppendTableKey(cell, &scratch_);
    cells = arena_.Copy(scratch_);
  }
  const LookupTable& table = pool_.tables[node.a];
  const auto row = table.rows.find(cells);
  if (row == table.rows.end() || row->second[node.b].empty()) {
    return Value::Missing();
  }
  return Value::Text(node.type, row->second[node.b]);
}

std::string_view* Evaluator::NewList(size_t size) {
  return reinterpret_cast<std::string_view*>(arena_.Allocate(
      size * sizeof(std::string_view), alignof(std::string_view)));
}

Value Evaluator::ListOf(const AlertValue& value_set) {
  if (value_set.list.empty()) return Value::Missing();
  std::string_view* const elements = NewList(value_set.list.size());
  size_t size = 0;
  for (const AlertValue& element : value_set.list) {
    scratch_.clear();
    AppendShown(element, &scratch_);
    new (&elements[size++]) std::string_view(arena_.Copy(scratch_));
  }
  return Value::List({elements, size});
}

Value Evaluator::RuleTags(const RulePlan& rule) {
  if (rule.tags.empty()) return Value::Missing();
  std::string_view* const elements = NewList(rule.tags.size());
  size_t size = 0;
  for (const std::string& tag : rule.tags) {
    new (&elements[size++]) std::string_view(tag);
  }
  return Value::List({elements, size});
}

}  // namespace mqwarden
