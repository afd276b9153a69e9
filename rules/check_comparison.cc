// Comparisons: operators and the types that fit them. Negated operators are the
// opposite of the positive ones, hence true of what is missing.
#include <algorithm>
#include <utility>

#include "mqwarden/base/text.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using ast::BinaryOp;
using ast::ExprKind;

// IBM MQ cuts user ids there.
constexpr size_t kUserBytes = 12;
constexpr int kIpBits = 128;

bool IsNegated(BinaryOp op) {
  switch (op) {
    case BinaryOp::kNe:
    case BinaryOp::kNotIn:
    case BinaryOp::kNotLike:
    case BinaryOp::kNotMatches:
    case BinaryOp::kNotDuring:
    case BinaryOp::kNotHas: return true;
    default: return false;
  }
}

bool IsEquality(BinaryOp op) {
  return op == BinaryOp::kEq || op == BinaryOp::kNe;
}

// The operator with its sides exchanged.
BinaryOp Mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt: return BinaryOp::kGt;
    case BinaryOp::kLe: return BinaryOp::kGe;
    case BinaryOp::kGt: return BinaryOp::kLt;
    case BinaryOp::kGe: return BinaryOp::kLe;
    default: return op;
  }
}

Checked ConditionAt(ExprId id) {
  Checked checked;
  checked.id = id;
  checked.condition = true;
  return checked;
}

}  // namespace

LiteralTarget ExprChecker::TargetOf(const Operand& operand,
                                    const Scope& scope) const {
  LiteralTarget target;
  target.type = operand.value.type;
  target.enum_type = operand.value.enum_type;
  target.subject = Source(*operand.expr, scope);
  return target;
}

Checked ExprChecker::BadOperator(const ast::Expr& expr, const Operand& operand,
                                 const Scope& scope, std::string help) {
  Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, expr.op_span)
      .Message(Quoted(scope.text->Slice(expr.op_span)) + " does not fit " +
               Source(*operand.expr, scope) + ", " +
               (operand.value.condition
                    ? "a condition"
                    : TypePhrase(operand.value.type, operand.value.enum_type)))
      .Help(std::move(help));
  return Checked::Error();
}

Checked ExprChecker::Comparison(const ast::Expr& expr, const Scope& scope) {
  Checked checked;
  switch (expr.op) {
    case BinaryOp::kIn:
    case BinaryOp::kNotIn: checked = In(expr, scope); break;
    case BinaryOp::kLike:
    case BinaryOp::kNotLike:
    case BinaryOp::kMatches:
    case BinaryOp::kNotMatches: checked = Like(expr, scope); break;
    case BinaryOp::kHas:
    case BinaryOp::kNotHas: checked = Has(expr, scope); break;
    case BinaryOp::kDuring:
    case BinaryOp::kNotDuring: checked = During(expr, scope); break;
    default: checked = Relation(expr, expr.op, scope); break;
  }
  if (!checked.error && IsNegated(expr.op)) checked.id = pool_.Not(checked.id);
  return checked;
}

EnumType ExprChecker::EnumOfName(std::string_view name,
                                 const Scope& scope) const {
  if (scope.keys != nullptr) {
    const auto key = scope.keys->find(name);
    if (key != scope.keys->end()) return key->second.enum_type;
  }
  const FieldInfo* const field = FindField(name);
  return field == nullptr ? EnumType::kNone : field->enum_type;
}

bool ExprChecker::ResolveSides(const ast::Expr& expr, const Scope& scope,
                               Operand* left, Operand* right) {
  const ast::Expr* const sides[] = {&Strip(expr.children[0]),
                                    &Strip(expr.children[1])};
  Operand* const operands[] = {left, right};
  EnumType enums[2];
  bool resolved[2] = {false, false};
  for (int i = 0; i < 2; ++i) {
    if (sides[i]->kind == ExprKind::kName) {
      enums[i] = EnumOfName(sides[i]->name, scope);
    } else {
      *operands[i] = Resolve(*sides[i], scope);
      resolved[i] = true;
      enums[i] = operands[i]->value.enum_type;
    }
  }
  // The right side first: `kind == channel` is about the kind, though `channel`
  // is a field as well.
  for (const int i : {1, 0}) {
    const EnumType type = enums[1 - i];
    if (resolved[i] || type == EnumType::kNone || enums[i] == type ||
        !FindEnumValue(type, sides[i]->name).has_value()) {
      continue;
    }
    operands[i]->expr = sides[i];
    operands[i]->literal = *LiteralOf(scope.text, *sides[i]);
    operands[i]->sort = Operand::Sort::kWord;
    resolved[i] = true;
    break;
  }
  for (int i = 0; i < 2; ++i) {
    if (!resolved[i]) *operands[i] = ResolveName(*sides[i], scope);
  }
  return left->sort != Operand::Sort::kError &&
         right->sort != Operand::Sort::kError;
}

Checked ExprChecker::Relation(const ast::Expr& expr, BinaryOp op,
                              const Scope& scope) {
  Operand left;
  Operand right;
  if (!ResolveSides(expr, scope, &left, &right)) return Checked::Error();
  for (const Operand* side : {&left, &right}) {
    if (side->sort == Operand::Sort::kList ||
        side->sort == Operand::Sort::kInlineList) {
      Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
             expr.op_span)
          .Message(Quoted(scope.text->Slice(expr.op_span)) +
                   " does not fit a list")
          .Help(IsEquality(op) ? "ask whether a value is `in` the list" : "");
      return Checked::Error();
    }
  }
  const bool left_value = left.sort == Operand::Sort::kValue;
  const bool right_value = right.sort == Operand::Sort::kValue;
  if (left_value && right_value) {
    return RelationOfValues(expr, op, left, right, scope);
  }
  if (left_value) return RelationWithLiteral(expr, op, left, right, scope);
  if (right_value) {
    return RelationWithLiteral(expr, Mirrored(op), right, left, scope);
  }
  for (const Operand* side : {&left, &right}) {
    if (side->sort == Operand::Sort::kWord) {
      ReportUnknownName(*side->expr, scope);
      return Checked::Error();
    }
  }
  Report(diagnostics_, DiagnosticCode::kConstantCondition, scope.text,
         expr.span)
      .Message("both sides are literals")
      .Label("the same for every event");
  return Checked::Error();
}

Checked ExprChecker::MakeComparison(BinaryOp op, ExprId left, ExprId right,
                                    bool fold) {
  ExprOp node = ExprOp::kEq;
  switch (op) {
    case BinaryOp::kLt: node = ExprOp::kLt; break;
    case BinaryOp::kLe: node = ExprOp::kLe; break;
    case BinaryOp::kGt: node = ExprOp::kGt; break;
    case BinaryOp::kGe: node = ExprOp::kGe; break;
    default: break;
  }
  return ConditionAt(pool_.Condition(node, fold ? 1 : 0, {left, right}));
}

Checked ExprChecker::RelationWithLiteral(const ast::Expr& expr, BinaryOp op,
                                         const Operand& value,
                                         const Operand& literal_operand,
                                         const Scope& scope) {
  const Checked& subject = value.value;
  const Literal& literal = literal_operand.literal;
  LiteralTarget target = TargetOf(value, scope);
  ExprId id = subject.id;
  if (literal_operand.sort == Operand::Sort::kWord &&
      subject.type != ValueType::kEnum &&
      (subject.type != ValueType::kInt || literal.text.substr(0, 2) != "MQ")) {
    // A name that is nothing: most likely a field, else a text without quotes.
    ReportUnknownName(*literal_operand.expr, scope,
                      IsText(subject.type)
                          ? "a text stands in quotes, as in `\"" +
                                literal_operand.expr->name + "\"`"
                          : "");
    return Checked::Error();
  }
  if (pool_.expr(id).op == ExprOp::kAttrText && literal.is_number()) {
    id = pool_.Attr(pool_.plan().names[pool_.expr(id).a], /*number=*/true);
    target.type = ValueType::kReal;
  }
  if (subject.condition) {
    if (!IsEquality(op) || literal.sort != Literal::Sort::kBool) {
      return BadOperator(expr, value, scope, "");
    }
    return ConditionAt(literal.number != 0 ? id : pool_.Not(id));
  }
  if (subject.type == ValueType::kList) {
    return BadOperator(expr, value, scope,
                       IsEquality(op) ? "a list is asked with `has`" : "");
  }
  if (!IsEquality(op) && !IsOrdered(target.type) &&
      !(target.type == ValueType::kEnum && IsOrderedEnum(target.enum_type))) {
    return BadOperator(expr, value, scope, "");
  }
  if (IsEquality(op)) NoteText(value, literal);
  if (subject.type == ValueType::kIp) {
    const auto network = ConvertNetwork(literal, target, diagnostics_);
    if (!network.has_value()) return Checked::Error();
    if (network->prefix != kIpBits) {
      EntryList list;
      list.text = scope.text;
      list.entries.push_back({literal.span, literal_operand.expr, {}});
      return InEntries(value, list, scope);
    }
  }
  std::optional<Constant> constant =
      ConvertLiteral(literal, target, diagnostics_);
  if (!constant.has_value()) return Checked::Error();
  if (IsText(target.type) && constant->text.empty() &&
      pool_.expr(id).op != ExprOp::kAttrText) {
    Report(diagnostics_, DiagnosticCode::kEmptyText, scope.text, literal.span)
        .Message(target.subject + " is never an empty text")
        .Label("a blank value is missing")
        .Help("write `" + std::string(op == BinaryOp::kEq ? "not " : "") +
              "exists(" + std::string(scope.text->Slice(value.expr->span)) +
              ")`");
    return Checked::Error();
  }
  if (target.type == ValueType::kBool && constant->number != 0) {
    return ConditionAt(pool_.IsTrue(id));
  }
  return MakeComparison(op, id, pool_.Const(*std::move(constant)),
                        target.type == ValueType::kFolded);
}

Checked ExprChecker::RelationOfValues(const ast::Expr& expr, BinaryOp op,
                                      const Operand& left,
                                      const Operand& right,
                                      const Scope& scope) {
  Checked a = left.value;
  Checked b = right.value;
  const auto as_number = [&](Checked* attr, const Checked& other) {
    if (pool_.expr(attr->id).op != ExprOp::kAttrText || !IsNumber(other.type)) {
      return;
    }
    attr->id =
        pool_.Attr(pool_.plan().names[pool_.expr(attr->id).a], /*number=*/true);
    attr->type = ValueType::kReal;
  };
  as_number(&a, b);
  as_number(&b, a);
  const bool comparable = (IsText(a.type) && IsText(b.type)) ||
                          (IsNumber(a.type) && IsNumber(b.type)) ||
                          (a.type == b.type && a.enum_type == b.enum_type);
  if (a.condition || b.condition || !comparable || a.type == ValueType::kList) {
    const auto phrase = [](const Checked& c) {
      return c.condition ? std::string("a condition")
                         : TypePhrase(c.type, c.enum_type);
    };
    const bool list = a.type == ValueType::kList || b.type == ValueType::kList;
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           right.expr->span)
        .Message(Source(*left.expr, scope) + " is " + phrase(a) + ", " +
                 Source(*right.expr, scope) + " is " + phrase(b))
        .Help(list && IsEquality(op) ? "a list is asked with `has`" : "");
    return Checked::Error();
  }
  if (!IsEquality(op) && !IsOrdered(a.type) &&
      !(a.type == ValueType::kEnum && IsOrderedEnum(a.enum_type))) {
    return BadOperator(expr, left, scope, "");
  }
  const bool fold =
      a.type == ValueType::kFolded || b.type == ValueType::kFolded;
  return MakeComparison(op, a.id, b.id, IsText(a.type) && fold);
}

Checked ExprChecker::In(const ast::Expr& expr, const Scope& scope) {
  const Operand left = Resolve(expr.children[0], scope);
  const ast::Expr& right = Strip(expr.children[1]);
  const Checked value = ToValue(left, scope);
  if (value.error) return value;
  if (left.sort == Operand::Sort::kLiteral) {
    Report(diagnostics_, DiagnosticCode::kConstantCondition, scope.text,
           expr.span)
        .Message("a literal stands before `in`")
        .Label("the same for every event");
    return Checked::Error();
  }
  if (value.condition) return BadOperator(expr, left, scope, "");
  if (value.type == ValueType::kList) {
    return BadOperator(expr, left, scope, "a list is asked with `has`");
  }
  const Operand operand = Resolve(right, scope);
  if (operand.sort == Operand::Sort::kError) return Checked::Error();
  if (operand.sort == Operand::Sort::kValue &&
      operand.value.type == ValueType::kList) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.op_span)
        .Message("`in` takes a list of literals, " +
                 Source(*operand.expr, scope) + " is a field")
        .Help("write `" + std::string(scope.text->Slice(right.span)) + " has " +
              std::string(scope.text->Slice(left.expr->span)) + "`");
    return Checked::Error();
  }
  EntryList inline_list;
  if (operand.sort == Operand::Sort::kLiteral &&
      value.type != ValueType::kIp) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, right.span)
        .Message("`in` takes a list, " + Source(right, scope) + " is " +
                 std::string(LiteralPhrase(operand.literal.sort)))
        .Help("write `==`, or `[" + std::string(scope.text->Slice(right.span)) +
              "]`");
    return Checked::Error();
  }
  const EntryList* const entries =
      EntriesOf(operand, scope, "a list", &inline_list);
  if (entries == nullptr) return Checked::Error();
  return InEntries(left, *entries, scope);
}

Checked ExprChecker::InEntries(const Operand& left, const EntryList& list,
                               const Scope& scope) {
  const Checked& value = left.value;
  LiteralTarget target = TargetOf(left, scope);
  ExprId id = value.id;
  if (pool_.expr(id).op == ExprOp::kAttrText && !list.entries.empty() &&
      LiteralOf(list, list.entries.front()).is_number()) {
    id = pool_.Attr(pool_.plan().names[pool_.expr(id).a], /*number=*/true);
    target.type = ValueType::kReal;
  }
  std::optional<uint32_t> set;
  ExprOp op = ExprOp::kInNumbers;
  if (IsText(target.type)) {
    op = ExprOp::kInTexts;
    set = sets_.Texts(list, target);
    NoteUsers(left, list);
  } else if (target.type == ValueType::kIp) {
    op = ExprOp::kInNetworks;
    set = sets_.Networks(list, target);
  } else {
    set = sets_.Numbers(list, target);
  }
  if (!set.has_value()) return Checked::Error();
  return ConditionAt(pool_.Condition(op, *set, {id}));
}

const EntryList* ExprChecker::EntriesOf(const Operand& operand,
                                        const Scope& scope,
                                        std::string_view wanted,
                                        EntryList* inline_list) {
  switch (operand.sort) {
    case Operand::Sort::kError: return nullptr;
    case Operand::Sort::kList: return &operand.list->list;
    case Operand::Sort::kInlineList: {
      if (operand.expr->children.empty()) {
        Report(diagnostics_, DiagnosticCode::kEmptyList, scope.text,
               operand.expr->span)
            .Message("a list needs an element")
            .Label("never true of an empty one");
        return nullptr;
      }
      return definitions_.AddEntries(scope.text, operand.expr->children,
                                     inline_list)
                 ? inline_list
                 : nullptr;
    }
    case Operand::Sort::kLiteral:
      if (operand.literal.sort == Literal::Sort::kText) {
        inline_list->text = scope.text;
        inline_list->entries.push_back({operand.expr->span, operand.expr, {}});
        return inline_list;
      }
      break;
    case Operand::Sort::kWord:
      Report(diagnostics_, DiagnosticCode::kUnknownName, scope.text,
             operand.expr->span)
          .Message("unknown list " + Quoted(operand.expr->name))
          .Help(DidYouMean(*diagnostics_, operand.expr->name,
                           definitions_.ListNames()));
      return nullptr;
    case Operand::Sort::kValue: break;
  }
  if (operand.expr->kind == ExprKind::kName) {
    if (definitions_.WasRefused(operand.expr->name)) return nullptr;
    const std::string_view sort = definitions_.SortOf(operand.expr->name);
    if (!sort.empty()) {
      Report(diagnostics_, DiagnosticCode::kWrongName, scope.text,
             operand.expr->span)
          .Message(Source(*operand.expr, scope) + " is " + std::string(sort) +
                   ", not a list");
      return nullptr;
    }
  }
  Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
         operand.expr->span)
      .Message("expected " + std::string(wanted) + ", found " +
               Source(*operand.expr, scope));
  return nullptr;
}

void ExprChecker::NoteUsers(const Operand& left, const EntryList& list) {
  const Expr& node = pool_.expr(left.value.id);
  if (node.op != ExprOp::kField ||
      static_cast<FieldId>(node.a) != FieldId::kUser ||
      (!list.name.empty() && !lists_of_users_.insert(list.name).second)) {
    return;
  }
  absl::flat_hash_set<std::string> users;
  std::vector<Literal> literals;
  for (const ListEntry& entry : list.entries) {
    literals.push_back(LiteralOf(list, entry));
    users.insert(ToAsciiLower(literals.back().text));
  }
  for (const Literal& literal : literals) {
    if (literal.text.size() <= kUserBytes) continue;
    const std::string head =
        ToAsciiLower(literal.text.substr(0, kUserBytes));
    if (users.contains(head)) continue;
    long_users_.push_back({literal.source, literal.span,
                           std::string(literal.text), /*in_list=*/true});
  }
}

void ExprChecker::NoteText(const Operand& value, const Literal& literal) {
  const Expr& node = pool_.expr(value.value.id);
  if (node.op != ExprOp::kField || literal.sort != Literal::Sort::kText) return;
  const auto field = static_cast<FieldId>(node.a);
  if (field == FieldId::kUser && literal.text.size() > kUserBytes) {
    long_users_.push_back(
        {literal.source, literal.span, std::string(literal.text)});
  }
  if (field == FieldId::kRule) {
    rule_name_uses_.push_back(
        {literal.source, literal.span, std::string(literal.text)});
  }
}

Checked ExprChecker::Like(const ast::Expr& expr, const Scope& scope) {
  const bool regex = expr.op == BinaryOp::kMatches ||
                     expr.op == BinaryOp::kNotMatches;
  const Operand left = Resolve(expr.children[0], scope);
  const Checked value = ToValue(left, scope);
  if (value.error) return value;
  const bool list_field = value.type == ValueType::kList;
  if (left.sort == Operand::Sort::kLiteral || value.condition ||
      (!IsText(value.type) && !list_field)) {
    Operand shown = left;
    shown.value = value;
    return BadOperator(expr, shown, scope,
                       value.type == ValueType::kIp
                           ? "networks are asked with `in`, as in "
                             "`in \"10.0.0.0/8\"`"
                           : "");
  }
  const Operand right = Resolve(expr.children[1], scope);
  if (!regex && right.sort == Operand::Sort::kValue &&
      !right.value.condition && IsText(right.value.type) &&
      (pool_.reads(right.value.id) & kReadsStep) != 0) {
    const bool fold = value.type != ValueType::kExact;
    const ExprId pattern =
        fold ? pool_.Node(ExprOp::kLower, ValueType::kFolded, 0, 0,
                          {right.value.id})
             : right.value.id;
    return ConditionAt(pool_.Condition(ExprOp::kLikeValue, fold ? 1 : 0,
                                       {value.id, pattern}));
  }
  EntryList inline_list;
  const EntryList* const list = EntriesOf(
      right, scope,
      regex ? "a regular expression as text or a list of them"
            : "a pattern as text or a list of them",
      &inline_list);
  if (list == nullptr) return Checked::Error();
  LiteralTarget target;
  target.type = list_field ? ValueType::kFolded : value.type;
  target.subject = regex ? "a regular expression" : "a pattern";
  const std::optional<uint32_t> set =
      regex ? sets_.Regexes(*list, target) : sets_.Globs(*list, target);
  if (!set.has_value()) return Checked::Error();
  return ConditionAt(pool_.Condition(
      regex ? ExprOp::kMatches : ExprOp::kLike, *set, {value.id}));
}

Checked ExprChecker::Has(const ast::Expr& expr, const Scope& scope) {
  const Operand left = Resolve(expr.children[0], scope);
  const Checked value = ToValue(left, scope);
  if (value.error) return value;
  if (value.type != ValueType::kList) {
    Operand shown = left;
    shown.value = value;
    return BadOperator(expr, shown, scope,
                       IsText(value.type) ? "a text is asked with `like`" : "");
  }
  const Operand right = Resolve(expr.children[1], scope);
  if (right.sort == Operand::Sort::kValue && IsText(right.value.type)) {
    return ConditionAt(
        pool_.Condition(ExprOp::kHas, 0, {value.id, right.value.id}));
  }
  EntryList inline_list;
  const EntryList* const list = EntriesOf(
      right, scope, "a text, a list or a field of text", &inline_list);
  if (list == nullptr) return Checked::Error();
  LiteralTarget target;
  target.type = ValueType::kFolded;
  target.subject = "an element of " + Source(*left.expr, scope);
  const std::optional<uint32_t> set = sets_.Texts(*list, target);
  if (!set.has_value()) return Checked::Error();
  return ConditionAt(pool_.Condition(ExprOp::kHasAny, *set, {value.id}));
}

}  // namespace mqwarden
