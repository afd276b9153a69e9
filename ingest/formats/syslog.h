// Lines of syslog, from IBM i and from anything else: RFC 3164 and RFC 5424, one
// a line. Messages that are framed by their length are cut into lines before, see
// ingest/syslog_framing.h.
//
// The message is recognised by itself: an audit entry of IBM i (QAUDJRN), LEEF,
// CEF, a message of QSYSOPR, one of IBM MQ's error logs (JSON, the line of a
// console, a whole record), one of z/OS; what the host knows besides; and else it
// becomes an event of kind diag with its text.
//
// Time is that of the message where it states one with its year, else that of
// the header. A header without a year takes one from TextOptions::from and the
// lines before; without it the line is rejected as `no_year`.
#ifndef MQWARDEN_INGEST_FORMATS_SYSLOG_H_
#define MQWARDEN_INGEST_FORMATS_SYSLOG_H_

#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What the head of a line says, and a message of QSYSOPR; the rest follows from
// PayloadKeys() and from the tables of the other formats.
std::span<const FieldRow> SyslogFields();

// Decodes messages of syslog that are records of other formats.
class SyslogPayloads {
 public:
  virtual ~SyslogPayloads() = default;
  // Fills `*event`, which has been cleared, or returns false for a message that
  // is none. Its texts are views of `payload` and of the decoder, good until the
  // next call. `provenance` may be null.
  virtual bool Decode(std::string_view payload, Event* event,
                      Provenance* provenance) = 0;
};

// `payloads` may be null, and is not owned. A pattern for QSYSOPR that
// CheckQsysoprPattern() refuses recognises nothing.
std::unique_ptr<LineDecoder> MakeSyslogDecoder(const TextOptions& options,
                                               SyslogPayloads* payloads);

// Whether `pattern` is a regular expression of RE2's. Where it has groups, those
// named `id`, `sev` and `text` are the message's id, its severity (0 to 99) and
// its text; without such names the first group, and without a group the whole of
// what it finds, is the id.
absl::Status CheckQsysoprPattern(std::string_view pattern);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_SYSLOG_H_
