// No event of a known key allocates where the window is a ring, and no event
// that matches nothing does.
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace {
int64_t allocations = 0;
}  // namespace

// All forms of the plain operators, so that a sanitizer sees each pair as one;
// the array forms call these. Not inlined: g++ would see free() meet new.
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void* operator new(size_t size) {
  void* const bytes = operator new(size, std::nothrow);
  if (bytes == nullptr) std::abort();
  return bytes;
}
[[gnu::noinline]] void operator delete(void* bytes) noexcept { std::free(bytes); }
[[gnu::noinline]] void operator delete(void* bytes, size_t) noexcept {
  std::free(bytes);
}
[[gnu::noinline]] void operator delete(void* bytes, const std::nothrow_t&) noexcept {
  std::free(bytes);
}

namespace mqwarden {
namespace {

class AllocationTest : public ::testing::Test {
 protected:
  // Allocations of the second thousand of events by `users`, one a nanosecond.
  int64_t Measure(EngineRun* run, const std::vector<std::string>& users) {
    Event event;
    int64_t t = 0;
    const auto feed = [&] {
      for (int i = 0; i < 1000; ++i) {
        ++t;
        Fill({.time = t,
              .user = users[static_cast<size_t>(i) % users.size()],
              .reason = 2035,
              .object = "PAY.A.VERY.LONG.QUEUE.NAME.INDEED"},
             &event);
        run->engine().Process(&event);
      }
    };
    feed();
    const int64_t before = allocations;
    feed();
    return allocations - before;
  }
};

TEST_F(AllocationTest, KnownKeysOfARingAllocateNothing) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 100, 50);  // never true
  rule.by.push_back({"object", b.Field(FieldId::kObject)});
  rule.excludes = {{"", b.UserIs("nobody")}};
  rule.where = b.ReasonIs(2035);
  b.Add(std::move(rule));
  EngineRun run(b.Build());
  EXPECT_EQ(Measure(&run, {"ana", "bob", "a user with a rather long name"}), 0);
  EXPECT_EQ(run.stats().matched, 2000);
}

TEST_F(AllocationTest, OneKeyWhoseConditionStaysTrueAllocatesNothing) {
  PlanBuilder b;
  b.Add(b.CountRule("r", 10, 50));
  EngineRun run(b.Build());
  EXPECT_EQ(Measure(&run, {"ana"}), 0);
  EXPECT_EQ(run.stats().fired, 1);
}

TEST_F(AllocationTest, EventsThatMatchNothingAllocateNothing) {
  PlanBuilder b;
  RulePlan rule = b.CountRule("r", 10, 50);
  const ExprId lower = b.Op(ExprOp::kLower, {b.Field(FieldId::kObject)}, 0, 0,
                            ValueType::kExact);
  b.pool().glob_sets.push_back({true, {"x*y", "*z"}});
  TextSet set;
  set.fold = true;
  set.members = {"nobody"};
  b.pool().text_sets.push_back(set);
  rule.where = b.Op(
      ExprOp::kOr,
      {b.Op(ExprOp::kEq, {lower, b.Text("nothing")}),
       b.Op(ExprOp::kLike, {b.Field(FieldId::kObject)}),
       b.Op(ExprOp::kInTexts, {b.Field(FieldId::kObject)}),
       b.UserIs("nobody")});
  b.Add(rule);
  rule.name = "each";
  rule.window.reset();
  b.Add(rule);
  EngineRun run(b.Build());
  EXPECT_EQ(Measure(&run, {"ana", "bob"}), 0);
  EXPECT_EQ(run.stats().evaluations, 2000);
  EXPECT_EQ(run.stats().matched, 0);
}

// The same for each kind of window, in the steady state: one event a second, so that
// as many events leave a window as come, by users and objects that are known.
struct Kind {
  const char* name;
  const char* when;
  // Of a thousand events. A window that ends is given up as a whole, and the next
  // begins anew, here for three keys four times: so many allocations each, however
  // many events it has.
  int64_t allowed;
};

class AllocationOfKindsTest : public ::testing::TestWithParam<Kind> {
 protected:
  int64_t made_outside_ = 0;
};

TEST_P(AllocationOfKindsTest, KnownKeysAllocateNothing) {
  const std::string text =
      "rule r {\n  title \"x\" severity low on any\n"
      "  where reason == 2035\n  by user\n  when " +
      std::string(GetParam().when) + "\n}\n";
  const std::vector<RuleSource> sources = {{"r.mqw", text}};
  const CompileResult compiled = CompileRules(sources, nullptr, {});
  ASSERT_NE(compiled.plan, nullptr) << RenderText(compiled.diagnostics, {});
  EngineRun run(compiled.plan);
  ASSERT_TRUE(run.status().ok());
  const std::vector<std::string> users = {"ana", "bob",
                                          "a user with a rather long name"};
  const std::vector<std::string> objects = {
      "PAY.IN", "PAY.OUT", "A.QUEUE.WHOSE.NAME.IS.RATHER.LONG", "Q", "R"};
  std::vector<Event> batch(64);
  int64_t at = 0;
  const auto feed = [&](size_t batches) {
    for (size_t b = 0; b < batches; ++b) {
      int64_t before = allocations;
      for (Event& event : batch) {
        ++at;
        Fill({.time = at * 1'000'000'000,
              .user = users[static_cast<size_t>(at) % users.size()],
              .reason = 2035,
              .object = objects[static_cast<size_t>(at) % objects.size()]},
             &event);
      }
      // What it took to make the events is none of the engine's.
      before = allocations - before;
      run.engine().ProcessBatch(batch);
      made_outside_ += before;
    }
  };
  feed(64);
  const int64_t before = allocations - made_outside_;
  feed(16);
  const int64_t made = allocations - made_outside_ - before;
  EXPECT_LE(made, GetParam().allowed);
  EXPECT_EQ(run.stats().matched, 80 * 64);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, AllocationOfKindsTest,
    ::testing::ValuesIn(std::vector<Kind>{
        {"Ring", "count() >= 1000 in 5m", 0},
        {"Deque", "(count() >= 1000 and count(object like \"PAY.*\") > 5) in 5m", 0},
        {"LargestAndLeast", "(count() >= 1000 and max(reason) > min(reason)) in 5m", 0},
        {"Distinct", "distinct(object) >= 50 in 5m", 0},
        {"Tumbling", "count() >= 1000 in 5m tumbling", 12 * 4},
        {"TumblingDistinct", "distinct(object) >= 50 in 5m tumbling", 12 * 9},
        {"Session", "count() >= 100000 in 1m session", 0},
        {"SessionDistinct", "distinct(object) >= 50 in 1m session", 0},
        {"New", "new (object) in 5m", 0},
        {"Rare", "rare (object) < 1 in 5m", 0},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
