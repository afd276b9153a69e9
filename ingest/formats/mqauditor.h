// Capitalware MQ Auditor, an API exit: one line for every MQI call. The record
// is that of MQCCI (audit_record.h) with the names of the calls as verbs.
//
// The names of its fields are not public and the administrator chooses them.
// The table has those of the MQI structures, with and without the structure
// before them (`OD_ObjectName`); all others become attrs.
#ifndef MQWARDEN_INGEST_FORMATS_MQAUDITOR_H_
#define MQWARDEN_INGEST_FORMATS_MQAUDITOR_H_

#include <memory>
#include <span>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"

namespace mqwarden {

std::span<const FieldRow> MqauditorFields();

std::unique_ptr<LineDecoder> MakeMqauditorDecoder(const TextOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MQAUDITOR_H_
