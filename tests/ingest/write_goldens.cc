// Rewrites the expected files of the goldens in the folder that is its argument.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "mqwarden/tests/ingest/goldens.h"
#include "mqwarden/tests/ingest/ingest_testing.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_goldens FOLDER\n");
    return 2;
  }
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::filesystem::path path = entry.path();
    if (path.extension() != ".json") continue;
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    path.replace_extension(".expected");
    std::ofstream(path) << mqwarden::RenderGolden(
        mqwarden::ReadAll(bytes.str()));
  }
  return 0;
}
