// Small events for the tests of what joins events.
#ifndef MQWARDEN_TESTS_INGEST_JOINS_TESTING_H_
#define MQWARDEN_TESTS_INGEST_JOINS_TESTING_H_

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <string_view>

#include "mqwarden/schema/event.h"

namespace mqwarden {

// Makes `*event` the one of a line of NDJSON, as if a source had given it.
void MakeEvent(std::string_view json, Event* event);

// The events as NDJSON, one a line.
std::string Lines(const std::deque<Event>& events);

// Below `bound`.
inline int64_t Below(int64_t bound, std::mt19937_64* random) {
  return static_cast<int64_t>((*random)() % static_cast<uint64_t>(bound));
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_JOINS_TESTING_H_
