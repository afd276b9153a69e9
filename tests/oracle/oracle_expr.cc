// Expressions and conditions: sections 3, 4 and 7 of the language.
#include "mqwarden/tests/oracle/oracle_expr.h"

#include <algorithm>
#include <set>
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

const Expr& WithoutParens(const Expr& e) {
  return e.kind == ExprKind::kParen ? WithoutParens(e.children[0]) : e;
}

// The field that a name stands for; null where it is something else.
const FieldInfo* FieldOf(const Expr& expr) {
  const Expr& e = WithoutParens(expr);
  return e.kind == ExprKind::kName ? FindField(e.name) : nullptr;
}

Value FieldValue(const FieldInfo& field, const Scope& scope) {
  // Of the alert to be sent, not of an event.
  if (field.id == FieldId::kRule) {
    return Value::Text(scope.rule->name.text, /*folds=*/true);
  }
  if (field.id == FieldId::kRuleTags) {
    Value tags;
    if (scope.rule->tags.empty()) return tags;
    tags.type = Value::Type::kList;
    for (const auto& tag : scope.rule->tags) {
      tags.list.push_back({.text = tag.value});
    }
    return tags;
  }
  if (field.id == FieldId::kSeverity) {
    return Value::Enum(EnumType::kSeverity,
                       static_cast<int64_t>(*scope.severity));
  }

  const Event& event = *scope.event;
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
      return Value::Number(Decimal::FromInt(event.Int(field.id)));
    case FieldType::kBool:
      return Value::Bool(event.Int(field.id) != 0);
    case FieldType::kIp:
      v.type = Value::Type::kIp;
      v.ip = event.Ip(field.id);
      return v;
    case FieldType::kTs:
    case FieldType::kDuration:
      v.type = field.type == FieldType::kTs ? Value::Type::kTime
                                            : Value::Type::kDuration;
      v.integer = event.Int(field.id);
      return v;
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
  v.attr_number = attr->has_number
                      ? std::optional(Decimal::FromInt(attr->number))
                      : Decimal::Parse(attr->text);
  return v;
}

// The elements of `[ … ]` or of a list by name, as they stand beside `left`.
std::vector<Value> Elements(const Expr& expr, const Expr& left,
                            const Scope& scope);

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

bool IsIn(const Value& value, const Value& element) {
  if (value.type == Value::Type::kIp && element.type == Value::Type::kText) {
    IpNetwork network;
    return ParseNetwork(element.text, &network) == NetworkSyntax::kOk &&
           network.Contains(value.ip);
  }
  return Equal(value, element);
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

Scope OfEvent(const Scope& scope, const Event& event) {
  Scope result = scope;
  result.event = &event;
  result.window = {};
  return result;
}

// "Aggregates, over the events of the window. Values that are missing are
// skipped."
Value Aggregate(const Expr& e, const Scope& scope) {
  if (e.name == "set") {  // "the first n different values"
    Value result;
    std::set<KeyPartValue> seen;
    for (const EventPtr& event : scope.window) {
      const Value v = Eval(e.children[0], OfEvent(scope, *event));
      if (v.missing() || !seen.insert(KeyPartOf(v)).second) continue;
      if (static_cast<int64_t>(seen.size()) > e.children[1].integer) break;
      result.type = Value::Type::kList;
      result.list.push_back(ShownValue(v));
    }
    return result;
  }
  int64_t count = 0;
  std::set<Key> different;
  for (const EventPtr& event : scope.window) {
    const Scope of_event = OfEvent(scope, *event);
    if (e.name == "count") {
      count += e.children.empty() || Holds(e.children[0], of_event);
      continue;
    }
    Key tuple;
    bool complete = true;
    for (const Expr& child : e.children) {
      tuple.push_back(KeyPartOf(Eval(child, of_event)));
      complete = complete && tuple.back().has_value();
    }
    if (complete) different.insert(tuple);
  }
  if (e.name == "distinct") count = static_cast<int64_t>(different.size());
  return Value::Number(Decimal::FromInt(count));
}

// The label of the first pattern that fits, else missing. `"*"` fits both globs
// and networks.
Value PatternLabel(const Expr& e, const Scope& scope) {
  const Value v = Eval(e.children[0], scope);
  if (v.missing()) return v;
  const ast::PatternsDef& patterns =
      *scope.definitions->FindPatterns(e.children[1].name);
  for (const ast::PatternsDef::Row& row : patterns.rows) {
    const std::string& pattern = row.pattern.value;
    const bool fits =
        pattern == "*" ||
        (v.type == Value::Type::kIp
             ? IsIn(v, Value::Text(pattern, false))
             : GlobMatch(pattern, v.text, v.folds));
    if (fits) return Value::Text(row.label.text, /*folds=*/true);
  }
  return Value();
}

// "`coalesce` of different types gives text", which compares like a kw.
std::string TypeName(const Expr& expr) {
  const Expr& e = WithoutParens(expr);
  if (e.kind == ExprKind::kString) return "str";
  if (e.kind == ExprKind::kInt) return "int";
  if (e.kind == ExprKind::kCall) {
    if (e.name == "lower") return TypeName(e.children[0]);
    if (e.name == "length") return "int";
    if (e.name == "network") return "str";
  }
  const FieldInfo* field = FieldOf(e);
  if (field == nullptr) return "kw";  // attr, table column, label of patterns
  return field->type == FieldType::kEnum
             ? std::string(EnumTypeName(field->enum_type))
             : std::string(FieldTypeName(field->type));
}

Value Coalesce(const Expr& e, const Scope& scope) {
  bool same = true;
  for (const Expr& child : e.children) {
    same = same && TypeName(child) == TypeName(e.children[0]);
  }
  for (const Expr& child : e.children) {
    Value v = Eval(child, scope);
    if (v.missing()) continue;
    return same ? v : Value::Text(Shown(v), /*folds=*/true);
  }
  return Value();
}

Value Call(const Expr& e, const Scope& scope) {
  if (e.name == "count" || e.name == "distinct" || e.name == "set") {
    return Aggregate(e, scope);
  }
  if (e.name == "pattern") return PatternLabel(e, scope);
  if (e.name == "coalesce") return Coalesce(e, scope);

  Value v = Eval(e.children[0], scope);
  if (e.name == "exists") return Value::Bool(!v.missing());
  if (v.missing()) return v;
  if (e.name == "lower") {
    v.text = ToAsciiLower(v.text);
    return v;
  }
  if (e.name == "length") {
    const size_t length = v.type == Value::Type::kList ? v.list.size()
                                                       : CountUtf8Chars(v.text);
    return Value::Number(Decimal::FromInt(static_cast<int64_t>(length)));
  }
  // network(ip, 24, 64): "the prefix as text"
  const int prefix = static_cast<int>(
      v.ip.is_v4() ? 96 + e.children[1].integer : e.children[2].integer);
  return Value::Text(FormatNetwork(NetworkOf(v.ip, prefix)), /*folds=*/false);
}

// TABLE[f, g].column: "a lookup that finds nothing is missing", as is an empty
// cell.
Value Lookup(const Expr& e, const Scope& scope) {
  const Expr& index = e.children[0];
  const ast::TableDef& table = *scope.definitions->FindTable(index.name);
  for (const auto& row : scope.definitions->Rows(table.from.value)) {
    bool fits = true;
    for (size_t i = 0; i < table.key.size(); ++i) {
      const Value v = Eval(index.children[i], scope);
      const auto cell = row.find(table.key[i].text);
      fits = fits && cell != row.end() &&
             Equal(v, Value::Text(cell->second, /*folds=*/false));
    }
    if (!fits) continue;
    const auto cell = row.find(e.name);
    if (cell == row.end()) return Value();
    return Value::Text(cell->second, /*folds=*/true);
  }
  return Value();
}

}  // namespace

Value Eval(const Expr& e, const Scope& scope) {
  switch (e.kind) {
    case ExprKind::kParen:
    case ExprKind::kOptional:
      return Eval(e.children[0], scope);
    case ExprKind::kString:
      return Value::Text(e.string, /*folds=*/false);
    case ExprKind::kInt:
      return Value::Number(Decimal::FromInt(e.integer));
    case ExprKind::kDecimal:
      return Value::Number(e.decimal);
    case ExprKind::kNegate: {
      const Value v = Eval(e.children[0], scope);
      return Value::Number(Decimal() - v.number);
    }
    case ExprKind::kDuration: {
      Value v;
      v.type = Value::Type::kDuration;
      v.integer = e.duration.count();
      return v;
    }
    case ExprKind::kInstant: {
      Value v;
      v.type = Value::Type::kTime;
      v.integer = e.instant.time_since_epoch().count();
      return v;
    }
    case ExprKind::kName:
      if (const FieldInfo* field = FindField(e.name)) {
        return FieldValue(*field, scope);
      }
      if (const auto number = FindMqConstant(e.name)) {
        return Value::Number(Decimal::FromInt(*number));
      }
      return Value::Bool(Holds(e, scope));
    case ExprKind::kMember:
      return e.children[0].kind == ExprKind::kIndex
                 ? Lookup(e, scope)
                 : AttrValue(e.name, *scope.event);
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
    case ExprKind::kName:
      if (const auto* macro = scope.definitions->FindMacro(e.name)) {
        return Holds(macro->condition, scope);
      }
      if (const FieldInfo* field = FindField(e.name)) {
        return Equal(FieldValue(*field, scope), Value::Bool(true));
      }
      return e.name == "true";
    default:
      return Equal(Eval(e, scope), Value::Bool(true));
  }
}

std::optional<Key> KeyOf(std::span<const ast::KeyPart> by, const Scope& scope) {
  Key key;
  for (const ast::KeyPart& part : by) {
    key.push_back(KeyPartOf(Eval(part.expr, scope)));
    if (!key.back().has_value() && !part.optional) return std::nullopt;
  }
  return key;
}

// "`by k = EXPR` names a computed key; a limit key that is an expression is
// named by `k = EXPR`, else by its function."
std::vector<AlertField> GroupOf(std::span<const ast::KeyPart> by,
                                const Scope& scope) {
  std::vector<AlertField> group;
  for (const ast::KeyPart& part : by) {
    const Value v = Eval(part.expr, scope);
    if (v.missing()) continue;
    const Expr& e = part.expr.kind == ExprKind::kOptional
                        ? part.expr.children[0]
                        : part.expr;
    std::string name = part.name.has_value() ? part.name->text : e.name;
    if (e.kind == ExprKind::kMember && !part.name.has_value()) {
      name = "attr." + e.name;
    }
    group.push_back({name, ShownValue(v)});
  }
  return group;
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
