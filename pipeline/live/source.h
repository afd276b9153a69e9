// Where the events of a live run come from: a followed file, a pipe, a socket.
//
// The run asks each source for a piece at a time and gives what it reads to its
// readers, on the run's own thread; a source that is not asked stops reading, and so
// does, in the end, whoever writes to it. A source has a state, its place in its
// bytes, which the checkpoint keeps: after a restart a file goes on there; of a pipe
// or a socket what had arrived is not forgotten, and what was on its way is lost.
#ifndef MQWARDEN_PIPELINE_LIVE_SOURCE_H_
#define MQWARDEN_PIPELINE_LIVE_SOURCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/pipeline/live/machine.h"

namespace mqwarden {

class Source {
 public:
  enum class Progress : uint8_t {
    kRead,     // something; there may be more
    kNothing,  // now
    kEnded,    // for good
  };

  virtual ~Source() = default;

  // As configured, or the path; its state is found again by it.
  virtual std::string_view name() const = 0;

  // The first call. `take` gets every event, inside Read() and Quiet(). `state`: what
  // Save() wrote in an earlier process. kNotFound when there is nothing to read and
  // no state; kDataLoss when the state is of another source.
  virtual absl::Status Open(std::optional<std::string_view> state,
                            EventStream::Callback take) = 0;
  // Reads a piece, without waiting. An error is final.
  virtual absl::StatusOr<Progress> Read() = 0;
  // Nothing came for a while: what only waits for more is whole.
  virtual void Quiet() = 0;
  // The run ends and will not be gone on with: what waits is decided.
  virtual void Finish() = 0;

  virtual void Save(ByteWriter* out) const = 0;
  virtual void AddInterests(std::vector<Interest>* /*interests*/) const {}
  // A file tells nobody when it grows, so it has to be asked.
  virtual bool must_be_asked() const { return false; }

  virtual IngestStats stats() const = 0;
  // What the system threw away before it was read, as far as it says.
  virtual int64_t lost() const { return 0; }
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_SOURCE_H_
