#include "mqwarden/pipeline/live/file_system.h"

#include <cstdlib>
#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

class FileSystemTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("TEST_TMPDIR");
    folder_ = std::string(folder == nullptr ? "/tmp" : folder) + "/" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    ASSERT_TRUE(disk_->MakeFolder(folder_).ok());
  }

  std::string In(const std::string& name) const { return folder_ + "/" + name; }
  std::unique_ptr<File> Open(const std::string& name, OpenMode mode) {
    auto file = disk_->Open(In(name), mode);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *std::move(file) : nullptr;
  }
  std::string Contents(const std::string& name) {
    const auto bytes = ReadWholeFile(disk_.get(), In(name), 1 << 20);
    return bytes.ok() ? *bytes : std::string(bytes.status().message());
  }

  const std::unique_ptr<FileSystem> disk_ = MakePosixFileSystem();
  std::string folder_;
};

TEST_F(FileSystemTest, AppendsReadsAndCuts) {
  auto file = Open("a", OpenMode::kAppend);
  ASSERT_TRUE(file->Append("hello ").ok());
  ASSERT_TRUE(file->Append("world").ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(Contents("a"), "hello world");
  ASSERT_TRUE(file->Truncate(5).ok());
  ASSERT_TRUE(file->Append("!").ok());
  EXPECT_EQ(Contents("a"), "hello!");
  char out[8];
  const auto read = file->ReadAt(4, sizeof(out), out);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::string(out, *read), "o!");
}

TEST_F(FileSystemTest, CreateCutsAndUpdateKeeps) {
  ASSERT_TRUE(Open("a", OpenMode::kCreate)->Append("0123456789").ok());
  auto file = Open("a", OpenMode::kUpdate);
  ASSERT_TRUE(file->WriteAt(3, "abc").ok());
  EXPECT_EQ(Contents("a"), "012abc6789");
  Open("a", OpenMode::kCreate);
  EXPECT_EQ(Contents("a"), "");
}

TEST_F(FileSystemTest, RenamedFileKeepsItsIdentity) {
  auto file = Open("a", OpenMode::kAppend);
  const auto before = file->Stat();
  ASSERT_TRUE(disk_->Rename(In("a"), In("b")).ok());
  ASSERT_TRUE(disk_->SyncFolder(folder_).ok());
  const auto after = disk_->Stat(In("b"));
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_TRUE(before->id == after->id);
  EXPECT_EQ(disk_->Stat(In("a")).status().code(), absl::StatusCode::kNotFound);
  const auto names = disk_->List(folder_);
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(*names, std::vector<std::string>{"b"});
  ASSERT_TRUE(disk_->Unlink(In("b")).ok());
  EXPECT_TRUE(disk_->List(folder_)->empty());
}

TEST_F(FileSystemTest, ErrorsNameThePath) {
  const auto file = disk_->Open(In("none/a"), OpenMode::kAppend);
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(file.status().message().find("none/a"), absl::string_view::npos);
  EXPECT_EQ(disk_->Unlink(In("b")).code(), absl::StatusCode::kNotFound);
}

TEST_F(FileSystemTest, SecondHolderOfALockIsRefused) {
  auto first = Open("lock", OpenMode::kUpdate);
  auto second = Open("lock", OpenMode::kUpdate);
  ASSERT_TRUE(first->Lock().ok());
  EXPECT_EQ(second->Lock().code(), absl::StatusCode::kFailedPrecondition);
  first.reset();
  EXPECT_TRUE(second->Lock().ok());
}

TEST_F(FileSystemTest, ReplaceLeavesNoTemporary) {
  ASSERT_TRUE(ReplaceFile(disk_.get(), In("a"), "one").ok());
  ASSERT_TRUE(ReplaceFile(disk_.get(), In("a"), "two").ok());
  EXPECT_EQ(Contents("a"), "two");
  EXPECT_EQ(disk_->List(folder_)->size(), 1u);
}

TEST_F(FileSystemTest, WholeFileIsBounded) {
  ASSERT_TRUE(Open("a", OpenMode::kCreate)->Append("0123456789").ok());
  EXPECT_EQ(ReadWholeFile(disk_.get(), In("a"), 9).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(ReadWholeFile(disk_.get(), In("a"), 10).ok());
}

TEST(PathTest, FolderAndName) {
  EXPECT_EQ(FolderOf("/var/log/a"), "/var/log");
  EXPECT_EQ(FolderOf("/a"), "/");
  EXPECT_EQ(FolderOf("a"), ".");
  EXPECT_EQ(NameOf("/var/log/a"), "a");
  EXPECT_EQ(NameOf("a"), "a");
}

}  // namespace
}  // namespace mqwarden
