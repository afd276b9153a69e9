#include "mqwarden/engine/window/ordered_values.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

// The definition: a sorted vector.
class SortedVector {
 public:
  void Add(int64_t value) {
    values_.insert(std::lower_bound(values_.begin(), values_.end(), value),
                   value);
  }
  void Remove(int64_t value) {
    values_.erase(std::lower_bound(values_.begin(), values_.end(), value));
  }
  const std::vector<int64_t>& values() const { return values_; }

 private:
  std::vector<int64_t> values_;
};

void Compare(const OrderedValues& values, const SortedVector& reference) {
  ASSERT_EQ(values.size(), static_cast<int64_t>(reference.values().size()));
  size_t distinct = 0;
  for (size_t i = 0; i < reference.values().size(); ++i) {
    ASSERT_EQ(values.AtRank(static_cast<int64_t>(i) + 1),
              reference.values()[i]);
    if (i == 0 || reference.values()[i] != reference.values()[i - 1]) {
      ++distinct;
    }
  }
  ASSERT_EQ(values.distinct(), distinct);
  size_t at = 0;
  values.ForEach([&](absl::int128 value, int64_t times) {
    for (; times > 0; --times) ASSERT_EQ(value, reference.values()[at++]);
  });
  ASSERT_EQ(at, reference.values().size());
}

// Grows and shrinks through many chunks, with few and with many repeats.
TEST(OrderedValuesTest, AgreesWithASortedVector) {
  for (const int64_t range : {3, 100, 1'000'000}) {
    std::mt19937_64 random(static_cast<uint64_t>(range));
    OrderedValues values;
    SortedVector reference;
    std::vector<int64_t> queue;
    size_t head = 0;
    for (int step = 0; step < 12'000; ++step) {
      // Three thousand more, then as many fewer, twice.
      const bool grows = step / 3000 % 2 == 0;
      const bool adds = head == queue.size() || random() % 8 < (grows ? 7 : 1);
      if (adds) {
        const auto value = static_cast<int64_t>(random() % range) - range / 2;
        values.Add(value);
        reference.Add(value);
        queue.push_back(value);
        ASSERT_TRUE(values.Contains(value));
      } else {
        values.Remove(queue[head]);
        reference.Remove(queue[head]);
        ++head;
      }
      if (step % 500 == 0) Compare(values, reference);
    }
    Compare(values, reference);
    while (head < queue.size()) values.Remove(queue[head++]);
    EXPECT_EQ(values.size(), 0);
    EXPECT_EQ(values.distinct(), 0u);
  }
}

TEST(OrderedValuesTest, SortedInputFillsItsChunks) {
  OrderedValues values;
  constexpr int64_t kCount = 10'000;
  for (int64_t i = 0; i < kCount; ++i) values.Add(i);
  for (int64_t i = kCount; i > 0; --i) values.Add(-i);
  for (int64_t rank : {int64_t{1}, kCount, kCount + 1, 2 * kCount}) {
    EXPECT_EQ(values.AtRank(rank), rank - kCount - 1);
  }
  EXPECT_FALSE(values.Contains(kCount));
}

TEST(OrderedValuesTest, AClearedOneIsAsNew) {
  OrderedValues values;
  values.Add(5, 3);
  EXPECT_EQ(values.size(), 3);
  values.Clear();
  EXPECT_EQ(values.size(), 0);
  EXPECT_FALSE(values.Contains(5));
  values.Add(7);
  EXPECT_EQ(values.AtRank(1), 7);
}

}  // namespace
}  // namespace mqwarden
