// The recursive descent behind Parse: one class, its methods spread by theme.
//
//   rule_parser.cc          cursor, errors, getting back in step
//   parser.cc               the file
//   parser_definitions.cc   list, table, inventory, patterns, macro, policy
//   parser_rule.cc          a rule and the order of its clauses
//   parser_clauses.cc       the clauses with a grammar of their own
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
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

class RuleParser {
 public:
  // `tokens` without comments; `bytes` is what they were lexed from.
  RuleParser(std::shared_ptr<const RuleText> text, std::string_view bytes,
             std::vector<Token> tokens, DiagnosticList* diagnostics);

  ast::File ParseFile();
  // The whole of the tokens as one expression, as in `{count()}`.
  bool ParseEmbedded(ast::Expr* out);

 private:
  // The clauses in the order in which they stand.
  enum class Clause : uint8_t {
    kTitle, kSeverity, kTags, kOn, kWhere, kExclude, kBy, kWhen, kRefire,
    kMute, kLimit, kEscalate, kNotify, kAlert, kResolve, kTest,
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
  // `words` belong to the language and are not built.
  bool NotBuilt(Span span, std::string_view words, std::string help = "");
  bool UnknownWord(DiagnosticCode code, std::string_view what,
                   std::span<const std::string_view> known);
  bool Unclosed(const Token& open, std::string_view what);

  // --- getting back in step
  static bool IsOperatorWord(std::string_view word);
  bool AtOperator(size_t ahead) const;
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

  // --- leaves
  bool ParseName(std::string_view what, ast::Name* out);
  bool ParseString(std::string_view what, ast::StringLiteral* out);
  bool ParseStrings(std::string_view what,
                    std::vector<ast::StringLiteral>* out);
  bool ParseText(std::string_view what, ast::StringLiteral* out,
                 std::vector<ast::TextPart>* parts);
  // More than zero, unless `zero_allowed`.
  bool ParseDuration(Duration* out, Span* span, bool zero_allowed = false);
  bool ParseCount(std::string_view what, int64_t* out, Span* span,
                  bool zero_allowed = false);
  bool ParseInstant(Time* out, Span* span);

  // --- definitions
  void ParseDefinition(ast::File* file);
  bool ParseList(ast::File* file);
  bool ParseTable(ast::File* file);
  bool ParseInventory(ast::File* file);
  bool ParsePatterns(ast::File* file);
  bool ParseMacro(ast::File* file);
  bool ParsePolicy(ast::File* file);
  bool RefuseDefinition(ast::File* file);

  // --- rules
  bool ParseRule(ast::File* file);
  void ParseRuleBody(const Token& open, ast::Rule* rule);
  bool ParseClause(Clause clause, ast::Rule* rule);
  bool RefuseClauseWord();
  static bool MayRepeat(Clause clause);
  void RefuseDuplicate(const ClauseSeen& first, const ClauseSeen& second);
  void CheckOrder(const std::vector<ClauseSeen>& seen);
  void CheckSeverityLines(const ast::Rule& rule);

  // --- clauses
  bool ParseSeverity(ast::Rule* rule);
  bool ParseOn(ast::Rule* rule);
  bool ParseExclude(std::vector<ast::Exclude>* out);
  bool ParseKeyParts(std::vector<ast::KeyPart>* out);
  bool ParseKeyPart(ast::KeyPart* part);
  bool ParseWhen(ast::When* when);
  bool RefuseWhenForm();
  bool ParseRefire(ast::Refire* refire);
  bool ParseMute(std::vector<ast::Mute>* out);
  bool ParseLimit(std::vector<ast::Limit>* out);
  bool ParseEscalate(ast::Rule* rule);
  bool ParseAlert(ast::AlertBlock* alert);
  bool ParseAlertClause(std::string_view word, ast::AlertBlock* alert);
  bool ParseAlertFields(ast::AlertBlock* alert);
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
  bool ParseExpect(ast::TestStep* step);
  bool ParseTestFields(std::vector<ast::TestField>* out);

  const std::shared_ptr<const RuleText> text_;
  const std::string_view bytes_;
  const std::vector<Token> tokens_;
  DiagnosticList& diagnostics_;

  size_t at_ = 0;
  uint32_t last_end_ = 0;
  Depth depth_;
  size_t unclosed_at_ = static_cast<size_t>(-1);
  bool broken_ = false;     // something of this definition was refused
  int nesting_ = 0;
  int arithmetic_ = 0;      // operators of this expression
  bool in_when_ = false;    // `in` after a comparison begins the window
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_PARSER_H_
