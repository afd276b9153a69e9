// The files that a language server reads, as an interface: the disk, or in tests
// and fuzzing a table of texts.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_RULE_FOLDERS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_RULE_FOLDERS_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace mqwarden {

class RuleFolders {
 public:
  virtual ~RuleFolders() = default;

  // The paths of the rule files of `folder`, and of those below it where
  // `recursive`, as ReadRuleFiles() finds them. Of a path that is no folder, none.
  // `*cut` is set where there was too much to look at, and the rest left out.
  virtual std::vector<std::string> RuleFilesIn(const std::string& folder,
                                               bool recursive, bool* cut) = 0;
  virtual bool IsFile(const std::string& path) = 0;
  virtual absl::StatusOr<std::string> Read(const std::string& path) = 0;
  // Changes when the file does; "" where there is none.
  virtual std::string Stamp(const std::string& path) = 0;
};

class DiskRuleFolders final : public RuleFolders {
 public:
  // So many names are looked at in one folder tree: the home folder of a user
  // may be opened by mistake.
  static constexpr size_t kMaxEntries = 200'000;

  std::vector<std::string> RuleFilesIn(const std::string& folder,
                                       bool recursive, bool* cut) override;
  bool IsFile(const std::string& path) override;
  absl::StatusOr<std::string> Read(const std::string& path) override;
  std::string Stamp(const std::string& path) override;
};

class RuleFoldersInMemory final : public RuleFolders {
 public:
  // By path, which begins with a slash.
  std::map<std::string, std::string> files;

  std::vector<std::string> RuleFilesIn(const std::string& folder,
                                       bool recursive, bool* cut) override;
  bool IsFile(const std::string& path) override;
  absl::StatusOr<std::string> Read(const std::string& path) override;
  std::string Stamp(const std::string& path) override;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_RULE_FOLDERS_H_
