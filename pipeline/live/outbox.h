// Records on their way to a peer, on the local disk until the peer has them: a peer
// that is down for a day loses nothing.
//
//   Append -> [ segment | segment | segment ] -> Read -> peer -> Acknowledge
//
// A record has a position: how many bytes of records came before it since the outbox
// began, their heads of eight bytes included. Segments are files named by the position
// at which they begin, `00000000000000000000.records`; a head is the length of its
// record and the low half of a hash of the record and its position, both
// little-endian. So a record that was damaged, or is not at its place, is found.
//
// Durability is the checkpoint's (destination.h): State() says where the outbox
// stands, Sync() makes that durable, Recover() comes back to it. What was appended
// after it is cut off, since the run makes it once more; what was acknowledged after
// it is read once more. Segments go once two committed states have passed them.
//
// Files are written by this process alone, which the folder's lock sees to.
// Thread-compatible. A failed Status is final and names the file.
#ifndef MQWARDEN_PIPELINE_LIVE_OUTBOX_H_
#define MQWARDEN_PIPELINE_LIVE_OUTBOX_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

struct OutboxOptions {
  // Limits.
  // Bytes that wait at which the outbox is full: the run then stops reading.
  int64_t max_bytes = int64_t{1} << 30;
  // Bytes at which a further segment is begun.
  int64_t segment_bytes = int64_t{16} << 20;
};

// Where an outbox stands.
struct OutboxState {
  int64_t end = 0;             // position after the last record
  int64_t acknowledged = 0;    // before it all records arrived
  int64_t records = 0;         // before `end`
  int64_t acknowledged_records = 0;
  bool operator==(const OutboxState&) const = default;
};

class Outbox final {
 public:
  // A longer record is refused.
  static constexpr int64_t kMaxRecordBytes = int64_t{16} << 20;

  // `disk` is not owned. `folder` is made when it is not there; its parent is.
  Outbox(FileSystem* disk, std::string folder, const OutboxOptions& options);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // The first call. Back to `state`; kDataLoss, and nothing changed, when records
  // that it speaks of are gone. Without a state nothing that is there was ever known
  // to have arrived: whole records stay and will be sent, the rest is cut off.
  absl::Status Recover(const std::optional<OutboxState>& state);

  // Takes a record; written to the disk at the latest by Flush().
  absl::Status Append(std::string_view record);
  absl::Status Flush();

  struct Item {
    std::string_view record;  // good until the next call
    int64_t next = 0;         // position after it
  };
  // The record at `position`, which is a record's or the end, where there is none.
  absl::StatusOr<std::optional<Item>> Read(int64_t position);

  // Every record before `position`, which is a record's or the end, has arrived.
  // `records` of them since the last call.
  void Acknowledge(int64_t position, int64_t records);

  // Flushes, and says where the outbox stands.
  absl::StatusOr<OutboxState> Checkpoint();
  // Makes durable what the last Checkpoint() said, in this process or a fork of it.
  absl::Status Sync();
  // That state is durable itself; segments that only older ones need go.
  absl::Status Committed();

  const OutboxState& state() const { return state_; }
  bool has_unwritten() const { return !buffer_.empty(); }
  bool is_full() const {
    return state_.end - state_.acknowledged >= options_.max_bytes;
  }

 private:
  std::string PathOf(int64_t begin) const;
  absl::Status List();
  absl::Status CutTo(int64_t end);
  absl::Status KeepWholeRecords();
  absl::Status OpenSegment(int64_t begin);
  // The segment that holds the byte at `position`.
  std::map<int64_t, int64_t>::const_iterator SegmentOf(int64_t position) const;
  absl::StatusOr<size_t> ReadBytes(int64_t position, size_t size, char* out);

  FileSystem* const disk_;
  const std::string folder_;
  const OutboxOptions options_;

  std::unique_ptr<File> lock_;
  std::map<int64_t, int64_t> segments_;  // beginning -> bytes on disk
  std::string buffer_;                   // appended, not written yet
  OutboxState state_;
  std::unique_ptr<File> reading_;
  int64_t reading_begin_ = -1;
  std::string window_;  // of the segment being read
  int64_t window_begin_ = 0;
  std::string record_;

  // The last of them is the one being written. Those that were written to since the
  // last committed state stay open, so that a fork can sync them.
  std::map<int64_t, std::unique_ptr<File>> open_;
  OutboxState checkpointed_;
  int64_t committed_acknowledged_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_OUTBOX_H_
