#include "mqwarden/rules/occurrences.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

using ast::BinaryOp;
using ast::Expr;
using ast::ExprKind;

// The field of an alert by which rules speak of one another.
constexpr std::string_view kRuleField = "rule";

const Expr& Unwrapped(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = &inner->children.front();
  return *inner;
}

// The enum of a field, or of a step's or kind's field.
EnumType EnumOf(const Expr& outer) {
  const Expr& expr = Unwrapped(outer);
  if (expr.kind != ExprKind::kName && expr.kind != ExprKind::kMember) {
    return EnumType::kNone;
  }
  const FieldInfo* const field = FindField(expr.name);
  return field == nullptr ? EnumType::kNone : field->enum_type;
}

bool IsRuleField(const Expr& outer) {
  const Expr& expr = Unwrapped(outer);
  return (expr.kind == ExprKind::kName || expr.kind == ExprKind::kMember) &&
         expr.name == kRuleField;
}

class Finder {
 public:
  explicit Finder(const ast::File& file) : file_(file) {}

  std::vector<Occurrence> Find() {
    for (const ast::ParamDef& def : file_.params) Define(def, NameRole::kDefines);
    for (const ast::ListDef& def : file_.lists) Define(def, NameRole::kDefines);
    for (const ast::TableDef& def : file_.tables) {
      Define(def, NameRole::kDefines);
    }
    for (const ast::PatternsDef& def : file_.patterns) {
      Define(def, NameRole::kDefines);
    }
    for (const ast::CalendarDef& def : file_.calendars) {
      Define(def, NameRole::kDefines);
    }
    for (const ast::RecentDef& def : file_.recents) Visit(def);
    for (const ast::MacroDef& def : file_.macros) {
      Add(def.name, NameSpace::kDefinition, NameRole::kDefines);
      Visit(def.condition);
    }
    for (const ast::Policy& policy : file_.policies) VisitSilences(policy);
    for (const ast::Replacement& replacement : file_.overrides) {
      Visit(replacement);
    }
    for (const ast::Amendment& amendment : file_.amendments) {
      Add(amendment.rule, NameSpace::kRule, NameRole::kUses);
      VisitSilences(amendment);
      Visit(amendment.notify);
    }
    for (const ast::Disabling& disabling : file_.disablings) {
      Add(disabling.rule, NameSpace::kRule, NameRole::kUses);
    }
    for (const ast::Report& report : file_.reports) Visit(report);
    for (size_t i = 0; i < file_.rules.size(); ++i) VisitRule(i);
    for (const ast::Test& test : file_.tests) Visit(test);
    return Sorted();
  }

 private:
  void Add(Span span, std::string_view name, NameSpace space, NameRole role) {
    if (name.empty()) return;
    found_.push_back({span, std::string(name), space, role, rule_});
  }
  void Add(const ast::Name& name, NameSpace space, NameRole role) {
    Add(name.span, name.text, space, role);
  }
  void AddParam(const std::string& param, Span span) {
    if (!param.empty()) {
      Add(span, param, NameSpace::kDefinition, NameRole::kUses);
    }
  }

  // --- leaves
  template <typename T>
  void Visit(const ast::Given<T>& given) {
    AddParam(given.param, given.span);
  }
  void Visit(const ast::StringLiteral& literal) {
    AddParam(literal.param, literal.span);
  }
  template <typename T>
  void Visit(const std::optional<T>& part) {
    if (part.has_value()) Visit(*part);
  }
  template <typename T>
  void Visit(const std::vector<T>& parts) {
    for (const T& part : parts) Visit(part);
  }
  void Visit(const ast::TextPart& part) { Visit(part.expr); }

  // --- expressions. The parser bounds how deep one nests, and so the recursion.
  void Visit(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kName:
        VisitName(expr.span, expr.name);
        return;
      case ExprKind::kStepCount:
        Add(expr.op_span, expr.name, NameSpace::kStep, NameRole::kUses);
        return;
      case ExprKind::kIndex:
        Add(expr.op_span, expr.name, NameSpace::kDefinition, NameRole::kUses);
        break;
      case ExprKind::kMember:
        // `attr.N` and KIND.field name nothing that a rule set defines.
        if (Expr const& of = expr.children.front(); of.kind == ExprKind::kName) {
          if (steps_.contains(of.name)) {
            Add(of.span, of.name, NameSpace::kStep, NameRole::kUses);
          }
          return;
        }
        break;
      case ExprKind::kBinary:
        VisitBinary(expr);
        return;
      default:
        break;
    }
    Visit(expr.children);
  }

  void VisitName(Span span, const std::string& name) {
    if (FindField(name) != nullptr || FindMqConstant(name).has_value()) return;
    const NameSpace space =
        keys_.contains(name) ? NameSpace::kKey : NameSpace::kDefinition;
    Add(span, name, space, NameRole::kUses);
  }

  void VisitBinary(const Expr& expr) {
    const bool compares = expr.op == BinaryOp::kEq || expr.op == BinaryOp::kNe ||
                          expr.op == BinaryOp::kIn ||
                          expr.op == BinaryOp::kNotIn ||
                          (expr.op >= BinaryOp::kLt && expr.op <= BinaryOp::kGe);
    if (!compares || expr.children.size() != 2) {
      Visit(expr.children);
      return;
    }
    VisitSide(expr.children[0], expr.children[1]);
    VisitSide(expr.children[1], expr.children[0]);
  }

  // A side of a comparison, where a name may be a value of the other's enum and
  // a text the name of a rule.
  void VisitSide(const Expr& outer, const Expr& other) {
    const Expr& side = Unwrapped(outer);
    const EnumType type = EnumOf(other);
    const auto visit = [&](const Expr& value) {
      if (value.kind == ExprKind::kName && type != EnumType::kNone &&
          FindEnumValue(type, value.name).has_value()) {
        return;
      }
      if (value.kind == ExprKind::kString && IsRuleField(other)) {
        AddQuoted(value.span, value.string);
        return;
      }
      Visit(value);
    };
    if (side.kind != ExprKind::kList) {
      visit(side);
      return;
    }
    for (const Expr& element : side.children) visit(element);
  }

  // The name of a rule in plain quotes: one with escapes is left alone.
  void AddQuoted(Span span, const std::string& name) {
    if (span.end - span.begin != name.size() + 2) return;
    Add({span.begin + 1, span.end - 1}, name, NameSpace::kRule,
        NameRole::kUses);
  }

  // --- parts of clauses
  void Visit(const ast::KeyPart& part) {
    if (part.name.has_value() && defines_keys_) {
      Add(*part.name, NameSpace::kKey, NameRole::kDefines);
    }
    Visit(part.expr);
    Visit(part.from);
  }
  void Visit(const ast::SeverityLine& line) { Visit(line.when); }
  void Visit(const ast::Exclude& exclude) { Visit(exclude.condition); }
  void Visit(const ast::Mute& mute) {
    Visit(mute.condition);
    Visit(mute.until);
    Visit(mute.calendars);
  }
  void Visit(const ast::Limit& limit) {
    Visit(limit.count);
    Visit(limit.per);
    Visit(limit.by);
    Visit(limit.unless);
  }
  void Visit(const ast::Escalate& escalate) { Visit(escalate.when); }
  void Visit(const ast::AlertFieldDecl& field) { Visit(field.expr); }
  void Visit(const ast::AlertBlock& alert) {
    Visit(alert.summary_parts);
    Visit(alert.runbook_parts);
    Visit(alert.fields);
    Visit(alert.evidence_first);
    Visit(alert.evidence_last);
  }
  void Visit(const ast::Refire& refire) {
    Visit(refire.below);
    Visit(refire.every);
  }
  void Visit(const ast::SequenceStep& step) {
    if (step.label.has_value()) {
      Add(*step.label, NameSpace::kStep, NameRole::kDefines);
    }
    Visit(step.count);
    Visit(step.where);
  }
  void Visit(const ast::When& when) {
    Visit(when.condition);
    Visit(when.tuple);
    Visit(when.below);
    Visit(when.window);
    Visit(when.learn);
    Visit(when.steps);
  }
  template <typename T>
  void VisitSilences(const T& of) {
    Visit(of.excludes);
    Visit(of.mutes);
    Visit(of.limits);
  }

  // --- definitions
  void Define(const ast::ParamDef& def, NameRole role) {
    Add(def.name, NameSpace::kDefinition, role);
    // A word is an enum value or a constant there.
    if (Unwrapped(def.value).kind != ExprKind::kName) Visit(def.value);
  }
  void Define(const ast::ListDef& def, NameRole role) {
    Add(def.name, NameSpace::kDefinition, role);
    Visit(def.elements);
    Visit(def.from);
  }
  void Define(const ast::TableDef& def, NameRole role) {
    Add(def.name, NameSpace::kDefinition, role);
  }
  void Define(const ast::InventoryDef&, NameRole) {}
  void Define(const ast::PatternsDef& def, NameRole role) {
    Add(def.name, NameSpace::kDefinition, role);
    for (const ast::PatternsDef::Row& row : def.rows) Visit(row.pattern);
  }
  void Define(const ast::CalendarDef& def, NameRole role) {
    Add(def.name, NameSpace::kDefinition, role);
    Visit(def.tz);
    for (const ast::CalendarDef::Weekly& weekly : def.weekly) {
      Visit(weekly.begin);
      Visit(weekly.end);
    }
    for (const ast::CalendarDef::Period& period : def.periods) {
      Visit(period.begin);
      Visit(period.end);
    }
  }
  void Visit(const ast::RecentDef& def) {
    Add(def.name, NameSpace::kDefinition, NameRole::kDefines);
    Visit(def.where);
    Visit(def.by);
    Visit(def.length);
    Visit(def.keys);
  }
  void Visit(const ast::Replacement& replacement) {
    std::visit([this](const auto& def) { Define(def, NameRole::kReplaces); },
               replacement.definition);
  }
  void Visit(const ast::Report& report) {
    Add(report.name, NameSpace::kReport, NameRole::kDefines);
    Visit(report.title_parts);
    Visit(report.where);
    Visit(report.excludes);
    Visit(report.every);
    Visit(report.from);
    Visit(report.tz);
    Visit(report.top);
    Visit(report.by);
    Visit(report.order);
    Visit(report.show);
    Visit(report.keys);
  }

  void Visit(const ast::TestField& field) {
    if (field.name.text == kRuleField &&
        field.value.kind == ExprKind::kString) {
      AddQuoted(field.value.span, field.value.string);
      return;
    }
    const FieldInfo* const info = FindField(field.name.text);
    if (info != nullptr && info->enum_type != EnumType::kNone &&
        field.value.kind == ExprKind::kName &&
        FindEnumValue(info->enum_type, field.value.name).has_value()) {
      return;
    }
    Visit(field.value);
  }
  void Visit(const ast::TestStep& step) {
    Visit(step.time);
    Visit(step.fields);
    Visit(step.repeat);
    Visit(step.every);
    Visit(step.count);
    Visit(step.of);
  }
  void Visit(const ast::Test& test) {
    Visit(test.start);
    Visit(test.with);
    Visit(test.steps);
  }

  void VisitRule(size_t index) {
    const ast::Rule& rule = file_.rules[index];
    Add(rule.name, NameSpace::kRule, NameRole::kDefines);
    rule_ = index;
    if (rule.when.has_value()) {
      for (const ast::SequenceStep& step : rule.when->steps) {
        if (step.label.has_value()) steps_.insert(step.label->text);
      }
    }
    for (const ast::KeyPart& part : rule.by) {
      if (part.name.has_value()) keys_.insert(part.name->text);
    }
    Visit(rule.title_parts);
    Visit(rule.severity);
    Visit(rule.tags);
    Visit(rule.where);
    Visit(rule.excludes);
    defines_keys_ = true;
    Visit(rule.by);
    defines_keys_ = false;
    Visit(rule.when);
    Visit(rule.refire);
    Visit(rule.keys);
    Visit(rule.mutes);
    Visit(rule.limits);
    Visit(rule.escalations);
    Visit(rule.notify);
    Visit(rule.alert);
    Visit(rule.tests);
    steps_.clear();
    keys_.clear();
    rule_ = kNoRule;
  }

  // A place may be met twice, where the parser keeps it twice.
  std::vector<Occurrence> Sorted() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Occurrence& a, const Occurrence& b) {
                       return a.span.begin < b.span.begin;
                     });
    std::vector<Occurrence> result;
    for (Occurrence& occurrence : found_) {
      if (occurrence.span.begin >= occurrence.span.end) continue;
      if (!result.empty() && occurrence.span.begin < result.back().span.end) {
        continue;
      }
      result.push_back(std::move(occurrence));
    }
    return result;
  }

  const ast::File& file_;
  std::vector<Occurrence> found_;
  size_t rule_ = kNoRule;
  // Of the rule that is being read.
  std::set<std::string, std::less<>> steps_;
  std::set<std::string, std::less<>> keys_;
  bool defines_keys_ = false;
};

}  // namespace

std::vector<Occurrence> FindOccurrences(const ast::File& file) {
  return Finder(file).Find();
}

}  // namespace mqwarden
