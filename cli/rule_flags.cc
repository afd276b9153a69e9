#include "mqwarden/cli/rule_flags.h"

#include <utility>

#include "absl/status/statusor.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {

CLI::Option* AddRulesOption(CLI::App* command, std::vector<std::string>* paths,
                            const std::string& about) {
  return command->add_option("-r,--rules", *paths, about)
      ->type_name("PATH")
      ->allow_extra_args(false);
}

LoadedRules LoadRules(const std::vector<std::string>& paths,
                      const CompileOptions& options) {
  LoadedRules loaded;
  absl::StatusOr<std::vector<RuleSource>> sources = ReadRuleFiles(paths);
  if (!sources.ok()) {
    PrintStatus(sources.status());
    loaded.exit_code = kExitUsage;
    return loaded;
  }
  loaded.files = static_cast<int>(sources->size());
  if (sources->empty()) {
    std::string where;
    for (const std::string& path : paths) {
      where.append(where.empty() ? "" : ", ").append(EscapeForTerminal(path));
    }
    PrintMessage("no rule found: no .mqw file in " + where);
    loaded.exit_code = kExitBadRules;
    return loaded;
  }
  DiskFileReader files;
  loaded.result = CompileRules(*sources, &files, options);
  if (loaded.result.plan == nullptr) loaded.exit_code = kExitBadRules;
  loaded.sources = *std::move(sources);
  return loaded;
}

LoadedRules LoadRulesAndReport(const std::vector<std::string>& paths,
                               const CompileOptions& options, bool json) {
  LoadedRules loaded = LoadRules(paths, options);
  const DiagnosticList& list = loaded.result.diagnostics;
  if (list.error_count() == 0 && list.warning_count() == 0) return loaded;
  PrintToStderr(json ? RenderJson(list) + "\n"
                     : RenderText(list, {.color = StderrHasColor()}));
  return loaded;
}

}  // namespace mqwarden
