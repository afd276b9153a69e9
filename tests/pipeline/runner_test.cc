#include "mqwarden/pipeline/runner.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert_json.h"

namespace mqwarden {
namespace {

constexpr std::string_view kRules = R"(
rule burst {
  title    "Three refusals in five minutes"
  severity high
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 3 in 5m
  alert { evidence first 2 last 2 }
  resolve
}
)";

std::shared_ptr<const Plan> Compile(std::string_view text) {
  const std::vector<RuleSource> sources = {{"test.mqw", std::string(text)}};
  DiskFileReader files;
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string EventAt(const std::string& time, const std::string& user) {
  return R"({"time":"2026-01-05T)" + time +
         R"(Z","kind":"authz","outcome":"failure","user":")" + user + "\"}\n";
}

class Lines final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    AppendAlertJson(alert, &text_);
    text_.push_back('\n');
    states_.append(AlertStateName(alert.state)).append(" ");
  }
  const std::string& text() const { return text_; }
  const std::string& states() const { return states_; }

 private:
  std::string text_;
  std::string states_;
};

ReplayOptions OptionsFor(std::vector<std::string> inputs) {
  ReplayOptions options;
  options.input.inputs = std::move(inputs);
  options.merge.temp_folder = ::testing::TempDir();
  return options;
}

ReplayResult RunReplay(const ReplayOptions& options, Lines* lines) {
  absl::StatusOr<ReplayResult> result =
      Replay(Compile(kRules), options, lines);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : ReplayResult();
}

TEST(RunnerTest, FileOrderNamesAndMemoryChangeNothing) {
  // Ties within and between files, three users, two queue managers.
  std::vector<std::string> files(3);
  for (int i = 0; i < 60; ++i) {
    const std::string second = std::to_string(10 + i / 4 % 50);
    std::string event =
        EventAt("09:00:" + second, std::string(1, "abc"[i * 7 % 3]));
    event.insert(1, i % 2 == 0 ? R"("qmgr":"QM1",)" : R"("qmgr":"QM2",)");
    files[static_cast<size_t>(i * 5 % 11 % 3)] += event;
  }
  std::vector<std::string> paths = {Write("r1.json", files[0]),
                                    Write("r2.json", files[1]),
                                    Write("r3.json", files[2])};
  Lines first;
  const ReplayResult result = RunReplay(OptionsFor(paths), &first);
  EXPECT_EQ(result.engine.events, 60);
  ASSERT_FALSE(first.text().empty());

  std::sort(paths.begin(), paths.end());
  do {
    for (const size_t memory : {size_t{1}, size_t{3000}, size_t{1} << 20}) {
      ReplayOptions options = OptionsFor(paths);
      options.merge.memory_bytes = memory;
      Lines again;
      RunReplay(options, &again);
      EXPECT_EQ(again.text(), first.text());
    }
  } while (std::next_permutation(paths.begin(), paths.end()));

  Lines renamed;
  RunReplay(OptionsFor({Write("z.json", files[0]), Write("y.json", files[1]),
                  Write("x.json", files[2])}),
      &renamed);
  EXPECT_EQ(renamed.text(), first.text());
}

TEST(RunnerTest, EqualRecordsAreDifferentEvents) {
  const std::string same = EventAt("09:00:00", "ana");
  Lines lines;
  const ReplayResult result =
      RunReplay(OptionsFor({Write("same.json", same + same + same)}), &lines);
  EXPECT_EQ(result.engine.events, 3);
  EXPECT_EQ(lines.states(), "open ");
}

// The two halves of a change come in files of their own.
TEST(RunnerTest, HalvesOfAChangeAreOneEvent) {
  const auto half = [](const std::string& state, const std::string& depth) {
    return R"({"time":"2026-01-05T09:00:00Z","kind":"config",)"
           R"("action":"change","qmgr":"QM1","correlation":"ab01",)"
           R"("object":"Q1","object_type":"queue","object_state":")" +
           state + R"(","attr":{"maxQueueDepth":")" + depth + "\"}}\n";
  };
  const std::shared_ptr<const Plan> plan = Compile(R"(
rule shallow {
  title    "Queue made shallow"
  severity low
  on       config
  where    changes has "maxQueueDepth" and attr.old_maxQueueDepth == 5000
           and attr.maxQueueDepth == 10 and not exists(object_state)
}
)");
  ASSERT_NE(plan, nullptr);
  const ReplayOptions options =
      OptionsFor({Write("before.json", half("before", "5000")),
                  Write("after.json", EventAt("08:59:58", "ana") +
                                          half("after", "10") +
                                          EventAt("09:00:01", "ana"))});
  Lines lines;
  const auto result = Replay(plan, options, &lines);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->engine.events, 3);
  EXPECT_EQ(result->joins.changes.pairs, 1);
  EXPECT_EQ(lines.states(), "open ") << lines.text();
}

TEST(RunnerTest, OneFileGivenTwiceCountsTwice) {
  const std::string path =
      Write("two.json", EventAt("09:00:00", "ana") + EventAt("09:01:00", "ana"));
  Lines once;
  RunReplay(OptionsFor({path}), &once);
  EXPECT_EQ(once.states(), "");
  Lines twice;
  EXPECT_EQ(RunReplay(OptionsFor({path, path}), &twice).read(), 4);
  EXPECT_EQ(twice.states(), "open ");
}

class EndTest : public ::testing::Test {
 protected:
  // The third event at 09:02 fires; the window is below three at 09:05.
  const std::string path_ = Write(
      "end.json", EventAt("09:00:00", "ana") + EventAt("09:01:00", "ana") +
                      EventAt("09:02:00", "ana"));

  std::string StatesUpTo(const char* to) {
    ReplayOptions options = OptionsFor({path_});
    if (to != nullptr) options.input.to = ParseTime(to);
    Lines lines;
    RunReplay(options, &lines);
    return lines.states();
  }
};

TEST_F(EndTest, TheLastEventIsTheEnd) {
  EXPECT_EQ(StatesUpTo(nullptr), "open ");
}
TEST_F(EndTest, WhatIsDueAtTheEndIsDecided) {
  EXPECT_EQ(StatesUpTo("2026-01-05T09:05:00Z"), "open resolved ");
}
TEST_F(EndTest, WhatIsDueAfterTheEndHasNotHappened) {
  EXPECT_EQ(StatesUpTo("2026-01-05T09:04:59.999999999Z"), "open ");
}

TEST(RunnerTest, AccountsForEveryRecord) {
  ReplayOptions options = OptionsFor(
      {Write("a.json", EventAt("09:00:00", "ana") + "nonsense\n" +
                           EventAt("09:30:00", "ana")),
       Write("b.json", "{\"kind\":\"authz\",\"user\":\"ana\"}\n" +
                           EventAt("09:01:00", "ana"))});
  options.input.to = ParseTime("2026-01-05T09:10:00Z");
  Lines lines;
  const ReplayResult result = RunReplay(options, &lines);
  EXPECT_EQ(result.read(), 5);
  EXPECT_EQ(result.normalized(), 3);
  EXPECT_EQ(result.outside(), 1);
  EXPECT_EQ(result.engine.events, 2);
  EXPECT_EQ(result.rejected_count(), 2);
  EXPECT_EQ(result.rejected().at(std::string(kRejectNoTime)), 1);
  EXPECT_EQ(result.files[1].rejected.at(std::string(kRejectNoTime)).first_offset,
            0);
  EXPECT_EQ(result.first_event, ParseTime("2026-01-05T09:00:00Z"));
  EXPECT_EQ(result.last_event, ParseTime("2026-01-05T09:01:00Z"));
}

TEST(RunnerTest, SummarisesItsAlerts) {
  std::string events;
  for (const char* const user : {"ana", "bob"}) {
    for (int minute = 0; minute < 3; ++minute) {
      events += EventAt("09:0" + std::to_string(minute) + ":00", user);
    }
  }
  Lines lines;
  const ReplayResult result =
      RunReplay(OptionsFor({Write("sum.json", events)}), &lines);
  EXPECT_EQ(result.total.alerts, 2);
  EXPECT_EQ(result.rules.at("burst").groups, 2);
  ASSERT_EQ(result.engine.rules.size(), 1u);
  EXPECT_EQ(result.engine.rules[0].matched, 6);
  EXPECT_EQ(result.engine.rules[0].sent, 2);
}

TEST(RunnerTest, NoEventIsNoError) {
  Lines lines;
  const ReplayResult result = RunReplay(OptionsFor({Write("void.json", "")}), &lines);
  EXPECT_EQ(result.engine.events, 0);
  EXPECT_FALSE(result.first_event.has_value());
  EXPECT_TRUE(lines.text().empty());
}

TEST(RunnerTest, AnInterruptOfTheEvaluationKeepsWhatWasMade) {
  std::atomic<bool> stop{false};
  ReplayOptions options = OptionsFor({Write(
      "stop.json", EventAt("09:00:00", "ana") + EventAt("09:01:00", "ana") +
                       EventAt("09:02:00", "ana") + EventAt("09:20:00", "a") +
                       EventAt("09:30:00", "a") + EventAt("09:40:00", "a"))});
  options.input.stop = &stop;
  options.may_stream = false;  // its alerts come when all is evaluated
  // Set once the first alert has been handed over.
  class Stopper final : public AlertSink {
   public:
    explicit Stopper(std::atomic<bool>* stop) : stop_(stop) {}
    void OnAlert(const Alert&) override {
      *stop_ = true;
      ++alerts;
    }
    int alerts = 0;

   private:
    std::atomic<bool>* const stop_;
  } sink(&stop);
  const auto result = Replay(Compile(kRules), options, &sink);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->interrupted);
  EXPECT_GE(sink.alerts, 1);
  EXPECT_LT(result->engine.events, 6);
}

TEST(RunnerTest, BadOptionsAndInputsAreStatuses) {
  Lines lines;
  ReplayOptions options = OptionsFor({"/no/such.json"});
  EXPECT_EQ(Replay(Compile(kRules), options, &lines).status().code(),
            absl::StatusCode::kNotFound);
  options.input.inputs = {Write("ok.json", "")};
  options.engine.key_groups = 1;
  EXPECT_EQ(Replay(Compile(kRules), options, &lines).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(RunnerTest, SortingReportsBothPhasesOfItsProgress) {
  std::string events;
  for (int i = 0; i < 5000; ++i) events += EventAt("09:00:00", "ana");
  ReplayOptions options = OptionsFor({Write("progress.json", events)});
  options.may_stream = false;
  int64_t read = 0;
  int64_t evaluated = 0;
  options.on_progress = [&](const ReplayProgress& progress) {
    EXPECT_LE(progress.done, progress.total);
    (progress.phase == ReplayProgress::Phase::kReading ? read : evaluated) =
        progress.done;
  };
  Lines lines;
  RunReplay(options, &lines);
  EXPECT_EQ(read, static_cast<int64_t>(events.size()));
  EXPECT_GT(evaluated, 0);
}

}  // namespace
}  // namespace mqwarden
