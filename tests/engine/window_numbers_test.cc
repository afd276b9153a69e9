// sum, avg, min, max and percentile in windows, against their definitions over a
// list of the events; and windows that are written to bytes and read again.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/window/event_deque.h"
#include "mqwarden/engine/window/pane.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

struct Sample {
  int64_t time;
  std::optional<int64_t> number;
  int text;  // of distinct() and set(); 0: missing
};

// Percentiles 1, 50, 66.7 and 100 after sum, avg, min, max of one integer; then
// count(condition), distinct, a set and evidence.
class Numbers {
 public:
  Numbers() {
    pool_.exprs.push_back({.op = ExprOp::kField,
                           .type = ValueType::kInt,
                           .a = static_cast<uint32_t>(FieldId::kReason)});
    using Kind = Aggregate::Kind;
    for (const Kind kind : {Kind::kSum, Kind::kAvg, Kind::kMin, Kind::kMax}) {
      rule_.aggregates.push_back({.kind = kind, .args = {0}});
    }
    for (const std::string_view percent : {"1", "50", "66.7", "100"}) {
      rule_.aggregates.push_back({.kind = Kind::kPercentile,
                                  .args = {0},
                                  .percent = *Decimal::Parse(percent)});
    }
    rule_.aggregates.push_back({.kind = Kind::kCountIf});
    rule_.aggregates.push_back({.kind = Kind::kDistinct, .args = {0}});
    rule_.value_sets = {{.arg = 0, .max = 2}};
    rule_.evidence_first = 1;
    rule_.evidence_last = 1;
  }
  WindowLayout Layout(size_t max_entries) const {
    return WindowLayout(rule_, pool_, max_entries, /*at_least_only=*/false);
  }

 private:
  PlanPool pool_;
  RulePlan rule_;
};

std::shared_ptr<const std::string> EventAt(int64_t t) {
  Event event;
  event.SetTime(Time(Duration(t)));
  std::string bytes;
  EncodeEvent(event, &bytes);
  return std::make_shared<const std::string>(bytes);
}

template <typename Window>
void Add(const Sample& sample, Window* window) {
  const std::vector<std::string> tuples = {
      sample.text == 0 ? "" : std::to_string(sample.text)};
  const std::vector<Value> values = {
      sample.text == 0 ? Value::Missing()
                       : Value::Number(ValueType::kInt, sample.text)};
  const std::vector<absl::int128> numbers = {
      sample.number.has_value() ? absl::int128(*sample.number) : kNoNumber};
  window->Add({.time = sample.time,
               .bits = sample.text == 1 ? 1u : 0u,
               .tuples = tuples,
               .values = values,
               .numbers = numbers,
               .event = EventAt(sample.time)});
}

AggregateValue Of(std::optional<int64_t> number) {
  return number.has_value() ? AggregateValue::Of(*number) : AggregateValue();
}

// The definitions.
std::vector<AggregateValue> Expected(const std::vector<Sample>& samples) {
  std::vector<int64_t> sorted;
  std::vector<int> texts;
  int64_t ones = 0;
  for (const Sample& sample : samples) {
    if (sample.number.has_value()) sorted.push_back(*sample.number);
    if (sample.text != 0) texts.push_back(sample.text);
    ones += sample.text == 1 ? 1 : 0;
  }
  std::sort(sorted.begin(), sorted.end());
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  int64_t sum = 0;
  for (const int64_t number : sorted) sum += number;
  const auto n = static_cast<int64_t>(sorted.size());
  std::vector<AggregateValue> values = {AggregateValue::Of(sum)};
  if (n == 0) {
    values.resize(8);
  } else {
    // Of integers, so in billionths.
    values.push_back({absl::int128(sum) * Decimal::kOne, n});
    values.push_back(Of(sorted.front()));
    values.push_back(Of(sorted.back()));
    for (const int64_t tenths : {10, 500, 667, 1000}) {
      const int64_t rank = (tenths * n + 999) / 1000;
      values.push_back(Of(sorted[static_cast<size_t>(rank - 1)]));
    }
  }
  values.push_back(Of(ones));
  values.push_back(Of(static_cast<int64_t>(texts.size())));
  return values;
}

template <typename Window>
std::vector<AggregateValue> Actual(const Window& window) {
  std::vector<AggregateValue> values;
  window.FillAggregates(&values);
  return values;
}

template <typename Window>
std::string Saved(const Window& window) {
  std::string bytes;
  ByteWriter writer(&bytes);
  window.Save(&writer);
  return bytes;
}

template <typename Window>
std::unique_ptr<Window> Loaded(const WindowLayout& layout,
                               const std::string& bytes) {
  auto window = std::make_unique<Window>(layout);
  ByteReader reader(bytes);
  if (!window->Load(&reader) || !reader.done()) return nullptr;
  return window;
}

// A window equals what is read from its bytes.
template <typename Window>
void ExpectSurvives(const WindowLayout& layout, const Window& window) {
  const std::string bytes = Saved(window);
  const auto copy = Loaded<Window>(layout, bytes);
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(Saved(*copy), bytes);
  EXPECT_EQ(Actual(*copy), Actual(window));
  EXPECT_EQ(copy->ValueSets(), window.ValueSets());
  ASSERT_EQ(copy->Evidence().size(), window.Evidence().size());
  for (size_t i = 0; i < copy->Evidence().size(); ++i) {
    EXPECT_EQ(*copy->Evidence()[i], *window.Evidence()[i]);
  }
}

std::vector<Sample> After(const std::vector<Sample>& samples, int64_t cutoff) {
  std::vector<Sample> later;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(later),
               [cutoff](const Sample& s) { return s.time > cutoff; });
  return later;
}

constexpr int64_t kLength = 3;

void CheckDeque(const WindowLayout& layout, std::vector<Sample>* samples) {
  EventDeque deque(layout);
  Pane pane(layout);
  for (const Sample& sample : *samples) {
    deque.LeaveThrough(sample.time - kLength);
    Add(sample, &deque);
    Add(sample, &pane);
  }
  ASSERT_EQ(Actual(pane), Expected(*samples));
  const int64_t last = samples->empty() ? 0 : samples->back().time;
  for (int64_t cutoff = last - kLength; cutoff <= last; ++cutoff) {
    deque.LeaveThrough(cutoff);
    ASSERT_EQ(Actual(deque), Expected(After(*samples, cutoff)));
  }
  if (samples->size() == 4) return;
  for (int64_t t = last; t < 5; ++t) {
    for (const auto number : std::vector<std::optional<int64_t>>{
             std::nullopt, -1, 0, 2}) {
      samples->push_back({t, number, static_cast<int>(t % 3)});
      CheckDeque(layout, samples);
      samples->pop_back();
    }
  }
}

// Every non-decreasing sequence of up to four events over five instants, each
// with one of four numbers.
TEST(WindowNumbersExhaustiveTest, AgreeWithTheDefinitions) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(100);
  std::vector<Sample> samples;
  CheckDeque(layout, &samples);
}

TEST(WindowNumbersTest, AgreeWithTheDefinitionsInLongWindows) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(100'000);
  for (const int64_t range : {2, 50, 1'000'000'000}) {
    std::mt19937_64 random(static_cast<uint64_t>(range));
    auto deque = std::make_unique<EventDeque>(layout);
    std::vector<Sample> samples;
    int64_t t = 0;
    for (int step = 0; step < 3000; ++step) {
      t += static_cast<int64_t>(random() % 3);
      Sample sample = {t, std::nullopt, static_cast<int>(random() % 4)};
      if (random() % 8 != 0) {
        sample.number = static_cast<int64_t>(random() % range) - range / 2;
      }
      const int64_t cutoff = t - 1500;
      deque->LeaveThrough(cutoff);
      Add(sample, deque.get());
      samples.push_back(sample);
      if (step % 300 != 0) continue;
      ASSERT_EQ(Actual(*deque), Expected(After(samples, cutoff)));
      ExpectSurvives(layout, *deque);
      // It goes on as the one that was read.
      deque = Loaded<EventDeque>(layout, Saved(*deque));
      ASSERT_NE(deque, nullptr);
    }
  }
}

TEST(WindowNumbersTest, APaneSurvivesItsBytes) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(100);
  auto pane = std::make_unique<Pane>(layout);
  ExpectSurvives(layout, *pane);
  std::vector<Sample> samples;
  std::mt19937_64 random(1);
  for (int64_t t = 0; t < 60; ++t) {
    Sample sample = {t, static_cast<int64_t>(random() % 9) - 4,
                     static_cast<int>(random() % 4)};
    Add(sample, pane.get());
    samples.push_back(sample);
    ExpectSurvives(layout, *pane);
    pane = Loaded<Pane>(layout, Saved(*pane));
    ASSERT_NE(pane, nullptr);
    ASSERT_EQ(Actual(*pane), Expected(samples));
  }
}

TEST(WindowNumbersTest, ASaturatedDequeRemembersANegativeNumber) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(2);
  EventDeque deque(layout);
  Add({1, -5, 0}, &deque);
  Add({2, 1, 0}, &deque);
  EXPECT_FALSE(deque.lost_negative());
  Add({3, 2, 0}, &deque);
  EXPECT_TRUE(deque.saturated());
  EXPECT_TRUE(deque.lost_negative());
  ExpectSurvives(layout, deque);
  EXPECT_EQ(Actual(deque)[0], AggregateValue::Of(3));
  deque.LeaveThrough(1);
  EXPECT_FALSE(deque.saturated());
  EXPECT_FALSE(deque.lost_negative());
}

TEST(WindowNumbersTest, ALostZeroIsNotNegative) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(1);
  EventDeque deque(layout);
  Add({1, 0, 0}, &deque);
  Add({2, 1, 0}, &deque);
  EXPECT_TRUE(deque.saturated());
  EXPECT_FALSE(deque.lost_negative());
}

// Events of the instant of the lost one are still there.
TEST(WindowNumbersTest, ASaturatedInstantSurvivesItsBytes) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(2);
  EventDeque deque(layout);
  for (int i = 0; i < 3; ++i) Add({5, 1, 1}, &deque);
  EXPECT_TRUE(deque.saturated());
  ExpectSurvives(layout, deque);
}

// All of the events are counted, and as many different values as fit are there.
TEST(WindowNumbersTest, AFullPaneSurvivesItsBytes) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(1);
  auto pane = std::make_unique<Pane>(layout);
  for (int64_t t = 0; t < 3; ++t) Add({t, 7, 1}, pane.get());
  EXPECT_FALSE(pane->saturated());
  ExpectSurvives(layout, *pane);
  pane = Loaded<Pane>(layout, Saved(*pane));
  ASSERT_NE(pane, nullptr);
  EXPECT_EQ(Actual(*pane), Expected({{0, 7, 1}, {1, 7, 1}, {2, 7, 1}}));
}

TEST(WindowNumbersTest, APaneTellsNoMoreDifferentTextsApartThanItsBound) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(2);
  Pane pane(layout);
  for (int text = 1; text <= 2; ++text) Add({text, 7, text}, &pane);
  EXPECT_FALSE(pane.saturated());
  Add({3, 7, 3}, &pane);
  EXPECT_TRUE(pane.saturated());
  EXPECT_EQ(Actual(pane).back(), AggregateValue::Of(2));
}

TEST(WindowNumbersTest, ColumnsHoldWhatTheirTotalsCanHold) {
  constexpr absl::int128 kBound = absl::int128(1) << 96;
  EXPECT_TRUE(IsColumnNumber(kBound - 1));
  EXPECT_FALSE(IsColumnNumber(kBound));
  EXPECT_TRUE(IsColumnNumber(1 - kBound));
  EXPECT_FALSE(IsColumnNumber(-kBound));
  EXPECT_TRUE(IsColumnNumber(kNoNumber));
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(2);
  constexpr size_t kAvg = 1;
  const absl::int128 most = 2 * kBound;
  EXPECT_EQ(layout.Average(kAvg, most, 3), AggregateValue());
  EXPECT_EQ(layout.Average(kAvg, -most, 3), AggregateValue());
  EXPECT_NE(layout.Average(kAvg, most - 1, 3), AggregateValue());
  EXPECT_NE(layout.Average(kAvg, 1 - most, 3), AggregateValue());
}

TEST(WindowNumbersTest, APaneSaturatesByDifferentValuesAlone) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(2);
  Pane pane(layout);
  for (int64_t t = 0; t < 9; ++t) Add({t, t % 2, 0}, &pane);
  EXPECT_FALSE(pane.saturated());
  EXPECT_EQ(Actual(pane)[0], AggregateValue::Of(4));
  Add({9, 7, 0}, &pane);
  EXPECT_TRUE(pane.saturated());
  EXPECT_EQ(Actual(pane)[0], AggregateValue::Of(11));
  EXPECT_EQ(Actual(pane)[3], AggregateValue::Of(7)) << "max is exact";
  ExpectSurvives(layout, pane);
}

// Every prefix and every changed byte is refused or read as some window that has
// bytes of its own; nothing crashes.
template <typename Window>
void Damage(const WindowLayout& layout, const Window& window) {
  const std::string bytes = Saved(window);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(Loaded<Window>(layout, bytes.substr(0, size)), nullptr);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      const auto loaded = Loaded<Window>(layout, damaged);
      if (loaded == nullptr) continue;
      Actual(*loaded);
      loaded->ValueSets();
      loaded->Evidence();
      EXPECT_EQ(Saved(*loaded).size(), damaged.size());
    }
  }
}

TEST(WindowNumbersTest, DamagedBytesAreHarmless) {
  const Numbers numbers;
  const WindowLayout layout = numbers.Layout(6);
  EventDeque deque(layout);
  Pane pane(layout);
  for (int64_t t = 0; t < 8; ++t) {
    Add({t, t * 1000, static_cast<int>(t % 4)}, &deque);
    Add({t, t * 1000, static_cast<int>(t % 4)}, &pane);
  }
  Damage(layout, deque);
  Damage(layout, pane);
}

TEST(NearestRankTest, IsTheCeilingOfTheShare) {
  const auto rank = [](std::string_view percent, int64_t n) {
    return NearestRank(*Decimal::Parse(percent), n);
  };
  EXPECT_EQ(rank("50", 1), 1);
  EXPECT_EQ(rank("50", 2), 1);
  EXPECT_EQ(rank("50", 3), 2);
  EXPECT_EQ(rank("95", 20), 19);
  EXPECT_EQ(rank("95", 21), 20);
  EXPECT_EQ(rank("100", 7), 7);
  EXPECT_EQ(rank("0.000000001", 7), 1);
  EXPECT_EQ(rank("99.999999999", 1'000'000'000), 1'000'000'000);
}

}  // namespace
}  // namespace mqwarden
