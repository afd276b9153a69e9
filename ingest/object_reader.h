// JSON objects to events: each to the decoder of its format.
//
// Stands between EventStream, which cuts and recognises objects, and the decoders,
// which it owns.
#ifndef MQWARDEN_INGEST_OBJECT_READER_H_
#define MQWARDEN_INGEST_OBJECT_READER_H_

#include <optional>

#include "mqwarden/ingest/formats/amqerr_json.h"
#include "mqwarden/ingest/formats/amqsevt_json.h"
#include "mqwarden/ingest/formats/ndjson.h"
#include "mqwarden/ingest/formats/oamok.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Thread-compatible. One reader reads one stream: a message may explain one
// before.
class ObjectReader final {
 public:
  // `*event` has been cleared; its texts are views of those of `object` and of the
  // reader. `provenance` may be null. Returns why there is no event.
  std::optional<Reject> Decode(InputFormat format, const JsonScanner& object,
                               Event* event, Provenance* provenance);
  // The decoder of normalized events, which also reads plain lines.
  NdjsonDecoder& ndjson() { return ndjson_; }

 private:
  AmqsevtDecoder amqsevt_;
  NdjsonDecoder ndjson_;
  AmqerrJsonDecoder amqerr_;
  OamokObjectDecoder oamok_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_OBJECT_READER_H_
