// A file that somebody writes to, read from its beginning and then for ever, across
// everything that becomes of log files:
//
//   renamed      the old one is read to its end, then the new one of that name; of
//                several between two looks all, in their order
//   copied and   the new text is read from the beginning; what the copy has and was
//   cut          not read yet is read from there first
//   deleted      the same as renamed
//   compressed   it is read in its compressed form (gzip, zstd), wherever a rotated
//                file would be read
//
// An old file is left when there is a new one with something in it: until then
// whoever writes may still have the old one open.
//
// A place is a file (device, inode), an offset in it, and a fingerprint: a hash of the
// first bytes, at most kFingerprintBytes, that tells a file from another that has
// taken over its inode or its name. Where a saved place is found nowhere any more, that
// is an error: what came behind it is lost, which must not pass in silence. A file that
// was deleted before our eyes, and read to its end, is none such.
//
// A file without a line end at its end is in the middle of a line, and waits. When it
// is left for another one, the half line is given to its reader as it is. A file that
// is compressed under its own name is history: it is read, and the source has ended.
#ifndef MQWARDEN_PIPELINE_LIVE_FOLLOWED_FILE_H_
#define MQWARDEN_PIPELINE_LIVE_FOLLOWED_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/pipeline/live/log_file.h"
#include "mqwarden/pipeline/live/resumable_stream.h"
#include "mqwarden/pipeline/live/source.h"

namespace mqwarden {

class FollowedFile final : public Source {
 public:
  static constexpr int64_t kFingerprintBytes = 1024;

  // `disk` is not owned.
  FollowedFile(std::string name, std::string path, IngestOptions options,
               FileSystem* disk)
      : name_(std::move(name)),
        path_(std::move(path)),
        options_(std::move(options)),
        disk_(disk) {}

  std::string_view name() const override { return name_; }
  absl::Status Open(std::optional<std::string_view> state,
                    EventStream::Callback take) override;
  absl::StatusOr<Progress> Read() override;
  void Quiet() override { stream_->FlushText(); }
  void Finish() override { stream_->FinishFile(); }
  void Save(ByteWriter* out) const override;
  bool must_be_asked() const override { return true; }
  IngestStats stats() const override;

  // How often the file was left for another one.
  int64_t rotations() const { return rotations_; }

 private:
  struct Place {
    FileId id;
    int64_t offset = 0;    // of plain bytes
    int64_t modified = 0;  // when it was changed, as we last looked
    std::string head;      // the bytes that the fingerprint is of
    bool was_deleted = false;  // and read to its end
  };

  // All of these leave place_ as it is when they fail.
  absl::Status GoOn();
  absl::Status OpenFresh();
  absl::Status OpenAt(const std::string& path, int64_t offset);
  // Whether the file may be that of place_, by its beginning and its length. One that
  // is gone by now is not.
  absl::StatusOr<bool> Fits(const std::string& path) const;
  // The oldest that was changed since place_ was left, and is not a copy of it; null:
  // there is none.
  absl::StatusOr<const RotatedFile*> NextOf(
      const std::vector<RotatedFile>& rotated, bool has_name) const;
  absl::StatusOr<bool> LeaveUnread();
  absl::StatusOr<bool> WasCut();
  absl::Status GoOnAfterCut();
  absl::StatusOr<bool> Leave();
  absl::StatusOr<bool> ReadSome();

  const std::string name_;
  const std::string path_;
  const IngestOptions options_;
  FileSystem* const disk_;

  std::unique_ptr<ResumableStream> stream_;
  std::unique_ptr<LogFile> file_;  // null: there is none now
  Place place_;
  bool is_history_ = false;  // compressed under its own name
  int64_t checked_ = 0;  // when the file was changed, as its beginning was looked at
  int64_t rotations_ = 0;
  std::optional<InputDamage> damage_;  // the first
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_FOLLOWED_FILE_H_
