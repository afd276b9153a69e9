// What `replay --profile` shows: where the time went, by stage and by rule.
#ifndef MQWARDEN_CLI_PROFILE_REPORT_H_
#define MQWARDEN_CLI_PROFILE_REPORT_H_

#include <cstdint>
#include <string>

#include "mqwarden/engine/profile.h"

namespace mqwarden {

// The clock for EngineOptions::profile_clock.
int64_t SteadyNanoseconds();

// The shares of the stages in `seconds`, then a line a rule, the dearest first; of
// those that cost nothing one line for all. With threads the stages overlap, and
// their shares are of the time of the whole run.
std::string ProfileTable(const EngineProfile& profile, double seconds);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_PROFILE_REPORT_H_
