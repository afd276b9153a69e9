#include "mqwarden/engine/plan.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/base/text.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::HasSubstr;

std::string Key(const std::vector<std::string>& cells) {
  std::string key;
  for (const std::string& cell : cells) AppendTableKey(cell, &key);
  return key;
}

TEST(TableKeyTest, IgnoresCaseAndKeepsCellsApart) {
  EXPECT_EQ(Key({"PAY.IN", "QM1"}), Key({"pay.in", "qm1"}));
  EXPECT_NE(Key({"ab", "c"}), Key({"a", "bc"}));
  EXPECT_NE(Key({"a", ""}), Key({"a"}));
  const std::string zero(1, '\0');
  EXPECT_NE(Key({zero, "a"}), Key({zero + "a", ""}));
}

TEST(PlanTest, RulesAreSortedByName) {
  PlanBuilder b;
  b.Add(b.Rule("beta")).Add(b.Rule("alpha")).Add(b.Rule("gamma"));
  const auto plan = b.Build();
  ASSERT_EQ(plan->rules().size(), 3u);
  EXPECT_EQ(plan->rules()[0]->name, "alpha");
  EXPECT_EQ(plan->rules()[1]->name, "beta");
  EXPECT_EQ(plan->rules()[2]->name, "gamma");
}

TEST(PlanTest, WithRuleKeepsThePolicyAndOneRule) {
  PlanBuilder b;
  b.Add(b.Rule("alpha")).Add(b.Rule("beta"));
  b.AddPolicyLimit(b.Limit(1, 10, {}));
  const auto plan = b.Build();
  const auto one = plan->WithRule("beta");
  ASSERT_NE(one, nullptr);
  ASSERT_EQ(one->rules().size(), 1u);
  EXPECT_EQ(one->rules()[0]->name, "beta");
  EXPECT_EQ(one->policy_limits().size(), 1u);
  EXPECT_EQ(plan->WithRule("delta"), nullptr);
}

TEST(PlanTest, FingerprintFollowsVersionsAndPolicy) {
  const auto build = [](std::string version, int64_t limit) {
    PlanBuilder b;
    b.Int(limit);  // moves the pool about, which must not matter
    RulePlan rule = b.Rule("alpha");
    rule.version = std::move(version);
    b.Add(std::move(rule));
    b.AddPolicyLimit(b.Limit(limit, 10, {FieldId::kUser}));
    return b.Build();
  };
  const uint64_t fingerprint = build("v1", 3)->fingerprint();
  EXPECT_EQ(build("v1", 3)->fingerprint(), fingerprint);
  EXPECT_NE(build("v2", 3)->fingerprint(), fingerprint);
  EXPECT_NE(build("v1", 4)->fingerprint(), fingerprint);
}

TEST(PlanTest, DebugStringShowsExpressionsAndClauses) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("alpha", 3, 5'000'000'000);
  rule.where = b.UserIs("ana");
  b.Add(std::move(rule));
  EXPECT_EQ(b.Build()->DebugString(),
            "e0 folded field user\n"
            "e1 int aggregate #0\n"
            "e2 int const 3\n"
            "e3 bool >= e1 e2\n"
            "e4 folded const \"ana\"\n"
            "e5 bool == fold e0 e4\n"
            "rule alpha\n"
            "  on authn \n"
            "  where e5\n"
            "  by  user=e0\n"
            "  aggregate count\n"
            "  when e3 in 5s\n"
            "  refire rise\n"
            "  severity medium -\n"
            "  keys 1000000\n");
}

TEST(PlanVerifyTest, AcceptsWhatTheBuilderMakes) {
  PlanBuilder b;
  b.Add(b.CountRule("alpha", 3, 10));
  EXPECT_TRUE(b.Build()->Verify().ok());
}

// Each breaks one thing of a good rule; the message names the rule and the fault.
struct BrokenCase {
  std::string name;
  std::function<void(PlanBuilder*, RulePlan*)> break_it;
  std::string message;
};

class PlanVerifyBrokenTest : public ::testing::TestWithParam<BrokenCase> {};

TEST_P(PlanVerifyBrokenTest, IsRefused) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("alpha", 3, 10);
  GetParam().break_it(&b, &rule);
  b.Add(std::move(rule));
  const absl::Status status = b.Build()->Verify();
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(FromAbsl(status.message())),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, PlanVerifyBrokenTest,
    ::testing::ValuesIn(std::vector<BrokenCase>{
        {"NoKinds", [](PlanBuilder*, RulePlan* r) { r->kinds = 0; }, "kinds"},
        {"UnknownKind",
         [](PlanBuilder*, RulePlan* r) { r->kinds = 1u << kKindCount; },
         "kinds"},
        {"NoSeverity", [](PlanBuilder*, RulePlan* r) { r->severity.clear(); },
         "no severity"},
        {"LastSeverityHasACondition",
         [](PlanBuilder* b, RulePlan* r) {
           r->severity[0].condition = b->UserIs("ana");
         },
         "severity"},
        {"FirstSeverityHasNone",
         [](PlanBuilder*, RulePlan* r) {
           r->severity = {{kNoExpr, Severity::kLow}, {kNoExpr, Severity::kHigh}};
         },
         "severity"},
        {"WindowOfNothing",
         [](PlanBuilder*, RulePlan* r) { r->window->length = Duration(0); },
         "not positive"},
        {"EveryWithoutDuration",
         [](PlanBuilder*, RulePlan* r) {
           r->window->refire = RefireKind::kEvery;
         },
         "refire"},
        {"WhenReadsTheEvent",
         [](PlanBuilder* b, RulePlan* r) {
           r->window->condition = b->UserIs("ana");
         },
         "when: reads"},
        {"WhereReadsTheWindow",
         [](PlanBuilder* b, RulePlan* r) { r->where = b->AtLeast(1); },
         "where: reads"},
        {"WhereIsNoCondition",
         [](PlanBuilder* b, RulePlan* r) {
           r->where = b->Field(FieldId::kUser);
         },
         "where: not a condition"},
        {"AggregateOutOfRange",
         [](PlanBuilder* b, RulePlan* r) {
           r->window->condition = b->AtLeast(1, 7);
         },
         "aggregate out of range"},
        {"NoSuchExpression",
         [](PlanBuilder*, RulePlan* r) { r->by[0].expr = 999; },
         "by: no such expression"},
        {"AlertSeverityOutsideOfSilences",
         [](PlanBuilder* b, RulePlan* r) {
           r->where = b->Op(ExprOp::kExists,
                            {b->Op(ExprOp::kAlertSeverity, {}, 0, 0,
                                   ValueType::kEnum)});
         },
         "where: reads"},
        {"LimitOfNothing",
         [](PlanBuilder* b, RulePlan* r) {
           r->limits = {b->Limit(0, 10, {})};
         },
         "limit"},
        {"LimitWithoutFields",
         [](PlanBuilder* b, RulePlan* r) {
           r->limits = {b->Limit(1, 10, {})};
           r->limits[0].by_all = false;
         },
         "limit"},
        {"MuteWithoutCondition",
         [](PlanBuilder*, RulePlan* r) { r->mutes = {{}}; }, "mute"},
        {"ResolveWithoutWhen",
         [](PlanBuilder*, RulePlan* r) {
           r->window.reset();
           r->resolve = true;
         },
         "without `when`"},
        {"ChildAfterParent",
         [](PlanBuilder* b, RulePlan*) {
           b->pool().exprs.push_back(
               {.op = ExprOp::kNot,
                .children = {static_cast<ExprId>(b->pool().exprs.size())}});
         },
         "does not stand before"},
        {"ConstantOutOfRange",
         [](PlanBuilder* b, RulePlan*) {
           b->pool().exprs.push_back(
               {.op = ExprOp::kConst, .type = ValueType::kInt, .a = 999});
         },
         "index out of range"},
        {"WrongNumberOfOperands",
         [](PlanBuilder* b, RulePlan*) {
           b->pool().exprs.push_back({.op = ExprOp::kAnd});
         },
         "operands"},
        {"EventOnlyIsALie",
         [](PlanBuilder* b, RulePlan*) {
           b->pool().exprs.push_back(
               {.op = ExprOp::kAggregate, .type = ValueType::kInt});
         },
         "event_only"},
        {"TooDeep",
         [](PlanBuilder* b, RulePlan*) {
           ExprId id = b->UserIs("ana");
           for (int i = 0; i < kMaxExprDepth; ++i) {
             b->pool().exprs.push_back({.op = ExprOp::kNot, .children = {id}});
             id = static_cast<ExprId>(b->pool().exprs.size() - 1);
           }
         },
         "too deep"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(PlanVerifyTest, NamesAreUnique) {
  PlanBuilder b;
  b.Add(b.Rule("alpha")).Add(b.Rule("alpha"));
  EXPECT_THAT(std::string(FromAbsl(b.Build()->Verify().message())),
              HasSubstr("not unique"));
}

TEST(PlanVerifyTest, APolicyLimitHasNoDigest) {
  PlanBuilder b;
  LimitPlan limit = b.Limit(1, 10, {});
  limit.digest = true;
  b.AddPolicyLimit(limit);
  EXPECT_FALSE(b.Build()->Verify().ok());
}

}  // namespace
}  // namespace mqwarden
