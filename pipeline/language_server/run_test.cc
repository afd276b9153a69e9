#include "mqwarden/pipeline/language_server/run_test.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/language_server/outline.h"
#include "mqwarden/pipeline/rule_test.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

const RuleTest* FindTest(const std::vector<RuleTest>& tests,
                         const SourceFile& file, std::string_view name,
                         std::string_view rule) {
  for (const RuleTest& test : tests) {
    if (test.text == file.tree().text && test.name == name &&
        test.rule == rule) {
      return &test;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<RequestError> RunTestCommand(Workspace* workspace,
                                           JsonValue params, TestRun* run,
                                           JsonWriter* out) {
  if (params["command"].text() != kRunTestCommand) {
    return RequestError{kInvalidParams, "no such command"};
  }
  std::vector<std::string> arguments;
  params["arguments"].ForEach(
      [&](JsonValue value) { arguments.emplace_back(value.text()); });
  if (arguments.size() < 2) {
    return RequestError{kInvalidParams, "the arguments are URI, name, rule"};
  }
  arguments.resize(3);
  const SourceFilePtr file = workspace->OpenFile(arguments[0]);
  RuleSet* const set = file == nullptr ? nullptr : workspace->SetOf(*file);
  if (set == nullptr) {
    return RequestError{kInvalidParams, "no open document of that URI"};
  }
  workspace->Check(set);
  if (set->checked.plan == nullptr) {
    return RequestError{kRequestFailed,
                        "the rule set has errors, so no test of it runs"};
  }
  const CompileResult compiled = workspace->TestsOf(*set, arguments[2]);
  const RuleTest* const test =
      FindTest(compiled.tests, *file, arguments[1], arguments[2]);
  if (test == nullptr) {
    return RequestError{kInvalidParams, "no test " + Quoted(arguments[1])};
  }
  const absl::StatusOr<RuleTestResult> result =
      RunRuleTest(compiled.plan, *test);
  if (!result.ok()) {
    return RequestError{kRequestFailed,
                        std::string(FromAbsl(result.status().message()))};
  }
  run->passed = result->passed;
  run->message = "test " + Quoted(test->name) +
                 (result->passed ? " passed" : " failed\n" + result->failure);
  std::erase_if(set->failed_tests, [&](const FailedTest& failed) {
    return failed.path == file->path() && failed.span == test->span;
  });
  if (!result->passed) {
    set->failed_tests.push_back({file->path(), test->span, run->message});
  }
  out->BeginObject();
  out->Key("passed");
  out->Bool(result->passed);
  out->Key("expectations");
  out->Int(result->expectations);
  out->Key("failure");
  out->String(result->failure);
  out->EndObject();
  return std::nullopt;
}

}  // namespace mqwarden
