// Events as bytes, to sort and spill millions of them: a bitmap of the fields
// that are present, then their values in the order of the catalogue, integers as
// varints, texts with their length. Everything of an event is kept: attrs,
// attrs_dropped, sequence and infers_channel_type too.
//
// The form belongs to this build of the program. It is for bytes that one
// process writes and reads again, not for files that outlive it.
#ifndef MQWARDEN_SCHEMA_EVENT_CODEC_H_
#define MQWARDEN_SCHEMA_EVENT_CODEC_H_

#include <string>
#include <string_view>

#include "mqwarden/schema/event.h"

namespace mqwarden {

// Appends `event` to `*out`.
void EncodeEvent(const Event& event, std::string* out);

// Makes `*event` the one encoded in `bytes`, all of them; its texts are views
// into `bytes`. False, with `*event` cleared, where the bytes are not what
// EncodeEvent writes.
bool DecodeEvent(std::string_view bytes, Event* event);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_EVENT_CODEC_H_
