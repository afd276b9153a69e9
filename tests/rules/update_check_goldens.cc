// Rewrites the expectations of tests/goldens/check from what the compiler says
// now. Run by `bazel run`, reviewed like code.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "mqwarden/tests/rules/check_goldens.h"

int main() {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::cerr << "run by: bazel run //tests/rules:update_check_goldens\n";
    return 1;
  }
  const std::filesystem::path folder =
      std::filesystem::path(workspace) / "tests/goldens/check";
  for (const mqwarden::CheckGolden& golden :
       mqwarden::ReadCheckGoldens(folder)) {
    const std::string said = mqwarden::RenderCheckGolden(folder, golden);
    if (golden.expected == said) continue;
    std::ofstream file(folder / (golden.name + ".expected"), std::ios::binary);
    file << said;
    std::cout << golden.name << "\n";
  }
  return 0;
}
