// Lines of MQCCI.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/ingest/formats/mqcci.h"
#include "mqwarden/tests/fuzz/line_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden;
  FuzzLines([] { return MakeMqcciDecoder({}); },
            std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
