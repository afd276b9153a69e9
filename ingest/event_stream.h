// The reader: bytes in, in chunks of any size, normalized events out.
//
// One EventStream reads one stream (a file, standard input, a socket) after its
// compression is undone. Records are recognised one by one, so formats may be
// mixed: text, and messages in PCF or unloaded by dmpmqmsg where a line begins with
// one. Damage costs the damaged record and no other; what becomes no event is counted
// by reason, with the first of each reason kept to be shown.
//
// Events. The callback is called inside Feed() and Finish(), in the order of the
//         records. It may change its event. Texts are views of the stream's
//         buffer or of the bytes fed: who keeps an event copies it. An event whose record has no
//         time comes without one. The `sequence` of an event is its place among
//         the events of the stream.
// Chunks. Events and statistics depend on the bytes alone, never on how they
//         were cut.
// Errors. None: a stream has faults, and they are counted.
// Memory. Bounded: the longest record taken and one slice of a chunk.
// Threads. Thread-compatible.
//
// Pieces. A stream may be cut before lines that begin with `{` and its pieces read
//         by other EventStreams with equal options, on other threads and in any
//         order; Pass() takes over what such a piece held where that is certain to
//         be what this stream would have made of it, else its bytes are fed.
//
//   EventStream stream({}, [&](Event& event) { engine->Process(event); });
//   while (read(&chunk)) stream.Feed(chunk);
//   stream.Finish();
#ifndef MQWARDEN_INGEST_EVENT_STREAM_H_
#define MQWARDEN_INGEST_EVENT_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// How a stream is read, found out at its beginning: for a reader that goes on in
// the middle of it, at the first byte of a record.
struct StreamShape {
  bool is_messages = false;  // PCF, or unloaded by dmpmqmsg
  InputFormat messages = InputFormat::kPcf;
  bool has_json = false;
  bool is_array = false;  // its objects are elements of one
};

struct IngestOptions {
  // Of the whole stream; a record in another one is rejected as `wrong_format`.
  InputFormat format = InputFormat::kAuto;
  // The event's `collector`, where the record does not name one. Empty: made of
  // format and queue manager, `amqsevt:QM1`.
  std::string collector;
  // Keeps the record's bytes, at most 8 KiB of them, in `raw`.
  bool keep_raw = false;
  // Notes for each event what filled its fields; see provenance().
  bool explain = false;
  // What records of text leave open.
  TextOptions text;
  // Of a stream that is gone on with.
  std::optional<StreamShape> shape;
};

// What a piece of a stream held.
struct EventPiece {
  // Nothing but whole objects, whose events depend on nothing before them.
  bool is_independent = false;
  IngestStats stats;  // offsets are those in the piece
  bool has_json = false;
  std::vector<std::string> first_keys;
};

// Where a piece stands in its stream.
struct EventPieceBase {
  int64_t offset = 0;
  int64_t events = 0;  // before it
};

class EventStream final {
 public:
  using Callback = std::function<void(Event&)>;

  EventStream(IngestOptions options, Callback callback);
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  void Feed(std::string_view bytes);
  // A record of text that may go on is whole, since nothing followed for a while.
  // False, and nothing done, where none is open, or part of a line is.
  bool FlushText();
  // The stream is at its end: what is held back is decided. Nothing may be fed
  // after it.
  void Finish();
  const IngestStats& stats() const;

  // This stream reads pieces, each with Feed() between these two. Texts of events
  // are views of the bytes fed, of the event, or good until the next event.
  void BeginPiece();
  EventPiece EndPiece();
  // Whether a piece may be passed here: this is not so inside of a record, nor in
  // a stream of messages or of a text that is converted.
  bool MayPass() const;
  // What follows in the stream was read as `piece`, which is independent. The
  // callback is called for what was open before it, not for events of the piece.
  EventPieceBase Pass(const EventPiece& piece);
  // The event that decoders fill from now on, which the callback is given; not
  // owned. The callback may name another for the events that follow.
  void set_event(Event* event);

  // Inside the callback: where the record of the event begins in the stream.
  int64_t record_offset() const;
  // How it is read. Nullopt while that is open, and of a stream that cannot be
  // gone on with: its bytes stand for other text (EBCDIC, lengths that frame
  // messages), or are not read at all.
  std::optional<StreamShape> shape() const;
  bool is_translated() const;
  // Inside the callback, with `explain`: what filled the fields of the event.
  const Provenance& provenance() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads a file, or standard input where `path` is `-`, undoing gzip and zstd.
// Fails with the system's reason when the file cannot be opened or read; events
// read before a failure have been delivered and are counted in `*stats`.
absl::Status ReadInput(const std::string& path, const IngestOptions& options,
                       const EventStream::Callback& callback,
                       IngestStats* stats);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_STREAM_H_
