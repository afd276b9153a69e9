// Prints the log of the example estate: what examples/logs/estate.json.gz holds.
//
//   tools/bazel run //examples:make_log | gzip -9n > examples/logs/estate.json.gz

#include <cstdio>
#include <string>

#include "mqwarden/examples/estate_log.h"

int main() {
  constexpr uint64_t kSeed = 20260310;
  const std::string text = mqwarden::EstateLogText(mqwarden::EstateDay(kSeed));
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                 std::fflush(stdout) == 0
             ? 0
             : 3;
}
