#include "mqwarden/pipeline/input_files.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/byte_source.h"

namespace mqwarden {
namespace {

InputFile FileAt(std::string path) {
  std::error_code error;
  InputFile file;
  // The size of a pipe says nothing.
  if (path != "-" && std::filesystem::is_regular_file(path, error)) {
    file.is_regular = true;
    const auto size = std::filesystem::file_size(path, error);
    if (!error) file.bytes = static_cast<int64_t>(size);
  }
  file.path = std::move(path);
  return file;
}

}  // namespace

absl::StatusOr<std::vector<InputFile>> ListInputs(
    std::span<const std::string> inputs) {
  std::vector<InputFile> files;
  bool has_stdin = false;
  for (const std::string& input : inputs) {
    if (input == "-") {
      if (has_stdin) return absl::InvalidArgumentError("- is given twice");
      has_stdin = true;
    }
    MQWARDEN_ASSIGN_OR_RETURN(std::vector<std::string> paths,
                              ListInputFiles(input));
    if (paths.empty()) {
      return absl::InvalidArgumentError(
          ToAbsl(input + ": no file in this folder"));
    }
    for (std::string& path : paths) files.push_back(FileAt(std::move(path)));
  }
  return files;
}

int64_t TotalBytes(std::span<const InputFile> files) {
  int64_t total = 0;
  for (const InputFile& file : files) {
    if (file.bytes == 0) return 0;
    total += file.bytes;
  }
  return total;
}

}  // namespace mqwarden
