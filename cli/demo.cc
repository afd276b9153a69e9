// `mqwarden demo DIR`: a site to learn on.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/pipeline/demo.h"

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

int RunDemo(const std::string& folder) {
  const std::vector<DemoFile> files = MakeDemo();
  std::error_code error;
  // Nothing is written before it is known that nothing is overwritten.
  for (const DemoFile& file : files) {
    const std::string path = (fs::path(folder) / file.path).string();
    if (fs::symlink_status(path, error).type() != fs::file_type::not_found) {
      PrintMessage("demo: " + EscapeForTerminal(path) +
                   " is there already; nothing was written");
      return kExitUsage;
    }
  }
  std::string text;
  for (const DemoFile& file : files) {
    const fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path(), error);
    if (error) {
      PrintMessage("demo: cannot make " +
                   EscapeForTerminal(path.parent_path().string()) + ": " +
                   error.message());
      return kExitUsage;
    }
    const absl::Status written = WriteFile(path.string(), file.text);
    if (!written.ok()) {
      PrintStatus(written);
      return kExitUsage;
    }
    text += EscapeForTerminal(path.string()) + "\n";
  }
  return PrintProduct(text, kExitOk);
}

}  // namespace

void AddDemoCommand(CLI::App* app, Action* action) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* const command = app->add_subcommand(
      "demo", "Write rules, an inventory and a week of events to learn on");
  command
      ->add_option("DIR", *folder,
                   "The folder; made if needed, nothing in it is overwritten")
      ->required()
      ->type_name("");
  command->callback(
      [=] { *action = [folder] { return RunDemo(*folder); }; });
}

}  // namespace mqwarden
