// The clause `when` in all its forms.
#include <string>
#include <utility>

#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {

using Kind = ast::When::Kind;

// when FORM; the word `when` is taken.
bool RuleParser::ParseWhen(ast::When* when) {
  const uint32_t begin = tokens_[at_ - 1].span.begin;
  const auto parse_form = [&] {
    if ((AtWord("new") || AtWord("rare")) && At(TokenKind::kLeftParen, 1)) {
      return ParseSeen(when);
    }
    if ((AtWord("new") || AtWord("rare")) &&
        At(TokenKind::kIdentifier, 1) && !AtOperator(1)) {
      Next();
      return Expected({"`(` and the fields of a tuple"},
                      "as in `new (user, source_ip) in 30d`");
    }
    if (AtWord("absent") && !AtOperator(1)) {
      when->kind = Kind::kAbsent;
      when->kind_span = Next().span;
      return ParseLength(&when->window);
    }
    if (AtWord("sequence") && !AtOperatorBesideIn(1)) {
      return ParseSequence(when);
    }
    return ParseWindowCondition(when);
  };
  const bool parsed = parse_form();
  when->span = SpanFrom(begin);
  return parsed;
}

// CONDITION in D [tumbling | session]
bool RuleParser::ParseWindowCondition(ast::When* when) {
  in_when_ = true;
  const bool parsed = ParseExpr(&when->condition);
  in_when_ = false;
  if (!parsed) return false;
  if (!TakeWord("in")) {
    return Expected(
        {"`in` and a duration such as 5m"},
        "a window follows the condition: `when count() >= 10 in 5m`");
  }
  if (!ParseLength(&when->window)) return false;
  if (AtWord("tumbling") || AtWord("session")) {
    when->kind = AtWord("tumbling") ? Kind::kTumbling : Kind::kSession;
    when->kind_span = Next().span;
  }
  const ast::Expr& condition = when->condition;
  if (condition.kind != ast::ExprKind::kBinary ||
      (condition.op != ast::BinaryOp::kAnd &&
       condition.op != ast::BinaryOp::kOr)) {
    return true;
  }
  const std::string text(text_->Slice(condition.span));
  return Error(
      {.code = DiagnosticCode::kWindowNeedsParentheses,
       .message = "a condition joined by " +
                  Quoted(text_->Slice(condition.op_span)) +
                  " stands in parentheses before its window",
       .where = {text_, condition.span, ""},
       .second = DiagnosticLabel{text_, when->window.span,
                                 "the window of the whole condition"},
       .help = "write `when (…) in " +
               std::string(text_->Slice(when->window.span)) + "`",
       .fix = DiagnosticFix{condition.span, "(" + text + ")"}});
}

// new (f, g?) in D [learn L] | rare (f, g?) < N in D [learn L]
bool RuleParser::ParseSeen(ast::When* when) {
  const Token form = Next();
  const bool rare = Text(form) == "rare";
  when->kind = rare ? Kind::kRare : Kind::kNew;
  when->kind_span = form.span;
  Next();
  if (!ParseKeyParts(&when->tuple)) return false;
  if (!Take(TokenKind::kRightParen)) return Expected({"`,`", "`)`"});
  if (rare) {
    if (!Take(TokenKind::kLt)) {
      return Expected({"`<` and a number"},
                      "`rare (user) < 3 in 30d` holds of what was seen fewer "
                      "than 3 times before");
    }
    if (!ParseCount("a number of events", &when->below)) return false;
  }
  if (!TakeWord("in")) {
    return Expected({"`in` and a duration such as 30d"},
                    rare ? "" : "how far back it looks: `new (user) in 30d`");
  }
  if (!ParseLength(&when->window)) return false;
  return !TakeWord("learn") || ParseLength(&when->learn.emplace());
}

// sequence in D { STEP … }
bool RuleParser::ParseSequence(ast::When* when) {
  when->kind = Kind::kSequence;
  when->kind_span = Next().span;
  if (!TakeWord("in")) return Expected({"`in` and a duration such as 10m"});
  if (!ParseLength(&when->window)) return false;
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) {
    return Expected({"`{` and the steps of the sequence"});
  }
  ast::Block block;
  while (!AtBlockEnd(true)) {
    const uint32_t begin = Peek().span.begin;
    if (!ParseSequenceStep(&when->steps.emplace_back())) return false;
    AddItem(begin, 0, &block);
  }
  if (!CloseBlock(open, "`sequence`")) return false;
  KeepBlock(ast::Block::Kind::kSequence, open, std::move(block));
  CheckSequenceShape(*when);
  return true;
}

// [missing] [LABEL:] [N x] KIND, … [where CONDITION]
bool RuleParser::ParseSequenceStep(ast::SequenceStep* step) {
  const uint32_t begin = Peek().span.begin;
  if (AtWord("missing") && !At(TokenKind::kColon, 1)) {
    Next();
    step->missing = true;
  }
  if (At(TokenKind::kIdentifier) && At(TokenKind::kColon, 1)) {
    if (!ParseName("a label", &step->label.emplace())) return false;
    Next();
    // `logout: missing session` says the same in the other order.
    if (AtWord("missing")) {
      return Error({.code = DiagnosticCode::kUnexpectedToken,
                    .message = "`missing` stands before the label of its step",
                    .where = {text_, Peek().span, ""},
                    .second = std::nullopt,
                    .help = "write `missing " + step->label->text + ": …`",
                    .fix = DiagnosticFix{
                        {step->label->span.begin, Peek().span.end},
                        "missing " + step->label->text + ":"}});
    }
  }
  if (At(TokenKind::kInt) || AtWord("x", 1)) {
    const Token count = Peek();
    if (!ParseCount("a number of events", &step->count)) return false;
    if (!TakeWord("x")) {
      return Expected({"`x` and a kind of event"},
                      At(TokenKind::kIdentifier)
                          ? "write " + Quoted(std::string(Text(count)) + " x " +
                                              std::string(Text(Peek())))
                          : "");
    }
    if (step->missing) {
      return Error(DiagnosticCode::kSequenceShape, count.span,
                   "a `missing` step does not count", "",
                   "one such event is enough to forbid the match");
    }
  }
  if (!ParseKinds(&step->kinds, &step->kinds_span)) return false;
  if (TakeWord("where") && !ParseExpr(&step->where.emplace())) return false;
  step->span = SpanFrom(begin);
  return true;
}

// What stays in order whatever the steps read: a match begins and ends with an
// event, or waits once at its end.
void RuleParser::CheckSequenceShape(const ast::When& when) {
  const auto& steps = when.steps;
  const auto refuse = [&](Span span, std::string message, std::string help) {
    Error(DiagnosticCode::kSequenceShape, span, std::move(message), "",
          std::move(help));
  };
  if (steps.empty()) {
    refuse(when.kind_span, "this sequence has no steps",
           "a step names a kind of event: `login: session where action == "
           "connect`");
  } else if (steps.front().missing) {
    refuse(steps.front().span, "a sequence does not begin with `missing`",
           "what must not come before the first event is no part of a match; "
           "`when absent` tells of silence");
  } else if (steps.size() >= 2 && steps.back().missing &&
             steps[steps.size() - 2].missing) {
    refuse(steps.back().span, "a sequence does not end with two `missing`",
           "join them in one: `missing a: session, channel where …`");
  }
}

}  // namespace mqwarden
