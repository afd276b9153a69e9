#include "mqwarden/engine/window/count_ring.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"

namespace mqwarden {
namespace {

// The definition, written so that it is obviously right and nothing else: how
// many of the first `events` times are later than `cutoff`.
uint32_t CountLater(const std::vector<int64_t>& times, int64_t cutoff) {
  uint32_t count = 0;
  for (const int64_t t : times) count += t > cutoff ? 1 : 0;
  return count;
}

struct Case {
  std::string name;
  uint32_t n;
  int64_t window;
  std::vector<int64_t> times;
  std::vector<bool> at_least_n;
};

class CountRingTest : public ::testing::TestWithParam<Case> {};

TEST_P(CountRingTest, AnswersAtEachEvent) {
  const Case& c = GetParam();
  std::vector<int64_t> words(CountRing::Bytes(c.n) / 8);
  CountRing ring(words.data(), c.n);
  std::vector<bool> answers;
  for (const int64_t t : c.times) {
    ring.Add(t);
    answers.push_back(ring.AtLeast(c.n, t - c.window));
  }
  EXPECT_EQ(answers, c.at_least_n);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CountRingTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"ExactlyAtThreshold", 3, 10, {0, 1, 2}, {false, false, true}},
        {"WindowStartIsExclusive", 2, 10, {0, 10}, {false, false}},
        {"OneBeforeTheWindowEnds", 2, 10, {0, 9}, {false, true}},
        {"GapResetsWithoutTimer", 2, 10, {0, 50, 59}, {false, false, true}},
        {"EqualTimesAllCount", 3, 1, {5, 5, 5}, {false, false, true}},
        {"OneIsEnough", 1, 10, {0, 100}, {true, true}},
        {"WrapsAround", 2, 3, {0, 1, 5, 6, 7}, {false, true, false, true, true}},
    }),
    [](const auto& info) { return info.param.name; });

// Every non-decreasing sequence of up to six events over six instants, every
// ring of up to four, every k it answers for, every cutoff.
void CheckAll(std::vector<int64_t>* times) {
  for (uint32_t n = 1; n <= 4; ++n) {
    std::vector<int64_t> words(CountRing::Bytes(n) / 8);
    CountRing ring(words.data(), n);
    for (const int64_t t : *times) ring.Add(t);
    for (int64_t cutoff = -1; cutoff <= 6; ++cutoff) {
      const uint32_t count = CountLater(*times, cutoff);
      for (uint32_t k = 0; k <= n; ++k) {
        ASSERT_EQ(ring.AtLeast(k, cutoff), count >= k);
      }
      ASSERT_EQ(ring.CountAfter(cutoff), std::min(count, n));
    }
    for (uint32_t k = 1; k <= ring.size(); ++k) {
      ASSERT_EQ(ring.Newest(k), (*times)[times->size() - k]);
    }
  }
  if (times->size() == 6) return;
  for (int64_t t = times->empty() ? 0 : times->back(); t < 6; ++t) {
    times->push_back(t);
    CheckAll(times);
    times->pop_back();
  }
}

TEST(CountRingExhaustiveTest, AgreesWithCounting) {
  std::vector<int64_t> times;
  CheckAll(&times);
}

TEST(CountRingClearTest, AClearedRingIsAsNew) {
  std::vector<int64_t> words(CountRing::Bytes(2) / 8);
  CountRing ring(words.data(), 2);
  ring.Add(1);
  ring.Add(2);
  ring.Clear();
  EXPECT_EQ(ring.size(), 0u);
  ring.Add(3);
  EXPECT_FALSE(ring.AtLeast(2, 0));
  EXPECT_EQ(ring.Newest(1), 3);
}

// The first timestamp stands behind no other, whatever an empty ring holds.
TEST(CountRingStateTest, ReadsTimesBeforeTheEpoch) {
  std::vector<int64_t> words(CountRing::Bytes(3) / 8);
  CountRing ring(words.data(), 3);
  for (const int64_t t : {-7, -7, 2}) ring.Add(t);
  std::string bytes;
  ByteWriter writer(&bytes);
  ring.Save(&writer);
  std::vector<int64_t> other_words(CountRing::Bytes(3) / 8);
  CountRing other(other_words.data(), 3);
  ByteReader reader(bytes);
  ASSERT_TRUE(other.Load(&reader));
  EXPECT_EQ(other.size(), 3u);
  EXPECT_EQ(other.Newest(3), -7);
  EXPECT_EQ(other.Newest(1), 2);
}

}  // namespace
}  // namespace mqwarden
