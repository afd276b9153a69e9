#include "mqwarden/pipeline/rule_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

absl::Status CannotRead(const fs::path& path, std::string_view why) {
  return absl::UnavailableError(
      ToAbsl("cannot read " + path.string() + ": " + std::string(why)));
}

absl::Status NotFound(const fs::path& path) {
  return absl::NotFoundError(
      ToAbsl(path.string() + ": no such file or folder"));
}

// At most `max_bytes` of a regular file.
absl::StatusOr<std::string> ReadAtMost(const fs::path& path,
                                       size_t max_bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return NotFound(path);
  if (error) return CannotRead(path, error.message());
  // A pipe or a device might never end.
  if (!fs::is_regular_file(status)) return CannotRead(path, "not a file");

  std::ifstream file(path, std::ios::binary);
  if (!file) return CannotRead(path, "permission denied or unreadable");
  std::string bytes;
  char piece[16384];
  while (bytes.size() < max_bytes) {
    file.read(piece, static_cast<std::streamsize>(
                         std::min(sizeof(piece), max_bytes - bytes.size())));
    bytes.append(piece, static_cast<size_t>(file.gcount()));
    if (!file) break;
  }
  if (file.bad()) return CannotRead(path, "read error");
  return bytes;
}

bool IsHidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

// Links to files are followed, links to folders are not: those may form loops.
absl::Status CollectFolder(const fs::path& folder,
                           std::vector<fs::path>* found) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    const fs::path& path = entry->path();
    std::error_code ignored;  // a dangling link is no rule file
    if (IsHidden(path)) {
      entry.disable_recursion_pending();
    } else if (path.extension() == ".mqw" &&
               entry->is_regular_file(ignored)) {
      found->push_back(path);
    }
    entry.increment(error);
  }
  if (error) return CannotRead(folder, error.message());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<RuleSource>> ReadRuleFiles(
    std::span<const std::string> paths) {
  std::vector<fs::path> found;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) return NotFound(path);
    if (error) return CannotRead(path, error.message());
    if (fs::is_directory(status)) {
      MQWARDEN_RETURN_IF_ERROR(CollectFolder(path, &found));
    } else {
      found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());

  std::vector<RuleSource> sources;
  std::set<fs::path> taken;
  for (const fs::path& path : found) {
    std::error_code error;
    if (!taken.insert(fs::weakly_canonical(path, error)).second) continue;
    // One byte more tells the compiler that the file is too long.
    MQWARDEN_ASSIGN_OR_RETURN(std::string text,
                              ReadAtMost(path, RuleText::kMaxBytes + 1));
    sources.push_back({path.string(), std::move(text)});
  }
  return sources;
}

absl::StatusOr<std::string> DiskFileReader::Read(std::string_view rule_path,
                                                 std::string_view name) {
  // A name with a root replaces the folder.
  const fs::path path = fs::path(rule_path).parent_path() / fs::path(name);
  absl::StatusOr<std::string> bytes = ReadAtMost(path, kMaxBytes + 1);
  if (bytes.ok() && bytes->size() > kMaxBytes) {
    return CannotRead(path, "over 256 MiB");
  }
  return bytes;
}

}  // namespace mqwarden
