// Rule files as the commands take them, compiled, and what is said when that
// fails.
#ifndef MQWARDEN_CLI_RULE_FLAGS_H_
#define MQWARDEN_CLI_RULE_FLAGS_H_

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mqwarden/rules/compile.h"

namespace mqwarden {

struct LoadedRules {
  int exit_code = 0;  // kExitOk: `result.plan` is good
  int files = 0;
  std::vector<RuleSource> sources;  // as read
  CompileResult result;
};

// `-r PATH`, once or more, as `about` describes it.
CLI::Option* AddRulesOption(
    CLI::App* command, std::vector<std::string>* paths,
    const std::string& about = "A file or folder of rules; may repeat");

// Reads and compiles. A path that cannot be read, or no rule file at all, is said
// on standard error here; diagnostics are left to the caller.
LoadedRules LoadRules(const std::vector<std::string>& paths,
                      const CompileOptions& options);

// The same for commands whose product is another: diagnostics, if any, go to
// standard error.
LoadedRules LoadRulesAndReport(const std::vector<std::string>& paths,
                               const CompileOptions& options, bool json);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_RULE_FLAGS_H_
