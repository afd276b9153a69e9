// Names, members and what joins conditions.
#include <algorithm>
#include <utility>

#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using ast::ExprKind;

// Counts one level of recursion.
class Level {
 public:
  explicit Level(int* depth) : depth_(*depth) { ++depth_; }
  ~Level() { --depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  int& depth_;
};

bool LooksLikeConstant(std::string_view name) {
  return name.size() > 4 && name.substr(0, 2) == "MQ" &&
         name.find('_') != std::string_view::npos &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string OwnName(const ast::Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kName:
    case ExprKind::kCall: return expr.name;
    case ExprKind::kParen: return OwnName(expr.children[0]);
    case ExprKind::kMember:
      if (expr.children[0].kind == ExprKind::kName) {
        return expr.children[0].name + "." + expr.name;
      }
      return expr.name;
    default: return "";
  }
}

const ast::Expr& ExprChecker::Strip(const ast::Expr& expr) {
  const ast::Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = &inner->children[0];
  return *inner;
}

std::string ExprChecker::Source(const ast::Expr& expr,
                                const Scope& scope) const {
  return Quoted(scope.text->Slice(expr.span));
}

bool ExprChecker::MayRead(Reads reads, Span span, const Scope& scope) {
  const Reads refused = reads & ~scope.allowed;
  const std::string clause = "`" + std::string(scope.clause) + "`";
  const std::string source = Quoted(scope.text->Slice(span));
  if (refused & (kReadsRule | kReadsSeverity | kReadsAlertField)) {
    Report(diagnostics_, DiagnosticCode::kAlertField, scope.text, span)
        .Message(source + " speaks of an alert, which " + clause +
                 " does not have");
    return false;
  }
  if (refused & kReadsRecent) {
    Report(diagnostics_, DiagnosticCode::kRecentOutOfPlace, scope.text, span)
        .Message(source + " asks a `recent`, which " + clause + " may not");
    return false;
  }
  if (refused & (kReadsStep | kReadsEach)) {
    Report(diagnostics_, DiagnosticCode::kStepOutOfPlace, scope.text, span)
        .Message(source + " is not known in " + clause);
    return false;
  }
  if (refused == kReadsValueSet) {
    Report(diagnostics_, DiagnosticCode::kAggregateOutOfPlace, scope.text, span)
        .Message(source + " lists values, which only `alert` and `show` do")
        .Help("count different values with `distinct(f)`");
    return false;
  }
  if (refused & (kReadsAggregate | kReadsValueSet)) {
    Report(diagnostics_, DiagnosticCode::kAggregateOutOfPlace, scope.text, span)
        .Message(source + " looks at a window, which " + clause +
                 " does not have");
    return false;
  }
  if (refused & kReadsEvent) {
    Report(diagnostics_, DiagnosticCode::kEventInWhen, scope.text, span)
        .Message(source + " speaks of one event, " + clause + " of a window")
        .Help("ask it in `where`, or count those of which it holds: "
              "`count(condition)`");
    return false;
  }
  if ((reads & (kReadsAggregate | kReadsValueSet)) && !scope.has_window) {
    Report(diagnostics_, DiagnosticCode::kNeedsWhen, scope.text, span)
        .Message(source + " needs a `when`")
        .Label("this rule has no window");
    return false;
  }
  return true;
}

Checked ExprChecker::Bounded(Checked checked, Span span, const Scope& scope) {
  if (checked.error) return checked;
  const bool too_deep = pool_.depth(checked.id) > ExprPool::kMaxDepth;
  if (!too_deep && pool_.size(checked.id) <= ExprPool::kMaxSize) return checked;
  Report(diagnostics_, DiagnosticCode::kExpressionTooLarge, scope.text, span)
      .Message(too_deep ? "the expression nests too deeply once its macros are "
                          "written out"
                        : "the expression is too large once its macros are "
                          "written out");
  return Checked::Error();
}

Checked ExprChecker::Condition(const ast::Expr& expr, const Scope& scope) {
  const Level level(&recursion_);
  if (recursion_ > kMaxRecursion) {
    Report(diagnostics_, DiagnosticCode::kExpressionTooLarge, scope.text,
           expr.span)
        .Message("the expression nests too deeply once its macros are written "
                 "out");
    return Checked::Error();
  }
  return Bounded(ConditionOf(expr, scope), expr.span, scope);
}

Checked ExprChecker::ConditionOf(const ast::Expr& expr, const Scope& scope) {
  switch (expr.kind) {
    case ExprKind::kError: return Checked::Error();
    case ExprKind::kParen: return Condition(expr.children[0], scope);
    case ExprKind::kNot: {
      Checked inner = Condition(expr.children[0], scope);
      if (!inner.error) inner.id = pool_.Not(inner.id);
      return inner;
    }
    case ExprKind::kName: return ConditionName(expr, scope);
    case ExprKind::kBinary:
      if (expr.op == ast::BinaryOp::kAnd || expr.op == ast::BinaryOp::kOr) {
        return Junction(expr, scope);
      }
      if (expr.op < ast::BinaryOp::kAdd) return Comparison(expr, scope);
      break;
    default: break;
  }
  const Operand operand = Resolve(expr, scope);
  if (operand.sort == Operand::Sort::kError) return Checked::Error();
  Checked checked = operand.value;
  if (operand.sort == Operand::Sort::kValue) {
    if (checked.condition) return checked;
    if (checked.type == ValueType::kBool) {
      checked.id = pool_.IsTrue(checked.id);
      checked.condition = true;
      return checked;
    }
  }
  Report(diagnostics_, DiagnosticCode::kNotACondition, scope.text, expr.span)
      .Message(Source(expr, scope) + " is not a condition")
      .Label(operand.sort == Operand::Sort::kValue
                 ? TypePhrase(checked.type, checked.enum_type)
                 : "a literal")
      .Help(operand.sort == Operand::Sort::kValue &&
                    (pool_.reads(checked.id) & kReadsAggregate) != 0
                ? "compare it with a number, as in `" +
                      std::string(scope.text->Slice(expr.span)) + " >= 10`"
                : "");
  return Checked::Error();
}

Checked ExprChecker::Junction(const ast::Expr& expr, const Scope& scope) {
  std::vector<ExprId> children;
  bool error = false;
  for (const ast::Expr& child : expr.children) {
    const Checked checked = Condition(child, scope);
    error |= checked.error;
    if (!checked.error) children.push_back(checked.id);
  }
  if (error) return Checked::Error();
  Checked result;
  result.condition = true;
  result.id = expr.op == ast::BinaryOp::kAnd ? pool_.And(children)
                                             : pool_.Or(children);
  return result;
}

Checked ExprChecker::ConditionName(const ast::Expr& expr, const Scope& scope) {
  const Operand operand = ResolveName(expr, scope);
  Checked checked = operand.value;
  checked.condition = true;
  switch (operand.sort) {
    case Operand::Sort::kError: return Checked::Error();
    case Operand::Sort::kValue:
      if (operand.value.condition) return checked;
      if (checked.type == ValueType::kBool) {
        checked.id = pool_.IsTrue(checked.id);
        return checked;
      }
      Report(diagnostics_, DiagnosticCode::kNotACondition, scope.text,
             expr.span)
          .Message(Source(expr, scope) + " is not a condition")
          .Label(TypePhrase(checked.type, checked.enum_type))
          .Help("compare it, or ask `exists(" + expr.name + ")`");
      return Checked::Error();
    case Operand::Sort::kLiteral:
      if (operand.literal.sort == Literal::Sort::kBool) {
        checked.id =
            operand.literal.number != 0 ? pool_.True() : pool_.False();
        return checked;
      }
      Report(diagnostics_, DiagnosticCode::kNotACondition, scope.text,
             expr.span)
          .Message(Source(expr, scope) + " is not a condition")
          .Label("a number");
      return Checked::Error();
    case Operand::Sort::kList:
      if (definitions_.WasRefused(expr.name)) return Checked::Error();
      Report(diagnostics_, DiagnosticCode::kWrongName, scope.text, expr.span)
          .Message(Source(expr, scope) + " is a list, not a condition")
          .Help("ask whether a field is `in` it");
      return Checked::Error();
    case Operand::Sort::kWord:
    case Operand::Sort::kInlineList: break;
  }
  ReportUnknownName(expr, scope);
  return Checked::Error();
}

// For words that are no names here: functions without their parentheses, and
// what other languages have.
static std::string HelpForWord(std::string_view word) {
  for (const std::string_view function : kFunctionWords) {
    if (word != function) continue;
    return word == "count" ? "write `count()`"
                           : "write `" + std::string(word) + "(…)`";
  }
  for (const std::string_view nothing : {"null", "NULL", "nil", "none"}) {
    if (word == nothing) return "a missing field is found by `not exists(f)`";
  }
  for (const std::string_view yes_or_no : {"yes", "no", "True", "False"}) {
    if (word == yes_or_no) return "the values of a bool are `true` and `false`";
  }
  return "";
}

void ExprChecker::ReportUnknownName(const ast::Expr& name, const Scope& scope,
                                    std::string help) {
  if (LooksLikeConstant(name.name)) {
    LiteralTarget target;
    target.type = ValueType::kInt;
    ConvertLiteral(*LiteralOf(scope.text, name), target, diagnostics_);
    return;
  }
  std::vector<std::string_view> names;
  if (diagnostics_->error_count() <= kMaxSuggestingErrors) {
    for (const FieldInfo& field : AllFields()) {
      if (scope.alert_events || (field.flags & kFieldAlertOnly) == 0) {
        names.push_back(field.name);
      }
    }
    if (scope.keys != nullptr) {
      for (const auto& key : *scope.keys) names.push_back(key.first);
    }
    for (const std::string_view macro : definitions_.MacroNames()) {
      names.push_back(macro);
    }
    for (const std::string_view param : definitions_.ParamNames()) {
      names.push_back(param);
    }
  }
  std::string nearest = HelpForWord(name.name);
  if (nearest.empty()) nearest = DidYouMean(*diagnostics_, name.name, names);
  Report(diagnostics_, DiagnosticCode::kUnknownField, scope.text, name.span)
      .Message("unknown field " + Quoted(name.name))
      .Label("not a field of an event")
      .Help(nearest.empty() ? std::move(help) : nearest);
}

Checked ExprChecker::Value(const ast::Expr& expr, const Scope& scope) {
  return ToValue(Resolve(expr, scope), scope);
}

Checked ExprChecker::ToValue(const Operand& operand, const Scope& scope) {
  switch (operand.sort) {
    case Operand::Sort::kError: break;
    case Operand::Sort::kValue: return operand.value;
    case Operand::Sort::kWord:
      ReportUnknownName(*operand.expr, scope);
      break;
    case Operand::Sort::kLiteral: {
      const auto constant = NaturalConstant(operand.literal);
      if (!constant.has_value()) {
        Report(diagnostics_, DiagnosticCode::kNotAValue, scope.text,
               operand.expr->span)
            .Message(std::string(LiteralPhrase(operand.literal.sort)) +
                     " is no value");
        break;
      }
      Checked checked;
      checked.type = constant->type;
      checked.id = pool_.Const(*constant);
      return checked;
    }
    case Operand::Sort::kInlineList:
    case Operand::Sort::kList:
      Report(diagnostics_, DiagnosticCode::kNotAValue, scope.text,
             operand.expr->span)
          .Message("a list stands only behind `in`, `like`, `matches` and "
                   "`has`");
      break;
  }
  return Checked::Error();
}

ExprChecker::Operand ExprChecker::ValueOperand(const ast::Expr& expr,
                                               Checked value) {
  Operand operand;
  operand.expr = &expr;
  operand.value = value;
  operand.sort =
      value.error ? Operand::Sort::kError : Operand::Sort::kValue;
  return operand;
}

ExprChecker::Operand ExprChecker::Resolve(const ast::Expr& outer,
                                          const Scope& scope) {
  const ast::Expr& expr = Strip(outer);
  const Level level(&recursion_);
  Operand operand;
  operand.expr = &expr;
  if (recursion_ > kMaxRecursion) {
    Report(diagnostics_, DiagnosticCode::kExpressionTooLarge, scope.text,
           expr.span)
        .Message("the expression nests too deeply");
    return operand;
  }
  switch (expr.kind) {
    case ExprKind::kError: return operand;
    case ExprKind::kName: return ResolveName(expr, scope);
    case ExprKind::kList:
      operand.sort = Operand::Sort::kInlineList;
      return operand;
    case ExprKind::kCall: return ValueOperand(expr, Call(expr, scope));
    case ExprKind::kMember: return ValueOperand(expr, Member(expr, scope));
    case ExprKind::kNot: return ValueOperand(expr, Condition(expr, scope));
    case ExprKind::kIndex:
      if (definitions_.FindRecent(expr.name) != nullptr) {
        return ValueOperand(expr, Recent(expr, scope));
      }
      if (definitions_.FindTable(expr.name) == nullptr) {
        return ValueOperand(expr, TableColumn(expr, scope));
      }
      Report(diagnostics_, DiagnosticCode::kNotAValue, scope.text, expr.span)
          .Message("a look-up in a table names a column")
          .Help("write `" + std::string(scope.text->Slice(expr.span)) +
                ".COLUMN`");
      return operand;
    case ExprKind::kStepCount:
      return ValueOperand(expr, StepCount(expr, scope));
    case ExprKind::kAlternatives:
      return ValueOperand(expr, Alternatives(expr, scope));
    case ExprKind::kBinary:
      if (expr.op < ast::BinaryOp::kAdd) {
        return ValueOperand(expr, Condition(expr, scope));
      }
      return ValueOperand(expr, Arithmetic(expr, scope));
    default: break;
  }
  const std::optional<Literal> literal = LiteralOf(scope.text, expr);
  if (!literal.has_value()) {  // - of what is no literal
    return ValueOperand(expr, Negation(expr, scope));
  }
  operand.literal = *literal;
  operand.sort = Operand::Sort::kLiteral;
  return operand;
}

ExprChecker::Operand ExprChecker::ResolveName(const ast::Expr& expr,
                                              const Scope& scope) {
  Operand operand;
  operand.expr = &expr;
  if (scope.keys != nullptr) {
    // The key of an `each` hides the list only where there is a key.
    const auto key = scope.keys->find(expr.name);
    if (key != scope.keys->end() &&
        ((pool_.reads(key->second.id) & kReadsEach) == 0 ||
         (scope.allowed & kReadsEach) != 0)) {
      if (!MayRead(pool_.reads(key->second.id), expr.span, scope)) {
        return operand;
      }
      return ValueOperand(expr, key->second);
    }
  }
  if (const FieldInfo* field = FindField(expr.name)) {
    // In mutes and limits these fields are those of the alert to be sent.
    const bool of_event =
        scope.alert_events && (scope.allowed & kReadsRule) == 0;
    Checked value;
    value.id = pool_.Field(field->id, of_event);
    value.type = ValueTypeOf(field->type);
    value.enum_type = field->enum_type;
    if (!MayRead(pool_.reads(value.id), expr.span, scope)) return operand;
    return ValueOperand(expr, value);
  }
  if (MacroInfo* macro = definitions_.FindMacro(expr.name)) {
    return ValueOperand(expr, MacroCondition(macro, expr, scope));
  }
  if (ListInfo* list = definitions_.FindList(expr.name)) {
    list->used = true;
    operand.list = list;
    if (!list->broken) operand.sort = Operand::Sort::kList;
    return operand;
  }
  bool broken = false;
  if (const ast::Expr* const param =
          definitions_.ParamLiteral(expr, &broken)) {
    operand.expr = param;
    operand.literal = *LiteralOf(scope.text, *param);
    operand.sort = operand.literal.sort == Literal::Sort::kWord
                       ? Operand::Sort::kWord
                       : Operand::Sort::kLiteral;
    return operand;
  }
  if (broken || definitions_.WasRefused(expr.name)) return operand;
  const std::string_view sort = definitions_.SortOf(expr.name);
  if (!sort.empty()) {
    Report(diagnostics_, DiagnosticCode::kWrongName, scope.text, expr.span)
        .Message(Quoted(expr.name) + " is " + std::string(sort) +
                 ", not a value");
    return operand;
  }
  if (scope.alert_events && group_names_ != nullptr &&
      group_names_->contains(expr.name)) {
    Checked value;
    value.type = ValueType::kFolded;
    value.id = pool_.Attr(expr.name, /*number=*/false);
    if (!MayRead(kReadsEvent, expr.span, scope)) return operand;
    return ValueOperand(expr, value);
  }
  operand.literal = *LiteralOf(scope.text, expr);
  operand.sort = operand.literal.sort == Literal::Sort::kWord
                     ? Operand::Sort::kWord
                     : Operand::Sort::kLiteral;
  return operand;
}

Checked ExprChecker::MacroCondition(MacroInfo* macro, const ast::Expr& use,
                                    const Scope& scope) {
  macro->used = true;
  if (macro->state == MacroInfo::State::kChecking) {
    Report(diagnostics_, DiagnosticCode::kMacroRecursion, scope.text, use.span)
        .Message("the macro " + Quoted(macro->def->name.text) + " uses itself")
        .Second(macro->text, macro->def->name.span, "defined here");
    macro->condition = Checked::Error();
    return Checked::Error();
  }
  const bool too_deep = open_macros_ >= kMaxMacroNesting;
  if (macro->state == MacroInfo::State::kUnchecked && !too_deep) {
    CheckMacro(macro);
  }
  if (macro->state == MacroInfo::State::kUnchecked ||
      open_macros_ + macro->nesting > kMaxMacroNesting) {
    Report(diagnostics_, DiagnosticCode::kExpressionTooLarge, scope.text,
           use.span)
        .Message("macros stand in one another more than " +
                 std::to_string(kMaxMacroNesting) + " deep");
    return Checked::Error();
  }
  macro_nesting_ = std::max(macro_nesting_, macro->nesting);
  if (macro->condition.error) return Checked::Error();
  Checked condition = macro->condition;
  if (scope.alert_events && (scope.allowed & kReadsRule) == 0) {
    condition.id = pool_.OfEvent(condition.id);
  }
  if (!MayRead(pool_.reads(condition.id), use.span, scope)) {
    return Checked::Error();
  }
  return condition;
}

void ExprChecker::CheckMacro(MacroInfo* macro) {
  macro->state = MacroInfo::State::kChecking;
  // What a macro may read is asked where it is used.
  Scope inside;
  inside.text = macro->text;
  inside.clause = "macro";
  inside.allowed = kReadsEvent | kReadsAggregate | kReadsRule |
                   kReadsSeverity | kReadsAlertField | kReadsRecent;
  inside.has_window = true;
  const int outer_nesting = std::exchange(macro_nesting_, 0);
  ++open_macros_;
  macro->condition = Condition(macro->def->condition, inside);
  --open_macros_;
  macro->nesting = macro_nesting_ + 1;
  macro_nesting_ = outer_nesting;
  macro->state = MacroInfo::State::kChecked;
}

void ExprChecker::CheckAllMacros() {
  for (const std::string_view name : definitions_.RecentNames()) {
    CheckRecent(definitions_.FindRecent(name));
  }
  for (const std::string_view name : definitions_.MacroNames()) {
    MacroInfo* const macro = definitions_.FindMacro(name);
    if (macro->state != MacroInfo::State::kUnchecked) continue;
    const bool used = macro->used;
    ast::Expr use;
    use.kind = ExprKind::kName;
    use.name = macro->def->name.text;
    use.span = macro->def->name.span;
    Scope anywhere;
    anywhere.text = macro->text;
    anywhere.clause = "macro";
    anywhere.allowed = ~Reads{0};
    anywhere.has_window = true;
    MacroCondition(macro, use, anywhere);
    macro->used = used;
  }
}

Checked ExprChecker::Member(const ast::Expr& expr, const Scope& scope) {
  const ast::Expr& of = expr.children[0];
  if (of.kind == ExprKind::kIndex) return TableColumn(expr, scope);
  if (of.kind == ExprKind::kName && of.name == "attr") {
    Checked value;
    value.type = ValueType::kFolded;
    value.id = pool_.Attr(expr.name, /*number=*/false);
    if (!MayRead(kReadsEvent, expr.span, scope)) return Checked::Error();
    attr_uses_.try_emplace(expr.name, Place{scope.text, expr.op_span});
    return value;
  }
  if (of.kind == ExprKind::kError) return Checked::Error();
  const bool attr =  // STEP.attr.NAME
      of.kind == ExprKind::kMember && of.name == "attr" &&
      of.children[0].kind == ExprKind::kName;
  const ast::Expr& owner = attr ? of.children[0] : of;
  if (owner.kind == ExprKind::kName) {
    bool refused = false;
    StepInfo* const step = FindStep(owner, scope, &refused);
    if (refused) return Checked::Error();
    if (step != nullptr) return StepValue(expr, step, attr, scope);
    const auto kind = FindEnumValue(EnumType::kKind, owner.name);
    if (scope.names_kinds && kind.has_value()) {
      return FieldOf(expr, attr, 1u << *kind, scope);
    }
  }
  if (of.kind == ExprKind::kName && definitions_.WasRefused(of.name)) {
    return Checked::Error();
  }
  if (of.kind == ExprKind::kName && definitions_.FindTable(of.name)) {
    definitions_.FindTable(of.name)->used = true;
    Report(diagnostics_, DiagnosticCode::kNotAValue, scope.text, expr.span)
        .Message("a look-up in a table needs a key")
        .Help("write `" + of.name + "[KEY]." + expr.name + "`");
    return Checked::Error();
  }
  std::vector<std::string_view> labels;
  if (scope.steps != nullptr) {
    for (const StepInfo& step : *scope.steps) {
      if (!step.label.empty()) labels.push_back(step.label);
    }
  }
  Report(diagnostics_, DiagnosticCode::kUnknownField, scope.text, of.span)
      .Message("nothing called " + Quoted(scope.text->Slice(of.span)) +
               " has parts")
      .Label(scope.steps != nullptr
                 ? "neither a step, `attr` nor a look-up in a table"
                 : "neither `attr` nor a look-up in a table")
      .Help(of.kind == ExprKind::kName
                ? DidYouMean(*diagnostics_, of.name, labels)
                : "");
  return Checked::Error();
}

}  // namespace mqwarden
