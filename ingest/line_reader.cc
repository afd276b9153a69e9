#include "mqwarden/ingest/line_reader.h"

#include <bit>
#include <cstddef>

#include "mqwarden/base/check.h"
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
  MQWARDEN_CHECK(decoders_.size() <= 8, "a decoder has a bit");
  for (size_t byte = 0; byte < may_begin_.size(); ++byte) {
    for (size_t i = 0; i < decoders_.size(); ++i) {
      if (decoders_[i]->MayBeginWith(static_cast<char>(byte))) {
        may_begin_[byte] |= static_cast<uint8_t>(1u << i);
      }
    }
  }
}

LineReader::~LineReader() = default;

// The decoder whose record the line begins.
LineDecoder* LineReader::DecoderOf(std::string_view line) const {
  if (line.empty()) return nullptr;
  const unsigned first = may_begin_[static_cast<unsigned char>(line.front())];
  if (first == 0) return nullptr;
  if (current_ != nullptr && current_->Begins(line)) return current_;
  for (unsigned rest = first; rest != 0; rest &= rest - 1) {
    LineDecoder* const decoder =
        decoders_[static_cast<size_t>(std::countr_zero(rest))].get();
    if (decoder != current_ && decoder->Begins(line)) return decoder;
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
