// Calendars and recents: conditions about when something happened.
#include <map>
#include <utility>

#include "mqwarden/base/hash128.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using ast::ExprKind;

constexpr uint32_t kAllKinds = ((1u << kKindCount) - 1) & ~kAlertKind;
constexpr int64_t kMaxKeys = 1'000'000'000;

Checked ConditionAt(ExprId id) {
  Checked checked;
  checked.id = id;
  checked.condition = true;
  return checked;
}

}  // namespace

std::optional<uint32_t> ExprChecker::Kinds(const std::vector<ast::Name>& names,
                                           const RuleTextPtr& text) {
  bool ok = true;
  uint32_t kinds = 0;
  std::map<std::string_view, Span> seen;
  for (const ast::Name& name : names) {
    const auto [it, is_new] = seen.try_emplace(name.text, name.span);
    if (!is_new) {
      ok = false;
      Report(diagnostics_, DiagnosticCode::kDuplicateField, text, name.span)
          .Message(Quoted(name.text) + " stands here twice")
          .Second(text, it->second, "first here");
      continue;
    }
    if (name.text == "any") {
      kinds |= kAllKinds;
      continue;
    }
    const auto kind = FindEnumValue(EnumType::kKind, name.text);
    if (kind.has_value()) {
      kinds |= 1u << *kind;
      continue;
    }
    ok = false;
    std::vector<std::string_view> known = {"any"};
    for (const EnumValueInfo& value : EnumValues(EnumType::kKind)) {
      known.push_back(value.name);
    }
    Report(diagnostics_, DiagnosticCode::kUnknownKind, text, name.span)
        .Message("unknown kind of event " + Quoted(name.text))
        .Help(DidYouMean(*diagnostics_, name.text, known));
  }
  if (!ok) return std::nullopt;
  return kinds;
}

Checked ExprChecker::During(const ast::Expr& expr, const Scope& scope) {
  const Operand left = Resolve(expr.children[0], scope);
  const Checked value = ToValue(left, scope);
  if (value.error) return value;
  if (value.condition || value.type != ValueType::kTs) {
    Operand shown = left;
    shown.value = value;
    return BadOperator(expr, shown, scope, "a calendar is asked of a ts");
  }
  return InCalendars(expr.children[1], value.id, scope);
}

Checked ExprChecker::MutedDuring(const ast::Expr& calendars,
                                 const Scope& scope) {
  return InCalendars(calendars, pool_.AlertTime(), scope);
}

Checked ExprChecker::InCalendars(const ast::Expr& calendars, ExprId time,
                                 const Scope& scope) {
  const ast::Expr& inner = Strip(calendars);
  if (inner.kind != ExprKind::kList) return InCalendar(inner, time, scope);
  if (inner.children.empty()) {
    Report(diagnostics_, DiagnosticCode::kEmptyList, scope.text, inner.span)
        .Message("a list needs an element")
        .Label("never true of an empty one");
    return Checked::Error();
  }
  std::vector<ExprId> any;
  bool error = false;
  for (const ast::Expr& child : inner.children) {
    const Checked checked = InCalendar(Strip(child), time, scope);
    error |= checked.error;
    if (!checked.error) any.push_back(checked.id);
  }
  if (error) return Checked::Error();
  return ConditionAt(pool_.Or(any));
}

Checked ExprChecker::InCalendar(const ast::Expr& calendar, ExprId time,
                                const Scope& scope) {
  if (calendar.kind == ExprKind::kError) return Checked::Error();
  const bool named = calendar.kind == ExprKind::kName ||
                     calendar.kind == ExprKind::kIndex;
  CalendarInfo* const info =
      named ? definitions_.FindCalendar(calendar.name) : nullptr;
  if (info == nullptr) {
    if (named && definitions_.WasRefused(calendar.name)) {
      return Checked::Error();
    }
    const std::string_view sort =
        named ? definitions_.SortOf(calendar.name) : std::string_view();
    Report(diagnostics_,
           sort.empty() ? DiagnosticCode::kUnknownName
                        : DiagnosticCode::kWrongName,
           scope.text, calendar.span)
        .Message(sort.empty() ? "unknown calendar " + Source(calendar, scope)
                              : Quoted(calendar.name) + " is " +
                                    std::string(sort) + ", not a calendar")
        .Help(sort.empty() && named
                  ? DidYouMean(*diagnostics_, calendar.name,
                               definitions_.CalendarNames())
                  : "");
    return Checked::Error();
  }
  info->used = true;
  std::vector<ExprId> children = {time};
  bool error = info->broken;
  for (const ast::Expr& key : calendar.children) {
    const Checked value =
        ScalarArgument(key, scope, "a key of a calendar");
    error |= value.error;
    children.push_back(value.id);
  }
  if (error) return Checked::Error();
  if (calendar.children.size() != info->keys) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text,
           calendar.span)
        .Message("the calendar " + Quoted(calendar.name) + " has " +
                 std::to_string(info->keys) +
                 (info->keys == 1 ? " key, not " : " keys, not ") +
                 std::to_string(calendar.children.size()))
        .Second(info->text, info->def->name.span, "defined here");
    return Checked::Error();
  }
  return ConditionAt(pool_.During(info->index, std::move(children)));
}

Checked ExprChecker::Recent(const ast::Expr& expr, const Scope& scope) {
  RecentInfo* const recent = definitions_.FindRecent(expr.name);
  recent->used = true;
  if (recent->state == RecentInfo::State::kChecking) {
    Report(diagnostics_, DiagnosticCode::kRecentOutOfPlace, scope.text,
           expr.span)
        .Message("the recent " + Quoted(expr.name) + " asks itself")
        .Second(recent->text, recent->def->name.span, "defined here");
    recent->broken = true;
    return Checked::Error();
  }
  std::vector<Checked> values;
  bool error = !CheckRecent(recent);
  for (const ast::Expr& part : expr.children) {
    values.push_back(ScalarArgument(part, scope, "a recent"));
    error |= values.back().error;
  }
  if (error) return Checked::Error();
  if (values.size() != recent->tuple.size()) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text, expr.span)
        .Message("the key of " + Quoted(expr.name) + " has " +
                 std::to_string(recent->tuple.size()) +
                 (recent->tuple.size() == 1 ? " part, not " : " parts, not ") +
                 std::to_string(values.size()))
        .Second(recent->text, recent->def->name.span, "defined here");
    return Checked::Error();
  }
  std::vector<ExprId> tuple;
  for (size_t i = 0; i < values.size(); ++i) {
    const Checked& key = recent->tuple[i];
    Checked& value = values[i];
    const bool fits = value.type == key.type
                          ? value.enum_type == key.enum_type
                          : value.type == ValueType::kExact &&
                                key.type == ValueType::kFolded;
    if (!fits || value.condition) {
      Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
             expr.children[i].span)
          .Message(Source(expr.children[i], scope) + " is " +
                   (value.condition
                        ? "a condition"
                        : TypePhrase(value.type, value.enum_type)) +
                   ", the key of " + Quoted(expr.name) + " is " +
                   TypePhrase(key.type, key.enum_type));
      return Checked::Error();
    }
    // A kw equals without regard to case.
    if (value.type != key.type) {
      value.id = pool_.Node(ExprOp::kLower, ValueType::kFolded, 0, 0,
                            {value.id});
    }
    tuple.push_back(value.id);
  }
  if (!MayRead(kReadsRecent, expr.span, scope)) return Checked::Error();
  return ConditionAt(pool_.Recent(recent->index, std::move(tuple)));
}

bool ExprChecker::CheckRecent(RecentInfo* recent) {
  if (recent->state == RecentInfo::State::kChecked) return !recent->broken;
  recent->state = RecentInfo::State::kChecking;
  const ast::RecentDef& def = *recent->def;
  RecentPlan plan;
  plan.name = def.name.text;
  Scope scope;
  scope.text = recent->text;
  scope.clause = "recent";
  if (!recent->broken) {
    const auto kinds = Kinds(def.on, recent->text);
    const auto length = givens_.Length(recent->text, def.length);
    recent->broken = !kinds.has_value() || !length.has_value();
    plan.kinds = kinds.value_or(0);
    plan.length = length.value_or(Duration::zero());
    scope.alert_events = (plan.kinds & kAlertKind) != 0;
    if (scope.alert_events) scope.allowed |= kReadsAlertField;
    if (def.where.has_value()) {
      const Checked where = Condition(*def.where, scope);
      recent->broken |= where.error;
      plan.where = where.id;
      if (!where.error && pool_.is_true(where.id)) plan.where = kNoExpr;
    }
    recent->broken |= !CheckRecentKeys(recent, scope, &plan);
  }
  if (!recent->broken) {
    Hasher128 hasher;
    hasher.Add(std::string_view("recent"));
    for (int kind = 0; kind < kKindCount; ++kind) {
      if ((plan.kinds >> kind & 1) == 0) continue;
      hasher.Add(EnumValueName(EnumType::kKind, kind));
    }
    hasher.Add(plan.where == kNoExpr ? Hash128{} : pool_.meaning(plan.where));
    hasher.Add(plan.by.size());
    for (const KeyPart& key : plan.by) {
      hasher.Add(pool_.meaning(key.expr));
      hasher.Add(key.optional);
    }
    hasher.Add(plan.length);
    hasher.Add(plan.max_keys);
    const Hash128 meaning = hasher.Finish();
    plan.state_hash = meaning.lo;
    recent->index = pool_.Recent(std::move(plan), meaning);
  }
  recent->state = RecentInfo::State::kChecked;
  return !recent->broken;
}

bool ExprChecker::CheckRecentKeys(RecentInfo* recent, const Scope& scope,
                                  RecentPlan* plan) {
  const ast::RecentDef& def = *recent->def;
  bool ok = true;
  Scope by = scope;
  by.clause = "by";
  for (const ast::KeyPart& part : def.by) {
    if (part.each || part.from.has_value()) {
      ok = false;
      Report(diagnostics_, DiagnosticCode::kListInKey, recent->text, part.span)
          .Message("a recent takes one value of an event");
      continue;
    }
    const Checked value = ScalarArgument(part.expr, by, "`by`");
    ok &= !value.error;
    KeyPart key;
    key.name = part.name.has_value() ? part.name->text : OwnName(part.expr);
    key.expr = value.id;
    key.optional = part.optional;
    plan->by.push_back(std::move(key));
    recent->tuple.push_back(value);
  }
  if (def.keys.has_value()) {
    const auto keys = givens_.Count(recent->text, *def.keys);
    if (!keys.has_value()) return false;
    plan->max_keys = *keys;
    if (*keys > kMaxKeys) {
      Report(diagnostics_, DiagnosticCode::kOutOfRange, recent->text,
             def.keys->span)
          .Message("`keys` is at most " + std::to_string(kMaxKeys));
      return false;
    }
  }
  return ok;
}

}  // namespace mqwarden
