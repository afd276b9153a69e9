// The state of sequences, absences and tuples seen, to bytes and back: after
// every event a new rule takes the place of the old one, and nobody can tell.
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_events.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using FillRule = std::function<void(PlanBuilder*, RulePlan*)>;

// The one rule of a plan with what is around it in an engine.
class RuleRun {
 public:
  explicit RuleRun(std::shared_ptr<const Plan> plan)
      : plan_(std::move(plan)),
        evaluator_(*plan_),
        router_(*plan_, plan_->index(), &evaluator_, 0),
        builder_(&evaluator_),
        queue_(&sink_),
        events_(*plan_) {
    stats_.rules.resize(1);
    silence_ = std::make_unique<Silence>(*plan_, &evaluator_, &builder_,
                                         &queue_, &events_, &timers_, &stats_);
    MakeRule();
    runner_->Start(0);
  }

  void Feed(const EventSpec& spec) {
    Fill(spec, &event_);
    RunTimers(spec.time - 1);
    evaluator_.SetEvent(&event_);
    router_.StartEvent();
    image_.Start(&event_);
    now_ = spec.time;
    size_t exclude = 0;
    if (router_.Candidates(event_).empty() ||
        router_.MatchRule(0, *plan_->rules()[0], &exclude) !=
            Router::Match::kYes) {
      return;
    }
    const Router::Key key = router_.KeyOf(0, event_);
    if (key.complete) runner_->OnEvent(event_, key);
  }

  void RunTimers(int64_t through) {
    Timer timer;
    while (timers_.Pop(through, &timer)) {
      evaluator_.SetEvent(nullptr);
      runner_->OnTimer(timer);
    }
  }

  std::string Save() const {
    std::string bytes;
    ByteWriter writer(&bytes);
    runner_->Save(now_, &writer);
    return bytes;
  }

  // A new rule takes over the state.
  void Restart() {
    const std::string bytes = Save();
    timers_ = TimerHeap();
    MakeRule();
    ByteReader reader(bytes);
    ASSERT_TRUE(runner_->Load(&reader));
    EXPECT_TRUE(reader.done());
    EXPECT_TRUE(Save() == bytes);
  }

  // Whether a new rule takes the bytes. Anything but a crash will do.
  bool Takes(const std::string& bytes) {
    timers_ = TimerHeap();
    MakeRule();
    ByteReader reader(bytes);
    return runner_->Load(&reader) && reader.done();
  }

  std::vector<std::string> briefs() {
    queue_.FlushThrough(Time::max());
    return Briefs(sink_.alerts);
  }

 private:
  void MakeRule() {
    const RuleShared shared = {plan_.get(),    &options_, &evaluator_, &builder_,
                               silence_.get(), &timers_,  &image_};
    runner_ = std::make_unique<RuleRunner>(0, shared, &stats_.rules[0]);
  }

  const std::shared_ptr<const Plan> plan_;
  const EngineOptions options_;
  EngineStats stats_;
  CollectingSink sink_;
  Evaluator evaluator_;
  Router router_;
  AlertBuilder builder_;
  AlertQueue queue_;
  AlertEvents events_;
  TimerHeap timers_;
  EventImage image_;
  std::unique_ptr<Silence> silence_;
  std::unique_ptr<RuleRunner> runner_;
  Event event_;
  int64_t now_ = 0;
};

struct Case {
  std::string name;
  FillRule fill;
};

std::shared_ptr<const Plan> PlanOf(const Case& c) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  rule.title = {{"", b.Field(FieldId::kObject)}};
  rule.max_keys = 8;
  c.fill(&b, &rule);
  b.Add(std::move(rule));
  return b.Build();
}

std::vector<EventSpec> Stream(uint32_t seed) {
  static const std::string kUsers[] = {"ana", "Bo", "zoe", "q"};
  static const std::string kObjects[] = {"q1", "q2", ""};
  static const Kind kKinds[] = {Kind::kAuthn, Kind::kAuthz, Kind::kChannel};
  std::mt19937 random(seed);
  std::vector<EventSpec> events;
  int64_t t = 0;
  for (int i = 0; i < 60; ++i) {
    t += static_cast<int64_t>(random() % 9 == 0 ? 11 : random() % 3);
    events.push_back({.time = t,
                      .user = kUsers[random() % 2 == 0 ? 0 : random() % 4],
                      .reason = static_cast<int64_t>(1 + random() % 3),
                      .object = kObjects[random() % 3],
                      .kind = kKinds[random() % 3]});
  }
  return events;
}

class WhenStateTest : public ::testing::TestWithParam<Case> {};

TEST_P(WhenStateTest, ARestartAfterEveryEventChangesNothing) {
  size_t alerts = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    RuleRun whole(PlanOf(GetParam()));
    RuleRun restarted(PlanOf(GetParam()));
    for (const EventSpec& event : Stream(seed)) {
      whole.Feed(event);
      restarted.Feed(event);
      restarted.Restart();
      ASSERT_TRUE(restarted.Save() == whole.Save()) << "at " << event.time;
    }
    whole.RunTimers(1'000'000);
    restarted.RunTimers(1'000'000);
    EXPECT_EQ(restarted.briefs(), whole.briefs());
    alerts += whole.briefs().size();
  }
  EXPECT_GT(alerts, 10u);
}

TEST_P(WhenStateTest, DamagedBytesAreSafe) {
  RuleRun run(PlanOf(GetParam()));
  for (const EventSpec& event : Stream(1)) run.Feed(event);
  const std::string bytes = run.Save();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(run.Takes(bytes.substr(0, size)));
  }
  std::mt19937 random(3);
  for (int i = 0; i < 500; ++i) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] ^=
        static_cast<char>(1 + random() % 255);
    run.Takes(damaged);
    if (!run.Takes(damaged)) continue;
    for (const EventSpec& event : Stream(2)) run.Feed(event);
  }
}

constexpr Kind kA = Kind::kAuthn;
constexpr Kind kB = Kind::kAuthz;
constexpr Kind kC = Kind::kChannel;

INSTANTIATE_TEST_SUITE_P(
    Cases, WhenStateTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Steps",
         [](PlanBuilder* b, RulePlan* rule) {
           b->AddStep(rule, kA, kNoExpr, 2);
           b->AddStep(rule, kB, kNoExpr, 3);
           b->AddStep(rule, kC);
           rule->sequence->length = Duration(60);
           rule->evidence_first = 2;
           rule->evidence_last = 2;
         }},
        {"StepsThatReadOthers",
         [](PlanBuilder* b, RulePlan* rule) {
           b->AddStep(rule, kA);
           b->AddStep(rule, kC, b->ReasonIs(1)).missing = true;
           b->AddStep(rule, kB, kNoExpr, 2);
           const ExprId object = b->StepValue(rule, 0, FieldId::kObject, true);
           rule->sequence->steps[2].where =
               b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), object}, 1);
           rule->fields = {{"reason", b->StepValue(rule, 0, FieldId::kReason)}};
           rule->sequence->length = Duration(40);
         }},
        {"LastMissing",
         [](PlanBuilder* b, RulePlan* rule) {
           b->AddStep(rule, kA);
           b->AddStep(rule, kB);
           b->AddStep(rule, kC).missing = true;
           rule->max_keys = 3;
           const ExprId object = b->StepValue(rule, 0, FieldId::kObject, true);
           rule->sequence->steps[2].where =
               b->Op(ExprOp::kEq, {b->Field(FieldId::kObject), object}, 1);
         }},
        {"Absent",
         [](PlanBuilder*, RulePlan* rule) {
           rule->absent = AbsentPlan{.length = Duration(10)};
           rule->absent->universe = {
               {.type = ValueType::kFolded, .text = "Bo"},
               {.type = ValueType::kFolded, .text = "ana"},
               {.type = ValueType::kFolded, .text = "never"}};
           rule->mutes = {{.until = At(30), .reason = "until 30"}};
           rule->resolve = true;
         }},
        {"New",
         [](PlanBuilder* b, RulePlan* rule) {
           rule->seen = SeenPlan{.tuple = {{"object",
                                            b->Field(FieldId::kObject)}},
                                 .length = Duration(10),
                                 .learn = Duration(5)};
           rule->max_keys = 100;
         }},
        {"RareWithEvidence",
         [](PlanBuilder* b, RulePlan* rule) {
           rule->seen =
               SeenPlan{.tuple = {{"object", b->Field(FieldId::kObject), true}},
                        .below = 3,
                        .length = Duration(10)};
           rule->evidence_last = 2;
         }},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
