// Every example of a rule in the documents compiles without a finding and passes
// its own tests, and the page of the rule pack names what the pack has.
//
// An example is a block "```mqw"; it stands alone. The files that examples name
// are the blocks whose first line says a name, as in "```csv inventory.csv".

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
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

struct Document {
  std::vector<Block> examples;
  std::map<std::string, std::string, std::less<>> files;  // by name
};

// A document that cannot be read has no examples.
Document ReadDocument(const std::string& path) {
  constexpr std::string_view kFence = "```";
  Document document;
  std::ifstream file(path);
  std::string line;
  std::string language;  // what the fence of the present block says
  Block block;
  bool inside = false;
  for (int number = 1; std::getline(file, line); ++number) {
    if (!inside && line.starts_with(kFence)) {
      inside = true;
      language = line.substr(kFence.size());
      block = {path + ":" + std::to_string(number), ""};
    } else if (inside && line == kFence) {
      inside = false;
      const size_t blank = language.find(' ');
      if (language == "mqw") {
        document.examples.push_back(block);
      } else if (blank != std::string::npos) {
        const bool is_new =
            document.files.emplace(language.substr(blank + 1), block.text)
                .second;
        EXPECT_TRUE(is_new) << block.where << ": a second file of that name";
      }
    } else if (inside) {
      block.text += line + "\n";
    }
  }
  EXPECT_FALSE(inside) << path << ": the last block does not end";
  return document;
}

// The files that stand in the document.
class FilesOfDocument final : public FileReader {
 public:
  explicit FilesOfDocument(const Document& document) : document_(document) {}

  absl::StatusOr<std::string> Read(std::string_view,
                                   std::string_view name) override {
    const auto file = document_.files.find(name);
    if (file == document_.files.end()) {
      return absl::NotFoundError("the document has no such file");
    }
    return file->second;
  }

 private:
  const Document& document_;
};

class RuleBlocksTest : public testing::TestWithParam<const char*> {};

TEST_P(RuleBlocksTest, CompileAndPassTheirTests) {
  const Document document = ReadDocument(GetParam());
  ASSERT_FALSE(document.examples.empty());
  FilesOfDocument files(document);
  for (const Block& block : document.examples) {
    SCOPED_TRACE(block.where);
    const std::vector<RuleSource> sources = {{block.where, block.text}};
    const CompileResult result = CompileRules(sources, &files, {});
    EXPECT_EQ(RenderText(result.diagnostics, {}), "");
    if (result.plan == nullptr) continue;
    EXPECT_FALSE(result.tests.empty()) << "an example shows what it does";
    for (const RuleTest& test : result.tests) {
      const absl::StatusOr<RuleTestResult> run = RunRuleTest(result.plan, test);
      ASSERT_TRUE(run.ok()) << run.status().ToString();
      EXPECT_TRUE(run->passed) << test.name << "\n" << run->failure;
      EXPECT_GT(run->expectations, 0) << test.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Documents, RuleBlocksTest,
                         testing::Values("README.md", "docs/language.md"),
                         [](const auto& info) {
                           return std::string(info.param) == "README.md" ? "Readme"
                                                                         : "Language";
                         });

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ReadmeTest, TheFirstRuleIsTheOneThatTheCommandsName) {
  const Document readme = ReadDocument("README.md");
  ASSERT_FALSE(readme.examples.empty());
  EXPECT_TRUE(readme.examples[0].text.starts_with("rule too_many_refusals {"));
  EXPECT_NE(TextOf("README.md").find("mqwarden test first.mqw"),
            std::string::npos);
}

// What a line of a rule file defines: "`name`", and for a param "`name` | `value`".
std::string DefinedOn(const std::string& line) {
  std::istringstream words(line);
  std::string word, name, equals, value;
  words >> word >> name >> equals >> value;
  if (word == "param") return "`" + name + "` | `" + value + "`";
  if (word == "rule" || word == "report") return "`" + name + "`";
  return "";
}

TEST(PackPageTest, NamesEveryRuleReportParamAndFile) {
  const std::filesystem::path folder = "rules/pack";
  const std::string page = TextOf(folder / "README.md");
  int definitions = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == "README.md" || name == "BUILD.bazel") continue;
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
    if (entry.path().extension() != ".mqw") continue;
    std::ifstream file(entry.path());
    std::string line;
    while (std::getline(file, line)) {
      const std::string defined = DefinedOn(line);
      if (defined.empty()) continue;
      ++definitions;
      EXPECT_NE(page.find("| " + defined + " |"), std::string::npos)
          << name << ": " << line;
    }
  }
  EXPECT_GT(definitions, 30);
}

TEST(PackPageTest, EveryRunbookItLinksIsThere) {
  constexpr std::string_view kLink = "](../../docs/";
  const std::string page = TextOf("rules/pack/README.md");
  int links = 0;
  for (size_t at = page.find(kLink); at != std::string::npos;
       at = page.find(kLink, at + 1)) {
    const size_t begin = at + kLink.size();
    const std::string target = page.substr(begin, page.find(')', begin) - begin);
    if (!target.starts_with("runbooks/")) continue;
    ++links;
    EXPECT_TRUE(std::filesystem::exists("docs/" + target)) << target;
  }
  EXPECT_GT(links, 20);
}

}  // namespace
}  // namespace mqwarden
