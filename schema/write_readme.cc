// Writes schema/README.md of the workspace that `bazel run` was called in.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "mqwarden/schema/field_docs.h"

int main() {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::fputs("call it with `bazel run //schema:write_readme`\n", stderr);
    return 3;
  }
  const std::string path = std::string(workspace) + "/schema/README.md";
  const std::string page = mqwarden::FieldDocsMarkdown();
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  bool ok = file != nullptr;
  if (ok) {
    ok = std::fwrite(page.data(), 1, page.size(), file) == page.size();
    ok = std::fclose(file) == 0 && ok;
  }
  if (!ok) {
    std::perror(path.c_str());
    return 3;
  }
  return 0;
}
