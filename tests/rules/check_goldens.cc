#include "mqwarden/tests/rules/check_goldens.h"

#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

std::optional<std::string> ReadWhole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class FolderReader final : public FileReader {
 public:
  explicit FolderReader(std::filesystem::path folder)
      : folder_(std::move(folder)) {}

  absl::StatusOr<std::string> Read(std::string_view /*rule_path*/,
                                   std::string_view name) override {
    std::optional<std::string> text = ReadWhole(folder_ / name);
    if (!text.has_value()) return absl::NotFoundError("no such file");
    return *std::move(text);
  }

 private:
  const std::filesystem::path folder_;
};

}  // namespace

std::vector<CheckGolden> ReadCheckGoldens(const std::filesystem::path& folder) {
  std::map<std::string, CheckGolden> by_name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::filesystem::path& path = entry.path();
    const std::string name = path.stem().string();
    if (path.extension() == ".mqw") {
      by_name[name].text = ReadWhole(path).value_or("");
    } else if (path.extension() == ".expected") {
      by_name[name].expected = ReadWhole(path);
    } else {
      continue;
    }
    by_name[name].name = name;
  }
  std::vector<CheckGolden> goldens;
  for (auto& [name, golden] : by_name) goldens.push_back(std::move(golden));
  return goldens;
}

std::string RenderCheckGolden(const std::filesystem::path& folder,
                              const CheckGolden& golden) {
  const RuleSource source = {golden.name + ".mqw", golden.text};
  FolderReader files(folder);
  CompileOptions options;
  if (!golden.name.starts_with("R09")) {
    for (const DiagnosticCodeInfo& info : AllDiagnosticCodes()) {
      if (info.severity == DiagnosticSeverity::kWarning) {
        options.disabled_checks.emplace_back(info.slug);
      }
    }
  }
  const CompileResult result = CompileRules({&source, 1}, &files, options);
  return RenderText(result.diagnostics, {});
}

}  // namespace mqwarden
