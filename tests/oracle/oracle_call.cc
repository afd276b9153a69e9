// Functions, aggregates, arithmetic and look-ups: sections 4, 5 and 7 of the
// language.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/tests/oracle/oracle_expr.h"

namespace mqwarden::oracle {
namespace {

using ast::BinaryOp;
using ast::Expr;
using ast::ExprKind;

Scope ScopeOf(const Scope& scope, const Event& event) {
  Scope result = scope;
  result.event = &event;
  result.window = {};
  result.named = nullptr;  // a list of `each` is the list of the event
  return result;
}

// "set(f, n), the first n different values"
Value FirstValues(const Expr& e, const Scope& scope) {
  Value result;
  std::set<KeyPartValue> seen;
  for (const EventPtr& event : scope.window) {
    const Value v = Eval(e.children[0], ScopeOf(scope, *event));
    if (v.missing() || !seen.insert(KeyPartOf(v)).second) continue;
    if (static_cast<int64_t>(seen.size()) > e.children[1].integer) break;
    result.type = Value::Type::kList;
    result.list.push_back(ShownValue(v));
  }
  return result;
}

Value Count(const Expr& e, const Scope& scope) {
  return Value::Number(std::count_if(
      scope.window.begin(), scope.window.end(), [&](const EventPtr& event) {
        return e.children.empty() ||
               Holds(e.children[0], ScopeOf(scope, *event));
      }));
}

Value Distinct(const Expr& e, const Scope& scope) {
  std::set<Key> different;
  for (const EventPtr& event : scope.window) {
    Key tuple;
    bool complete = true;
    for (const Expr& child : e.children) {
      tuple.push_back(KeyPartOf(Eval(child, ScopeOf(scope, *event))));
      complete = complete && tuple.back().has_value();
    }
    if (complete) different.insert(tuple);
  }
  return Value::Number(static_cast<int64_t>(different.size()));
}

// "Values that are missing are skipped; aggregates skip what is no number."
std::vector<Value> ValuesOf(const Expr& argument, const Scope& scope) {
  std::vector<Value> values;
  for (const EventPtr& event : scope.window) {
    const Value v = AsNumber(Eval(argument, ScopeOf(scope, *event)));
    if (!v.missing()) values.push_back(v);
  }
  return values;
}

// "Of durations they are durations."
bool IsDuration(const Expr& expr) {
  const Expr& e = WithoutParens(expr);
  if (e.kind == ExprKind::kDuration) return true;
  if (e.kind == ExprKind::kBinary || e.kind == ExprKind::kNegate) {
    return IsDuration(e.children[0]) &&
           (e.op != BinaryOp::kDiv || e.kind == ExprKind::kNegate ||
            !IsDuration(e.children[1]));
  }
  const FieldInfo* field = FieldOf(e);
  return field != nullptr && field->type == FieldType::kDuration;
}

Value SumOf(const std::vector<Value>& values, bool duration) {
  Fraction sum;
  for (const Value& v : values) sum = *Sum(sum, v.number);
  return duration ? Value::OfDuration(sum) : Value::Number(sum);
}

// "Nearest rank: 0 < P <= 100, rank ceil(P/100 · n)."
Value Percentile(std::vector<Value> values, const Value& percent) {
  std::stable_sort(values.begin(), values.end(), Less);
  const Fraction n = Fraction::Of(static_cast<int64_t>(values.size()));
  int64_t rank = 1;
  while (Fraction::Of(rank * 100) < *Product(percent.number, n)) ++rank;
  return values[static_cast<size_t>(rank - 1)];
}

// "`avg`, `min`, `max`, `percentile` on nothing are undefined": missing.
Value AggregateOfValues(const Expr& e, const Scope& scope) {
  const std::vector<Value> values = ValuesOf(e.children[0], scope);
  const bool duration = IsDuration(e.children[0]);
  if (e.name == "sum") return SumOf(values, duration);
  if (values.empty()) return Value();
  if (e.name == "min") {
    return *std::min_element(values.begin(), values.end(), Less);
  }
  if (e.name == "max") {
    return *std::max_element(values.begin(), values.end(), Less);
  }
  if (e.name == "percentile") {
    return Percentile(values, Eval(e.children[1], scope));
  }
  Value average = SumOf(values, duration);
  average.number =
      *Product(average.number, *Fraction::Make(
                                   1, static_cast<int64_t>(values.size())));
  return average;
}

Value Aggregate(const Expr& e, const Scope& scope) {
  if (e.name == "set") return FirstValues(e, scope);
  if (e.name == "count") return Count(e, scope);
  if (e.name == "distinct") return Distinct(e, scope);
  return AggregateOfValues(e, scope);
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

}  // namespace

bool IsAggregate(const std::string& function) {
  for (const char* name : {"count", "distinct", "set", "sum", "avg", "min",
                           "max", "percentile"}) {
    if (function == name) return true;
  }
  return false;
}

Value Call(const Expr& e, const Scope& scope) {
  if (IsAggregate(e.name)) return Aggregate(e, scope);
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
    return Value::Number(static_cast<int64_t>(length));
  }
  // network(ip, 24, 64): "the prefix as text"
  const int prefix = static_cast<int>(
      v.ip.is_v4() ? 96 + e.children[1].integer : e.children[2].integer);
  return Value::Text(FormatNetwork(NetworkOf(v.ip, prefix)), /*folds=*/false);
}

// "Duration ± duration, duration / duration (a number), duration / number; a
// division by zero is undefined."
Value Arithmetic(const Expr& e, const Scope& scope) {
  const Value a = AsNumber(Eval(e.children[0], scope));
  if (a.missing()) return a;
  const auto like_a = [&](const Fraction& number) {
    Value result = a;
    result.number = number;
    return result;
  };
  if (e.kind == ExprKind::kNegate) return like_a(a.number.Negative());
  const Value b = AsNumber(Eval(e.children[1], scope));
  if (b.missing()) return b;
  switch (e.op) {
    case BinaryOp::kAdd:
      return like_a(*Sum(a.number, b.number));
    case BinaryOp::kSub:
      return like_a(*Sum(a.number, b.number.Negative()));
    case BinaryOp::kMul:
      return like_a(*Product(a.number, b.number));
    default: {
      const std::optional<Fraction> inverse = b.number.Inverse();
      if (!inverse.has_value()) return Value();
      const Fraction quotient = *Product(a.number, *inverse);
      return b.type == Value::Type::kDuration ? Value::Number(quotient)
                                              : like_a(quotient);
    }
  }
}

// "A lookup that finds nothing is missing", as is an empty cell.
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

}  // namespace mqwarden::oracle
