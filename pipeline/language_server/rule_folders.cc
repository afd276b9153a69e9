#include "mqwarden/pipeline/language_server/rule_folders.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/rule_files.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".mqw";

}  // namespace

std::vector<std::string> DiskRuleFolders::RuleFilesIn(
    const std::string& folder, bool recursive, bool* cut) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(
      folder, fs::directory_options::skip_permission_denied, error);
  for (size_t seen = 0;
       !error && entry != fs::recursive_directory_iterator(); ++seen) {
    if (seen == kMaxEntries) {
      *cut = true;
      break;
    }
    const fs::path& path = entry->path();
    std::error_code ignored;  // a dangling link is no rule file
    if (!recursive || path.filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    }
    if (!path.filename().string().starts_with('.') &&
        path.extension() == kExtension && entry->is_regular_file(ignored)) {
      found.push_back(path.string());
    }
    entry.increment(error);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool DiskRuleFolders::IsFile(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

absl::StatusOr<std::string> DiskRuleFolders::Read(const std::string& path) {
  // Relative to no rule text.
  return DiskFileReader().Read("", path);
}

std::string DiskRuleFolders::Stamp(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  if (error) return "";
  const auto size = fs::file_size(path, error);
  if (error) return "";
  return std::to_string(time.time_since_epoch().count()) + " " +
         std::to_string(size);
}

std::vector<std::string> RuleFoldersInMemory::RuleFilesIn(
    const std::string& folder, bool recursive, bool* cut) {
  (void)cut;
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  std::vector<std::string> found;
  for (const auto& [path, text] : files) {
    if (!path.starts_with(prefix) || !path.ends_with(kExtension)) continue;
    if (recursive || path.find('/', prefix.size()) == std::string::npos) {
      found.push_back(path);
    }
  }
  return found;
}

bool RuleFoldersInMemory::IsFile(const std::string& path) {
  return files.contains(path);
}

absl::StatusOr<std::string> RuleFoldersInMemory::Read(const std::string& path) {
  const auto found = files.find(path);
  if (found != files.end()) return found->second;
  return absl::NotFoundError(ToAbsl(path + ": no such file or folder"));
}

std::string RuleFoldersInMemory::Stamp(const std::string& path) {
  const auto found = files.find(path);
  return found == files.end() ? "" : "text " + found->second;
}

}  // namespace mqwarden
