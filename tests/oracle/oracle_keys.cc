// The tuples of `by`: sections 7 and 13 of the language.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "mqwarden/tests/oracle/oracle_expr.h"

namespace mqwarden::oracle {
namespace {

// "`each tags`: once per value. Repeats in a list count once." A missing list
// has one value: missing.
std::vector<Value> ValuesOf(const ast::KeyPart& part, const Scope& scope) {
  const Value v = Eval(part.expr, scope);
  if (!part.each || v.missing()) return {v};
  std::vector<Value> values;
  std::set<KeyPartValue> seen;
  for (const AlertValue& element : v.list) {
    const Value value = Value::Text(element.text, /*folds=*/true);
    if (seen.insert(KeyPartOf(value)).second) values.push_back(value);
  }
  return values;
}

// "`by k = EXPR` names a computed key; a limit key that is an expression is
// named by `k = EXPR`, else by its function."
std::string NameOf(const ast::KeyPart& part) {
  if (part.name.has_value()) return part.name->text;
  const ast::Expr& e = WithoutParens(part.expr);
  if (e.kind != ast::ExprKind::kMember) return e.name;
  const ast::Expr& owner = e.children[0];
  return owner.kind == ast::ExprKind::kName ? owner.name + "." + e.name
                                            : e.name;
}

}  // namespace

std::vector<Value> Universe(const ast::Expr& list, const Scope& scope) {
  std::vector<Value> values;
  const auto add = [&](const std::string& text) {
    values.push_back(Value::Text(text, /*folds=*/true));
  };
  const ast::Expr& e = WithoutParens(list);
  const std::vector<ast::Expr>* elements = &e.children;
  if (e.kind == ast::ExprKind::kName) {
    const ast::ListDef& named = *scope.definitions->FindList(e.name);
    elements = &named.elements;
    if (named.from.has_value()) {
      for (const auto& line : scope.definitions->Lines(named.from->value)) {
        add(line);
      }
    }
  }
  for (const ast::Expr& element : *elements) add(element.string);
  return values;
}

std::vector<KeyTuple> KeysOf(std::span<const ast::KeyPart> by,
                             const Scope& scope) {
  std::vector<KeyTuple> tuples(1);
  for (const ast::KeyPart& part : by) {
    const std::string name = NameOf(part);
    std::vector<KeyTuple> longer;
    for (const KeyTuple& tuple : tuples) {
      for (const Value& v : ValuesOf(part, scope)) {
        if (v.missing() && !part.optional) continue;
        KeyTuple& next = longer.emplace_back(tuple);
        next.key.push_back(KeyPartOf(v));
        if (part.name.has_value() || part.each) next.named[name] = v;
        if (!v.missing()) next.group.push_back({name, ShownValue(v)});
      }
    }
    tuples = std::move(longer);
  }
  std::stable_sort(
      tuples.begin(), tuples.end(),
      [](const KeyTuple& a, const KeyTuple& b) { return a.key < b.key; });
  return tuples;
}

}  // namespace mqwarden::oracle
