// The head of a syslog line, RFC 3164 as it is written in practice and RFC 5424.
#ifndef MQWARDEN_INGEST_FORMATS_SYSLOG_HEADER_H_
#define MQWARDEN_INGEST_FORMATS_SYSLOG_HEADER_H_

#include <optional>
#include <string_view>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"

namespace mqwarden {

// Views of the line. Empty or absent where the line does not say it.
struct SyslogHeader {
  std::optional<int> priority;  // 0 to 191
  std::optional<Time> time;     // where the line states date and zone
  // Else, where it states a time at all; mostly without a year.
  std::optional<CivilTime> civil;
  std::string_view host;
  std::string_view app;   // the tag of RFC 3164
  std::string_view process;
  std::string_view message_type;  // MSGID
  std::string_view structured;    // `[id name="value" ...]...`
  std::string_view message;

  int severity() const { return *priority & 7; }
  int facility() const { return *priority >> 3; }
};

// Whether `line` begins with `<PRI>` or with the date of RFC 3164, with a date and
// time of ISO 8601 before a message that only syslog carries, or with such a
// message that has lost its head.
bool BeginsSyslog(std::string_view line);

// False for a line that is none. What it states in a wrong form is left out.
bool ParseSyslogHeader(std::string_view line, SyslogHeader* header);

// Reads `name="value"` off the front of `*rest`, behind blanks, up to the `]` of
// the element, which stays. False at it, or at anything else. `*value` has its
// escapes.
bool NextStructuredParameter(std::string_view* rest, std::string_view* name,
                             std::string_view* value);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_SYSLOG_HEADER_H_
