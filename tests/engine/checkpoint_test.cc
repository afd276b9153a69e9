// An engine that is stopped and restored goes on as if it never stopped; damaged
// bytes change nothing.
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

// Rules with every sort of state that a count has: a ring, a deque with evidence,
// open alerts that resolve, limits that hold and tell in a digest.
std::shared_ptr<const Plan> SomePlan(uint64_t state_hash = 1) {
  PlanBuilder builder;
  RulePlan ring = builder.CountRule("ring", 3, 20);
  ring.state_hash = state_hash;
  ring.limits = {builder.Limit(1, 60, {FieldId::kUser})};
  RulePlan open = builder.CountRule("open", 2, 15);
  open.state_hash = 2;
  open.resolve = true;
  open.escalations = {{builder.AtLeast(4), Severity::kCritical}};
  open.evidence_last = 2;
  RulePlan each = builder.CountRule("each", 2, 30);
  each.state_hash = 3;
  each.window->refire = RefireKind::kEach;
  each.limits = {builder.Limit(2, 40, {})};
  each.limits[0].digest = true;
  RulePlan plain = builder.Rule("plain");
  plain.by = {{"user", builder.Field(FieldId::kUser)}};
  builder.Add(ring).Add(open).Add(each).Add(plain);
  builder.AddPolicyLimit(builder.Limit(7, 50, {FieldId::kUser}));
  return builder.Build();
}

std::vector<EventSpec> RandomStream(uint64_t seed) {
  static constexpr std::string_view kUsers[] = {"ana", "bob", "cyn"};
  std::mt19937_64 random(seed);
  std::vector<EventSpec> specs;
  int64_t t = 100;
  for (int i = 0; i < 60; ++i) {
    t += static_cast<int64_t>(random() % 6);
    specs.push_back({.time = t, .user = kUsers[random() % 3]});
  }
  return specs;
}

std::unique_ptr<Engine> NewEngine(const std::shared_ptr<const Plan>& plan,
                                  AlertSink* sink, uint64_t seed = 0) {
  EngineOptions options;
  options.hash_seed = seed;
  auto engine = Engine::Create(plan, options, sink);
  EXPECT_TRUE(engine.ok());
  return *std::move(engine);
}

// Stops after every `every` events; 0: never.
std::vector<std::string> LinesOf(const std::vector<EventSpec>& specs, int every) {
  const auto plan = SomePlan();
  CollectingSink sink;
  std::unique_ptr<Engine> engine = NewEngine(plan, &sink);
  Event event;
  int count = 0;
  for (const EventSpec& spec : specs) {
    Fill(spec, &event);
    engine->Process(&event);
    if (every == 0 || ++count % every != 0) continue;
    std::string bytes;
    engine->Checkpoint(&bytes);
    engine = NewEngine(plan, &sink);
    const auto report = engine->Restore(bytes);
    EXPECT_TRUE(report.ok()) << report.status();
    std::string again;
    engine->Checkpoint(&again);
    EXPECT_EQ(again, bytes);
  }
  engine->AdvanceWatermark(At(specs.back().time + 200));
  engine->Flush();
  std::vector<std::string> lines = Briefs(sink.alerts);
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i] += " " + ToHex(sink.alerts[i].id) + " evidence " +
                std::to_string(sink.alerts[i].evidence.size());
  }
  for (const RuleStats& stats : engine->stats().rules) {
    lines.push_back(stats.rule + " " + std::to_string(stats.evaluations) + " " +
                    std::to_string(stats.fired) + " " +
                    std::to_string(stats.limited) + " " +
                    std::to_string(stats.sent) + " " +
                    std::to_string(stats.resolved) + " " +
                    std::to_string(stats.digests));
  }
  return lines;
}

TEST(CheckpointTest, RestoredItGoesOnAsIfNeverStopped) {
  size_t alerts = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<EventSpec> specs = RandomStream(seed);
    const std::vector<std::string> expected = LinesOf(specs, 0);
    for (const int every : {1, 7}) {
      ASSERT_EQ(LinesOf(specs, every), expected) << seed << " " << every;
    }
    alerts += expected.size();
  }
  EXPECT_GT(alerts, 1'000u);
}

std::string SomeCheckpoint() {
  CollectingSink sink;
  const auto engine = NewEngine(SomePlan(), &sink);
  Event event;
  for (const EventSpec& spec : RandomStream(5)) {
    Fill(spec, &event);
    engine->Process(&event);
  }
  std::string bytes;
  engine->Checkpoint(&bytes);
  return bytes;
}

TEST(CheckpointTest, EveryFlippedByteAndEveryCutIsFoundAndChangesNothing) {
  const std::string bytes = SomeCheckpoint();
  CollectingSink sink;
  const auto engine = NewEngine(SomePlan(), &sink);
  std::string before;
  engine->Checkpoint(&before);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
    ASSERT_EQ(engine->Restore(damaged).status().code(),
              absl::StatusCode::kDataLoss)
        << i;
    ASSERT_EQ(engine->Restore(bytes.substr(0, i)).status().code(),
              absl::StatusCode::kDataLoss)
        << i;
  }
  std::string after;
  engine->Checkpoint(&after);
  EXPECT_EQ(after, before);
  EXPECT_TRUE(engine->Restore(bytes).ok());
}

TEST(CheckpointTest, AnotherHashSeedIsRefused) {
  CollectingSink sink;
  const auto engine = NewEngine(SomePlan(), &sink, 7);
  EXPECT_EQ(engine->Restore(SomeCheckpoint()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(CheckpointTest, ARuleThatMeansSomethingElseStartsEmpty) {
  CollectingSink sink;
  auto engine = NewEngine(SomePlan(), &sink);
  Event event;
  for (const int64_t t : {1, 2}) {
    Fill({.time = t}, &event);
    engine->Process(&event);
  }
  std::string bytes;
  engine->Checkpoint(&bytes);

  CollectingSink later;
  engine = NewEngine(SomePlan(/*state_hash=*/9), &later);
  const auto report = engine->Restore(bytes);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rules_kept, 3);
  EXPECT_EQ(report->rules_changed, 1);
  EXPECT_EQ(report->rules_new, 0);
  // The third event would have fired `ring`; it starts anew.
  Fill({.time = 3}, &event);
  engine->Process(&event);
  EXPECT_EQ(engine->stats().rules[3].fired, 0);
  for (const int64_t t : {4, 5}) {
    Fill({.time = t}, &event);
    engine->Process(&event);
  }
  EXPECT_EQ(engine->stats().rules[3].fired, 1);
}

}  // namespace
}  // namespace mqwarden
