#include "mqwarden/tests/fuzz/line_fuzzing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

class CheckingSink final : public LineSink {
 public:
  CheckingSink(std::string_view bytes, InputFormat format, bool explains)
      : bytes_(bytes), format_(format), explains_(explains) {}

  const std::string& shown() const { return shown_; }

  Provenance* provenance() override {
    return explains_ ? &provenance_ : nullptr;
  }
  void OnEvent(InputFormat format, std::string_view record, int64_t offset,
               Event* event) override {
    CheckRecord(format, record, offset);
    Event copy;  // reads every text
    copy.CopyFrom(*event);
    MQWARDEN_CHECK(copy.Has(FieldId::kKind) && copy.Has(FieldId::kAction) &&
                       copy.Has(FieldId::kOutcome) &&
                       copy.Has(FieldId::kSource),
                   "every event means something");
    std::string json;
    AppendEventJson(copy, &json);
    MQWARDEN_CHECK(IsValidUtf8(json), "events are UTF-8");
    shown_ += json + '\n';
    provenance_.filled.clear();
  }
  void OnReject(InputFormat format, std::string_view record, int64_t offset,
                const Reject& reject) override {
    CheckRecord(format, record, offset);
    shown_ += std::string(reject.reason) + ' ' + std::to_string(offset) + '\n';
    provenance_.filled.clear();
  }
  void OnPassedOver(InputFormat format, std::string_view what) override {
    MQWARDEN_CHECK(format == format_, "a decoder speaks of its own format");
    shown_ += std::string(what) + '\n';
  }

 private:
  void CheckRecord(InputFormat format, std::string_view record,
                   int64_t offset) const {
    MQWARDEN_CHECK(format == format_, "a decoder speaks of its own format");
    MQWARDEN_CHECK(offset >= 0 && static_cast<size_t>(offset) < bytes_.size() &&
                       !record.empty() &&
                       bytes_[static_cast<size_t>(offset)] == record.front(),
                   "a record stands where the decoder says");
  }

  const std::string_view bytes_;
  const InputFormat format_;
  const bool explains_;
  Provenance provenance_;
  std::string shown_;
};

std::string Read(LineDecoder* decoder, std::string_view bytes, bool all,
                 bool explains) {
  CheckingSink sink(bytes, decoder->format(), explains);
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    // A buffer of its own, so that a view that is kept too long shows.
    const auto line = std::make_unique<std::string>(bytes.substr(at, end - at));
    if (decoder->Begins(*line) || decoder->Continues(*line) ||
        (all && !line->empty())) {
      decoder->Take(*line, static_cast<int64_t>(at), &sink);
    }
    at = end + 1;
  }
  decoder->Flush(&sink);
  return sink.shown();
}

}  // namespace

void FuzzLines(const std::function<std::unique_ptr<LineDecoder>()>& make,
               std::string_view bytes) {
  for (const bool all : {false, true}) {
    const std::string shown = Read(make().get(), bytes, all, false);
    MQWARDEN_CHECK(shown == Read(make().get(), bytes, all, true),
                   "explaining changes nothing");
  }
}

}  // namespace mqwarden
