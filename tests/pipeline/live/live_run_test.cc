// A live run over files: against a replay, across crashes at every step, out of order,
// and with other rules on the way. Time is moved by hand.
#include "mqwarden/pipeline/live/live_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/pipeline/live/checkpoint_store.h"
#include "mqwarden/pipeline/live/destinations.h"
#include "mqwarden/pipeline/live/sources.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/sinks/jsonl_sink.h"
#include "mqwarden/tests/pipeline/live/live_testing.h"

namespace mqwarden {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kWindowed = R"(
rule burst { title "burst" severity high on authz by user when count() >= 3 in 10s }
rule quiet { title "quiet" severity low on authz by object
  when distinct(user) >= 2 in 20s resolve }
rule guess { title "guess" severity high by user
  when sequence in 30s { 2 x authn where outcome == failure
                         authn where outcome == success } }
)";
constexpr std::string_view kArriving = R"(
rule each_open { title "opened {object}" severity low on authz where object like "PAY.*"
  limit 2 per 10s by user }
)";

std::string EventAt(int64_t ms, std::string_view rest) {
  const Time time = *ParseTime("2026-11-20T09:00:00Z") + milliseconds(ms);
  return "{\"time\":\"" + FormatTimeShort(time) + "\"," + std::string(rest) +
         "}\n";
}

std::string RandomEvent(int64_t ms, std::mt19937_64* random) {
  const auto below = [random](uint64_t bound) {
    return std::to_string((*random)() % bound);
  };
  const std::string user = "\"user\":\"u" + below(3) + "\"";
  if ((*random)() % 3 == 0) {
    return EventAt(ms, "\"kind\":\"authn\",\"outcome\":\"" +
                           std::string((*random)() % 2 == 0 ? "failure"
                                                            : "success") +
                           "\"," + user);
  }
  return EventAt(ms, "\"kind\":\"authz\",\"object\":\"" +
                         std::string((*random)() % 2 == 0 ? "PAY." : "Q") +
                         below(2) + "\"," + user);
}

class LiveRunTest : public ::testing::Test {
 protected:
  std::string In(const std::string& name) const { return folder_ + "/" + name; }

  LiveOptions Options(bool has_state) {
    LiveOptions options;
    options.checkpoint_every = milliseconds(200);
    if (has_state) options.state_path = In("state");
    options.late_path = In("late");
    return options;
  }

  // nullptr, and the failure told, where it does not start.
  std::unique_ptr<LiveRun> Start(std::shared_ptr<const Plan> plan,
                                 const LiveOptions& options,
                                 const std::vector<std::string>& inputs) {
    auto sources = MakeInputs(inputs, {}, disk_.get());
    EXPECT_TRUE(sources.ok()) << sources.status();
    std::vector<std::unique_ptr<Destination>> destinations;
    destinations.push_back(
        *MakeDestination("jsonl:" + In("alerts"), {}, disk_.get()));
    restored_ = {};
    auto run = LiveRun::Start(std::move(plan), options, &machine_, disk_.get(),
                              *std::move(sources), std::move(destinations),
                              &restored_);
    if (run.ok()) return *std::move(run);
    failure_ = run.status();
    return nullptr;
  }

  // Until nothing is left to do at this instant.
  void Settle(LiveRun* run) {
    for (;;) {
      const auto worked = run->Step();
      ASSERT_TRUE(worked.ok()) << worked.status();
      if (!*worked) return;
    }
  }
  // The same, and a quiet while.
  void Rest(LiveRun* run, Duration time) {
    Settle(run);
    for (Duration passed{}; passed < time; passed += milliseconds(500)) {
      machine_.Pass(milliseconds(500));
      Settle(run);
    }
  }

  std::string Replayed(const std::shared_ptr<const Plan>& plan,
                       const std::vector<std::string>& inputs) {
    std::string text;
    JsonlSink sink([&text](std::string_view bytes) {
      text += bytes;
      return absl::OkStatus();
    });
    ReplayOptions options;
    options.input.inputs = inputs;
    const auto result = Replay(plan, options, &sink);
    EXPECT_TRUE(result.ok()) << result.status();
    return text;
  }

  static std::vector<std::string> SortedLines(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  const std::string folder_ = TestFolder();
  const std::unique_ptr<FileSystem> disk_ = MakePosixFileSystem();
  ManualMachine machine_;
  LiveRun::Restored restored_;
  absl::Status failure_;
};

TEST_F(LiveRunTest, InOrderItIsTheReplayByteForByte) {
  const auto windowed = PlanOf(kWindowed);
  const auto both = PlanOf(std::string(kWindowed) + std::string(kArriving));
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    std::mt19937_64 random(seed);
    const std::string input = In("in" + std::to_string(seed));
    WriteTo(input, "");
    for (const auto& plan : {windowed, both}) {
      const bool is_first = plan == windowed;
      const std::string alerts = In("alerts");
      WriteTo(alerts, "", /*append=*/false);
      auto run = Start(plan, Options(false), {input});
      ASSERT_NE(run, nullptr) << failure_;
      int64_t ms = 0;
      for (int i = 0; i < (is_first ? 300 : 0); ++i) {
        ms += static_cast<int64_t>(random() % 1500);
        std::string line = RandomEvent(ms, &random);
        // Cut anywhere: half a line waits.
        const size_t cut = random() % line.size();
        WriteTo(input, line.substr(0, cut));
        if (random() % 4 == 0) Settle(run.get());
        WriteTo(input, line.substr(cut));
        if (random() % 8 == 0) Settle(run.get());
      }
      Settle(run.get());
      ASSERT_TRUE(run->Finish().ok());
      EXPECT_EQ(run->stats().late, 0);
      const std::string expected = Replayed(plan, {input});
      ASSERT_FALSE(expected.empty());
      if (is_first) {
        ASSERT_EQ(Contents(alerts), expected) << "seed " << seed;
      } else {
        ASSERT_EQ(SortedLines(Contents(alerts)), SortedLines(expected));
      }
    }
  }
}

TEST_F(LiveRunTest, DisorderWithinTheLatenessAndTwoSourcesChangeNothing) {
  const auto plan = PlanOf(kWindowed);
  std::mt19937_64 random(11);
  std::vector<std::pair<int64_t, std::string>> events;
  int64_t ms = 0;
  for (int i = 0; i < 400; ++i) {
    ms += 1 + static_cast<int64_t>(random() % 700);  // no two at once
    events.emplace_back(ms, RandomEvent(ms, &random));
  }
  // Each arrives up to 1.9 s later, at one of two files.
  std::vector<std::pair<int64_t, const std::string*>> arrivals;
  for (const auto& [time, line] : events) {
    arrivals.emplace_back(time + static_cast<int64_t>(random() % 1900), &line);
  }
  std::sort(arrivals.begin(), arrivals.end());
  WriteTo(In("a"), "");
  WriteTo(In("b"), "");
  auto run = Start(plan, Options(false), {In("a"), In("b")});
  ASSERT_NE(run, nullptr) << failure_;
  for (const auto& [time, line] : arrivals) {
    WriteTo(In(random() % 2 == 0 ? "a" : "b"), *line);
    if (random() % 5 == 0) Settle(run.get());
  }
  Settle(run.get());
  ASSERT_TRUE(run->Finish().ok());
  EXPECT_EQ(run->stats().late, 0);
  EXPECT_EQ(Contents(In("alerts")), Replayed(plan, {In("a"), In("b")}));
}

// Killed after every step, and gone on with from the last checkpoint.
TEST_F(LiveRunTest, CrashAtEveryStepLosesAndRepeatsNothing) {
  for (const bool arriving : {false, true}) {
    const auto plan = PlanOf(
        arriving ? std::string(kWindowed) + std::string(kArriving)
                 : std::string(kWindowed));
    std::mt19937_64 random(3);
    std::string text;
    int64_t ms = 0;
    for (int i = 0; i < 120; ++i) {
      ms += static_cast<int64_t>(random() % 1500);
      text += RandomEvent(ms, &random);
    }
    const std::string input = In(arriving ? "in2" : "in1");
    WriteTo(In("alerts"), "", /*append=*/false);
    disk_->Unlink(In("state")).IgnoreError();
    disk_->Unlink(In("state.1")).IgnoreError();
    WriteTo(input, "");
    size_t written = 0;
    int crashes = 0;
    auto run = Start(plan, Options(true), {input});
    ASSERT_NE(run, nullptr) << failure_;
    while (written < text.size()) {
      const size_t size = std::min<size_t>(1 + random() % 200,
                                           text.size() - written);
      WriteTo(input, text.substr(written, size));
      written += size;
      ASSERT_TRUE(run->Step().ok());
      if (random() % 3 == 0) machine_.Pass(milliseconds(150));
      if (random() % 2 == 0) continue;
      run.reset();  // nothing is finished
      ++crashes;
      run = Start(plan, Options(true), {input});
      ASSERT_NE(run, nullptr) << failure_;
      EXPECT_TRUE(restored_.has_state);
      EXPECT_EQ(restored_.rules.rules_changed, 0);
    }
    Rest(run.get(), seconds(8));
    ASSERT_TRUE(run->Finish().ok());
    EXPECT_GT(crashes, 20);
    const std::string expected = Replayed(plan, {input});
    ASSERT_FALSE(expected.empty());
    if (arriving) {
      EXPECT_EQ(SortedLines(Contents(In("alerts"))), SortedLines(expected));
    } else {
      EXPECT_EQ(Contents(In("alerts")), expected);
    }
  }
}

TEST_F(LiveRunTest, LateEventIsCountedKeptAsideAndSeenByRulesWithoutWhen) {
  const auto plan = PlanOf(std::string(kWindowed) + std::string(kArriving));
  const std::string pay = "\"kind\":\"authz\",\"object\":\"PAY.1\",\"user\":\"u1\"";
  WriteTo(In("in"), EventAt(0, pay) + EventAt(1000, pay) + EventAt(20'000, pay) +
                        EventAt(2000, pay));
  auto run = Start(plan, Options(false), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  ASSERT_TRUE(run->Finish().ok());
  EXPECT_EQ(run->stats().late, 1);
  EXPECT_NE(Contents(In("late")).find("09:00:02Z"), std::string::npos);
  const std::string alerts = Contents(In("alerts"));
  EXPECT_EQ(alerts.find("\"rule\":\"burst\""), std::string::npos) << alerts;
  // u1 has spent its two; the late one stands in their ten seconds.
  EXPECT_EQ(run->engine_stats().rules.size(), 4u);
}

TEST_F(LiveRunTest, SourceAheadDoesNotMakeAnotherLate) {
  const auto plan = PlanOf(kWindowed);
  const std::string event = "\"kind\":\"authz\",\"object\":\"Q\",\"user\":\"u1\"";
  WriteTo(In("ahead"), EventAt(3'600'000, event));
  WriteTo(In("right"), EventAt(0, event) + EventAt(1000, event));
  auto run = Start(plan, Options(false), {In("ahead"), In("right")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  machine_.Pass(seconds(1));
  WriteTo(In("ahead"), EventAt(3'601'000, event));
  WriteTo(In("right"), EventAt(2000, event));
  Settle(run.get());
  ASSERT_TRUE(run->Finish().ok());
  EXPECT_EQ(run->stats().late, 0);
  EXPECT_NE(Contents(In("alerts")).find("\"rule\":\"burst\""), std::string::npos);
}

TEST_F(LiveRunTest, OneWrongDateIsDatedBackAndFlagged) {
  const auto plan = PlanOf(kWindowed);
  const std::string event = "\"kind\":\"authz\",\"object\":\"Q\",\"user\":\"u1\"";
  WriteTo(In("in"), EventAt(0, event) +
                        "{\"time\":\"2099-01-01T00:00:00Z\"," + event + "}\n" +
                        EventAt(1000, event));
  auto run = Start(plan, Options(false), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  ASSERT_TRUE(run->Finish().ok());
  EXPECT_EQ(run->stats().future, 1);
  EXPECT_EQ(run->stats().late, 0);
  const std::string alerts = Contents(In("alerts"));
  EXPECT_NE(alerts.find("\"rule\":\"burst\""), std::string::npos) << alerts;
}

TEST_F(LiveRunTest, QuietSourceIsDecidedAndIdleOneIsNotWaitedFor) {
  const auto plan = PlanOf(kWindowed);
  const std::string event = "\"kind\":\"authz\",\"object\":\"Q\",\"user\":\"u1\"";
  WriteTo(In("busy"), EventAt(0, event) + EventAt(1, event) + EventAt(2, event));
  WriteTo(In("idle"), EventAt(-60'000, event));
  auto run = Start(plan, Options(false), {In("busy"), In("idle")});
  ASSERT_NE(run, nullptr) << failure_;
  Rest(run.get(), seconds(4));
  EXPECT_EQ(Contents(In("alerts")), "");  // it waits for the other source
  Rest(run.get(), seconds(3));
  EXPECT_NE(Contents(In("alerts")).find("burst"), std::string::npos);
  // What the idle one brings now, and is too old, is late by decision.
  WriteTo(In("idle"), EventAt(-50'000, event));
  Settle(run.get());
  EXPECT_EQ(run->stats().late, 1);
}

TEST_F(LiveRunTest, DecisionThatMadeAnEventLateIsRepeated) {
  const auto plan = PlanOf(kWindowed);
  const std::string event = "\"kind\":\"authz\",\"object\":\"Q\",\"user\":\"u1\"";
  WriteTo(In("busy"), EventAt(0, event));
  WriteTo(In("idle"), EventAt(-60'000, event));
  LiveOptions options = Options(true);
  options.checkpoint_every = std::chrono::hours(1);  // but for the first
  auto run = Start(plan, options, {In("busy"), In("idle")});
  ASSERT_NE(run, nullptr) << failure_;
  Rest(run.get(), seconds(8));
  WriteTo(In("idle"), EventAt(-50'000, event));
  Settle(run.get());
  ASSERT_EQ(run->stats().late, 1);
  run.reset();
  run = Start(plan, options, {In("busy"), In("idle")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());  // both files at once: without the record it were on time
  EXPECT_EQ(run->stats().late, 1);
}

TEST_F(LiveRunTest, EventTimeGoesOnWithTheClockWhenNothingComes) {
  const auto plan = PlanOf(R"(
list managers = ["QM1"]
rule silent { title "silent" severity high on authz by qmgr from managers
  when absent 5m })");
  WriteTo(In("in"), EventAt(0, "\"kind\":\"authz\",\"qmgr\":\"QM1\""));
  auto run = Start(plan, Options(false), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Rest(run.get(), std::chrono::minutes(5));
  EXPECT_EQ(Contents(In("alerts")), "");
  Rest(run.get(), std::chrono::minutes(2));
  EXPECT_NE(Contents(In("alerts")).find("silent"), std::string::npos);
}

TEST_F(LiveRunTest, EveryDamageOfTheStateIsFoundAndTheOneBeforeUsed) {
  const auto plan = PlanOf(kWindowed);
  std::mt19937_64 random(5);
  std::string text;
  for (int i = 0; i < 12; ++i) text += RandomEvent(i * 500, &random);
  WriteTo(In("in"), text);
  auto run = Start(plan, Options(true), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  ASSERT_TRUE(run->Finish().ok());
  run.reset();
  const std::string good = Contents(In("state"));
  ASSERT_TRUE(DecodeCheckpoint(good).ok());
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    ASSERT_FALSE(DecodeCheckpoint(bad).ok()) << "byte " << at;
    ASSERT_FALSE(DecodeCheckpoint(good.substr(0, at)).ok()) << "length " << at;
  }
  ASSERT_FALSE(DecodeCheckpoint(good + "x").ok());

  std::string bad = good;
  bad[good.size() / 2] ^= 1;
  WriteTo(In("state"), bad, /*append=*/false);
  run = Start(plan, Options(true), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  ASSERT_EQ(restored_.damaged.size(), 1u);
  EXPECT_EQ(restored_.path, In("state.1"));
  ASSERT_TRUE(run->Finish().ok());
  run.reset();
  for (const char* const name : {"state", "state.1"}) {
    WriteTo(In(name), "rubbish", /*append=*/false);
  }
  EXPECT_EQ(Start(plan, Options(true), {In("in")}), nullptr);
  EXPECT_EQ(failure_.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(failure_.message().find("damaged"), absl::string_view::npos);
}

// The rules change on the way; the count of the rule that did not goes on, and each
// event is seen by one version.
TEST_F(LiveRunTest, ReloadKeepsTheStateOfRulesThatMeanTheSame) {
  const std::string event = "\"kind\":\"authz\",\"object\":\"PAY.1\",\"user\":\"u1\"";
  WriteTo(In("in"), EventAt(0, event) + EventAt(1000, event));
  auto run = Start(PlanOf(std::string(kWindowed) + std::string(kArriving)),
                   Options(true), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  run->Reload(PlanOf(std::string(kWindowed) +
                     "rule other { title \"other\" severity low on authz }"));
  // Not behind the latest: it is of the old rules.
  WriteTo(In("in"), EventAt(500, event));
  Settle(run.get());
  EXPECT_EQ(Contents(In("alerts")).find("other"), std::string::npos);
  WriteTo(In("in"), EventAt(6000, event));
  Settle(run.get());
  ASSERT_TRUE(run->CheckpointNow().ok());
  EXPECT_EQ(run->stats().reloads, 1);
  const std::string alerts = Contents(In("alerts"));
  // Once, at 6000, and the burst that began under the old rules.
  EXPECT_NE(alerts.find("\"rule\":\"other\""), std::string::npos) << alerts;
  EXPECT_EQ(alerts.find("\"rule\":\"other\""), alerts.rfind("\"rule\":\"other\""));
  EXPECT_NE(alerts.find("\"rule\":\"burst\""), std::string::npos) << alerts;
}

// Two rule sets take turns, each with a rule of its own beside one that both have: that
// one sees all events, and of the others each event is seen by one, in turn.
TEST_F(LiveRunTest, OfAThousandReloadsEachEventIsSeenByOneVersion) {
  const std::string both =
      "rule all { title \"all\" severity low on authz when count() >= 1 in 1s "
      "refire each } ";
  const std::shared_ptr<const Plan> plans[] = {
      PlanOf(both + "rule even { title \"even\" severity low on authz "
                    "when count() >= 1 in 1s refire each }"),
      PlanOf(both + "rule odd { title \"odd\" severity low on authz "
                    "when count() >= 1 in 1s refire each }")};
  constexpr int kReloads = 1000;
  WriteTo(In("in"), EventAt(0, "\"kind\":\"authz\",\"user\":\"u\""));
  LiveOptions options = Options(true);
  options.checkpoint_every = std::chrono::hours(1);
  auto run = Start(plans[0], options, {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  for (int i = 1; i <= kReloads; ++i) {
    run->Reload(plans[i % 2]);
    WriteTo(In("in"), EventAt(i * 5000, "\"kind\":\"authz\",\"user\":\"u\""));
    Settle(run.get());
  }
  Rest(run.get(), seconds(10));
  ASSERT_TRUE(run->CheckpointNow().ok());
  EXPECT_EQ(run->stats().reloads, kReloads);
  const std::string alerts = Contents(In("alerts"));
  const auto count = [&alerts](const std::string& rule) {
    int found = 0;
    const std::string name = "\"rule\":\"" + rule + "\"";
    for (size_t at = alerts.find(name); at != alerts.npos;
         at = alerts.find(name, at + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("all"), kReloads + 1);
  EXPECT_EQ(count("even"), kReloads / 2 + 1);
  EXPECT_EQ(count("odd"), kReloads / 2);
}

// Nothing is of the process: a thousand of them stand side by side.
TEST_F(LiveRunTest, AThousandRunsInOneProcess) {
  const auto plan = PlanOf(kWindowed);
  const std::string event = "\"kind\":\"authz\",\"user\":\"u1\"";
  std::vector<std::unique_ptr<LiveRun>> runs;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = In("in" + std::to_string(i % 10));
    if (i < 10) WriteTo(name, EventAt(0, event) + EventAt(1, event));
    auto sources = MakeInputs({name}, {}, disk_.get());
    ASSERT_TRUE(sources.ok());
    LiveRun::Restored restored;
    auto run = LiveRun::Start(plan, {}, &machine_, disk_.get(),
                              *std::move(sources), {}, &restored);
    ASSERT_TRUE(run.ok()) << run.status();
    runs.push_back(*std::move(run));
  }
  for (const auto& run : runs) Settle(run.get());
  for (int i = 0; i < 10; ++i) {
    WriteTo(In("in" + std::to_string(i)), EventAt(2, event) + EventAt(9000, event));
  }
  for (const auto& run : runs) Settle(run.get());
  for (const auto& run : runs) {
    ASSERT_EQ(run->stats().events, 4);
    int64_t fired = 0;
    for (const RuleStats& rule : run->engine_stats().rules) fired += rule.fired;
    ASSERT_EQ(fired, 1);
  }
}

TEST_F(LiveRunTest, StateIsOfOneProcess) {
  WriteTo(In("in"), "");
  const auto plan = PlanOf(kWindowed);
  auto run = Start(plan, Options(true), {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  EXPECT_EQ(Start(plan, Options(true), {In("in")}), nullptr);
  EXPECT_EQ(failure_.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LiveRunTest, ForkedCheckpointIsTheSame) {
  const auto plan = PlanOf(kWindowed);
  std::mt19937_64 random(9);
  std::string text;
  for (int i = 0; i < 200; ++i) text += RandomEvent(i * 500, &random);
  WriteTo(In("in"), text);
  LiveOptions options = Options(true);
  options.fork_checkpoints = true;
  auto run = Start(plan, options, {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  Settle(run.get());
  machine_.Pass(seconds(1));
  Settle(run.get());
  for (int i = 0; i < 1000 && run->stats().checkpoints < 2; ++i) {
    MakePosixMachine()->Wait({}, milliseconds(10));
    Settle(run.get());
  }
  EXPECT_GE(run->stats().checkpoints, 2);
  run.reset();
  run = Start(plan, options, {In("in")});
  ASSERT_NE(run, nullptr) << failure_;
  EXPECT_EQ(run->stats().events, 200);
  Rest(run.get(), seconds(8));
  ASSERT_TRUE(run->Finish().ok());
  EXPECT_EQ(Contents(In("alerts")), Replayed(plan, {In("in")}));
}

}  // namespace
}  // namespace mqwarden
