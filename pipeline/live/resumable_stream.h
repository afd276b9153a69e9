// An EventStream that can be put down in the middle of its bytes and taken up by
// another process.
//
// What a reader knows beyond its bytes is small, and all of it follows from the bytes
// since the last record that became an event. So these bytes are kept, and saved:
// whoever loads them reads them once more, without a word about what they gave
// before. Half a line at the end of a file waits among them.
//
//   state = shape, counts, bytes since that record
//
// Messages that lengths frame (RFC 6587) are unframed here. EBCDIC is refused: see
// status().
// Memory.  The bytes since the last event, at most kMaxTailBytes; beyond that a record
//          that is open is taken up, after a restart, from where it stands.
// Threads. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_RESUMABLE_STREAM_H_
#define MQWARDEN_PIPELINE_LIVE_RESUMABLE_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/ingest/syslog_framing.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class ResumableStream final {
 public:
  static constexpr size_t kMaxTailBytes = size_t{4} << 20;

  // As of EventStream.
  ResumableStream(IngestOptions options, EventStream::Callback callback);

  void Feed(std::string_view bytes);
  // No more bytes came for a while: a record of text that only the next one would end
  // is whole, if the bytes end with a line.
  void FlushText();
  // The file is at its end for good: what is held back is decided, and a new one
  // begins.
  void FinishFile();

  // Totals, those from before a Load() included.
  IngestStats stats() const;
  // kUnimplemented: its bytes are EBCDIC.
  const absl::Status& status() const { return status_; }

  // Load() is of a new object, gives no event, and fails the reader where the bytes
  // are of no such state.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

 private:
  enum class Framing : uint8_t { kOpen, kNone, kLengths };

  void FeedText(std::string_view text);
  void Begin(const std::optional<StreamShape>& shape);
  void Take(Event& event);

  const IngestOptions options_;
  const EventStream::Callback callback_;

  std::unique_ptr<EventStream> stream_;
  int64_t stream_begin_ = 0;  // offset at which stream_ began
  bool is_loading_ = false;
  IngestStats before_;   // counts of streams before stream_, and of before a Load()
  IngestStats ignored_;  // of stream_'s, counted in before_ already

  Framing framing_ = Framing::kOpen;
  std::string head_;  // while framing_ is open
  SyslogUnframer unframer_;
  std::string lines_;

  int64_t fed_ = 0;           // bytes of text
  int64_t base_ = 0;          // offset of the last record that became an event
  std::string tail_;          // [base_, fed_)
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_RESUMABLE_STREAM_H_
