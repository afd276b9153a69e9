// The rules and the events that faults are tried on: windows, sequences, absence,
// limits with digests and alerts that resolve, over a stream in which nothing is late.
#ifndef MQWARDEN_TESTS_FAULT_FAULT_STREAM_H_
#define MQWARDEN_TESTS_FAULT_FAULT_STREAM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqwarden {

// The text of a rule file. The last rule, `the_end`, fires at the event before the
// last; when its alert is out, all others are.
std::string_view FaultRules();

// NDJSON, one line each, a function of the seed: `count` events within some minutes,
// and two an hour later.
std::vector<std::string> FaultEvents(uint64_t seed, int count);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FAULT_FAULT_STREAM_H_
