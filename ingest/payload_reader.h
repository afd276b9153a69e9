// Messages of syslog that are records of other formats: lines of MQCCI, MQAUSX and
// MQ Auditor, and objects of amqsevt and oamok, as forwarders of logs send them.
#ifndef MQWARDEN_INGEST_PAYLOAD_READER_H_
#define MQWARDEN_INGEST_PAYLOAD_READER_H_

#include <memory>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/formats/amqsevt_json.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/formats/oamok.h"
#include "mqwarden/ingest/formats/syslog.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Thread-compatible.
class PayloadReader final : public SyslogPayloads {
 public:
  explicit PayloadReader(const TextOptions& options);

  bool Decode(std::string_view payload, Event* event,
              Provenance* provenance) override;

 private:
  bool DecodeObject(std::string_view payload, Event* event,
                    Provenance* provenance);
  bool DecodeLine(std::string_view payload, Event* event,
                  Provenance* provenance);

  std::vector<std::unique_ptr<LineDecoder>> lines_;
  JsonScanner scanner_;
  AmqsevtDecoder amqsevt_;
  OamokObjectDecoder oamok_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_PAYLOAD_READER_H_
