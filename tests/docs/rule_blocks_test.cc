// Every example of a rule in the documents compiles and passes its own tests.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/pipeline/rule_test.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

struct Block {
  std::string where;  // "README.md:31"
  std::string text;
};

// The blocks between ```mqw and ```. A file that cannot be read has none.
std::vector<Block> BlocksOf(const std::string& path) {
  std::vector<Block> blocks;
  std::ifstream file(path);
  std::string line;
  bool inside = false;
  for (int number = 1; std::getline(file, line); ++number) {
    if (!inside && line == "```mqw") {
      inside = true;
      blocks.push_back({path + ":" + std::to_string(number), ""});
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  EXPECT_FALSE(inside) << path << ": the last block does not end";
  return blocks;
}

// An example stands alone.
class NoFiles final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("examples in documents name no files");
  }
};

class RuleBlocksTest : public testing::TestWithParam<const char*> {};

TEST_P(RuleBlocksTest, CompileAndPassTheirTests) {
  const std::vector<Block> blocks = BlocksOf(GetParam());
  ASSERT_FALSE(blocks.empty());
  size_t tests = 0;
  for (const Block& block : blocks) {
    SCOPED_TRACE(block.where);
    NoFiles files;
    const std::vector<RuleSource> sources = {{block.where, block.text}};
    const CompileResult result = CompileRules(sources, &files, {});
    EXPECT_EQ(RenderText(result.diagnostics, {}), "");
    if (result.plan == nullptr) continue;
    tests += result.tests.size();
    for (const RuleTest& test : result.tests) {
      const absl::StatusOr<RuleTestResult> run = RunRuleTest(result.plan, test);
      ASSERT_TRUE(run.ok()) << run.status().ToString();
      EXPECT_TRUE(run->passed) << test.name << "\n" << run->failure;
    }
  }
  EXPECT_GT(tests, 0u);
}

INSTANTIATE_TEST_SUITE_P(Documents, RuleBlocksTest,
                         testing::Values("README.md", "docs/language.md"),
                         [](const auto& info) {
                           return std::string(info.param) == "README.md" ? "Readme"
                                                                         : "Language";
                         });

TEST(ReadmeTest, TheFirstRuleIsTheOneThatTheCommandsName) {
  const std::vector<Block> blocks = BlocksOf("README.md");
  ASSERT_FALSE(blocks.empty());
  EXPECT_TRUE(blocks[0].text.starts_with("rule too_many_refusals {"));
  std::ifstream file("README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("mqwarden test first.mqw"), std::string::npos);
}

}  // namespace
}  // namespace mqwarden
