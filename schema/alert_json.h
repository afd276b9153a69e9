// The NDJSON form of an alert, `mqwarden.alert.v1`.
//
// One object without white space, its keys in this order and absent when they
// have no value: schema id rule version state severity title summary time first
// last count group fields tags notify runbook held muted state_evicted evidence.
// `count` is always there. Times have nine digits of fraction; evidence is in
// the form of event_json.h. Equal alerts give equal bytes.
#ifndef MQWARDEN_SCHEMA_ALERT_JSON_H_
#define MQWARDEN_SCHEMA_ALERT_JSON_H_

#include <string>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// Appends the object to `*out`, without a newline.
void AppendAlertJson(const Alert& alert, std::string* out);

// A value that an alert shows: a number as one where JSON has it.
void WriteAlertValueJson(const AlertValue& value, JsonWriter* writer);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_ALERT_JSON_H_
