// The parts that several pieces of engine state are made of, to bytes and back.
// A Load of anything else than what the Save writes fails the reader or returns
// false; nothing is allocated that the bytes do not pay for.
#ifndef MQWARDEN_ENGINE_STATE_CODEC_H_
#define MQWARDEN_ENGINE_STATE_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/numeric/int128.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

void SaveInt128(absl::int128 value, ByteWriter* out);
absl::int128 LoadInt128(ByteReader* in);

// A bool; any byte but 0 and 1 fails the reader.
bool LoadBool(ByteReader* in);

// A count of things of at least `least_bytes` >= 1 each; more than the bytes
// could hold fails the reader.
size_t LoadCount(ByteReader* in, size_t least_bytes = 1);

void SaveAlertValue(const AlertValue& value, ByteWriter* out);
bool LoadAlertValue(ByteReader* in, AlertValue* value);

// An encoded event, or null. Load() takes only what DecodeEvent() reads.
void SaveEventBytes(const std::shared_ptr<const std::string>& bytes,
                    ByteWriter* out);
bool LoadEventBytes(ByteReader* in, std::shared_ptr<const std::string>* bytes);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_STATE_CODEC_H_
