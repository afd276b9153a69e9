// Decodes one JSON object of amqsevt (`-o json`, `json_compact`, `json_array`,
// with and without `-d`) or of amqsevtg.
//
// Takes the nodes of the scanner, which has dealt with what is not JSON in them,
// and deals with the rest: keys missing, reordered, in amqsevtg's spelling or as
// raw MQI names; enumerations as words, raw names or numbers; quoted numbers;
// option bits in their two forms; groups, alone or in arrays.
#ifndef MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_
#define MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

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
  // `provenance` may be null. `shape`: JsonScanner::shape() of the object, or 0.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event,
                               Provenance* provenance = nullptr,
                               uint32_t shape = 0);

 private:
  // What was found out about a node of a shape: its key, and the word that stood
  // there last. Objects with equal keys mostly have equal words.
  struct Known {
    static constexpr size_t kMaxWordBytes = 32;

    enum class Form : uint8_t { kUnknown, kOne, kGroup };

    bool has_key = false;
    bool is_go = false;
    bool may_be_number = false;
    Form form = Form::kUnknown;  // of an object or array: one parameter, or many
    MqParameter parameter;       // without its value
    uint8_t word_size = 0;  // 0: none
    std::array<char, kMaxWordBytes> word;
    std::string_view text;  // of the number that it means
    int64_t number = 0;
  };
  struct KnownShape {
    uint32_t shape = 0;
    std::vector<Known> nodes;
  };

  void Recall(uint32_t shape);
  void ReadSource(size_t object);
  void ReadCreation(size_t object);
  void AddMembers(size_t first, size_t end);
  bool IsGroupOf(size_t node);
  bool AddComposite(size_t object);
  bool AddList(size_t array);
  MqParameter& AddParameter(size_t node);
  void SetScalar(size_t node, MqParameter* parameter);
  void SetWord(std::string_view text, Known* known, MqParameter* parameter);

  std::span<const JsonNode> nodes_;
  std::vector<KnownShape> shapes_;
  std::span<Known> known_;  // of the object's shape, by node; empty: of none
  MqRecord record_;
  MqNormalizer normalizer_;
  size_t command_end_ = 0;  // nodes before it are of the command itself
  bool is_go_ = false;      // written by amqsevtg
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQSEVT_JSON_H_
