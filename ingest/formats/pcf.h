// Decodes one message in Programmable Command Format, the form in which a queue
// manager puts its events: a pure function from bytes to an event.
//
// The message begins with its MQCFH, or with an MQMD or an MQEPH before it. It
// is walked by the lengths that it gives, each of which is checked; padding is
// not looked at, types of structures that are unknown are skipped. Both byte
// orders are read, and text in any coded character set.
//
// What amqsevt would print for a parameter is what its value becomes: the word
// of an enumeration, hexadecimal digits, the names of attributes. So one event
// is the same event from PCF and from JSON.
//
// Bounds: kMaxPcfBytes, kMaxGroupDepth, kMaxValues.
#ifndef MQWARDEN_INGEST_FORMATS_PCF_H_
#define MQWARDEN_INGEST_FORMATS_PCF_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/message_facts.h"
#include "mqwarden/ingest/formats/pcf_layout.h"
#include "mqwarden/ingest/formats/pcf_text.h"
#include "mqwarden/ingest/mq_event.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Thread-compatible. Reused for many messages it allocates nothing.
class PcfDecoder final {
 public:
  static constexpr size_t kMaxGroupDepth = 8;
  // Parameters and elements of lists in one message.
  static constexpr size_t kMaxValues = 16 * 1024;

  // `*event` has been cleared; its texts are good until the next call, and no
  // longer than `message` and those of `facts`. A message without a time gives
  // an event without one. Bytes behind the last parameter are not looked at.
  // Returns why there is no event. `provenance` may be null.
  std::optional<Reject> Decode(std::string_view message,
                               const MessageFacts& facts, Event* event,
                               Provenance* provenance = nullptr);

  // The same up to the record, which Decode() gives to the normalizer. Adds to
  // `*facts` what an MQMD in front says.
  std::optional<Reject> Read(std::string_view message, MessageFacts* facts,
                             MqRecord* record);

 private:
  std::optional<Reject> ReadFront(MessageFacts* facts);
  std::optional<Reject> ReadMqmd(MessageFacts* facts);
  std::optional<Reject> ReadHeader(const MessageFacts& facts,
                                   int32_t* parameter_count);
  std::optional<Reject> ReadParameters(int32_t count);
  std::optional<Reject> ReadStruct(int32_t type, std::string_view bytes);
  std::optional<Reject> ReadNumbers(int32_t number, size_t size,
                                    std::string_view bytes);
  std::optional<Reject> ReadTexts(int32_t number, std::string_view bytes);
  void SetContext(const MessageFacts& facts);

  // A parameter met before, without its value, and the word of the number that
  // it had last.
  struct Known {
    int32_t number = -1;
    bool has_word = false;
    int64_t value = 0;
    std::string_view word;
    MqParameter parameter;
  };

  MqParameter& Add(int32_t number);
  Known& KnownOf(int32_t number) {
    return known_[static_cast<uint32_t>(number) % known_.size()];
  }
  void AddFilter(int32_t number, int32_t operation, std::string_view value);
  void SetNumber(int64_t number, MqParameter* p);
  std::string_view Word(MqKind kind, int64_t number);
  std::string_view AttributeName(int64_t number);
  std::string_view Digits(int64_t number);
  std::string_view Hex(std::string_view bytes, std::string_view digits);
  std::string_view Text(std::string_view bytes, int32_t ccsid) {
    return text_.Decode(bytes, ccsid > 0 ? ccsid : ccsid_);
  }
  int32_t Int(std::string_view bytes, size_t at) const {
    return PcfInt(bytes, at, order_);
  }

  // Of the message being read.
  std::string_view rest_;
  MqRecord* record_ = nullptr;
  PcfOrder order_ = PcfOrder::kLittle;
  int32_t ccsid_ = 0;
  size_t values_ = 0;
  bool in_command_ = false;

  std::array<Known, 127> known_;  // by number
  PcfText text_;
  std::string scratch_;
  MqRecord decoded_;
  MqNormalizer normalizer_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_PCF_H_
