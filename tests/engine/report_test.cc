// Reports: periods, totals, tops, comparison with the period before, statistics.
#include <algorithm>
#include <cstdint>
#include <map>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/report_period.h"
#include "mqwarden/engine/reports.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecordSink : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    records.push_back(Brief(alert));
  }
  void OnReport(const ReportRecord& report) override {
    reports.push_back(report);
    records.push_back("report@" +
                      std::to_string(report.time.time_since_epoch().count()) +
                      " " + report.report);
  }
  std::vector<ReportRecord> reports;
  std::vector<std::string> records;  // alerts too, in order
};

class ReportRun {
 public:
  explicit ReportRun(std::shared_ptr<const Plan> plan,
               const EngineOptions& options = {}) {
    auto engine = Engine::Create(std::move(plan), options, &sink_);
    EXPECT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }
  ReportRun& Feed(const EventSpec& spec) {
    Fill(spec, &event_);
    engine_->Process(&event_);
    return *this;
  }
  ReportRun& Advance(int64_t t) {
    engine_->AdvanceWatermark(At(t));
    return *this;
  }
  const std::vector<ReportRecord>& reports() {
    engine_->Flush();
    return sink_.reports;
  }
  const std::vector<std::string>& records() {
    engine_->Flush();
    return sink_.records;
  }
  Engine& engine() { return *engine_; }

 private:
  RecordSink sink_;
  Event event_;
  std::unique_ptr<Engine> engine_;
};

// `report r { on authn by user every 10 top 2 }`.
ReportPlan UserReport(PlanBuilder& b) {
  ReportPlan report;
  report.name = "r";
  report.title = {{.literal = "Users"}};
  report.kinds = 1u << static_cast<int>(Kind::kAuthn);
  report.by = {{"user", b.Field(FieldId::kUser)}};
  report.top = 2;
  report.every = Duration(10);
  return report;
}

std::string Shown(const ReportRow& row) {
  std::string text;
  for (const AlertField& field : row.group) text += field.value.text + " ";
  if (row.count.has_value()) {
    text += std::to_string(*row.count) + " " + ShareText(row.share);
  }
  for (const AlertField& field : row.fields) {
    text += " " + field.name + "=" + field.value.text;
    for (const AlertValue& v : field.value.list) text += v.text + ",";
  }
  if (row.previous.has_value()) text += " was " + row.previous->text;
  return text;
}
std::vector<std::string> Rows(const ReportRecord& report) {
  std::vector<std::string> rows;
  for (const ReportRow& row : report.top) rows.push_back(Shown(row));
  return rows;
}

TEST(ReportTest, HasTheLargestGroupsOfADecidedPeriod) {
  PlanBuilder b;
  b.AddReport(UserReport(b));
  ReportRun run(b.Build());
  for (const std::string_view user : {"bob", "Ana", "carl", "ana", "bob"}) {
    run.Feed({.time = 12, .user = user});
  }
  run.Feed({.time = 13, .user = ""});
  run.Advance(19);
  EXPECT_THAT(run.reports(), IsEmpty());
  run.Advance(20);
  ASSERT_EQ(run.reports().size(), 1u);
  const ReportRecord& report = run.reports()[0];
  EXPECT_EQ(report.time, At(20));
  EXPECT_EQ(report.title, "Users");
  EXPECT_EQ(report.total, 5);
  EXPECT_THAT(Rows(report), ElementsAre("Ana 2 0.4000", "bob 2 0.4000"));
  EXPECT_EQ(run.engine().stats().reports[0].without_key, 1);
  EXPECT_EQ(run.engine().stats().reports[0].sent, 1);
}

TEST(ReportTest, AnEventAtTheEndIsOfTheNextPeriod) {
  PlanBuilder b;
  b.AddReport(UserReport(b));
  ReportRun run(b.Build());
  run.Feed({.time = 19}).Feed({.time = 20}).Feed({.time = 20, .user = "bob"});
  run.Advance(30);
  ASSERT_EQ(run.reports().size(), 2u);
  EXPECT_THAT(Rows(run.reports()[0]), ElementsAre("ana 1 1.0000"));
  EXPECT_EQ(run.reports()[1].total, 2);
}

TEST(ReportTest, EmptyPeriodsMakeNoRecord) {
  PlanBuilder b;
  b.AddReport(UserReport(b));
  ReportRun run(b.Build());
  run.Feed({.time = 1}).Feed({.time = 95});
  run.Advance(1000);
  ASSERT_EQ(run.reports().size(), 2u);
  EXPECT_EQ(run.reports()[0].time, At(10));
  EXPECT_EQ(run.reports()[1].time, At(100));
}

TEST(ReportTest, StandsBehindTheAlertsOfItsInstantAndBeforeLaterOnes) {
  PlanBuilder b;
  b.Add(b.Rule("each"));
  RulePlan tumbling = b.CountRule("tumbling", 1, 10);
  tumbling.window->kind = WindowKind::kTumbling;
  b.Add(std::move(tumbling));
  ReportPlan report = UserReport(b);
  b.AddReport(report);
  report.name = "a";
  b.AddReport(report);
  ReportRun run(b.Build());
  run.Feed({.time = 9}).Feed({.time = 10}).Feed({.time = 11});
  EXPECT_THAT(run.records(),
              ElementsAre("open@9 x1", "open@10 x1", "open@10 x1 ana",
                          "report@10 a", "report@10 r", "open@11 x1"));
}

TEST(ReportTest, IsOrderedByAnExpressionMissingLast) {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.top = 3;
  report.aggregates = {
      {.kind = Aggregate::Kind::kAvg, .args = {b.Field(FieldId::kReason)}}};
  report.order = b.Op(ExprOp::kAggregate, {}, 0, 0, ValueType::kReal);
  report.show = {{"average", report.order},
                 {"last", b.Field(FieldId::kObject)},
                 {"objects", b.Op(ExprOp::kValueSet, {}, 0, 0,
                                  ValueType::kList)}};
  report.value_sets = {{.arg = b.Field(FieldId::kObject), .max = 5}};
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  run.Feed({.time = 1, .user = "none"});
  run.Feed({.time = 1, .user = "third", .reason = 1, .object = "A"});
  run.Feed({.time = 2, .user = "third", .reason = 1, .object = "B"});
  run.Feed({.time = 2, .user = "third", .reason = 2});
  run.Feed({.time = 3, .user = "half", .reason = 1});
  run.Feed({.time = 3, .user = "half", .reason = 2});
  run.Advance(10);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("half 2 0.3333 average=1.5",
                          "third 3 0.5000 average=1.333333333 objects=A,B,",
                          "none 1 0.1667"));
}

TEST(ReportTest, ComparesWithThePeriodBefore) {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.compare_previous = true;
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  run.Feed({.time = 1}).Feed({.time = 1}).Feed({.time = 2, .user = "bob"});
  run.Feed({.time = 3, .user = "carl"});  // not among the two largest
  run.Feed({.time = 11, .user = "bob"}).Feed({.time = 12, .user = "dora"});
  run.Feed({.time = 31, .user = "dora"});  // nothing in [20, 30)
  run.Advance(100);
  ASSERT_EQ(run.reports().size(), 3u);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("ana 2 0.5000 was 0", "bob 1 0.2500 was 0"));
  EXPECT_THAT(Rows(run.reports()[1]),
              ElementsAre("bob 1 0.5000 was 1", "dora 1 0.5000 was 0",
                          "ana 0 0.0000 was 2"));
  EXPECT_THAT(Rows(run.reports()[2]), ElementsAre("dora 1 1.0000 was 0"));
}

TEST(ReportTest, CountsWhatPassesAndIsNotLate) {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.where = b.Op(ExprOp::kExists, {b.Field(FieldId::kReason)});
  report.excludes = {{"", b.ReasonIs(9)}};
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  run.Feed({.time = 5}).Feed({.time = 5, .reason = 9});
  run.Feed({.time = 5, .reason = 1}).Feed({.time = 4, .reason = 1});
  run.Advance(10);
  EXPECT_EQ(run.reports()[0].total, 1);
  const ReportStats& stats = run.engine().stats().reports[0];
  EXPECT_EQ(stats.matched, 3);
  EXPECT_EQ(stats.excluded, 1);
  EXPECT_EQ(stats.late, 1);
}

TEST(ReportTest, AListIsCountedOnceForEachElement) {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.by = {{.name = "tag", .expr = b.Field(FieldId::kTags), .each = true}};
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  Event event;
  Fill({.time = 1}, &event);
  const std::string_view tags[] = {"lab", "dev"};
  event.CopyList(FieldId::kTags, tags);
  run.engine().Process(&event);
  Fill({.time = 2}, &event);
  const std::string_view one[] = {"LAB"};
  event.CopyList(FieldId::kTags, one);
  run.engine().Process(&event);
  run.Feed({.time = 3});  // no tags
  run.Advance(10);
  EXPECT_EQ(run.reports()[0].total, 2);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("lab 2 1.0000", "dev 1 0.5000"));
}

TEST(ReportTest, AtItsBoundItSaysSo) {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.max_keys = 2;
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  for (const std::string_view user : {"ana", "ana", "bob", "carl", "carl"}) {
    run.Feed({.time = 1, .user = user});
  }
  run.Advance(10);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("ana 2 0.4000", "carl 2 0.4000"));
  EXPECT_TRUE(run.reports()[0].state_evicted);
  EXPECT_EQ(run.engine().stats().reports[0].keys_evicted, 1);
}

// Against counting and sorting, over many groups and ties.
TEST(ReportTest, AgreesWithCountingAndSorting) {
  std::mt19937 random(7);
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.top = 10;
  report.every = Duration(1000);
  b.AddReport(std::move(report));
  ReportRun run(b.Build());
  std::map<int64_t, std::map<std::string, int64_t>> periods;
  for (int64_t t = 0; t < 5000; ++t) {
    const std::string user = "u" + std::to_string(random() % 60 * (random() % 3));
    run.Feed({.time = t, .user = user});
    ++periods[t / 1000][user];
  }
  run.Advance(5000);
  ASSERT_EQ(run.reports().size(), periods.size());
  for (const auto& [period, counts] : periods) {
    std::vector<std::pair<int64_t, std::string>> sorted;
    for (const auto& [user, count] : counts) sorted.emplace_back(-count, user);
    std::sort(sorted.begin(), sorted.end());
    sorted.resize(10);
    const ReportRecord& made = run.reports()[static_cast<size_t>(period)];
    EXPECT_EQ(made.total, 1000);
    ASSERT_EQ(made.top.size(), 10u);
    for (size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(made.top[i].group[0].value.text, sorted[i].second);
      EXPECT_EQ(*made.top[i].count, -sorted[i].first);
      EXPECT_EQ(made.top[i].share, -sorted[i].first * 10);
    }
  }
}

ReportPlan StatisticsReport() {
  ReportPlan report;
  report.name = "s";
  report.of_statistics = true;
  report.every = Duration(10);
  return report;
}

TEST(StatisticsReportTest, HasOneRowPerRuleWithWhatThePeriodAdded) {
  PlanBuilder b;
  RulePlan rule = b.Rule("each");
  rule.excludes = {{"", b.UserIs("bob")}};
  rule.limits = {b.Limit(1, 100, {})};
  b.Add(std::move(rule));
  b.Add(b.CountRule("never", 99, 5));
  b.AddReport(StatisticsReport());
  ReportRun run(b.Build());
  run.Feed({.time = 1}).Feed({.time = 2, .user = "bob"}).Feed({.time = 10});
  run.Feed({.time = 35});
  run.Advance(40);
  ASSERT_EQ(run.reports().size(), 3u);
  EXPECT_EQ(run.reports()[0].total, 2);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("each  matched=2 excluded=1 fired=1 muted=0 limited=0 "
                          "sent=1",
                          "never  matched=2 excluded=0 fired=0 muted=0 limited=0 "
                          "sent=0"));
  EXPECT_EQ(run.reports()[1].time, At(20));
  EXPECT_EQ(run.reports()[1].total, 1);
  EXPECT_THAT(Rows(run.reports()[1])[0],
              "each  matched=1 excluded=0 fired=1 muted=0 limited=1 sent=0");
  EXPECT_EQ(run.reports()[2].time, At(40));
}

TEST(StatisticsReportTest, WhatIsDueAtTheEndCountsInTheNextPeriod) {
  PlanBuilder b;
  RulePlan tumbling = b.CountRule("t", 1, 10);
  tumbling.window->kind = WindowKind::kTumbling;
  b.Add(std::move(tumbling));
  b.AddReport(StatisticsReport());
  ReportRun run(b.Build());
  run.Feed({.time = 5});
  run.Advance(1'000'000'000'000'000'000);
  ASSERT_EQ(run.reports().size(), 2u);
  EXPECT_THAT(Rows(run.reports()[0]),
              ElementsAre("t  matched=1 excluded=0 fired=0 muted=0 limited=0 "
                          "sent=0"));
  EXPECT_THAT(Rows(run.reports()[1]),
              ElementsAre("t  matched=0 excluded=0 fired=1 muted=0 limited=0 "
                          "sent=1"));
}

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;

int64_t Instant(std::string_view text) {
  return ParseTime(text)->time_since_epoch().count();
}

// A zone an hour ahead, two in summer.
ReportPlan ZoneReport(ReportPlan::Unit unit) {
  ReportPlan report;
  report.unit = unit;
  report.offsets = {{std::numeric_limits<int64_t>::min(), 3600},
                    {Instant("2026-03-29T01:00:00Z"), 7200},
                    {Instant("2026-10-25T01:00:00Z"), 3600}};
  return report;
}

TEST(PeriodTest, FixedOnesCountFromAnInstant) {
  ReportPlan report;
  report.every = Duration(10);
  report.from = At(3);
  EXPECT_EQ(EndOfPeriod(report, 2), 3);
  EXPECT_EQ(EndOfPeriod(report, 3), 13);
  EXPECT_EQ(EndOfPeriod(report, 12), 13);
  EXPECT_EQ(EndOfPeriod(report, -7), 3);
  EXPECT_EQ(EndOfPeriod(report, -8), -7);
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(EndOfPeriod(report, kMax), kMax);
}

TEST(PeriodTest, DaysAndWeeksAreThoseOfTheWallClock) {
  struct Case {
    ReportPlan::Unit unit;
    std::string_view at;
    std::string_view end;
  };
  const std::vector<Case> cases = {
      {ReportPlan::Unit::kDay, "2026-01-05T09:00:00Z", "2026-01-05T23:00:00Z"},
      {ReportPlan::Unit::kDay, "2026-01-05T23:00:00Z", "2026-01-06T23:00:00Z"},
      // 23 hours, then 25.
      {ReportPlan::Unit::kDay, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
      {ReportPlan::Unit::kDay, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
      {ReportPlan::Unit::kDay, "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"},
      // Sunday and Monday.
      {ReportPlan::Unit::kWeek, "2026-01-04T22:59:59Z", "2026-01-04T23:00:00Z"},
      {ReportPlan::Unit::kWeek, "2026-01-04T23:00:00Z", "2026-01-11T23:00:00Z"},
      {ReportPlan::Unit::kWeek, "2026-03-29T12:00:00Z", "2026-03-29T22:00:00Z"},
      {ReportPlan::Unit::kHour, "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"},
      // The hour that the clock shows twice stands twice.
      {ReportPlan::Unit::kHour, "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"},
      {ReportPlan::Unit::kHour, "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.at);
    EXPECT_EQ(EndOfPeriod(ZoneReport(c.unit), Instant(c.at)), Instant(c.end));
  }
}

// All clocks that are moved once, at any time, by up to two units: periods follow
// each other, and one begins where the clock first shows a later day.
TEST(PeriodTest, AgreesWithLookingAtTheClock) {
  constexpr int64_t kDay = 24 * kHour;
  constexpr int64_t kStep = kHour / 2;
  const int64_t start = Instant("2026-01-05T00:00:00Z");
  for (int64_t moved_at = 0; moved_at < 3 * kDay; moved_at += kStep) {
    for (int32_t after = -3; after <= 3; ++after) {
      ReportPlan report;
      report.unit = ReportPlan::Unit::kDay;
      report.offsets = {{std::numeric_limits<int64_t>::min(), 1800},
                        {start + moved_at, 1800 + after * 1800}};
      const auto day_at = [&](int64_t t) {
        const size_t i = t >= report.offsets[1].from ? 1 : 0;
        return (t + report.offsets[i].seconds * kSecond) / kDay;
      };
      int64_t latest = 0;
      std::vector<int64_t> begins;
      for (int64_t t = start - kDay; t < start + 5 * kDay; t += kStep) {
        if (day_at(t) > latest) begins.push_back(t);
        latest = std::max(latest, day_at(t));
      }
      for (int64_t t = start; t < start + 3 * kDay; t += kStep) {
        const auto next = std::upper_bound(begins.begin(), begins.end(), t);
        ASSERT_EQ(EndOfPeriod(report, t), *next)
            << moved_at / kStep << " " << after << " " << (t - start) / kStep;
      }
    }
  }
}

// Reports without an engine: what the engine does with them, and their state as
// bytes.
class ReportsAlone {
 public:
  explicit ReportsAlone(std::shared_ptr<const Plan> plan)
      : plan_(std::move(plan)),
        evaluator_(*plan_),
        builder_(&evaluator_),
        queue_(&sink_) {
    stats_.rules.resize(plan_->rules().size());
    reports_.emplace(*plan_, options_, &evaluator_, &builder_, &image_, &queue_,
                     &timers_, &stats_);
  }
  void Feed(const EventSpec& spec) {
    Advance(spec.time - 1);
    reports_->StartInstant(spec.time);
    reports_->CountEvent();
    Fill(spec, &event_);
    evaluator_.SetEvent(&event_);
    image_.Start(&event_);
    for (RuleStats& rule : stats_.rules) ++rule.matched;
    if (reports_->MayMatch(event_)) reports_->OnEvent(event_, false);
  }
  void Advance(int64_t t) {
    Timer timer;
    while (timers_.Pop(t, &timer)) reports_->OnTimer(timer);
    queue_.FlushThrough(At(t));
  }
  std::string Saved() const {
    std::string bytes;
    ByteWriter writer(&bytes);
    for (size_t i = 0; i < reports_->size(); ++i) reports_->Save(i, &writer);
    return bytes;
  }
  bool Load(std::string_view bytes, const EngineStats& stats) {
    stats_ = stats;
    ByteReader reader(bytes);
    for (size_t i = 0; i < reports_->size(); ++i) {
      if (!reports_->Load(i, &reader)) return false;
    }
    return reader.done();
  }
  const EngineStats& stats() const { return stats_; }
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const ReportRecord& report : sink_.reports) {
      AppendReportJson(report, &lines.emplace_back());
    }
    return lines;
  }

 private:
  const std::shared_ptr<const Plan> plan_;
  const EngineOptions options_;
  RecordSink sink_;
  Evaluator evaluator_;
  AlertBuilder builder_;
  EventImage image_;
  AlertQueue queue_;
  TimerHeap timers_;
  EngineStats stats_;
  std::optional<Reports> reports_;
  Event event_;
};

std::shared_ptr<const Plan> PlanOfAllReports() {
  PlanBuilder b;
  ReportPlan report = UserReport(b);
  report.compare_previous = true;
  report.aggregates = {
      {.kind = Aggregate::Kind::kPercentile,
       .args = {b.Field(FieldId::kReason)},
       .percent = Decimal::FromInt(50)}};
  report.show = {{"median", b.Op(ExprOp::kAggregate, {}, 0, 0, ValueType::kInt)},
                 {"last", b.Field(FieldId::kReason)}};
  b.AddReport(std::move(report));
  b.AddReport(StatisticsReport());
  b.Add(b.Rule("rule"));
  return b.Build();
}

TEST(ReportStateTest, GoesOnAsIfItHadNeverStopped) {
  const auto plan = PlanOfAllReports();
  std::mt19937 random(3);
  std::vector<EventSpec> events;
  static constexpr std::string_view kUsers[] = {"ana", "bob", "carl", "dora"};
  int64_t t = 0;
  for (int i = 0; i < 60; ++i) {
    t += random() % 6;
    events.push_back({.time = t,
                      .user = kUsers[random() % 4],
                      .reason = static_cast<int64_t>(random() % 5)});
  }
  ReportsAlone whole(plan);
  for (const EventSpec& event : events) whole.Feed(event);
  whole.Advance(t + 100);
  ASSERT_GT(whole.Lines().size(), 10u);
  for (size_t stop = 0; stop <= events.size(); ++stop) {
    ReportsAlone first(plan);
    for (size_t i = 0; i < stop; ++i) first.Feed(events[i]);
    const std::string bytes = first.Saved();
    ReportsAlone second(plan);
    ASSERT_TRUE(second.Load(bytes, first.stats()));
    ASSERT_EQ(second.Saved(), bytes);
    for (size_t i = stop; i < events.size(); ++i) second.Feed(events[i]);
    second.Advance(t + 100);
    std::vector<std::string> lines = first.Lines();
    for (std::string& line : second.Lines()) lines.push_back(std::move(line));
    ASSERT_EQ(lines, whole.Lines()) << stop;
  }
}

TEST(ReportStateTest, DamagedBytesAreHarmless) {
  const auto plan = PlanOfAllReports();
  ReportsAlone reports(plan);
  for (const int64_t t : {1, 2, 11, 12, 20}) {
    reports.Feed({.time = t, .user = "ana", .reason = t});
    reports.Feed({.time = t, .user = "bob"});
  }
  const std::string bytes = reports.Saved();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(
        ReportsAlone(plan).Load(bytes.substr(0, size), reports.stats()));
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x81);
    ReportsAlone copy(plan);
    if (!copy.Load(damaged, reports.stats())) continue;
    copy.Feed({.time = 21});
    copy.Saved();
  }
}

TEST(ReportJsonTest, WritesWhatItHas) {
  ReportRecord report;
  report.report = "r";
  report.title = "T";
  report.time = Time(Duration(0));
  report.total = 3;
  report.top.push_back({.group = {{"user", {.text = "a\"b"}}},
                        .count = 2,
                        .share = 6667,
                        .fields = {{"n", {.form = AlertValue::Form::kNumber,
                                          .text = "1.5"}}},
                        .previous = AlertValue{
                            .form = AlertValue::Form::kNumber, .text = "0"}});
  std::string json;
  AppendReportJson(report, &json);
  EXPECT_EQ(json,
            R"({"schema":"mqwarden.report.v1","report":"r","title":"T",)"
            R"("time":"1970-01-01T00:00:00.000000000Z","total":3,"top":[)"
            R"({"group":{"user":"a\"b"},"count":2,"share":0.6667,"n":1.5,)"
            R"("previous":0}]})");
}

}  // namespace
}  // namespace mqwarden
