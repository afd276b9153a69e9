#include "mqwarden/base/reorder_buffer.h"

#include <algorithm>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

using Item = std::pair<int, int>;  // time, number
using Buffer = ReorderBuffer<Item, std::less<Item>>;

TEST(ReorderBufferTest, InOrderNothingIsDisplaced) {
  Buffer buffer;
  for (int i = 0; i < 100; ++i) buffer.Push({i / 3, i});
  EXPECT_EQ(buffer.displaced(), 0u);
  EXPECT_EQ(buffer.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(buffer.Pop(), Item(i / 3, i));
  EXPECT_TRUE(buffer.empty());
}

// Whatever comes, and however pushes and pops take turns, what leaves behind a
// watermark is what a sort gives.
TEST(ReorderBufferTest, AgreesWithASort) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    Buffer buffer;
    std::vector<Item> waiting;
    std::vector<Item> expected;
    std::vector<Item> actual;
    for (int i = 0; i < 60; ++i) {
      const Item item(i + static_cast<int>(random() % 9), i);
      buffer.Push(item);
      waiting.push_back(item);
      if (random() % 4 != 0) continue;
      const int watermark = i - static_cast<int>(random() % 5);
      std::sort(waiting.begin(), waiting.end());
      while (!waiting.empty() && waiting.front().first < watermark) {
        expected.push_back(waiting.front());
        waiting.erase(waiting.begin());
      }
      while (!buffer.empty() && buffer.front().first < watermark) {
        actual.push_back(buffer.Pop());
      }
      ASSERT_EQ(actual, expected);
      ASSERT_EQ(buffer.size(), waiting.size());
    }
    std::sort(waiting.begin(), waiting.end());
    for (const Item& item : waiting) ASSERT_EQ(buffer.Pop(), item);
  }
}

}  // namespace
}  // namespace mqwarden
