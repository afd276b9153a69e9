// oamlog, a module of the authorization service that logs what it is asked:
// blocks of text, one for every call.
//
//   [4711.12 @ Fri Nov 20 09:00:01 2026] OACheckAuth
//   <tab>Object  : "BILLING.IN        " [Queue]
//   <tab>User    : "app"
//   <tab>Auth    : 0x00000008 [put ]
//
// It is called before the decision, so that no outcome is known. Only
// OACheckAuth and OAAuthUser are requests of users; calls of other kinds are
// passed over, but for the queue manager that they name.
#ifndef MQWARDEN_INGEST_FORMATS_OAMLOG_H_
#define MQWARDEN_INGEST_FORMATS_OAMLOG_H_

#include <memory>
#include <span>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"

namespace mqwarden {

// What its labels become.
std::span<const FieldRow> OamlogFields();

std::unique_ptr<LineDecoder> MakeOamlogDecoder(const TextOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_OAMLOG_H_
