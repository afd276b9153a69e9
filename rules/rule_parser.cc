// The parser's cursor, its errors, and how it gets back in step after one.
#include "mqwarden/rules/rule_parser.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "mqwarden/base/edit_distance.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/lexer.h"

namespace mqwarden {
namespace {

// Words behind a value that may be the name of a `param`, and those that begin
// the next thing: where one of them stands, the value was left out.
constexpr std::string_view kNeverParams[] = {
    "advance", "alert",  "alerts", "as",     "at",     "by",      "compare",
    "every",   "except", "exclude", "expect", "first", "for",     "from",
    "input",   "keys",   "last",   "learn",  "notify", "of",      "on",
    "order",   "per",    "restart", "session", "show", "start",   "then",
    "to",      "top",    "tumbling", "tz",    "unless", "where",  "with",
    "x",
};

// Words that begin a definition.
constexpr std::string_view kNamedDefinitions[] = {
    "rule",  "list",   "table",    "patterns", "macro",
    "param", "recent", "calendar", "report",
};

bool Contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

RuleParser::RuleParser(std::shared_ptr<const RuleText> text,
                       std::string_view bytes, std::vector<Token> tokens,
                       DiagnosticList* diagnostics)
    : text_(std::move(text)),
      bytes_(bytes),
      tokens_(std::move(tokens)),
      diagnostics_(*diagnostics) {}

Token RuleParser::Next() {
  const Token token = Peek();
  switch (token.kind) {
    case TokenKind::kLeftBrace:
      ++depth_.braces;
      break;
    case TokenKind::kRightBrace:
      --depth_.braces;
      break;
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBracket:
      ++depth_.others;
      break;
    case TokenKind::kRightParen:
    case TokenKind::kRightBracket:
      --depth_.others;
      break;
    default:
      break;
  }
  if (token.kind != TokenKind::kEnd) {
    ++at_;
    last_end_ = token.span.end;
  }
  return token;
}

bool RuleParser::Take(TokenKind kind) {
  if (!At(kind)) return false;
  Next();
  return true;
}

bool RuleParser::TakeWord(std::string_view word) {
  if (!AtWord(word)) return false;
  Next();
  return true;
}

bool RuleParser::Error(Diagnostic diagnostic) {
  diagnostics_.Add(std::move(diagnostic));
  broken_ = true;
  return false;
}

bool RuleParser::Error(DiagnosticCode code, Span span, std::string message,
                       std::string label, std::string help) {
  return Error({.code = code,
                .message = std::move(message),
                .where = {text_, span, std::move(label)},
                .second = std::nullopt,
                .help = std::move(help),
                .fix = std::nullopt});
}

bool RuleParser::Expected(std::initializer_list<std::string_view> what,
                          std::string help) {
  const Token& found = Peek();
  if (found.kind == TokenKind::kError) {
    broken_ = true;
    return false;
  }
  std::string message = "expected ";
  size_t index = 0;
  for (const std::string_view item : what) {
    if (index > 0) message += index + 1 == what.size() ? " or " : ", ";
    message += item;
    ++index;
  }
  // What is missing at the end of a line is missed there, not on the next line.
  const bool at_line_end =
      at_ > 0 && (found.first_on_line || found.kind == TokenKind::kEnd);
  if (at_line_end) {
    const Token& before = tokens_[at_ - 1];
    message += " after " + Quoted(Text(before));
    return Error(DiagnosticCode::kUnexpectedToken,
                 {before.span.end, before.span.end}, std::move(message), "",
                 std::move(help));
  }
  message += found.kind == TokenKind::kEnd ? ", found nothing"
                                           : ", found " + Quoted(Text(found));
  return Error(DiagnosticCode::kUnexpectedToken, found.span, std::move(message),
               "", std::move(help));
}

bool RuleParser::UnknownWord(DiagnosticCode code, std::string_view what,
                             std::span<const std::string_view> known) {
  const Token& found = Peek();
  if (found.kind == TokenKind::kError) {
    broken_ = true;
    return false;
  }
  const std::string_view word = Text(found);
  std::string help;
  if (const std::optional<std::string> nearest = Nearest(word, known)) {
    help = "did you mean `" + *nearest + "`?";
  }
  return Error(code, found.span,
               "unknown " + std::string(what) + " " + Quoted(word), "",
               std::move(help));
}

bool RuleParser::Unclosed(const Token& open, std::string_view what) {
  broken_ = true;
  // Where an inner block was not closed, the outer ones are not told apart.
  if (unclosed_at_ == at_) return false;
  unclosed_at_ = at_;
  const Token& found = Peek();
  const uint32_t end = last_end_;
  return Error({.code = DiagnosticCode::kUnclosedBlock,
                .message = std::string(what) + " is not closed",
                .where = {text_,
                          found.kind == TokenKind::kEnd ? Span{end, end}
                                                        : found.span,
                          "expected `}` before this"},
                .second = DiagnosticLabel{text_, open.span, "opened here"},
                .help = "",
                .fix = std::nullopt});
}

bool RuleParser::IsOperatorWord(std::string_view word) {
  return Contains(kOperatorWords, word);
}

bool RuleParser::AtOperator(size_t ahead) const {
  const Token& token = Peek(ahead);
  switch (token.kind) {
    case TokenKind::kIdentifier:
      return IsOperatorWord(Text(token)) && Text(token) != "not" ? true
             : Text(token) == "not" && At(TokenKind::kIdentifier, ahead + 1) &&
                   IsOperatorWord(Text(Peek(ahead + 1)));
    case TokenKind::kEq:
    case TokenKind::kNe:
    case TokenKind::kLt:
    case TokenKind::kLe:
    case TokenKind::kGt:
    case TokenKind::kGe:
    case TokenKind::kAssign:
    case TokenKind::kDot:
    case TokenKind::kComma:
    case TokenKind::kColon:
    case TokenKind::kRightParen:
    case TokenKind::kRightBracket:
      return true;
    default:
      return false;
  }
}

bool RuleParser::AtDefinition() const {
  if (!At(TokenKind::kIdentifier)) return false;
  const std::string_view word = Text(Peek());
  if (Contains(kNamedDefinitions, word)) {
    return At(TokenKind::kIdentifier, 1) && !AtOperator(1);
  }
  if (word == "inventory") return AtWord("from", 1);
  if (word == "policy") return At(TokenKind::kLeftBrace, 1);
  if (word == "test") {
    return At(TokenKind::kString, 1) || At(TokenKind::kRawString, 1);
  }
  if (word == "override" || word == "amend" || word == "disable") {
    return At(TokenKind::kIdentifier, 1) && At(TokenKind::kIdentifier, 2);
  }
  return false;
}

bool RuleParser::AtClause(std::span<const std::string_view> words) const {
  return At(TokenKind::kIdentifier) && Contains(words, Text(Peek())) &&
         (SurelyClause() || !AtOperator(1));
}

bool RuleParser::SurelyClause() const {
  static constexpr std::string_view kTakeString[] = {
      "title", "tags", "notify", "test", "summary", "runbook"};
  static constexpr std::string_view kTakeTime[] = {"at", "advance", "start"};
  const std::string_view word = Text(Peek());
  if (Contains(kTakeString, word)) {
    return At(TokenKind::kString, 1) || At(TokenKind::kRawString, 1);
  }
  if (Contains(kTakeTime, word)) {
    return At(TokenKind::kDuration, 1) || At(TokenKind::kInstant, 1);
  }
  if (word == "limit" || word == "keys") return At(TokenKind::kInt, 1);
  if (word == "alert") return At(TokenKind::kLeftBrace, 1);
  if (word == "evidence") return AtWord("first", 1) || AtWord("last", 1);
  if (word == "severity" || word == "fields") {
    return At(TokenKind::kIdentifier, 1) && !AtOperator(1);
  }
  return true;  // `on`, `by` and the like are no fields
}

void RuleParser::SkipToDefinition() {
  while (!At(TokenKind::kEnd)) {
    const uint32_t begin = Peek().span.begin;
    const bool unindented = begin == 0 || text_->text()[begin - 1] == '\n';
    const bool outside = depth_.braces <= 0 && depth_.others <= 0;
    if (AtDefinition() && (unindented || outside)) return;
    // Another word there may be a misspelled definition.
    if (At(TokenKind::kIdentifier) && unindented && outside) return;
    Next();
  }
}

void RuleParser::SkipToClause(Depth body,
                              std::span<const std::string_view> words) {
  while (!At(TokenKind::kEnd) && depth_.braces >= body.braces) {
    const bool first_on_line = Peek().first_on_line;
    if (depth_.braces == body.braces) {
      if (At(TokenKind::kRightBrace)) break;
      // An unclosed parenthesis does not swallow the lines below it.
      if (AtClause(words) &&
          (first_on_line ||
           (SurelyClause() && depth_.others <= body.others))) {
        break;
      }
    }
    if (first_on_line && !At(TokenKind::kRightBrace) && AtBlockEnd(true)) break;
    Next();
  }
  depth_ = body;
}

bool RuleParser::AtBlockEnd(bool definitions_end_it) const {
  if (At(TokenKind::kRightBrace) || At(TokenKind::kEnd)) return true;
  // `test` is a clause as well.
  return definitions_end_it && Peek().first_on_line && AtDefinition() &&
         !AtWord("test");
}

bool RuleParser::CloseBlock(const Token& open, std::string_view what) {
  if (Take(TokenKind::kRightBrace)) return true;
  return Unclosed(open, what);
}

void RuleParser::KeepBlock(ast::Block::Kind kind, const Token& open,
                           ast::Block block) {
  block.kind = kind;
  block.span = SpanFrom(open.span.begin);
  blocks_.push_back(std::move(block));
}

bool RuleParser::RefuseBlockWord(const BlockShape& shape) {
  bool refused = false;
  if (At(TokenKind::kIdentifier)) {
    refused = UnknownWord(DiagnosticCode::kUnknownClause, shape.clause,
                          shape.words);
    Next();
  } else {
    const std::string clause = "a " + std::string(shape.clause) + " such as " +
                               Quoted(shape.words.front());
    refused = Expected({clause, "`}`"});
    if (!AtBlockEnd(true)) Next();
  }
  return refused;
}

void RuleParser::RefuseRepeatedWord(const BlockShape& shape, Span second,
                                    Span first) {
  Error({.code = DiagnosticCode::kDuplicateClause,
         .message = Quoted(text_->Slice(second)) + " stands twice in one " +
                    std::string(shape.block),
         .where = {text_, second, "the second"},
         .second = DiagnosticLabel{text_, first, "the first"},
         .help = "",
         .fix = std::nullopt});
}

bool RuleParser::ParseName(std::string_view what, ast::Name* out) {
  if (!At(TokenKind::kIdentifier) || IsOperatorWord(Text(Peek()))) {
    return Expected({what});
  }
  const Token token = Next();
  *out = {std::string(Text(token)), token.span};
  return true;
}

bool RuleParser::ParseNames(std::string_view what,
                            std::vector<ast::Name>* out) {
  do {
    if (!ParseName(what, &out->emplace_back())) return false;
  } while (Take(TokenKind::kComma));
  return true;
}

bool RuleParser::ParseString(std::string_view what, ast::StringLiteral* out) {
  if (!AtString()) return Expected({what});
  const Token token = Next();
  out->value = DecodeString(bytes_, token).value;
  out->span = token.span;
  out->raw = token.kind == TokenKind::kRawString;
  return true;
}

bool RuleParser::ParseStringOrParam(std::string_view what,
                                    ast::StringLiteral* out) {
  if (TakeParam(&out->param, &out->span)) return true;
  return ParseString(what, out);
}

bool RuleParser::ParseStrings(std::string_view what,
                              std::vector<ast::StringLiteral>* out) {
  do {
    ast::StringLiteral literal;
    if (!ParseStringOrParam(what, &literal)) return false;
    out->push_back(std::move(literal));
  } while (Take(TokenKind::kComma));
  return true;
}

bool RuleParser::TakeParam(std::string* param, Span* span) {
  if (!At(TokenKind::kIdentifier) || IsOperatorWord(Text(Peek())) ||
      Contains(kNeverParams, Text(Peek())) || StartsNextClause()) {
    return false;
  }
  const Token token = Next();
  *param = Text(token);
  *span = token.span;
  return true;
}

bool RuleParser::ParseLength(ast::Length* out, bool zero_allowed) {
  if (TakeParam(&out->param, &out->span)) return true;
  if (!At(TokenKind::kDuration)) {
    std::string help;
    if (At(TokenKind::kInt)) {
      // `5 minutes` is 5m; without a word for the unit, seconds are an example.
      const std::string_view unit =
          At(TokenKind::kIdentifier, 1) ? UnitOf(Text(Peek(1))) : "";
      help = "a duration has a unit: " +
             Quoted(std::string(Text(Peek())) +
                    std::string(unit.empty() ? "s" : unit));
    }
    return Expected({"a duration such as 5m"}, std::move(help));
  }
  const Token token = Next();
  out->span = token.span;
  out->value = Duration(token.value);
  if (token.value == 0 && !zero_allowed) {
    Error(DiagnosticCode::kZeroAmount, token.span,
          "expected a duration longer than zero");
  }
  return true;
}

bool RuleParser::ParseCount(std::string_view what, ast::Count* out,
                            bool zero_allowed) {
  if (TakeParam(&out->param, &out->span)) return true;
  if (!At(TokenKind::kInt)) return Expected({what});
  const Token token = Next();
  out->span = token.span;
  out->value = token.value;
  if (token.value == 0 && !zero_allowed) {
    Error(DiagnosticCode::kZeroAmount, token.span,
          "expected " + std::string(what) + " of at least 1");
  }
  return true;
}

bool RuleParser::ParseDayTime(ast::DayTime* out) {
  if (TakeParam(&out->param, &out->span)) return true;
  if (!At(TokenKind::kTimeOfDay)) {
    return Expected({"a time of day such as 08:00"});
  }
  const Token token = Next();
  out->span = token.span;
  out->value = static_cast<int>(token.value);
  return true;
}

bool RuleParser::ParseMoment(ast::Moment* out) {
  if (TakeParam(&out->param, &out->span)) return true;
  return ParseInstant(&out->value, &out->span);
}

bool RuleParser::ParseInstant(Time* out, Span* span) {
  if (At(TokenKind::kDate)) {
    const Token date = Next();
    const std::string text(Text(date));
    return Error(DiagnosticCode::kMissingZone, date.span,
                 Quoted(text) + " is a date without a time and a zone",
                 "an instant is needed here",
                 "write `" + text + "T00:00:00Z` for midnight in UTC");
  }
  if (!At(TokenKind::kInstant)) {
    return Expected({"an instant such as 2026-11-20T22:00:00Z"});
  }
  const Token token = Next();
  *span = token.span;
  *out = Time(Duration(token.value));
  return true;
}

}  // namespace mqwarden
