// A replay that evaluates while it reads gives what one that sorts gives, whatever
// the order, the formats and the files.
#include "mqwarden/pipeline/in_order_events.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/tests/pipeline/history.h"
#include "mqwarden/tests/pipeline/replay_outcome.h"

namespace mqwarden {
namespace {

TEST(InOrderEventsTest, GivesWhatSortingGives) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ASSERT_NE(plan, nullptr);
  int streamed = 0;
  int sorted = 0;
  for (uint64_t round = 0; round < 84; ++round) {
    History history(round);
    const size_t file_count = round % 12 == 0 ? 40 : 1 + history.Below(4);
    // What the round is like.
    const int64_t resolution = history.Below(2) == 0 ? 1 : 1000;
    const int qmgrs = static_cast<int>(history.Below(4));
    const bool is_mixed = history.Below(3) == 0;
    const bool is_rotated = history.Below(2) == 0;
    const uint64_t disorder = history.Below(2) == 0 ? 0 : 1 + history.Below(60);
    const bool has_damage = history.Below(2) == 0;
    std::vector<std::string> files(file_count);
    int64_t ms = 0;
    const int64_t records = 100 + static_cast<int64_t>(history.Below(150));
    for (int64_t i = 0; i < records; ++i) {
      ms += static_cast<int64_t>(history.Below(900));
      int64_t at = ms / resolution * resolution;
      if (disorder > 0 && history.Below(disorder) == 0) {
        at = std::max<int64_t>(0, at - static_cast<int64_t>(history.Below(5000)));
      }
      const size_t file =
          is_rotated ? static_cast<size_t>(i) * file_count /
                           static_cast<size_t>(records)
                     : history.Below(file_count);
      const uint64_t what = is_mixed ? history.Below(3) : 0;
      files[file] += what == 0   ? history.Ndjson(at, qmgrs)
                     : what == 1 ? history.Amqsevt(at)
                                 : history.Amqerr(at);
      if (has_damage && history.Below(20) == 0) files[file] += history.Damaged();
    }
    ReplayOptions options;
    for (size_t i = 0; i < files.size(); ++i) {
      options.input.inputs.push_back(
          WriteInput("in" + std::to_string(i), files[i]));
    }
    if (history.Below(4) == 0) {
      options.input.from = ParseTime("2026-01-05T09:00:10Z");
      options.input.to = ParseTime("2026-01-05T09:01:10.5Z");
    }
    // So that some is held in memory and some in a file, or all in one.
    options.held_alert_bytes = size_t{1} << (4 + history.Below(16));
    const Outcome stream = ReplayOn(plan, options, /*may_stream=*/true);
    const Outcome sort = ReplayOn(plan, options, /*may_stream=*/false);
    ASSERT_EQ(stream.text, sort.text) << "round " << round;
    EXPECT_FALSE(sort.text.empty());
    ++(stream.result.sorted ? sorted : streamed);
    // Times of one source are whole seconds.
    if (disorder == 0 && file_count == 1 && !is_mixed) {
      EXPECT_FALSE(stream.result.sorted) << "round " << round;
    }
  }
  EXPECT_GT(streamed, 30);
  EXPECT_GT(sorted, 10);
}

TEST(InOrderEventsTest, FilesThatFollowOneAnotherAreNotSorted) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  History history(1);
  ReplayOptions options;
  // In an order of names that is not that of times.
  for (int i = 0; i < 50; ++i) {
    const int at = i * 7 % 50;
    std::string text;
    for (int j = 0; j < 3; ++j) text += history.Ndjson(at * 1000 + j, 3);
    options.input.inputs.push_back(WriteInput("day" + std::to_string(i), text));
  }
  const Outcome stream = ReplayOn(plan, options, /*may_stream=*/true);
  EXPECT_FALSE(stream.result.sorted);
  EXPECT_EQ(stream.result.engine.events, 150);
  EXPECT_EQ(stream.text, ReplayOn(plan, options, /*may_stream=*/false).text);
}

TEST(InOrderEventsTest, FilesThatCannotBeRankedAreSorted) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  const std::string text = History(1).Ndjson(5, 1);
  ReplayOptions options;
  options.input.inputs = {WriteInput("a", text), WriteInput("b", text)};
  const Outcome stream = ReplayOn(plan, options, /*may_stream=*/true);
  EXPECT_TRUE(stream.result.sorted);
  EXPECT_EQ(stream.result.engine.events, 2);
}

TEST(InOrderEventsTest, AnEmptyInputIsNoTrouble) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ReplayOptions options;
  options.input.inputs = {WriteInput("empty", ""), WriteInput("a", History(1).Ndjson(5, 1))};
  const Outcome stream = ReplayOn(plan, options, /*may_stream=*/true);
  EXPECT_FALSE(stream.result.sorted);
  EXPECT_EQ(stream.text, ReplayOn(plan, options, /*may_stream=*/false).text);
}

TEST(InOrderEventsTest, TellsHowFarItIsAndStopsBetweenTwoPieces) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  History history(1);
  std::string text;
  for (int64_t i = 0; i < 6000; ++i) text += history.Ndjson(i * 100, 1);
  std::atomic<bool> stop{false};
  ReplayOptions options;
  options.input.inputs = {WriteInput("long", text)};
  options.input.stop = &stop;
  int64_t done = 0;
  options.on_progress = [&](const ReplayProgress& progress) {
    EXPECT_EQ(progress.total, static_cast<int64_t>(text.size()));
    EXPECT_GT(progress.done, done);
    done = progress.done;
  };
  const Outcome whole = ReplayOn(plan, options, /*may_stream=*/true);
  EXPECT_EQ(done, static_cast<int64_t>(text.size()));
  EXPECT_FALSE(whole.result.interrupted);

  options.on_progress = [&](const ReplayProgress&) { stop = true; };
  const Outcome part = ReplayOn(plan, options, /*may_stream=*/true);
  EXPECT_TRUE(part.result.interrupted);
  EXPECT_FALSE(part.result.sorted);
  EXPECT_GT(part.result.engine.events, 100);
  EXPECT_LT(part.result.engine.events, 6000);
  // What was seen is as it is of the whole.
  EXPECT_GT(part.result.total.alerts, 100);
}

// Where alerts cannot be held the replay sorts, which holds none.
TEST(InOrderEventsTest, AFolderThatHoldsNoFileIsNoFailure) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ReplayOptions options;
  options.input.inputs = {WriteInput("a", History(1).Ndjson(5, 1))};
  options.held_alert_bytes = 1;
  options.merge.temp_folder = "/nowhere/at/all";
  HistoryLines lines;
  const auto result = Replay(plan, options, &lines);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->sorted);
  EXPECT_FALSE(lines.text.empty());
}

}  // namespace
}  // namespace mqwarden
