// What a decoder of a text format is: lines in, events and rejects out.
//
// The stream cuts its bytes into lines and offers each line to the decoder that
// holds an open record, then to the others. A decoder assembles its records of
// one or many lines and gives each to the sink once it is whole. It is bounded:
// a record that grows beyond kMaxRecordBytes is given as truncated.
//
// Lines come without their end (LF or CR LF), in the order of the stream.
// Thread-compatible.
#ifndef MQWARDEN_INGEST_FORMATS_LINE_DECODER_H_
#define MQWARDEN_INGEST_FORMATS_LINE_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class LineSink {
 public:
  virtual ~LineSink() = default;
  // Where the decoder is to note what fills what; null when nobody asks.
  virtual Provenance* provenance() = 0;
  // A whole record, `event` cleared and filled by the decoder before; its texts
  // may be views of `record` and of the decoder. `offset`: of its first line.
  virtual void OnEvent(InputFormat format, std::string_view record,
                       int64_t offset, Event* event) = 0;
  // A record that becomes no event and is damaged, or not understood.
  virtual void OnReject(InputFormat format, std::string_view record,
                        int64_t offset, const Reject& reject) = 0;
  // A record that is understood and carries no event of its own: a companion
  // message, a header, a comment. Counted by `what`.
  virtual void OnPassedOver(InputFormat format, std::string_view what) = 0;
};

// For MayBeginWith().
inline bool IsFirstDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsFirstLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

class LineDecoder {
 public:
  static constexpr size_t kMaxRecordBytes = 64 * 1024;

  virtual ~LineDecoder() = default;
  virtual InputFormat format() const = 0;
  // Whether a line with that first byte may begin a record; it is asked once for
  // each byte. A line without any begins none.
  virtual bool MayBeginWith(char first) const = 0;
  // Whether `line` begins a record of this format, judged by the line alone.
  // Cheap where it does not: a look at a few bytes.
  virtual bool Begins(std::string_view line) const = 0;
  // Whether a record is open that `line`, which begins a record of no format,
  // may belong to.
  virtual bool Continues(std::string_view line) const = 0;
  // Takes a line that begins or continues a record.
  virtual void Take(std::string_view line, int64_t offset, LineSink* sink) = 0;
  // What is open is whole: the stream ends, or the format changes.
  virtual void Flush(LineSink* sink) = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_LINE_DECODER_H_
