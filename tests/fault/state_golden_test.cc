// The state file: one that was written once must load for ever, and what is written
// today is the same, byte by byte. Where the format changes on purpose, its version
// does as well, a new golden file is made beside the old one, and docs/checkpoint-format.md
// says how:
//
//   MQWARDEN_WRITE_GOLDEN=tests/fault/goldens/state_v2 bazel-bin/tests/fault/state_golden_test
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/followed_file.h"
#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/pipeline/live/rotating_file_destination.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/tests/fault/fault_stream.h"
#include "mqwarden/tests/fault/sim_disk.h"
#include "mqwarden/tests/fault/sim_machine.h"

namespace mqwarden {
namespace {

constexpr const char* kGolden = "tests/fault/goldens/state_v1";
constexpr size_t kEventsBefore = 120;
const Time kStart = *ParseTime("2026-02-05T09:10:00Z");

class NoFiles final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("no files");
  }
};

std::shared_ptr<const Plan> Rules() {
  NoFiles files;
  const std::vector<RuleSource> sources = {{"fault.mqw", std::string(FaultRules())}};
  return CompileRules(sources, &files, {}).plan;
}

// A run over `disk` up to where nothing is left to read; its state is in "run".
std::unique_ptr<LiveRun> RunOn(SimDisk* disk, SimMachine* machine) {
  LiveOptions options;
  options.state_path = "run";
  options.checkpoint_every = std::chrono::hours(1);
  options.engine.hash_seed = 5;
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(
      std::make_unique<FollowedFile>("events", "events", IngestOptions(), disk));
  std::vector<std::unique_ptr<Destination>> destinations;
  destinations.push_back(std::make_unique<RotatingFileDestination>(
      "file", disk, "alerts", RotatingFileOptions{.max_bytes = 0, .keep = 0}));
  LiveRun::Restored restored;
  auto run = LiveRun::Start(Rules(), options, machine, disk, std::move(sources),
                            std::move(destinations), &restored);
  EXPECT_TRUE(run.ok()) << run.status();
  if (!run.ok()) return nullptr;
  for (;;) {
    const auto worked = (*run)->Step();
    EXPECT_TRUE(worked.ok()) << worked.status();
    if (!worked.ok() || !*worked) break;
  }
  return *std::move(run);
}

std::string EventsUpTo(size_t count) {
  std::string text;
  for (const std::string& line : FaultEvents(11, 200)) {
    if (count-- == 0) break;
    text += line;
  }
  return text;
}

std::string Golden() {
  std::ifstream file(kGolden, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(StateGoldenTest, WhatIsWrittenIsTheSameByteByByte) {
  SimDisk disk(1);
  SimMachine machine(1, kStart);
  disk.SetContents("events", EventsUpTo(kEventsBefore));
  const auto run = RunOn(&disk, &machine);
  ASSERT_NE(run, nullptr);
  ASSERT_TRUE(run->CheckpointNow().ok());
  const std::string state = *disk.Contents("run");
  if (const char* const path = std::getenv("MQWARDEN_WRITE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << state;
    return;
  }
  const std::string golden = Golden();
  ASSERT_GT(golden.size(), 1000u);
  ASSERT_EQ(state.size(), golden.size());
  for (size_t i = 0; i < state.size(); ++i) ASSERT_EQ(state[i], golden[i]) << i;
}

TEST(StateGoldenTest, WhatWasWrittenOnceIsGoneOnWith) {
  const size_t all = FaultEvents(11, 200).size();
  std::string expected;
  {
    SimDisk disk(1);
    SimMachine machine(1, kStart);
    disk.SetContents("events", EventsUpTo(kEventsBefore));
    auto run = RunOn(&disk, &machine);
    ASSERT_NE(run, nullptr);
    ASSERT_TRUE(run->CheckpointNow().ok());
    // Here the run is killed, and another one has the golden state.
    const std::string alerts = *disk.Contents("alerts");
    run.reset();
    disk.SetContents("run", Golden());
    disk.SetContents("run.1", "");
    disk.SetContents("alerts", alerts);
    disk.SetContents("events", EventsUpTo(all));
    run = RunOn(&disk, &machine);
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->stats().events, static_cast<int64_t>(all));
    expected = *disk.Contents("alerts");
  }
  SimDisk disk(1);
  SimMachine machine(1, kStart);
  disk.SetContents("events", EventsUpTo(all));
  const auto run = RunOn(&disk, &machine);
  ASSERT_NE(run, nullptr);
  EXPECT_GT(expected.size(), 10'000u);
  EXPECT_EQ(*disk.Contents("alerts"), expected);
}

}  // namespace
}  // namespace mqwarden
