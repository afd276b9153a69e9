// The recursive descent behind Parse: one class, its methods spread by theme.
//
//   rule_parser.cc          cursor, errors, getting back in step
//   parser.cc               the file
//   parser_definitions.cc   param, list, table, inventory, patterns, macro
//   parser_calendar.cc      calendar
//   parser_report.cc        recent, report
//   parser_site.cc          policy, override, amend, disable
//   parser_rule.cc          a rule and the order of its clauses
//   parser_clauses.cc       the clauses with a grammar of their own
//   parser_when.cc          the clause `when`
//   parser_expr.cc          expressions
//   parser_text.cc          texts with `{…}` in them
//   parser_test.cc          test blocks
//
// A method that parses something returns false when it has failed, after one
// diagnostic (or none, where a kError token tells that the lexer spoke), and its
// callers return false up to the loop over clauses or definitions, which skips
// to the next. `broken_` tells that loop that something was refused.
#ifndef MQWARDEN_RULES_RULE_PARSER_H_
#define MQWARDEN_RULES_RULE_PARSER_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

// A block whose clauses stand in any order, each once except those of which
// the bit is set in `repeatable`.
struct BlockShape {
  static constexpr size_t kMaxWords = 16;
  std::span<const std::string_view> words;
  uint32_t repeatable;
  ast::Block::Kind kind;
  std::string_view block;   // "`alert`"
  std::string_view clause;  // "clause of `alert`"
};

class RuleParser {
 public:
  // `tokens` without comments; `bytes` is what they were lexed from.
  RuleParser(std::shared_ptr<const RuleText> text, std::string_view bytes,
             std::vector<Token> tokens, DiagnosticList* diagnostics);

  // Rules whose clauses are out of order are refused if `check_order`.
  ast::File ParseFile(bool check_order);
  // The whole of the tokens as one expression, as in `{count()}`.
  bool ParseEmbedded(ast::Expr* out);

 private:
  // The clauses in the order in which they stand.
  enum class Clause : uint8_t {
    kTitle, kSeverity, kTags, kOn, kWhere, kExclude, kBy, kWhen, kRefire,
    kKeys, kMute, kLimit, kEscalate, kNotify, kAlert, kResolve, kTest,
  };
  struct ClauseSeen {
    Clause clause;
    Span span;
  };
  // How many brackets are open: what tells a clause from a word inside one.
  struct Depth {
    int braces = 0;
    int others = 0;
  };

  // --- cursor
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool At(TokenKind kind, size_t ahead = 0) const {
    return Peek(ahead).kind == kind;
  }
  bool AtWord(std::string_view word, size_t ahead = 0) const {
    return At(TokenKind::kIdentifier, ahead) && Text(Peek(ahead)) == word;
  }
  bool AtString() const {
    return At(TokenKind::kString) || At(TokenKind::kRawString);
  }
  Token Next();
  bool Take(TokenKind kind);
  bool TakeWord(std::string_view word);
  std::string_view Text(const Token& token) const {
    return text_->Slice(token.span);
  }
  // From `begin` to the end of the token before this one.
  Span SpanFrom(uint32_t begin) const { return {begin, last_end_}; }

  // --- errors; each returns false
  bool Error(DiagnosticCode code, Span span, std::string message,
             std::string label = "", std::string help = "");
  bool Error(Diagnostic diagnostic);
  // Here stands none of `what`, at most four of them.
  bool Expected(std::initializer_list<std::string_view> what,
                std::string help = "");
  bool UnknownWord(DiagnosticCode code, std::string_view what,
                   std::span<const std::string_view> known);
  bool Unclosed(const Token& open, std::string_view what);
  bool MissingClause(std::string_view sort, const ast::Name& name,
                     std::string_view clause);

  // --- getting back in step
  static bool IsOperatorWord(std::string_view word);
  bool AtOperator(size_t ahead) const;
  // The same, but for the word `in`, behind which a window stands.
  bool AtOperatorBesideIn(size_t ahead) const {
    return !AtWord("in", ahead) && AtOperator(ahead);
  }
  // Whether a definition begins here, or the clause of a rule, policy, alert or
  // test: a known word that is not the first operand of a condition.
  bool AtDefinition() const;
  bool AtClause(std::span<const std::string_view> words) const;
  // Whether the word that stands here, one of a clause, has behind it what only
  // that clause has.
  bool SurelyClause() const;
  // Whether the next clause of a rule surely begins here, where a value was
  // expected: a value was left out.
  bool StartsNextClause() const;
  void SkipToDefinition();
  void SkipToClause(Depth body, std::span<const std::string_view> words);
  // The end of a block: `}`, or an error when a definition or the end comes.
  bool AtBlockEnd(bool definitions_end_it) const;
  bool CloseBlock(const Token& open, std::string_view what);
  // What stands in a block, as it was written.
  void AddItem(uint32_t begin, size_t rank, ast::Block* block) const {
    block->items.push_back({SpanFrom(begin), static_cast<uint8_t>(rank)});
  }
  void KeepBlock(ast::Block::Kind kind, const Token& open, ast::Block block);
  // A whole block in braces; `parse` gets the number of a word of the shape,
  // which is taken.
  template <typename T>
  bool ParseBlock(const BlockShape& shape,
                  bool (RuleParser::*parse)(size_t word, T* out), T* out);
  bool RefuseBlockWord(const BlockShape& shape);
  void RefuseRepeatedWord(const BlockShape& shape, Span second, Span first);

  // --- leaves
  bool ParseName(std::string_view what, ast::Name* out);
  bool ParseNames(std::string_view what, std::vector<ast::Name>* out);
  bool ParseString(std::string_view what, ast::StringLiteral* out);
  bool ParseStringOrParam(std::string_view what, ast::StringLiteral* out);
  bool ParseStrings(std::string_view what,
                    std::vector<ast::StringLiteral>* out);
  bool ParseText(std::string_view what, ast::StringLiteral* out,
                 std::vector<ast::TextPart>* parts);
  // Each a literal or the name of a `param`. A literal of zero is refused unless
  // `zero_allowed`.
  bool ParseLength(ast::Length* out, bool zero_allowed = false);
  bool ParseCount(std::string_view what, ast::Count* out,
                  bool zero_allowed = false);
  bool ParseMoment(ast::Moment* out);
  bool ParseDayTime(ast::DayTime* out);
  bool ParseInstant(Time* out, Span* span);
  // Whether the name of a `param` stands where a literal is expected; it is
  // taken then.
  bool TakeParam(std::string* param, Span* span);

  // --- definitions
  // Of those that may also stand behind `override` and `with`: the caller keeps
  // what was read, whether or not it is whole, once it has a name.
  void ParseDefinition(ast::File* file);
  bool ParseParam(ast::ParamDef* param);
  bool ParseParamValue(ast::Expr* value);
  bool ParseList(ast::ListDef* list);
  bool ParseTable(ast::TableDef* table);
  bool ParseInventory(ast::InventoryDef* inventory);
  bool ParsePatterns(ast::PatternsDef* patterns);
  bool ParseMacro(ast::File* file);
  bool ParseCalendar(ast::CalendarDef* calendar);
  bool ParseCalendarPart(ast::CalendarDef* calendar);
  bool ParseWeekly(ast::CalendarDef* calendar);
  bool ParseExceptions(ast::CalendarDef* calendar);
  // The day of the week that stands there, 0 for Monday; 7 for none.
  size_t DayAt(size_t ahead) const;
  bool ParseRecent(ast::File* file);
  bool ParseRecentClause(size_t word, ast::RecentDef* recent);
  bool ParseReport(ast::File* file);
  bool ParseReportClause(size_t word, ast::Report* report);
  void CheckReportShape(const ast::Report& report);
  bool OnBesideOf(Span second, Span first);
  bool ParsePeriod(ast::Report* report);
  bool ParseTop(ast::Report* report);

  // --- what a site says
  bool ParsePolicy(ast::File* file);
  bool ParsePolicyClause(size_t word, ast::Policy* policy);
  bool ParseAmend(ast::File* file);
  bool ParseAmendClause(size_t word, ast::Amendment* amendment);
  template <typename T>
  bool ParseSilence(size_t word, T* of);
  bool ParseDisable(ast::File* file);
  bool ParseOverride(ast::File* file);
  bool ParseReplacement(ast::Replacement* out);

  // --- rules
  bool ParseRule(ast::File* file);
  void ParseRuleBody(const Token& open, ast::Rule* rule);
  bool ParseClause(Clause clause, ast::Rule* rule);
  std::string HelpBehindClause() const;
  bool RefuseClauseWord();
  static bool MayRepeat(Clause clause);
  void RefuseDuplicate(const ClauseSeen& first, const ClauseSeen& second);
  void CheckOrder(const std::vector<ClauseSeen>& seen);
  void CheckSeverityLines(const ast::Rule& rule);
  void CheckSourceOfEvents(const ast::Rule& rule);

  // --- clauses
  bool ParseSeverity(ast::Rule* rule);
  bool ParseKinds(std::vector<ast::Name>* kinds, Span* span);
  // The word of the clause is taken.
  bool ParseExclude(std::vector<ast::Exclude>* out);
  bool ParseKeyParts(std::vector<ast::KeyPart>* out);
  bool ParseKeyPart(ast::KeyPart* part);
  bool ParseWhen(ast::When* when);
  bool ParseWindowCondition(ast::When* when);
  bool ParseSeen(ast::When* when);
  bool ParseSequence(ast::When* when);
  bool ParseSequenceStep(ast::SequenceStep* step);
  void CheckSequenceShape(const ast::When& when);
  bool ParseRefire(ast::Refire* refire);
  bool ParseMute(std::vector<ast::Mute>* out);
  bool ParseLimit(std::vector<ast::Limit>* out);
  bool ParseEscalate(ast::Rule* rule);
  bool ParseAlert(ast::AlertBlock* alert);
  bool ParseAlertClause(size_t word, ast::AlertBlock* alert);
  bool ParseAlertFields(std::vector<ast::AlertFieldDecl>* fields);
  bool ParseEvidence(ast::AlertBlock* alert);

  // --- expressions
  bool ParseExpr(ast::Expr* out);
  bool TooDeep();
  bool ParseChain(std::string_view word, ast::BinaryOp op,
                  bool (RuleParser::*parse)(ast::Expr*), ast::Expr* out);
  bool ParseOr(ast::Expr* out);
  bool ParseAnd(ast::Expr* out);
  bool ParseNot(ast::Expr* out);
  bool ParseComparison(ast::Expr* out);
  bool MisplacedWindow();
  bool ParseSum(ast::Expr* out);
  bool ParseProduct(ast::Expr* out);
  bool ParseUnary(ast::Expr* out);
  bool ParsePrimary(ast::Expr* out);
  bool ParseNameExpr(ast::Expr* out);
  bool ParseMember(ast::Expr* out);
  bool ParseStepCount(ast::Expr* out);
  bool ParseLiteral(ast::Expr* out);
  // The elements up to `close`, which is taken.
  bool ParseElements(TokenKind close, std::string_view close_text,
                     std::vector<ast::Expr>* out);
  // The operator of a comparison that stands here and its number of tokens; 0
  // when none does.
  size_t PeekComparison(ast::BinaryOp* op) const;
  bool CountArithmetic(const Token& op);
  void ParseTextParts(const Token& token, std::vector<ast::TextPart>* parts);

  // --- tests
  bool ParseTest(std::vector<ast::Test>* out);
  bool ParseTestStep(std::string_view word, ast::Test* test);
  bool ParseAt(ast::TestStep* step);
  bool ParseInput(ast::TestStep* step);
  bool ParseExpect(ast::TestStep* step);
  bool ParseTestFields(std::vector<ast::TestField>* out);

  const std::shared_ptr<const RuleText> text_;
  std::vector<ast::Block> blocks_;
  const std::string_view bytes_;
  const std::vector<Token> tokens_;
  DiagnosticList& diagnostics_;

  size_t at_ = 0;
  uint32_t last_end_ = 0;
  Depth depth_;
  size_t unclosed_at_ = static_cast<size_t>(-1);
  bool check_order_ = true;
  bool broken_ = false;     // something of this definition was refused
  int nesting_ = 0;
  int arithmetic_ = 0;      // operators of this expression
  bool in_when_ = false;    // `in` after a comparison begins the window
};

template <typename T>
bool RuleParser::ParseBlock(const BlockShape& shape,
                            bool (RuleParser::*parse)(size_t, T*), T* out) {
  const Token open = Peek();
  if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`"});
  const Depth body = depth_;
  std::array<Span, BlockShape::kMaxWords> first{};
  ast::Block block;
  while (!AtBlockEnd(true)) {
    bool parsed = false;
    const uint32_t begin = Peek().span.begin;
    const auto found =
        At(TokenKind::kIdentifier)
            ? std::find(shape.words.begin(), shape.words.end(), Text(Peek()))
            : shape.words.end();
    const auto word = static_cast<size_t>(found - shape.words.begin());
    if (word == shape.words.size()) {
      parsed = RefuseBlockWord(shape);
    } else {
      const Span span = Next().span;
      const bool again =
          first[word] != Span() && (shape.repeatable >> word & 1) == 0;
      if (again) RefuseRepeatedWord(shape, span, first[word]);
      if (first[word] == Span()) first[word] = span;
      T unused;
      parsed = (this->*parse)(word, again ? &unused : out);
    }
    if (!parsed) SkipToClause(body, shape.words);
    AddItem(begin, word, &block);
  }
  const bool closed = CloseBlock(open, shape.block);
  KeepBlock(shape.kind, open, std::move(block));
  return closed;
}

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_PARSER_H_
