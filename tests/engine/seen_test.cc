// What the language says of `new` and `rare`, sentence by sentence, and random
// streams against the definition.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
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

using FillRule = std::function<void(PlanBuilder*, RulePlan*)>;

// `when rare (object) < below in 10 learn L`, `by user`.
std::shared_ptr<const Plan> SeenPlanOf(int64_t below, int64_t learn,
                                       const FillRule& fill = nullptr) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  rule.seen = SeenPlan{.tuple = {{"object", b.Field(FieldId::kObject)}},
                       .below = below,
                       .length = Duration(10),
                       .learn = Duration(learn)};
  if (fill != nullptr) fill(&b, &rule);
  b.Add(std::move(rule));
  return b.Build();
}

EventSpec Of(std::string_view object, int64_t t, std::string_view user = "ana") {
  return {.time = t, .user = user, .object = object};
}

struct Case {
  std::string name;
  int64_t below;
  int64_t learn;
  std::vector<EventSpec> events;
  std::vector<std::string> alerts;
};

class SeenTest : public ::testing::TestWithParam<Case> {};

TEST_P(SeenTest, Fires) {
  EngineRun run(SeenPlanOf(GetParam().below, GetParam().learn));
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll(GetParam().events);
  EXPECT_EQ(run.briefs(), GetParam().alerts);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SeenTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"NewAtItsFirstEvent", 1, 0, {Of("q", 0), Of("q", 1), Of("r", 2)},
         {"open@0 x1 ana", "open@2 x1 ana"}},
        {"EarlierEventsOfTheInstantCount", 1, 0, {Of("q", 0), Of("q", 0)},
         {"open@0 x1 ana"}},
        {"NewAgainExactlyDLater", 1, 0, {Of("q", 0), Of("q", 10)},
         {"open@0 x1 ana", "open@10 x1 ana"}},
        {"NotNewJustBefore", 1, 0, {Of("q", 0), Of("q", 9)},
         {"open@0 x1 ana"}},
        {"EachEventBeginsTheWaitAnew", 1, 0,
         {Of("q", 0), Of("q", 9), Of("q", 18), Of("q", 28)},
         {"open@0 x1 ana", "open@28 x1 ana"}},
        {"KeysHaveAHistoryEach", 1, 0, {Of("q", 0), Of("q", 1, "bo")},
         {"open@0 x1 ana", "open@1 x1 bo"}},
        {"TheTupleFoldsCase", 1, 0, {Of("q", 0), Of("Q", 1)},
         {"open@0 x1 ana"}},
        {"RareBelowThree", 3, 0,
         {Of("q", 0), Of("q", 1), Of("q", 2), Of("q", 3), Of("q", 10)},
         {"open@0 x1 ana", "open@1 x2 ana", "open@2 x3 ana"}},
        {"RareAgainWhenOldOnesHaveLeft", 2, 0,
         {Of("q", 0), Of("q", 1), Of("q", 2), Of("q", 11), Of("q", 12)},
         {"open@0 x1 ana", "open@1 x2 ana", "open@11 x2 ana",
          "open@12 x2 ana"}},
        {"NothingFiresWhileItLearns", 1, 5, {Of("q", 3), Of("r", 7)}, {}},
        {"TheEndOfLearningIncluded", 1, 5, {Of("q", 3), Of("r", 8)},
         {"open@8 x1 ana"}},
        {"WhatIsLearntIsSeen", 1, 5, {Of("q", 3), Of("q", 9)}, {}},
        {"TheFirstEventOfAnyKeyBeginsToLearn", 1, 5,
         {Of("q", 0, "bo"), Of("q", 5)}, {"open@5 x1 ana"}},
    }),
    [](const auto& info) { return info.param.name; });

TEST(SeenAlertTest, TheTupleStandsBeforeTheOtherFields) {
  EngineRun run(SeenPlanOf(2, 0, [](PlanBuilder* b, RulePlan* rule) {
    rule->fields = {{"who", b->Field(FieldId::kUser)}};
    rule->seen->tuple.push_back({"reason", b->Field(FieldId::kReason), true});
    rule->evidence_last = 5;
  }));
  run.FeedAll({Of("q", 0), Of("Q", 3)});
  ASSERT_EQ(run.alerts().size(), 2u);
  const Alert& alert = run.alerts()[1];
  ASSERT_EQ(alert.fields.size(), 2u);
  EXPECT_EQ(alert.fields[0].name, "object");
  EXPECT_EQ(alert.fields[0].value.text, "Q");
  EXPECT_EQ(alert.fields[1].name, "who");
  ASSERT_EQ(alert.group.size(), 1u);
  EXPECT_EQ(alert.first, At(0));
  EXPECT_EQ(alert.last, At(3));
  EXPECT_EQ(alert.evidence.size(), 2u);
}

TEST(SeenAlertTest, MissingIsAValueWhereTheTupleAdmitsIt) {
  EngineRun run(SeenPlanOf(1, 0, [](PlanBuilder* b, RulePlan* rule) {
    rule->seen->tuple.push_back({"reason", b->Field(FieldId::kReason), true});
  }));
  run.FeedAll({Of("q", 0),
               {.time = 1, .reason = 5, .object = "q"},
               {.time = 2, .reason = 5, .object = "q"},
               Of("q", 3)});
  EXPECT_EQ(run.alerts().size(), 2u);
}

TEST(SeenAlertTest, AnEventThatLacksAFieldOfTheTupleIsWithoutKey) {
  EngineRun run(SeenPlanOf(1, 5));
  run.FeedAll({Of("", 0), Of("q", 1), Of("r", 5), Of("s", 6)});
  // It did not begin to learn either.
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@6 x1 ana"});
  EXPECT_EQ(run.stats().without_key, 1);
}

TEST(SeenAlertTest, ExcludedAndLateEventsAreNoHistory) {
  EngineRun run(SeenPlanOf(1, 0, [](PlanBuilder* b, RulePlan* rule) {
    rule->excludes = {{"", b->ReasonIs(1)}};
  }));
  run.FeedAll({{.time = 0, .reason = 1, .object = "q"}, Of("r", 5), Of("q", 4),
               Of("q", 6)});
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@5 x1 ana",
                                                    "open@6 x1 ana"}));
  EXPECT_EQ(run.stats().excluded, 1);
  EXPECT_EQ(run.stats().late, 1);
}

TEST(SeenBoundTest, WhatMayHaveBeenForgottenDoesNotFire) {
  EngineRun run(SeenPlanOf(
      1, 0, [](PlanBuilder*, RulePlan* rule) { rule->max_keys = 2; }));
  run.FeedAll({Of("a", 0), Of("b", 1), Of("c", 2)});
  EXPECT_EQ(run.alerts().size(), 3u);
  EXPECT_EQ(run.stats().keys_evicted, 1);
  run.Feed(Of("a", 3));
  EXPECT_EQ(run.alerts().size(), 3u);
  EXPECT_EQ(run.stats().unsure, 1);
}

TEST(SeenBoundTest, TheBoundOfAWindowMakesNothingRare) {
  EngineOptions options;
  options.window_events = 3;
  EngineRun run(SeenPlanOf(5, 0), options);
  for (int64_t t = 0; t < 8; ++t) run.Feed(Of("q", t));
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{
                              "open@0 x1 ana", "open@1 x2 ana",
                              "open@2 x3 ana", "open@3 x3 ana"}));
}

class SeenRandomTest : public ::testing::TestWithParam<int64_t> {};

// Below 17 a ring, above it a deque.
TEST_P(SeenRandomTest, AgreesWithTheDefinition) {
  const int64_t below = GetParam();
  std::mt19937 random(11);
  size_t fired = 0;
  for (int i = 0; i < 300; ++i) {
    const auto learn = static_cast<int64_t>(random() % 6);
    const std::string users[] = {"ana", "bo"};
    const std::string objects[] = {"p", "q", "r"};
    std::vector<EventSpec> events;
    int64_t t = 0;
    const int64_t step = below > 5 ? 1 : 4;
    for (int j = 0; j < 60; ++j) {
      events.push_back(Of(objects[random() % 3], t, users[random() % 2]));
      if (random() % 3 != 0) {
        t += static_cast<int64_t>(random() % 8 == 0 ? 9 + random() % 3
                                                    : random() % step);
      }
    }
    std::vector<std::string> expected;
    for (size_t j = 0; j < events.size(); ++j) {
      int64_t before = 0;
      for (size_t k = 0; k < j; ++k) {
        before += events[k].user == events[j].user &&
                  events[k].object == events[j].object &&
                  events[k].time > events[j].time - 10;
      }
      if (before >= below || events[j].time < events[0].time + learn) continue;
      expected.push_back("open@" + std::to_string(events[j].time) + " x" +
                         std::to_string(before + 1) + " " +
                         std::string(events[j].user));
    }
    fired += expected.size();
    EngineRun run(SeenPlanOf(below, learn));
    run.FeedAll(events);
    // Alerts of one instant come by key.
    std::vector<std::string> got = run.briefs();
    std::sort(got.begin(), got.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(got, expected) << "stream " << i;
  }
  EXPECT_GT(fired, 1000u);
}

INSTANTIATE_TEST_SUITE_P(Below, SeenRandomTest, ::testing::Values(1, 2, 3, 20));

}  // namespace
}  // namespace mqwarden
