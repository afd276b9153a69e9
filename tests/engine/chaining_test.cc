// Rules that look at more than the event: `recent`, `each` keys, calendars that
// mute, and rules `on alert`.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint32_t kAlertBit = 1u << static_cast<int>(Kind::kAlert);

// `recent refused { on authn where reason == 2035 by user for 10 }`.
uint32_t AddRefused(PlanBuilder* builder) {
  RecentPlan recent;
  recent.name = "refused";
  recent.kinds = 1u << static_cast<int>(Kind::kAuthn);
  recent.where = builder->ReasonIs(2035);
  recent.by = {{"user", builder->Field(FieldId::kUser)}};
  recent.length = Duration(10);
  builder->pool().recents.push_back(std::move(recent));
  return static_cast<uint32_t>(builder->pool().recents.size() - 1);
}

TEST(RecentTest, SeesStrictlyEarlierEventsOfTheTuple) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("again");
  rule.where = builder.Op(ExprOp::kRecent, {builder.Field(FieldId::kUser)},
                          AddRefused(&builder));
  rule.in_order = true;
  rule.by = {{"user", builder.Field(FieldId::kUser)}};
  builder.Add(rule);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({{.time = 1, .reason = 2035},
               {.time = 1, .user = "bob"},
               {.time = 1},       // of the same instant, but later
               {.time = 10},
               {.time = 11},      // ten after it
               {.time = 12, .user = ""}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x1 ana", "open@10 x1 ana"));
}

void FillTagged(int64_t time, std::vector<std::string_view> tags,
                Event* event) {
  Fill({.time = time}, event);
  event->CopyList(FieldId::kTags, tags);
}

TEST(EachTest, OneWindowPerElementInTheOrderOfKeys) {
  PlanBuilder builder;
  RulePlan rule = builder.CountRule("per_tag", 2, 100);
  rule.by = {{.name = "tags",
              .expr = builder.Field(FieldId::kTags),
              .each = true}};
  builder.Add(rule);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  Event event;
  FillTagged(1, {"prod", "Eu", "PROD"}, &event);
  run.engine().Process(&event);
  EXPECT_THAT(run.briefs(), IsEmpty());
  FillTagged(2, {"prod", "EU", "lab"}, &event);
  run.engine().Process(&event);
  EXPECT_THAT(run.briefs(), ElementsAre("open@2 x2 EU", "open@2 x2 prod"));
  run.Feed({.time = 3});
  EXPECT_EQ(run.stats().without_key, 1);
}

TEST(EachTest, WithoutWhenItFiresOnceAValue) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("tagged");
  rule.by = {{.name = "tags",
              .expr = builder.Field(FieldId::kTags),
              .optional = true,
              .each = true}};
  rule.title = {{.literal = {},
                 .expr = builder.Op(ExprOp::kEachValue, {}, 0, 0,
                                    ValueType::kFolded)}};
  builder.Add(rule);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  Event event;
  FillTagged(1, {"b", "a"}, &event);
  run.engine().Process(&event);
  run.Feed({.time = 2});
  ASSERT_THAT(run.briefs(),
              ElementsAre("open@1 x1 a", "open@1 x1 b", "open@2 x1"));
  EXPECT_EQ(run.alerts()[0].title, "a");
  EXPECT_EQ(run.alerts()[2].title, "-");
}

TEST(EachTest, AnEventThatIsLeftOutIsCountedOnce) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("first_seen");
  rule.by = {{.name = "tags",
              .expr = builder.Field(FieldId::kTags),
              .each = true}};
  rule.seen = SeenPlan{.tuple = {{"object", builder.Field(FieldId::kObject)}},
                       .length = Duration(10)};
  builder.Add(rule);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  Event event;
  FillTagged(1, {"a", "b", "c"}, &event);
  run.engine().Process(&event);
  EXPECT_EQ(run.stats().without_key, 1);
  event.CopyText(FieldId::kObject, "Q");
  run.engine().Process(&event);
  EXPECT_EQ(run.stats().fired, 3);
  EXPECT_EQ(run.stats().without_key, 1);
  FillTagged(0, {"a", "b"}, &event);
  run.engine().Process(&event);
  EXPECT_EQ(run.stats().late, 1);
}

// A calendar of the spans [begin, end).
uint32_t AddSpans(PlanBuilder* builder,
                  std::vector<std::pair<int64_t, int64_t>> spans) {
  CalendarPlan calendar;
  calendar.name = "maintenance";
  for (const auto& [begin, end] : spans) {
    calendar.spans.push_back({begin, end, {}});
  }
  builder->pool().calendars.push_back(std::move(calendar));
  return static_cast<uint32_t>(builder->pool().calendars.size() - 1);
}

TEST(MuteDuringTest, GoesByTheTimeOfTheAlertAndTellsAfterwards) {
  PlanBuilder builder;
  RulePlan rule = builder.CountRule("burst", 2, 100);
  MutePlan mute;
  mute.condition = builder.Op(
      ExprOp::kDuring,
      {builder.Op(ExprOp::kAlertTime, {}, 0, 0, ValueType::kTs)},
      AddSpans(&builder, {{5, 20}}));
  mute.during = true;
  mute.reason = "maintenance";
  rule.mutes = {mute};
  builder.Add(rule);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.FeedAll({{.time = 4}, {.time = 5}, {.time = 19}, {.time = 20}});
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@5 x2 ana muted", "open@20 x4 ana"));
  EXPECT_EQ(run.stats().fired, 1);
  EXPECT_EQ(run.stats().sent_after_mute, 1);
}

// Counts alerts of other rules per user.
RulePlan AlertCounter(PlanBuilder* builder, int64_t n) {
  RulePlan rule = builder->CountRule("z_meta", n, 100);
  rule.kinds = kAlertBit;
  return rule;
}

TEST(OnAlertTest, SeesFiringsThatLimitsHeldAndMutesRecorded) {
  PlanBuilder builder;
  RulePlan sent = builder.Rule("a_sent");
  sent.by = {{"user", builder.Field(FieldId::kUser)}};
  RulePlan held = sent;
  held.name = "b_held";
  held.limits = {builder.Limit(1, 1'000, {})};
  RulePlan muted = sent;
  muted.name = "c_muted";
  muted.mutes = {{.until = At(1'000), .reason = "until later"}};
  builder.Add(sent).Add(held).Add(muted).Add(AlertCounter(&builder, 6));
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.Feed({.time = 1});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x1 ana", "open@1 x1 ana",
                                        "open@1 x1 ana muted"));
  run.Feed({.time = 2});
  EXPECT_THAT(Briefs({run.alerts().begin() + 3, run.alerts().end()}),
              ElementsAre("open@2 x1 ana", "open@2 x1 ana muted",
                          "open@2 x6 ana"));
  EXPECT_EQ(run.stats(3).matched, 6);
}

TEST(OnAlertTest, ItsOwnAlertsAreNotFedBack) {
  PlanBuilder builder;
  RulePlan rule = builder.Rule("a");
  rule.by = {{"user", builder.Field(FieldId::kUser)}};
  builder.Add(rule).Add(AlertCounter(&builder, 1));
  RulePlan second = AlertCounter(&builder, 1);
  second.name = "z_other";
  builder.Add(second);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  run.Feed({.time = 1});
  EXPECT_EQ(run.alerts().size(), 3u);
  EXPECT_EQ(run.stats(1).matched, 1);
}

// Silences change nothing in detection: a rise of severity is one event, whether
// it is told at once, later, or with the alert whose mute has ended.
TEST(OnAlertTest, SeesEachRiseOfSeverityOnce) {
  for (const int64_t until : {0, 3, 4}) {
    PlanBuilder builder;
    RulePlan rule = builder.CountRule("a", 2, 100);
    rule.escalations = {{builder.AtLeast(4), Severity::kCritical}};
    rule.mutes = {{.until = At(until), .reason = "until later"}};
    builder.Add(rule);
    RulePlan meta = AlertCounter(&builder, 1);
    meta.window->refire = RefireKind::kEach;
    builder.Add(meta);
    EngineRun run(builder.Build());
    ASSERT_TRUE(run.status().ok()) << run.status();
    for (int64_t t = 1; t <= 6; ++t) run.Feed({.time = t});
    run.alerts();
    // The open of 2 and the rise of 4.
    EXPECT_EQ(run.stats(1).matched, 2) << until;
  }
}

TEST(OnAlertTest, SeesWhenAnAlertThatWasHeldResolves) {
  PlanBuilder builder;
  RulePlan rule = builder.CountRule("a", 1, 10);
  rule.resolve = true;
  rule.limits = {builder.Limit(1, 1'000, {})};
  builder.Add(rule);
  RulePlan meta = AlertCounter(&builder, 4);
  builder.Add(meta);
  EngineRun run(builder.Build());
  ASSERT_TRUE(run.status().ok()) << run.status();
  // Opens at 1 and resolves at 11, both sent; opens at 20, held; ends at 30.
  run.FeedAll({{.time = 1}, {.time = 20}}).Advance(30);
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x1 ana", "resolved@11 x0 ana",
                                        "open@30 x4 ana"));
  EXPECT_EQ(run.alerts()[2].trigger->Int(FieldId::kState),
            static_cast<int64_t>(AlertState::kResolved));
}

}  // namespace
}  // namespace mqwarden
