#include "mqwarden/engine/window/event_deque.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;

// What an event carries here: whether count(condition) counts it, and the value
// that distinct() and set() see; 0 is missing.
struct Sample {
  int64_t time;
  bool counted;
  int value;
};

RulePlan RuleOfAll() {
  RulePlan rule;
  rule.aggregates.resize(3);
  rule.aggregates[1].kind = Aggregate::Kind::kCountIf;
  rule.aggregates[2].kind = Aggregate::Kind::kDistinct;
  rule.value_sets = {{.arg = 0, .max = 2}};
  rule.evidence_first = 1;
  rule.evidence_last = 2;
  return rule;
}

void Add(const Sample& sample, EventDeque* deque) {
  const std::vector<std::string> tuples = {
      sample.value == 0 ? "" : std::to_string(sample.value)};
  const std::vector<Value> values = {
      sample.value == 0 ? Value::Missing()
                        : Value::Number(ValueType::kInt, sample.value)};
  deque->Add({.time = sample.time,
              .bits = sample.counted ? 1u : 0u,
              .tuples = tuples,
              .values = values,
              .event = std::make_shared<const std::string>(
                  std::to_string(sample.time))});
}

std::vector<std::string> SetOf(const EventDeque& deque) {
  std::vector<std::string> texts;
  const std::vector<AlertValue> sets = deque.ValueSets();
  for (const AlertValue& value : sets[0].list) {
    texts.push_back(value.text);
  }
  return texts;
}

std::vector<std::string> EvidenceOf(const EventDeque& deque) {
  std::vector<std::string> texts;
  for (const auto& bytes : deque.Evidence()) texts.push_back(*bytes);
  return texts;
}

// The definitions over the samples later than `cutoff`.
struct Expected {
  Expected(const std::vector<Sample>& samples, int64_t cutoff) {
    std::set<int> values;
    std::vector<Sample> window;
    for (const Sample& sample : samples) {
      if (sample.time <= cutoff) continue;
      window.push_back(sample);
      counted += sample.counted ? 1 : 0;
      if (sample.value == 0 || !values.insert(sample.value).second) continue;
      if (values.size() <= 2) set.push_back(std::to_string(sample.value));
    }
    count = static_cast<int64_t>(window.size());
    distinct = static_cast<int64_t>(values.size());
    for (size_t i = 0; i < window.size(); ++i) {
      if (i < 1 || i + 2 >= window.size()) {
        evidence.push_back(std::to_string(window[i].time));
      }
    }
  }
  int64_t count = 0;
  int64_t counted = 0;
  int64_t distinct = 0;
  std::vector<std::string> set;
  std::vector<std::string> evidence;
};

void CheckAll(const WindowLayout& layout, std::vector<Sample>* samples) {
  EventDeque deque(layout);
  for (const Sample& sample : *samples) {
    // Windows of three: what is out leaves before the next event comes.
    deque.LeaveThrough(sample.time - 3);
    Add(sample, &deque);
  }
  const int64_t last = samples->empty() ? 0 : samples->back().time;
  for (int64_t cutoff = last - 3; cutoff <= last; ++cutoff) {
    deque.LeaveThrough(cutoff);
    const Expected expected(*samples, cutoff);
    std::vector<AggregateValue> aggregates;
    deque.FillAggregates(&aggregates);
    ASSERT_THAT(aggregates, ElementsAre(AggregateValue::Of(expected.count),
                                        AggregateValue::Of(expected.counted),
                                        AggregateValue::Of(expected.distinct)));
    ASSERT_EQ(SetOf(deque), expected.set);
    ASSERT_EQ(EvidenceOf(deque), expected.evidence);
  }
  if (samples->size() == 5) return;
  for (int64_t t = last; t < 6; ++t) {
    for (int value = 0; value <= 2; ++value) {
      samples->push_back({t, value != 1, value});
      CheckAll(layout, samples);
      samples->pop_back();
    }
  }
}

// Every non-decreasing sequence of up to five events over six instants, each
// with one of three contents.
TEST(EventDequeExhaustiveTest, AgreesWithTheDefinitions) {
  const RulePlan rule = RuleOfAll();
  const WindowLayout layout(rule, PlanPool(), 100, /*at_least_only=*/false);
  std::vector<Sample> samples;
  CheckAll(layout, &samples);
}

TEST(EventDequeTest, SaturatesAtItsBoundUntilTheLostEventsWouldHaveLeft) {
  const RulePlan rule = RuleOfAll();
  const WindowLayout layout(rule, PlanPool(), 2, /*at_least_only=*/false);
  EventDeque deque(layout);
  Add({1, true, 1}, &deque);
  Add({3, true, 2}, &deque);
  EXPECT_FALSE(deque.saturated());
  Add({5, true, 3}, &deque);
  EXPECT_TRUE(deque.saturated());
  EXPECT_EQ(deque.size(), 2u);
  EXPECT_EQ(deque.first(), 3);
  EXPECT_EQ(deque.next_to_leave(), 1);
  deque.LeaveThrough(0);
  EXPECT_TRUE(deque.saturated());
  deque.LeaveThrough(1);
  EXPECT_FALSE(deque.saturated());
  EXPECT_EQ(deque.size(), 2u);
}

// Only what is shown is kept, and all of that, however many there are.
TEST(EventDequeTest, TheLastEventsAreShownWhateverTheirNumber) {
  for (int32_t last = 1; last <= 20; ++last) {
    RulePlan rule;
    rule.evidence_last = last;
    const WindowLayout layout(rule, PlanPool(), 100, /*at_least_only=*/false);
    EventDeque deque(layout);
    for (int64_t t = 1; t <= 40; ++t) {
      deque.Add({.time = t,
                 .event = std::make_shared<const std::string>(
                     std::to_string(t))});
      std::vector<std::string> expected;
      for (int64_t e = std::max<int64_t>(1, t - last + 1); e <= t; ++e) {
        expected.push_back(std::to_string(e));
      }
      ASSERT_EQ(EvidenceOf(deque), expected) << last << " " << t;
    }
  }
}

TEST(EventDequeTest, LosesNothingWhereOnlyAtLeastIsAsked) {
  const RulePlan rule = RuleOfAll();
  const WindowLayout layout(rule, PlanPool(), 2, /*at_least_only=*/true);
  EventDeque deque(layout);
  for (int64_t t = 0; t < 5; ++t) Add({t, true, 1}, &deque);
  EXPECT_FALSE(deque.saturated());
  EXPECT_EQ(deque.size(), 2u);
  EXPECT_EQ(deque.first(), 3);
}

TEST(EventDequeTest, AClearedDequeIsAsNew) {
  const RulePlan rule = RuleOfAll();
  const WindowLayout layout(rule, PlanPool(), 2, /*at_least_only=*/false);
  EventDeque deque(layout);
  for (int64_t t = 0; t < 3; ++t) Add({t, true, 1}, &deque);
  deque.Clear();
  EXPECT_TRUE(deque.empty());
  EXPECT_FALSE(deque.saturated());
  Add({9, false, 2}, &deque);
  std::vector<AggregateValue> aggregates;
  deque.FillAggregates(&aggregates);
  EXPECT_THAT(aggregates,
              ElementsAre(AggregateValue::Of(1), AggregateValue::Of(0),
                          AggregateValue::Of(1)));
  EXPECT_THAT(SetOf(deque), ElementsAre("2"));
}

TEST(EventDequeTest, ASetShowsTheSpellingOfTheFirstEventThere) {
  RulePlan rule;
  rule.value_sets = {{.arg = 0, .max = 5}};
  const WindowLayout layout(rule, PlanPool(), 100, /*at_least_only=*/false);
  EventDeque deque(layout);
  const auto add = [&deque](int64_t t, std::string_view text) {
    const std::vector<Value> values = {Value::Text(ValueType::kFolded, text)};
    deque.Add({.time = t, .values = values});
  };
  add(1, "Ana");
  add(2, "bob");
  add(3, "ANA");
  EXPECT_THAT(SetOf(deque), ElementsAre("Ana", "bob"));
  deque.LeaveThrough(1);
  EXPECT_THAT(SetOf(deque), ElementsAre("bob", "ANA"));
}

TEST(EventDequeTest, CountsAfterACutoff) {
  RulePlan rule;
  const WindowLayout layout(rule, PlanPool(), 100, /*at_least_only=*/false);
  EventDeque deque(layout);
  for (const int64_t t : {1, 2, 2, 5}) deque.Add({.time = t});
  EXPECT_EQ(deque.CountAfter(0), 4u);
  EXPECT_EQ(deque.CountAfter(1), 3u);
  EXPECT_EQ(deque.CountAfter(2), 1u);
  EXPECT_EQ(deque.CountAfter(5), 0u);
}

}  // namespace
}  // namespace mqwarden
