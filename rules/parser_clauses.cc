// The clauses of a rule that have a grammar of their own.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr std::string_view kAlertClauses[] = {"summary", "runbook", "fields",
                                              "evidence"};

}  // namespace

// severity NAME [when CONDITION]
bool RuleParser::ParseSeverity(ast::Rule* rule) {
  const uint32_t begin = Next().span.begin;
  ast::SeverityLine line;
  if (!ParseName("a severity such as `high`", &line.severity)) return false;
  if (TakeWord("when") && !ParseExpr(&line.when.emplace())) return false;
  line.span = SpanFrom(begin);
  rule->severity.push_back(std::move(line));
  return true;
}

// on KIND, KIND …
bool RuleParser::ParseOn(ast::Rule* rule) {
  const Token on = tokens_[at_ - 1];
  do {
    ast::Name kind;
    if (!ParseName("a kind of event such as `authz`", &kind)) return false;
    if (kind.text == "alert") {
      return NotBuilt({on.span.begin, kind.span.end}, "on alert");
    }
    rule->on.push_back(std::move(kind));
  } while (Take(TokenKind::kComma));
  rule->on_span = SpanFrom(on.span.begin);
  return true;
}

// exclude [LABEL:] CONDITION
bool RuleParser::ParseExclude(std::vector<ast::Exclude>* out) {
  const uint32_t begin = Next().span.begin;
  ast::Exclude exclude;
  if (At(TokenKind::kIdentifier) && At(TokenKind::kColon, 1)) {
    exclude.label.emplace();
    if (!ParseName("a label", &*exclude.label)) return false;
    Next();
  }
  if (!ParseExpr(&exclude.condition)) return false;
  exclude.span = SpanFrom(begin);
  out->push_back(std::move(exclude));
  return true;
}

// FIELD, FIELD?, k = EXPR
bool RuleParser::ParseKeyParts(std::vector<ast::KeyPart>* out) {
  do {
    ast::KeyPart part;
    if (!ParseKeyPart(&part)) return false;
    out->push_back(std::move(part));
  } while (Take(TokenKind::kComma));
  return true;
}

bool RuleParser::ParseKeyPart(ast::KeyPart* part) {
  const uint32_t begin = Peek().span.begin;
  if (AtWord("each") && At(TokenKind::kIdentifier, 1) && !AtOperator(1)) {
    NotBuilt(Next().span, "each", "name a field that holds one value");
    part->each = true;
  }
  if (At(TokenKind::kIdentifier) && At(TokenKind::kAssign, 1)) {
    part->name.emplace();
    if (!ParseName("a name for the key", &*part->name)) return false;
    Next();
  }
  if (!ParseExpr(&part->expr)) return false;
  if (At(TokenKind::kPipe)) return NotBuilt(Next().span, "|");
  part->optional = Take(TokenKind::kQuestion);
  part->span = SpanFrom(begin);
  return true;
}

// when CONDITION in DURATION
bool RuleParser::ParseWhen(ast::When* when) {
  if ((AtWord("new") || AtWord("rare")) && At(TokenKind::kLeftParen, 1)) {
    return RefuseWhenForm();
  }
  if ((AtWord("absent") && !AtOperator(1)) || AtWord("sequence")) {
    return RefuseWhenForm();
  }
  const uint32_t begin = when->span.begin;
  in_when_ = true;
  const bool parsed = ParseExpr(&when->condition);
  in_when_ = false;
  if (!parsed) return false;
  if (!TakeWord("in")) {
    return Expected(
        {"`in` and a duration such as 5m"},
        "a window follows the condition: `when count() >= 10 in 5m`");
  }
  if (!ParseDuration(&when->window, &when->window_span)) return false;
  when->span = SpanFrom(begin);
  if (AtWord("tumbling") || AtWord("session")) {
    const Token word = Next();
    return NotBuilt(word.span, Text(word), "leave it out for a sliding window");
  }
  const ast::Expr& condition = when->condition;
  if (condition.kind == ast::ExprKind::kBinary &&
      (condition.op == ast::BinaryOp::kAnd ||
       condition.op == ast::BinaryOp::kOr)) {
    const std::string text(text_->Slice(condition.span));
    return Error(
        {.code = DiagnosticCode::kWindowNeedsParentheses,
         .message = "a condition joined by " +
                    Quoted(text_->Slice(condition.op_span)) +
                    " stands in parentheses before its window",
         .where = {text_, condition.span, ""},
         .second = DiagnosticLabel{text_, when->window_span,
                                   "the window of the whole condition"},
         .help = "write `when (…) in " +
                 std::string(text_->Slice(when->window_span)) + "`",
         .fix = DiagnosticFix{condition.span, "(" + text + ")"}});
  }
  return true;
}

bool RuleParser::RefuseWhenForm() {
  const Token when = tokens_[at_ - 1];
  const Token form = Next();
  const Span words = {when.span.begin, form.span.end};
  return NotBuilt(words, "when " + std::string(Text(form)),
                  "this version counts in a sliding window: "
                  "`when count() >= 10 in 5m`");
}

// refire rise | rise below A | each | every D | reset
bool RuleParser::ParseRefire(ast::Refire* refire) {
  using Kind = ast::Refire::Kind;
  if (TakeWord("rise")) {
    refire->kind = Kind::kRise;
    if (!TakeWord("below")) return true;
    const uint32_t begin = Peek().span.begin;
    arithmetic_ = 0;
    if (!ParseUnary(&refire->below.emplace())) return false;
    refire->argument_span = SpanFrom(begin);
    return true;
  }
  if (TakeWord("each")) {
    refire->kind = Kind::kEach;
    return true;
  }
  if (TakeWord("reset")) {
    refire->kind = Kind::kReset;
    return true;
  }
  if (TakeWord("every")) {
    refire->kind = Kind::kEvery;
    return ParseDuration(&refire->every, &refire->argument_span);
  }
  return Expected({"`rise`", "`each`", "`every` and a duration", "`reset`"});
}

// mute where CONDITION | mute until INSTANT
bool RuleParser::ParseMute(std::vector<ast::Mute>* out) {
  const Token word = Next();
  ast::Mute mute;
  const uint32_t argument = Peek(1).span.begin;
  if (TakeWord("where")) {
    mute.kind = ast::Mute::Kind::kWhere;
    if (!ParseExpr(&mute.condition)) return false;
    mute.argument_span = SpanFrom(argument);
  } else if (TakeWord("until")) {
    mute.kind = ast::Mute::Kind::kUntil;
    if (!ParseInstant(&mute.until, &mute.argument_span)) return false;
  } else if (AtWord("during")) {
    const Token during = Next();
    return NotBuilt({word.span.begin, during.span.end}, "mute during",
                    "`mute until` an instant covers one window");
  } else {
    return Expected({"`where` and a condition", "`until` and an instant"});
  }
  mute.span = SpanFrom(word.span.begin);
  out->push_back(std::move(mute));
  return true;
}

// limit N per DURATION by all | by KEY, … [unless CONDITION] [then digest]
bool RuleParser::ParseLimit(std::vector<ast::Limit>* out) {
  const Token word = Next();
  ast::Limit limit;
  if (!ParseCount("a number of alerts", &limit.count, &limit.count_span)) {
    return false;
  }
  if (!TakeWord("per")) return Expected({"`per` and a duration such as 1h"});
  if (!ParseDuration(&limit.per, &limit.per_span)) return false;
  if (!TakeWord("by")) {
    if (At(TokenKind::kError)) return Expected({"`by`"});
    return Error({.code = DiagnosticCode::kLimitWithoutBy,
                  .message = "this limit does not say what it counts by",
                  .where = {text_, SpanFrom(word.span.begin), ""},
                  .second = std::nullopt,
                  .help = "add `by all` for one budget of the rule, or `by` "
                          "and fields",
                  .fix = std::nullopt});
  }
  if (AtWord("all") && !AtOperator(1)) {
    Next();
    limit.by_all = true;
  } else if (!ParseKeyParts(&limit.by)) {
    return false;
  }
  if (TakeWord("unless") && !ParseExpr(&limit.unless.emplace())) return false;
  if (AtWord("then")) {
    const Token then = Next();
    if (!TakeWord("digest")) return Expected({"`digest`"});
    limit.digest = true;
    limit.digest_span = SpanFrom(then.span.begin);
  }
  limit.span = SpanFrom(word.span.begin);
  out->push_back(std::move(limit));
  return true;
}

// escalate NAME when CONDITION
bool RuleParser::ParseEscalate(ast::Rule* rule) {
  const Token word = tokens_[at_ - 1];
  ast::Escalate escalate;
  if (!ParseName("a severity such as `critical`", &escalate.severity)) {
    return false;
  }
  if (!TakeWord("when")) return Expected({"`when` and a condition"});
  if (!ParseExpr(&escalate.when)) return false;
  escalate.span = SpanFrom(word.span.begin);
  rule->escalations.push_back(std::move(escalate));
  return true;
}

// alert { summary … runbook … fields … evidence … }, in any order.
bool RuleParser::ParseAlert(ast::AlertBlock* alert) {
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
  const Depth body = depth_;
  Span seen[std::size(kAlertClauses)] = {};
  while (!AtBlockEnd(true)) {
    bool parsed = false;
    const auto word = std::find(std::begin(kAlertClauses),
                                std::end(kAlertClauses),
                                At(TokenKind::kIdentifier) ? Text(Peek()) : "");
    if (word == std::end(kAlertClauses)) {
      parsed = At(TokenKind::kIdentifier)
                   ? UnknownWord(DiagnosticCode::kUnknownClause,
                                 "clause of `alert`", kAlertClauses)
                   : Expected({"`summary`", "`runbook`", "`fields`",
                               "`evidence`"});
      Next();
    } else {
      Span& first = seen[word - std::begin(kAlertClauses)];
      const Token token = Next();
      if (first == Span()) {
        first = token.span;
        parsed = ParseAlertClause(*word, alert);
      } else {
        ast::AlertBlock unused;
        Error({.code = DiagnosticCode::kDuplicateClause,
               .message = Quoted(*word) + " stands twice in one `alert`",
               .where = {text_, token.span, "the second"},
               .second = DiagnosticLabel{text_, first, "the first"},
               .help = "",
               .fix = std::nullopt});
        parsed = ParseAlertClause(*word, &unused);
      }
    }
    if (!parsed) SkipToClause(body, kAlertClauses);
  }
  return CloseBlock(open, "`alert`");
}

bool RuleParser::ParseAlertClause(std::string_view word,
                                  ast::AlertBlock* alert) {
  if (word == "summary" || word == "runbook") {
    ast::StringLiteral text;
    std::vector<ast::TextPart> parts;
    if (!ParseText("a text in quotes", &text, &parts)) return false;
    (word == "summary" ? alert->summary : alert->runbook) = std::move(text);
    (word == "summary" ? alert->summary_parts : alert->runbook_parts) =
        std::move(parts);
    return true;
  }
  return word == "fields" ? ParseAlertFields(alert) : ParseEvidence(alert);
}

// fields qmgr, owner = cmdb[object].owner
bool RuleParser::ParseAlertFields(ast::AlertBlock* alert) {
  do {
    ast::AlertFieldDecl field;
    const uint32_t begin = Peek().span.begin;
    if (At(TokenKind::kIdentifier) && At(TokenKind::kAssign, 1)) {
      field.name.emplace();
      if (!ParseName("a name", &*field.name)) return false;
      Next();
    }
    if (!ParseExpr(&field.expr)) return false;
    field.span = SpanFrom(begin);
    alert->fields.push_back(std::move(field));
  } while (Take(TokenKind::kComma));
  return true;
}

// evidence first N last M, one of them at least.
bool RuleParser::ParseEvidence(ast::AlertBlock* alert) {
  const uint32_t begin = tokens_[at_ - 1].span.begin;
  Span span;
  bool any = false;
  if (TakeWord("first")) {
    any = true;
    if (!ParseCount("a number of events", &alert->evidence_first, &span)) {
      return false;
    }
  }
  if (TakeWord("last")) {
    any = true;
    if (!ParseCount("a number of events", &alert->evidence_last, &span)) {
      return false;
    }
  }
  if (!any) return Expected({"`first` and a number", "`last` and a number"});
  alert->evidence_span = SpanFrom(begin);
  return true;
}

}  // namespace mqwarden
