// From what a command line names as INPUT to the files to read.
#ifndef MQWARDEN_PIPELINE_INPUT_FILES_H_
#define MQWARDEN_PIPELINE_INPUT_FILES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mqwarden {

struct InputFile {
  std::string path;   // "-" is standard input
  int64_t bytes = 0;  // on disk; 0 where that is not known before it is read
  // A regular file: read a second time it gives the same again.
  bool is_regular = false;
};

// The files of `inputs`, in their order: a folder gives every file in it and
// below, sorted, except where a name starts with a dot. A file that is named
// twice, or by two paths, counts twice, but standard input may be named once.
// Returns kNotFound for a path that does not exist, kInvalidArgument for a folder
// without a file, and the system's reason for a folder that cannot be read,
// naming it.
absl::StatusOr<std::vector<InputFile>> ListInputs(
    std::span<const std::string> inputs);

// On disk, of all; 0, for not known, where one of them is not.
int64_t TotalBytes(std::span<const InputFile> files);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_INPUT_FILES_H_
