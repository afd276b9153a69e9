// The simulated disk loses what real ones lose, so that a test over it can fail.
#include "mqwarden/tests/fault/sim_disk.h"

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {
namespace {

std::unique_ptr<File> Open(SimDisk* disk, const std::string& path,
                           OpenMode mode = OpenMode::kAppend) {
  auto file = disk->Open(path, mode);
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

TEST(SimDiskTest, KeepsWhatWasSyncedAndAnyPartOfTheRest) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    SimDisk disk(seed);
    auto file = Open(&disk, "a");
    ASSERT_TRUE(file->Append("kept").ok());
    ASSERT_TRUE(file->Sync().ok());
    ASSERT_TRUE(disk.SyncFolder(".").ok());
    ASSERT_TRUE(file->Append("xy").ok());
    ASSERT_TRUE(file->Append("z").ok());
    file.reset();
    disk.PowerOff();
    disk.PowerOn();
    const std::string left = disk.Contents("a").value();
    ASSERT_TRUE(left.starts_with("kept")) << left;
    seen.insert(left);
  }
  // Nothing, all, the first alone, torn, and the second without the first.
  for (const std::string& left :
       {std::string("kept"), std::string("keptxyz"), std::string("keptxy"),
        std::string("keptx"), std::string("kept\0\0z", 7)}) {
    EXPECT_TRUE(seen.count(left)) << left;
  }
}

TEST(SimDiskTest, ANameWithoutASyncOfItsFolderMayBeGone) {
  int gone = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk(seed);
    auto file = Open(&disk, "a");
    ASSERT_TRUE(file->Append("x").ok() && file->Sync().ok());
    disk.PowerOff();
    disk.PowerOn();
    gone += !disk.Contents("a").has_value();
  }
  EXPECT_GT(gone, 20);
  EXPECT_LT(gone, 80);
}

TEST(SimDiskTest, ReplaceFileIsAllOrNothingAtEveryOperation) {
  std::string bytes(200, 'n');
  for (int64_t off = 0; off < 12; ++off) {
    for (uint64_t seed = 0; seed < 40; ++seed) {
      SimDisk disk(seed);
      ASSERT_TRUE(ReplaceFile(&disk, "a", "old").ok());
      const int64_t start = disk.operations();
      disk.set_plan([&](int64_t number, DiskOperation) {
        return number == start + off ? DiskFault::kPowerOff : DiskFault::kNone;
      });
      const bool done = ReplaceFile(&disk, "a", bytes).ok();
      disk.PowerOff();
      disk.PowerOn();
      const std::string left = disk.Contents("a").value_or("gone");
      ASSERT_TRUE(left == bytes || (!done && left == "old")) << off << " " << left;
    }
  }
}

// The same without the sync of the folder is found: the test above can fail.
TEST(SimDiskTest, AMissingFolderSyncIsCaught) {
  int lost = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SimDisk disk(seed);
    ASSERT_TRUE(ReplaceFile(&disk, "a", "old").ok());
    {
      auto file = Open(&disk, "a.tmp", OpenMode::kCreate);
      ASSERT_TRUE(file->Append("new").ok() && file->Sync().ok());
    }
    ASSERT_TRUE(disk.Rename("a.tmp", "a").ok());
    disk.PowerOff();
    disk.PowerOn();
    lost += disk.Contents("a") == "old";
  }
  EXPECT_GT(lost, 5);
}

TEST(SimDiskTest, AFailedSyncIsNotMadeGoodByTheNext) {
  SimDisk disk(1);
  auto file = Open(&disk, "a");
  ASSERT_TRUE(disk.SyncFolder(".").ok());
  ASSERT_TRUE(file->Append("x").ok());
  disk.set_plan([](int64_t, DiskOperation operation) {
    return operation == DiskOperation::kSync ? DiskFault::kError : DiskFault::kNone;
  });
  EXPECT_FALSE(file->Sync().ok());
  disk.set_plan({});
  EXPECT_EQ(disk.Contents("a"), "x");
  disk.PowerOff();
  disk.PowerOn();
  EXPECT_EQ(disk.Contents("a"), "");
}

TEST(SimDiskTest, FaultsDoWhatTheySay) {
  SimDisk disk(3);
  auto file = Open(&disk, "a");
  DiskFault fault = DiskFault::kFull;
  disk.set_plan([&](int64_t, DiskOperation) { return fault; });
  EXPECT_EQ(file->Append("abc").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(disk.Contents("a"), "");
  fault = DiskFault::kShortError;
  bool part = false;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(file->Append("abc").code(), absl::StatusCode::kUnavailable);
    part |= disk.Contents("a")->size() % 3 != 0;
  }
  EXPECT_TRUE(part);
  fault = DiskFault::kPowerOff;
  EXPECT_FALSE(disk.Stat("a").ok());
  fault = DiskFault::kNone;
  EXPECT_TRUE(disk.is_off());
  EXPECT_FALSE(disk.Stat("a").ok());
}

}  // namespace
}  // namespace mqwarden
