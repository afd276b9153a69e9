#include "mqwarden/rules/literal.h"

#include <utility>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/types.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

// Enums of more values are listed by `mqwarden fields`, not by a diagnostic.
constexpr size_t kMaxListedValues = 8;

using Sort = Literal::Sort;

// One conversion: the literal, what it is to become, and where to complain.
class Conversion {
 public:
  Conversion(const Literal& literal, const LiteralTarget& target,
             DiagnosticList* diagnostics)
      : literal_(literal), target_(target), diagnostics_(diagnostics) {}

  std::optional<Constant> Run() {
    result_.type = target_.type;
    result_.enum_type = target_.enum_type;
    switch (target_.type) {
      case ValueType::kExact:
      case ValueType::kFolded: return ToText();
      case ValueType::kInt: return ToInt();
      case ValueType::kReal: return ToReal();
      case ValueType::kEnum: return ToEnum();
      case ValueType::kBool: return ToBool();
      case ValueType::kTs: return ToInstant();
      case ValueType::kDuration: return ToDuration();
      case ValueType::kIp: return ToIp();
      case ValueType::kList: break;
    }
    return Mismatch("");
  }

  std::optional<IpNetwork> ToNetwork() {
    if (literal_.sort != Sort::kText && literal_.sort != Sort::kLine) {
      Mismatch("addresses and networks stand in quotes");
      return std::nullopt;
    }
    IpNetwork network;
    switch (ParseNetwork(literal_.text, &network)) {
      case NetworkSyntax::kOk: return network;
      case NetworkSyntax::kMalformed:
        Report(diagnostics_, DiagnosticCode::kBadNetwork, literal_.source,
               literal_.span)
            .Message(Quoted(literal_.text) + " is no address or network")
            .Label("expected such as 192.0.2.7 or 192.0.2.0/24");
        return std::nullopt;
      case NetworkSyntax::kHostBits: break;
    }
    const std::string meant = FormatNetwork(network);
    Report(diagnostics_, DiagnosticCode::kBadNetwork, literal_.source,
           literal_.span)
        .Message(Quoted(literal_.text) + " has bits set behind its prefix")
        .Help("did you mean `" + meant + "`?");
    return std::nullopt;
  }

 private:
  std::optional<Constant> Mismatch(std::string help,
                                   std::string replacement = "") {
    Report report(diagnostics_, DiagnosticCode::kBadLiteral, literal_.source,
                  literal_.span);
    report.Message(Quoted(literal_.source->Slice(literal_.span)) + " is " +
                   std::string(LiteralPhrase(literal_.sort)) + ", " +
                   target_.subject + " is " +
                   TypePhrase(target_.type, target_.enum_type));
    report.Help(std::move(help));
    if (!replacement.empty()) {
      report.Fix(literal_.span, std::move(replacement));
    }
    return std::nullopt;
  }

  // "write `X`", with X as the certain repair.
  std::optional<Constant> Write(const std::string& replacement) {
    return Mismatch("write `" + replacement + "`", replacement);
  }

  bool is_line() const { return literal_.sort == Sort::kLine; }
  bool is_text() const { return literal_.sort == Sort::kText; }

  std::optional<Constant> ToText() {
    if (is_text() || is_line()) {
      result_.text = literal_.text;
      return result_;
    }
    if (literal_.sort == Sort::kWord || literal_.is_number()) {
      return Write("\"" +
                   std::string(literal_.source->Slice(literal_.span)) + "\"");
    }
    return Mismatch("");
  }

  // The whole number that a text or line spells.
  std::optional<int64_t> SpelledInt() const {
    if (const auto constant = FindMqConstant(literal_.text)) return constant;
    const std::optional<Decimal> decimal = Decimal::Parse(literal_.text);
    return decimal.has_value() ? decimal->ToInt() : std::nullopt;
  }

  std::optional<Constant> ToInt() {
    if (literal_.sort == Sort::kInt) {
      result_.number = literal_.number;
      return result_;
    }
    if (is_line() || is_text()) {
      const std::optional<int64_t> number = SpelledInt();
      if (is_line() && number.has_value()) {
        result_.number = *number;
        return result_;
      }
      if (number.has_value()) return Write(std::string(literal_.text));
    }
    if (literal_.sort == Sort::kWord) return UnknownConstant();
    return Mismatch("");
  }

  std::optional<Constant> UnknownConstant() {
    std::vector<std::string_view> names;
    if (literal_.text.substr(0, 2) == "MQ" &&
        diagnostics_->error_count() <= kMaxSuggestingErrors) {
      for (const MqConstant& constant : AllMqConstants()) {
        names.push_back(constant.name);
      }
    }
    Report(diagnostics_, DiagnosticCode::kUnknownConstant, literal_.source,
           literal_.span)
        .Message("unknown constant " + Quoted(literal_.text))
        .Label("not a constant of IBM MQ")
        .Help(DidYouMean(*diagnostics_, literal_.text, names));
    return std::nullopt;
  }

  std::optional<Constant> ToReal() {
    std::optional<Decimal> decimal;
    if (literal_.sort == Sort::kInt) {
      decimal = Decimal::FromInt(literal_.number);
    } else if (literal_.sort == Sort::kDecimal) {
      decimal = literal_.decimal;
    } else if (is_line()) {
      decimal = Decimal::Parse(literal_.text);
    }
    if (!decimal.has_value()) return Mismatch("");
    result_.decimal = *decimal;
    return result_;
  }

  std::optional<Constant> ToEnum() {
    if (literal_.sort == Sort::kWord || is_line()) {
      const auto value = FindEnumValue(target_.enum_type, literal_.text);
      if (value.has_value()) {
        result_.number = *value;
        return result_;
      }
      ReportUnknownEnumValue(literal_.source, literal_.span, literal_.text,
                             target_.enum_type, diagnostics_);
      return std::nullopt;
    }
    if (is_text()) {
      const std::string word = ToAsciiLower(literal_.text);
      if (FindEnumValue(target_.enum_type, word).has_value()) {
        return Write(word);
      }
      return Mismatch("the values of an enum are bare words");
    }
    return Mismatch("");
  }

  std::optional<Constant> ToBool() {
    if (literal_.sort == Sort::kBool) {
      result_.number = literal_.number;
      return result_;
    }
    if (is_line() && (literal_.text == "true" || literal_.text == "false")) {
      result_.number = literal_.text == "true" ? 1 : 0;
      return result_;
    }
    return Mismatch("its values are `true` and `false`");
  }

  std::optional<Constant> ToInstant() {
    std::optional<Time> instant;
    if (literal_.sort == Sort::kInstant) instant = literal_.instant;
    if (is_line()) instant = ParseTime(literal_.text);
    if (instant.has_value()) {
      result_.number = instant->time_since_epoch().count();
      return result_;
    }
    if (is_text() && ParseTime(literal_.text).has_value()) {
      return Write(std::string(literal_.text));
    }
    return Mismatch("an instant is written as in 2026-11-20T22:00:00Z");
  }

  std::optional<Constant> ToDuration() {
    std::optional<Duration> duration;
    if (literal_.sort == Sort::kDuration) duration = literal_.duration;
    if (is_line()) duration = ParseDuration(literal_.text);
    if (duration.has_value()) {
      result_.number = duration->count();
      return result_;
    }
    if (literal_.sort == Sort::kInt) {
      return Mismatch("a duration has a unit, as in `" +
                      std::to_string(literal_.number) + "s`");
    }
    if (is_text() && ParseDuration(literal_.text).has_value()) {
      return Write(std::string(literal_.text));
    }
    return Mismatch("");
  }

  std::optional<Constant> ToIp() {
    const std::optional<IpNetwork> network = ToNetwork();
    if (!network.has_value()) return std::nullopt;
    if (network->prefix != 128) return Mismatch("one address is needed here");
    result_.ip = network->base;
    return result_;
  }

  const Literal& literal_;
  const LiteralTarget& target_;
  DiagnosticList* const diagnostics_;
  Constant result_;
};

}  // namespace

std::optional<Literal> LiteralOf(const RuleTextPtr& source,
                                 const ast::Expr& expr) {
  Literal literal;
  literal.source = source;
  literal.span = expr.span;
  switch (expr.kind) {
    case ast::ExprKind::kString:
      literal.sort = Sort::kText;
      literal.text = expr.string;
      return literal;
    case ast::ExprKind::kInt:
      literal.sort = Sort::kInt;
      literal.number = expr.integer;
      return literal;
    case ast::ExprKind::kDecimal:
      literal.sort = Sort::kDecimal;
      literal.decimal = expr.decimal;
      return literal;
    case ast::ExprKind::kDuration:
      literal.sort = Sort::kDuration;
      literal.duration = expr.duration;
      return literal;
    case ast::ExprKind::kInstant:
      literal.sort = Sort::kInstant;
      literal.instant = expr.instant;
      return literal;
    case ast::ExprKind::kTimeOfDay:
      literal.sort = Sort::kTimeOfDay;
      literal.number = expr.time_of_day;
      return literal;
    case ast::ExprKind::kName:
      literal.text = expr.name;
      if (expr.name == "true" || expr.name == "false") {
        literal.sort = Sort::kBool;
        literal.number = expr.name == "true" ? 1 : 0;
      } else if (const auto constant = FindMqConstant(expr.name)) {
        literal.sort = Sort::kInt;
        literal.number = *constant;
      } else {
        literal.sort = Sort::kWord;
      }
      return literal;
    case ast::ExprKind::kParen: return LiteralOf(source, expr.children[0]);
    case ast::ExprKind::kNegate: {
      std::optional<Literal> inner = LiteralOf(source, expr.children[0]);
      if (!inner.has_value()) return std::nullopt;
      inner->span = expr.span;
      if (inner->sort == Sort::kInt) {
        inner->number = SaturatingSub(0, inner->number);
      } else if (inner->sort == Sort::kDecimal) {
        inner->decimal = Decimal() - inner->decimal;
      } else if (inner->sort == Sort::kDuration) {
        inner->duration = SaturatingSub(Duration(0), inner->duration);
      } else {
        return std::nullopt;
      }
      return inner;
    }
    default: return std::nullopt;
  }
}

Literal LiteralOf(const EntryList& list, const ListEntry& entry) {
  if (entry.literal != nullptr) {
    if (auto literal = LiteralOf(list.text, *entry.literal)) {
      return *std::move(literal);
    }
  }
  Literal literal;
  literal.sort = Sort::kLine;
  literal.source = list.text;
  literal.span = entry.span;
  literal.text = entry.line;
  return literal;
}

std::string_view LiteralPhrase(Literal::Sort sort) {
  switch (sort) {
    case Sort::kText: return "a text";
    case Sort::kInt: return "a whole number";
    case Sort::kDecimal: return "a decimal";
    case Sort::kDuration: return "a duration";
    case Sort::kInstant: return "an instant";
    case Sort::kTimeOfDay: return "a time of day";
    case Sort::kBool: return "a bool";
    case Sort::kWord: return "a bare word";
    case Sort::kLine: return "a word";
  }
  return "a literal";
}

std::optional<Constant> ConvertLiteral(const Literal& literal,
                                       const LiteralTarget& target,
                                       DiagnosticList* diagnostics) {
  return Conversion(literal, target, diagnostics).Run();
}

std::optional<IpNetwork> ConvertNetwork(const Literal& literal,
                                        const LiteralTarget& target,
                                        DiagnosticList* diagnostics) {
  return Conversion(literal, target, diagnostics).ToNetwork();
}

std::optional<Constant> NaturalConstant(const Literal& literal) {
  Constant constant;
  switch (literal.sort) {
    case Sort::kText:
      constant.type = ValueType::kFolded;
      constant.text = literal.text;
      return constant;
    case Sort::kInt:
      constant.number = literal.number;
      return constant;
    case Sort::kDecimal:
      constant.type = ValueType::kReal;
      constant.decimal = literal.decimal;
      return constant;
    case Sort::kDuration:
      constant.type = ValueType::kDuration;
      constant.number = literal.duration.count();
      return constant;
    case Sort::kInstant:
      constant.type = ValueType::kTs;
      constant.number = literal.instant.time_since_epoch().count();
      return constant;
    case Sort::kBool:
      constant.type = ValueType::kBool;
      constant.number = literal.number;
      return constant;
    case Sort::kTimeOfDay:
    case Sort::kWord:
    case Sort::kLine: break;
  }
  return std::nullopt;
}

void ReportUnknownEnumValue(const RuleTextPtr& text, Span span,
                            std::string_view word, EnumType type,
                            DiagnosticList* diagnostics) {
  std::vector<std::string_view> values;
  for (const EnumValueInfo& value : EnumValues(type)) {
    values.push_back(value.name);
  }
  std::string help = DidYouMean(*diagnostics, word, values);
  if (help.empty() && values.size() <= kMaxListedValues) {
    for (size_t i = 0; i < values.size(); ++i) {
      help.append(i == 0 ? "it is " : i + 1 < values.size() ? ", " : " or ");
      help.append(Quoted(values[i]));
    }
  }
  Report(diagnostics, DiagnosticCode::kUnknownEnumValue, text, span)
      .Message(Quoted(word) + " is no value of the enum `" +
               std::string(EnumTypeName(type)) + "`")
      .Help(help);
}

}  // namespace mqwarden
