// Engine against oracle: the input is the seed of a rule set and of a stream, and the
// two must agree, as in tests/oracle/random_test.cc; here a fuzzer looks for seeds
// that reach what none has reached.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/random_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden::oracle;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RuleSet rules = DrawRuleSet(mqwarden::HashBytes(bytes.substr(0, size / 2)));
  Stream stream = DrawStream(mqwarden::HashBytes(bytes.substr(size / 2)), 60);
  const Outcome outcome = Compare(rules, stream);
  if (outcome.difference.empty()) return 0;
  Shrink(&rules, &stream);
  std::fprintf(stderr, "%s\n", Report(rules, stream).c_str());
  MQWARDEN_CHECK(false, "engine and oracle agree");
  return 0;
}
