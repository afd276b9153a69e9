#include "mqwarden/ingest/payload_reader.h"

#include <cstdint>
#include <optional>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/formats/mqauditor.h"
#include "mqwarden/ingest/formats/mqausx.h"
#include "mqwarden/ingest/formats/mqcci.h"

namespace mqwarden {
namespace {

// Takes the one event of a line.
class OneEvent final : public LineSink {
 public:
  OneEvent(Event* event, Provenance* provenance)
      : event_(event), provenance_(provenance) {}

  bool taken() const { return taken_; }

  Provenance* provenance() override { return provenance_; }
  void OnEvent(InputFormat, std::string_view, int64_t, Event* event) override {
    event_->CopyFrom(*event);
    taken_ = true;
  }
  void OnReject(InputFormat, std::string_view, int64_t,
                const Reject&) override {}
  void OnPassedOver(InputFormat, std::string_view) override {}

 private:
  Event* const event_;
  Provenance* const provenance_;
  bool taken_ = false;
};

}  // namespace

PayloadReader::PayloadReader(const TextOptions& options) {
  lines_.push_back(MakeMqcciDecoder(options));
  lines_.push_back(MakeMqausxDecoder(options));
  lines_.push_back(MakeMqauditorDecoder(options));
}

bool PayloadReader::Decode(std::string_view payload, Event* event,
                           Provenance* provenance) {
  return payload.starts_with('{') ? DecodeObject(payload, event, provenance)
                                  : DecodeLine(payload, event, provenance);
}

bool PayloadReader::DecodeObject(std::string_view payload, Event* event,
                                 Provenance* provenance) {
  scanner_.Start();
  if (scanner_.Scan(payload) != JsonScanner::Result::kComplete) return false;
  const auto format = DetectObject(scanner_.nodes());
  std::optional<Reject> reject = Reject();
  if (format == InputFormat::kAmqsevt) {
    reject = amqsevt_.Decode(scanner_.nodes(), event, provenance);
  } else if (format == InputFormat::kOamok) {
    reject = oamok_.Decode(scanner_.nodes(), event, provenance);
  }
  return !reject.has_value();
}

bool PayloadReader::DecodeLine(std::string_view payload, Event* event,
                               Provenance* provenance) {
  for (const auto& decoder : lines_) {
    if (!decoder->Begins(payload)) continue;
    OneEvent sink(event, provenance);
    decoder->Take(payload, 0, &sink);
    decoder->Flush(&sink);
    return sink.taken();
  }
  return false;
}

}  // namespace mqwarden
