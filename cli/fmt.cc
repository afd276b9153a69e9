// `mqwarden fmt`: one layout for rule files.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/unified_diff.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/formatter.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

struct FmtFlags {
  std::vector<std::string> rules;
  bool check = false;
  bool diff = false;
  bool write = false;
};

absl::Status CannotWrite(const fs::path& path, const std::string& why) {
  return absl::UnavailableError(
      ToAbsl("cannot write " + EscapeForTerminal(path.string()) + ": " + why));
}

// The file is the old or the new text at any time, whatever happens, and keeps
// its permissions. A link stays a link.
absl::Status ReplaceFile(const std::string& name, const std::string& text) {
  std::error_code error;
  const fs::path path = fs::canonical(name, error);
  if (error) return CannotWrite(name, error.message());
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    return CannotWrite(path, std::strerror(errno));
  }
  if (access(path.c_str(), W_OK) != 0) {
    return CannotWrite(path, std::strerror(errno));
  }
  std::string beside = path.string() + ".XXXXXX";
  const int fd = mkstemp(beside.data());
  if (fd < 0) return CannotWrite(path, std::strerror(errno));
  const bool made = fchmod(fd, status.st_mode & 07777) == 0;
  close(fd);
  absl::Status written = made ? WriteFile(beside, text)
                              : CannotWrite(beside, std::strerror(errno));
  if (written.ok() && rename(beside.c_str(), path.c_str()) != 0) {
    written = CannotWrite(path, std::strerror(errno));
  }
  if (!written.ok()) unlink(beside.c_str());
  return written;
}

absl::StatusOr<std::vector<RuleSource>> ReadSources(
    const std::vector<std::string>& paths) {
  if (paths != std::vector<std::string>{"-"}) return ReadRuleFiles(paths);
  std::string text;
  char piece[16384];
  // One byte more tells that the text is too long.
  while (text.size() <= RuleText::kMaxBytes) {
    const ssize_t size = read(STDIN_FILENO, piece, sizeof(piece));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      return absl::UnavailableError(
          ToAbsl("cannot read standard input: " +
                 std::string(std::strerror(errno))));
    }
    if (size == 0) break;
    text.append(piece, static_cast<size_t>(size));
  }
  return std::vector<RuleSource>{{"standard input", std::move(text)}};
}

int CheckFlags(const FmtFlags& flags) {
  std::string wrong;
  if (flags.rules.empty()) wrong = "RULES is required";
  if (flags.write && (flags.check || flags.diff)) {
    wrong = "-w writes the files; it goes with neither --check nor --diff";
  }
  bool has_stdin = false;
  for (const std::string& path : flags.rules) has_stdin |= path == "-";
  if (has_stdin && (flags.rules.size() > 1 || flags.write)) {
    wrong = "- stands alone, and without -w";
  }
  if (wrong.empty()) return kExitOk;
  PrintMessage("fmt: " + wrong);
  return kExitUsage;
}

int RunFmt(const FmtFlags& flags) {
  if (const int wrong = CheckFlags(flags); wrong != kExitOk) return wrong;
  const absl::StatusOr<std::vector<RuleSource>> sources =
      ReadSources(flags.rules);
  if (!sources.ok()) {
    PrintStatus(sources.status());
    return kExitUsage;
  }
  if (sources->empty()) {
    PrintMessage("fmt: no .mqw file found");
    return kExitBadRules;
  }
  int exit_code = kExitOk;
  std::string product;
  DiagnosticList diagnostics;
  for (const RuleSource& source : *sources) {
    const std::optional<std::string> formatted = FormatRuleText(
        std::make_shared<const RuleText>(source.path, source.text),
        &diagnostics);
    if (!formatted.has_value()) {
      exit_code = std::max(exit_code, kExitBadRules);
      continue;
    }
    if (!flags.check && !flags.diff && !flags.write) product += *formatted;
    if (*formatted == source.text) continue;
    if (flags.diff) {
      const std::string name = EscapeForTerminal(source.path);
      product += UnifiedDiff(name, source.text, name, *formatted);
    }
    if (flags.check) {
      exit_code = std::max(exit_code, kExitFindings);
      if (!flags.diff) product += EscapeForTerminal(source.path) + "\n";
    }
    if (flags.write) {
      if (const absl::Status status = ReplaceFile(source.path, *formatted);
          !status.ok()) {
        PrintStatus(status);
        exit_code = kExitUsage;
      }
    }
  }
  if (diagnostics.has_errors()) {
    PrintToStderr(RenderText(diagnostics, {.color = StderrHasColor()}));
  }
  return PrintProduct(product, exit_code);
}

}  // namespace

void AddFmtCommand(CLI::App* app, Action* action) {
  const auto flags = std::make_shared<FmtFlags>();
  CLI::App* const command = app->add_subcommand(
      "fmt", "Print rules in one layout; 2 when they do not parse");
  command->add_option("RULES", flags->rules,
                      "Rule files and folders, or - for standard input")
      ->type_name("");
  command->add_flag("--check", flags->check,
                    "Name the files of another layout; 1 when there are any");
  command->add_flag("--diff", flags->diff, "Print what would change");
  command->add_flag("-w,--write", flags->write, "Write the files");
  command->callback([=] { *action = [flags] { return RunFmt(*flags); }; });
}

}  // namespace mqwarden
