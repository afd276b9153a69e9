// What coverage names: every outcome that no test reached, and nothing else.
#include "mqwarden/pipeline/coverage.h"

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

constexpr char kRule[] = R"(policy {
  exclude lab: tags has "lab"
  mute where user == "quiet"
  limit 100 per 1d by rule
}
rule burst {
  title    "T"
  severity critical when user == "root"
  severity high
  on       authz
  where    outcome == failure and (reason == 2035 or object like "PAY.*")
  exclude  not exists(user)
  by       user
  when     count() >= 2 in 5m
  limit    1 per 1h by user
  resolve
)";

struct Covered {
  CoverageSummary summary;
  std::set<std::string> lines;  // "3 rule clause: `text` what"
};

Covered Cover(const std::string& tests, int threads = 1) {
  const std::vector<RuleSource> sources = {{"t.mqw", kRule + tests + "}\n"}};
  DiskFileReader files;
  const CompileResult compiled = CompileRules(sources, &files, {});
  EXPECT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  if (compiled.plan == nullptr) return {};
  std::vector<const RuleTest*> all;
  for (const RuleTest& test : compiled.tests) all.push_back(&test);
  Coverage coverage(compiled.plan, sources);
  EXPECT_TRUE(coverage.RunAll(all, threads).ok());
  Covered covered;
  covered.summary = coverage.Summary();
  for (const UncoveredOutcome& one : covered.summary.uncovered) {
    covered.lines.insert(std::to_string(one.place.line) + " " +
                         (one.rule.empty() ? "policy" : one.rule) + " " +
                         one.clause + ": `" + one.text + "` " + one.what);
  }
  return covered;
}

TEST(CoverageTest, WithoutTestsNothingIsReached) {
  const Covered none = Cover("");
  EXPECT_EQ(none.summary.reached, 0);
  EXPECT_GT(none.summary.outcomes, 20);
  EXPECT_TRUE(none.lines.contains("6 burst alert: `` never fires"));
  EXPECT_TRUE(none.lines.contains(
      "2 policy exclude lab: `tags has any [\"lab\"]` is never reached") ||
      none.lines.contains(
      "2 policy exclude lab: `tags has \"lab\"` is never reached"));
}

TEST(CoverageTest, NamesEachOutcomeThatIsLeft) {
  const Covered some = Cover(R"(
  test "two fire" {
    at 0s authz { outcome: failure, reason: 2035, user: "ana" } x 2 every 1s
    expect 1 alert
  }
)");
  const auto has = [&some](const std::string& line) {
    return some.lines.contains(line);
  };
  // Reached.
  EXPECT_FALSE(has("11 burst where: `outcome == failure` is never true"));
  EXPECT_FALSE(has("6 burst alert: `` never fires"));
  // Left.
  EXPECT_TRUE(has("11 burst where: `outcome == failure` is never false"));
  EXPECT_TRUE(has("11 burst where: `reason == 2035` is never false"));
  EXPECT_TRUE(has("11 burst where: `object like [\"PAY.*\"]` is never reached") ||
              has("11 burst where: `object like [\"pay.*\"]` is never reached"));
  EXPECT_TRUE(has("8 burst severity critical: `user == \"root\"` is never true"));
  EXPECT_TRUE(has("15 burst limit 1: `` never holds an alert back"));
  EXPECT_TRUE(has("16 burst resolve: `` never resolves one"));
  EXPECT_TRUE(has("3 policy mute 1: `user == \"quiet\"` is never true"));
  EXPECT_TRUE(has("4 policy limit 1: `` never holds an alert back"));
}

TEST(CoverageTest, TestsThatFailCountAndThreadsChangeNothing) {
  const std::string tests = R"(
  test "fails, and reaches what it reaches" {
    at 0s  authz { outcome: failure, object: "PAY.IN", user: "root" } x 2 every 1s
    at 3s  authz { outcome: failure, object: "X", user: "root" }
    at 4s  authz { outcome: success, user: "root" }
    at 5s  authz { outcome: failure, reason: 2035 }
    at 20m authz { outcome: failure, reason: 2035, user: "root" } x 2 every 1s
    at 50m authz { outcome: failure, reason: 2035, user: "quiet" } x 2 every 1s
    at 51m authz { outcome: failure, reason: 2035, user: "q", tags: ["lab"] }
    expect 17 alerts
  }
  test "another" {
    at 0s authz { outcome: failure, reason: 2035, user: "ana" } x 2 every 1s
    expect no alerts
  }
)";
  const Covered one = Cover(tests);
  const Covered many = Cover(tests, 4);
  EXPECT_EQ(one.lines, many.lines);
  EXPECT_EQ(one.summary.reached, many.summary.reached);
  // All but the policy's limit of a hundred a day.
  EXPECT_EQ(one.lines, (std::set<std::string>{
                           "4 policy limit 1: `` never holds an alert back"}));
  EXPECT_EQ(one.summary.reached, one.summary.outcomes - 1);
}

}  // namespace
}  // namespace mqwarden
