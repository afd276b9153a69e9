// `mqwarden explain CODE`: what a diagnostic means.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

constexpr size_t kLineBytes = 78;

// Breaks `text` at blanks into lines of about that length.
std::string Wrap(std::string_view text) {
  std::string wrapped;
  size_t column = 0;
  while (!text.empty()) {
    const size_t blank = std::min(text.find(' '), text.size());
    if (column > 0 && column + 1 + blank > kLineBytes) {
      wrapped.push_back('\n');
      column = 0;
    } else if (column > 0) {
      wrapped.push_back(' ');
      ++column;
    }
    wrapped.append(text.substr(0, blank));
    column += blank;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return wrapped;
}

struct ExplainFlags {
  std::string code;
  std::vector<std::string> unbuilt;  // given options that are not built yet
};

int RunExplain(const ExplainFlags& flags) {
  const std::string& code = flags.code;
  if (!flags.unbuilt.empty()) {
    PrintMessage("explain: " + flags.unbuilt.front() +
                 " is not built yet; only explain CODE is");
    return kExitUsage;
  }
  if (code.empty()) {
    PrintMessage("explain: CODE is required");
    return kExitUsage;
  }
  const DiagnosticCodeInfo* const info = FindDiagnosticCode(code);
  if (info == nullptr) {
    PrintMessage("explain: no diagnostic " + EscapeForTerminal(code) +
                 "; codes look like R0203");
    return kExitUsage;
  }
  const bool error = info->severity == DiagnosticSeverity::kError;
  std::string text = error ? "error[" : "warning[";
  text.append(info->code).append("] ").append(info->slug).append(": ");
  text.append(info->title).append("\n\n").append(Wrap(info->explanation));
  text.push_back('\n');
  return PrintProduct(text, kExitOk);
}

}  // namespace

void AddExplainCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<ExplainFlags>();
  CLI::App* const command = app->add_subcommand(
      "explain", "Explain a diagnostic by its code or name");
  command->add_option("CODE", flags->code,
                      "A code such as R0203, or a check's name")
      ->type_name("");
  for (const char* const name : {"-r", "--rule", "--event", "--alert"}) {
    command
        ->add_option_function<std::string>(
            name,
            [=](const std::string&) { flags->unbuilt.emplace_back(name); })
        ->group("");
  }
  command->callback([=] { *action = [flags] { return RunExplain(*flags); }; });
}

}  // namespace mqwarden
