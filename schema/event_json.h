// The NDJSON form of a normalized event: what `normalize` writes, the `ndjson`
// reader takes, and alerts carry as evidence.
//
// One object without white space. Stored fields that are present stand in the
// order of the catalogue, hence `time` first, then `attr`; computed fields are
// not written. By type:
//   str, kw, ip  text
//   enum         the name of the value
//   int          a number
//   bool         true or false
//   ts           RFC 3339 in UTC with the fewest of 0, 3, 6 or 9 digits of
//                fraction that are exact: "2026-11-20T09:00:00.120Z"
//   duration     a number of seconds, exact, as short as it can be: 1.506625
//   list         an array of texts
//   attr         an object of texts in the event's order; one whose text is
//                empty and whose number is known is that number. An attr with a
//                word and a number is its word: a reader finds the number again
//                by the parameter's name.
// Bytes that are no UTF-8 become U+FFFD. `sequence` and attrs that were dropped
// are not written.
#ifndef MQWARDEN_SCHEMA_EVENT_JSON_H_
#define MQWARDEN_SCHEMA_EVENT_JSON_H_

#include <string>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Appends the object to `*out`, without a newline.
void AppendEventJson(const Event& event, std::string* out);

// The same as the next value of `writer`.
void WriteEventJson(const Event& event, JsonWriter* writer);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_EVENT_JSON_H_
