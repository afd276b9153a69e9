// Decodes one JSON object of amqsevt (`-o json`, `json_compact`, `json_array`,
// with and without `-d`) or of amqsevtg.
//
// Takes the nodes of the scanner, which has dealt with what is not JSON in them,
// and deals with the rest: keys missing, reordered, in amqsevtg's spelling or as
// raw MQI names; enumerations as words, raw names or numbers; quoted numbers;
// option bits in their two forms; groups, alone or in arrays.
#ifndef MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_
#define MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_

#include <cstddef>
#include <optional>
#include <span>

#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/mq_event.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class AmqsevtDecoder final {
 public:
  // `*event` has been cleared; its texts are views of those of `nodes`. An event
  // without a time has none in the record. Returns why there is no event.
  // `provenance` may be null.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event,
                               Provenance* provenance = nullptr);

 private:
  void ReadSource(size_t object);
  void ReadCreation(size_t object);
  void AddMembers(size_t first, size_t end);
  bool AddComposite(size_t object);
  bool AddList(size_t array);
  MqParameter& AddParameter(std::string_view key);
  void SetScalar(const JsonNode& node, MqParameter* parameter);

  std::span<const JsonNode> nodes_;
  MqRecord record_;
  MqNormalizer normalizer_;
  size_t command_end_ = 0;  // nodes before it are of the command itself
  bool is_go_ = false;      // written by amqsevtg
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_
