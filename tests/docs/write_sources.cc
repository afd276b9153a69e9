// Makes the tables of docs/sources.md anew in the workspace that `bazel run` was
// called in.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "mqwarden/tests/docs/source_page.h"

int main() {
  const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::fputs("call it with `bazel run //tests/docs:write_sources`\n", stderr);
    return 3;
  }
  const std::string path = std::string(workspace) + "/docs/sources.md";
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  const mqwarden::SourcePage page = mqwarden::MakeSourcePage(text.str());
  for (const std::string& error : page.errors) {
    std::fprintf(stderr, "%s\n", error.c_str());
  }
  std::ofstream out(path, std::ios::binary);
  out << page.text;
  return out.flush() && page.errors.empty() ? 0 : 3;
}
