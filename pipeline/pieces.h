// One input in pieces that are read, decompressed and decoded beside the thread
// that takes them, in their order.
//
//   file -> [produce] -> bytes -> [decode] -> events -> Next()
//
// Pieces stand in a ring of a few: a full ring stops the reading. Producing is one
// task at a time, decoding as many as there are threads. The thread that takes the
// pieces does not wait for what it can do: it decodes the next one itself where
// nobody has begun with it, and later ones while somebody has.
//
// Pieces are cut before lines that begin with `{`, where there is one, so that most
// of them can be decoded by themselves (EventStream, "Pieces"). Whether that was
// right is decided by who takes them, in order.
//
// Threads. Next() and damage() are for one thread.
#ifndef MQWARDEN_PIPELINE_PIECES_H_
#define MQWARDEN_PIPELINE_PIECES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/pipeline/byte_file.h"
#include "mqwarden/pipeline/crew.h"
#include "mqwarden/pipeline/piece_decoder.h"

namespace mqwarden {

class Pieces final : private Crew::Source {
 public:
  // `crew`, `file` and `stop`, which may be null, must outlive this. `file` is
  // open. `size`: of a piece, about; `count`: of the ring.
  Pieces(const IngestOptions& options, size_t size, size_t count, Crew* crew,
         ByteFile* file, const std::atomic<bool>* stop);
  ~Pieces() override;
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  struct Taken {
    Piece* piece = nullptr;
    bool is_decoded = false;
  };
  // The next piece, good until the next call; null at the end, and when `stop` is
  // set. Returns the failure to read in its place.
  absl::StatusOr<Taken> Next();

  // Ends what goes on beside the caller. Nothing may be taken after it.
  void Close();

  // After the last piece, or Close().
  const std::optional<InputDamage>& damage() const { return bytes_.damage(); }

 private:
  enum class State : uint8_t {
    kFree,
    kProducing,
    kRaw,
    kDecoding,
    kDecoded,
    kTaken,
    kEnd,  // there is no further piece; see production_
  };
  struct Slot {
    State state = State::kFree;
    Piece piece;
  };

  std::function<void()> Claim() override;
  // With the mutex held.
  std::function<void()> ClaimProduction();
  std::function<void()> ClaimDecoding();
  bool stopped() const {
    return stop_ != nullptr && stop_->load(std::memory_order_relaxed);
  }

  // Without it.
  void Produce(Slot* slot);
  absl::Status Fill(Piece* piece);
  absl::Status FillPlain(Piece* piece);
  absl::Status FillDecompressed(Piece* piece);
  void Decode(Slot* slot);

  const IngestOptions options_;
  const size_t size_;
  Crew* crew_;  // null once closed
  ByteFile* const file_;
  const std::atomic<bool>* const stop_;

  // Of who produces.
  ByteDecoder bytes_;
  std::string input_;    // as on disk
  std::string pending_;  // plain bytes; those from pending_at_ on are to come
  size_t pending_at_ = 0;
  int64_t done_bytes_ = 0;
  bool is_at_object_ = false;  // what comes is a line that begins with `{`
  bool at_end_ = false;

  // Under the crew's mutex.
  std::vector<Slot> ring_;
  size_t produced_ = 0;  // pieces, of which the ring has the last ones
  size_t taken_ = 0;
  bool is_producing_ = false;
  bool ended_ = false;  // the slot of produced_ - 1 is kEnd
  absl::Status production_;
  std::vector<std::unique_ptr<PieceDecoder>> decoders_;  // that are idle
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_PIECES_H_
