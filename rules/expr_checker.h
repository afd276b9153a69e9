// From untyped expressions to nodes of the pool: resolves names, checks types
// and operators, and writes what it understands. One object checks a rule set.
//
//   check_names.cc       names, members, conditions, the bounds of expressions
//   check_comparison.cc  == < in like matches has
//   check_call.cc        functions, look-ups in tables
//   check_aggregate.cc   aggregates and arithmetic
//   check_time.cc        calendars, recents
//   check_step.cc        steps of a sequence, keys that differ by kind
//
// What is wrong is reported once, at its place; the part is then an error,
// which everything around it passes on in silence. The result of a macro is
// kept, so that it is checked once, and its uses share one node.
//
// Bounds. The tree of a text is bounded by the parser, what macros make of it
// by kMaxMacroNesting, ExprPool::kMaxDepth and kMaxSize; recursion goes at most
// kMaxRecursion deep.
#ifndef MQWARDEN_RULES_EXPR_CHECKER_H_
#define MQWARDEN_RULES_EXPR_CHECKER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/givens.h"
#include "mqwarden/rules/list_sets.h"
#include "mqwarden/rules/literal.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/rules/types.h"

namespace mqwarden {

// The keys of `by k = EXPR` that later clauses may name.
using NamedKeys = std::map<std::string, Checked, std::less<>>;

// A step of a sequence, as other clauses may name it.
struct StepInfo {
  std::string label;  // "" where there is none
  Span label_span;
  uint32_t kinds = 0;
  bool missing = false;
  bool used = false;
};

// Where an expression stands, and what it may therefore read.
struct Scope {
  RuleTextPtr text;
  std::string_view clause;  // "where", for messages
  Reads allowed = kReadsEvent;
  bool has_window = false;  // the rule has a `when`
  const NamedKeys* keys = nullptr;
  bool alert_events = false;  // an event may be one of kind alert
  // The steps of the sequence, of which the first `readable_steps` can be read
  // here: all, or in a step's `where` those before it. Null: no sequence.
  std::vector<StepInfo>* steps = nullptr;
  size_t readable_steps = 0;
  bool in_step = false;
  bool names_kinds = false;   // KIND.field may stand here: in keys
  uint32_t kinds = 0;         // of the rule's events; 0: any
};

inline constexpr uint32_t kAlertKind = 1u << static_cast<int>(Kind::kAlert);

// A text that no `user` can equal.
struct LongUser {
  RuleTextPtr text;
  Span span;
  std::string user;
  bool in_list = false;
};

// A text that `rule` is compared with.
struct RuleNameUse {
  RuleTextPtr text;
  Span span;
  std::string name;
};

class ExprChecker final {
 public:
  static constexpr int kMaxRecursion = 400;
  static constexpr int kMaxMacroNesting = 64;

  ExprChecker(Definitions* definitions, ExprPool* pool,
              DiagnosticList* diagnostics)
      : definitions_(*definitions),
        pool_(*pool),
        diagnostics_(diagnostics),
        sets_(pool, diagnostics),
        givens_(definitions, diagnostics) {}
  ExprChecker(const ExprChecker&) = delete;
  ExprChecker& operator=(const ExprChecker&) = delete;

  // The result has `condition` set, or `error`.
  Checked Condition(const ast::Expr& expr, const Scope& scope);
  // Any value, a condition included.
  Checked Value(const ast::Expr& expr, const Scope& scope);

  // A value that is neither a list nor a literal, for `what`, such as "`by`".
  Checked ScalarArgument(const ast::Expr& arg, const Scope& scope,
                         std::string_view what);
  // Reports a node that is too large or too deep.
  Checked Bounded(Checked checked, Span span, const Scope& scope);

  // `mute during CALENDARS`: whether the time of the alert lies in one.
  Checked MutedDuring(const ast::Expr& calendars, const Scope& scope);
  // Where `expr` is a list: its elements are the keys of part `part`.
  Checked EachArgument(const ast::Expr& expr, uint32_t part,
                       const Scope& scope, ExprId* list);
  // The kinds of an `on`; nullopt after a report.
  std::optional<uint32_t> Kinds(const std::vector<ast::Name>& names,
                                const RuleTextPtr& text);
  // The values of `by f from LIST`, each once, in the list's spelling; nullopt
  // after a report.
  std::optional<std::vector<Constant>> Universe(const ast::Expr& list,
                                                const Checked& key,
                                                std::string_view subject,
                                                const Scope& scope,
                                                Hash128* meaning);

  // Checks the macros and recents that nothing has used so far.
  void CheckAllMacros();

  // Names of keys in the rules of the set: what alerts as events have besides
  // the fields of the catalogue.
  // Not owned; null: none.
  void set_group_names(const std::set<std::string, std::less<>>* names) {
    group_names_ = names;
  }
  const Givens& givens() const { return givens_; }
  // The literal that `expr` is, or that a param of its name stands for.
  std::optional<Literal> LiteralAt(const ast::Expr& expr,
                                   const RuleTextPtr& text);
  // What a text shows of a param whose value is a word or a time of day; those
  // of others are values. Nullopt for anything else.
  std::optional<std::string> ShownParam(const ast::Expr& expr);

  const std::vector<LongUser>& long_users() const { return long_users_; }
  const std::vector<RuleNameUse>& rule_name_uses() const {
    return rule_name_uses_;
  }
  // Where each `attr` is named first.
  struct Place {
    RuleTextPtr text;
    Span span;
  };
  using AttrUses = std::map<std::string, Place, std::less<>>;
  const AttrUses& attr_uses() const { return attr_uses_; }

 private:
  // An operand before its type is needed.
  struct Operand {
    enum class Sort : uint8_t {
      kError,
      kValue,
      kLiteral,     // not kWord
      kWord,        // a name that is nothing by itself: perhaps an enum value
      kInlineList,
      kList,
    };
    Sort sort = Sort::kError;
    const ast::Expr* expr = nullptr;  // without parentheses
    Checked value;
    Literal literal;  // kLiteral, kWord
    ListInfo* list = nullptr;
  };

  // --- names
  static const ast::Expr& Strip(const ast::Expr& expr);
  Operand Resolve(const ast::Expr& expr, const Scope& scope);
  Operand ResolveName(const ast::Expr& expr, const Scope& scope);
  Operand ValueOperand(const ast::Expr& expr, Checked value);
  Checked MacroCondition(MacroInfo* macro, const ast::Expr& use,
                         const Scope& scope);
  Checked Member(const ast::Expr& expr, const Scope& scope);
  Checked ConditionOf(const ast::Expr& expr, const Scope& scope);
  Checked ConditionName(const ast::Expr& expr, const Scope& scope);
  Checked Junction(const ast::Expr& expr, const Scope& scope);
  void CheckMacro(MacroInfo* macro);
  // The value of an operand; reports a list or a word.
  Checked ToValue(const Operand& operand, const Scope& scope);
  // `help` where no known name is near.
  void ReportUnknownName(const ast::Expr& name, const Scope& scope,
                         std::string help = "");
  // Whether the clause may read that; reports when not.
  bool MayRead(Reads reads, Span span, const Scope& scope);

  // --- comparisons
  Checked Comparison(const ast::Expr& expr, const Scope& scope);
  Checked Relation(const ast::Expr& expr, ast::BinaryOp op, const Scope& scope);
  Checked RelationWithLiteral(const ast::Expr& expr, ast::BinaryOp op,
                              const Operand& value, const Operand& literal,
                              const Scope& scope);
  Checked RelationOfValues(const ast::Expr& expr, ast::BinaryOp op,
                           const Operand& left, const Operand& right,
                           const Scope& scope);
  Checked In(const ast::Expr& expr, const Scope& scope);
  Checked InEntries(const Operand& left, const EntryList& list,
                    const Scope& scope);
  Checked Like(const ast::Expr& expr, const Scope& scope);
  Checked Has(const ast::Expr& expr, const Scope& scope);
  // Resolves both sides, where a name may be a value of the other's enum.
  bool ResolveSides(const ast::Expr& expr, const Scope& scope, Operand* left,
                    Operand* right);
  EnumType EnumOfName(std::string_view name, const Scope& scope) const;
  // The entries of a list operand, or of one text; null after a report.
  // `inline_list` holds those that no definition does.
  const EntryList* EntriesOf(const Operand& operand, const Scope& scope,
                             std::string_view wanted, EntryList* inline_list);
  Checked MakeComparison(ast::BinaryOp op, ExprId left, ExprId right,
                         bool fold);
  Checked BadOperator(const ast::Expr& expr, const Operand& operand,
                      const Scope& scope, std::string help);
  void NoteUsers(const Operand& left, const EntryList& list);
  void NoteText(const Operand& value, const Literal& literal);
  LiteralTarget TargetOf(const Operand& operand, const Scope& scope) const;
  std::string Source(const ast::Expr& expr, const Scope& scope) const;

  // --- calls
  Checked Call(const ast::Expr& expr, const Scope& scope);
  Checked Exists(const ast::Expr& expr, const Scope& scope);
  Checked Lower(const ast::Expr& expr, const Scope& scope);
  Checked Coalesce(const ast::Expr& expr, const Scope& scope);
  Checked Length(const ast::Expr& expr, const Scope& scope);
  Checked Network(const ast::Expr& expr, const Scope& scope);
  Checked Pattern(const ast::Expr& expr, const Scope& scope);
  Checked Arithmetic(const ast::Expr& expr, const Scope& scope);
  Checked Negation(const ast::Expr& expr, const Scope& scope);
  // A number or a duration; an attr as a number.
  Checked ArithmeticOperand(const ast::Expr& expr, const Scope& scope,
                            std::string_view what);
  Checked NumberAggregate(const ast::Expr& expr, Aggregate::Kind kind,
                          const Scope& scope);
  Checked Count(const ast::Expr& expr, const Scope& scope);
  Checked Distinct(const ast::Expr& expr, const Scope& scope);
  Checked ValueSet(const ast::Expr& expr, const Scope& scope);
  Checked TableColumn(const ast::Expr& expr, const Scope& scope);
  bool HasArguments(const ast::Expr& expr, const Scope& scope, size_t min,
                    size_t max, std::string_view form);
  // The whole number in [min, max] that `arg` is.
  std::optional<int64_t> NumberArgument(const ast::Expr& arg, int64_t min,
                                        int64_t max, const Scope& scope);
  std::optional<uint32_t> GlobPatterns(PatternsInfo* info);
  std::optional<uint32_t> NetworkPatterns(PatternsInfo* info,
                                          const LiteralTarget& target);
  // --- calendars, recents, steps
  Checked During(const ast::Expr& expr, const Scope& scope);
  Checked InCalendars(const ast::Expr& calendars, ExprId time,
                      const Scope& scope);
  Checked InCalendar(const ast::Expr& calendar, ExprId time,
                     const Scope& scope);
  Checked Recent(const ast::Expr& expr, const Scope& scope);
  bool CheckRecent(RecentInfo* recent);
  bool CheckRecentKeys(RecentInfo* recent, const Scope& scope,
                       RecentPlan* plan);
  // The step that `label` names; null where it names none or cannot be read,
  // which has been reported in `*refused`.
  StepInfo* FindStep(const ast::Expr& label, const Scope& scope,
                     bool* refused);
  Checked StepValue(const ast::Expr& expr, StepInfo* step, bool attr,
                    const Scope& scope);
  Checked StepCount(const ast::Expr& expr, const Scope& scope);
  Checked KindValue(const ast::Expr& expr, uint32_t kind, const Scope& scope);
  Checked Alternatives(const ast::Expr& expr, const Scope& scope);
  // The field or attr `name` of an event of kinds `kinds`.
  Checked FieldOf(const ast::Expr& member, bool attr, uint32_t kinds,
                  const Scope& scope);

  static Scope InsideAggregate(const Scope& scope, std::string_view what);

  Definitions& definitions_;
  ExprPool& pool_;
  DiagnosticList* const diagnostics_;
  ListSets sets_;
  const Givens givens_;
  const std::set<std::string, std::less<>>* group_names_ = nullptr;
  int recursion_ = 0;
  int open_macros_ = 0;    // that are being checked
  int macro_nesting_ = 0;  // the deepest met in the macro that is being checked
  std::vector<LongUser> long_users_;
  std::vector<RuleNameUse> rule_name_uses_;
  AttrUses attr_uses_;
  absl::flat_hash_set<std::string> lists_of_users_;
};

// The name that a key or a field has by itself: of a field, an attr, a column
// or a function; "" for any other expression.
std::string OwnName(const ast::Expr& expr);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_EXPR_CHECKER_H_
