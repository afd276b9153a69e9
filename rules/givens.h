// The values of what clauses are given: the literal that stands there, or that
// of the param that is named in its place.
//
// A param that is unknown or of another type is reported at the place of its
// name; nullopt follows then, and where its definition was refused.
#ifndef MQWARDEN_RULES_GIVENS_H_
#define MQWARDEN_RULES_GIVENS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/literal.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

class Givens final {
 public:
  Givens(Definitions* definitions, DiagnosticList* diagnostics)
      : definitions_(*definitions), diagnostics_(diagnostics) {}

  // Below `min`, which a literal never is, is reported too.
  std::optional<int64_t> Count(const RuleTextPtr& text, const ast::Count& given,
                               int64_t min = 1) const;
  // Over zero, or, with `zero`, at least zero.
  std::optional<Duration> Length(const RuleTextPtr& text,
                                 const ast::Length& given,
                                 bool zero = false) const;
  std::optional<Time> Moment(const RuleTextPtr& text,
                             const ast::Moment& given) const;
  std::optional<int> DayTime(const RuleTextPtr& text,
                             const ast::DayTime& given) const;
  std::optional<std::string> Text(const RuleTextPtr& text,
                                  const ast::StringLiteral& given) const;
  // Where a bare word stands that is no value of `type`: the word that a param
  // of its name stands for, else the word itself.
  std::string Word(const ast::Name& word, EnumType type) const;

 private:
  std::string HelpForParam(const std::string& name, Literal::Sort sort,
                           bool unknown) const;
  std::optional<Literal> Find(const RuleTextPtr& text, const std::string& name,
                              Span span, Literal::Sort sort) const;

  Definitions& definitions_;
  DiagnosticList* const diagnostics_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_GIVENS_H_
