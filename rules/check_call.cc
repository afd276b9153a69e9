// Functions, aggregates and look-ups in tables.
#include <algorithm>
#include <iterator>
#include <utility>

#include "mqwarden/base/text.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/language_words.h"

namespace mqwarden {
namespace {

using ast::ExprKind;

constexpr size_t kMany = 1000;
constexpr int64_t kV4Bits = 32;
constexpr int64_t kIpBits = 128;

struct NamedAggregate {
  std::string_view name;
  Aggregate::Kind kind;
};
constexpr NamedAggregate kNumberAggregates[] = {
    {"sum", Aggregate::Kind::kSum},
    {"avg", Aggregate::Kind::kAvg},
    {"min", Aggregate::Kind::kMin},
    {"max", Aggregate::Kind::kMax},
    {"percentile", Aggregate::Kind::kPercentile},
};

Checked Typed(ExprId id, ValueType type) {
  Checked checked;
  checked.id = id;
  checked.type = type;
  return checked;
}

bool IsAnyNetwork(std::string_view pattern) { return pattern == "*"; }

}  // namespace

Checked ExprChecker::Call(const ast::Expr& expr, const Scope& scope) {
  const std::string_view name = expr.name;
  if (name == "exists") return Exists(expr, scope);
  if (name == "lower") return Lower(expr, scope);
  if (name == "coalesce") return Coalesce(expr, scope);
  if (name == "length") return Length(expr, scope);
  if (name == "network") return Network(expr, scope);
  if (name == "pattern") return Pattern(expr, scope);
  if (name == "count") return Count(expr, scope);
  if (name == "distinct") return Distinct(expr, scope);
  if (name == "set") return ValueSet(expr, scope);
  for (const NamedAggregate& aggregate : kNumberAggregates) {
    if (name == aggregate.name) {
      return NumberAggregate(expr, aggregate.kind, scope);
    }
  }
  Report(diagnostics_, DiagnosticCode::kUnknownFunction, scope.text,
         expr.op_span)
      .Message("unknown function " + Quoted(name))
      .Help(DidYouMean(*diagnostics_, name, kFunctionWords));
  return Checked::Error();
}

bool ExprChecker::HasArguments(const ast::Expr& expr, const Scope& scope,
                               size_t min, size_t max, std::string_view form) {
  if (expr.children.size() >= min && expr.children.size() <= max) return true;
  Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text, expr.span)
      .Message("`" + expr.name + "` is written `" + std::string(form) + "`");
  return false;
}

Checked ExprChecker::ScalarArgument(const ast::Expr& arg, const Scope& scope,
                                    std::string_view what) {
  const Operand operand = Resolve(arg, scope);
  const Checked value = ToValue(operand, scope);
  if (value.error) return value;
  if (operand.sort == Operand::Sort::kLiteral) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text, arg.span)
        .Message(std::string(what) + " takes fields, not literals");
    return Checked::Error();
  }
  if (value.type == ValueType::kList) {
    Report(diagnostics_, DiagnosticCode::kListInKey, scope.text, arg.span)
        .Message(Source(arg, scope) + " is a list, " + std::string(what) +
                 " takes one value")
        .Help(scope.clause == "by" && arg.kind == ExprKind::kName
                  ? "`by each " + arg.name + "` makes a key of each element"
                  : "");
    return Checked::Error();
  }
  return value;
}

std::optional<int64_t> ExprChecker::NumberArgument(const ast::Expr& arg,
                                                   int64_t min, int64_t max,
                                                   const Scope& scope) {
  if (arg.kind == ExprKind::kError) return std::nullopt;
  bool broken = false;
  const ast::Expr* const param = definitions_.ParamLiteral(arg, &broken);
  if (broken) return std::nullopt;
  const std::optional<Literal> literal =
      LiteralOf(scope.text, param != nullptr ? *param : arg);
  if (!literal.has_value() || literal->sort != Literal::Sort::kInt) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text, arg.span)
        .Message("expected a whole number, found " + Source(arg, scope));
    return std::nullopt;
  }
  if (literal->number < min || literal->number > max) {
    Report(diagnostics_, DiagnosticCode::kOutOfRange, scope.text, arg.span)
        .Message(Source(arg, scope) + " is not from " + std::to_string(min) +
                 " to " + std::to_string(max));
    return std::nullopt;
  }
  return literal->number;
}

Checked ExprChecker::Exists(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 1, 1, "exists(f)")) return Checked::Error();
  const Operand operand = Resolve(expr.children[0], scope);
  const Checked value = ToValue(operand, scope);
  if (value.error) return value;
  const bool always = value.condition ||
                      operand.sort == Operand::Sort::kLiteral ||
                      (pool_.reads(value.id) & kReadsAggregate) != 0;
  if (always) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text,
           expr.children[0].span)
        .Message("`exists` asks of a field whether it is there")
        .Label("is always there");
    return Checked::Error();
  }
  Checked result;
  result.condition = true;
  result.id = pool_.Condition(ExprOp::kExists, 0, {value.id});
  return result;
}

Checked ExprChecker::Lower(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 1, 1, "lower(f)")) return Checked::Error();
  const Checked value = ScalarArgument(expr.children[0], scope, "`lower`");
  if (value.error) return value;
  if (!IsText(value.type)) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.children[0].span)
        .Message("`lower` takes text, " + Source(expr.children[0], scope) +
                 " is " + TypePhrase(value.type, value.enum_type));
    return Checked::Error();
  }
  return Typed(
      pool_.Node(ExprOp::kLower, ValueType::kFolded, 0, 0, {value.id}),
      ValueType::kFolded);
}

Checked ExprChecker::Coalesce(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 2, kMany, "coalesce(f, g, …)")) {
    return Checked::Error();
  }
  std::vector<Operand> operands;
  EnumType enum_type = EnumType::kNone;
  for (const ast::Expr& arg : expr.children) {
    operands.push_back(Resolve(arg, scope));
    if (operands.back().sort == Operand::Sort::kError) return Checked::Error();
    if (enum_type == EnumType::kNone) {
      enum_type = operands.back().value.enum_type;
    }
  }
  // A text literal beside fields that compare exactly does so, too.
  bool exact = false;
  for (const Operand& operand : operands) {
    if (operand.sort != Operand::Sort::kValue) continue;
    exact = operand.value.type == ValueType::kExact;
    if (!exact) break;
  }
  // A text literal is of the type of the texts that it stands beside.
  ValueType text_type = ValueType::kFolded;
  for (const Operand& operand : operands) {
    if (operand.sort == Operand::Sort::kValue && IsText(operand.value.type)) {
      text_type = operand.value.type;
      break;
    }
  }
  std::vector<Checked> values;
  for (const Operand& operand : operands) {
    Checked value;
    const auto word =
        operand.sort == Operand::Sort::kWord && enum_type != EnumType::kNone
            ? FindEnumValue(enum_type, operand.expr->name)
            : std::nullopt;
    if (operand.sort == Operand::Sort::kLiteral &&
        operand.literal.sort == Literal::Sort::kText) {
      value = Typed(pool_.Text(operand.literal.text, text_type), text_type);
    } else if (word.has_value()) {
      value = Typed(pool_.Enum(enum_type, *word), ValueType::kEnum);
      value.enum_type = enum_type;
    } else {
      value = ToValue(operand, scope);
    }
    if (value.error) return value;
    if (exact && operand.sort == Operand::Sort::kLiteral &&
        value.type == ValueType::kFolded) {
      Constant constant = *NaturalConstant(operand.literal);
      constant.type = ValueType::kExact;
      value = Typed(pool_.Const(constant), ValueType::kExact);
    }
    values.push_back(value);
  }
  bool same = true;
  bool lists = false;
  for (const Checked& value : values) {
    if (value.type == ValueType::kList &&
        (pool_.reads(value.id) & kReadsRule) != 0) {
      Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, expr.span)
          .Message("`coalesce` does not take `rule_tags`")
          .Label("always there");
      return Checked::Error();
    }
    same &= value.type == values[0].type &&
            value.enum_type == values[0].enum_type;
    lists |= value.type == ValueType::kList;
  }
  if (lists && !same) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text, expr.span)
        .Message("`coalesce` takes lists only together with lists");
    return Checked::Error();
  }
  std::vector<ExprId> ids;
  for (const Checked& value : values) ids.push_back(value.id);
  Checked result = Typed(kNoExpr, same ? values[0].type : ValueType::kFolded);
  if (result.type == ValueType::kEnum) result.enum_type = enum_type;
  result.id = pool_.Node(ExprOp::kCoalesce, result.type, 0, 0, std::move(ids));
  return result;
}

Checked ExprChecker::Length(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 1, 1, "length(f)")) return Checked::Error();
  const Operand operand = Resolve(expr.children[0], scope);
  const Checked value = ToValue(operand, scope);
  if (value.error) return value;
  if (!IsText(value.type) && value.type != ValueType::kList) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.children[0].span)
        .Message("`length` takes a text or a list, " +
                 Source(expr.children[0], scope) + " is " +
                 TypePhrase(value.type, value.enum_type));
    return Checked::Error();
  }
  return Typed(pool_.Node(ExprOp::kLength, ValueType::kInt, 0, 0, {value.id}),
               ValueType::kInt);
}

Checked ExprChecker::Network(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 3, 3, "network(ip, 24, 64)")) {
    return Checked::Error();
  }
  const Checked value = ScalarArgument(expr.children[0], scope, "`network`");
  const auto v4 = NumberArgument(expr.children[1], 0, kV4Bits, scope);
  const auto v6 = NumberArgument(expr.children[2], 0, kIpBits, scope);
  if (value.error || !v4.has_value() || !v6.has_value()) {
    return Checked::Error();
  }
  if (value.type != ValueType::kIp) {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.children[0].span)
        .Message("`network` takes an ip, " + Source(expr.children[0], scope) +
                 " is " + TypePhrase(value.type, value.enum_type));
    return Checked::Error();
  }
  return Typed(pool_.Node(ExprOp::kNetwork, ValueType::kFolded,
                          static_cast<uint32_t>(*v4),
                          static_cast<uint32_t>(*v6), {value.id}),
               ValueType::kFolded);
}

Checked ExprChecker::Pattern(const ast::Expr& expr, const Scope& scope) {
  if (!HasArguments(expr, scope, 2, 2, "pattern(f, PATTERNS)")) {
    return Checked::Error();
  }
  const Checked value = ScalarArgument(expr.children[0], scope, "`pattern`");
  const ast::Expr& name = Strip(expr.children[1]);
  PatternsInfo* const info = name.kind == ExprKind::kName
                                 ? definitions_.FindPatterns(name.name)
                                 : nullptr;
  if (info == nullptr) {
    if (name.kind == ExprKind::kError ||
        (name.kind == ExprKind::kName && definitions_.WasRefused(name.name))) {
      return Checked::Error();
    }
    const std::string_view sort = name.kind == ExprKind::kName
                                      ? definitions_.SortOf(name.name)
                                      : std::string_view();
    Report(diagnostics_,
           sort.empty() ? DiagnosticCode::kUnknownName
                        : DiagnosticCode::kWrongName,
           scope.text, name.span)
        .Message(sort.empty() ? "unknown patterns " + Source(name, scope)
                              : Source(name, scope) + " is " +
                                    std::string(sort) +
                                    ", not a set of patterns")
        .Help(sort.empty() ? DidYouMean(*diagnostics_, name.name,
                                        definitions_.PatternsNames())
                           : "");
    return Checked::Error();
  }
  info->used = true;
  if (value.error || info->broken) return Checked::Error();
  std::optional<uint32_t> set;
  if (value.type == ValueType::kIp) {
    LiteralTarget target;
    target.type = ValueType::kIp;
    target.subject = Source(expr.children[0], scope);
    set = NetworkPatterns(info, target);
  } else if (IsText(value.type)) {
    set = GlobPatterns(info);
  } else {
    Report(diagnostics_, DiagnosticCode::kTypeMismatch, scope.text,
           expr.children[0].span)
        .Message("`pattern` takes text or an ip, " +
                 Source(expr.children[0], scope) + " is " +
                 TypePhrase(value.type, value.enum_type));
  }
  if (!set.has_value()) return Checked::Error();
  return Typed(pool_.Node(ExprOp::kPatternLabel, ValueType::kFolded, *set, 0,
                          {value.id}),
               ValueType::kFolded);
}

std::optional<uint32_t> ExprChecker::GlobPatterns(PatternsInfo* info) {
  if (info->globs.has_value()) return info->globs;
  Hasher128 hasher;
  hasher.Add(std::string_view("globs"));
  PatternSet set;
  for (const ast::PatternsDef::Row& row : info->def->rows) {
    PatternSet::Row& out = set.rows.emplace_back();
    out.label = row.label.text;
    out.glob = ToAsciiLower(row.pattern.value);
    hasher.Add(std::string_view(out.label));
    hasher.Add(std::string_view(out.glob));
  }
  const Hash128 meaning = hasher.Finish();
  info->globs = pool_.PatternSet({meaning, meaning}, [&] { return set; });
  return info->globs;
}

std::optional<uint32_t> ExprChecker::NetworkPatterns(
    PatternsInfo* info, const LiteralTarget& target) {
  if (info->networks.has_value()) return info->networks;
  Hasher128 hasher;
  hasher.Add(std::string_view("networks"));
  PatternSet set;
  set.networks = true;
  for (const ast::PatternsDef::Row& row : info->def->rows) {
    PatternSet::Row& out = set.rows.emplace_back();
    out.label = row.label.text;
    out.any = IsAnyNetwork(row.pattern.value);
    if (!out.any) {
      Literal literal;
      literal.source = info->text;
      literal.span = row.pattern.span;
      literal.text = row.pattern.value;
      const auto network = ConvertNetwork(literal, target, diagnostics_);
      if (!network.has_value()) {
        info->broken = true;
        return std::nullopt;
      }
      out.network = *network;
    }
    hasher.Add(std::string_view(out.label));
    hasher.Add(std::string_view(
        out.any ? std::string("*") : FormatNetwork(out.network)));
  }
  const Hash128 meaning = hasher.Finish();
  info->networks = pool_.PatternSet({meaning, meaning}, [&] { return set; });
  return info->networks;
}

// TABLE[f, g].column. `expr` is the member, or, for a name that is no table,
// the index alone.
Checked ExprChecker::TableColumn(const ast::Expr& expr, const Scope& scope) {
  const ast::Expr& index =
      expr.kind == ExprKind::kMember ? expr.children[0] : expr;
  TableInfo* const table = definitions_.FindTable(index.name);
  if (table == nullptr) {
    if (definitions_.WasRefused(index.name)) return Checked::Error();
    const std::string_view sort = definitions_.SortOf(index.name);
    Report(diagnostics_,
           sort.empty() ? DiagnosticCode::kUnknownName
                        : DiagnosticCode::kWrongName,
           scope.text, index.op_span)
        .Message(sort.empty()
                     ? (expr.kind == ExprKind::kMember ? "unknown table "
                                                       : "unknown recent ") +
                           Quoted(index.name)
                              : Quoted(index.name) + " is " +
                                    std::string(sort) + ", not a table")
        .Help(sort.empty()
                  ? DidYouMean(*diagnostics_, index.name,
                               expr.kind == ExprKind::kMember
                                   ? definitions_.TableNames()
                                   : definitions_.RecentNames())
                  : "");
    return Checked::Error();
  }
  table->used = true;
  std::vector<ExprId> key;
  for (const ast::Expr& part : index.children) {
    const Operand operand = Resolve(part, scope);
    const Checked value = ToValue(operand, scope);
    if (value.error) return value;
    if (value.type == ValueType::kList) {
      Report(diagnostics_, DiagnosticCode::kListInKey, scope.text, part.span)
          .Message(Source(part, scope) +
                   " is a list, a key of a table is one value");
      return Checked::Error();
    }
    key.push_back(value.id);
  }
  if (table->broken) return Checked::Error();
  if (key.size() != table->def->key.size()) {
    Report(diagnostics_, DiagnosticCode::kBadArguments, scope.text, index.span)
        .Message("the key of " + Quoted(index.name) + " has " +
                 std::to_string(table->def->key.size()) +
                 (table->def->key.size() == 1 ? " part, not " : " parts, not ") +
                 std::to_string(key.size()))
        .Second(table->text, table->def->name.span, "defined here");
    return Checked::Error();
  }
  const auto column = std::find(table->columns.begin(), table->columns.end(),
                                expr.name);
  if (column == table->columns.end()) {
    const std::vector<std::string_view> names(table->columns.begin(),
                                              table->columns.end());
    Report(diagnostics_, DiagnosticCode::kUnknownColumn, scope.text,
           expr.op_span)
        .Message("the table " + Quoted(index.name) + " has no column " +
                 Quoted(expr.name))
        .Help(DidYouMean(*diagnostics_, expr.name, names));
    return Checked::Error();
  }
  const auto place =
      static_cast<uint32_t>(std::distance(table->columns.begin(), column));
  return Typed(pool_.Node(ExprOp::kTableColumn, ValueType::kFolded,
                          table->index, place, std::move(key)),
               ValueType::kFolded);
}

}  // namespace mqwarden
