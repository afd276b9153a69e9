// What durability needs of a disk, behind one interface, so that a test can put
// power loss, full disks and failing calls in its place.
//
//   MQWARDEN_ASSIGN_OR_RETURN(auto file, disk->Open(path, OpenMode::kCreate));
//   MQWARDEN_RETURN_IF_ERROR(file->Append(bytes));
//   MQWARDEN_RETURN_IF_ERROR(file->Sync());
//   MQWARDEN_RETURN_IF_ERROR(disk->Rename(path, final_path));
//   MQWARDEN_RETURN_IF_ERROR(disk->SyncFolder(FolderOf(final_path)));
//
// Durable. Bytes survive a loss of power once Sync() of their file has returned
//          OK, a name once SyncFolder() of its folder has. Nothing else promises
//          anything. After a failed Sync() what was written is unknown, and a
//          second one that succeeds proves nothing: the caller stops.
// Errors.  A Status names the path and the system's reason. kNotFound: there is
//          no such file; kAlreadyExists; kPermissionDenied; kResourceExhausted:
//          the disk, the quota or the table of open files is full; kUnavailable:
//          anything else. A call that is interrupted is repeated, and a short
//          write is continued, by the implementation.
// Threads. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_FILE_SYSTEM_H_
#define MQWARDEN_PIPELINE_LIVE_FILE_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/path.h"  // IWYU pragma: export

namespace mqwarden {

// Which file it is, whatever it is called.
struct FileId {
  uint64_t device = 0;
  uint64_t inode = 0;
  bool operator==(const FileId&) const = default;
};

struct FileStat {
  enum class Type : uint8_t { kRegular, kFolder, kPipe, kSocket, kOther };
  FileId id;
  Type type = Type::kRegular;
  int64_t size = 0;
  int64_t modified = 0;  // last, in nanoseconds since the epoch
};

enum class OpenMode : uint8_t {
  kRead,    // of a file that is there; of a pipe without waiting for a writer
  kAppend,  // made where it is not there; every write goes to its end
  kCreate,  // made, or cut to nothing
  kUpdate,  // made where it is not there; reads and writes at offsets
};

// An open file; closed with its object. Not every call goes with every mode.
class File {
 public:
  virtual ~File() = default;

  // How many bytes were read to `out`: fewer than `size` only at the end of the
  // file, where it is 0. Of a pipe `offset` is ignored, and kAborted says that
  // there is nothing to read now.
  virtual absl::StatusOr<size_t> ReadAt(int64_t offset, size_t size,
                                        char* out) = 0;
  // All of `bytes`; after an error an unknown part of them was written.
  virtual absl::Status Append(std::string_view bytes) = 0;
  virtual absl::Status WriteAt(int64_t offset, std::string_view bytes) = 0;
  // Makes the file `size` bytes long, shorter or, with zeros, longer.
  virtual absl::Status Truncate(int64_t size) = 0;
  virtual absl::Status Sync() = 0;
  // Of the open file, which may have another name by now, or none.
  virtual absl::StatusOr<FileStat> Stat() = 0;
  // Takes the file for this process alone, until it is closed or the process
  // ends; kFailedPrecondition when another has it.
  virtual absl::Status Lock() = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path,
                                                     OpenMode mode) = 0;
  // Replaces `to` where it is there; the two are in one folder or at least on
  // one disk.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status Unlink(const std::string& path) = 0;
  // Makes what was created, renamed and unlinked in `folder` durable.
  virtual absl::Status SyncFolder(const std::string& folder) = 0;
  // One level; its parent is there. OK where it is there already.
  virtual absl::Status MakeFolder(const std::string& folder) = 0;
  // Names in `folder`, sorted, without `.` and `..`.
  virtual absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder) = 0;
  // Follows symbolic links.
  virtual absl::StatusOr<FileStat> Stat(const std::string& path) = 0;
};

// The disk of this machine.
std::unique_ptr<FileSystem> MakePosixFileSystem();

// All of a file; kResourceExhausted when it is longer than `limit`.
absl::StatusOr<std::string> ReadWholeFile(FileSystem* disk,
                                          const std::string& path,
                                          int64_t limit);

// Puts `bytes` in place of what `path` holds, so that after any failure, also of
// power, it holds all of the one or all of the other: a temporary file beside it
// (`path` + ".tmp"), synced, renamed, its folder synced.
absl::Status ReplaceFile(FileSystem* disk, const std::string& path,
                         std::string_view bytes);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_FILE_SYSTEM_H_
