// Every alert stands in the files exactly once and in order, whatever happened to the
// process, the power or the names of the files.
#include "mqwarden/pipeline/live/rotating_file_destination.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

constexpr RotatingFileOptions kSmall = {.max_bytes = 1000, .keep = 0};

Alert AlertOf(int64_t number) {
  Alert alert;
  alert.rule = "r";
  alert.title = "alert " + std::to_string(number) + std::string(number % 40, '.');
  alert.count = number;
  return alert;
}

std::string LinesOf(int64_t alerts) {
  std::string lines;
  for (int64_t i = 0; i < alerts; ++i) {
    AppendAlertJson(AlertOf(i), &lines);
    lines += '\n';
  }
  return lines;
}

// All files in their order, the one being written last.
std::string AllLines(const SimDisk& disk) {
  std::string lines;
  for (const std::string& path : disk.Paths()) {
    if (path != "log") lines += *disk.Contents(path);
  }
  return lines + disk.Contents("log").value_or("");
}

std::unique_ptr<RotatingFileDestination> Start(
    SimDisk* disk, const std::optional<std::string>& state, absl::Status* status,
    const RotatingFileOptions& options = kSmall) {
  auto file = std::make_unique<RotatingFileDestination>("jsonl:log", disk, "log",
                                                        options);
  *status = file->Recover(state ? std::optional<std::string_view>(*state)
                                : std::nullopt);
  return file;
}

std::string Checkpoint(RotatingFileDestination* file) {
  std::string state;
  EXPECT_TRUE(file->Checkpoint(&state).ok());
  EXPECT_TRUE(file->Sync().ok());
  file->Committed();
  return state;
}

TEST(RotatingFileTest, CutsFilesBySize) {
  SimDisk disk(1);
  absl::Status status;
  const auto file = Start(&disk, std::nullopt, &status);
  ASSERT_TRUE(status.ok()) << status;
  for (int64_t i = 0; i < 100; ++i) file->OnAlert(AlertOf(i));
  EXPECT_TRUE(file->Close().ok());
  EXPECT_GT(disk.Paths().size(), 10u);
  for (const std::string& path : disk.Paths()) {
    EXPECT_LE(disk.Contents(path)->size(), 1000u) << path;
  }
  EXPECT_EQ(AllLines(disk), LinesOf(100));
  EXPECT_EQ(file->stats().taken, 100);
}

TEST(RotatingFileTest, GoesBackAcrossFilesThatWereCutAfterTheState) {
  SimDisk disk(1);
  absl::Status status;
  auto file = Start(&disk, std::nullopt, &status);
  for (int64_t i = 0; i < 20; ++i) file->OnAlert(AlertOf(i));
  const std::string state = Checkpoint(file.get());
  for (int64_t i = 20; i < 60; ++i) file->OnAlert(AlertOf(i));
  file->Step(Duration());
  file.reset();
  file = Start(&disk, state, &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(AllLines(disk), LinesOf(20));
  for (int64_t i = 20; i < 60; ++i) file->OnAlert(AlertOf(i));
  EXPECT_TRUE(file->Close().ok());
  EXPECT_EQ(AllLines(disk), LinesOf(60));
}

TEST(RotatingFileTest, FollowsWhoeverRenamesTheFile) {
  SimDisk disk(1);
  absl::Status status;
  auto file = Start(&disk, std::nullopt, &status, {});
  for (int64_t i = 0; i < 10; ++i) file->OnAlert(AlertOf(i));
  std::string state = Checkpoint(file.get());
  ASSERT_TRUE(disk.Rename("log", "log.1").ok());
  for (int64_t i = 10; i < 20; ++i) file->OnAlert(AlertOf(i));
  file->Step(Duration());
  // A crash before the run has seen it: the file is found by its other name, and what
  // came after the state is made again, into a file of the old name.
  file.reset();
  file = Start(&disk, state, &status, {});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(disk.Contents("log.1"), LinesOf(10));
  EXPECT_EQ(disk.Contents("log"), "");
  for (int64_t i = 10; i < 20; ++i) file->OnAlert(AlertOf(i));
  Checkpoint(file.get());
  EXPECT_EQ(*disk.Contents("log.1") + *disk.Contents("log"), LinesOf(20));
  // And seen: the next records are in a new file.
  ASSERT_TRUE(disk.Rename("log", "log.2").ok());
  state = Checkpoint(file.get());
  file->OnAlert(AlertOf(20));
  file->Step(Duration());
  EXPECT_EQ(*disk.Contents("log.1") + *disk.Contents("log.2") +
                *disk.Contents("log"),
            LinesOf(21));
  file.reset();
  file = Start(&disk, state, &status, {});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(disk.Contents("log"), "");
}

TEST(RotatingFileTest, KeepsAsManyFullFilesAsItIsTold) {
  SimDisk disk(1);
  absl::Status status;
  const auto file = Start(&disk, std::nullopt, &status, {.max_bytes = 1000, .keep = 3});
  for (int64_t i = 0; i < 200; ++i) {
    file->OnAlert(AlertOf(i));
    if (i % 5 == 0) Checkpoint(file.get());
  }
  Checkpoint(file.get());
  Checkpoint(file.get());
  EXPECT_EQ(disk.Paths().size(), 4u);
}

TEST(RotatingFileTest, WhatIsGoneOrChangedIsDataLoss) {
  SimDisk disk(1);
  absl::Status status;
  auto file = Start(&disk, std::nullopt, &status, {});
  for (int64_t i = 0; i < 10; ++i) file->OnAlert(AlertOf(i));
  const std::string state = Checkpoint(file.get());
  file.reset();
  const std::string bytes = *disk.Contents("log");
  disk.SetContents("log", bytes.substr(0, bytes.size() - 1));
  Start(&disk, state, &status, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  std::string damaged = bytes;
  damaged[bytes.size() - 9] ^= 1;
  disk.SetContents("log", damaged);
  Start(&disk, state, &status, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(disk.Contents("log"), damaged);
  Start(&disk, state.substr(1), &status, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  disk.SetContents("log", bytes);
  Start(&disk, state, &status, {});
  EXPECT_TRUE(status.ok()) << status;
}

TEST(RotatingFileTest, BeginsALineOfItsOwnBehindWhatIsThere) {
  SimDisk disk(1);
  disk.SetContents("log", "half a line");
  absl::Status status;
  const auto file = Start(&disk, std::nullopt, &status);
  file->OnAlert(AlertOf(0));
  EXPECT_TRUE(file->Close().ok());
  EXPECT_EQ(disk.Contents("log"), "half a line\n" + LinesOf(1));
}

// A run as destination.h draws it, with a fault at operation `at` of the disk: power
// loss, or an error after which the process stops. What stands there at the end.
std::string RunWithFault(uint64_t seed, int64_t at, DiskFault fault) {
  SimDisk disk(seed);
  std::mt19937_64 random(seed);
  constexpr int64_t kAlerts = 60;
  std::optional<std::string> durable;
  int64_t durable_alerts = 0;
  for (int life = 0; life < 3; ++life) {
    disk.set_plan([&, life](int64_t number, DiskOperation) {
      return life == 0 && number == at ? fault : DiskFault::kNone;
    });
    absl::Status status;
    auto file = Start(&disk, durable, &status);
    if (status.ok() && !durable) {
      std::string state;
      status = file->Checkpoint(&state);
      if (status.ok()) status = file->Sync();
      if (status.ok()) {
        durable = state;
        file->Committed();
      }
    }
    int64_t next = durable_alerts;
    while (status.ok() && next < kAlerts) {
      file->OnAlert(AlertOf(next++));
      if (random() % 3 == 0) file->Step(Duration());
      if (random() % 7 == 0 || next == kAlerts) {
        std::string state;
        status = file->Checkpoint(&state);
        if (status.ok()) status = file->Sync();
        if (!status.ok()) break;
        durable = state;
        durable_alerts = next;
        file->Committed();
      }
      if (status.ok()) status = file->status();
    }
    if (status.ok()) return AllLines(disk);
    file.reset();
    if (fault == DiskFault::kPowerOff) {
      disk.PowerOff();
      disk.PowerOn();
    }
  }
  return "it never ended";
}

TEST(RotatingFileTest, AnyFaultAtAnyOperationLeavesEachRecordOnce) {
  const std::string expected = LinesOf(60);
  for (const DiskFault fault : {DiskFault::kPowerOff, DiskFault::kError,
                                DiskFault::kFull, DiskFault::kShortError}) {
    for (int64_t at = 0; at < 150; ++at) {
      // What a loss of power leaves differs by seed.
      const uint64_t seeds = fault == DiskFault::kPowerOff ? 3 : 1;
      for (uint64_t seed = 0; seed < seeds; ++seed) {
        ASSERT_EQ(RunWithFault(seed, at, fault), expected)
            << "operation " << at << " fault " << static_cast<int>(fault);
      }
    }
  }
}

}  // namespace
}  // namespace mqwarden
