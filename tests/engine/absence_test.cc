// What the language says of `absent`, sentence by sentence, and random streams
// against a model that looks at every instant.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
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

// `when absent 10`, `by user from ["ana", "Bo"]`.
std::shared_ptr<const Plan> AbsentPlanOf(const FillRule& fill = nullptr) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  rule.absent = AbsentPlan{.length = Duration(10)};
  rule.absent->universe = {{.type = ValueType::kFolded, .text = "Bo"},
                           {.type = ValueType::kFolded, .text = "ana"}};
  if (fill != nullptr) fill(&b, &rule);
  b.Add(std::move(rule));
  return b.Build();
}

EventSpec By(std::string_view user, int64_t t) {
  return {.time = t, .user = user};
}
// Of a kind that the rule does not name.
EventSpec Other(int64_t t) { return {.time = t, .kind = Kind::kChannel}; }

struct Case {
  std::string name;
  std::vector<EventSpec> events;
  int64_t watermark;
  std::vector<std::string> alerts;
};

class AbsenceTest : public ::testing::TestWithParam<Case> {};

TEST_P(AbsenceTest, Fires) {
  EngineRun run(AbsentPlanOf());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll(GetParam().events).Advance(GetParam().watermark);
  EXPECT_EQ(run.briefs(), GetParam().alerts);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, AbsenceTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"NothingBeforeTheInputBegins", {}, 100, {}},
        {"ValuesNeverSeenCountFromTheFirstEventOfAnyKind",
         {Other(5)},
         15,
         {"open@15 x0 ana", "open@15 x0 Bo"}},
        {"NotBeforeD", {Other(5)}, 14, {}},
        {"FromTheLastEvent",
         {By("ana", 0), By("bo", 0), By("ana", 4)},
         14,
         {"open@10 x0 Bo", "open@14 x0 ana"}},
        {"AnEventAtTheVeryInstantEndsTheWait",
         {By("ana", 0), By("bo", 0), By("ana", 10), By("bo", 10)},
         19,
         {}},
        {"FiresOnce", {By("bo", 0), By("ana", 0)}, 1000,
         {"open@10 x0 ana", "open@10 x0 Bo"}},
        {"AgainAfterAnEvent",
         {By("bo", 0), By("ana", 12), By("bo", 13)},
         30,
         {"open@10 x0 ana", "open@10 x0 Bo", "open@22 x0 ana",
          "open@23 x0 Bo"}},
        {"ByTheNextEventWithoutAWatermark",
         {Other(0), Other(11)},
         0,
         {"open@10 x0 ana", "open@10 x0 Bo"}},
        {"ValuesThatAreNotInTheListAreIgnored",
         {By("zoe", 0), By("ana", 5), By("bo", 5)},
         30,
         {"open@15 x0 ana", "open@15 x0 Bo"}},
        {"TheListsSpellingIsShown",
         {By("ANA", 0), By("BO", 1)},
         10,
         {"open@10 x0 ana"}},
    }),
    [](const auto& info) { return info.param.name; });

TEST(AbsenceStartTest, TheHostSaysWhenTheInputBegins) {
  EngineOptions options;
  options.start = At(3);
  EngineRun run(AbsentPlanOf(), options);
  run.Advance(13);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@13 x0 ana",
                                                    "open@13 x0 Bo"}));
}

TEST(AbsenceStartTest, TheFirstEventDoesNotMoveIt) {
  EngineOptions options;
  options.start = At(3);
  EngineRun run(AbsentPlanOf(), options);
  run.Feed(Other(9)).Advance(13);
  EXPECT_EQ(run.alerts().size(), 2u);
}

TEST(AbsenceAlertTest, OfAValueNeverSeenTheListIsAllThereIs) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->title = {{"", b->Field(FieldId::kUser)},
                   {" ", kNoExpr},
                   {"", b->Field(FieldId::kObject)}};
    rule->evidence_first = 1;
  }));
  run.Feed({.time = 0, .user = "ANA", .object = "q1"}).Advance(10);
  ASSERT_EQ(run.alerts().size(), 2u);
  const Alert& seen = run.alerts()[0];
  EXPECT_EQ(seen.title, "ana q1");
  EXPECT_EQ(seen.trigger->time(), At(0));
  EXPECT_EQ(seen.first, std::nullopt);
  EXPECT_EQ(seen.last, std::nullopt);
  EXPECT_TRUE(seen.evidence.empty());
  const Alert& never = run.alerts()[1];
  EXPECT_EQ(never.title, "Bo -");
  EXPECT_EQ(never.group[0].value.text, "Bo");
  EXPECT_EQ(never.trigger, nullptr);
  EXPECT_NE(seen.id, never.id);
}

TEST(AbsenceAlertTest, WhereAndExcludeDecideWhatIsAnEvent) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->where = b->Op(ExprOp::kNot, {b->ReasonIs(1)});
    rule->excludes = {{"", b->ReasonIs(2)}};
  }));
  run.FeedAll({By("ana", 0), By("bo", 0), {.time = 5, .reason = 1},
               {.time = 5, .user = "bo", .reason = 2}})
      .Advance(10);
  EXPECT_EQ(run.alerts().size(), 2u);
}

TEST(AbsenceAlertTest, ResolvedAtTheEventThatEndsIt) {
  EngineRun run(AbsentPlanOf(
      [](PlanBuilder*, RulePlan* rule) { rule->resolve = true; }));
  run.FeedAll({By("ana", 0), By("bo", 8), By("ANA", 12)}).Advance(17);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@10 x0 ana",
                                                    "resolved@12 x0 ana"}));
  EXPECT_EQ(run.alerts()[0].id, run.alerts()[1].id);
}

TEST(AbsenceAlertTest, AHeldAbsenceIsNotResolved) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->resolve = true;
    rule->limits = {b->Limit(1, 1000, {})};
  }));
  run.FeedAll({By("ana", 0), By("bo", 0), By("ana", 12), By("bo", 12)});
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@10 x0 ana",
                                                    "resolved@12 x0 ana"}));
  EXPECT_EQ(run.stats().limited, 1);
}

TEST(AbsenceAlertTest, EscalatesWhenItFires) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->escalations = {{b->UserIs("bo"), Severity::kCritical}};
  }));
  run.Feed(Other(0)).Advance(10);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{
                              "open@10 x0 ana", "open@10 x0 Bo critical"}));
}

TEST(AbsenceAlertTest, ACriticalOneSurvivesARestart) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->escalations = {{b->UserIs("bo"), Severity::kCritical}};
    rule->resolve = true;
  }));
  run.Feed(Other(0)).Advance(10);
  std::string state;
  run.engine().Checkpoint(&state);
  const auto report = run.engine().Restore(state);
  ASSERT_TRUE(report.ok()) << report.status();
  run.Feed({.time = 12, .user = "bo"});
  EXPECT_EQ(run.briefs().back(), "resolved@12 x0 Bo critical");
}

TEST(AbsenceMuteTest, AMutedOneIsSentWhenTheMuteEnds) {
  EngineRun run(AbsentPlanOf([](PlanBuilder*, RulePlan* rule) {
    rule->mutes = {{.until = At(25), .reason = "until 25"}};
    rule->resolve = true;
  }));
  run.FeedAll({By("ana", 0), By("bo", 0), By("bo", 20)}).Advance(24);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{
                              "open@10 x0 ana muted", "open@10 x0 Bo muted"}));
  run.Advance(25);
  ASSERT_EQ(run.briefs().size(), 3u);
  EXPECT_EQ(run.briefs()[2], "open@25 x0 ana");
  EXPECT_EQ(run.alerts()[2].id, run.alerts()[0].id);
  run.FeedAll({By("ana", 26), By("bo", 26)});
  EXPECT_EQ(run.briefs().back(), "resolved@26 x0 ana");
  EXPECT_EQ(run.stats().fired, 2);
  EXPECT_EQ(run.stats().muted, 2);
  EXPECT_EQ(run.stats().sent_after_mute, 1);
}

TEST(AbsenceMuteTest, ALongMuteDoesNotHoldUpTheNextAbsence) {
  EngineRun run(AbsentPlanOf([](PlanBuilder*, RulePlan* rule) {
    rule->mutes = {{.until = At(1000), .reason = "until 1000"}};
  }));
  run.FeedAll({By("ana", 0), By("bo", 0), By("ana", 20), By("bo", 35)})
      .Advance(40);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{
                              "open@10 x0 ana muted", "open@10 x0 Bo muted",
                              "open@30 x0 ana muted"}));
}

TEST(AbsenceMuteTest, OutsideTheMutingCalendars) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    CalendarPlan calendar;
    calendar.offsets = {{.from = std::numeric_limits<int64_t>::min()}};
    calendar.spans = {{.begin = 5, .end = 30}, {.begin = 30, .end = 40}};
    b->pool().calendars.push_back(std::move(calendar));
    const ExprId time = b->Op(ExprOp::kAlertTime, {}, 0, 0, ValueType::kTs);
    rule->mutes = {{.condition = b->Op(ExprOp::kDuring, {time}, 0),
                    .during = true,
                    .reason = "during c"}};
  }));
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({By("ana", 0), By("bo", 0), By("bo", 39)}).Advance(100);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{
                              "open@10 x0 ana muted", "open@10 x0 Bo muted",
                              "open@40 x0 ana", "open@49 x0 Bo"}));
}

TEST(AbsenceMuteTest, WhatNoTimeEndsStaysMuted) {
  EngineRun run(AbsentPlanOf([](PlanBuilder* b, RulePlan* rule) {
    rule->mutes = {{.condition = b->UserIs("bo"), .reason = "bo"}};
  }));
  run.Feed(Other(0)).Advance(1000);
  EXPECT_EQ(run.briefs(), (std::vector<std::string>{"open@10 x0 ana",
                                                    "open@10 x0 Bo muted"}));
}

TEST(AbsenceLateTest, ALateEventDoesNotCount) {
  EngineRun run(AbsentPlanOf());
  run.FeedAll({By("ana", 0), By("bo", 0), By("bo", 9), By("ana", 8)})
      .Advance(12);
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@10 x0 ana"});
  EXPECT_EQ(run.stats().late, 1);
}

TEST(AbsenceListTest, SpellingsOfOneValueAreOne) {
  EngineRun run(AbsentPlanOf([](PlanBuilder*, RulePlan* rule) {
    rule->absent->universe = {{.type = ValueType::kFolded, .text = "Ana"},
                              {.type = ValueType::kFolded, .text = "ana"}};
  }));
  run.Feed(Other(0)).Advance(10);
  EXPECT_EQ(run.briefs(), std::vector<std::string>{"open@10 x0 Ana"});
}

// Every instant is looked at: a value fires when it is armed and nothing of it
// lies in the last D instants.
TEST(AbsenceRandomTest, AgreesWithTheDefinition) {
  std::mt19937 random(7);
  const std::string users[] = {"ana", "Bo", "zoe"};
  size_t fired = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<EventSpec> events;
    int64_t t = static_cast<int64_t>(random() % 5);
    const int size = 1 + static_cast<int>(random() % 8);
    for (int j = 0; j < size; ++j) {
      events.push_back(By(users[random() % 3], t));
      t += static_cast<int64_t>(random() % 4 == 0 ? 8 + random() % 5
                                                  : random() % 4);
    }
    const int64_t end = t + static_cast<int64_t>(random() % 15);

    std::vector<std::string> expected;
    for (int64_t now = 0; now <= end; ++now) {
      for (const char* const user : {"ana", "Bo"}) {
        int64_t clock = events[0].time;
        for (const EventSpec& event : events) {
          if (event.user == user && event.time <= now) clock = event.time;
        }
        if (clock + 10 == now && events[0].time <= now) {
          expected.push_back("open@" + std::to_string(now) + " x0 " + user);
        }
      }
    }
    fired += expected.size();
    EngineRun run(AbsentPlanOf());
    run.FeedAll(events).Advance(end);
    ASSERT_EQ(run.briefs(), expected) << "stream " << i;
  }
  EXPECT_GT(fired, 1000u);
}

}  // namespace
}  // namespace mqwarden
