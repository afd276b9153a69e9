// One file of a log that is read once, from a place on: as it is, or compressed, which
// its first bytes tell. Behind followed_file.h.
//
// Offsets are of plain bytes. A compressed file is decoded piece by piece, and begins
// again from its beginning when its object is made anew; what is before the place is
// thrown away then. Damage ends it; see damage(). Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_LOG_FILE_H_
#define MQWARDEN_PIPELINE_LIVE_LOG_FILE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

class LogFile final {
 public:
  static constexpr size_t kPieceBytes = size_t{64} << 10;

  static absl::StatusOr<std::unique_ptr<LogFile>> Open(FileSystem* disk,
                                                       const std::string& path,
                                                       int64_t offset);
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // The next bytes, at most kPieceBytes; none at the end, which of a file that is not
  // compressed is only the end for now.
  absl::StatusOr<std::string> Read();
  // The first `size` plain bytes, or all where there are fewer; Read() does not notice.
  absl::StatusOr<std::string> ReadHead(int64_t size);
  absl::StatusOr<FileStat> Stat() { return file_->Stat(); }

  bool is_compressed() const { return is_compressed_; }
  const std::optional<InputDamage>& damage() const { return decoder_.damage(); }

 private:
  LogFile(std::unique_ptr<File> file, bool is_compressed, int64_t offset);

  absl::StatusOr<std::string> ReadRaw(int64_t offset, size_t size);
  void Take(std::string_view plain);

  const std::unique_ptr<File> file_;
  const bool is_compressed_;

  int64_t offset_;  // of the file's bytes
  int64_t skip_;    // plain bytes of a compressed one that are before the place
  bool has_ended_ = false;  // a compressed one, with its bytes
  std::string plain_;       // decoded, and not read
  size_t read_ = 0;         // of plain_
  ByteDecoder decoder_;
};

// A file beside another one of which it may once have been a part.
struct RotatedFile {
  int64_t modified = 0;
  std::string path;
  FileId id;
  // By its name it is of the same log: the other's and something more, or the next
  // number of AMQERR01.LOG.
  bool is_same_log = false;
  // Of `app.log.2` and `app.log.2.gz` 2; else 0. Of files that were changed at one
  // instant, as coarse clocks tell it, the greater number is the older.
  int number = 0;
  auto operator<=>(const RotatedFile& other) const {
    if (modified != other.modified) return modified <=> other.modified;
    if (number != other.number) return other.number <=> number;
    return path <=> other.path;
  }
};

// Regular files beside `path` that are named like it: `app.log.1`,
// `app.log-20261120.gz`, `AMQERR02.LOG` of `AMQERR01.LOG`; the least recently changed
// first. One that is being compressed stands there once, as it is.
absl::StatusOr<std::vector<RotatedFile>> ListRotated(FileSystem* disk,
                                                     const std::string& path);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_LOG_FILE_H_
