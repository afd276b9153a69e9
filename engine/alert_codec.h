// Alerts and their parts as bytes, for checkpoints: little-endian, the same on
// every platform. Reading is total: on bytes of no alert the reader fails.
#ifndef MQWARDEN_ENGINE_ALERT_CODEC_H_
#define MQWARDEN_ENGINE_ALERT_CODEC_H_

#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

void SaveHash(Hash128 hash, ByteWriter* out);
Hash128 LoadHash(ByteReader* in);

void SaveFields(const std::vector<AlertField>& fields, ByteWriter* out);
std::vector<AlertField> LoadFields(ByteReader* in);

// With evidence and trigger.
void SaveAlert(const Alert& alert, ByteWriter* out);
Alert LoadAlert(ByteReader* in);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_CODEC_H_
