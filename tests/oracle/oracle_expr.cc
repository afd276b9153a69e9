// Fields, conditions and what joins them: sections 3 and 4 of the language.
#include "mqwarden/tests/oracle/oracle_expr.h"

#include <algorithm>
#include <utility>

#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/schema/mq_constants.h"
#include "re2/re2.h"

namespace mqwarden::oracle {
namespace {

using ast::BinaryOp;
using ast::Expr;
using ast::ExprKind;

// `rule`, `rule_tags` and `severity` of the alert to be sent.
std::optional<Value> AlertField(const FieldInfo& field, const Scope& scope) {
  if (!scope.of_alert) return std::nullopt;
  if (field.id == FieldId::kRule) {
    return Value::Text(scope.rule->name.text, /*folds=*/true);
  }
  if (field.id == FieldId::kRuleTags) {
    std::vector<std::string> tags;
    for (const auto& tag : scope.rule->tags) tags.push_back(tag.value);
    return Value::List(tags);
  }
  if (field.id == FieldId::kSeverity) {
    return Value::Enum(EnumType::kSeverity,
                       static_cast<int64_t>(scope.severity));
  }
  return std::nullopt;
}

Value FieldValue(const FieldInfo& field, const Event& event) {
  if (field.flags & kFieldComputed) {
    return Value::Bool(event.ComputedBool(field.id));
  }
  if (!event.Has(field.id)) return Value();
  Value v;
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      return Value::Text(std::string(event.Text(field.id)),
                         field.type == FieldType::kKw);
    case FieldType::kEnum:
      return Value::Enum(field.enum_type, event.Int(field.id));
    case FieldType::kInt:
      return Value::Number(event.Int(field.id));
    case FieldType::kBool:
      return Value::Bool(event.Int(field.id) != 0);
    case FieldType::kIp:
      v.type = Value::Type::kIp;
      v.ip = event.Ip(field.id);
      return v;
    case FieldType::kTs:
      return Value::OfTime(Time(Duration(event.Int(field.id))));
    case FieldType::kDuration:
      return Value::OfDuration(Fraction::Of(event.Int(field.id)));
    case FieldType::kList:
      v.type = Value::Type::kList;
      for (const auto element : event.List(field.id)) {
        v.list.push_back({.text = std::string(element)});
      }
      return v;
    case FieldType::kReal:
      break;  // no field of the schema
  }
  return Value();
}

// "attr.NAME is a kw unless it is compared with a number." Where a source gives
// a word and another a number, an attr carries both. Only `config` and
// `command` events keep a blank; everywhere else it is missing.
Value AttrValue(const std::string& name, const Event& event) {
  const Attr* attr = event.FindAttr(name);
  if (attr == nullptr) return Value();
  const int64_t kind = event.Int(FieldId::kKind);
  if (attr->text.empty() && kind != static_cast<int64_t>(Kind::kConfig) &&
      kind != static_cast<int64_t>(Kind::kCommand)) {
    return Value();
  }
  Value v = Value::Text(std::string(attr->text), /*folds=*/true);
  v.is_attr = true;
  if (attr->has_number) {
    v.attr_number = Fraction::Of(attr->number);
  } else if (const auto number = Decimal::Parse(attr->text)) {
    v.attr_number = Fraction::Of(*number);
  }
  return v;
}

// FIELD and attr.NAME of an event; nullopt for what is none.
std::optional<Value> OfEvent(const Expr& e, const Event& event) {
  if (e.kind == ExprKind::kName) {
    const FieldInfo* field = FindField(e.name);
    if (field == nullptr) return std::nullopt;
    return FieldValue(*field, event);
  }
  return AttrValue(e.name, event);
}

// attr.NAME, STEP.FIELD, STEP.attr.NAME, KIND.FIELD, KIND.attr.NAME.
Value Member(const Expr& e, const Scope& scope) {
  const Expr& owner = e.children[0];
  if (owner.kind == ExprKind::kIndex) return Lookup(e, scope);
  const bool attr_of = owner.kind == ExprKind::kMember;
  const std::string& name = attr_of ? owner.children[0].name : owner.name;
  if (!attr_of && name == "attr") return AttrValue(e.name, *scope.event);
  Expr field = e;
  if (!attr_of) field.kind = ExprKind::kName;
  if (const auto kind = FindEnumValue(EnumType::kKind, name)) {
    return scope.event->Int(FieldId::kKind) == *kind
               ? *OfEvent(field, *scope.event)
               : Value();
  }
  // "`login.user`: of the step's last event"
  const auto& steps = scope.rule->when->steps;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].label.has_value() || steps[i].label->text != name) continue;
    return *OfEvent(field, *(*scope.match)[i].back());
  }
  return Value();
}

// How many of its events the match holds.
Value StepCount(const Expr& e, const Scope& scope) {
  const auto& steps = scope.rule->when->steps;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].label.has_value() || steps[i].label->text != e.name) continue;
    return Value::Number(static_cast<int64_t>((*scope.match)[i].size()));
  }
  return Value();
}

// The value of `e` beside `other`: a bare name is an enum value where `other`
// is an enum field that has it.
Value Operand(const Expr& e, const Expr& other, const Scope& scope) {
  const FieldInfo* field = FieldOf(other);
  const Expr& inner = WithoutParens(e);
  if (field != nullptr && field->type == FieldType::kEnum &&
      inner.kind == ExprKind::kName) {
    const std::optional<int64_t> place =
        FindEnumValue(field->enum_type, inner.name);
    if (place.has_value()) return Value::Enum(field->enum_type, *place);
  }
  return Eval(e, scope);
}

std::vector<Value> Elements(const Expr& expr, const Expr& left,
                            const Scope& scope) {
  std::vector<Value> values;
  const Expr& e = WithoutParens(expr);
  if (e.kind == ExprKind::kList) {
    for (const Expr& element : e.children) {
      values.push_back(Operand(element, left, scope));
    }
    return values;
  }
  if (e.kind == ExprKind::kName) {
    if (const auto* list = scope.definitions->FindList(e.name)) {
      for (const Expr& element : list->elements) {
        values.push_back(Operand(element, left, scope));
      }
      if (list->from.has_value()) {
        for (const auto& line : scope.definitions->Lines(list->from->value)) {
          values.push_back(Value::Text(line, /*folds=*/false));
        }
      }
      return values;
    }
  }
  // A single value, or a field: of a list field, each element.
  const Value value = Operand(e, left, scope);
  if (value.type != Value::Type::kList) return {value};
  for (const AlertValue& element : value.list) {
    values.push_back(Value::Text(element.text, /*folds=*/true));
  }
  return values;
}

// "true when any element fits" of the values of the left side: one, or each of
// a list field.
template <typename Fits>
bool AnyPair(const Expr& e, const Scope& scope, const Fits& fits) {
  for (const Value& left : Elements(e.children[0], e.children[1], scope)) {
    for (const Value& right : Elements(e.children[1], e.children[0], scope)) {
      if (!left.missing() && !right.missing() && fits(left, right)) return true;
    }
  }
  return false;
}

bool Compare(const Expr& e, const Scope& scope) {
  const Value a = Operand(e.children[0], e.children[1], scope);
  const Value b = Operand(e.children[1], e.children[0], scope);
  switch (e.op) {
    case BinaryOp::kEq:
      return Equal(a, b);
    case BinaryOp::kLt:
      return Less(a, b);
    case BinaryOp::kGt:
      return Less(b, a);
    case BinaryOp::kLe:
      return Less(a, b) || Equal(a, b);
    default:
      return Less(b, a) || Equal(a, b);
  }
}

bool HoldsBinary(const Expr& e, const Scope& scope) {
  const auto holds = [&](const Expr& child) { return Holds(child, scope); };
  // "`!=`, `not in`, `not like`, `not matches`, `not has` are exactly their
  // negations."
  const auto negated = [&](BinaryOp op) {
    Expr positive = e;
    positive.op = op;
    return !HoldsBinary(positive, scope);
  };
  switch (e.op) {
    case BinaryOp::kAnd:
      return std::all_of(e.children.begin(), e.children.end(), holds);
    case BinaryOp::kOr:
      return std::any_of(e.children.begin(), e.children.end(), holds);
    case BinaryOp::kNe:
      return negated(BinaryOp::kEq);
    case BinaryOp::kNotIn:
      return negated(BinaryOp::kIn);
    case BinaryOp::kNotLike:
      return negated(BinaryOp::kLike);
    case BinaryOp::kNotMatches:
      return negated(BinaryOp::kMatches);
    case BinaryOp::kNotHas:
      return negated(BinaryOp::kHas);
    case BinaryOp::kNotDuring:
      return negated(BinaryOp::kDuring);
    case BinaryOp::kDuring: {
      const Value time = Eval(e.children[0], scope);
      return !time.missing() &&
             HoldsDuring(Time(Duration(time.integer)), e.children[1], scope);
    }
    case BinaryOp::kIn:
      return AnyPair(e, scope, IsIn);
    case BinaryOp::kHas:
      return AnyPair(e, scope, Equal);
    case BinaryOp::kLike:
      // "whole value; `*` any run of characters, `?` one"
      return AnyPair(e, scope, [](const Value& text, const Value& pattern) {
        return GlobMatch(pattern.text, text.text, text.folds);
      });
    case BinaryOp::kMatches:
      // "RE2, found anywhere; on a kw field it ignores case"
      return AnyPair(e, scope, [](const Value& text, const Value& pattern) {
        re2::RE2::Options options;
        options.set_case_sensitive(!text.folds);
        return re2::RE2::PartialMatch(text.text,
                                      re2::RE2(pattern.text, options));
      });
    default:
      return Compare(e, scope);
  }
}

// A field of the event, a value that goes by a name, a constant or a condition.
Value NameValue(const Expr& e, const Scope& scope) {
  if (scope.named != nullptr) {
    const auto named = scope.named->find(e.name);
    if (named != scope.named->end()) return named->second;
  }
  if (const FieldInfo* field = FindField(e.name)) {
    const std::optional<Value> of_alert = AlertField(*field, scope);
    return of_alert.has_value() ? *of_alert : FieldValue(*field, *scope.event);
  }
  if (const auto number = FindMqConstant(e.name)) {
    return Value::Number(*number);
  }
  if (const auto* macro = scope.definitions->FindMacro(e.name)) {
    // "Type-checked once": its names are no rule's keys.
    Scope of_macro = scope;
    of_macro.named = nullptr;
    return Value::Bool(Holds(macro->condition, of_macro));
  }
  return Value::Bool(e.name == "true");
}

// `a.x | b.y`: each names its kind, so at most one is there.
Value FirstOf(const std::vector<Expr>& alternatives, const Scope& scope) {
  for (const Expr& alternative : alternatives) {
    const Value v = Eval(alternative, scope);
    if (!v.missing()) return v;
  }
  return Value();
}

}  // namespace

const Expr& WithoutParens(const Expr& e) {
  return e.kind == ExprKind::kParen ? WithoutParens(e.children[0]) : e;
}

const FieldInfo* FieldOf(const Expr& expr) {
  const Expr& e = WithoutParens(expr);
  if (e.kind == ExprKind::kName) return FindField(e.name);
  if (e.kind == ExprKind::kMember &&
      e.children[0].kind == ExprKind::kName && e.children[0].name != "attr") {
    return FindField(e.name);
  }
  if (e.kind == ExprKind::kCall && (e.name == "min" || e.name == "max")) {
    return FieldOf(e.children[0]);
  }
  return nullptr;
}

bool IsIn(const Value& value, const Value& element) {
  if (value.type == Value::Type::kIp && element.type == Value::Type::kText) {
    IpNetwork network;
    return ParseNetwork(element.text, &network) == NetworkSyntax::kOk &&
           network.Contains(value.ip);
  }
  return Equal(value, element);
}

// "Kinds in `on`: one or several, or `any` (all but `alert`)."
bool OfKinds(std::span<const ast::Name> kinds, const Event& event) {
  const auto kind = EnumValueName(EnumType::kKind, event.Int(FieldId::kKind));
  return std::any_of(kinds.begin(), kinds.end(), [&](const ast::Name& on) {
    return on.text == kind || (on.text == "any" && kind != "alert");
  });
}

Value Eval(const Expr& e, const Scope& scope) {
  switch (e.kind) {
    case ExprKind::kParen:
      return Eval(e.children[0], scope);
    case ExprKind::kString:
      return Value::Text(e.string, /*folds=*/false);
    case ExprKind::kInt:
      return Value::Number(e.integer);
    case ExprKind::kDecimal:
      return Value::Number(Fraction::Of(e.decimal));
    case ExprKind::kDuration:
      return Value::OfDuration(Fraction::Of(e.duration.count()));
    case ExprKind::kInstant:
      return Value::OfTime(e.instant);
    case ExprKind::kNegate:
      return Arithmetic(e, scope);
    case ExprKind::kBinary:
      return e.op >= BinaryOp::kAdd ? Arithmetic(e, scope)
                                    : Value::Bool(Holds(e, scope));
    case ExprKind::kName:
      return NameValue(e, scope);
    case ExprKind::kMember:
      return Member(e, scope);
    case ExprKind::kStepCount:
      return StepCount(e, scope);
    case ExprKind::kAlternatives:
      return FirstOf(e.children, scope);
    case ExprKind::kCall:
      return Call(e, scope);
    default:
      return Value::Bool(Holds(e, scope));
  }
}

bool Holds(const Expr& e, const Scope& scope) {
  switch (e.kind) {
    case ExprKind::kParen:
      return Holds(e.children[0], scope);
    case ExprKind::kNot:
      return !Holds(e.children[0], scope);
    case ExprKind::kBinary:
      return HoldsBinary(e, scope);
    case ExprKind::kIndex:
      return HoldsRecent(e, scope);
    default:  // "A bare bool field is a condition."
      return Equal(Eval(e, scope), Value::Bool(true));
  }
}

bool Holds(const std::optional<Expr>& condition, const Scope& scope) {
  return !condition.has_value() || Holds(*condition, scope);
}

std::string Fill(std::span<const ast::TextPart> parts, const Scope& scope) {
  std::string text;
  for (const ast::TextPart& part : parts) {
    text += part.expr.has_value() ? Shown(Eval(*part.expr, scope))
                                  : part.literal;
  }
  return text;
}

}  // namespace mqwarden::oracle
