#include "mqwarden/pipeline/live/file_system.h"

#include <cstddef>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(FileSystem* disk,
                                          const std::string& path,
                                          int64_t limit) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                            disk->Open(path, OpenMode::kRead));
  std::string bytes;
  for (;;) {
    const size_t have = bytes.size();
    bytes.resize(have + kReadBytes);
    MQWARDEN_ASSIGN_OR_RETURN(
        const size_t read, file->ReadAt(static_cast<int64_t>(have), kReadBytes,
                                        bytes.data() + have));
    bytes.resize(have + read);
    if (read == 0) return bytes;
    if (static_cast<int64_t>(bytes.size()) > limit) {
      return absl::ResourceExhaustedError(
          ToAbsl(path + " is longer than " + std::to_string(limit) + " bytes"));
    }
  }
}

absl::Status ReplaceFile(FileSystem* disk, const std::string& path,
                         std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  MQWARDEN_ASSIGN_OR_RETURN(std::unique_ptr<File> file,
                            disk->Open(temporary, OpenMode::kCreate));
  MQWARDEN_RETURN_IF_ERROR(file->Append(bytes));
  MQWARDEN_RETURN_IF_ERROR(file->Sync());
  file.reset();
  MQWARDEN_RETURN_IF_ERROR(disk->Rename(temporary, path));
  return disk->SyncFolder(FolderOf(path));
}

}  // namespace mqwarden
