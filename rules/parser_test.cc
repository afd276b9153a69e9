// Test blocks.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
// test "NAME" { STEP … }
bool RuleParser::ParseTest(std::vector<ast::Test>* out) {
  const uint32_t begin = Next().span.begin;
  ast::Test test;
  if (!ParseString("a name in quotes", &test.name)) return false;
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
  const Depth body = depth_;
  const bool was_broken = broken_;
  broken_ = false;
  ast::Block block;
  while (!AtBlockEnd(true)) {
    bool parsed = false;
    const uint32_t step_begin = Peek().span.begin;
    if (At(TokenKind::kIdentifier)) {
      parsed = ParseTestStep(Text(Peek()), &test);
    } else {
      parsed = Expected({"`at`", "`advance`", "`expect`", "`}`"});
      Next();
    }
    if (!parsed) SkipToClause(body, kTestSteps);
    AddItem(step_begin, 0, &block);
  }
  const bool closed = CloseBlock(open, "the test");
  KeepBlock(ast::Block::Kind::kTest, open, std::move(block));
  test.span = SpanFrom(begin);
  test.broken = broken_;
  broken_ = was_broken;  // the rule itself is whole
  out->push_back(std::move(test));
  return closed;
}

bool RuleParser::ParseTestStep(std::string_view word, ast::Test* test) {
  const Token token = Peek();
  if (word == "with") {
    return ParseReplacement(&test->with.emplace_back());
  }
  if (word == "start") {
    Next();
    return ParseMoment(&test->start.emplace());
  }
  ast::TestStep step;
  if (word == "at") {
    Next();
    if (!ParseAt(&step)) return false;
  } else if (word == "advance") {
    Next();
    step.kind = ast::TestStep::Kind::kAdvance;
    if (!ParseLength(&step.time, true)) return false;
  } else if (word == "restart") {
    Next();
    step.kind = ast::TestStep::Kind::kRestart;
  } else if (word == "input") {
    Next();
    if (!ParseInput(&step)) return false;
  } else if (word == "expect") {
    Next();
    if (!ParseExpect(&step)) return false;
  } else {
    const bool refused =
        UnknownWord(DiagnosticCode::kUnknownClause, "step of a test",
                    kTestSteps);
    Next();
    return refused;
  }
  step.span = SpanFrom(token.span.begin);
  test->steps.push_back(std::move(step));
  return true;
}

// input "file" as FORMAT
bool RuleParser::ParseInput(ast::TestStep* step) {
  step->kind = ast::TestStep::Kind::kInput;
  if (!ParseString("a file name in quotes", &step->file)) return false;
  if (!TakeWord("as")) return Expected({"`as` and a format such as amqsevt"});
  if (At(TokenKind::kIdentifier) &&
      std::find(std::begin(kInputFormatWords), std::end(kInputFormatWords),
                Text(Peek())) == std::end(kInputFormatWords)) {
    return UnknownWord(DiagnosticCode::kUnknownName, "format",
                       kInputFormatWords);
  }
  return ParseName("a format such as amqsevt", &step->format);
}

// at TIME KIND { field: value, … } [x N every D]
bool RuleParser::ParseAt(ast::TestStep* step) {
  step->kind = ast::TestStep::Kind::kAt;
  if (!ParseLength(&step->time, true) ||
      !ParseName("a kind of event such as `authz`", &step->event_kind) ||
      !ParseTestFields(&step->fields)) {
    return false;
  }
  if (!TakeWord("x")) return true;
  if (!ParseCount("a number of events", &step->repeat)) return false;
  if (!TakeWord("every")) return Expected({"`every` and a duration"});
  return ParseLength(&step->every);
}

// expect no alerts | expect N alerts [{ … }] | expect N of M alerts { … }
bool RuleParser::ParseExpect(ast::TestStep* step) {
  step->kind = ast::TestStep::Kind::kExpect;
  const bool none = TakeWord("no");
  if (!none) {
    if (!At(TokenKind::kInt) && !TakeParam(&step->count.param,
                                           &step->count.span)) {
      return Expected({"`no alerts`", "a number of alerts"});
    }
    if (step->count.param.empty()) {
      ParseCount("a number of alerts", &step->count, true);
    }
    if (TakeWord("of") &&
        !ParseCount("a number of alerts", &step->of.emplace(), true)) {
      return false;
    }
  }
  if (!TakeWord("alert") && !TakeWord("alerts")) return Expected({"`alerts`"});
  return none || !At(TokenKind::kLeftBrace) || ParseTestFields(&step->fields);
}

// { field: value, attr.name: value }
bool RuleParser::ParseTestFields(std::vector<ast::TestField>* out) {
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) {
    return Expected({"fields such as { user: \"ana\" }"});
  }
  while (!AtBlockEnd(false)) {
    ast::TestField field;
    const uint32_t begin = Peek().span.begin;
    if (!ParseName("a field", &field.name)) return false;
    if (Take(TokenKind::kDot)) {
      ast::Name part;
      if (!ParseName("a name", &part)) return false;
      field.name.text += "." + part.text;
      field.name.span.end = part.span.end;
    }
    if (!Take(TokenKind::kColon)) return Expected({"`:` and a value"});
    arithmetic_ = 0;
    if (!ParseUnary(&field.value)) return false;
    field.span = SpanFrom(begin);
    out->push_back(std::move(field));
    if (!Take(TokenKind::kComma) && !At(TokenKind::kRightBrace)) {
      return At(TokenKind::kEnd) ? Unclosed(open, "the block of fields")
                                 : Expected({"`,`", "`}`"});
    }
  }
  return CloseBlock(open, "the block of fields");
}

}  // namespace mqwarden
