#include "mqwarden/engine/limit_budget.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

// The definition: an alert passes when fewer than `count` were sent in
// (t - per, t].
std::vector<bool> Oracle(int64_t count, int64_t per,
                         const std::vector<int64_t>& times) {
  std::vector<int64_t> sent;
  std::vector<bool> passes;
  for (const int64_t t : times) {
    int64_t in_window = 0;
    for (const int64_t s : sent) in_window += s > t - per && s <= t ? 1 : 0;
    passes.push_back(in_window < count);
    if (passes.back()) sent.push_back(t);
  }
  return passes;
}

// Every non-decreasing sequence of up to seven alerts over six instants.
void CheckAll(std::vector<int64_t>* times) {
  for (int64_t count = 1; count <= 3; ++count) {
    for (int64_t per = 1; per <= 4; ++per) {
      LimitBudget budget(count, per, 100);
      int64_t given_up = 0;
      std::vector<bool> passes;
      for (const int64_t t : *times) {
        passes.push_back(budget.Passes("x", t));
        if (passes.back()) {
          budget.Spend("x", t, &given_up);
        } else {
          budget.Hold("x");
        }
      }
      ASSERT_EQ(passes, Oracle(count, per, *times));
      ASSERT_EQ(given_up, 0);
    }
  }
  if (times->size() == 7) return;
  for (int64_t t = times->empty() ? 0 : times->back(); t < 6; ++t) {
    times->push_back(t);
    CheckAll(times);
    times->pop_back();
  }
}

TEST(LimitBudgetExhaustiveTest, AgreesWithTheDefinition) {
  std::vector<int64_t> times;
  CheckAll(&times);
}

TEST(LimitBudgetTest, HeldAlertsAreAnnouncedOnceByTheNextOneSent) {
  LimitBudget budget(1, 10, 100);
  int64_t given_up = 0;
  EXPECT_EQ(budget.Spend("x", 0, &given_up), 0);
  budget.Hold("x");
  budget.Hold("x");
  EXPECT_EQ(budget.Spend("x", 1000, &given_up), 2);
  EXPECT_EQ(budget.Spend("x", 2000, &given_up), 0);
}

TEST(LimitBudgetTest, TuplesAreApart) {
  LimitBudget budget(1, 10, 100);
  int64_t given_up = 0;
  budget.Spend("x", 0, &given_up);
  EXPECT_FALSE(budget.Passes("x", 5));
  EXPECT_TRUE(budget.Passes("y", 5));
}

TEST(LimitBudgetTest, AlertsOfLateEventsCountAgainstWhatWasSentLater) {
  LimitBudget budget(2, 10, 100);
  int64_t given_up = 0;
  budget.Spend("x", 20, &given_up);
  EXPECT_TRUE(budget.Passes("x", 15));
  budget.Spend("x", 15, &given_up);
  EXPECT_FALSE(budget.Passes("x", 21));
  EXPECT_TRUE(budget.Passes("x", 25));
}

TEST(LimitBudgetTest, TuplesLeaveWhenTheirTimeHasPassed) {
  LimitBudget budget(1, 10, 1'000'000);
  int64_t given_up = 0;
  for (int64_t t = 0; t < 100'000; ++t) {
    budget.Spend(std::to_string(t), t, &given_up);
    ASSERT_LE(budget.size(), 128u);
  }
  EXPECT_EQ(given_up, 0);
}

// What was sent exactly a period ago counts no longer, and needs no room.
TEST(LimitBudgetTest, WhatHasJustExpiredMakesRoom) {
  LimitBudget budget(1, 10, 2);
  int64_t given_up = 0;
  budget.Spend("a", 0, &given_up);
  budget.Spend("b", 5, &given_up);
  budget.Spend("c", 10, &given_up);
  EXPECT_EQ(given_up, 0);
  EXPECT_EQ(budget.size(), 2u);
  EXPECT_FALSE(budget.Passes("b", 10));
}

TEST(LimitBudgetTest, AtTheBoundTheLeastRecentIsGivenUpAndPasses) {
  LimitBudget budget(1, 1000, 3);
  int64_t given_up = 0;
  budget.Spend("a", 1, &given_up);
  budget.Spend("b", 2, &given_up);
  budget.Spend("c", 3, &given_up);
  EXPECT_EQ(given_up, 0);
  budget.Spend("d", 4, &given_up);
  EXPECT_EQ(given_up, 1);
  EXPECT_EQ(budget.size(), 3u);
  EXPECT_TRUE(budget.Passes("a", 5));
  EXPECT_FALSE(budget.Passes("b", 5));
  EXPECT_FALSE(budget.Passes("d", 5));
}

}  // namespace
}  // namespace mqwarden
