// A rule: its clauses, their order and number. The clauses with a grammar of
// their own stand in parser_clauses.cc.
#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "mqwarden/base/check.h"
#include "mqwarden/base/edit_distance.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr std::string_view kOrderHelp =
    "the order is title severity tags on where exclude by when refire keys "
    "mute limit escalate notify alert resolve test";

std::string Word(size_t clause) {
  return "`" + std::string(kRuleClauses[clause]) + "`";
}

}  // namespace

bool RuleParser::ParseRule(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::Rule rule;
  if (!ParseName("a name for the rule", &rule.name) &&
      !(AtString() && At(TokenKind::kLeftBrace, 1))) {
    return false;
  }
  if (rule.name.text.empty()) Next();  // the name in quotes, told already
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
  ParseRuleBody(open, &rule);
  rule.span = SpanFrom(begin);
  rule.broken = broken_;
  file->rules.push_back(std::move(rule));
  return true;
}

void RuleParser::ParseRuleBody(const Token& open, ast::Rule* rule) {
  const Depth body = depth_;
  std::array<const ClauseSeen*, std::size(kRuleClauses)> first{};
  std::deque<ClauseSeen> seen;  // stays in place, since `first` points into it
  bool word_refused = false;
  // Behind a limit that was refused, `by` in the same line is the limit's.
  bool in_refused_limit = false;
  ast::Block block;
  while (!AtBlockEnd(true)) {
    const uint32_t begin = Peek().span.begin;
    const auto word =
        At(TokenKind::kIdentifier)
            ? std::find(std::begin(kRuleClauses), std::end(kRuleClauses),
                        Text(Peek()))
            : std::end(kRuleClauses);
    bool parsed = false;
    if (word == std::end(kRuleClauses)) {
      word_refused = true;
      parsed = RefuseClauseWord();
    } else {
      const size_t rank = static_cast<size_t>(word - std::begin(kRuleClauses));
      const ClauseSeen clause = {static_cast<Clause>(rank), Peek().span};
      if (in_refused_limit && clause.clause == Clause::kBy &&
          !Peek().first_on_line) {
        ast::Rule unused;
        parsed = ParseClause(clause.clause, &unused);
      } else if (first[rank] != nullptr && !MayRepeat(clause.clause)) {
        RefuseDuplicate(*first[rank], clause);
        ast::Rule unused;
        parsed = ParseClause(clause.clause, &unused);
      } else {
        seen.push_back(clause);
        if (first[rank] == nullptr) first[rank] = &seen.back();
        parsed = ParseClause(clause.clause, rule);
      }
    }
    in_refused_limit = !parsed && word != std::end(kRuleClauses) &&
                       *word == "limit";
    if (!parsed) SkipToClause(body, kRuleClauses);
    AddItem(begin, static_cast<size_t>(word - std::begin(kRuleClauses)), &block);
  }
  CloseBlock(open, "the rule");
  KeepBlock(ast::Block::Kind::kRule, open, std::move(block));
  if (check_order_) CheckOrder({seen.begin(), seen.end()});
  if (!rule->name.text.empty() && !word_refused) {
    const bool is_sequence =
        rule->when.has_value() && rule->when->kind == ast::When::Kind::kSequence;
    for (const Clause clause :
         {Clause::kTitle, Clause::kSeverity, Clause::kOn}) {
      // The steps of a sequence name their kinds themselves; a `when` that was
      // refused may have been one.
      if (clause == Clause::kOn && (is_sequence || broken_)) continue;
      if (first[static_cast<size_t>(clause)] != nullptr) continue;
      Error(DiagnosticCode::kMissingClause, rule->name.span,
            "rule " + Quoted(rule->name.text) + " has no " +
                Word(static_cast<size_t>(clause)));
    }
  }
  CheckSeverityLines(*rule);
  CheckSourceOfEvents(*rule);
}

void RuleParser::CheckSourceOfEvents(const ast::Rule& rule) {
  if (rule.on.empty() || !rule.when.has_value() ||
      rule.when->kind != ast::When::Kind::kSequence) {
    return;
  }
  Error({.code = DiagnosticCode::kClauseDoesNotFit,
         .message = "`on` stands beside a sequence",
         .where = {text_, rule.on_span, "leave it out"},
         .second = DiagnosticLabel{text_, rule.when->kind_span,
                                   "its steps name their kinds"},
         .help = "",
         .fix = DiagnosticFix{rule.on_span, ""}});
}

bool RuleParser::ParseClause(Clause clause, ast::Rule* rule) {
  if (clause == Clause::kSeverity) return ParseSeverity(rule);
  if (clause == Clause::kTest) return ParseTest(&rule->tests);
  const Token word = Next();
  switch (clause) {
    case Clause::kTitle: {
      ast::StringLiteral title;
      std::vector<ast::TextPart> parts;
      if (!ParseText("a text in quotes", &title, &parts)) return false;
      rule->title = std::move(title);
      rule->title_parts = std::move(parts);
      return true;
    }
    case Clause::kTags:
      return ParseStrings("a tag in quotes", &rule->tags);
    case Clause::kOn:
      if (!ParseKinds(&rule->on, &rule->on_span)) return false;
      rule->on_span.begin = word.span.begin;
      return true;
    case Clause::kWhere: {
      ast::Expr condition;
      if (!ParseExpr(&condition)) return false;
      rule->where = std::move(condition);
      return true;
    }
    case Clause::kBy:
      return ParseKeyParts(&rule->by);
    case Clause::kWhen: {
      ast::When when;
      if (!ParseWhen(&when)) return false;
      rule->when = std::move(when);
      return true;
    }
    case Clause::kRefire: {
      ast::Refire refire;
      if (!ParseRefire(&refire)) return false;
      refire.span = SpanFrom(word.span.begin);
      rule->refire = std::move(refire);
      return true;
    }
    case Clause::kKeys:
      return ParseCount("a number of keys", &rule->keys.emplace());
    case Clause::kExclude:
      return ParseExclude(&rule->excludes);
    case Clause::kMute:
      return ParseMute(&rule->mutes);
    case Clause::kLimit:
      return ParseLimit(&rule->limits);
    case Clause::kEscalate:
      return ParseEscalate(rule);
    case Clause::kNotify:
      return ParseStrings("a route in quotes", &rule->notify);
    case Clause::kAlert: {
      ast::AlertBlock alert;
      if (!ParseAlert(&alert)) return false;
      alert.span = SpanFrom(word.span.begin);
      rule->alert = std::move(alert);
      return true;
    }
    case Clause::kResolve:
      rule->resolve = word.span;
      return true;
    default:
      return false;
  }
}

bool RuleParser::StartsNextClause() const {
  return Peek().first_on_line && At(TokenKind::kIdentifier) &&
         std::find(std::begin(kRuleClauses), std::end(kRuleClauses),
                   Text(Peek())) != std::end(kRuleClauses) &&
         SurelyClause();
}

// For what other languages write behind a condition or between clauses.
std::string RuleParser::HelpBehindClause() const {
  if (At(TokenKind::kComma)) {
    return "no commas stand between clauses; several values stand in brackets, "
           "as in `[\"a\", \"b\"]`";
  }
  if (AtWord("is") || (AtWord("not") && AtWord("exists", 1))) {
    return "whether a field is there is asked by `exists(f)` and "
           "`not exists(f)`";
  }
  if (AtWord("between")) return "write `f >= A and f <= B`";
  if (At(TokenKind::kLeftBrace) || !At(TokenKind::kIdentifier)) return "";
  static constexpr std::string_view kBehindWindow[] = {"tumbling", "session",
                                                       "learn", "digest"};
  const auto nearest = Nearest(Text(Peek()), kBehindWindow);
  if (nearest.has_value()) return "did you mean `" + *nearest + "`?";
  // `exclude probes user == "x"`
  if (tokens_[at_ - 1].kind == TokenKind::kIdentifier && at_ >= 2 &&
      Text(tokens_[at_ - 2]) == "exclude") {
    return "a label has a colon behind it: " +
           Quoted(std::string(Text(tokens_[at_ - 1])) + ":");
  }
  return "";
}

// What stands where a clause should begin and is none.
bool RuleParser::RefuseClauseWord() {
  const bool is_word = At(TokenKind::kIdentifier);
  const std::string_view word = is_word ? Text(Peek()) : std::string_view();
  if (std::find(std::begin(kAlertClauses), std::end(kAlertClauses), word) !=
      std::end(kAlertClauses)) {
    return Error(DiagnosticCode::kUnknownClause, Next().span,
                 Quoted(word) + " stands outside `alert`", "",
                 "write `alert { " + std::string(word) + " … }`");
  }
  // In the middle of a line it rather continues the clause before.
  const bool goes_on = !Peek().first_on_line &&
                       tokens_[at_ - 1].kind != TokenKind::kLeftBrace;
  const bool refused =
      goes_on
          ? Expected({"an operator such as `==`", "the next clause", "`}`"},
                     HelpBehindClause())
      : is_word ? UnknownWord(DiagnosticCode::kUnknownClause, "clause",
                              kRuleClauses)
                : Expected({"a clause such as `where`", "`}`"});
  Next();
  return refused;
}

bool RuleParser::MayRepeat(Clause clause) {
  return clause == Clause::kSeverity || clause == Clause::kExclude ||
         clause == Clause::kMute || clause == Clause::kLimit ||
         clause == Clause::kEscalate || clause == Clause::kTest;
}

void RuleParser::RefuseDuplicate(const ClauseSeen& first,
                                 const ClauseSeen& second) {
  // The rule itself is whole: its first clause is read.
  const bool was_broken = broken_;
  Error({.code = DiagnosticCode::kDuplicateClause,
         .message = Word(static_cast<size_t>(second.clause)) +
                    " stands twice in one rule",
         .where = {text_, second.span, "the second"},
         .second = DiagnosticLabel{text_, first.span, "the first"},
         .help = "",
         .fix = std::nullopt});
  broken_ = was_broken;
}

// Of clauses out of order, as few as possible are told to move: those outside a
// longest part that is in order.
void RuleParser::CheckOrder(const std::vector<ClauseSeen>& seen) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  constexpr size_t kClauses = std::size(kRuleClauses);
  const auto rank = [&](size_t i) {
    return static_cast<size_t>(seen[i].clause);
  };
  // For each clause: the longest part in order that ends with it so far.
  std::array<size_t, kClauses> length{};
  std::array<size_t, kClauses> last;
  last.fill(kNone);
  std::vector<size_t> before(seen.size(), kNone);
  size_t end = kNone;
  size_t longest = 0;
  for (size_t i = 0; i < seen.size(); ++i) {
    size_t best = 0;
    for (size_t r = 0; r <= rank(i); ++r) {
      // Of equals the later clause: it is told that the earlier one is late.
      if (length[r] > 0 && length[r] >= best) {
        best = length[r];
        before[i] = last[r];
      }
    }
    length[rank(i)] = best + 1;
    last[rank(i)] = i;
    if (best + 1 > longest) {
      longest = best + 1;
      end = i;
    }
  }
  std::vector<bool> in_order(seen.size(), false);
  for (size_t i = end; i != kNone; i = before[i]) in_order[i] = true;

  // Of each rank, the first clause and the last one that stay.
  std::array<size_t, kClauses> first_kept;
  std::array<size_t, kClauses> last_kept;
  first_kept.fill(kNone);
  last_kept.fill(kNone);
  for (size_t i = 0; i < seen.size(); ++i) {
    if (!in_order[i]) continue;
    if (first_kept[rank(i)] == kNone) first_kept[rank(i)] = i;
    last_kept[rank(i)] = i;
  }
  for (size_t i = 0; i < seen.size(); ++i) {
    if (in_order[i]) continue;
    // Too late when something that stays and follows it stands before it.
    size_t other = kNone;
    for (size_t r = rank(i) + 1; r < kClauses && other == kNone; ++r) {
      if (first_kept[r] != kNone && first_kept[r] < i) other = first_kept[r];
    }
    const bool too_late = other != kNone;
    for (size_t r = rank(i); r-- > 0 && other == kNone;) {
      if (last_kept[r] != kNone && last_kept[r] > i) other = last_kept[r];
    }
    MQWARDEN_DCHECK(other != kNone, "a longest part in order is not extended");
    const bool was_broken = broken_;
    Error({.code = DiagnosticCode::kClauseOrder,
           .message = Word(rank(i)) + " stands in the wrong place",
           .where = {text_, seen[i].span,
                     (too_late ? "belongs before " : "belongs after ") +
                         Word(rank(other))},
           .second = DiagnosticLabel{text_, seen[other].span, ""},
           .help = std::string(kOrderHelp),
           .fix = std::nullopt});
    broken_ = was_broken;
  }
}

void RuleParser::CheckSeverityLines(const ast::Rule& rule) {
  // A line that was refused is not in the list, so nothing is sure then.
  if (broken_ || rule.severity.empty()) return;
  for (size_t i = 0; i + 1 < rule.severity.size(); ++i) {
    if (rule.severity[i].when.has_value()) continue;
    Error({.code = DiagnosticCode::kSeverityLines,
           .message = "this severity is never reached",
           .where = {text_, rule.severity[i + 1].span, ""},
           .second = DiagnosticLabel{text_, rule.severity[i].span,
                                     "has no condition, so it always decides"},
           .help = "put the line without a condition last",
           .fix = std::nullopt});
    return;
  }
  if (rule.severity.back().when.has_value()) {
    Error(DiagnosticCode::kSeverityLines, rule.severity.back().span,
          "the last severity has a condition",
          "and when it does not hold, there is none",
          "add a last line without a condition, such as `severity low`");
  }
}

}  // namespace mqwarden
