// `mqwarden test`: runs the tests of a rule set.
#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/cli/test_report.h"
#include "mqwarden/pipeline/boundary.h"
#include "mqwarden/pipeline/coverage.h"
#include "mqwarden/pipeline/rule_test_set.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

struct TestFlags {
  std::vector<std::string> rules;
  std::string run;
  std::string junit;
  std::string format = "text";
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  bool boundary = false;
  bool coverage = false;
};

bool Selected(const re2::RE2& pattern, const RuleTest& test) {
  const std::string full = test.rule + "/" + test.name;
  return re2::RE2::PartialMatch(re2::StringPiece(full.data(), full.size()),
                                pattern);
}

// Boundary cases that the pattern finds, as RULE/CASE; rules without any are left
// out.
std::vector<BoundaryReport> SelectedCases(const re2::RE2& pattern,
                                          std::vector<BoundaryReport> reports) {
  std::vector<BoundaryReport> selected;
  for (BoundaryReport& report : reports) {
    std::erase_if(report.cases, [&](const BoundaryCase& one) {
      const std::string full = report.rule + "/" + one.name;
      return !re2::RE2::PartialMatch(
          re2::StringPiece(full.data(), full.size()), pattern);
    });
    if (!report.cases.empty()) selected.push_back(std::move(report));
  }
  return selected;
}

absl::Status RunAll(const TestFlags& flags, const re2::RE2& pattern,
                    const LoadedRules& loaded,
                    const std::vector<const RuleTest*>& tests,
                    TestReport* report) {
  MQWARDEN_ASSIGN_OR_RETURN(
      report->tests, RunRuleTests(loaded.result.plan, tests, flags.threads));
  if (flags.boundary) {
    MQWARDEN_ASSIGN_OR_RETURN(
        std::vector<BoundaryReport> cases,
        RunAllBoundaryCases(loaded.result.plan, loaded.result.tests,
                            flags.threads));
    report->boundary = SelectedCases(pattern, std::move(cases));
  }
  if (flags.coverage) {
    Coverage coverage(loaded.result.plan, loaded.sources);
    MQWARDEN_RETURN_IF_ERROR(coverage.RunAll(tests, flags.threads));
    // Of some tests: what their rules leave.
    std::optional<std::set<std::string>> rules;
    if (!flags.run.empty()) {
      rules.emplace();
      for (const RuleTest* test : tests) rules->insert(test->rule);
    }
    report->coverage = coverage.Summary(rules);
  }
  return absl::OkStatus();
}

int RunTest(const TestFlags& flags) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 pattern(re2::StringPiece(flags.run.data(), flags.run.size()),
                         options);
  if (!pattern.ok()) {
    PrintMessage("test: --run: " + EscapeForTerminal(pattern.error()));
    return kExitUsage;
  }
  const LoadedRules loaded =
      LoadRulesAndReport(flags.rules, {}, flags.format == "json");
  if (loaded.exit_code != kExitOk) return loaded.exit_code;

  std::vector<const RuleTest*> tests;
  for (const RuleTest& test : loaded.result.tests) {
    if (Selected(pattern, test)) tests.push_back(&test);
  }
  // A pattern that selects nothing must not look like success.
  if (tests.empty() && !flags.run.empty() && !flags.boundary) {
    PrintMessage("test: no test matches --run " + EscapeForTerminal(flags.run));
    return kExitUsage;
  }
  TestReport report;
  const absl::Status ran = RunAll(flags, pattern, loaded, tests, &report);
  if (!ran.ok()) {
    PrintStatus(ran);
    return kExitUsage;
  }
  if (!flags.junit.empty()) {
    const absl::Status written =
        WriteFile(flags.junit, TestsAsJunit(report));
    if (!written.ok()) {
      PrintStatus(written);
      return kExitUsage;
    }
  }
  return PrintProduct(flags.format == "json"
                          ? TestsAsJson(report)
                          : TestsAsText(report, StdoutHasColor()),
                      report.failed() > 0 ? kExitFindings : kExitOk);
}

}  // namespace

void AddTestCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<TestFlags>();
  CLI::App* const command = app->add_subcommand(
      "test", "Run the tests of a rule set; 1 when one fails");
  command->add_option("RULES", flags->rules, "Rule files and folders")
      ->type_name("")
      ->required();
  command->add_option("--run", flags->run,
                      "Only tests whose RULE/NAME this regex finds")
      ->type_name("REGEX");
  command->add_option("--junit", flags->junit, "Write JUnit XML to this file")
      ->type_name("FILE");
  command
      ->add_option("-j", flags->threads,
                   "Threads (default: as many as there are processors)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command->add_option("--format", flags->format, "text (default) or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--boundary", flags->boundary,
                    "Also derive cases from each rule at the edges of its "
                    "threshold, window, groups and silences, and run them");
  command->add_flag("--coverage", flags->coverage,
                    "Name every clause, and each outcome of every condition, "
                    "that no test reached");
  command->callback([=] { *action = [flags] { return RunTest(*flags); }; });
}

}  // namespace mqwarden
