// The engine as a whole: input, lateness, bounds, statistics, determinism.
#include "mqwarden/engine/engine.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::shared_ptr<const Plan> OnePlan() {
  PlanBuilder b;
  b.Add(b.CountRule("r", 2, 10));
  return b.Build();
}

TEST(CreateTest, NamesTheOptionAndItsBound) {
  const auto message = [](const EngineOptions& options) {
    EngineRun run(OnePlan(), options);
    EXPECT_EQ(run.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(FromAbsl(run.status().message()));
  };
  EXPECT_EQ(message({.key_groups = 12}), "key_groups is 12, below 64");
  EXPECT_EQ(message({.key_groups = 40000}), "key_groups is 40000, above 32768");
  EXPECT_EQ(message({.window_events = 0}), "window_events is 0, below 1");
}

TEST(CreateTest, RefusesNothingAndABrokenPlan) {
  CollectingSink sink;
  EXPECT_FALSE(Engine::Create(nullptr, {}, &sink).ok());
  EXPECT_FALSE(Engine::Create(OnePlan(), {}, nullptr).ok());
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.severity.clear();
  b.Add(std::move(rule));
  EXPECT_EQ(Engine::Create(b.Build(), {}, &sink).status().code(),
            absl::StatusCode::kInternal);
}

TEST(InputTest, ABatchCountsWhatOneByOneCounts) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 2, 10));
  const std::shared_ptr<const Plan> plan = b.Build();
  EngineRun one_by_one(plan);
  EngineRun batch(plan);
  std::vector<Event> events(200);
  for (int i = 0; i < 200; ++i) {
    Event& event = events[static_cast<size_t>(i)];
    if (i % 7 != 0) event.SetTime(At(i % 11 == 0 ? i - 5 : i));
    if (i % 13 != 0) event.SetInt(FieldId::kKind, static_cast<int>(Kind::kAuthn));
    event.CopyText(FieldId::kUser, i % 2 == 0 ? "ana" : "bob");
    Event copy;
    copy.CopyFrom(event);
    one_by_one.engine().Process(&copy);
  }
  batch.engine().ProcessBatch(events);
  const EngineStats& expected = one_by_one.engine().stats();
  const EngineStats& stats = batch.engine().stats();
  EXPECT_EQ(stats.events, 200);
  EXPECT_EQ(stats.untimed, expected.untimed);
  EXPECT_EQ(stats.late, expected.late);
  EXPECT_GT(stats.late, 0);
  EXPECT_EQ(stats.rules[0].evaluations, expected.rules[0].evaluations);
  EXPECT_EQ(stats.rules[0].matched, expected.rules[0].matched);
  EXPECT_EQ(stats.rules[0].fired, expected.rules[0].fired);
  std::string state;
  std::string expected_state;
  batch.engine().Checkpoint(&state);
  one_by_one.engine().Checkpoint(&expected_state);
  EXPECT_EQ(state, expected_state);
}

int64_t ticks = 0;
int64_t ticks_a_reading = 0;

TEST(ProfileTest, BooksTimeAndCountsOnRules) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 2, 10));
  EngineOptions options;
  // While the engine is made it finds what a reading takes itself.
  ticks_a_reading = 100;
  options.profile_clock = [] { return ticks += ticks_a_reading; };
  EngineRun run(b.Build(), options);
  ticks_a_reading = 300;
  Event event;
  for (int i = 0; i < 500; ++i) {
    event.Clear();
    event.SetTime(At(i));
    event.SetInt(FieldId::kKind, static_cast<int>(Kind::kAuthn));
    event.CopyText(FieldId::kUser, "ana");
    run.engine().Process(&event);
  }
  const EngineProfile profile = run.engine().profile();
  EXPECT_EQ(profile.events, 500);
  ASSERT_EQ(profile.rules.size(), 1u);
  EXPECT_EQ(profile.rules[0].rule, "r");
  EXPECT_EQ(profile.rules[0].evaluations, run.engine().stats().rules[0].evaluations);
  EXPECT_EQ(profile.rules[0].matched, run.engine().stats().rules[0].matched);
  EXPECT_GE(profile.rules[0].candidates, profile.rules[0].matched);
  EXPECT_GT(profile.rules[0].matched, 0);
  EXPECT_GT(profile.rules[0].state_bytes, 0);
  EXPECT_GT(profile.rules[0].ns, 0);
  EXPECT_EQ(profile.rules[0].ns % 200, 0);
  EXPECT_GT(profile.lookup_ns, 0);
  EXPECT_EQ(profile.rules_ns, profile.rules[0].ns);
}

TEST(InputTest, EventsWithoutTimeOrKindAreCounted) {
  PlanBuilder b;
  b.Add(b.Rule("r"));
  EngineRun run(b.Build());
  Event event;
  event.CopyText(FieldId::kUser, "ana");
  run.engine().Process(&event);
  event.SetTime(At(1));
  run.engine().Process(&event);
  EXPECT_EQ(run.engine().stats().events, 2);
  EXPECT_EQ(run.engine().stats().untimed, 2);
  EXPECT_THAT(run.alerts(), IsEmpty());
}

TEST(InputTest, OnlyKindsOfTheRuleAreEvaluated) {
  PlanBuilder b;
  b.Add(b.Rule("r"));
  EngineRun run(b.Build());
  Event event;
  event.SetTime(At(1));
  event.SetInt(FieldId::kKind, static_cast<int64_t>(Kind::kAuthz));
  run.engine().Process(&event);
  EXPECT_EQ(run.stats().evaluations, 0);
  run.Feed({.time = 1});
  EXPECT_EQ(run.stats().evaluations, 1);
}

TEST(InputTest, TheInventoryComesFirst) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.where = b.Op(ExprOp::kExists, {b.Field(FieldId::kOwner)});
  b.Add(std::move(rule));
  EngineRun run(b.Build(std::make_shared<const Inventory>(
      std::vector<InventoryRow>{{.qmgr = "QM*", .owner = "Payments"}})));
  run.Feed({.time = 1});
  Event event;
  Fill({.time = 2}, &event);
  event.CopyText(FieldId::kQmgr, "QM1");
  run.engine().Process(&event);
  EXPECT_THAT(run.briefs(), ElementsAre("open@2 x1"));
}

TEST(StatsTest, AccountForEveryEvent) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.where = b.Op(ExprOp::kExists, {b.Field(FieldId::kReason)});
  rule.excludes = {{"one", b.ReasonIs(1)}, {"", b.ReasonIs(2)},
                   {"three", b.ReasonIs(3)}, {"one", b.ReasonIs(4)}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 10},  // no reason
               {.time = 10, .reason = 1},
               {.time = 10, .reason = 2},
               {.time = 10, .reason = 4},
               {.time = 10, .user = "", .reason = 9},
               {.time = 10, .reason = 9},
               {.time = 9, .reason = 9}});  // late
  const RuleStats& stats = run.stats();
  EXPECT_EQ(stats.evaluations, 7);
  EXPECT_EQ(stats.matched, 6);
  EXPECT_EQ(stats.excluded, 3);
  EXPECT_THAT(stats.excluded_by_label,
              ElementsAre(Pair("one", 2), Pair("three", 0)));
  EXPECT_EQ(stats.without_key, 1);
  EXPECT_EQ(stats.late, 1);
  EXPECT_EQ(stats.keys_live, 1);
  EXPECT_EQ(run.engine().stats().late, 1);
  EXPECT_EQ(run.engine().stats().events, 7);
}

TEST(LateTest, ALateEventReachesRulesWithoutWhenAlone) {
  PlanBuilder b;
  b.Add(b.Rule("each"));
  b.Add(b.CountRule("window", 2, 100));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 10}, {.time = 9}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@9 x1", "open@10 x1"));
  EXPECT_EQ(run.stats(1).late, 1);
  run.Advance(20);
  run.Feed({.time = 20});  // at the watermark
  EXPECT_EQ(run.stats(1).late, 2);
  run.Feed({.time = 21});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@9 x1", "open@10 x1", "open@20 x1", "open@21 x1",
                          "open@21 x2 ana"));
}

TEST(WatermarkTest, OneInThePastIsIgnored) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 10);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.Feed({.time = 0}).Advance(9).Advance(5);
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 ana"));
  run.Advance(10);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "resolved@10 x0 ana"));
}

TEST(WatermarkTest, WhatIsDueComesAfterTheEventsOfItsInstant) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 10);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  // A steady beat of exactly D never looks like a gap.
  run.FeedAll({{.time = 0}, {.time = 10}, {.time = 20}}).Advance(29);
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 ana"));
  run.Advance(30);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@0 x1 ana", "resolved@30 x0 ana"));
}

TEST(TimeTest, TheEndsOfTheRangeAreTimesToo) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.resolve = true;
  rule.limits = {b.Limit(1, 10, {FieldId::kUser})};
  rule.limits[0].digest = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  run.FeedAll({{.time = kMin},
               {.time = kMin},
               {.time = kMin + 100},
               {.time = kMax - 1},
               {.time = kMax},
               {.time = kMax}});
  run.Advance(kMax);
  // Within D of the first instant there is, t - D cannot be told from it.
  EXPECT_EQ(run.stats().fired, 1);
}

// A stream with many keys, cases and boundaries.
std::vector<std::string> ManyAlerts(const EngineOptions& options) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("count", 3, 20);
  rule.resolve = true;
  rule.limits = {b.Limit(1, 50, {FieldId::kUser})};
  b.Add(rule);
  rule.name = "each";
  rule.window->refire = RefireKind::kEach;
  rule.limits[0].digest = true;
  rule.value_sets = {{b.Field(FieldId::kObject), 3}};
  rule.fields = {
      {"objects", b.Op(ExprOp::kValueSet, {}, 0, 0, ValueType::kList)}};
  b.Add(rule);
  EngineRun run(b.Build(), options);
  uint64_t random = 88172645463325252u;
  const auto next = [&random] {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random;
  };
  int64_t t = 0;
  for (int i = 0; i < 3000; ++i) {
    t += static_cast<int64_t>(next() % 3);
    const std::string user = (next() % 2 ? "user" : "USER") +
                             std::to_string(next() % 30);
    const std::string object = "Q" + std::to_string(next() % 5);
    run.Feed({.time = t, .user = user, .object = object});
  }
  run.Advance(t + 1000);
  std::vector<std::string> texts;
  for (const Alert& alert : run.alerts()) {
    texts.push_back(ToHex(alert.id) + alert.rule + Brief(alert));
    for (const AlertField& field : alert.fields) {
      for (const AlertValue& value : field.value.list) texts.back() += value.text;
    }
  }
  return texts;
}

TEST(DeterminismTest, SeedAndKeyGroupsChangeNothing) {
  const std::vector<std::string> expected = ManyAlerts({});
  ASSERT_GT(expected.size(), 500u);
  EXPECT_EQ(ManyAlerts({}), expected);
  EXPECT_EQ(ManyAlerts({.key_groups = 64, .hash_seed = 1}), expected);
  EXPECT_EQ(ManyAlerts({.key_groups = 1000, .hash_seed = 42}), expected);
}

TEST(KeysTest, MemoryFollowsTheLiveWindows) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 3, 10));
  EngineRun run(b.Build());
  for (int64_t t = 0; t < 1000; ++t) {
    const std::string user = "u" + std::to_string(t);
    run.Feed({.time = t, .user = user});
  }
  EXPECT_EQ(run.stats().keys_live, 10);
  EXPECT_EQ(run.stats().keys_evicted, 0);
  run.Advance(5000);
  EXPECT_EQ(run.stats().keys_live, 0);
}

TEST(KeysTest, AtTheBoundTheKeyWithFewestEventsThenTheOldestGoes) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 3, 100);
  rule.max_keys = 3;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .user = "two"},
               {.time = 2, .user = "two"},
               {.time = 3, .user = "old"},
               {.time = 4, .user = "young"},
               {.time = 5, .user = "new"}});  // `old` goes
  EXPECT_EQ(run.stats().keys_evicted, 1);
  run.FeedAll({{.time = 6, .user = "two"},
               {.time = 7, .user = "young"},
               {.time = 8, .user = "young"},
               // `new` goes for it; `old` starts from nothing.
               {.time = 9, .user = "old"},
               {.time = 10, .user = "old"},
               {.time = 11, .user = "old"}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@6 x3 two", "open@8 x3 young",
                          "open@11 x3 old evicted"));
  EXPECT_EQ(run.stats().keys_evicted, 2);
  EXPECT_EQ(run.stats().keys_live, 3);
}

TEST(KeysTest, ExpiredKeysGoFirstAndAreNotCounted) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 3, 10);
  rule.max_keys = 2;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "a"},
               {.time = 0, .user = "a"},
               {.time = 15, .user = "b"},
               {.time = 16, .user = "c"},
               {.time = 17, .user = "b"},
               {.time = 18, .user = "b"}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@18 x3 b"));
  EXPECT_EQ(run.stats().keys_evicted, 0);
}

TEST(KeysTest, AKeyAtTheEdgeOfItsWindowIsNotExpired) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 1, 10));
  EngineRun run(b.Build());
  // The beat of `a` has no gap; the new keys look for expired ones on the way.
  run.FeedAll({{.time = 0, .user = "a"},
               {.time = 10, .user = "b"},
               {.time = 10, .user = "c"},
               {.time = 10, .user = "a"}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@0 x1 a", "open@10 x1 b",
                                        "open@10 x1 c"));
}

// Fires at six, or where `not (count() < 6)` says the same in other words.
RulePlan Deque(PlanBuilder* b) {
  RulePlan rule = b->CountRule("r", 6, 100);
  rule.evidence_last = 1;  // keeps a deque
  return rule;
}

TEST(SaturationTest, ARisingConditionGoesOnALowerBound) {
  PlanBuilder b;
  RulePlan rule = Deque(&b);
  rule.window->condition = b.AtLeast(3);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build(), {.window_events = 3});
  // The bound is three; the events at 0 and 1 leave early, so the count is
  // three until 102, when the loss at 1 would have left by itself.
  for (int64_t t = 0; t < 5; ++t) run.Feed({.time = t});
  EXPECT_EQ(run.stats().keys_saturated, 1);
  run.Advance(101);
  EXPECT_THAT(run.briefs(), ElementsAre("open@2 x3 ana"));
  run.Advance(102);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@2 x3 ana", "resolved@102 x2 ana"));
}

TEST(SaturationTest, AConditionBeyondTheBoundNeverFires) {
  PlanBuilder b;
  b.Add(Deque(&b));
  EngineRun run(b.Build(), {.window_events = 3});
  for (int64_t t = 0; t < 20; ++t) run.Feed({.time = t});
  EXPECT_THAT(run.alerts(), IsEmpty());
}

TEST(SaturationTest, AConditionThatMoreEventsCouldFalsifyDoesNotFire) {
  PlanBuilder b;
  RulePlan rule = Deque(&b);
  rule.window->refire = RefireKind::kEach;
  // At least two, but fewer than four.
  rule.window->condition =
      b.Op(ExprOp::kAnd, {b.AtLeast(2), b.Op(ExprOp::kNot, {b.AtLeast(4)})});
  b.Add(std::move(rule));
  EngineRun run(b.Build(), {.window_events = 3});
  for (int64_t t = 0; t < 6; ++t) run.Feed({.time = t});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x2 ana", "open@2 x3 ana"));
  // The window has drained: the two lost events and all others are gone.
  run.FeedAll({{.time = 200}, {.time = 201}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x2 ana", "open@2 x3 ana",
                                        "open@201 x2 ana"));
}

TEST(SaturationTest, NothingReArmsBeforeTheWindowHasDrained) {
  PlanBuilder b;
  RulePlan rule = Deque(&b);
  rule.window->condition = b.AtLeast(3);
  b.Add(std::move(rule));
  EngineRun run(b.Build(), {.window_events = 3});
  for (const int64_t t : {0, 1, 2, 90, 91, 92, 101, 102}) run.Feed({.time = t});
  EXPECT_THAT(run.briefs(), ElementsAre("open@2 x3 ana"));
}

TEST(SaturationTest, ALargeThresholdIsExactWhateverTheBound) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 500, 1000));
  EngineRun run(b.Build(), {.window_events = 10});
  for (int64_t t = 0; t < 1200; ++t) run.Feed({.time = t});
  EXPECT_THAT(run.briefs(), ElementsAre("open@499 x500 ana"));
  EXPECT_EQ(run.stats().keys_saturated, 0);
}

}  // namespace
}  // namespace mqwarden
