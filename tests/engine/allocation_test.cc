// No event of a known key allocates where the window is a ring, and no event
// that matches nothing does.
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
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

}  // namespace
}  // namespace mqwarden
