// Capitalware MQAUSX, a channel security exit that checks passwords: lines of
// text about connections that it let in, refused or saw end.
//
//   2026/11/20 09:00:01.288 MQAUSX I:  Connection accepted for MCA_UID='app'
//   UserID='app' ... ConName='192.0.2.7' ... RemoteUserID='app'      (one line)
//
// How it words a refusal is not public: taken for one is `Connection rejected`,
// and a line of level E that names a user or a connection. All else is `diag`.
#ifndef MQWARDEN_INGEST_FORMATS_MQAUSX_H_
#define MQWARDEN_INGEST_FORMATS_MQAUSX_H_

#include <memory>
#include <span>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"

namespace mqwarden {

// What its fields become, in the order in which it writes them.
std::span<const FieldRow> MqausxFields();

std::unique_ptr<LineDecoder> MakeMqausxDecoder(const TextOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MQAUSX_H_
