// Random events, and a full dump of an event to compare two by, for the tests of
// the schema.
#ifndef MQWARDEN_TESTS_SCHEMA_EVENT_TESTING_H_
#define MQWARDEN_TESTS_SCHEMA_EVENT_TESTING_H_

#include <random>
#include <string>

#include "mqwarden/schema/event.h"

namespace mqwarden {

// What the texts of a random event are made of.
enum class TextBytes {
  kUtf8,  // valid UTF-8, with control and multi-byte characters
  kAny,   // any bytes
};

// Sets about half of the stored fields of every type, some attrs, sequence and
// infers_channel_type. The event owns its texts.
void FillRandomEvent(TextBytes bytes, std::mt19937_64* random, Event* event);

// Everything that an event holds, one field a line: two events are equal exactly
// when their dumps are.
std::string Dump(const Event& event);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_SCHEMA_EVENT_TESTING_H_
