// What the language says of sequences, sentence by sentence.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

constexpr Kind kA = Kind::kAuthn;
constexpr Kind kB = Kind::kAuthz;
constexpr Kind kC = Kind::kChannel;
constexpr Kind kX = Kind::kSession;

using FillRule = std::function<void(PlanBuilder*, RulePlan*)>;

// A rule `by user` with a sequence in 10.
std::shared_ptr<const Plan> SequencePlanOf(const FillRule& fill) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  fill(&b, &rule);
  b.Add(std::move(rule));
  return b.Build();
}

void AddMissing(PlanBuilder* b, RulePlan* rule, Kind kind,
                ExprId where = kNoExpr) {
  b->AddStep(rule, kind, where).missing = true;
}

struct Case {
  std::string name;
  FillRule fill;
  std::vector<EventSpec> events;
  int64_t watermark;  // at the end
  std::vector<std::string> alerts;
};

class SequenceTest : public ::testing::TestWithParam<Case> {};

TEST_P(SequenceTest, Fires) {
  EngineRun run(SequencePlanOf(GetParam().fill));
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll(GetParam().events).Advance(GetParam().watermark);
  EXPECT_EQ(run.briefs(), GetParam().alerts);
}

void TwoSteps(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  b->AddStep(rule, kB);
}

void FiveThenOne(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA, b->ReasonIs(2035), 5);
  b->AddStep(rule, kB);
}

void Between(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  AddMissing(b, rule, kX);
  b->AddStep(rule, kB);
}

// B forbids itself where its reason is 1.
void SelfForbidden(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  AddMissing(b, rule, kB, b->ReasonIs(1));
  b->AddStep(rule, kB);
}

void LeftOpen(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  AddMissing(b, rule, kX);
}

void TwoThenMissing(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  b->AddStep(rule, kB);
  AddMissing(b, rule, kX);
}

// missing X where object == A.object
void LeftOpenOfObject(PlanBuilder* b, RulePlan* rule) {
  b->AddStep(rule, kA);
  b->AddStep(rule, kB);
  AddMissing(b, rule, kX);
  const ExprId object = b->StepValue(rule, 0, FieldId::kObject, true);
  rule->sequence->steps.back().where =
      b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), object}, 1);
}

EventSpec A(int64_t t) { return {.time = t, .kind = kA}; }
EventSpec B(int64_t t) { return {.time = t, .kind = kB}; }
EventSpec X(int64_t t) { return {.time = t, .kind = kX}; }
EventSpec Refused(int64_t t) { return {.time = t, .reason = 2035, .kind = kA}; }
EventSpec Of(std::string_view object, EventSpec event) {
  event.object = object;
  return event;
}
EventSpec By(std::string_view user, EventSpec event) {
  event.user = user;
  return event;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SequenceTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"StepsInOrder", TwoSteps, {A(0), B(5)}, 50, {"open@5 x2 ana"}},
        {"WrongOrder", TwoSteps, {B(0), A(5)}, 50, {}},
        {"LaterInTheTotalOrderOfOneInstant", TwoSteps, {A(5), B(5)}, 50,
         {"open@5 x2 ana"}},
        {"EarlierInTheTotalOrderOfOneInstant", TwoSteps, {B(5), A(5)}, 50, {}},
        {"JustInsideTheWindow", TwoSteps, {A(0), B(9)}, 50, {"open@9 x2 ana"}},
        {"ExactlyDApart", TwoSteps, {A(0), B(10)}, 50, {}},
        {"KeysAreApart", TwoSteps, {A(0), By("bo", B(1))}, 50, {}},
        {"KeysFoldCase", TwoSteps, {A(0), By("ANA", B(1))}, 50,
         {"open@1 x2 ANA"}},
        {"ACompletedMatchDropsAllPartialOnes", TwoSteps, {A(0), B(1), B(2)}, 50,
         {"open@1 x2 ana"}},
        {"ItStartsAfresh", TwoSteps, {A(0), B(1), A(2), B(3)}, 50,
         {"open@1 x2 ana", "open@3 x2 ana"}},
        {"NNeedsNEvents", FiveThenOne,
         {Refused(0), Refused(1), Refused(2), Refused(3), B(4)}, 50, {}},
        {"NEventsThenOne", FiveThenOne,
         {Refused(0), Refused(0), Refused(1), Refused(2), Refused(3), B(4)}, 50,
         {"open@4 x6 ana"}},
        {"OnlyEventsOfTheStepCount", FiveThenOne,
         {Refused(0), Refused(1), Refused(2), Refused(3), A(3), B(4)}, 50, {}},
        {"TheNewestNServe", FiveThenOne,
         {Refused(0), Refused(1), Refused(2), Refused(3), Refused(4),
          Refused(9), B(10)},
         50, {"open@10 x6 ana"}},
        {"TheOldestOfNIsTooOld", FiveThenOne,
         {Refused(0), Refused(1), Refused(2), Refused(3), Refused(4), B(10)},
         50, {}},
        {"ForbiddenBetween", Between, {A(0), X(1), B(2)}, 50, {}},
        {"ForbiddenBeforeAndAfter", Between, {X(0), A(0), B(2), X(2)}, 50,
         {"open@2 x2 ana"}},
        {"ForbiddenAtTheInstantOfTheStepBefore", Between,
         {A(0), X(0), B(0)}, 50, {}},
        {"BegunAgainAfterTheForbidden", Between, {A(0), X(1), A(2), B(3)}, 50,
         {"open@3 x2 ana"}},
        {"ForbiddenCompletesTheNextStep", SelfForbidden,
         {A(0), {.time = 1, .reason = 1, .kind = kB}}, 50, {"open@1 x2 ana"}},
        {"FiresAtTheDeadline", LeftOpen, {A(0)}, 10, {"open@10 x1 ana"}},
        {"NotBeforeTheDeadline", LeftOpen, {A(0)}, 9, {}},
        {"ClearedBefore", LeftOpen, {A(0), X(9)}, 50, {}},
        {"NotClearedAtTheDeadline", LeftOpen, {A(0), X(10)}, 50,
         {"open@10 x1 ana"}},
        {"ClearedAtTheInstantOfTheMatchButLater", LeftOpen, {A(0), X(0)}, 50,
         {}},
        {"NotClearedByWhatCameBefore", LeftOpen, {X(0), A(0)}, 50,
         {"open@10 x1 ana"}},
        {"RepeatsDoNotPostpone", LeftOpen, {A(0), A(5), A(9)}, 50,
         {"open@10 x1 ana"}},
        {"ALaterMatchIsDroppedAndNotKeptForAfterwards", LeftOpen,
         {A(0), A(10), A(11)}, 50, {"open@10 x1 ana", "open@21 x1 ana"}},
        {"AfterItIsClearedTheNextStands", LeftOpen, {A(0), X(1), A(2)}, 50,
         {"open@12 x1 ana"}},
        {"TheDeadlineIsOfTheFirstEvent", TwoThenMissing, {A(0), B(8)}, 50,
         {"open@10 x2 ana"}},
        {"TheMissingCountsFromTheLastEvent", TwoThenMissing,
         {A(0), X(1), B(8)}, 50, {"open@10 x2 ana"}},
        {"ALaterCompletionStartsTheKeyAfresh", TwoThenMissing,
         {A(0), B(1), A(2), B(3), B(11)}, 50, {"open@10 x2 ana"}},
        {"EachCombinationStands", LeftOpenOfObject,
         {Of("q1", A(0)), Of("q2", A(1)), B(2)}, 50,
         {"open@10 x2 ana", "open@11 x2 ana"}},
        {"EachCombinationIsClearedByItself", LeftOpenOfObject,
         {Of("q1", A(0)), Of("q2", A(1)), B(2), Of("Q1", X(3))}, 50,
         {"open@11 x2 ana"}},
        {"OtherCombinationsAreNotKeptWhileOneStands", LeftOpenOfObject,
         {Of("q1", A(0)), B(1), Of("q2", A(2)), B(3)}, 50,
         {"open@10 x2 ana"}},
        {"MissingReadsNothingOfAMissingValue", LeftOpenOfObject,
         {A(0), B(1), X(2)}, 50, {"open@10 x2 ana"}},
        {"DeadlinesComeInTheOrderOfKeys", LeftOpen,
         {By("zoe", A(0)), By("ana", A(0))}, 50,
         {"open@10 x1 ana", "open@10 x1 zoe"}},
    }),
    [](const auto& info) { return info.param.name; });

// {channel: step reads} texts, severity and evidence.
TEST(SequenceAlertTest, ShowsTheChoiceWhoseFirstEventIsLatest) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  b.AddStep(&rule, kA, kNoExpr, 2);
  b.AddStep(&rule, kB);
  b.AddStep(&rule, kC);
  const ExprId first = b.StepValue(&rule, 0, FieldId::kReason);
  const ExprId second = b.StepValue(&rule, 1, FieldId::kReason);
  const ExprId count =
      b.Op(ExprOp::kStepCount, {}, 0, 0, ValueType::kInt);
  rule.title = {{"", first}, {" ", kNoExpr}, {"", second}, {" ", kNoExpr},
                {"", count}, {" ", kNoExpr}, {"", b.Field(FieldId::kReason)}};
  rule.fields = {{"second", second}};
  rule.severity = {{b.Op(ExprOp::kEq, {second, b.Int(5)}), Severity::kHigh},
                   {kNoExpr, Severity::kLow}};
  rule.evidence_first = 2;
  rule.evidence_last = 1;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({{.time = 0, .reason = 1, .kind = kA},
               {.time = 1, .reason = 2, .kind = kA},
               {.time = 2, .reason = 3, .kind = kA},
               {.time = 3, .reason = 4, .kind = kB},
               {.time = 4, .reason = 5, .kind = kB},
               {.time = 5, .reason = 6, .kind = kC}});
  ASSERT_EQ(run.alerts().size(), 1u);
  const Alert& alert = run.alerts()[0];
  EXPECT_EQ(alert.title, "3 5 2 6");
  EXPECT_EQ(alert.severity, Severity::kHigh);
  EXPECT_EQ(alert.count, 4);
  EXPECT_EQ(alert.first, At(1));
  EXPECT_EQ(alert.last, At(5));
  ASSERT_EQ(alert.fields.size(), 1u);
  EXPECT_EQ(alert.fields[0].value.text, "5");
  ASSERT_EQ(alert.evidence.size(), 3u);
  EXPECT_EQ(alert.evidence[0]->Int(FieldId::kReason), 2);
  EXPECT_EQ(alert.evidence[1]->Int(FieldId::kReason), 3);
  EXPECT_EQ(alert.evidence[2]->Int(FieldId::kReason), 6);
}

TEST(SequenceAlertTest, ADeadlineReadsTheLastEventOfTheMatch) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    TwoThenMissing(b, rule);
    rule->title = {{"", b->Field(FieldId::kObject)}};
  }));
  run.FeedAll({Of("first", A(0)), Of("second", B(1)), Of("third", A(2))});
  EXPECT_EQ(run.stats().undecided, 1);
  run.Advance(20);
  ASSERT_EQ(run.alerts().size(), 1u);
  EXPECT_EQ(run.alerts()[0].title, "second");
  EXPECT_EQ(run.alerts()[0].time, At(10));
  EXPECT_EQ(run.alerts()[0].first, At(0));
  EXPECT_EQ(run.alerts()[0].last, At(1));
  EXPECT_EQ(run.stats().undecided, 0);
}

TEST(SequenceAlertTest, IdsOfOneDeadlineDiffer) {
  EngineRun run(SequencePlanOf(LeftOpenOfObject));
  run.FeedAll({Of("q1", A(0)), Of("q2", A(0)), B(2)}).Advance(20);
  ASSERT_EQ(run.alerts().size(), 2u);
  EXPECT_NE(run.alerts()[0].id, run.alerts()[1].id);
}

// `by k = authn.user | authz.object`
TEST(SequenceKeyTest, TheFieldOfTheKeyDiffersByStep) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  const auto bit = [](Kind kind) { return 1u << static_cast<int>(kind); };
  const ExprId user =
      b.Op(ExprOp::kOfKind, {b.Field(FieldId::kUser)}, bit(kA), 0,
           ValueType::kFolded);
  const ExprId object =
      b.Op(ExprOp::kOfKind, {b.Field(FieldId::kObject)}, bit(kB), 0,
           ValueType::kFolded);
  rule.by = {{"k", b.Op(ExprOp::kCoalesce, {user, object}, 0, 0,
                        ValueType::kFolded)}};
  b.AddStep(&rule, kA);
  b.AddStep(&rule, kB);
  AddMissing(&b, &rule, kX);
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({A(0), Of("ana", By("other", B(1))), X(2)}).Advance(20);
  // A kind that the key does not name has no key.
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@10 x2 ana"});
  EXPECT_EQ(run.stats().without_key, 1);
}

// `channel like change.object`
TEST(SequenceKeyTest, APatternOfAnEarlierStep) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  b.AddStep(&rule, kA);
  b.AddStep(&rule, kB);
  const ExprId pattern = b.StepValue(&rule, 0, FieldId::kObject, true);
  rule.sequence->steps[1].where =
      b.Op(ExprOp::kLikeValue, {b.Field(FieldId::kObject), pattern}, 1);
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({Of("PAY.*", A(0)), Of("X.*", A(1)), Of("pay.in", B(2)),
               Of("PAY.*", A(3)), Of("OTHER", B(4))});
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@2 x2 ana"});
  EXPECT_EQ(run.alerts()[0].first, At(0));
}

// where and exclude apply to every step.
TEST(SequenceKeyTest, ExcludedEventsServeNoStep) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    LeftOpen(b, rule);
    rule->where = b->Op(ExprOp::kNot, {b->ReasonIs(1)});
    rule->excludes = {{"lab", b->ReasonIs(2)}};
  }));
  run.FeedAll({A(0), {.time = 1, .reason = 1, .kind = kX},
               {.time = 2, .reason = 2, .kind = kX}})
      .Advance(20);
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@10 x1 ana"});
  EXPECT_EQ(run.stats().excluded, 1);
}

TEST(SequenceLimitTest, LimitsReadSteps) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    TwoSteps(b, rule);
    LimitPlan limit;
    limit.count = 1;
    limit.per = Duration(100);
    limit.by = {{"object", b->StepValue(rule, 0, FieldId::kObject)}};
    rule->limits = {limit};
  }));
  run.FeedAll({Of("q1", A(0)), B(1), Of("q1", A(2)), B(3), Of("q2", A(4)),
               B(5)});
  EXPECT_EQ(run.briefs(),
            (std::vector<std::string>{"open@1 x2 ana", "open@5 x2 ana"}));
  EXPECT_EQ(run.stats().limited, 1);
}

TEST(SequenceLateTest, ALateEventIsNoPartOfAMatch) {
  EngineRun run(SequencePlanOf(TwoSteps));
  run.FeedAll({A(5), B(4), B(6)});
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@6 x2 ana"});
  EXPECT_EQ(run.stats().late, 1);
}

// At the bound keys are given up whole: no alert that is none.
TEST(SequenceBoundTest, KeysAreGivenUpAndCounted) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    Between(b, rule);
    rule->max_keys = 2;
  }));
  run.FeedAll({By("u1", A(0)), By("u2", A(1)), By("u3", A(2)),
               By("u1", B(3)), By("u2", B(3)), By("u3", B(3))});
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@3 x2 u2",
                                                    "open@3 x2 u3"}));
  EXPECT_EQ(run.stats().keys_evicted, 1);
  run.FeedAll({By("u1", A(4)), By("u1", B(5))});
  EXPECT_EQ(run.briefs().back(), "open@5 x2 u1 evicted");
}

TEST(SequenceBoundTest, WhatStandsIsGivenUpWithoutAnAlert) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    LeftOpen(b, rule);
    rule->max_keys = 2;
  }));
  run.FeedAll({By("u1", A(0)), By("u2", A(1)), By("u3", A(2))}).Advance(50);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@11 x1 u2",
                                                    "open@12 x1 u3"}));
  EXPECT_EQ(run.stats().keys_evicted, 1);
}

TEST(SequenceBoundTest, CombinationsCountAsKeys) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    b->AddStep(rule, kA);
    b->AddStep(rule, kB);
    const ExprId object = b->StepValue(rule, 0, FieldId::kObject, true);
    rule->sequence->steps[1].where =
        b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), object}, 1);
    rule->max_keys = 2;
  }));
  run.FeedAll({Of("q1", A(0)), Of("q2", A(1)), Of("q3", A(2)), Of("q1", B(3)),
               Of("q2", B(4))});
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@4 x2 ana evicted"});
  EXPECT_EQ(run.stats().keys_evicted, 1);
}

TEST(SequenceBoundTest, ExpiredKeysGoFirst) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    TwoSteps(b, rule);
    rule->max_keys = 2;
  }));
  run.FeedAll({By("u1", A(0)), By("u2", A(0)), By("u3", A(10))});
  EXPECT_EQ(run.stats().keys_evicted, 0);
  EXPECT_EQ(run.stats().keys_live, 1);
}

// At the bound by an expired key alone, nobody else is given up.
TEST(SequenceBoundTest, AnExpiredKeyMakesRoomForOne) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    TwoSteps(b, rule);
    rule->max_keys = 2;
  }));
  run.FeedAll({By("u1", A(0)), By("u2", A(9)), By("u3", A(10)),
               By("u2", B(11)), By("u3", B(11))});
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@11 x2 u2",
                                                    "open@11 x2 u3"}));
  EXPECT_EQ(run.stats().keys_evicted, 0);
}

// A step that tries all combinations has a bound of its own.
TEST(SequenceBoundTest, CombinationsThatNoLookUpFindsAreBounded) {
  EngineRun run(SequencePlanOf([](PlanBuilder* b, RulePlan* rule) {
    b->AddStep(rule, kA);
    b->AddStep(rule, kB);
    const ExprId object = b->StepValue(rule, 0, FieldId::kObject, true);
    const ExprId equal =
        b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), object}, 1);
    rule->sequence->steps[1].where = b->Op(ExprOp::kNot, {equal});
  }));
  for (int i = 0; i < 1030; ++i) {
    const std::string object = "q" + std::to_string(i);
    run.Feed(Of(object, A(1)));
  }
  EXPECT_EQ(run.stats().keys_evicted, 16);
  run.Feed(Of("q5", B(2)));
  ASSERT_EQ(run.alerts().size(), 1u);
  EXPECT_TRUE(run.alerts()[0].state_evicted);
}

struct Broken {
  std::string name;
  FillRule fill;
};

class BrokenSequenceTest : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenSequenceTest, IsRefused) {
  EngineRun run(SequencePlanOf(GetParam().fill));
  EXPECT_FALSE(run.status().ok());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BrokenSequenceTest,
    ::testing::ValuesIn(std::vector<Broken>{
        {"MissingFirst",
         [](PlanBuilder* b, RulePlan* rule) {
           AddMissing(b, rule, kX);
           b->AddStep(rule, kA);
         }},
        {"TwoMissingAtTheEnd",
         [](PlanBuilder* b, RulePlan* rule) {
           LeftOpen(b, rule);
           AddMissing(b, rule, kB);
         }},
        {"NoEvents",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->sequence->steps[0].count = 0;
         }},
        {"NoLength",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->sequence->length = Duration(0);
         }},
        {"OtherKinds",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->kinds |= 1u << static_cast<int>(kX);
         }},
        {"ACaptureOfAMissingStep",
         [](PlanBuilder* b, RulePlan* rule) {
           LeftOpen(b, rule);
           b->StepValue(rule, 1, FieldId::kObject);
         }},
        {"AStepThatReadsItself",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           const ExprId own = b->StepValue(rule, 1, FieldId::kObject, true);
           rule->sequence->steps[1].where =
               b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), own}, 1);
         }},
        {"Resolve",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->resolve = true;
         }},
        {"ASecondWhen",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->absent = AbsentPlan{.length = Duration(1)};
         }},
        {"AStepReadWithoutASequence",
         [](PlanBuilder* b, RulePlan* rule) {
           TwoSteps(b, rule);
           rule->title = {
               {"", b->StepValue(rule, 0, FieldId::kObject)}};
           rule->sequence.reset();
         }},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
