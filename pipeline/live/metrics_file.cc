#include "mqwarden/pipeline/live/metrics_file.h"

#include "mqwarden/base/status_macros.h"

namespace mqwarden {

absl::Status WriteMetricsFile(FileSystem* disk, const std::string& path,
                              std::string_view text) {
  const std::string temporary = path + ".tmp";
  {
    MQWARDEN_ASSIGN_OR_RETURN(const auto file,
                              disk->Open(temporary, OpenMode::kCreate));
    MQWARDEN_RETURN_IF_ERROR(file->Append(text));
  }
  return disk->Rename(temporary, path);
}

}  // namespace mqwarden
