// `mqwarden test`: runs the tests of a rule set.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/cli/rule_flags.h"
#include "mqwarden/cli/test_report.h"
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

int RunTest(const TestFlags& flags) {
  if (flags.boundary || flags.coverage) {
    PrintMessage(std::string("test: ") +
                 (flags.boundary ? "--boundary" : "--coverage") +
                 " is not built yet");
    return kExitUsage;
  }
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
  if (tests.empty() && !flags.run.empty()) {
    PrintMessage("test: no test matches --run " + EscapeForTerminal(flags.run));
    return kExitUsage;
  }
  const absl::StatusOr<std::vector<RuleTestOutcome>> run =
      RunRuleTests(loaded.result.plan, tests, flags.threads);
  if (!run.ok()) {
    PrintStatus(run.status());
    return kExitUsage;
  }
  const std::vector<RuleTestOutcome>& outcomes = *run;
  const bool failed = std::any_of(
      outcomes.begin(), outcomes.end(),
      [](const RuleTestOutcome& outcome) { return !outcome.result.passed; });
  if (!flags.junit.empty()) {
    const absl::Status written =
        WriteFile(flags.junit, TestsAsJunit(outcomes));
    if (!written.ok()) {
      PrintStatus(written);
      return kExitUsage;
    }
  }
  return PrintProduct(flags.format == "json"
                          ? TestsAsJson(outcomes)
                          : TestsAsText(outcomes, StdoutHasColor()),
                      failed ? kExitFindings : kExitOk);
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
  command->add_flag("--boundary", flags->boundary)->group("");
  command->add_flag("--coverage", flags->coverage)->group("");
  command->callback([=] { *action = [flags] { return RunTest(*flags); }; });
}

}  // namespace mqwarden
