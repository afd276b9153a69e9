// Expressions, loosest operator first: or, and, not, comparison, + -, * /,
// unary -.
//
// Only what nests recurses, and Nesting counts it: chains of `and` and `or` are
// one node each, comparisons do not chain, arithmetic is counted apart.
#include <string>
#include <utility>

#include "mqwarden/base/decimal.h"
#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

using ast::BinaryOp;
using ast::Expr;
using ast::ExprKind;

constexpr std::string_view kOperandHelp =
    "a field, a number, a text in quotes or a call such as count()";

// One level of nesting, and in it no window.
class Nesting {
 public:
  Nesting(int* depth, bool* in_when)
      : depth_(*depth), in_when_(*in_when), was_in_when_(*in_when) {
    ++depth_;
    in_when_ = false;
  }
  ~Nesting() {
    --depth_;
    in_when_ = was_in_when_;
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  bool too_deep() const { return depth_ > ast::kMaxNesting; }

 private:
  int& depth_;
  bool& in_when_;
  const bool was_in_when_;
};

Expr MakeBinary(BinaryOp op, Span op_span, Expr left, Expr right) {
  Expr expr;
  expr.kind = ExprKind::kBinary;
  expr.op = op;
  expr.op_span = op_span;
  expr.span = {left.span.begin, right.span.end};
  expr.children.reserve(2);
  expr.children.push_back(std::move(left));
  expr.children.push_back(std::move(right));
  return expr;
}

Expr MakeUnary(ExprKind kind, Span span, Expr child) {
  Expr expr;
  expr.kind = kind;
  expr.span = span;
  expr.children.push_back(std::move(child));
  return expr;
}

}  // namespace

bool RuleParser::TooDeep() {
  return Error(DiagnosticCode::kNestingTooDeep, Peek().span,
               "nested more than " + std::to_string(ast::kMaxNesting) + " deep",
               "", "give a part of it a name with `macro`");
}

bool RuleParser::ParseExpr(Expr* out) {
  if (nesting_ == 0) arithmetic_ = 0;
  return ParseOr(out);
}

bool RuleParser::ParseOr(Expr* out) {
  return ParseChain("or", BinaryOp::kOr, &RuleParser::ParseAnd, out);
}

bool RuleParser::ParseAnd(Expr* out) {
  return ParseChain("and", BinaryOp::kAnd, &RuleParser::ParseNot, out);
}

bool RuleParser::ParseChain(std::string_view word, BinaryOp op,
                            bool (RuleParser::*parse)(Expr*), Expr* out) {
  if (!(this->*parse)(out)) return false;
  if (!AtWord(word)) return true;
  Expr chain;
  chain.kind = ExprKind::kBinary;
  chain.op = op;
  chain.op_span = Peek().span;
  chain.children.push_back(std::move(*out));
  while (TakeWord(word)) {
    if (!(this->*parse)(&chain.children.emplace_back())) return false;
  }
  chain.span = {chain.children.front().span.begin,
                chain.children.back().span.end};
  *out = std::move(chain);
  return true;
}

bool RuleParser::ParseNot(Expr* out) {
  if (!AtWord("not")) return ParseComparison(out);
  const bool in_when = in_when_;
  const Nesting nesting(&nesting_, &in_when_);
  in_when_ = in_when;  // `when not C in 5m` has its window behind it
  if (nesting.too_deep()) return TooDeep();
  const uint32_t begin = Next().span.begin;
  Expr child;
  if (!ParseNot(&child)) return false;
  const Span span = {begin, child.span.end};
  *out = MakeUnary(ExprKind::kNot, span, std::move(child));
  return true;
}

size_t RuleParser::PeekComparison(BinaryOp* op) const {
  switch (Peek().kind) {
    case TokenKind::kAssign:
    case TokenKind::kEq: *op = BinaryOp::kEq; return 1;
    case TokenKind::kNe: *op = BinaryOp::kNe; return 1;
    case TokenKind::kLt: *op = BinaryOp::kLt; return 1;
    case TokenKind::kLe: *op = BinaryOp::kLe; return 1;
    case TokenKind::kGt: *op = BinaryOp::kGt; return 1;
    case TokenKind::kGe: *op = BinaryOp::kGe; return 1;
    case TokenKind::kIdentifier: break;
    default: return 0;
  }
  struct Word {
    std::string_view word;
    BinaryOp op;
    BinaryOp negated;
  };
  static constexpr Word kWords[] = {
      {"in", BinaryOp::kIn, BinaryOp::kNotIn},
      {"like", BinaryOp::kLike, BinaryOp::kNotLike},
      {"matches", BinaryOp::kMatches, BinaryOp::kNotMatches},
      {"has", BinaryOp::kHas, BinaryOp::kNotHas},
      {"during", BinaryOp::kDuring, BinaryOp::kNotDuring},
  };
  const size_t negation = AtWord("not") ? 1 : 0;
  for (const Word& word : kWords) {
    if (AtWord(word.word, negation)) {
      *op = negation == 1 ? word.negated : word.op;
      return negation + 1;
    }
  }
  return 0;
}

// Whether it can only be a condition, so that an `in` behind it is a window.
static bool IsCondition(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = &inner->children[0];
  return inner->kind == ExprKind::kNot ||
         (inner->kind == ExprKind::kBinary && inner->op < BinaryOp::kAdd);
}

bool RuleParser::ParseComparison(Expr* out) {
  if (!ParseSum(out)) return false;
  BinaryOp op;
  const auto window_follows = [&] {
    return AtWord("in") && At(TokenKind::kDuration, 1);
  };
  if (in_when_ && (window_follows() || (AtWord("in") && IsCondition(*out)))) {
    return true;
  }
  size_t size = PeekComparison(&op);
  if (size == 0) return true;
  if (window_follows()) return MisplacedWindow();

  const Token first = Next();
  if (size == 2) Next();
  const Span op_span = SpanFrom(first.span.begin);
  if (first.kind == TokenKind::kAssign) {
    Error({.code = DiagnosticCode::kUnexpectedToken,
           .message = "expected a comparison, found `=`",
           .where = {text_, op_span, ""},
           .second = std::nullopt,
           .help = "two values are compared with `==`",
           .fix = DiagnosticFix{op_span, "=="}});
  }
  Expr right;
  if (!ParseSum(&right)) return false;
  *out = MakeBinary(op, op_span, std::move(*out), std::move(right));

  // `count() >= 10 in …` in a `when`: what follows is the window, good or bad.
  if (in_when_ && AtWord("in")) return true;
  if (PeekComparison(&op) == 0) return true;
  if (window_follows()) return MisplacedWindow();
  return Error({.code = DiagnosticCode::kChainedComparison,
                .message = "a comparison is not compared again",
                .where = {text_, Peek().span, "the second operator"},
                .second = DiagnosticLabel{text_, op_span, "the first"},
                .help = "join two comparisons with `and`",
                .fix = std::nullopt});
}

bool RuleParser::MisplacedWindow() {
  const Span span = {Peek().span.begin, Peek(1).span.end};
  return Error(DiagnosticCode::kUnexpectedToken, span,
               "a window stands only at the end of the clause `when`", "",
               "aggregates elsewhere read the window of that clause");
}

bool RuleParser::CountArithmetic(const Token& op) {
  if (++arithmetic_ <= ast::kMaxNesting) return true;
  return Error(DiagnosticCode::kNestingTooDeep, op.span,
               "more than " + std::to_string(ast::kMaxNesting) +
                   " arithmetic operators in one expression",
               "", "give a part of it a name with `macro`");
}

bool RuleParser::ParseSum(Expr* out) {
  if (!ParseProduct(out)) return false;
  while (At(TokenKind::kPlus) || At(TokenKind::kMinus)) {
    const Token op = Next();
    Expr right;
    if (!CountArithmetic(op) || !ParseProduct(&right)) return false;
    *out = MakeBinary(
        op.kind == TokenKind::kPlus ? BinaryOp::kAdd : BinaryOp::kSub, op.span,
        std::move(*out), std::move(right));
  }
  return true;
}

bool RuleParser::ParseProduct(Expr* out) {
  if (!ParseUnary(out)) return false;
  while (At(TokenKind::kStar) || At(TokenKind::kSlash)) {
    const Token op = Next();
    Expr right;
    if (!CountArithmetic(op) || !ParseUnary(&right)) return false;
    *out = MakeBinary(
        op.kind == TokenKind::kStar ? BinaryOp::kMul : BinaryOp::kDiv, op.span,
        std::move(*out), std::move(right));
  }
  return true;
}

bool RuleParser::ParseUnary(Expr* out) {
  if (!At(TokenKind::kMinus)) return ParsePrimary(out);
  const Nesting nesting(&nesting_, &in_when_);
  if (nesting.too_deep()) return TooDeep();
  const uint32_t begin = Next().span.begin;
  Expr child;
  if (!ParseUnary(&child)) return false;
  const Span span = {begin, child.span.end};
  *out = MakeUnary(ExprKind::kNegate, span, std::move(child));
  return true;
}

bool RuleParser::ParsePrimary(Expr* out) {
  const Token token = Peek();
  if (token.kind == TokenKind::kIdentifier) return ParseNameExpr(out);
  if (token.kind == TokenKind::kLeftParen) {
    const Nesting nesting(&nesting_, &in_when_);
    if (nesting.too_deep()) return TooDeep();
    Next();
    Expr child;
    if (!ParseExpr(&child)) return false;
    if (!Take(TokenKind::kRightParen)) {
      return Expected({"an operator", "`)`"},
                      At(TokenKind::kComma)
                          ? "a list stands in brackets, as in `[\"a\", \"b\"]`"
                          : "");
    }
    *out = MakeUnary(ExprKind::kParen, SpanFrom(token.span.begin),
                     std::move(child));
    return true;
  }
  if (token.kind == TokenKind::kLeftBracket) {
    Next();
    out->kind = ExprKind::kList;
    if (!ParseElements(TokenKind::kRightBracket, "`]`", &out->children)) {
      return false;
    }
    out->span = SpanFrom(token.span.begin);
    return true;
  }
  return ParseLiteral(out);
}

bool RuleParser::ParseLiteral(Expr* out) {
  const Token token = Peek();
  switch (token.kind) {
    case TokenKind::kString:
    case TokenKind::kRawString:
      out->kind = ExprKind::kString;
      out->string = DecodeString(bytes_, token).value;
      break;
    case TokenKind::kInt:
      out->kind = ExprKind::kInt;
      out->integer = token.value;
      break;
    case TokenKind::kDecimal:
      out->kind = ExprKind::kDecimal;
      // The lexer has read it; an escape in `{…}` never comes here.
      out->decimal = Decimal::Parse(Text(token)).value_or(Decimal());
      break;
    case TokenKind::kDuration:
      out->kind = ExprKind::kDuration;
      out->duration = Duration(token.value);
      break;
    case TokenKind::kTimeOfDay:
      out->kind = ExprKind::kTimeOfDay;
      out->time_of_day = static_cast<int>(token.value);
      break;
    case TokenKind::kInstant:
    case TokenKind::kDate:
      out->kind = ExprKind::kInstant;
      return ParseInstant(&out->instant, &out->span);
    default:
      return Expected({kOperandHelp});
  }
  Next();
  out->span = token.span;
  return true;
}

bool RuleParser::ParseElements(TokenKind close, std::string_view close_text,
                               std::vector<Expr>* out) {
  const Nesting nesting(&nesting_, &in_when_);
  if (nesting.too_deep()) return TooDeep();
  while (!Take(close)) {
    if (!ParseExpr(&out->emplace_back())) return false;
    if (!At(close) && !Take(TokenKind::kComma)) {
      return Expected({"`,`", close_text});
    }
  }
  return true;
}

// NAME, NAME.part, NAME.attr.part, NAME(…), NAME(…).part, NAME[…], NAME[…].part
bool RuleParser::ParseNameExpr(Expr* out) {
  if (IsOperatorWord(Text(Peek())) || StartsNextClause()) {
    return Expected({kOperandHelp});
  }
  const Token token = Next();
  out->kind = ExprKind::kName;
  out->name = std::string(Text(token));
  out->span = token.span;
  out->op_span = token.span;
  if (At(TokenKind::kDot) && !ParseMember(out)) return false;
  // STEP.attr.NAME
  if (out->kind == ExprKind::kMember && out->name == "attr" &&
      At(TokenKind::kDot) && !ParseMember(out)) {
    return false;
  }
  const bool call = At(TokenKind::kLeftParen);
  if (!call && !At(TokenKind::kLeftBracket)) return true;
  if (out->kind == ExprKind::kMember) {
    if (call && out->name == "count") return ParseStepCount(out);
    out->name = out->children[0].name + "." + out->name;
    out->children.clear();
  }
  Next();
  out->kind = call ? ExprKind::kCall : ExprKind::kIndex;
  if (!ParseElements(call ? TokenKind::kRightParen : TokenKind::kRightBracket,
                     call ? "`)`" : "`]`", &out->children)) {
    return false;
  }
  out->span = SpanFrom(token.span.begin);
  return !At(TokenKind::kDot) || ParseMember(out);
}

// STEP.count(), of which STEP.count is read.
bool RuleParser::ParseStepCount(Expr* out) {
  Next();
  if (!Take(TokenKind::kRightParen)) {
    return Expected({"`)`"}, "it counts all events of the step");
  }
  Expr count;
  count.kind = ExprKind::kStepCount;
  count.name = std::move(out->children[0].name);
  count.op_span = out->children[0].span;
  count.span = SpanFrom(out->span.begin);
  *out = std::move(count);
  return true;
}

bool RuleParser::ParseMember(Expr* out) {
  Next();
  if (!At(TokenKind::kIdentifier)) return Expected({"a name"});
  const Token name = Next();
  Expr member = MakeUnary(ExprKind::kMember, SpanFrom(out->span.begin),
                          std::move(*out));
  member.name = std::string(Text(name));
  member.op_span = name.span;
  *out = std::move(member);
  return true;
}

}  // namespace mqwarden
