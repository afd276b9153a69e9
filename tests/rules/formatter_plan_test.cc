// Laying a rule set out never changes what it means: the fingerprint of its plan
// stays, and so do the versions of its rules.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/formatter.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class DiskReader final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view rule_path,
                                   std::string_view name) override {
    std::optional<std::string> text =
        ReadWhole(fs::path(rule_path).parent_path() / name);
    if (!text.has_value()) return absl::NotFoundError("no such file");
    return *std::move(text);
  }
};

std::vector<RuleSource> Formatted(const std::vector<RuleSource>& sources) {
  std::vector<RuleSource> formatted;
  for (const RuleSource& source : sources) {
    DiagnosticList unused;
    const std::optional<std::string> text = FormatRuleText(
        std::make_shared<const RuleText>(source.path, source.text), &unused);
    formatted.push_back({source.path, text.value_or(source.text)});
  }
  return formatted;
}

// The versions of the rules and the fingerprint; "" where it does not compile.
std::string MeaningOf(const std::vector<RuleSource>& sources) {
  DiskReader files;
  const CompileResult result = CompileRules(sources, &files, {});
  if (result.plan == nullptr) return "";
  std::string meaning = std::to_string(result.plan->fingerprint());
  for (const auto& rule : result.plan->rules()) {
    meaning += "\n" + rule->name + " " + rule->version;
  }
  return meaning + "\n" + std::to_string(result.tests.size()) + " tests";
}

std::vector<RuleSource> SourcesIn(const std::string& folder) {
  std::vector<RuleSource> sources;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".mqw") continue;
    sources.push_back({entry.path().string(), ReadWhole(entry.path()).value()});
  }
  std::sort(sources.begin(), sources.end(),
            [](const RuleSource& a, const RuleSource& b) {
              return a.path < b.path;
            });
  return sources;
}

TEST(FormatterPlanTest, ThePackMeansTheSame) {
  const std::vector<RuleSource> pack = SourcesIn("rules/pack");
  ASSERT_FALSE(MeaningOf(pack).empty());
  EXPECT_EQ(MeaningOf(Formatted(pack)), MeaningOf(pack));
}

// Each text of the goldens that compiles is a set of its own.
TEST(FormatterPlanTest, EveryTextOfTheGoldensMeansTheSame) {
  int compiled = 0;
  for (const RuleSource& source : SourcesIn("tests/goldens/check")) {
    const std::string meaning = MeaningOf({source});
    if (meaning.empty()) continue;
    ++compiled;
    EXPECT_EQ(MeaningOf(Formatted({source})), meaning) << source.path;
  }
  EXPECT_GT(compiled, 5);
}

}  // namespace
}  // namespace mqwarden
