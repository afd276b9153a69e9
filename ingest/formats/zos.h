// Messages of the z/OS console: RACF's refusals (ICH408I) and those of IBM MQ's
// channel initiator (CSQX...), from a console, a job's log or the hardcopy log.
//
//   ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
//     QM1.PAYROLL.IN CL(MQQUEUE )
//     INSUFFICIENT ACCESS AUTHORITY
//     ACCESS INTENT(UPDATE )  ACCESS ALLOWED(READ   )
//
// The number at the end of the first line is the console's. In the hardcopy log,
// whose lines have a head with date and time, it stands in every further line and
// joins them to their message:
//
//   M 0000000 SYS1     2024325 10:04:57.27 STC01234 00000090  ICH408I ... 171
//   D 171 00000090    QM1.PAYROLL.IN CL(MQQUEUE )
//   E 171 00000090    ACCESS INTENT(UPDATE )  ACCESS ALLOWED(READ   )
//
// Without it, lines of several messages at once are told apart by their form: a
// line belongs to the oldest open message that still lacks such a one.
#ifndef MQWARDEN_INGEST_FORMATS_ZOS_H_
#define MQWARDEN_INGEST_FORMATS_ZOS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

std::span<const FieldRow> ZosFields();

std::unique_ptr<LineDecoder> MakeZosDecoder(const TextOptions& options);

// What the head of a line says of its message.
struct ZosOrigin {
  std::optional<Time> time;
  int64_t time_quality = 0;  // value of the enum
  std::string_view system;
};

// Whether `text` begins, behind blanks, with a message that DecodeZosMessage()
// knows.
bool BeginsZosMessage(std::string_view text);

// Fills `*event`, which has been cleared, from a whole message, its lines apart or
// folded into one: views of `message`, of `origin` and of the event. `provenance`
// may be null. False for a message that is cut off.
bool DecodeZosMessage(std::string_view message, const ZosOrigin& origin,
                      Event* event, Provenance* provenance);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_ZOS_H_
