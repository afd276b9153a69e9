// More keys than there is memory for: what is given up is counted and told, nothing
// false is said, and keys that stay are exact.
//
// MQWARDEN_KEYS and MQWARDEN_STATE_MIB choose how many keys meet how much memory; with
// them the memory of the process is looked at as well.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

class NoFiles final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("no files");
  }
};

std::shared_ptr<const Plan> PlanOf(std::string_view text) {
  NoFiles files;
  const std::vector<RuleSource> sources = {{"churn.mqw", std::string(text)}};
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr);
  return result.plan;
}

class Alerts final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    AppendAlertJson(alert, &text);
    text += '\n';
    times.push_back(alert.time);
    if (!alert.group.empty()) keys.emplace_back(alert.group[0].value.text);
    counts.push_back(alert.count);
    were_evicted.push_back(alert.state_evicted);
  }
  void Clear() {
    text.clear();
    keys.clear();
    counts.clear();
    were_evicted.clear();
    times.clear();
  }

  std::string text;
  std::vector<std::string> keys;
  std::vector<int64_t> counts;
  std::vector<bool> were_evicted;
  std::vector<Time> times;
};

void Fill(int64_t time, std::string_view user, std::string_view object,
          Event* event) {
  event->Clear();
  event->SetInt(FieldId::kTime, time);
  event->SetInt(FieldId::kKind, static_cast<int64_t>(Kind::kAuthz));
  event->SetText(FieldId::kUser, user);
  event->SetText(FieldId::kObject, object);
}

std::unique_ptr<Engine> EngineOf(const std::shared_ptr<const Plan>& plan,
                                 int64_t state_bytes, Alerts* alerts) {
  EngineOptions options;
  options.hash_seed = 7;
  options.state_bytes = state_bytes;
  auto engine = Engine::Create(plan, options, alerts);
  EXPECT_TRUE(engine.ok()) << engine.status();
  return *std::move(engine);
}

constexpr std::string_view kCount =
    "rule many { title \"m\" severity low on authz by user "
    "when count() >= 3 in 1h refire each }";

int64_t ResidentBytes() {
  int64_t pages = 0;
  int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

// Regulars, who come again and again, in a flood of strangers, who come once or twice.
// The regulars are worth more and stay; they are exact.
TEST(KeyChurnTest, NothingFalseIsSaidAndWhoStaysIsExact) {
  const int64_t keys = FromEnvironment("MQWARDEN_KEYS", 30'000);
  const int64_t state = FromEnvironment("MQWARDEN_STATE_MIB", 1) << 20;
  constexpr int64_t kRegulars = 50;
  Alerts alerts;
  const int64_t before = ResidentBytes();
  const auto engine = EngineOf(PlanOf(kCount), state, &alerts);
  std::mt19937_64 random(1);
  std::unordered_map<std::string, std::deque<int64_t>> oracle;  // of regulars
  Event event;
  int64_t most = 0;
  // Two events each, before the flood comes.
  for (int64_t i = 0; i < 2 * kRegulars; ++i) {
    const std::string regular = "r" + std::to_string(i % kRegulars);
    Fill(0, regular, "O", &event);
    engine->Process(&event);
    oracle[regular].push_back(0);
  }
  for (int64_t i = 0; i < keys; ++i) {
    const int64_t time = i * (kSecond / 1000);  // nothing expires of 3.6 M events
    const std::string stranger = "s" + std::to_string(random());
    Fill(time, stranger, "O", &event);
    engine->Process(&event);
    if (i % 20 != 0) continue;
    const std::string regular = "r" + std::to_string(random() % kRegulars);
    Fill(time, regular, "O", &event);
    engine->Process(&event);
    auto& times = oracle[regular];
    times.push_back(time);
    while (times.front() <= time - 3600 * kSecond) times.pop_front();
    engine->AdvanceWatermark(Time(Duration(time)));
    ASSERT_EQ(alerts.keys.size(), times.size() >= 3 ? 1u : 0u) << i;
    if (times.size() >= 3) {
      ASSERT_EQ(alerts.keys[0], regular);
      ASSERT_EQ(alerts.counts[0], static_cast<int64_t>(times.size()));
    }
    alerts.Clear();
    if (i % 20'000 == 0) most = std::max(most, ResidentBytes() - before);
  }
  const RuleStats& stats = engine->stats().rules[0];
  EXPECT_GT(stats.keys_evicted, keys / 4);
  EXPECT_LE(engine->profile().rules[0].state_bytes, state * 11 / 10);
  std::printf("%lld keys, %lld given up, state %lld of %lld bytes, resident %lld "
              "at most, %lld at the end\n",
              static_cast<long long>(keys),
              static_cast<long long>(stats.keys_evicted),
              static_cast<long long>(engine->profile().rules[0].state_bytes),
              static_cast<long long>(state), static_cast<long long>(most),
              static_cast<long long>(ResidentBytes() - before));
  if (std::getenv("MQWARDEN_KEYS") != nullptr) {
    EXPECT_LT(most, state * 11 / 10);
  }
}

// Of random rules of all forms of window: under a bound there is no alert that is not
// there without one, those of keys never given up are there, and a restart changes
// nothing.
TEST(KeyChurnTest, UnderABoundAlertsAreSomeOfThoseWithoutOne) {
  const std::vector<std::string_view> rules = {
      kCount,
      "rule many { title \"m\" severity low on authz by user "
      "when distinct(object) >= 4 in 1h refire each }",
      "rule many { title \"m\" severity low on authz by user "
      "when count() >= 3 in 1m tumbling }",
      "rule many { title \"m\" severity low on authz by user "
      "when count() >= 3 in 2m session }",
      "rule many { title \"m\" severity low by user when sequence in 1h "
      "{ a: authz where object == \"A\" b: 2 x authz where object == \"B\" } }",
      "rule many { title \"m\" severity low on authz by user "
      "when count() >= 4 in 1h refire each alert { evidence first 2 last 2 } }",
  };
  constexpr int64_t kState = 96 << 10;
  for (const std::string_view rule : rules) {
    SCOPED_TRACE(rule);
    const auto plan = PlanOf(rule);
    Alerts free;
    Alerts bound;
    Alerts restarted;
    const auto unbounded = EngineOf(plan, int64_t{1} << 40, &free);
    const auto bounded = EngineOf(plan, kState, &bound);
    auto again = EngineOf(plan, kState, &restarted);
    std::mt19937_64 random(3);
    Event event;
    for (int64_t i = 0; i < 3'000; ++i) {
      const int64_t time = i * kSecond / 10;
      const std::string user =
          random() % 3 == 0 ? "r" + std::to_string(random() % 40)
                            : "stranger" + std::to_string(random() % 3'000);
      const std::string object(1, static_cast<char>('A' + random() % 6));
      for (Engine* const engine : {unbounded.get(), bounded.get(), again.get()}) {
        Fill(time, user, object, &event);
        engine->Process(&event);
        if (i % 10 == 0) engine->AdvanceWatermark(Time(Duration(time - 1)));
      }
      if (i % 700 == 699) {
        std::string state;
        again->Checkpoint(&state);
        ASSERT_TRUE(again->Restore(state).ok());
      }
    }
    EXPECT_EQ(bound.text, restarted.text);
    EXPECT_EQ(unbounded->stats().rules[0].keys_evicted, 0);
    EXPECT_GT(bounded->stats().rules[0].keys_evicted, 0);
    // Each alert under the bound is one of those without it, in their order: at its
    // time, with its count where the key was not given up. What a sequence that lost
    // events completes may be a later choice.
    const bool is_sequence = rule.find("sequence") != rule.npos;
    size_t at = 0;
    for (size_t i = 0; i < bound.keys.size(); ++i) {
      while (at < free.keys.size() &&
             (free.keys[at] != bound.keys[i] ||
              (!is_sequence && free.times[at] != bound.times[i]) ||
              (!bound.were_evicted[i] && free.counts[at] != bound.counts[i]))) {
        ++at;
      }
      ASSERT_LT(at, free.keys.size()) << "alert " << i << " of " << bound.keys[i];
      ++at;
    }
    EXPECT_GT(bound.keys.size(), 0u);
  }
}

}  // namespace
}  // namespace mqwarden
