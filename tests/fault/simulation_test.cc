// Whatever befalls a run, its alert file is that of a run to which nothing happened,
// and its peer gets every record, in order.
//
// MQWARDEN_SEEDS and MQWARDEN_FIRST_SEED choose how many simulations, and which.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/fault/fault_stream.h"
#include "mqwarden/tests/fault/simulation.h"

namespace mqwarden {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void ExpectSame(const SimulationResult& result, const std::string& expected) {
  ASSERT_EQ(result.failure, "");
  const std::vector<std::string> lines = Lines(result.alerts);
  const std::vector<std::string> wanted = Lines(expected);
  for (size_t i = 0; i < std::min(lines.size(), wanted.size()); ++i) {
    ASSERT_EQ(lines[i], wanted[i]) << "line " << i;
  }
  ASSERT_EQ(lines.size(), wanted.size())
      << (lines.size() < wanted.size() ? wanted[lines.size()]
                                       : lines[wanted.size()]);
  for (size_t i = 0; i < std::min(result.received.size(), wanted.size()); ++i) {
    ASSERT_EQ(result.received[i], wanted[i]) << "the peer's record " << i;
  }
  ASSERT_EQ(result.received.size(), wanted.size());
}

struct Games {
  int64_t lives = 0;
  int64_t repeats = 0;
  int64_t damaged = 0;
  int64_t errors = 0;
};

void Play(int64_t first, int64_t seeds, Games* games) {
  constexpr int64_t kSeedsPerStream = 10;
  SimulationOptions options;
  std::string expected;
  for (int64_t seed = first; seed < first + seeds; ++seed) {
    options.seed = static_cast<uint64_t>(seed);
    if ((seed - first) % kSeedsPerStream == 0) {
      options.events = FaultEvents(options.seed, 300);
      options.games = false;
      options.max_file_bytes = 0;
      const SimulationResult calm = Simulate(options);
      ASSERT_EQ(calm.lives, 1);
      ExpectSame(calm, calm.alerts);
      expected = calm.alerts;
      ASSERT_GT(expected.size(), 10'000u);
    }
    options.games = true;
    options.max_file_bytes = seed % 2 == 0 ? 0 : 10'000;
    const SimulationResult result = Simulate(options);
    ExpectSame(result, expected);
    if (::testing::Test::HasFatalFailure()) {
      std::string ends;
      for (const std::string& error : result.errors) ends += error + "\n";
      FAIL() << "seed " << seed << ", " << result.lives << " lives\n" << ends;
    }
    games->lives += result.lives;
    games->repeats += result.repeats;
    games->damaged += result.damaged;
    games->errors += static_cast<int64_t>(result.errors.size());
  }
}

TEST(SimulationTest, WhateverHappensTheAlertsAreThose) {
  const int64_t seeds = FromEnvironment("MQWARDEN_SEEDS", 150);
  Games games;
  Play(FromEnvironment("MQWARDEN_FIRST_SEED", 1), seeds, &games);
  std::printf("%lld simulations, %lld lives, %lld ended by errors, "
              "%lld damaged checkpoints, %lld repeats\n",
              static_cast<long long>(seeds),
              static_cast<long long>(games.lives),
              static_cast<long long>(games.errors),
              static_cast<long long>(games.damaged),
              static_cast<long long>(games.repeats));
  // The games were played.
  EXPECT_GT(games.lives, seeds * 2);
  EXPECT_GT(games.errors, seeds / 4);
}

// A state that was read back from a temporary file was installed before it was on
// the disk.
TEST(SimulationTest, WhatOnceWasLost) {
  Games games;
  Play(100190, 2, &games);
}

// Of a file that was rotated twice between two looks, the one between was passed over.
TEST(SimulationTest, WhatOnceWasPassedOver) {
  Games games;
  Play(200290, 3, &games);
}

// Were a sync forgotten, some simulation would find it.
TEST(SimulationTest, AForgottenSyncOfAFileOrAFolderIsCaught) {
  for (const DiskOperation pretended :
       {DiskOperation::kSync, DiskOperation::kSyncFolder}) {
    SimulationOptions options;
    options.events = FaultEvents(1, 300);
    const std::string expected = Simulate(options).alerts;
    options.games = true;
    options.pretended = pretended;
    int caught = 0;
    for (options.seed = 1; options.seed <= 20; ++options.seed) {
      const SimulationResult result = Simulate(options);
      caught += !result.failure.empty() || result.alerts != expected;
    }
    EXPECT_GT(caught, 0) << static_cast<int>(pretended);
  }
}

// A fault at each operation of the disk in turn, of which each `step`th is tried.
void TryFaults(DiskFault fault, int events, int64_t step) {
  SimulationOptions options;
  options.events = FaultEvents(3, events);
  options.checkpoint_every = std::chrono::milliseconds(300);
  const SimulationResult calm = Simulate(options);
  ExpectSame(calm, calm.alerts);
  int64_t tried = 0;
  for (int64_t at = tried % step; at < calm.operations; at += step) {
    options.seed = static_cast<uint64_t>(1 + at % 3);
    options.faults = [at, fault](int64_t number, DiskOperation) {
      return number == at ? fault : DiskFault::kNone;
    };
    ExpectSame(Simulate(options), calm.alerts);
    if (::testing::Test::HasFatalFailure()) {
      FAIL() << "operation " << at << " fault " << static_cast<int>(fault);
    }
    ++tried;
  }
  std::printf("fault %d at %lld of %lld operations\n", static_cast<int>(fault),
              static_cast<long long>(tried),
              static_cast<long long>(calm.operations));
  EXPECT_GT(tried, 10);
}

// MQWARDEN_EVERY_OPERATION=1: 2,000 events, and every operation.
class FaultsTest : public ::testing::TestWithParam<DiskFault> {};

TEST_P(FaultsTest, AtAnyOperationOfTheDisk) {
  if (FromEnvironment("MQWARDEN_EVERY_OPERATION", 0) != 0) {
    TryFaults(GetParam(), 2000, 1);
  } else {
    TryFaults(GetParam(), 300, 7);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, FaultsTest,
    ::testing::Values(DiskFault::kPowerOff, DiskFault::kError, DiskFault::kFull,
                      DiskFault::kShortError));

}  // namespace
}  // namespace mqwarden
