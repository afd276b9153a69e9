// What alerts say: ids, texts, fields, evidence, order.
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
using ::testing::IsEmpty;

// count(), and set(user, 2) and set(reason, 2), as texts and fields.
RulePlan ShowingRule(PlanBuilder* b) {
  RulePlan rule = b->CountRule("r", 3, 10);
  rule.by = {{"object", b->Field(FieldId::kObject)}};
  rule.value_sets = {{b->Field(FieldId::kUser), 2},
                     {b->Field(FieldId::kReason), 2}};
  const ExprId users =
      b->Op(ExprOp::kValueSet, {}, 0, 0, ValueType::kList);
  const ExprId reasons =
      b->Op(ExprOp::kValueSet, {}, 1, 0, ValueType::kList);
  const ExprId user = b->Field(FieldId::kUser);
  const ExprId channel = b->Field(FieldId::kChannel);
  rule.summary = {{.literal = "", .expr = b->Aggregate(0)},
                  {.literal = " by ", .expr = kNoExpr},
                  {.literal = "", .expr = users},
                  {.literal = " on ", .expr = kNoExpr},
                  {.literal = "", .expr = channel}};
  rule.fields = {{"user", user},
                 {"channel", channel},
                 {"n", b->Aggregate(0)},
                 {"users", users},
                 {"reasons", reasons},
                 {"system", b->Field(FieldId::kIsSystemObject)}};
  rule.evidence_first = 1;
  rule.evidence_last = 1;
  rule.tags = {"t"};
  rule.notify = {"soc"};
  return rule;
}

TEST(AlertTest, ShowsTheWindowAndTheTriggeringEvent) {
  PlanBuilder b;
  b.Add(ShowingRule(&b));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .user = "Ana", .object = "q"},
               {.time = 2, .user = "ANA", .reason = 7, .object = "Q"},
               {.time = 3, .user = "bob", .object = "PAY"},
               {.time = 4, .user = "cat", .reason = 8, .object = "Q"}});
  ASSERT_EQ(run.alerts().size(), 1u);
  const Alert& alert = run.alerts()[0];
  EXPECT_EQ(alert.rule, "r");
  EXPECT_EQ(alert.version, "0123456789abcdef");
  EXPECT_EQ(alert.summary, "3 by Ana, cat on -");
  EXPECT_EQ(alert.time, At(4));
  EXPECT_EQ(alert.first, At(1));
  EXPECT_EQ(alert.last, At(4));
  EXPECT_EQ(alert.count, 3);
  EXPECT_THAT(alert.group,
              ElementsAre(AlertField{"object", {.text = "Q"}}));
  using Form = AlertValue::Form;
  EXPECT_THAT(
      alert.fields,
      ElementsAre(
          AlertField{"user", {.text = "cat"}},
          AlertField{"n", {.form = Form::kNumber, .text = "3"}},
          AlertField{"users",
                     {.form = Form::kList,
                      .list = {{.text = "Ana"}, {.text = "cat"}}}},
          AlertField{"reasons",
                     {.form = Form::kList,
                      .list = {{.form = Form::kNumber, .text = "7"},
                               {.form = Form::kNumber, .text = "8"}}}},
          AlertField{"system", {.form = Form::kBool}}));
  EXPECT_THAT(alert.tags, ElementsAre("t"));
  EXPECT_THAT(alert.notify, ElementsAre("soc"));
  ASSERT_EQ(alert.evidence.size(), 2u);
  EXPECT_EQ(alert.evidence[0]->time(), At(1));
  EXPECT_EQ(alert.evidence[0]->Text(FieldId::kUser), "Ana");
  EXPECT_EQ(alert.evidence[1]->time(), At(4));
  EXPECT_EQ(alert.trigger->Text(FieldId::kUser), "cat");
}

TEST(AlertTest, EvidenceHasNoRepeats) {
  for (int32_t first = 0; first <= 4; ++first) {
    for (int32_t last = 0; last <= 4; ++last) {
      PlanBuilder b;
      RulePlan rule = b.CountRule("r", 3, 10);
      rule.evidence_first = first;
      rule.evidence_last = last;
      b.Add(std::move(rule));
      EngineRun run(b.Build());
      for (int64_t t = 0; t < 3; ++t) run.Feed({.time = t});
      std::vector<int64_t> expected;
      for (int64_t t = 0; t < 3; ++t) {
        if (t < first || t >= 3 - last) expected.push_back(t);
      }
      std::vector<int64_t> shown;
      for (const auto& event : run.alerts()[0].evidence) {
        shown.push_back(event->Int(FieldId::kTime));
      }
      EXPECT_EQ(shown, expected) << first << " " << last;
    }
  }
}

TEST(AlertTest, WithoutWhenTheEventIsTheWindow) {
  PlanBuilder b;
  RulePlan rule = ShowingRule(&b);
  rule.window.reset();
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.Feed({.time = 5, .user = "ana", .object = "Q"});
  ASSERT_EQ(run.alerts().size(), 1u);
  const Alert& alert = run.alerts()[0];
  EXPECT_EQ(alert.count, 1);
  EXPECT_EQ(alert.first, At(5));
  EXPECT_EQ(alert.last, At(5));
  EXPECT_EQ(alert.summary, "1 by ana on -");
  ASSERT_EQ(alert.evidence.size(), 1u);
  EXPECT_EQ(alert.evidence[0]->time(), At(5));
}

TEST(AlertTest, WithoutWhenAMissingKeyFieldOnlyLeavesTheGroup) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)},
             {"object", b.Field(FieldId::kObject)}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.Feed({.time = 5, .user = "ana"});
  ASSERT_EQ(run.alerts().size(), 1u);
  EXPECT_EQ(run.alerts()[0].group.size(), 1u);
  EXPECT_EQ(run.stats().without_key, 0);
}

TEST(AlertTest, OutlivesTheEventThatMadeIt) {
  PlanBuilder b;
  b.Add(b.Rule("r"));
  CollectingSink sink;
  auto engine = Engine::Create(b.Build(), {}, &sink);
  ASSERT_TRUE(engine.ok());
  {
    std::string text = "a name that does not fit into a small string";
    Event event;
    Fill({.time = 1}, &event);
    event.SetText(FieldId::kUser, text);
    (*engine)->Process(&event);
    text.assign(text.size(), 'x');
  }
  (*engine)->Flush();
  EXPECT_EQ(sink.alerts[0].trigger->Text(FieldId::kUser),
            "a name that does not fit into a small string");
}

TEST(AlertTest, ResolvedReadsTheLastEventOfTheWindow) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 2, 10);
  rule.resolve = true;
  rule.title = {{.literal = "", .expr = b.Field(FieldId::kObject)}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "ana", .object = "A"},
               {.time = 1, .user = "ANA", .object = "B"},
               {.time = 2, .user = "Ana", .object = "C"}});
  run.Advance(50);
  ASSERT_EQ(run.alerts().size(), 2u);
  EXPECT_EQ(run.alerts()[0].title, "B");
  EXPECT_EQ(run.alerts()[1].title, "C");
  EXPECT_EQ(Brief(run.alerts()[1]), "resolved@11 x1 Ana");
  EXPECT_EQ(run.alerts()[1].first, At(2));
  EXPECT_EQ(run.alerts()[1].trigger->Text(FieldId::kObject), "C");
}

TEST(AlertTest, ResolvedOfAnEmptyWindowHasNoTimes) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 10);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.Feed({.time = 0}).Advance(50);
  ASSERT_EQ(run.alerts().size(), 2u);
  EXPECT_EQ(Brief(run.alerts()[1]), "resolved@10 x0 ana");
  EXPECT_FALSE(run.alerts()[1].first.has_value());
  EXPECT_FALSE(run.alerts()[1].last.has_value());
}

std::vector<Hash128> IdsOf(const std::vector<EventSpec>& events,
                           std::string version = "v") {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.version = std::move(version);
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll(events);
  std::vector<Hash128> ids;
  for (const Alert& alert : run.alerts()) ids.push_back(alert.id);
  return ids;
}

TEST(AlertIdTest, IsAFunctionOfRuleVersionKeyAndEvent) {
  const EventSpec event = {.time = 1, .id = "m1"};
  const std::vector<Hash128> ids = IdsOf({event});
  EXPECT_EQ(IdsOf({event}), ids);
  EXPECT_NE(IdsOf({event}, "w"), ids);
  EXPECT_NE(IdsOf({{.time = 1, .id = "m2"}}), ids);
  // The id of the event is the event.
  EXPECT_EQ(IdsOf({{.time = 9, .user = "bob", .id = "m1"}}), ids);
}

TEST(AlertIdTest, EqualEventsOfOneInstantDiffer) {
  const std::vector<Hash128> ids = IdsOf({{.time = 1}, {.time = 1}, {.time = 2}});
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[0], ids[2]);
  EXPECT_NE(ids[1], ids[2]);
  EXPECT_EQ(IdsOf({{.time = 1}, {.time = 1}, {.time = 2}}), ids);
}

TEST(AlertOrderTest, IsTimeThenRuleThenKeyThenState) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("b", 1, 10);
  rule.by[0].optional = true;
  rule.resolve = true;
  b.Add(rule);
  rule.name = "a";
  b.Add(rule);
  EngineRun run(b.Build());
  run.FeedAll({{.time = 0, .user = "bob"},
               {.time = 10, .user = "bob"},  // keeps it open
               {.time = 20, .user = "cat"},
               {.time = 20, .user = "Ana"},
               {.time = 20, .user = ""}});
  run.Advance(20);
  std::vector<std::string> texts;
  for (const Alert& alert : run.alerts()) {
    texts.push_back(alert.rule + " " + Brief(alert));
  }
  EXPECT_THAT(texts,
              ElementsAre("a open@0 x1 bob", "b open@0 x1 bob",  //
                          "a open@20 x1", "a open@20 x1 Ana",
                          "a resolved@20 x0 bob", "a open@20 x1 cat",
                          "b open@20 x1", "b open@20 x1 Ana",
                          "b resolved@20 x0 bob", "b open@20 x1 cat"));
}

TEST(AlertOrderTest, AlertsComeWhenTimeMovesPastTheirInstant) {
  PlanBuilder b;
  b.Add(b.Rule("r"));
  CollectingSink sink;
  auto engine = Engine::Create(b.Build(), {}, &sink);
  ASSERT_TRUE(engine.ok());
  Event event;
  Fill({.time = 1}, &event);
  (*engine)->Process(&event);
  (*engine)->Process(&event);
  EXPECT_THAT(sink.alerts, IsEmpty());
  Fill({.time = 2}, &event);
  (*engine)->Process(&event);
  EXPECT_EQ(sink.alerts.size(), 2u);
  (*engine)->AdvanceWatermark(At(1));
  EXPECT_EQ(sink.alerts.size(), 2u);
  (*engine)->AdvanceWatermark(At(2));
  EXPECT_EQ(sink.alerts.size(), 3u);
}

TEST(SeverityTest, TheFirstCaseThatHoldsDecides) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.severity = {{b.UserIs("root"), Severity::kCritical},
                   {b.ReasonIs(1), Severity::kHigh},
                   {kNoExpr, Severity::kLow}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .user = "root", .reason = 1},
               {.time = 2, .reason = 1},
               {.time = 3}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@1 x1 critical", "open@2 x1 high",
                                        "open@3 x1 low"));
}

}  // namespace
}  // namespace mqwarden
