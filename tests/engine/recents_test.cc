#include "mqwarden/engine/recents.h"

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {
namespace {

std::shared_ptr<const Plan> PlanWith(int64_t length, int64_t max_keys) {
  auto pool = std::make_shared<PlanPool>();
  RecentPlan recent;
  recent.name = "refused";
  recent.state_hash = 7;
  recent.length = Duration(length);
  recent.max_keys = max_keys;
  pool->recents.push_back(std::move(recent));
  return std::make_shared<const Plan>(
      pool, std::vector<std::shared_ptr<const RulePlan>>(),
      std::vector<LimitPlan>(), nullptr);
}

TEST(RecentsTest, HoldsForLessThanItsDuration) {
  const auto plan = PlanWith(10, 100);
  Recents recents(*plan);
  EXPECT_FALSE(recents.Holds(0, "ana", 5));
  recents.Remember(0, "ana", 5);
  EXPECT_TRUE(recents.Holds(0, "ana", 14));
  EXPECT_FALSE(recents.Holds(0, "ana", 15));
  EXPECT_FALSE(recents.Holds(0, "bob", 6));
}

TEST(RecentsTest, AgreesWithKeepingEveryEvent) {
  std::mt19937_64 random(3);
  for (int stream = 0; stream < 50; ++stream) {
    const int64_t length = 1 + static_cast<int64_t>(random() % 40);
    const auto plan = PlanWith(length, 1'000'000);
    Recents recents(*plan);
    std::map<std::string, std::vector<int64_t>> all;
    int64_t t = 0;
    for (int i = 0; i < 3'000; ++i) {
      t += static_cast<int64_t>(random() % 3);
      const std::string tuple = std::to_string(random() % 2'000);
      bool expected = false;
      for (const int64_t at : all[tuple]) expected |= at > t - length;
      ASSERT_EQ(recents.Holds(0, tuple, t), expected);
      recents.Remember(0, tuple, t);
      all[tuple].push_back(t);
    }
    EXPECT_EQ(recents.evicted(), 0);
  }
}

TEST(RecentsTest, AtTheBoundTheOldestGoAndAreCounted) {
  const auto plan = PlanWith(1'000'000, 100);
  Recents recents(*plan);
  for (int64_t i = 0; i < 1'000; ++i) {
    recents.Remember(0, std::to_string(i), i);
    ASSERT_TRUE(recents.Holds(0, std::to_string(i), i + 1));
  }
  int64_t kept = 0;
  for (int64_t i = 0; i < 1'000; ++i) {
    kept += recents.Holds(0, std::to_string(i), 1'000);
  }
  EXPECT_LE(kept, 100);
  EXPECT_EQ(kept + recents.evicted(), 1'000);
}

// What is exactly as old as the duration needs no room; nothing over the bound
// is kept.
TEST(RecentsTest, TheBoundIsExact) {
  const auto plan = PlanWith(10, 2);
  Recents recents(*plan);
  recents.Remember(0, "a", 0);
  recents.Remember(0, "b", 5);
  recents.Remember(0, "c", 10);
  EXPECT_EQ(recents.evicted(), 0);
  EXPECT_TRUE(recents.Holds(0, "b", 11));
  EXPECT_TRUE(recents.Holds(0, "c", 11));
  recents.Remember(0, "d", 12);
  EXPECT_EQ(recents.evicted(), 1);
  EXPECT_FALSE(recents.Holds(0, "b", 13));
  EXPECT_TRUE(recents.Holds(0, "c", 13));
  EXPECT_TRUE(recents.Holds(0, "d", 13));
}

TEST(RecentsTest, LoadedStateGoesOnAsSaved) {
  const auto plan = PlanWith(50, 1'000);
  Recents saved(*plan);
  for (int64_t i = 0; i < 40; ++i) {
    saved.Remember(0, std::to_string(i % 7), i);
  }
  std::string bytes;
  ByteWriter writer(&bytes);
  saved.Save(&writer);

  Recents loaded(*plan);
  ByteReader reader(bytes);
  ASSERT_TRUE(loaded.Load(&reader));
  std::string again;
  ByteWriter second(&again);
  loaded.Save(&second);
  EXPECT_EQ(again, bytes);

  for (size_t size = 0; size < bytes.size(); ++size) {
    Recents damaged(*plan);
    ByteReader cut(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(damaged.Load(&cut)) << size;
    EXPECT_FALSE(damaged.Holds(0, "1", 40));
  }
}

}  // namespace
}  // namespace mqwarden
