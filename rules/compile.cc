#include "mqwarden/rules/compile.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/compiler.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/lint.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/rules/rule_checker.h"
#include "mqwarden/rules/test_checker.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxRules = 10'000;

// The trees in the order of their paths, so that the order in which files were
// given changes nothing.
std::vector<ast::File> ParseAll(std::span<const RuleSource> sources,
                                DiagnosticList* diagnostics) {
  std::vector<const RuleSource*> sorted;
  for (const RuleSource& source : sources) sorted.push_back(&source);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const RuleSource* a, const RuleSource* b) {
                     return a->path < b->path;
                   });
  std::vector<ast::File> files;
  for (const RuleSource* source : sorted) {
    files.push_back(
        Parse(std::make_shared<const RuleText>(source->path, source->text),
              diagnostics));
  }
  return files;
}

// Names of rules are unique, and there are not too many of them, nor none.
void CheckRuleNames(std::span<const ast::File> files,
                    DiagnosticList* diagnostics) {
  struct Place {
    RuleTextPtr text;
    Span span;
  };
  std::map<std::string, Place, std::less<>> seen;
  size_t rules = 0;
  for (const ast::File& file : files) {
    for (const ast::Rule& rule : file.rules) {
      if (++rules == kMaxRules + 1) {
        Report(diagnostics, DiagnosticCode::kTooManyRules, file.text,
               rule.name.span)
            .Message("more than " + std::to_string(kMaxRules) + " rules")
            .Label("the first too many");
      }
      const auto [it, is_new] =
          seen.try_emplace(rule.name.text, Place{file.text, rule.name.span});
      if (is_new) continue;
      Report(diagnostics, DiagnosticCode::kDuplicateName, file.text,
             rule.name.span)
          .Message("the rule " + Quoted(rule.name.text) + " is defined twice")
          .Second(it->second.text, it->second.span, "first here");
    }
  }
  if (rules == 0 && !diagnostics->has_errors()) {
    Report(diagnostics, DiagnosticCode::kNoRule, nullptr, {})
        .Message("no rule found");
  }
}

void AddNames(const RulePlan& plan, AlertNames* names) {
  for (const KeyPart& key : plan.by) names->insert(key.name);
  for (const AlertFieldPlan& field : plan.fields) names->insert(field.name);
}

}  // namespace

CompileResult CompileRules(std::span<const RuleSource> sources,
                           FileReader* files, const CompileOptions& options) {
  CompileResult result;
  DiagnosticList* const diagnostics = &result.diagnostics;
  const std::vector<ast::File> trees = ParseAll(sources, diagnostics);
  CheckRuleNames(trees, diagnostics);

  ExprPool pool;
  Definitions definitions(trees, files, &pool, diagnostics);
  ExprChecker exprs(&definitions, &pool, diagnostics);
  exprs.CheckAllMacros();
  RuleChecker checker(&exprs, &pool, diagnostics);
  CheckedPolicy policy;
  for (const ast::File& tree : trees) {
    for (const ast::Policy& block : tree.policies) {
      checker.Check(tree.text, block, &policy);
    }
  }
  std::vector<CheckedRule> rules;
  TestChecker tests(options.build_tests, diagnostics);
  AlertNames all_names;
  for (const ast::File& tree : trees) {
    for (const ast::Rule& rule : tree.rules) {
      std::optional<CheckedRule> checked = checker.Check(tree.text, rule);
      if (!checked.has_value()) continue;
      AlertNames names;
      AddNames(checked->plan, &names);
      AddNames(checked->plan, &all_names);
      for (const ast::Test& test : rule.tests) {
        auto built = tests.Check(tree.text, test, rule.name.text, names);
        if (built.has_value()) result.tests.push_back(*std::move(built));
      }
      rules.push_back(*std::move(checked));
    }
  }
  for (const ast::File& tree : trees) {
    for (const ast::Test& test : tree.tests) {
      auto built = tests.Check(tree.text, test, "", all_names);
      if (built.has_value()) result.tests.push_back(*std::move(built));
    }
  }
  if (!diagnostics->has_errors()) {
    LintRules(trees, definitions, exprs, options.disabled_checks, diagnostics);
    result.plan = BuildPlan(std::move(rules), policy, definitions.inventory(),
                            &pool, diagnostics);
  }
  if (result.plan == nullptr || !options.build_tests) result.tests.clear();
  std::stable_sort(result.tests.begin(), result.tests.end(),
                   [](const RuleTest& a, const RuleTest& b) {
                     if (a.text != b.text) {
                       return a.text->path() < b.text->path();
                     }
                     return a.span.begin < b.span.begin;
                   });
  return result;
}

std::shared_ptr<const Plan> PlanOfRule(const std::shared_ptr<const Plan>& plan,
                                       std::string_view rule) {
  return plan->WithRule(rule);
}

}  // namespace mqwarden
