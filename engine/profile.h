// What each rule costs, for a host that asks (EngineOptions::profile_clock).
#ifndef MQWARDEN_ENGINE_PROFILE_H_
#define MQWARDEN_ENGINE_PROFILE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace mqwarden {

struct RuleProfile {
  std::string rule;
  int64_t evaluations = 0;  // events of the rule's kinds
  int64_t candidates = 0;   // of these, left by the index and the number tests
  int64_t matched = 0;      // of these, passed `where`
  int64_t ns = 0;           // its condition, its key, its window and its alerts
  int64_t keys_live = 0;
  int64_t state_bytes = 0;  // about; what its keys take
};

// Times are of one event in Profiler::kEvery, multiplied; zero without a clock.
struct EngineProfile {
  std::vector<RuleProfile> rules;  // in the order of the plan, by name
  int64_t events = 0;
  int64_t lookup_ns = 0;  // finding the rules that an event may be for
  int64_t rules_ns = 0;   // the sum over the rules
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_PROFILE_H_
