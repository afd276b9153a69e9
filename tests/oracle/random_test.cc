// Random rule sets over random streams: engine and oracle agree in every alert,
// in their order and in all counters. A failure is shown shrunk.
//
// MQWARDEN_FIRST_SEED and MQWARDEN_STREAMS choose other seeds; without them the
// first 2,000 are compared.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {
namespace {

constexpr int kParts = 40;  // so that shards share the work
// Most mistakes need few events, and many rule sets are worth more than long
// streams; some bounds need length.
constexpr int kMaxEvents = 60;
constexpr int kMaxEventsOfEighth = 200;
constexpr int kMaxShown = 10;  // differences of a part; then it gives up

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

class RandomStreamsTest : public ::testing::TestWithParam<int> {};

TEST_P(RandomStreamsTest, EngineAndOracleAgree) {
  const int64_t first = FromEnvironment("MQWARDEN_FIRST_SEED", 0);
  const int64_t streams = FromEnvironment("MQWARDEN_STREAMS", 2000);
  int64_t refused = 0;
  int64_t compared = 0;
  int64_t alerts = 0;
  int different = 0;
  for (int64_t seed = first + GetParam(); seed < first + streams;
       seed += kParts) {
    RuleSet rules;
    Stream stream =
        DrawStream(static_cast<uint64_t>(seed),
                   seed / kParts % 8 == 0 ? kMaxEventsOfEighth : kMaxEvents);
    // A draw that the compiler refuses is drawn again.
    Outcome outcome;
    uint64_t attempt = 0;
    do {
      ASSERT_LT(attempt, 50u) << Report(rules, stream);
      rules = DrawRuleSet(static_cast<uint64_t>(seed) * 1'000'003 + attempt++);
      outcome = Compare(rules, stream);
      refused += outcome.refused;
    } while (outcome.refused);
    ++compared;
    alerts += static_cast<int64_t>(outcome.alerts);
    if (!outcome.difference.empty()) {
      Shrink(&rules, &stream);
      ADD_FAILURE() << "seed " << seed << "\n" << Report(rules, stream);
      if (++different == kMaxShown) break;
    }
  }
  // Most draws are accepted and say something.
  EXPECT_LT(refused, compared / 8 + 5);
  EXPECT_GT(alerts, compared * 4);
}

INSTANTIATE_TEST_SUITE_P(Parts, RandomStreamsTest, ::testing::Range(0, kParts));

}  // namespace
}  // namespace mqwarden::oracle
