// Steps of a sequence as other clauses read them, keys that differ by kind, and
// keys that a list gives.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using ast::ExprKind;

Checked Typed(ExprId id, ValueType type) {
  Checked checked;
  checked.id = id;
  checked.type = type;
  return checked;
}

}  // namespace

StepInfo* ExprChecker::FindStep(const ast::Expr& label, const Scope& scope,
                                bool* refused) {
  if (scope.steps == nullptr) return nullptr;
  const auto found = std::find_if(
      scope.steps->begin(), scope.steps->end(), [&](const StepInfo& step) {
        return !step.label.empty() && step.label == label.name;
      });
  if (found == scope.steps->end()) return nullptr;
  found->used = true;
  const auto place = static_cast<size_t>(found - scope.steps->begin());
  std::string why;
  if (found->missing) {
    why = Quoted(label.name) + " is a step that does not happen";
  } else if (place >= scope.readable_steps) {
    why = scope.in_step
              ? Quoted(label.name) + " does not stand before this step"
              : "`" + std::string(scope.clause) + "` cannot read a step";
  }
  if (why.empty()) return &*found;
  *refused = true;
  Report(diagnostics_, DiagnosticCode::kStepOutOfPlace, scope.text, label.span)
      .Message(std::move(why))
      .Second(scope.text, found->label_span, "this step");
  return nullptr;
}

Checked ExprChecker::FieldOf(const ast::Expr& member, bool attr, uint32_t kinds,
                             const Scope& scope) {
  Checked value;
  if (attr) {
    value = Typed(pool_.Attr(member.name, /*number=*/false),
                  ValueType::kFolded);
    attr_uses_.try_emplace(member.name, Place{scope.text, member.op_span});
  } else {
    const FieldInfo* const field = FindField(member.name);
    const bool alert_only =
        field != nullptr && (field->flags & kFieldAlertOnly) != 0;
    if (field == nullptr || (alert_only && (kinds & kAlertKind) == 0)) {
      std::vector<std::string_view> names;
      for (const FieldInfo& info : AllFields()) names.push_back(info.name);
      Report(diagnostics_,
             field == nullptr ? DiagnosticCode::kUnknownField
                              : DiagnosticCode::kAlertField,
             scope.text, member.op_span)
          .Message(field == nullptr ? "unknown field " + Quoted(member.name)
                                    : Quoted(member.name) +
                                          " is a field of alerts only")
          .Help(field == nullptr
                    ? DidYouMean(*diagnostics_, member.name, names)
                    : "");
      return Checked::Error();
    }
    value = Typed(pool_.Field(field->id, /*of_event=*/true),
                  ValueTypeOf(field->type));
    value.enum_type = field->enum_type;
  }
  if (!scope.names_kinds) return value;
  if (scope.kinds != 0 && (scope.kinds & kinds) == 0) {
    Report(diagnostics_, DiagnosticCode::kUnknownKind, scope.text, member.span)
        .Message("no event of this rule is of the kind that " +
                 Source(member, scope) + " names");
    return Checked::Error();
  }
  value.id = pool_.Node(ExprOp::kOfKind, value.type, kinds, 0, {value.id});
  return value;
}

Checked ExprChecker::StepValue(const ast::Expr& expr, StepInfo* step, bool attr,
                               const Scope& scope) {
  Scope inside = scope;
  inside.names_kinds = false;
  Checked value = FieldOf(expr, attr, step->kinds, inside);
  if (value.error || !MayRead(kReadsStep, expr.span, scope)) {
    return Checked::Error();
  }
  const auto place = static_cast<uint32_t>(step - scope.steps->data());
  value.id = pool_.StepValue(place, value.id);
  return value;
}

Checked ExprChecker::StepCount(const ast::Expr& expr, const Scope& scope) {
  bool refused = false;
  ast::Expr label;
  label.name = expr.name;
  label.span = expr.op_span;
  StepInfo* const step = FindStep(label, scope, &refused);
  if (refused) return Checked::Error();
  if (step == nullptr) {
    std::vector<std::string_view> labels;
    if (scope.steps != nullptr) {
      for (const StepInfo& info : *scope.steps) labels.push_back(info.label);
    }
    Report(diagnostics_, DiagnosticCode::kUnknownName, scope.text, expr.op_span)
        .Message("unknown step " + Quoted(expr.name))
        .Help(DidYouMean(*diagnostics_, expr.name, labels));
    return Checked::Error();
  }
  if (scope.readable_steps < scope.steps->size()) {
    Report(diagnostics_, DiagnosticCode::kStepOutOfPlace, scope.text, expr.span)
        .Message(Source(expr, scope) +
                 " is known only when the match is complete");
    return Checked::Error();
  }
  if (!MayRead(kReadsStep, expr.span, scope)) return Checked::Error();
  return Typed(
      pool_.StepCount(static_cast<uint32_t>(step - scope.steps->data())),
      ValueType::kInt);
}

Checked ExprChecker::Alternatives(const ast::Expr& expr, const Scope& scope) {
  std::vector<Checked> values;
  bool error = false;
  for (const ast::Expr& child : expr.children) {
    values.push_back(ScalarArgument(child, scope, "a key"));
    error |= values.back().error;
  }
  if (error) return Checked::Error();
  bool same = true;
  std::vector<ExprId> ids;
  for (const Checked& value : values) {
    same &= value.type == values[0].type &&
            value.enum_type == values[0].enum_type;
    ids.push_back(value.id);
  }
  Checked result = Typed(kNoExpr, same ? values[0].type : ValueType::kFolded);
  if (same) result.enum_type = values[0].enum_type;
  result.id = pool_.Node(ExprOp::kCoalesce, result.type, 0, 0, std::move(ids));
  return result;
}

Checked ExprChecker::EachArgument(const ast::Expr& expr, uint32_t part,
                                  const Scope& scope, ExprId* list) {
  const Checked value = ToValue(Resolve(expr, scope), scope);
  if (value.error) return value;
  if (value.condition || value.type != ValueType::kList) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, expr.span)
        .Message("`each` takes a list, " + Source(expr, scope) + " is " +
                 (value.condition ? "a condition"
                                  : TypePhrase(value.type, value.enum_type)))
        .Help("leave `each` out");
    return Checked::Error();
  }
  *list = value.id;
  return Typed(pool_.EachValue(part), ValueType::kFolded);
}

std::optional<Literal> ExprChecker::LiteralAt(const ast::Expr& expr,
                                              const RuleTextPtr& text) {
  bool broken = false;
  const ast::Expr* const param =
      definitions_.ParamLiteral(Strip(expr), &broken);
  return LiteralOf(text, param != nullptr ? *param : expr);
}

std::optional<std::string> ExprChecker::ShownParam(const ast::Expr& expr) {
  if (expr.kind != ExprKind::kName) return std::nullopt;
  ParamInfo* const param = definitions_.FindParam(expr.name);
  if (param == nullptr || param->broken) return std::nullopt;
  const auto literal = LiteralOf(param->text, param->def->value);
  if (!literal.has_value() || NaturalConstant(*literal).has_value()) {
    return std::nullopt;
  }
  param->used = true;
  return std::string(param->text->Slice(param->def->value.span));
}

std::optional<std::vector<Constant>> ExprChecker::Universe(
    const ast::Expr& list, const Checked& key, std::string_view subject,
    const Scope& scope, Hash128* meaning) {
  const Operand operand = Resolve(list, scope);
  EntryList inline_list;
  const EntryList* const entries =
      EntriesOf(operand, scope, "a list", &inline_list);
  if (entries == nullptr) return std::nullopt;
  LiteralTarget target;
  target.type = key.type;
  target.enum_type = key.enum_type;
  target.subject = subject;
  std::vector<Constant> universe;
  absl::flat_hash_set<std::string> seen;
  Hasher128 hasher;
  hasher.Add(std::string_view(entries->file));
  for (const ListEntry& entry : entries->entries) {
    auto constant =
        ConvertLiteral(LiteralOf(*entries, entry), target, diagnostics_);
    if (!constant.has_value()) return std::nullopt;
    std::string identity;
    switch (constant->type) {
      case ValueType::kFolded: identity = ToAsciiLower(constant->text); break;
      case ValueType::kExact: identity = constant->text; break;
      case ValueType::kIp: identity = FormatIp(constant->ip); break;
      case ValueType::kReal: identity = constant->decimal.ToString(); break;
      default: identity = std::to_string(constant->number);
    }
    if (entries->file.empty()) hasher.Add(std::string_view(identity));
    if (seen.insert(std::move(identity)).second) {
      universe.push_back(*std::move(constant));
    }
  }
  *meaning = hasher.Finish();
  return universe;
}

}  // namespace mqwarden
