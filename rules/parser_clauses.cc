// The clauses of a rule that have a grammar of their own.
#include <string>
#include <utility>

#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

enum AlertClause : size_t { kSummary, kRunbook, kFields, kEvidence };
constexpr BlockShape kAlertShape = {kAlertClauses, 0, ast::Block::Kind::kAlert,
                                    "`alert`", "clause of `alert`"};

}  // namespace

// severity NAME [when CONDITION]
bool RuleParser::ParseSeverity(ast::Rule* rule) {
  const uint32_t begin = Next().span.begin;
  ast::SeverityLine line;
  if (!ParseName("a severity such as `high`", &line.severity)) return false;
  // A sequence may follow at once, since a rule with one has no `on`.
  const bool sequence_follows =
      AtWord("sequence", 1) &&
      (At(TokenKind::kLeftBrace, 2) ||
       (AtWord("in", 2) && At(TokenKind::kLeftBrace, 4)));
  if (!sequence_follows && TakeWord("when") &&
      !ParseExpr(&line.when.emplace())) {
    return false;
  }
  line.span = SpanFrom(begin);
  rule->severity.push_back(std::move(line));
  return true;
}

// KIND, KIND …
bool RuleParser::ParseKinds(std::vector<ast::Name>* kinds, Span* span) {
  const uint32_t begin = Peek().span.begin;
  if (AtWord("where")) return Expected({"a kind of event such as `authz`"});
  if (!ParseNames("a kind of event such as `authz`", kinds)) return false;
  *span = SpanFrom(begin);
  return true;
}

// exclude [LABEL:] CONDITION
bool RuleParser::ParseExclude(std::vector<ast::Exclude>* out) {
  const uint32_t begin = tokens_[at_ - 1].span.begin;
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

// FIELD, FIELD?, k = EXPR, k = a.x | b.y, each FIELD, FIELD from LIST
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
    part->each_span = Next().span;
    part->each = true;
  }
  if (At(TokenKind::kIdentifier) && At(TokenKind::kAssign, 1)) {
    part->name.emplace();
    if (!ParseName("a name for the key", &*part->name)) return false;
    Next();
  }
  if (!ParseExpr(&part->expr)) return false;
  if (At(TokenKind::kPipe)) {
    ast::Expr first = std::move(part->expr);
    part->expr = ast::Expr();
    part->expr.kind = ast::ExprKind::kAlternatives;
    part->expr.children.push_back(std::move(first));
    while (Take(TokenKind::kPipe)) {
      if (!ParseExpr(&part->expr.children.emplace_back())) return false;
    }
    part->expr.span = SpanFrom(part->expr.children[0].span.begin);
  }
  part->optional = Take(TokenKind::kQuestion);
  if (TakeWord("from") && !ParsePrimary(&part->from.emplace())) return false;
  part->span = SpanFrom(begin);
  return true;
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
    if (!ParseLength(&refire->every)) return false;
    refire->argument_span = refire->every.span;
    return true;
  }
  return Expected({"`rise`", "`each`", "`every` and a duration", "`reset`"});
}

// mute where CONDITION | mute until INSTANT | mute during CALENDAR
bool RuleParser::ParseMute(std::vector<ast::Mute>* out) {
  const Token word = tokens_[at_ - 1];
  ast::Mute mute;
  const uint32_t argument = Peek(1).span.begin;
  if (TakeWord("where")) {
    mute.kind = ast::Mute::Kind::kWhere;
    if (!ParseExpr(&mute.condition)) return false;
    mute.argument_span = SpanFrom(argument);
  } else if (TakeWord("until")) {
    mute.kind = ast::Mute::Kind::kUntil;
    if (!ParseMoment(&mute.until)) return false;
    mute.argument_span = mute.until.span;
  } else if (TakeWord("during")) {
    mute.kind = ast::Mute::Kind::kDuring;
    if (!ParsePrimary(&mute.calendars)) return false;
    mute.argument_span = mute.calendars.span;
  } else {
    return Expected({"`where` and a condition", "`until` and an instant",
                     "`during` and a calendar"});
  }
  mute.span = SpanFrom(word.span.begin);
  out->push_back(std::move(mute));
  return true;
}

// limit N per DURATION by all | by KEY, … [unless CONDITION] [then digest]
bool RuleParser::ParseLimit(std::vector<ast::Limit>* out) {
  const Token word = tokens_[at_ - 1];
  ast::Limit limit;
  if (!ParseCount("a number of alerts", &limit.count)) return false;
  if (!TakeWord("per")) return Expected({"`per` and a duration such as 1h"});
  if (!ParseLength(&limit.per)) return false;
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
  return ParseBlock(kAlertShape, &RuleParser::ParseAlertClause, alert);
}

bool RuleParser::ParseAlertClause(size_t word, ast::AlertBlock* alert) {
  if (word == kFields) return ParseAlertFields(&alert->fields);
  if (word == kEvidence) return ParseEvidence(alert);
  ast::StringLiteral text;
  std::vector<ast::TextPart> parts;
  if (!ParseText("a text in quotes", &text, &parts)) return false;
  (word == kSummary ? alert->summary : alert->runbook) = std::move(text);
  (word == kSummary ? alert->summary_parts : alert->runbook_parts) =
      std::move(parts);
  return true;
}

// fields qmgr, owner = cmdb[object].owner
bool RuleParser::ParseAlertFields(std::vector<ast::AlertFieldDecl>* fields) {
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
    fields->push_back(std::move(field));
  } while (Take(TokenKind::kComma));
  return true;
}

// evidence first N last M, one of them at least.
bool RuleParser::ParseEvidence(ast::AlertBlock* alert) {
  const uint32_t begin = tokens_[at_ - 1].span.begin;
  bool any = false;
  if (TakeWord("first")) {
    any = true;
    if (!ParseCount("a number of events", &alert->evidence_first)) {
      return false;
    }
  }
  if (TakeWord("last")) {
    any = true;
    if (!ParseCount("a number of events", &alert->evidence_last)) {
      return false;
    }
  }
  if (!any) return Expected({"`first` and a number", "`last` and a number"});
  alert->evidence_span = SpanFrom(begin);
  return true;
}

}  // namespace mqwarden
