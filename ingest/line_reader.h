// The lines of a stream to the decoders of text formats, each recognised by
// itself.
//
// Stands between EventStream, which cuts lines, and the decoders, which it owns.
// A line goes to the decoder whose record it begins, that of the open record
// asked first; a line that begins none goes to the decoder of the open record if
// that takes it. A record that begins in another format ends the open one.
//
// Of a format that is asked for only its own records are taken; those of others
// are recognised, so that they can be refused by name.
//
// Thread-compatible.
#ifndef MQWARDEN_INGEST_LINE_READER_H_
#define MQWARDEN_INGEST_LINE_READER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/payload_reader.h"
#include "mqwarden/ingest/text_options.h"

namespace mqwarden {

class LineReader final {
 public:
  // `format`: the one that is asked for, or kAuto. `sink` is not owned.
  LineReader(InputFormat format, const TextOptions& options, LineSink* sink);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Takes a line of a record; false, with nothing done, where it is of none, or
  // of a format that is not asked for.
  bool Take(std::string_view line, int64_t offset);
  // The format of the record that `line` begins, whether asked for or not.
  std::optional<InputFormat> FormatOf(std::string_view line) const;
  // What is open is whole.
  void Flush();
  // Whether the last thing taken was a line, so that the next may go with it.
  bool in_text() const { return current_ != nullptr; }

 private:
  LineDecoder* DecoderOf(std::string_view line) const;
  bool IsAskedFor(const LineDecoder& decoder) const {
    return format_ == InputFormat::kAuto || format_ == decoder.format();
  }

  const InputFormat format_;
  LineSink* const sink_;
  PayloadReader payloads_;  // of syslog; before its decoder, which uses it
  // In the order in which they are asked.
  std::vector<std::unique_ptr<LineDecoder>> decoders_;
  // By the first byte of a line: a bit for each decoder whose records may begin so.
  std::array<uint8_t, 256> may_begin_{};
  LineDecoder* current_ = nullptr;  // took the line before
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_LINE_READER_H_
