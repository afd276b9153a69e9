#include "mqwarden/rules/givens.h"

#include "mqwarden/rules/language_words.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

std::string Givens::HelpForParam(const std::string& name, Literal::Sort sort,
                                 bool unknown) const {
  if (!unknown) return "";
  // `per hour`
  const std::string_view unit = UnitOf(name);
  if (sort == Literal::Sort::kDuration && !unit.empty()) {
    return "a duration has a number: `1" + std::string(unit) + "`";
  }
  return DidYouMean(*diagnostics_, name, definitions_.ParamNames());
}

std::optional<Literal> Givens::Find(const RuleTextPtr& text,
                                    const std::string& name, Span span,
                                    Literal::Sort sort) const {
  ast::Expr use;
  use.kind = ast::ExprKind::kName;
  use.name = name;
  use.span = span;
  bool broken = false;
  const ast::Expr* const value = definitions_.ParamLiteral(use, &broken);
  if (value == nullptr) {
    if (broken || definitions_.WasRefused(name)) return std::nullopt;
    const std::string_view other = definitions_.SortOf(name);
    Report(diagnostics_,
           other.empty() ? DiagnosticCode::kUnknownName
                         : DiagnosticCode::kWrongName,
           text, span)
        .Message(other.empty() ? "unknown param " + Quoted(name)
                               : Quoted(name) + " is " + std::string(other) +
                                     ", not a param")
        .Help(HelpForParam(name, sort, other.empty()));
    return std::nullopt;
  }
  std::optional<Literal> literal = LiteralOf(text, *value);
  if (literal.has_value() && literal->sort == sort) return literal;
  Report(diagnostics_, DiagnosticCode::kBadLiteral, text, span)
      .Message("the param " + Quoted(name) + " is " +
               std::string(literal.has_value() ? LiteralPhrase(literal->sort)
                                               : "no literal") +
               ", " + std::string(LiteralPhrase(sort)) + " is needed here");
  return std::nullopt;
}

std::optional<int64_t> Givens::Count(const RuleTextPtr& text,
                                     const ast::Count& given,
                                     int64_t min) const {
  if (given.param.empty()) return given.value;
  const auto literal =
      Find(text, given.param, given.span, Literal::Sort::kInt);
  if (!literal.has_value()) return std::nullopt;
  if (literal->number >= min) return literal->number;
  Report(diagnostics_, DiagnosticCode::kZeroAmount, text, given.span)
      .Message("the param " + Quoted(given.param) + " is " +
               std::to_string(literal->number) + ", at least " +
               std::to_string(min) + " is needed here");
  return std::nullopt;
}

std::optional<Duration> Givens::Length(const RuleTextPtr& text,
                                       const ast::Length& given,
                                       bool zero) const {
  if (given.param.empty()) return given.value;
  const auto literal =
      Find(text, given.param, given.span, Literal::Sort::kDuration);
  if (!literal.has_value()) return std::nullopt;
  const Duration length = literal->duration;
  if (length > Duration::zero() || (zero && length == Duration::zero())) {
    return length;
  }
  Report(diagnostics_, DiagnosticCode::kZeroAmount, text, given.span)
      .Message("the param " + Quoted(given.param) + " is " +
               FormatDuration(length) + ", which is no length");
  return std::nullopt;
}

std::optional<Time> Givens::Moment(const RuleTextPtr& text,
                                   const ast::Moment& given) const {
  if (given.param.empty()) return given.value;
  const auto literal =
      Find(text, given.param, given.span, Literal::Sort::kInstant);
  if (!literal.has_value()) return std::nullopt;
  return literal->instant;
}

std::optional<int> Givens::DayTime(const RuleTextPtr& text,
                                   const ast::DayTime& given) const {
  if (given.param.empty()) return given.value;
  const auto literal =
      Find(text, given.param, given.span, Literal::Sort::kTimeOfDay);
  if (!literal.has_value()) return std::nullopt;
  return static_cast<int>(literal->number);
}

std::optional<std::string> Givens::Text(const RuleTextPtr& text,
                                        const ast::StringLiteral& given) const {
  if (given.param.empty()) return given.value;
  const auto literal =
      Find(text, given.param, given.span, Literal::Sort::kText);
  if (!literal.has_value()) return std::nullopt;
  return std::string(literal->text);
}

std::string Givens::Word(const ast::Name& word, EnumType type) const {
  if (FindEnumValue(type, word.text).has_value()) return word.text;
  ast::Expr use;
  use.kind = ast::ExprKind::kName;
  use.name = word.text;
  use.span = word.span;
  bool broken = false;
  const ast::Expr* const value = definitions_.ParamLiteral(use, &broken);
  if (value == nullptr || value->kind != ast::ExprKind::kName) return word.text;
  return value->name;
}

}  // namespace mqwarden
