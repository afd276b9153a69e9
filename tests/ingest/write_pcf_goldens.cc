// Rewrites the goldens of the PCF decoder in the folder that is its argument.

#include <cstdio>
#include <fstream>
#include <string>

#include "mqwarden/tests/ingest/pcf_goldens.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_pcf_goldens FOLDER\n");
    return 2;
  }
  std::ofstream(std::string(argv[1]) + "/events.expected")
      << mqwarden::RenderPcfGoldens();
  return 0;
}
