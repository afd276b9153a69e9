// An alert or a report as one message of syslog, RFC 5424:
//
//   <131>1 2026-01-05T09:05:10Z mq1 mqwarden - open [mqwarden@32473 id="0123..."
//   rule="burst" version="..." state="open" severity="high" count="10" ...]
//   [group@32473 source_ip="192.0.2.1"] Ten refusals: 10 refusals from 192.0.2.1
//
// (one line). MSGID is the state of the alert, or `report`. The priority's severity
// is 2 for critical, 3 high, 4 medium, 5 low, 6 info. PROCID is `-`, so that equal
// alerts give equal bytes.
//
// Text of events is hostile: it cannot end a message, a value or a parameter.
// Controls, line ends and what is no UTF-8 are shown as base/terminal_text.h shows
// them; a name that RFC 5424 does not admit has `_` in its place. The body is the
// title and the summary, or the alert as JSON in ASCII, every other character as
// \uXXXX. A body that is not ASCII begins with a byte order mark, as the RFC has it.
//
// A message never exceeds `max_bytes`: one that would says so, `cut="true"`. Its values
// are cut to 32 bytes, its group to eight fields and its body, then never JSON, to what
// is left; no parameter of the first element is left out.
#ifndef MQWARDEN_SINKS_SYSLOG_MESSAGE_H_
#define MQWARDEN_SINKS_SYSLOG_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct SyslogMessageOptions {
  enum class Body : uint8_t { kSummary, kJson };

  // Limits.
  size_t max_bytes = 8192;  // 2,048, which all receivers should take, to 1 MiB

  // Behaviour.
  int facility = 16;           // 0 to 23; local0
  std::string hostname = "-";  // at most 255 printable ASCII characters
  std::string app_name = "mqwarden";  // at most 48
  // Private enterprise number behind the names of the two elements. 32473 is the one
  // for examples: a site puts its own.
  std::string enterprise = "32473";
  Body body = Body::kSummary;
};

// kInvalidArgument, naming the option and its bound.
absl::Status CheckSyslogMessageOptions(const SyslogMessageOptions& options);

// Append one message to `*out`. `options` have been checked.
void AppendSyslogMessage(const Alert& alert, const SyslogMessageOptions& options,
                         std::string* out);
void AppendSyslogMessage(const ReportRecord& report,
                         const SyslogMessageOptions& options, std::string* out);

// How messages follow each other on a stream, RFC 6587; a datagram holds one.
enum class SyslogFraming : uint8_t { kDatagram, kOctetCounted, kNewline };
void AppendSyslogFrame(std::string_view message, SyslogFraming framing,
                       std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_SYSLOG_MESSAGE_H_
