// One input as it is read: bytes -> decompression -> EventStream -> events that
// are inside of the span asked for, with an account of every record.
//
// A lane is pumped: each call reads on by one piece and hands over the events that
// it completes, on the calling thread. Who reads one input after another pumps
// each to its end (input_reader.h); who merges them while they are read pumps the
// one whose events it needs (in_order_events.h). With a crew the pieces are read
// and, where they can be, decoded on its threads (pieces.h); what is handed over,
// and on which thread, is the same.
//
// Thread-compatible.
#ifndef MQWARDEN_PIPELINE_INPUT_LANE_H_
#define MQWARDEN_PIPELINE_INPUT_LANE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/pipeline/byte_file.h"
#include "mqwarden/pipeline/crew.h"
#include "mqwarden/pipeline/input_options.h"
#include "mqwarden/pipeline/pieces.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class InputLane final {
 public:
  // As those of InputHandler, which has the same names.
  using OnEvent = std::function<absl::StatusOr<std::string_view>(Event* event)>;
  using OnExplain =
      std::function<void(const Provenance& provenance, int64_t offset)>;

  // `options`, and `crew` where it is not null, must outlive the lane. `on_explain`
  // may be empty; where it is not there is no crew.
  InputLane(const InputOptions& options, const std::string& path,
            OnEvent on_event, OnExplain on_explain, Crew* crew,
            size_t piece_bytes);
  InputLane(const InputLane&) = delete;
  InputLane& operator=(const InputLane&) = delete;

  absl::Status Open();

  // Reads on. False at the end of the input, or where `stop` is set: the report
  // is then whole. Returns the system's reason, naming the file, or what on_event
  // returned.
  absl::StatusOr<bool> Pump();

  // Bytes on disk that were read.
  int64_t done_bytes() const { return done_bytes_; }
  // Where nothing of what stands in it was asked for, InputReport is as made.
  const InputReport& report() const { return report_; }

 private:
  bool stopped() const;
  absl::StatusOr<bool> PumpPiece();
  void Take(Event* event, int64_t offset);
  void Account(const std::optional<InputDamage>& damage);

  const InputOptions& options_;
  const OnEvent on_event_;
  const OnExplain on_explain_;
  Crew* const crew_;
  const size_t piece_bytes_;
  ByteFile file_;
  std::string buffer_;
  EventStream stream_;
  ByteDecoder decoder_;  // feeds stream_
  std::unique_ptr<Pieces> pieces_;  // in place of buffer_ and decoder_
  int64_t done_bytes_ = 0;
  InputReport report_;
  absl::Status status_;  // of on_event_
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_INPUT_LANE_H_
