// Writes the log of the workload W1, or its rules, to standard output, for programs
// that read it as a file.
//
//   w1_log EVENTS [SEED]
//   w1_log EVENTS SEED ADDRESSES    nothing but refusals, from so many addresses
//   w1_log --rules

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/w1.h"

namespace mqwarden::benchmarks {
namespace {

// Lines made at a time.
constexpr size_t kBatch = 10'000;

bool Write(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

int Main(int argc, char** argv) {
  if (argc == 2 && argv[1] == std::string_view("--rules")) {
    return Write(kW1Rules) && std::fflush(stdout) == 0 ? 0 : 1;
  }
  CorpusOptions options;
  options.events = argc > 1 ? std::atoll(argv[1]) : 0;
  if (argc > 2) options.seed = std::strtoull(argv[2], nullptr, 10);
  if (argc > 3) {
    options.only_refusals = true;
    options.addresses = static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10));
  }
  if (options.events < 1000 || argc > 4) {
    std::fputs("usage: w1_log EVENTS [SEED [ADDRESSES]], of 1000 events and more\n"
               "       w1_log --rules\n",
               stderr);
    return 3;
  }
  const Corpus corpus(options);
  std::string lines;
  for (size_t at = 0; at < corpus.events().size(); at += kBatch) {
    lines.clear();
    corpus.AppendNdjson(at, std::min(at + kBatch, corpus.events().size()),
                        &lines);
    if (!Write(lines)) return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace mqwarden::benchmarks

int main(int argc, char** argv) { return mqwarden::benchmarks::Main(argc, argv); }
