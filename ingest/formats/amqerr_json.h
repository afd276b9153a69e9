// Decodes one JSON object of IBM MQ's diagnostics: a line of AMQERRnn.json, of
// the journal (`ibm-mq`), or of a container's console. Those of the web server,
// which have the same keys, become events of kind diag.
#ifndef MQWARDEN_INGEST_FORMATS_AMQERR_JSON_H_
#define MQWARDEN_INGEST_FORMATS_AMQERR_JSON_H_

#include <optional>
#include <span>
#include <vector>

#include "mqwarden/ingest/formats/amqerr_message.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What a record says beside its inserts; those follow from its message's row in
// MessageMeanings().
std::span<const FieldRow> AmqerrJsonFields();

// Thread-compatible. One decoder reads one log: a message may explain one before.
class AmqerrJsonDecoder final {
 public:
  // `*event` has been cleared; its texts are views of those of `nodes`.
  // `provenance` may be null. Returns why there is no event.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event,
                               Provenance* provenance);

 private:
  AmqNormalizer normalizer_;
  std::vector<const JsonNode*> unmapped_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQERR_JSON_H_
