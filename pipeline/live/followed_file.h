// A file that somebody writes to, read from its beginning and then for ever, across
// everything that becomes of log files:
//
//   renamed      the old one is read to its end, then the new one of that name
//   copied and   the new text is read from the beginning; what the copy has and was
//   cut          not read yet is read from there first
//   deleted      the same as renamed
//   compressed   after a restart the rest is read from `NAME.*.gz` or `.zst`
//
// A place is a file (device, inode), an offset in it, and a fingerprint: a hash of the
// first bytes, at most kFingerprintBytes, that tells a file from another that has
// taken over its inode or its name. Where a saved place is found nowhere any more, that
// is an error: what came behind it is lost, which must not pass in silence.
//
// A file without a line end at its end is in the middle of a line, and waits. When it
// is left for another one, the half line is given to its reader as it is.
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
#include "mqwarden/pipeline/live/resumable_stream.h"
#include "mqwarden/pipeline/live/source.h"

namespace mqwarden {

class FollowedFile final : public Source {
 public:
  static constexpr int64_t kFingerprintBytes = 1024;
  static constexpr size_t kPieceBytes = size_t{64} << 10;

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
  IngestStats stats() const override { return stream_->stats(); }

  // How often the file was left for another one.
  int64_t rotations() const { return rotations_; }

 private:
  struct Place {
    FileId id;
    int64_t offset = 0;       // of plain bytes
    int64_t print_bytes = 0;  // that the fingerprint is of
    uint64_t print = 0;
  };

  absl::Status GoOn(const Place& place);
  absl::Status OpenFresh();
  absl::Status OpenAt(const std::string& path, int64_t offset);
  absl::StatusOr<bool> Fits(const std::string& path, const Place& place) const;
  // Files beside this one that may once have been it, the least recently changed
  // first.
  absl::StatusOr<std::vector<std::string>> Siblings() const;
  // Which of `paths` is the file `id`; their number when none is. A disk that does
  // not answer is an error: taken for "none" it would lose what is on it.
  absl::StatusOr<size_t> Find(const std::vector<std::string>& paths,
                              const FileId& id) const;
  // Whether the name is this one's with something behind it, as rotation gives.
  bool IsRotationOf(std::string_view path) const {
    const std::string_view name = NameOf(path);
    return name.size() > NameOf(path_).size() && name.starts_with(NameOf(path_));
  }
  absl::StatusOr<bool> WasCut();
  absl::StatusOr<bool> Leave();
  absl::StatusOr<std::string> ReadSome();
  void UpdatePrint(std::string_view bytes, int64_t offset);

  const std::string name_;
  const std::string path_;
  const IngestOptions options_;
  FileSystem* const disk_;

  std::unique_ptr<ResumableStream> stream_;
  std::unique_ptr<File> file_;  // null: there is none now
  Place place_;
  std::string head_;  // the bytes that the fingerprint is of
  // Of a compressed file that is read in place of the file: what is left of it.
  std::string rest_;
  int64_t checked_ = 0;  // when the file was changed, as its beginning was looked at
  int64_t rotations_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_FOLLOWED_FILE_H_
