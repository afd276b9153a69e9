// From the tree of a rule or policy to its checked form, clause by clause in
// the order of the text.
//
//   check_rule.cc     the rule as a whole, its clauses' conditions, severities
//   check_when.cc     windows, new, rare, absent
//   check_sequence.cc sequences
//   check_clauses.cc  keys, silences, the alert; what a policy shares
//   check_report.cc   reports
//
// All errors of a rule are reported. A rule that the parser refused is passed
// over in silence.
#ifndef MQWARDEN_RULES_RULE_CHECKER_H_
#define MQWARDEN_RULES_RULE_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/never_true.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

class RuleChecker final {
 public:
  static constexpr int64_t kMaxLimitCount = 1'000'000;
  static constexpr int64_t kMaxEvidence = 100;
  static constexpr int64_t kMaxKeys = 1'000'000'000;
  static constexpr int64_t kMaxTop = 10'000;
  static constexpr int64_t kMaxStepCount = 1'000'000;
  static constexpr size_t kMaxNameBytes = 128;
  static constexpr size_t kMaxTextBytes = 4096;

  RuleChecker(ExprChecker* exprs, ExprPool* pool, DiagnosticList* diagnostics)
      : exprs_(*exprs), pool_(*pool), diagnostics_(diagnostics) {}
  RuleChecker(const RuleChecker&) = delete;
  RuleChecker& operator=(const RuleChecker&) = delete;

  // `amendments` are those of the rule. Nullopt where anything is wrong.
  std::optional<CheckedRule> Check(const RuleTextPtr& text,
                                   const ast::Rule& rule,
                                   std::span<const AmendedBy> amendments);
  std::optional<CheckedReport> Check(const RuleTextPtr& text,
                                     const ast::Report& report);
  // Appends to `out` what is right.
  void Check(const RuleTextPtr& text, const ast::Policy& policy,
             CheckedPolicy* out);

 private:
  // What the clauses of one rule share.
  struct Context {
    RuleTextPtr text;
    const ast::Rule* rule = nullptr;  // null in a policy and a report
    Span kinds_span;
    uint32_t kinds = 0;               // 0: any
    bool has_window = false;
    NamedKeys keys;
    std::vector<StepInfo> steps;      // of a sequence
    bool ok = true;
  };

  void CheckReadableParts(const ast::Rule& rule, Context* context);
  // True when a diagnostic stands on a line of `span`.
  bool IsRefusedNear(const RuleTextPtr& text, Span span) const;

  // With kReadsStep every step may be read.
  Scope ScopeOf(Context* context, std::string_view clause,
                Reads allowed) const;
  // A whole clause: kNoExpr after a report. Reports what is never true.
  ExprId Clause(const ast::Expr& expr, const Scope& scope, Context* context);
  void SplitClause(const ast::Expr& expr, const Scope& scope,
                   std::vector<ClausePart>* parts, bool* ok);
  void ReportNeverTrue(const ast::Expr& expr, const Scope& scope,
                       const std::vector<ClausePart>& parts,
                       const NeverTrue& found, const Context& context);

  void CheckKinds(const ast::Rule& rule, Context* context, RulePlan* plan);
  void CheckWhen(const ast::Rule& rule, Context* context, CheckedRule* checked);
  void CheckWindow(const ast::Rule& rule, Context* context, RulePlan* plan);
  void CheckSeen(const ast::Rule& rule, Context* context, RulePlan* plan);
  void CheckAbsent(const ast::Rule& rule, Context* context,
                   CheckedRule* checked);
  // False where the rule has no sequence.
  bool CheckStepKinds(const ast::Rule& rule, Context* context, RulePlan* plan);
  void CheckSequence(const ast::Rule& rule, Context* context, RulePlan* plan);
  void CheckStep(const ast::SequenceStep& step, size_t place, Context* context,
                 SequenceStep* out);
  // Clauses that do not go with the kind of `when`.
  void CheckGoesWithWhen(const ast::Rule& rule, Context* context);
  void CheckRefire(const ast::Rule& rule, Context* context, WindowPlan* window);
  void CheckRearm(const ast::Rule& rule, Context* context, WindowPlan* window);
  void CheckNeedsWhen(const ast::Rule& rule, Context* context);
  void CheckSeverities(const ast::Rule& rule, Context* context, RulePlan* plan);
  std::optional<Severity> CheckSeverity(const ast::Name& name,
                                        Context* context);
  void CheckMaxKeys(const std::optional<ast::Count>& keys, Context* context,
                    int64_t* max_keys);
  void CheckAmendment(const AmendedBy& amendment, Context* context,
                      RulePlan* plan);
  // --- reports
  void CheckPeriod(const ast::Report& report, Context* context,
                   ReportPlan* plan);
  void CheckGroups(const ast::Report& report, Context* context,
                   ReportPlan* plan);
  void CheckAlert(const ast::AlertBlock& alert, Context* context,
                  RulePlan* plan);
  void CheckFields(const std::vector<ast::AlertFieldDecl>& fields,
                   const Scope& scope, Context* context,
                   std::vector<AlertFieldPlan>* out);
  Template CheckText(const ast::StringLiteral& literal,
                     const std::vector<ast::TextPart>& parts, const Scope& scope,
                     Context* context);
  Scope TextScope(Context* context, std::string_view clause) const;
  std::vector<std::string> CheckNames(
      const std::vector<ast::StringLiteral>& names, std::string_view what,
      Context* context);
  bool FitsLength(std::string_view text, Span span, size_t max,
                  Context* context);

  void CheckExcludes(const std::vector<ast::Exclude>& excludes, Reads allowed,
                     Context* context, std::vector<ExcludePlan>* out);
  void CheckMutes(const std::vector<ast::Mute>& mutes, Context* context,
                  std::vector<MutePlan>* out);
  void CheckLimits(const std::vector<ast::Limit>& limits, Context* context,
                   std::vector<LimitPlan>* out);
  // `named` gets the keys with a name of their own; null: none are kept.
  void CheckKeys(const std::vector<ast::KeyPart>& parts, const Scope& scope,
                 Context* context, std::vector<KeyPart>* out, NamedKeys* named);
  // False, after a report, for a name that stands twice.
  bool NewName(const std::string& name, Span span,
               std::map<std::string, Span, std::less<>>* seen,
               Context* context);

  ExprChecker& exprs_;
  ExprPool& pool_;
  DiagnosticList* const diagnostics_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_CHECKER_H_
