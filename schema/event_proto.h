// Between events and alerts and their protobuf form (event.proto, alert.proto).
//
// For programs at the border: an engine takes `Event` itself, and what is here
// goes through protobuf's reflection, field by field of the catalogue.
#ifndef MQWARDEN_SCHEMA_EVENT_PROTO_H_
#define MQWARDEN_SCHEMA_EVENT_PROTO_H_

#include "absl/status/status.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert.pb.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event.pb.h"

namespace mqwarden {

// Makes `*event` the one that `proto` describes; it owns its texts. Empty texts,
// lists and UNSPECIFIED enum values are absent fields; sequence and
// infers_channel_type are as in a new event. Returns kInvalidArgument naming the
// field, and leaves `*event` cleared, for an enum value that is not in its set,
// an address that does not parse, and an attr without a name. Attrs beyond the
// limits of an event are counted in attrs_dropped().
absl::Status EventFromProto(const v1::Event& proto, Event* event);

// Overwrites `*proto`. Bytes that are no UTF-8 become U+FFFD.
void EventToProto(const Event& event, v1::Event* proto);
void AlertToProto(const Alert& alert, v1::Alert* proto);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_EVENT_PROTO_H_
