// Runs a fuzz target over files, for compilers without a fuzzer: the corpus then
// is a test like any other.
//
// With MQWARDEN_MUTATIONS=N each file is also run N times with a few bytes changed,
// cut out, doubled or taken from another file: no guided fuzzing, but it needs no
// other build. The input that is being run is in $TEST_TMPDIR/input.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

void Mutate(const std::vector<std::string>& inputs, std::mt19937_64* random,
            std::string* bytes) {
  static constexpr unsigned char kEdges[] = {0, 1, 0x7F, 0x80, 0xFF, '"', '\n', ' '};
  for (uint64_t changes = 1 + (*random)() % 5; changes != 0; --changes) {
    const size_t at = bytes->empty() ? 0 : (*random)() % bytes->size();
    const size_t size = std::min<size_t>((*random)() % 12, bytes->size() - at);
    const std::string& other = inputs[(*random)() % inputs.size()];
    const size_t from = other.empty() ? 0 : (*random)() % other.size();
    switch (bytes->empty() ? 5 : (*random)() % 6) {
      case 0:
        (*bytes)[at] = static_cast<char>((*random)());
        break;
      case 1:
        (*bytes)[at] = static_cast<char>(kEdges[(*random)() % sizeof(kEdges)]);
        break;
      case 2:
        (*bytes)[at] = static_cast<char>((*bytes)[at] ^ (1 << (*random)() % 8));
        break;
      case 3:
        bytes->erase(at, size);
        break;
      case 4:
        bytes->insert(at, bytes->substr(at, size));
        break;
      case 5:
        bytes->insert(at, other.substr(from, (*random)() % 40));
        break;
    }
  }
}

int64_t RunMutations(const std::vector<std::string>& inputs, int64_t each) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string kept = std::string(folder == nullptr ? "/tmp" : folder) + "/input";
  std::mt19937_64 random(1);
  int64_t runs = 0;
  for (const std::string& input : inputs) {
    for (int64_t i = 0; i < each; ++i, ++runs) {
      std::string bytes = input;
      Mutate(inputs, &random, &bytes);
      std::ofstream(kept, std::ios::binary) << bytes;
      Run(bytes);
    }
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> inputs;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot read %s\n", argv[i]);
      return 1;
    }
    inputs.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
    Run(inputs.back());
  }
  std::printf("%zu inputs\n", inputs.size());
  if (const char* const each = std::getenv("MQWARDEN_MUTATIONS")) {
    std::printf("%lld mutations\n",
                static_cast<long long>(RunMutations(inputs, std::atoll(each))));
  }
  return inputs.empty() ? 1 : 0;  // an empty corpus tests nothing
}
