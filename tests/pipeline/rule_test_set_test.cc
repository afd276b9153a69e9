// Many tests on several threads: the answers, and their order, are those of one.
#include "mqwarden/pipeline/rule_test_set.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

// Every third test fails; tests differ in length.
CompileResult ManyTests(int tests) {
  std::string text =
      "rule r {\n  title \"T\"\n  severity low\n  on authz\n  by user\n"
      "  when count() >= 2 in 5m\n";
  for (int i = 0; i < tests; ++i) {
    text += "  test \"" + std::to_string(i) + "\" {\n    at 0s authz { user: \"u\" } x " +
            std::to_string(2 + i * 7 % 50) + " every 1s\n    expect " +
            (i % 3 == 0 ? "no alerts" : "1 alert") + "\n  }\n";
  }
  const std::vector<RuleSource> sources = {{"t.mqw", text + "}\n"}};
  DiskFileReader files;
  return CompileRules(sources, &files, {});
}

std::vector<const RuleTest*> All(const CompileResult& compiled) {
  std::vector<const RuleTest*> tests;
  for (const RuleTest& test : compiled.tests) tests.push_back(&test);
  return tests;
}

TEST(RuleTestSetTest, AnswersDoNotDependOnThreads) {
  const CompileResult compiled = ManyTests(40);
  ASSERT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  const std::vector<const RuleTest*> tests = All(compiled);
  const auto one = RunRuleTests(compiled.plan, tests, 1);
  ASSERT_TRUE(one.ok());
  for (const int threads : {0, 2, 7, 100}) {
    const auto many = RunRuleTests(compiled.plan, tests, threads);
    ASSERT_TRUE(many.ok());
    ASSERT_EQ(many->size(), tests.size());
    for (size_t i = 0; i < tests.size(); ++i) {
      EXPECT_EQ((*many)[i].test, tests[i]);
      EXPECT_EQ((*many)[i].result.passed, i % 3 != 0) << i;
      EXPECT_EQ((*many)[i].result.failure, (*one)[i].result.failure);
    }
  }
}

TEST(RuleTestSetTest, NoTestIsNoAnswer) {
  const CompileResult compiled = ManyTests(1);
  const auto none = RunRuleTests(compiled.plan, {}, 4);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->empty());
}

TEST(RuleTestSetTest, TheFirstThatCannotRunIsTold) {
  const CompileResult compiled = ManyTests(3);
  std::vector<RuleTest> tests = compiled.tests;
  tests[1].rule = "second";
  tests[2].rule = "third";
  const std::vector<const RuleTest*> all = {&tests[0], &tests[1], &tests[2]};
  const auto run = RunRuleTests(compiled.plan, all, 3);
  EXPECT_EQ(run.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(run.status().message(), "no rule second");
}

}  // namespace
}  // namespace mqwarden
