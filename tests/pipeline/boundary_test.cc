// Boundary cases: which are derived, that they hold of rules that mean what they
// say, and that they do not where something else decides.
#include "mqwarden/pipeline/boundary.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/pipeline/example_text.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

using Verdict = BoundaryCase::Verdict;

std::vector<BoundaryCase> CasesOf(const std::string& text,
                                  const std::string& rule = "r") {
  const std::vector<RuleSource> sources = {{"t.mqw", text}};
  DiskFileReader files;
  const CompileResult compiled = CompileRules(sources, &files, {});
  EXPECT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  if (compiled.plan == nullptr) return {};
  const auto report = RunBoundaryCases(compiled.plan, rule, {});
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? report->cases : std::vector<BoundaryCase>();
}

std::string Shown(const std::vector<BoundaryCase>& cases) {
  std::string text;
  for (const BoundaryCase& one : cases) {
    text += std::string(one.verdict == Verdict::kHolds     ? "+ "
                        : one.verdict == Verdict::kDiffers ? "- "
                                                           : "? ") +
            one.name + (one.detail.empty() ? "" : " <- " + one.detail) + "\n";
  }
  return text;
}

struct Case {
  std::string name;
  std::string text;
  std::string expected;
};

class BoundaryTest : public ::testing::TestWithParam<Case> {};

TEST_P(BoundaryTest, IsDerived) {
  EXPECT_EQ(Shown(CasesOf(GetParam().text)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BoundaryTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Window",
         R"(rule r { title "T" severity low on authz
            where outcome == failure and object like "PAY.*"
            exclude probes: user == "probe"
            by user when count() >= 3 in 5m
            mute where qmgr == "QM9"
            limit 2 per 1h by user })",
         "+ 2 events in 5m do not fire\n"
         "+ 3 events in 5m fire once\n"
         "+ 3 events, the first 1ns less than 5m before the others, fire once\n"
         "+ 3 events, the first exactly 5m before the others, do not fire\n"
         "+ 3 events, one of them of another user, do not fire\n"
         "+ exclude probes: an event that it leaves out is not counted\n"
         "+ mute 1: an alert of which it holds is muted\n"
         "+ mute 1: an alert of which it does not hold is sent\n"
         "+ limit 1: alert 3 of one tuple in 1h is held\n"
         "+ limit 1: 1h after the first, one more is sent\n"},
        {"Distinct",
         R"(rule r { title "T" severity low on authz by source_ip
            when distinct(object) > 3 in 10m limit 1 per 1d by all })",
         "+ 3 events in 10m do not fire\n"
         "+ 4 events in 10m fire once\n"
         "+ 4 events, the first 1ns less than 10m before the others, fire once\n"
         "+ 4 events, the first exactly 10m before the others, do not fire\n"
         "+ 4 events, one of them of another source_ip, do not fire\n"
         "+ limit 1: alert 2 of one tuple in 1d is held\n"
         "+ limit 1: 1d after the first, one more is sent\n"},
        {"Tumbling",
         R"(rule r { title "T" severity low on perf when count() >= 2 in 1h tumbling })",
         "+ 1 event in 1h does not fire\n"
         "+ 2 events in 1h fire once\n"
         "+ 2 events from the first to the last instant of a window fire once\n"
         "+ 2 events, all but the first in the next window, do not fire\n"
         "? two groups <- the rule has no `by`\n"},
        {"Session",
         R"(rule r { title "T" severity low on perf by qmgr
            when count() >= 2 in 10m session })",
         "+ 1 event in 10m does not fire\n"
         "+ 2 events in 10m fire once\n"
         "+ 2 events, the first 1ns less than 10m before the others, fire once\n"
         "+ 2 events, the first exactly 10m before the others, are two sessions "
         "and do not fire\n"
         "+ 2 events, one of them of another qmgr, do not fire\n"},
        {"EachEvent",
         R"(rule r { title "T" severity low on authn where user matches r"^svc[0-9]+$"
            limit 1 per 1h by user })",
         "+ 1 event fires\n"
         "+ limit 1: alert 2 of one tuple in 1h is held\n"
         "+ limit 1: 1h after the first, one more is sent\n"},
        {"Sequence",
         R"(rule r { title "T" severity low by user when sequence in 10m {
            guess: 3 x authn where outcome == failure
            let_in: authn where outcome == success and qmgr == guess.qmgr } })",
         "+ all steps in order fire once\n"
         "+ with 2 of 3 events of step guess it does not fire\n"
         "+ without step let_in it does not fire\n"
         "+ the first event 1ns less than 10m before the others: it fires once\n"
         "+ the first event exactly 10m before the others: it does not fire\n"
         "+ the first event of another user: it does not fire\n"},
        {"SequenceThatWaits",
         R"(rule r { title "T" severity low by qmgr when sequence in 4h {
            login: session where action == connect
            missing logout: session where action == disconnect } })",
         "+ all steps, and no answer within 4h, fire once\n"
         "+ 1ns before 4h nothing has fired yet\n"
         "+ an answer 1ns before 4h is up: it does not fire\n"
         "+ without step login it does not fire\n"},
        {"New",
         R"(rule r { title "T" severity low on authn when new (user) in 30d learn 7d })",
         "+ the first time it fires\n"
         "+ once more it does not\n"
         "+ 1ns less than 30d later it is known\n"
         "+ exactly 30d later it fires again\n"
         "+ 1ns before 1w are over it still learns\n"},
        {"Absent",
         R"(list all = ["QM1", "QM2"]
            rule r { title "T" severity low on qmgr by qmgr from all when absent 15m })",
         "+ silence of 15m fires for each of 2 values\n"
         "+ 1ns before that nothing fires\n"
         "+ an event at exactly 15m is in time: its value does not fire\n"},
        {"NoExample",
         R"(recent let_in { on authn by user for 30m }
            rule r { title "T" severity low on authz where let_in[user] })",
         "? one event <- no example is found of an event that it matches\n"},
    }),
    [](const auto& info) { return info.param.name; });

// Of an `or` the branch that is reached first has the edge.
TEST(BoundaryVerdictTest, ABranchThatFiresFirstIsFound) {
  const auto cases = CasesOf(
      R"(rule r { title "T" severity low on authz by user
         when (count() >= 10 or max(reason) >= 1) in 5m })");
  ASSERT_FALSE(cases.empty());
  // One event with a reason is enough, so there is no edge of ten.
  EXPECT_EQ(Shown(cases), "+ 1 event in 5m fires\n");
}

TEST(BoundaryVerdictTest, LimitOfMoreThanCanFireIsSaid) {
  const auto cases = CasesOf(
      R"(rule r { title "T" severity low on authz by user
         when count() >= 2 in 1h limit 5 per 1h by user })");
  ASSERT_FALSE(cases.empty());
  EXPECT_EQ(cases.back().verdict, Verdict::kNotDerived) << Shown(cases);
  EXPECT_NE(cases.back().detail.find("fire so often"), std::string::npos);
}

// Its alerts are always critical, which the limit lets pass: nothing differs.
TEST(BoundaryVerdictTest, ALimitThatNeverAppliesIsNotOneThatFails) {
  const std::vector<BoundaryCase> cases = CasesOf(
      R"(policy { limit 2 per 1h by user unless severity >= critical }
         rule r { title "T" severity critical by user
           when sequence in 1m {
             authn where outcome == failure
             authn where outcome == success
           } })");
  ASSERT_FALSE(cases.empty());
  bool is_said = false;
  for (const BoundaryCase& one : cases) {
    EXPECT_NE(one.verdict, Verdict::kDiffers) << Shown(cases);
    is_said |= one.detail.find("that it applies to") != std::string::npos;
  }
  EXPECT_TRUE(is_said) << Shown(cases);
}

TEST(BoundaryVerdictTest, NoSuchRuleIsSaid) {
  const std::vector<RuleSource> sources = {
      {"t.mqw", "rule r { title \"T\" severity low on authz }"}};
  DiskFileReader files;
  const CompileResult compiled = CompileRules(sources, &files, {});
  ASSERT_NE(compiled.plan, nullptr);
  EXPECT_EQ(RunBoundaryCases(compiled.plan, "s", {}).status().message(),
            "no rule s");
}

TEST(ExampleTextTest, FitsItsRegex) {
  for (const char* const regex :
       {"^svc[0-9]+$", "(?i)failed (login|logon)", "a{2,3}b*c+d?",
        "[^a-z]{3}\\d\\.\\w", "^(?P<name>x|y)(?:z)$", "[]a]", "\\bROOT\\b",
        ".*", ""}) {
    EXPECT_TRUE(re2::RE2::PartialMatch(TextOfRegex(regex), re2::RE2(regex)))
        << regex << " gives " << TextOfRegex(regex);
  }
  // Damaged ones end.
  for (const char* const regex : {"(", "[", "\\", "a{", "((((", "(?"}) {
    TextOfRegex(regex);
  }
}

}  // namespace
}  // namespace mqwarden
