// How the compiler gets the files that definitions name: through the host, so
// that it does no I/O itself.
#ifndef MQWARDEN_RULES_FILE_READER_H_
#define MQWARDEN_RULES_FILE_READER_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mqwarden {

class FileReader {
 public:
  virtual ~FileReader() = default;
  // The contents of the file `name` as the rule text at `rule_path` names it.
  virtual absl::StatusOr<std::string> Read(std::string_view rule_path,
                                           std::string_view name) = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_FILE_READER_H_
