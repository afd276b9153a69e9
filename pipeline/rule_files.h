// Rule texts and the files they name, from disk: what a host gives to
// CompileRules().
//
//   auto sources = mqwarden::ReadRuleFiles({{"rules/", "site.mqw"}});
//   mqwarden::DiskFileReader files;
//   mqwarden::CompileRules(*sources, &files, {});
#ifndef MQWARDEN_PIPELINE_RULE_FILES_H_
#define MQWARDEN_PIPELINE_RULE_FILES_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/rules/compile.h"

namespace mqwarden {

// The rule texts of files and folders. A file is taken whatever its name; of a
// folder, every `.mqw` file in it and below, except where a name starts with a
// dot. Sorted by path, which is shown as given; a file that is named twice, or by
// two paths, is taken once. No file at all is an empty list, not an error.
//
// Returns kNotFound for a path that does not exist and kUnavailable for one that
// cannot be read, naming it. A file over RuleText::kMaxBytes is cut just above
// that, so that the compiler refuses it.
absl::StatusOr<std::vector<RuleSource>> ReadRuleFiles(
    std::span<const std::string> paths);

// Reads files relative to the folder of the rule text that names them. Only
// regular files of at most kMaxBytes. Thread-safe.
class DiskFileReader final : public FileReader {
 public:
  static constexpr size_t kMaxBytes = size_t{256} << 20;

  absl::StatusOr<std::string> Read(std::string_view rule_path,
                                   std::string_view name) override;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_RULE_FILES_H_
