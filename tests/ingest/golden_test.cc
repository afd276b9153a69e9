// Each goldens/NAME.json, read, gives goldens/NAME.expected: the events as NDJSON
// and, behind them, what was rejected. The inputs are synthetic, made from the
// parameter tables of IBM MQ's event messages.
//
// To see what a change does to them:
//   bazel run //tests/ingest:write_goldens -- "$PWD/tests/ingest/goldens"

#include <string>

#include "gtest/gtest.h"
#include "mqwarden/tests/ingest/goldens.h"
#include "mqwarden/tests/ingest/ingest_testing.h"

namespace mqwarden {
namespace {

TEST(GoldenTest, EveryInputGivesWhatIsExpected) {
  int inputs = 0;
  for (const std::string& name : ListTestFiles("goldens")) {
    if (!name.ends_with(".json")) continue;
    ++inputs;
    const std::string expected =
        ReadTestFile(name.substr(0, name.size() - 5) + ".expected");
    EXPECT_EQ(RenderGolden(ReadAll(ReadTestFile(name))), expected) << name;
  }
  EXPECT_GE(inputs, 9);
}

TEST(GoldenTest, ChunksDoNotShow) {
  for (const std::string& name : ListTestFiles("goldens")) {
    if (!name.ends_with(".json")) continue;
    const std::string bytes = ReadTestFile(name);
    const std::string whole = ReadAll(bytes).Dump();
    for (const size_t chunk : {1, 2, 3, 7, 64, 1000}) {
      EXPECT_EQ(ReadAll(bytes, {}, chunk).Dump(), whole) << name << ' ' << chunk;
    }
  }
}

// What comes out goes in again: the NDJSON form says all that was read, but for
// what only the reader of that format says itself.
TEST(GoldenTest, EventsSurviveNdjson) {
  for (const std::string& name : ListTestFiles("goldens")) {
    if (!name.ends_with(".expected")) continue;
    std::string lines;
    const std::string expected = ReadTestFile(name);
    for (size_t at = 0; at < expected.size();) {
      const size_t end = expected.find('\n', at) + 1;
      if (expected[at] == '{') lines += expected.substr(at, end - at);
      at = end;
    }
    std::string again;
    for (const std::string& event : ReadAll(lines).events) again += event + '\n';
    EXPECT_EQ(again, lines) << name;
  }
}

}  // namespace
}  // namespace mqwarden
