// The keys of a rule and the timers as bytes: what is read equals what was
// written, and damage is refused.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/window_shape.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kLength = 10;

std::string EncodedEvent(int64_t t) {
  Event event;
  Fill({.time = t}, &event);
  std::string bytes;
  EncodeEvent(event, &bytes);
  return bytes;
}

// Keys of `when count() >= 3`, as a ring, a deque or a tumbling window.
class Keys {
 public:
  enum class Kind { kRing, kDeque, kPane };

  explicit Keys(Kind kind, uint64_t seed = 0, int64_t max_keys = 1000)
      : kind_(kind), seed_(seed) {
    EngineOptions options;
    options.key_groups = 64;
    options.hash_seed = seed;
    PlanBuilder b;
    RulePlan rule = b.CountRule("r", 3, kLength);
    rule.max_keys = max_keys;
    rule.resolve = true;
    if (kind == Kind::kDeque) rule.window->refire = RefireKind::kEach;
    if (kind == Kind::kPane) rule.window->kind = WindowKind::kTumbling;
    b.Add(std::move(rule));
    plan_ = b.Build();
    evaluator_ = std::make_unique<Evaluator>(*plan_);
    const RulePlan& made = *plan_->rules()[0];
    shape_ = ShapeOf(made, plan_->pool(), 100, evaluator_.get());
    layout_ = std::make_unique<WindowLayout>(made, plan_->pool(),
                                             shape_.entries, false);
    keys_ = std::make_unique<RuleKeys>(made, shape_, *layout_, options,
                                       std::numeric_limits<int64_t>::max(),
                                       &stats_);
  }

  void Add(std::string_view key, int64_t t) {
    KeySlot* const slot = keys_->Get(key, HashBytes(key, seed_), t);
    if (kind_ == Kind::kRing) {
      keys_->RingOf(slot).Add(t);
    } else if (kind_ == Kind::kDeque) {
      RuleKeys::DequeOf(slot)->deque.Add({.time = t});
      RuleKeys::DequeOf(slot)->has_fired = true;
      RuleKeys::DequeOf(slot)->fired = t;
    } else {
      PaneState& state = *RuleKeys::PaneOf(slot);
      auto& window = t % 2 == 0 ? state.current : state.ended;
      if (window == nullptr) {
        window = std::make_unique<PaneState::Window>(*layout_);
      }
      window->pane.Add({.time = t});
      window->last_event = EncodedEvent(t);
      state.ended_at = 77;
    }
  }
  void Open(std::string_view key, int64_t t) {
    KeySlot* const slot = keys_->Get(key, HashBytes(key, seed_), t);
    slot->disarmed = 1;
    slot->has_timer = 1;
    slot->open = new OpenAlert();
    slot->open->id = {1, 2};
    slot->open->severity = Severity::kHigh;
    slot->open->sent = true;
    slot->open->last_event = EncodedEvent(t);
    slot->open->looked_at = 99;
  }
  std::string Saved(int64_t t) const {
    std::string bytes;
    ByteWriter writer(&bytes);
    keys_->Save(t, &writer);
    return bytes;
  }
  bool Load(std::string_view bytes) {
    ByteReader reader(bytes);
    return keys_->Load(&reader) && reader.done();
  }
  RuleKeys& keys() { return *keys_; }

 private:
  const Kind kind_;
  const uint64_t seed_;
  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<Evaluator> evaluator_;
  WindowShape shape_;
  std::unique_ptr<WindowLayout> layout_;
  RuleStats stats_;
  std::unique_ptr<RuleKeys> keys_;
};

class RuleKeysCodecTest : public ::testing::TestWithParam<Keys::Kind> {};

TEST_P(RuleKeysCodecTest, WhatIsReadHasTheSameBytes) {
  Keys keys(GetParam());
  for (int64_t t = 0; t < 40; ++t) {
    keys.Add("key " + std::to_string(t % 7) + std::string(t % 5 * 10, 'x'), t);
    if (t % 11 == 0) keys.Open("key " + std::to_string(t % 7), t);
  }
  const std::string bytes = keys.Saved(40);
  // Another seed puts the keys elsewhere.
  Keys copy(GetParam(), /*seed=*/5);
  ASSERT_TRUE(copy.Load(bytes));
  EXPECT_EQ(copy.Saved(40), bytes);
  EXPECT_EQ(copy.keys().CountLive(40), keys.keys().CountLive(40));
  KeySlot* const slot = copy.keys().Find("key 0");
  ASSERT_NE(slot, nullptr);
  ASSERT_NE(slot->open, nullptr);
  EXPECT_EQ(slot->open->severity, Severity::kHigh);
  EXPECT_EQ(slot->open->looked_at, 99);
  EXPECT_TRUE(slot->disarmed);
  EXPECT_EQ(copy.keys().Find("key 9"), nullptr);
}

TEST_P(RuleKeysCodecTest, ExpiredKeysAreLeftOut) {
  if (GetParam() == Keys::Kind::kPane) return;  // a timer ends these
  Keys keys(GetParam());
  keys.Add("old", 1);
  keys.Add("new", 50);
  Keys other(GetParam());
  other.Add("new", 50);
  EXPECT_EQ(keys.Saved(50), other.Saved(50));
}

TEST_P(RuleKeysCodecTest, EvictedKeysStayKnown) {
  Keys keys(GetParam(), 0, /*max_keys=*/2);
  for (int64_t t = 0; t < 4; ++t) keys.Add(std::to_string(t), 2 * t);
  ASSERT_TRUE(keys.keys().WasEvicted("0"));
  Keys copy(GetParam(), 0, 2);
  ASSERT_TRUE(copy.Load(keys.Saved(8)));
  EXPECT_TRUE(copy.keys().WasEvicted("0"));
  EXPECT_FALSE(copy.keys().WasEvicted("3"));
}

TEST_P(RuleKeysCodecTest, DamagedBytesAreHarmless) {
  Keys keys(GetParam());
  for (int64_t t = 0; t < 8; ++t) keys.Add(std::to_string(t % 3), t);
  keys.Open("1", 8);
  const std::string bytes = keys.Saved(8);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Keys(GetParam()).Load(bytes.substr(0, size)));
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x40, 0xff}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      Keys copy(GetParam());
      if (copy.Load(damaged)) copy.Saved(8);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, RuleKeysCodecTest,
                         ::testing::Values(Keys::Kind::kRing,
                                           Keys::Kind::kDeque,
                                           Keys::Kind::kPane));

std::string SavedTimers(const TimerHeap& heap) {
  std::string bytes;
  ByteWriter writer(&bytes);
  heap.Save([](const Timer& timer) { return timer.limit != 9; },
            [](const Timer& timer) { return timer.slot->key(); }, &writer);
  return bytes;
}

TEST(TimerHeapCodecTest, TimersComeInTheSameOrder) {
  Keys keys(Keys::Kind::kRing);
  keys.Add("a", 1);
  keys.Add("b", 1);
  TimerHeap heap;
  heap.set_decided(4);
  heap.Add({.deadline = 7, .rule = 1, .limit = 2,
            .target = Timer::Target::kDigest});
  heap.Add({.deadline = 7, .rule = 1, .slot = keys.keys().Find("b")});
  heap.Add({.deadline = 7, .rule = 1, .slot = keys.keys().Find("a")});
  heap.Add({.deadline = 5, .rule = 2, .target = Timer::Target::kReport});
  heap.Add({.deadline = 6, .rule = 2, .limit = 9});  // not needed
  const std::string bytes = SavedTimers(heap);

  TimerHeap copy;
  ByteReader reader(bytes);
  const bool loaded = copy.Load(
      [&keys](bool has_key, std::string_view key, Timer* timer) {
        if (has_key) timer->slot = keys.keys().Find(key);
        return true;
      },
      &reader);
  ASSERT_TRUE(loaded && reader.done());
  EXPECT_EQ(copy.decided(), 4);
  EXPECT_EQ(SavedTimers(copy), bytes);
  std::vector<std::string> order;
  Timer timer;
  while (copy.Pop(100, &timer)) {
    order.push_back(std::to_string(timer.deadline) + "/" +
                    std::to_string(timer.rule) + " " +
                    (timer.slot == nullptr ? std::to_string(timer.limit)
                                           : std::string(timer.slot->key())));
  }
  EXPECT_THAT(order, ElementsAre("5/2 0", "7/1 b", "7/1 a", "7/1 2"));
}

TEST(TimerHeapCodecTest, DamagedBytesAreHarmless) {
  TimerHeap heap;
  for (int i = 0; i < 3; ++i) heap.Add({.deadline = i, .rule = 1});
  const std::string bytes = SavedTimers(heap);
  const auto adopt = [](bool, std::string_view, Timer*) { return true; };
  for (size_t size = 0; size < bytes.size(); ++size) {
    TimerHeap copy;
    const std::string part = bytes.substr(0, size);
    ByteReader reader(part);
    EXPECT_FALSE(copy.Load(adopt, &reader) && reader.done());
  }
}

}  // namespace
}  // namespace mqwarden
