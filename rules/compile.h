// From rule texts to a plan: the compiler's public face.
//
//   std::vector<RuleSource> sources = {{"rules/auth.mqw", text}};
//   CompileResult result = CompileRules(sources, &files, {});
//   if (result.plan == nullptr) print(RenderText(result.diagnostics, {}));
//
// Errors of the author are diagnostics; there is no Status. Files named by
// `from "…"` are read through the FileReader that the host gives, so that the
// compiler itself does no I/O. Free functions, thread-safe.
//
// Limits: 1 MiB a file, 10,000 rules a set, nesting of 64, an RE2 program of
// 8 MiB a regex. Each is a diagnostic.
#ifndef MQWARDEN_RULES_COMPILE_H_
#define MQWARDEN_RULES_COMPILE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/file_reader.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {

struct RuleSource {
  std::string path;  // shown in diagnostics; `from` files are relative to it
  std::string text;
};

struct CompileOptions {
  // Behaviour.
  // Lint checks that are switched off, by slug.
  std::vector<std::string> disabled_checks;

  // Performance.
  // False: tests are checked as ever, and `tests` stays empty. For whoever runs
  // the rules and not their tests.
  bool build_tests = true;
  // Not empty: only the rule of this name is compiled, with policy and
  // definitions, and only its tests are built; both as shipped, without what a
  // site says. For whoever wants one rule of a set that is checked already: what
  // is wrong elsewhere is not told, and there is no lint.
  std::string only_rule;
};

struct CompileResult {
  // Null when there are errors, or no rule at all (which is an error).
  std::shared_ptr<const Plan> plan;
  // The same without `override`, `amend` and `disable`: what tests inside rules
  // run on. `plan` itself where there is none of them.
  std::shared_ptr<const Plan> shipped_plan;
  DiagnosticList diagnostics;
  // Every test of the set, in the order of path and position; none where there
  // is no plan.
  std::vector<RuleTest> tests;
};

CompileResult CompileRules(std::span<const RuleSource> sources,
                           FileReader* files, const CompileOptions& options);

// The plan of one rule alone with the policy and all definitions, as a test
// inside the rule runs it: shares everything with `plan`.
std::shared_ptr<const Plan> PlanOfRule(const std::shared_ptr<const Plan>& plan,
                                       std::string_view rule);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_COMPILE_H_
