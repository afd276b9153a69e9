// Mutes, limits, held counts and digests, through the engine.
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;

// A rule that fires at each event and shows the user.
RulePlan EachEvent(PlanBuilder* b, std::string name = "each") {
  RulePlan rule = b->Rule(std::move(name));
  rule.by = {{"user", b->Field(FieldId::kUser)}};
  return rule;
}

TEST(LimitTest, TheWindowOfALimitIsHalfOpen) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 9}, {.time = 10}, {.time = 19}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "open@10 x1 ana held=1"));
  EXPECT_EQ(run.stats().fired, 4);
  EXPECT_EQ(run.stats().sent, 2);
  EXPECT_EQ(run.stats().limited, 2);
}

TEST(LimitTest, TuplesFoldCaseAndEachHasABudget) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "Ana"},
            {.time = 1, .user = "bob"},
            {.time = 2, .user = "ANA"}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 Ana", "open@1 x1 bob"));
}

TEST(LimitTest, AnAlertWithoutTheFieldIsNotSubject) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.limits = {b.Limit(1, 10, {FieldId::kObject})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1}});
  EXPECT_EQ(run.alerts().size(), 2u);
}

TEST(LimitTest, AnOptionalFieldThatIsMissingIsAValue) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.limits = {b.Limit(1, 10, {FieldId::kObject})};
  rule.limits[0].by[0].optional = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1}, {.time = 2, .object = "Q"}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1", "open@2 x1"));
}

TEST(LimitTest, AllMustPassBeforeAnyIsSpent) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(2, 100, {FieldId::kUser}), b.Limit(1, 10, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  // The alerts at 1 and 2 are held by the second limit and do not spend the
  // first, which therefore passes another one at 10.
  run.FeedAll({{.time = 0}, {.time = 1}, {.time = 2}, {.time = 10}, {.time = 20}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "open@10 x1 ana held=2"));
}

TEST(LimitTest, TheFirstThatRefusesCountsAndTheSumIsAnnounced) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser}), b.Limit(2, 20, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "ana"},
            {.time = 1, .user = "ana"},   // held by the first
            {.time = 2, .user = "bob"},
            {.time = 12, .user = "bob"},  // held by the second
            {.time = 13, .user = "ana"},  // and this
            {.time = 20, .user = "ana"},  // announces 1 and 2
            {.time = 22, .user = "bob"}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "open@2 x1 bob",
                          "open@20 x1 ana held=3", "open@22 x1 bob"));
}

TEST(LimitTest, UnlessExemptsWithoutSpendingOrAnnouncing) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {})};
  rule.limits[0].unless = b.UserIs("root");
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "root"},
            {.time = 1, .user = "ana"},
            {.time = 2, .user = "bob"},
            {.time = 3, .user = "root"},
            {.time = 11, .user = "ana"}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 root", "open@1 x1 ana", "open@3 x1 root",
                          "open@11 x1 ana held=1"));
}

TEST(PolicyLimitTest, IsSharedByRulesWithWhenAndByThoseWithout) {
  PlanBuilder b;
  b.Add(EachEvent(&b, "a")).Add(EachEvent(&b, "b"));
  RulePlan window = b.CountRule("c", 1, 5);
  window.window->refire = RefireKind::kEach;
  b.Add(window);
  window.name = "d";
  b.Add(window);
  b.AddPolicyLimit(b.Limit(1, 10, {}));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 10}});
  std::vector<std::string> rules;
  for (const Alert& alert : run.alerts()) {
    rules.push_back(alert.rule + " held=" + std::to_string(alert.held));
  }
  EXPECT_THAT(rules, ElementsAre("a held=0", "c held=0", "a held=1",
                                 "c held=1"));
}

TEST(PolicyLimitTest, MayGoByRuleAndSeverity) {
  PlanBuilder b;
  RulePlan loud = EachEvent(&b, "loud");
  loud.severity = {{kNoExpr, Severity::kCritical}};
  b.Add(loud).Add(EachEvent(&b, "x")).Add(EachEvent(&b, "y"));
  LimitPlan limit;
  limit.count = 1;
  limit.per = Duration(10);
  limit.by = {
      {"rule", b.Op(ExprOp::kAlertRule, {}, 0, 0, ValueType::kFolded)}};
  const ExprId severity = b.Node({.op = ExprOp::kAlertSeverity,
                                  .type = ValueType::kEnum,
                                  .enum_type = EnumType::kSeverity});
  limit.unless = b.Op(
      ExprOp::kGe,
      {severity, b.Const({.type = ValueType::kEnum,
                          .enum_type = EnumType::kSeverity,
                          .number = static_cast<int64_t>(
                              Severity::kCritical)})});
  b.AddPolicyLimit(limit);
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1}});
  std::vector<std::string> rules;
  for (const Alert& alert : run.alerts()) rules.push_back(alert.rule);
  EXPECT_THAT(rules, ElementsAre("loud", "x", "y", "loud"));
}

TEST(PolicyLimitTest, ComesBeforeTheOwnLimits) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  b.AddPolicyLimit(b.Limit(1, 10, {}));
  EngineRun run(b.Build());
  // Both would hold the second; the policy's does, so there is no digest of it.
  run.FeedAll({{.time = 0}, {.time = 1}}).Advance(100);
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 ana"));
}

TEST(DigestTest, ReportsWhatAPeriodHeldAtItsEnd) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.title = {{.literal = "by ", .expr = kNoExpr},
                {.literal = "", .expr = b.Field(FieldId::kUser)}};
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 2, .user = "ana"},
            {.time = 4, .user = "Ana"},
            {.time = 7, .user = "ANA"},
            {.time = 8, .user = "bob"},
            {.time = 9, .user = "bob"},
            {.time = 10, .user = "ana"}});
  run.Advance(10);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@2 x1 ana", "open@8 x1 bob", "digest@10 x2 ANA",
                          "digest@10 x1 bob"));
  const Alert& digest = run.alerts()[2];
  EXPECT_EQ(digest.title, "by ANA");
  EXPECT_EQ(digest.first, At(4));
  EXPECT_EQ(digest.last, At(7));
  EXPECT_EQ(digest.trigger, nullptr);
  run.Advance(20);
  // The alert at 10 was held in the next period. An alert that is sent does not
  // announce what digests report.
  run.Feed({.time = 30, .user = "ana"});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@2 x1 ana", "open@8 x1 bob", "digest@10 x2 ANA",
                          "digest@10 x1 bob", "digest@20 x1 ana",
                          "open@30 x1 ana"));
  EXPECT_EQ(run.stats().digests, 3);
}

TEST(DigestTest, ComesAfterTheEventsOfItsInstant) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 9}, {.time = 10}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 ana", "open@10 x1 ana"));
  run.Feed({.time = 11, .user = "bob"});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "open@10 x1 ana", "digest@10 x1 ana",
                          "open@11 x1 bob"));
}

TEST(DigestTest, PeriodsBeforeTheEpochEndWhereTheyShould) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = -19}, {.time = -15}}).Advance(100);
  EXPECT_THAT(run.briefs(), ElementsAre("open@-19 x1 ana", "digest@-10 x1 ana"));
}

TEST(DigestTest, AnUndecidedPeriodIsNotReported) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 5}}).Advance(9);
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 ana"));
}

TEST(MuteTest, AMutedAlertIsRecordedAndSpendsNothing) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.mutes = {{.condition = b.ReasonIs(1), .reason = "reason == 1"}};
  rule.limits = {b.Limit(1, 10, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .reason = 1}, {.time = 1}, {.time = 2}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana muted", "open@1 x1 ana"));
  EXPECT_EQ(run.alerts()[0].muted, "reason == 1");
  EXPECT_EQ(run.stats().fired, 3);
  EXPECT_EQ(run.stats().muted, 1);
  EXPECT_EQ(run.stats().sent, 1);
  EXPECT_EQ(run.stats().limited, 1);
}

TEST(MuteTest, UntilEndsAtItsInstant) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.mutes = {{.until = At(5), .reason = "until"}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 4}, {.time = 5}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@4 x1 ana muted", "open@5 x1 ana"));
}

TEST(MuteTest, TheFirstThatHoldsGivesTheReason) {
  PlanBuilder b;
  RulePlan rule = EachEvent(&b);
  rule.mutes = {{.condition = b.ReasonIs(1), .reason = "one"},
                {.condition = b.UserIs("ana"), .reason = "ana"}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .reason = 1}, {.time = 1, .reason = 2}});
  ASSERT_EQ(run.alerts().size(), 2u);
  EXPECT_EQ(run.alerts()[0].muted, "one");
  EXPECT_EQ(run.alerts()[1].muted, "ana");
}

// Fires at two in ten; events with reason 1 are muted.
RulePlan MutedWindow(PlanBuilder* b) {
  RulePlan rule = b->CountRule("r", 2, 10);
  rule.mutes = {{.condition = b->ReasonIs(1), .reason = "reason == 1"}};
  return rule;
}

TEST(OpenAfterMuteTest, IsSentAtTheFirstEventThatIsNotMuted) {
  PlanBuilder b;
  RulePlan rule = MutedWindow(&b);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0},
            {.time = 1, .reason = 1},
            {.time = 2, .reason = 1},
            {.time = 3},
            {.time = 4}});
  run.Advance(100);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@1 x2 ana muted", "open@3 x4 ana",
                          "resolved@13 x1 ana"));
  EXPECT_EQ(run.alerts()[0].id, run.alerts()[1].id);
  EXPECT_EQ(run.alerts()[0].id, run.alerts()[2].id);
  EXPECT_EQ(run.stats().fired, 1);
  EXPECT_EQ(run.stats().muted, 1);
  EXPECT_EQ(run.stats().sent, 1);
  EXPECT_EQ(run.stats().sent_after_mute, 1);
}

TEST(OpenAfterMuteTest, IsForgottenWhenTheConditionHasEnded) {
  PlanBuilder b;
  b.Add(MutedWindow(&b));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1, .reason = 1}, {.time = 30}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x2 ana muted"));
}

TEST(OpenAfterMuteTest, IsOfferedToLimitsOnce) {
  PlanBuilder b;
  RulePlan rule = MutedWindow(&b);
  rule.limits = {b.Limit(1, 100, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "bob"},
            {.time = 0, .user = "bob"},
            {.time = 0},
            {.time = 1, .reason = 1},
            {.time = 2},
            {.time = 3},
            {.time = 200, .user = "bob"},
            {.time = 200, .user = "bob"}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x2 bob", "open@1 x2 ana muted",
                          "open@200 x2 bob held=1"));
  EXPECT_EQ(run.stats().limited, 1);
  EXPECT_EQ(run.stats().limited_after_mute, 1);
}

TEST(ResolveTest, IsSentOnlyIfTheOpenAlertOrAnUpdateWas) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.resolve = true;
  rule.escalations = {{b.AtLeast(3), Severity::kHigh}};
  rule.limits = {b.Limit(1, 1000, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1}});  // sent
  run.FeedAll({{.time = 50}, {.time = 51}});  // held: no `resolved`
  run.FeedAll({{.time = 100}, {.time = 101}, {.time = 102}});  // held, then risen
  run.Advance(1000);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@1 x2 ana", "resolved@10 x1 ana",
                          "update@102 x3 ana high",
                          "resolved@111 x1 ana high"));
}

TEST(EscalateTest, TheHighestDecidesAtFiringAndUpdatesRiseOnly) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.escalations = {{b.AtLeast(3), Severity::kLow},
                      {b.AtLeast(4), Severity::kCritical},
                      {b.AtLeast(5), Severity::kHigh}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  for (int64_t t = 0; t < 6; ++t) run.Feed({.time = t});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@1 x2 ana", "update@3 x4 ana critical"));
  EXPECT_EQ(run.alerts()[0].id, run.alerts()[1].id);
  EXPECT_EQ(run.stats().updates, 1);
}

TEST(EscalateTest, ANewFiringReplacesTheOpenAlert) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.window->refire = RefireKind::kEach;
  rule.escalations = {{b.AtLeast(3), Severity::kHigh}};
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0}, {.time = 1}, {.time = 2}}).Advance(100);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@1 x2 ana", "open@2 x3 ana high",
                          "resolved@11 x1 ana high"));
  EXPECT_NE(run.alerts()[0].id, run.alerts()[1].id);
  EXPECT_EQ(run.alerts()[1].id, run.alerts()[2].id);
}

TEST(EscalateTest, ARiseWhileMutedIsToldWhenTheMuteHasEnded) {
  PlanBuilder b;
  RulePlan rule = MutedWindow(&b);
  rule.escalations = {{b.AtLeast(3), Severity::kHigh}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0},
            {.time = 1},
            {.time = 2, .reason = 1},
            {.time = 3, .reason = 1},
            {.time = 4},
            {.time = 5}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@1 x2 ana", "update@2 x3 ana high muted",
                          "update@4 x5 ana high"));
  EXPECT_EQ(run.stats().updates, 1);
}

TEST(SilenceTest, AHeldFiringDisarmsAllTheSame) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.limits = {b.Limit(1, 5, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "bob"},
            {.time = 0, .user = "bob"},
            {.time = 0},
            {.time = 1},    // held
            {.time = 6},    // the condition still holds: it does not fire
            {.time = 7}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x2 bob"));
  EXPECT_EQ(run.stats().fired, 2);
}

}  // namespace
}  // namespace mqwarden
