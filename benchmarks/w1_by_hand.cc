// The hand-written ceiling as a program: the log of W1 to its alerts, with the
// file mapped into memory. Prints for each rule the number of its alerts and the
// sum of their times in nanoseconds, as far as 64 bits hold it.
//
//   w1_by_hand FILE

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "mqwarden/benchmarks/handwritten.h"

namespace mqwarden::benchmarks {
namespace {

int Main(const char* path) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    std::perror(path);
    return 3;
  }
  const auto size = static_cast<size_t>(status.st_size);
  // Readable bytes behind the end: the rest of an anonymous mapping below.
  const size_t reserved = size + 4096 + PaddingBytes();
  void* const area = mmap(nullptr, reserved, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED ||
      mmap(area, size, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE, file,
           0) == MAP_FAILED) {
    std::perror(path);
    return 3;
  }
  W1Answer answer;
  if (!ReplayByHand({static_cast<const char*>(area), size}, &answer)) {
    std::fputs("the processor has no AVX2, or a line is not of W1\n", stderr);
    return 1;
  }
  for (size_t rule = 0; rule < answer.alerts.size(); ++rule) {
    std::printf("wrapped r%zu %lld %llu\n", rule + 1,
                static_cast<long long>(answer.alerts[rule]),
                static_cast<unsigned long long>(answer.times[rule]));
  }
  return 0;
}

}  // namespace
}  // namespace mqwarden::benchmarks

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: w1_by_hand FILE\n", stderr);
    return 3;
  }
  return mqwarden::benchmarks::Main(argv[1]);
}
