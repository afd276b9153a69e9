// Tumbling windows and sessions: boundaries, order, silences, resolution, bounds.
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// `when count() >= n in length tumbling|session by user`.
RulePlan PaneRule(PlanBuilder& b, WindowKind kind, int64_t n, int64_t length) {
  RulePlan rule = b.CountRule("r", n, length);
  rule.window->kind = kind;
  return rule;
}

std::shared_ptr<const Plan> PlanOf(WindowKind kind, int64_t n, int64_t length) {
  PlanBuilder b;
  b.Add(PaneRule(b, kind, n, length));
  return b.Build();
}

TEST(TumblingTest, IsDecidedWhenTheWatermarkPassesItsEnd) {
  EngineRun run(PlanOf(WindowKind::kTumbling, 2, 10));
  run.FeedAll({{.time = 10}, {.time = 19}});
  EXPECT_THAT(run.briefs(), IsEmpty());
  run.Advance(19);
  EXPECT_THAT(run.briefs(), IsEmpty());
  EXPECT_EQ(run.stats().undecided, 1);
  run.Advance(20);
  EXPECT_THAT(run.briefs(), ElementsAre("open@20 x2 ana"));
  EXPECT_EQ(run.stats().undecided, 0);
  EXPECT_EQ(run.stats().keys_live, 0);
  EXPECT_EQ(run.alerts()[0].first, At(10));
  EXPECT_EQ(run.alerts()[0].last, At(19));
}

TEST(TumblingTest, AnEventAtTheEndBelongsToTheNextWindow) {
  EngineRun run(PlanOf(WindowKind::kTumbling, 2, 10));
  run.FeedAll({{.time = 19}, {.time = 20}, {.time = 20}, {.time = 29}});
  EXPECT_EQ(run.stats().undecided, 1);
  run.Advance(100);
  EXPECT_THAT(run.briefs(), ElementsAre("open@30 x3 ana"));
}

TEST(TumblingTest, WindowsBeginAtTheEpochAlsoBeforeIt) {
  EngineRun run(PlanOf(WindowKind::kTumbling, 1, 10));
  run.FeedAll({{.time = -11}, {.time = -10}, {.time = -1}, {.time = 0}});
  run.Advance(100);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@-10 x1 ana", "open@0 x2 ana",
                          "open@10 x1 ana"));
}

TEST(TumblingTest, FiresOncePerWindowAndKeyWithoutArming) {
  EngineRun run(PlanOf(WindowKind::kTumbling, 1, 10));
  run.FeedAll({{.time = 1},
               {.time = 2, .user = "bob"},
               {.time = 3},
               {.time = 11},
               {.time = 21, .user = "bob"}});
  run.Advance(30);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@10 x2 ana", "open@10 x1 bob", "open@20 x1 ana",
                          "open@30 x1 bob"));
  EXPECT_EQ(run.stats().fired, 4);
}

TEST(TumblingTest, TextsReadTheLastEventOfTheWindow) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 2, 10);
  rule.summary = {{.expr = b.Field(FieldId::kObject)}};
  rule.value_sets = {{.arg = b.Field(FieldId::kObject), .max = 1}};
  rule.fields = {{"first", b.Op(ExprOp::kValueSet, {}, 0, 0, ValueType::kList)}};
  rule.evidence_first = 1;
  rule.evidence_last = 1;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .object = "A"},
               {.time = 2, .object = "B"},
               {.time = 3, .object = "C"},
               {.time = 10, .object = "D"}});
  run.Advance(10);
  ASSERT_EQ(run.alerts().size(), 1u);
  const Alert& alert = run.alerts()[0];
  EXPECT_EQ(alert.summary, "C");
  EXPECT_EQ(alert.fields[0].value.list[0].text, "A");
  EXPECT_EQ(alert.trigger->time(), At(3));
  ASSERT_EQ(alert.evidence.size(), 2u);
  EXPECT_EQ(alert.evidence[0]->time(), At(1));
  EXPECT_EQ(alert.evidence[1]->time(), At(3));
}

TEST(TumblingTest, KeysThatEndTogetherMeetLimitsInTheirOrder) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 1, 10);
  rule.limits = {b.Limit(1, 100, {})};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .user = "carl"},
               {.time = 2, .user = "Ana"},
               {.time = 3, .user = "bob"}});
  run.Advance(10);
  EXPECT_THAT(run.briefs(), ElementsAre("open@10 x1 Ana"));
  EXPECT_EQ(run.stats().limited, 2);
}

TEST(TumblingTest, EscalationIsDecidedAtTheEnd) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 1, 10);
  rule.escalations = {{b.AtLeast(2), Severity::kHigh},
                      {b.AtLeast(3), Severity::kCritical}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1}, {.time = 2}, {.time = 11}, {.time = 12},
               {.time = 13}, {.time = 21}});
  run.Advance(30);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@10 x2 ana high", "open@20 x3 ana critical",
                          "open@30 x1 ana"));
}

TEST(TumblingTest, ResolvesWithTheNextFalseWindowAnEmptyOneIncluded) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 2, 10);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  // ana: true, true, false. bob: true, empty.
  run.FeedAll({{.time = 1}, {.time = 2},
               {.time = 3, .user = "bob"}, {.time = 4, .user = "bob"},
               {.time = 11}, {.time = 12}, {.time = 25}});
  run.Advance(100);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@10 x2 ana", "open@10 x2 bob", "open@20 x2 ana",
                          "resolved@20 x0 bob", "resolved@30 x1 ana"));
  const std::vector<Alert>& alerts = run.alerts();
  EXPECT_EQ(alerts[3].id, alerts[1].id);
  EXPECT_EQ(alerts[4].id, alerts[2].id);
  EXPECT_NE(alerts[2].id, alerts[0].id);
  EXPECT_EQ(run.stats().keys_live, 0);
}

TEST(TumblingTest, IdsAreOfTheWindowAndTheSameInEveryRun) {
  const auto ids = [] {
    EngineRun run(PlanOf(WindowKind::kTumbling, 1, 10));
    run.FeedAll({{.time = 1, .id = "e"}, {.time = 11, .id = "e"},
                 {.time = 12, .user = "bob"}});
    run.Advance(20);
    std::vector<Hash128> all;
    for (const Alert& alert : run.alerts()) all.push_back(alert.id);
    return all;
  };
  const std::vector<Hash128> first = ids();
  ASSERT_EQ(first.size(), 3u);
  EXPECT_NE(first[0], first[1]);
  EXPECT_NE(first[1], first[2]);
  EXPECT_EQ(ids(), first);
}

TEST(SessionTest, ClosesAGapAfterItsLastEvent) {
  EngineRun run(PlanOf(WindowKind::kSession, 2, 10));
  run.FeedAll({{.time = 1}, {.time = 10}, {.time = 19}});
  run.Advance(28);
  EXPECT_THAT(run.briefs(), IsEmpty());
  EXPECT_EQ(run.stats().undecided, 1);
  run.Advance(29);
  EXPECT_THAT(run.briefs(), ElementsAre("open@29 x3 ana"));
  EXPECT_EQ(run.stats().undecided, 0);
}

TEST(SessionTest, AnEventExactlyAGapLaterOpensANewOne) {
  EngineRun run(PlanOf(WindowKind::kSession, 1, 10));
  run.FeedAll({{.time = 1}, {.time = 11}, {.time = 11}, {.time = 20}});
  run.Advance(30);
  EXPECT_THAT(run.briefs(), ElementsAre("open@11 x1 ana", "open@30 x3 ana"));
}

TEST(SessionTest, ResolvesWhenTheNextOneClosesAndIsFalse) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kSession, 2, 10);
  rule.resolve = true;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1}, {.time = 2}});
  run.Advance(200);
  EXPECT_THAT(run.briefs(), ElementsAre("open@12 x2 ana"));
  EXPECT_EQ(run.stats().keys_live, 1);
  run.Feed({.time = 300});
  run.Advance(400);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@12 x2 ana", "resolved@310 x1 ana"));
  EXPECT_EQ(run.stats().keys_live, 0);
}

TEST(SessionTest, TheSilencesAreAsked) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kSession, 1, 10);
  rule.mutes = {{.condition = b.UserIs("bob"), .reason = "bob"}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1, .user = "bob"}, {.time = 2}});
  run.Advance(100);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@11 x1 bob muted", "open@12 x1 ana"));
  EXPECT_EQ(run.stats().muted, 1);
}

TEST(PaneBoundTest, TheKeyWithFewestEventsIsGivenUp) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 1, 10);
  rule.max_keys = 2;
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  run.FeedAll({{.time = 1}, {.time = 2}, {.time = 3, .user = "bob"},
               {.time = 4, .user = "carl"}});
  run.Advance(10);
  EXPECT_THAT(run.briefs(),
              ElementsAre("open@10 x2 ana", "open@10 x1 carl"));
  EXPECT_EQ(run.stats().keys_evicted, 1);
}

TEST(PaneBoundTest, ASaturatedWindowGoesByLowerBounds) {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 1, 10);
  rule.aggregates = {{.kind = Aggregate::Kind::kDistinct,
                      .args = {b.Field(FieldId::kReason)}}};
  rule.window->condition = b.AtLeast(2);
  b.Add(rule);
  rule.name = "s";
  rule.window->condition =
      b.Op(ExprOp::kLe, {b.Aggregate(0), b.Int(3)});
  b.Add(rule);
  EngineRun run(b.Build(), {.window_events = 2});
  for (int64_t t = 1; t <= 5; ++t) run.Feed({.time = t, .reason = t});
  run.Advance(10);
  EXPECT_THAT(run.briefs(), ElementsAre("open@10 x5 ana"));
  EXPECT_EQ(run.alerts()[0].rule, "r");
  EXPECT_EQ(run.stats().keys_saturated, 1);
}

// The definitions of both kinds over all events of one key, as `time xcount`.
std::vector<std::string> Expected(WindowKind kind, const std::vector<int64_t>& t,
                                  int64_t n, int64_t length, int64_t end) {
  std::map<int64_t, int64_t> windows;  // by end: events
  if (kind == WindowKind::kTumbling) {
    for (const int64_t at : t) ++windows[(at / length + 1) * length];
  } else {
    for (size_t i = 0; i < t.size();) {
      size_t j = i + 1;
      while (j < t.size() && t[j] - t[j - 1] < length) ++j;
      windows[t[j - 1] + length] = static_cast<int64_t>(j - i);
      i = j;
    }
  }
  std::vector<std::string> briefs;
  for (const auto& [at, count] : windows) {
    if (at > end || count < n) continue;
    briefs.push_back("open@" + std::to_string(at) + " x" +
                     std::to_string(count) + " ana");
  }
  return briefs;
}

void CheckAll(WindowKind kind, std::vector<int64_t>* times) {
  const int64_t last = times->empty() ? 0 : times->back();
  for (const int64_t end : {last, last + 1, last + 3, int64_t{40}}) {
    EngineRun run(PlanOf(kind, 2, 3));
    for (const int64_t t : *times) run.Feed({.time = t});
    run.Advance(end);
    ASSERT_EQ(run.briefs(), Expected(kind, *times, 2, 3, end))
        << ::testing::PrintToString(*times) << " until " << end;
    // The same where the watermark follows each event.
    EngineRun eager(PlanOf(kind, 2, 3));
    for (size_t i = 0; i < times->size(); ++i) {
      if (i > 0) eager.Advance((*times)[i] - 1);
      eager.Feed({.time = (*times)[i]});
    }
    eager.Advance(end);
    ASSERT_EQ(eager.briefs(), run.briefs());
  }
  if (times->size() == 5) return;
  for (int64_t t = last; t < 8; ++t) {
    times->push_back(t);
    CheckAll(kind, times);
    times->pop_back();
  }
}

// Every non-decreasing sequence of up to five events over eight instants.
TEST(PaneExhaustiveTest, AgreesWithTheDefinitions) {
  for (const WindowKind kind : {WindowKind::kTumbling, WindowKind::kSession}) {
    std::vector<int64_t> times;
    CheckAll(kind, &times);
  }
}

class JsonSink : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    AppendAlertJson(alert, &lines.emplace_back());
  }
  void OnReport(const ReportRecord& report) override {
    AppendReportJson(report, &lines.emplace_back());
  }
  std::vector<std::string> lines;
};

// Tumbling windows, sessions, and sliding ones with every aggregate of numbers.
std::shared_ptr<const Plan> PlanOfAllWindows() {
  PlanBuilder b;
  RulePlan rule = PaneRule(b, WindowKind::kTumbling, 2, 10);
  const ExprId reason = b.Field(FieldId::kReason);
  for (const auto kind :
       {Aggregate::Kind::kSum, Aggregate::Kind::kAvg, Aggregate::Kind::kMin,
        Aggregate::Kind::kMax, Aggregate::Kind::kPercentile,
        Aggregate::Kind::kDistinct}) {
    const auto index = static_cast<uint32_t>(rule.aggregates.size());
    rule.aggregates.push_back(
        {.kind = kind, .args = {reason}, .percent = Decimal::FromInt(70)});
    rule.fields.push_back(
        {"f" + std::to_string(index),
         b.Op(ExprOp::kAggregate, {}, index, 0,
              kind == Aggregate::Kind::kAvg ? ValueType::kReal
                                            : ValueType::kInt)});
  }
  rule.value_sets = {{.arg = reason, .max = 3}};
  rule.fields.push_back(
      {"set", b.Op(ExprOp::kValueSet, {}, 0, 0, ValueType::kList)});
  rule.evidence_first = 1;
  rule.evidence_last = 2;
  rule.resolve = true;
  b.Add(rule);
  rule.name = "session";
  rule.window->kind = WindowKind::kSession;
  rule.window->length = Duration(4);
  b.Add(rule);
  rule.name = "sliding";
  rule.window->kind = WindowKind::kSliding;
  b.Add(rule);
  ReportPlan report;
  report.name = "report";
  report.kinds = 1u << static_cast<int>(Kind::kAuthn);
  report.by = {{"user", b.Field(FieldId::kUser)}};
  report.top = 3;
  report.every = Duration(25);
  report.compare_previous = true;
  b.AddReport(std::move(report));
  return b.Build();
}

std::vector<std::string> LinesOf(const std::vector<EventSpec>& events,
                                 bool restores) {
  const auto plan = PlanOfAllWindows();
  JsonSink sink;
  const auto start = [&] {
    auto engine = Engine::Create(plan, {}, &sink);
    EXPECT_TRUE(engine.ok()) << engine.status();
    return *std::move(engine);
  };
  auto engine = start();
  Event event;
  for (const EventSpec& spec : events) {
    Fill(spec, &event);
    engine->Process(&event);
    if (!restores) continue;
    std::string bytes;
    engine->Checkpoint(&bytes);
    engine = start();
    EXPECT_TRUE(engine->Restore(bytes).ok());
    std::string again;
    engine->Checkpoint(&again);
    EXPECT_EQ(again, bytes);
  }
  engine->AdvanceWatermark(At(events.back().time + 100));
  const EngineStats& stats = engine->stats();
  for (const RuleStats& rule : stats.rules) {
    sink.lines.push_back(std::to_string(rule.undecided) + " " +
                         std::to_string(rule.keys_live));
  }
  return sink.lines;
}

TEST(WindowRestoreTest, AnEngineRestoredAfterEveryEventGoesOnTheSame) {
  std::mt19937 random(11);
  for (int round = 0; round < 6; ++round) {
    std::vector<EventSpec> events;
    int64_t t = 0;
    for (int i = 0; i < 60; ++i) {
      t += static_cast<int64_t>(random() % 4);
      events.push_back({.time = t,
                        .user = random() % 2 == 0 ? "ana" : "bob",
                        .reason = static_cast<int64_t>(random() % 5)});
    }
    const std::vector<std::string> whole = LinesOf(events, false);
    EXPECT_GT(whole.size(), 30u);
    ASSERT_EQ(LinesOf(events, true), whole);
  }
}

TEST(AggregateRuleTest, SumsAndRatiosDecideASlidingWindow) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 10);
  rule.aggregates = {
      {.kind = Aggregate::Kind::kAvg, .args = {b.Field(FieldId::kReason)}}};
  rule.window->condition = b.Op(
      ExprOp::kGt,
      {b.Op(ExprOp::kAggregate, {}, 0, 0, ValueType::kReal),
       b.Const({.type = ValueType::kReal,
                .decimal = *Decimal::Parse("1.333333333")})});
  rule.summary = {
      {.expr = b.Op(ExprOp::kAggregate, {}, 0, 0, ValueType::kReal)}};
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  // Averages 1, 1, 4/3: above 1.333333333.
  run.FeedAll({{.time = 1, .reason = 1},
               {.time = 2},  // missing: skipped
               {.time = 3, .reason = 1},
               {.time = 4, .reason = 2}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@4 x4 ana"));
  EXPECT_EQ(run.alerts()[0].summary, "1.333333333");
}

TEST(AggregateRuleTest, ASumOfASaturatedWindowIsALowerBoundUnlessOneWasNegative) {
  const auto fired = [](int64_t lost) {
    PlanBuilder b;
    RulePlan rule = b.CountRule("r", 1, 100);
    rule.aggregates = {
        {.kind = Aggregate::Kind::kSum, .args = {b.Field(FieldId::kReason)}}};
    rule.window->condition = b.AtLeast(10);
    b.Add(std::move(rule));
    EngineRun run(b.Build(), {.window_events = 2});
    run.FeedAll({{.time = 1, .reason = lost},
                 {.time = 2, .reason = 1},
                 {.time = 3, .reason = 5},
                 {.time = 4, .reason = 6}});
    return run.briefs().size();
  };
  EXPECT_EQ(fired(1), 1u);
  EXPECT_EQ(fired(-1), 0u);
}

TEST(AggregateRuleTest, AnUndefinedAverageIsFalseAlsoWhenSaturated) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 1, 100);
  rule.aggregates = {
      {.kind = Aggregate::Kind::kAvg, .args = {b.Field(FieldId::kReason)}}};
  const ExprId average = b.Op(ExprOp::kAggregate, {}, 0, 0, ValueType::kReal);
  rule.window->condition = b.Op(ExprOp::kGe, {average, b.Int(2)});
  b.Add(std::move(rule));
  EngineRun run(b.Build(), {.window_events = 2});
  run.FeedAll({{.time = 1},
               {.time = 2, .reason = 1},
               {.time = 3, .reason = 9},   // saturated: the average is unknown
               {.time = 4, .reason = 9}});
  EXPECT_THAT(run.briefs(), IsEmpty());
  run.FeedAll({{.time = 200, .reason = 3}});
  EXPECT_THAT(run.briefs(), ElementsAre("open@200 x1 ana"));
}

}  // namespace
}  // namespace mqwarden
