#include "mqwarden/ingest/line_reader.h"

#include <cstddef>

#include "mqwarden/ingest/formats/amqerr_text.h"
#include "mqwarden/ingest/formats/amqsevt_text.h"
#include "mqwarden/ingest/formats/mqauditor.h"
#include "mqwarden/ingest/formats/mqausx.h"
#include "mqwarden/ingest/formats/mqcci.h"
#include "mqwarden/ingest/formats/oamlog.h"
#include "mqwarden/ingest/formats/syslog.h"
#include "mqwarden/ingest/formats/zos.h"

namespace mqwarden {

LineReader::LineReader(InputFormat format, const TextOptions& options,
                       LineSink* sink)
    : format_(format), sink_(sink), payloads_(options) {
  // Those whose first bytes say most come first.
  decoders_.push_back(MakeMqcciDecoder(options));
  decoders_.push_back(MakeMqausxDecoder(options));
  decoders_.push_back(MakeMqauditorDecoder(options));
  decoders_.push_back(MakeOamlogDecoder(options));
  decoders_.push_back(MakeAmqsevtTextDecoder(options));
  decoders_.push_back(MakeAmqerrTextDecoder(options));
  decoders_.push_back(MakeSyslogDecoder(options, &payloads_));
  decoders_.push_back(MakeZosDecoder(options));
}

LineReader::~LineReader() = default;

// The decoder whose record the line begins.
LineDecoder* LineReader::DecoderOf(std::string_view line) const {
  if (current_ != nullptr && current_->Begins(line)) return current_;
  for (const auto& decoder : decoders_) {
    if (decoder.get() != current_ && decoder->Begins(line)) return decoder.get();
  }
  return nullptr;
}

std::optional<InputFormat> LineReader::FormatOf(std::string_view line) const {
  const LineDecoder* const decoder = DecoderOf(line);
  if (decoder == nullptr) return std::nullopt;
  return decoder->format();
}

bool LineReader::Take(std::string_view line, int64_t offset) {
  LineDecoder* const decoder = DecoderOf(line);
  if (decoder != nullptr) {
    if (!IsAskedFor(*decoder)) return false;
    if (decoder != current_) Flush();
    current_ = decoder;
  } else if (current_ == nullptr || !current_->Continues(line)) {
    return false;
  }
  current_->Take(line, offset, sink_);
  return true;
}

void LineReader::Flush() {
  if (current_ != nullptr) current_->Flush(sink_);
  current_ = nullptr;
}

}  // namespace mqwarden
