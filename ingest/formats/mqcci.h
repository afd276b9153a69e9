// Capitalware MQCCI, a channel security exit: one line for every connection
// that a client asks for (CONN) and, if it is told to, ends (DISC).
//
// A CONN line does not say whether the connection was let in: the exit runs
// before that is decided. A line is not quoted and the administrator chooses
// its fields; see audit_record.h.
#ifndef MQWARDEN_INGEST_FORMATS_MQCCI_H_
#define MQWARDEN_INGEST_FORMATS_MQCCI_H_

#include <memory>
#include <span>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"

namespace mqwarden {

// What its fields become, in the order in which it writes them.
std::span<const FieldRow> MqcciFields();

std::unique_ptr<LineDecoder> MakeMqcciDecoder(const TextOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MQCCI_H_
