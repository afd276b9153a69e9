// Literals, and the types they take from what they are compared with.
#ifndef MQWARDEN_RULES_LITERAL_H_
#define MQWARDEN_RULES_LITERAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// A literal of a rule text, or a line of a list file, which is a word that may
// be anything.
struct Literal {
  enum class Sort : uint8_t {
    kText, kInt, kDecimal, kDuration, kInstant, kTimeOfDay, kBool,
    kWord,  // a bare word: a value of an enum
    kLine,
  };
  Sort sort = Sort::kText;
  RuleTextPtr source;
  Span span;
  std::string_view text;  // kText, kWord, kLine: a view of the tree or file
  // kInt, also of a constant of IBM MQ; kBool; kTimeOfDay: minutes
  int64_t number = 0;
  Decimal decimal;
  Duration duration{};
  Time instant{};

  bool is_number() const {
    return sort == Sort::kInt || sort == Sort::kDecimal;
  }
};

// Nullopt for what is no literal. A name is a constant of IBM MQ, `true`,
// `false`, or else a word.
std::optional<Literal> LiteralOf(const RuleTextPtr& source,
                                 const ast::Expr& expr);
Literal LiteralOf(const EntryList& list, const ListEntry& entry);

// "a text", "a whole number".
std::string_view LiteralPhrase(Literal::Sort sort);

// What a literal is to become: the type of the other operand.
struct LiteralTarget {
  ValueType type = ValueType::kFolded;
  EnumType enum_type = EnumType::kNone;
  std::string subject;  // the other operand as messages name it
};

// The constant that `literal` stands for; nullopt after a report. A kIp target
// takes one address only; ParseNetworkLiteral takes networks too.
std::optional<Constant> ConvertLiteral(const Literal& literal,
                                       const LiteralTarget& target,
                                       DiagnosticList* diagnostics);
std::optional<IpNetwork> ConvertNetwork(const Literal& literal,
                                        const LiteralTarget& target,
                                        DiagnosticList* diagnostics);

// The type that a literal has by itself. kWord, kLine and kTimeOfDay have none.
std::optional<Constant> NaturalConstant(const Literal& literal);

// Reports a word that is no value of `type`.
void ReportUnknownEnumValue(const RuleTextPtr& text, Span span,
                            std::string_view word, EnumType type,
                            DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LITERAL_H_
