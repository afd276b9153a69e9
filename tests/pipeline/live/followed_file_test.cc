// What becomes of log files, and that nothing of it loses or doubles a line.
#include "mqwarden/pipeline/live/followed_file.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/pipeline/live/live_testing.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FollowedFileTest : public ::testing::Test {
 protected:
  void SetUp() override { path_ = folder_ + "/app.log"; }

  static std::string Line(const std::string& user) {
    return "{\"time\":\"2026-11-20T09:00:00Z\",\"kind\":\"authn\",\"user\":\"" +
           user + "\"}\n";
  }
  absl::Status Open(std::optional<std::string> state = std::nullopt) {
    file_ = std::make_unique<FollowedFile>("app", path_, IngestOptions(),
                                           disk_.get());
    return file_->Open(
        state ? std::optional<std::string_view>(*state) : std::nullopt,
        [this](Event& event) { users_.emplace_back(event.Text(FieldId::kUser)); });
  }
  // What was read up to now.
  std::vector<std::string> Read() {
    for (int i = 0; i < 100; ++i) {
      const auto progress = file_->Read();
      EXPECT_TRUE(progress.ok()) << progress.status();
      if (!progress.ok() || *progress != Source::Progress::kRead) break;
    }
    return std::exchange(users_, {});
  }
  std::string State() {
    std::string state;
    ByteWriter out(&state);
    file_->Save(&out);
    return state;
  }
  void Compress(const std::string& name) {
    ASSERT_EQ(std::system(("gzip " + folder_ + "/" + name).c_str()), 0);
  }
  void Rename(const std::string& to) {
    ASSERT_TRUE(disk_->Rename(path_, folder_ + "/" + to).ok());
  }

  const std::string folder_ = TestFolder();
  const std::unique_ptr<FileSystem> disk_ = MakePosixFileSystem();
  std::string path_;
  std::unique_ptr<FollowedFile> file_;
  std::vector<std::string> users_;
};

TEST_F(FollowedFileTest, HalfALineWaits) {
  WriteTo(path_, Line("a") + Line("b").substr(0, 30));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(path_, Line("b").substr(30));
  EXPECT_THAT(Read(), ElementsAre("b"));
}

TEST_F(FollowedFileTest, GoesOnFromEveryByte) {
  const std::string text = Line("a") + Line("b") + Line("c");
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    WriteTo(path_, text.substr(0, cut), /*append=*/false);
    ASSERT_TRUE(Open().ok());
    std::vector<std::string> users = Read();
    const std::string state = State();
    WriteTo(path_, text.substr(cut));
    ASSERT_TRUE(Open(state).ok());
    for (std::string& user : Read()) users.push_back(std::move(user));
    ASSERT_THAT(users, ElementsAre("a", "b", "c")) << cut;
    ASSERT_EQ(file_->stats().events, 3) << cut;
  }
}

TEST_F(FollowedFileTest, RenamedFileIsReadToItsEndFirst) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  EXPECT_EQ(file_->rotations(), 1);
}

TEST_F(FollowedFileTest, WriterThatKeepsTheOldFileOpenIsHeard) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  Rename("app.log.1");
  WriteTo(folder_ + "/app.log.1", Line("b"));
  EXPECT_THAT(Read(), ElementsAre("b"));  // no new one yet
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("c"));
}

TEST_F(FollowedFileTest, RotatedTwiceBetweenTwoLooks) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  Rename("app.log.2");
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
}

TEST_F(FollowedFileTest, RotatedTwiceAndTheNewFileIsEmpty) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  Rename("app.log.2");
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  WriteTo(path_, "");
  EXPECT_THAT(Read(), ElementsAre("b"));
}

// A name without a folder is beside files that are listed as "./app.log.1".
TEST_F(FollowedFileTest, RotatedTwiceBesideANameWithoutAFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  path_ = "app.log";
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  ASSERT_TRUE(disk_->Rename(path_, "app.log.2").ok());
  WriteTo(path_, Line("b"));
  ASSERT_TRUE(disk_->Rename(path_, "app.log.1").ok());
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  std::filesystem::current_path(before);
}

TEST_F(FollowedFileTest, DeletedAndMadeAnew) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  ASSERT_TRUE(disk_->Unlink(path_).ok());
  EXPECT_THAT(Read(), IsEmpty());
  WriteTo(path_, Line("b"));
  EXPECT_THAT(Read(), ElementsAre("b"));
}

TEST_F(FollowedFileTest, CopiedAndCut) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(path_, Line("b"));
  WriteTo(folder_ + "/app.log.1", Contents(path_));
  WriteTo(path_, "", /*append=*/false);
  WriteTo(path_, Line("x"));
  // The rest of the copy, then the new text.
  EXPECT_THAT(Read(), ElementsAre("b", "x"));
}

TEST_F(FollowedFileTest, CutAndGrownBeyondTheOldPlaceIsFoundByItsBeginning) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(path_, Line("x1") + Line("x2"), /*append=*/false);
  EXPECT_THAT(Read(), ElementsAre("x1", "x2"));
}

TEST_F(FollowedFileTest, RotatedWhileNobodyLooked) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  WriteTo(path_, Line("c"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
}

TEST_F(FollowedFileTest, RotatedAndCompressedWhileNobodyLooked) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  Compress("app.log.1");
  WriteTo(path_, Line("c"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
}

TEST_F(FollowedFileTest, CompressedBetweenTwoLooks) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(path_, Line("b"));
  Rename("app.log.2");
  WriteTo(path_, Line("c"));
  Rename("app.log.1");
  Compress("app.log.2");
  Compress("app.log.1");
  WriteTo(path_, Line("d"));
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d"));
}

// The state names a file that is one of several compressed ones by now.
TEST_F(FollowedFileTest, RotatedAndCompressedTwiceWhileNobodyLooked) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("b"));
  Rename("app.log.2");
  WriteTo(path_, Line("c") + Line("d"));
  Rename("app.log.1");
  Compress("app.log.2");
  Compress("app.log.1");
  WriteTo(path_, Line("e"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b", "c", "d", "e"));
  ASSERT_TRUE(Open(state).ok());
  ASSERT_TRUE(file_->Read().ok());
  // In the middle of a compressed file.
  const std::string later = State();
  std::vector<std::string> users = std::exchange(users_, {});
  ASSERT_TRUE(Open(later).ok());
  for (std::string& user : Read()) users.push_back(std::move(user));
  EXPECT_THAT(users, ElementsAre("b", "c", "d", "e"));
}

TEST_F(FollowedFileTest, HalfCompressedFileIsReadAsItIs) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("b"));
  Rename("app.log.1");
  WriteTo(folder_ + "/app.log.1.gz", "\x1f\x8b\x08");
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b", "c"));
}

TEST_F(FollowedFileTest, RotatedBeforeAnythingWasRead) {
  WriteTo(path_, "");
  ASSERT_TRUE(Open().ok());
  const std::string state = State();
  WriteTo(path_, Line("a"));
  Rename("app.log.1");
  Compress("app.log.1");
  WriteTo(path_, Line("b"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
}

TEST_F(FollowedFileTest, CutBeforeAnythingWasRead) {
  const auto now = std::filesystem::file_time_type::clock::now();
  WriteTo(folder_ + "/app.log.9", Line("history"));
  std::filesystem::last_write_time(folder_ + "/app.log.9",
                                   now - std::chrono::hours(2));
  WriteTo(path_, "");
  std::filesystem::last_write_time(path_, now - std::chrono::hours(1));
  ASSERT_TRUE(Open().ok());
  const std::string state = State();
  WriteTo(path_, Line("a"));
  WriteTo(folder_ + "/app.log.1", Contents(path_));
  WriteTo(path_, Line("b"), /*append=*/false);
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
}

// A rotation that makes the new file first, and tells the writer later.
TEST_F(FollowedFileTest, OldFileIsHeardWhileTheNewOneIsEmpty) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  Rename("app.log.1");
  WriteTo(path_, "");
  EXPECT_THAT(Read(), IsEmpty());
  WriteTo(folder_ + "/app.log.1", Line("b"));
  EXPECT_THAT(Read(), ElementsAre("b"));
  WriteTo(path_, Line("c"));
  EXPECT_THAT(Read(), ElementsAre("c"));
}

TEST_F(FollowedFileTest, DeletedAndMadeAnewWhileNobodyLooked) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  ASSERT_TRUE(disk_->Unlink(path_).ok());
  EXPECT_THAT(Read(), IsEmpty());
  const std::string state = State();
  WriteTo(path_, Line("b"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b"));
}

TEST_F(FollowedFileTest, CopyThatSomebodyMadeIsNotReadAgain) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  WriteTo(folder_ + "/app.log.mine", Contents(path_));
  Rename("app.log.1");
  WriteTo(path_, Line("b"));
  EXPECT_THAT(Read(), ElementsAre("b"));
}

TEST_F(FollowedFileTest, CutTwiceBetweenTwoLooks) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("b"));
  WriteTo(folder_ + "/app.log.2", Contents(path_));
  WriteTo(path_, Line("c1") + Line("c2"), /*append=*/false);
  WriteTo(folder_ + "/app.log.1", Contents(path_));
  WriteTo(path_, Line("d"), /*append=*/false);
  EXPECT_THAT(Read(), ElementsAre("b", "c1", "c2", "d"));
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("b", "c1", "c2", "d"));
}

TEST_F(FollowedFileTest, CompressedUnderItsOwnNameIsHistory) {
  WriteTo(path_, Line("a") + Line("b"));
  Compress("app.log");
  path_ += ".gz";
  ASSERT_TRUE(Open().ok());
  const std::string state = State();
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
  EXPECT_EQ(*file_->Read(), Source::Progress::kEnded);
  ASSERT_TRUE(Open(state).ok());
  EXPECT_THAT(Read(), ElementsAre("a", "b"));
  ASSERT_TRUE(Open(State()).ok());
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_EQ(*file_->Read(), Source::Progress::kEnded);
}

// All whole records before the damage are read, and the damage is told, also after a
// restart.
TEST_F(FollowedFileTest, DamagedCompressedFileIsReadAsFarAsItGoes) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += Line("u" + std::to_string(i * 7919 % 977));
  WriteTo(path_, text);
  Compress("app.log");
  path_ += ".gz";
  const std::string whole = Contents(path_);
  WriteTo(path_, whole.substr(0, whole.size() / 2), /*append=*/false);
  ASSERT_TRUE(Open().ok());
  const std::vector<std::string> users = Read();
  EXPECT_GT(users.size(), 500u);
  EXPECT_LT(users.size(), 2000u);
  EXPECT_TRUE(file_->stats().damage.has_value());
  ASSERT_TRUE(Open(State()).ok());
  EXPECT_TRUE(file_->stats().damage.has_value());
}

TEST_F(FollowedFileTest, PlaceThatIsNowhereIsAnError) {
  WriteTo(path_, Line("a"));
  ASSERT_TRUE(Open().ok());
  EXPECT_THAT(Read(), ElementsAre("a"));
  const std::string state = State();
  WriteTo(path_, Line("something else"), /*append=*/false);
  EXPECT_EQ(Open(state).code(), absl::StatusCode::kDataLoss);
}

TEST_F(FollowedFileTest, MissingFileIsAnErrorWithoutAState) {
  EXPECT_EQ(Open().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace mqwarden
