// Which files rules and inputs name, and what is read of them.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() : root_(::testing::TempDir() + "/files_test") {
    fs::remove_all(root_);
    fs::create_directories(root_ + "/sub/.hidden");
    Write("b.mqw", "B");
    Write("a.mqw", "A");
    Write("sub/c.mqw", "C");
    Write("sub/.hidden/d.mqw", "D");
    Write(".e.mqw", "E");
    Write("notes.txt", "N");
  }

  void Write(const std::string& name, const std::string& bytes) {
    std::ofstream(root_ + "/" + name, std::ios::binary) << bytes;
  }
  std::string Path(const std::string& name) const { return root_ + "/" + name; }

  std::string Texts(const std::vector<std::string>& paths) {
    const auto sources = ReadRuleFiles(paths);
    EXPECT_TRUE(sources.ok()) << sources.status();
    std::string texts;
    for (const RuleSource& source : *sources) texts += source.text;
    return texts;
  }

  const std::string root_;
};

TEST_F(FilesTest, AFolderGivesItsRuleFilesSorted) {
  EXPECT_EQ(Texts({root_}), "ABC");
}

TEST_F(FilesTest, ANamedFileIsTakenWhateverItsName) {
  EXPECT_EQ(Texts({Path("notes.txt")}), "N");
}

TEST_F(FilesTest, AFileNamedTwiceIsTakenOnce) {
  EXPECT_EQ(Texts({root_, Path("a.mqw"), root_ + "/sub/../b.mqw"}), "ABC");
}

TEST_F(FilesTest, PathsAreShownAsGiven) {
  const auto sources = ReadRuleFiles(std::vector<std::string>{Path("a.mqw")});
  ASSERT_TRUE(sources.ok());
  EXPECT_EQ(sources->at(0).path, Path("a.mqw"));
}

TEST_F(FilesTest, AMissingRuleFileIsNotFoundAndNamed) {
  const auto sources = ReadRuleFiles(std::vector<std::string>{Path("no.mqw")});
  EXPECT_EQ(sources.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(sources.status().ToString().find("no.mqw"), std::string::npos);
}

TEST_F(FilesTest, AFolderWithoutRulesGivesNone) {
  fs::create_directories(Path("empty"));
  EXPECT_EQ(Texts({Path("empty")}), "");
}

TEST_F(FilesTest, AFolderLoopThroughALinkEnds) {
  fs::create_directory_symlink(root_, Path("sub/loop"));
  EXPECT_EQ(Texts({root_}), "ABC");
}

TEST_F(FilesTest, AFileOverTheLimitIsCutAboveIt) {
  Write("large.mqw", std::string(RuleText::kMaxBytes + 1000, '#'));
  const auto sources =
      ReadRuleFiles(std::vector<std::string>{Path("large.mqw")});
  ASSERT_TRUE(sources.ok());
  EXPECT_EQ(sources->at(0).text.size(), RuleText::kMaxBytes + 1);
}

TEST_F(FilesTest, FilesAreReadBesideTheRuleThatNamesThem) {
  Write("sub/list.txt", "one\n");
  DiskFileReader reader;
  EXPECT_EQ(*reader.Read(Path("sub/c.mqw"), "list.txt"), "one\n");
  EXPECT_EQ(*reader.Read(Path("a.mqw"), "sub/list.txt"), "one\n");
  EXPECT_EQ(*reader.Read("elsewhere/a.mqw", Path("sub/list.txt")), "one\n");
  EXPECT_EQ(reader.Read(Path("a.mqw"), "list.txt").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(reader.Read(Path("a.mqw"), "sub").status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(FilesTest, InputsAreFilesFoldersAndStandardInput) {
  const auto files = ListInputs(
      std::vector<std::string>{"-", Path("sub"), Path("a.mqw"), Path("a.mqw")});
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 4u);
  EXPECT_EQ(files->at(0).path, "-");
  EXPECT_EQ(files->at(1).path, Path("sub/c.mqw"));
  EXPECT_EQ(files->at(1).bytes, 1);
  EXPECT_EQ(files->at(3).path, Path("a.mqw"));
}

TEST_F(FilesTest, InputsThatCannotBeAreRefused) {
  fs::create_directories(Path("empty"));
  const auto code = [](const std::vector<std::string>& inputs) {
    return ListInputs(inputs).status().code();
  };
  EXPECT_EQ(code({Path("no.json")}), absl::StatusCode::kNotFound);
  EXPECT_EQ(code({Path("empty")}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({"-", "-"}), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace mqwarden
