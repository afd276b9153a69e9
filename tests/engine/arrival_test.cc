// Events that are shown twice: on arrival, and at their place in the order.
#include "mqwarden/engine/arrival.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint32_t kAlertBit = 1u << static_cast<int>(Kind::kAlert);

class ArrivalTest : public ::testing::Test {
 protected:
  void Start(PlanBuilder* builder) {
    auto engine = Engine::Create(builder->Build(), {}, &sink_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  // "rule@time" of the alerts since the last call.
  std::vector<std::string> Alerts() {
    std::vector<std::string> alerts;
    for (const Alert& alert : sink_.alerts) {
      alerts.push_back(
          alert.rule + "@" +
          std::to_string(alert.time.time_since_epoch().count()));
    }
    sink_.alerts.clear();
    return alerts;
  }
  Arrival Arrive(const EventSpec& spec) {
    Arrival arrival;
    Fill(spec, &event_);
    engine_->Arrive(&event_, &arrival);
    return arrival;
  }
  void Process(const EventSpec& spec, Arrival* arrival) {
    Fill(spec, &event_);
    engine_->Process(&event_, arrival);
  }
  const RuleStats& StatsOf(const std::string& rule) {
    for (const RuleStats& stats : engine_->stats().rules) {
      if (stats.rule == rule) return stats;
    }
    static const RuleStats kNone;
    return kNone;
  }

  CollectingSink sink_;
  std::unique_ptr<Engine> engine_;
  Event event_;
};

TEST_F(ArrivalTest, RuleWithoutWhenFiresAtOnceAndOnce) {
  PlanBuilder builder;
  builder.Add(builder.Rule("any")).Add(builder.CountRule("two", 2, 10));
  Start(&builder);
  EXPECT_TRUE(engine_->has_arrival_rules());
  const EventSpec later = {.time = 5, .id = "b"};
  const EventSpec earlier = {.time = 3, .id = "a"};
  Arrival b = Arrive(later);
  EXPECT_THAT(Alerts(), ElementsAre("any@5"));
  Arrival a = Arrive(earlier);
  EXPECT_THAT(Alerts(), ElementsAre("any@3"));
  EXPECT_EQ(StatsOf("any").fired, 0);  // it is not their turn

  Process(earlier, &a);
  Process(later, &b);
  engine_->AdvanceWatermark(At(5));
  EXPECT_THAT(Alerts(), ElementsAre("two@5"));
  EXPECT_EQ(StatsOf("any").fired, 2);
  EXPECT_EQ(StatsOf("any").sent, 2);
  EXPECT_EQ(StatsOf("any").matched, 2);
  EXPECT_EQ(StatsOf("any").evaluations, 2);
  EXPECT_EQ(engine_->stats().late, 0);
}

// The same alert, byte for byte, as of an engine that sees the event once.
TEST_F(ArrivalTest, AlertIsTheOneOfTheOrderedStream) {
  PlanBuilder builder;
  builder.Add(builder.Rule("any"));
  Start(&builder);
  Arrive({.time = 5, .id = "b"});
  const Hash128 arrived = sink_.alerts.at(0).id;
  Process({.time = 5, .id = "b"}, nullptr);
  engine_->Flush();
  ASSERT_EQ(sink_.alerts.size(), 2u);
  EXPECT_TRUE(sink_.alerts[1].id == arrived);
}

TEST_F(ArrivalTest, WhatDidNotFireOnArrivalMayFireInItsTurn) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("refused");
  rule.where = builder.ReasonIs(2035);
  builder.Add(rule).Add(builder.Rule("any"));
  Start(&builder);
  Arrival arrival = Arrive({.time = 5, .id = "a"});
  EXPECT_THAT(Alerts(), ElementsAre("any@5"));
  // Another record of the fact has told the reason.
  Process({.time = 5, .reason = 2035, .id = "a"}, &arrival);
  engine_->Flush();
  EXPECT_THAT(Alerts(), ElementsAre("refused@5"));
}

TEST_F(ArrivalTest, LimitsCountInOrderOfArrival) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("any");
  rule.limits = {builder.Limit(1, 100, {})};
  builder.Add(rule);
  Start(&builder);
  Arrival b = Arrive({.time = 5, .id = "b"});
  Arrival a = Arrive({.time = 3, .id = "a"});
  EXPECT_THAT(Alerts(), ElementsAre("any@5"));
  Process({.time = 3, .id = "a"}, &a);
  Process({.time = 5, .id = "b"}, &b);
  engine_->Flush();
  EXPECT_THAT(Alerts(), IsEmpty());
  EXPECT_EQ(StatsOf("any").limited, 1);
  EXPECT_EQ(StatsOf("any").sent, 1);
}

TEST_F(ArrivalTest, RulesOnAlertSeeTheFiringInItsTurn) {
  PlanBuilder builder;
  RulePlan chained = builder.CountRule("chained", 2, 10);
  chained.kinds = kAlertBit;
  builder.Add(builder.Rule("any")).Add(chained);
  Start(&builder);
  Arrival a = Arrive({.time = 3, .id = "a"});
  Arrival b = Arrive({.time = 5, .id = "b"});
  EXPECT_THAT(Alerts(), ElementsAre("any@3", "any@5"));
  // Kept as bytes in between.
  for (Arrival* const arrival : {&a, &b}) {
    std::string bytes;
    ByteWriter writer(&bytes);
    arrival->Save(&writer);
    *arrival = Arrival();
    ByteReader reader(bytes);
    arrival->Load(&reader);
    ASSERT_TRUE(reader.done());
  }
  Process({.time = 3, .id = "a"}, &a);
  Process({.time = 5, .id = "b"}, &b);
  engine_->Flush();
  EXPECT_THAT(Alerts(), ElementsAre("chained@5"));
}

TEST_F(ArrivalTest, LateEventIsKeptOutOfWindowsWhateverItsTime) {
  PlanBuilder builder;
  builder.Add(builder.Rule("any")).Add(builder.CountRule("two", 2, 10));
  Start(&builder);
  Process({.time = 3, .id = "a"}, nullptr);
  Arrival arrival = Arrive({.time = 4, .id = "b"});
  Fill({.time = 4, .id = "b"}, &event_);
  engine_->ProcessLate(&event_, &arrival);
  engine_->AdvanceWatermark(At(20));
  EXPECT_THAT(Alerts(), ElementsAre("any@4", "any@3"));
  EXPECT_EQ(StatsOf("two").late, 1);
  EXPECT_EQ(engine_->stats().late, 1);
}

TEST_F(ArrivalTest, RulesThatNeedOrderDoNotFireOnArrival) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("ordered");
  rule.in_order = true;
  builder.Add(rule);
  Start(&builder);
  EXPECT_FALSE(engine_->has_arrival_rules());
  Arrive({.time = 5, .id = "b"});
  EXPECT_THAT(Alerts(), IsEmpty());
}

// What other alerts of the instant wait for is not hurried.
TEST_F(ArrivalTest, LeavesTheInstantAlone) {
  PlanBuilder builder;
  builder.Add(builder.Rule("any")).Add(builder.CountRule("one", 1, 10));
  Start(&builder);
  Arrival a = Arrive({.time = 3, .id = "a"});
  Process({.time = 3, .id = "a"}, &a);
  Arrive({.time = 3, .id = "b"});
  EXPECT_THAT(Alerts(), ElementsAre("any@3", "any@3"));
  engine_->Flush();
  EXPECT_THAT(Alerts(), ElementsAre("one@3"));
}

}  // namespace
}  // namespace mqwarden
