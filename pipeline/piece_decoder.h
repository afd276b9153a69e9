// Decodes a piece of an input by itself, on any thread: bytes -> events that stay
// good as long as the piece.
#ifndef MQWARDEN_PIPELINE_PIECE_DECODER_H_
#define MQWARDEN_PIPELINE_PIECE_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Some of the bytes of an input, and what they hold where that was found out by
// themselves. Reused.
struct Piece {
  std::string buffer;
  size_t size = 0;  // of it, that is the piece
  int64_t done_bytes = 0;  // on disk, of the input up to its end
  // It begins with `{`, at a line's start.
  bool may_be_independent = false;

  EventPiece held;
  std::deque<Event> events;  // texts are views of `buffer`, or their own
  std::vector<int64_t> offsets;  // of their records, in the piece

  std::string_view bytes() const {
    return std::string_view(buffer).substr(0, size);
  }
};

// Thread-compatible.
class PieceDecoder final {
 public:
  explicit PieceDecoder(const IngestOptions& options);
  PieceDecoder(const PieceDecoder&) = delete;
  PieceDecoder& operator=(const PieceDecoder&) = delete;

  // Fills `held`, and where that is independent `events` and `offsets`.
  void Decode(Piece* piece);

 private:
  void Take(Event* event);

  EventStream stream_;
  Piece* piece_ = nullptr;
  Event spare_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_PIECE_DECODER_H_
