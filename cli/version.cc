// `mqwarden version`.
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

constexpr char kVersion[] = "0.1.0";

}  // namespace

void AddVersionCommand(CLI::App* app, Action* action) {
  CLI::App* const command =
      app->add_subcommand("version", "Print the version");
  command->callback([=] {
    *action = [] {
      return PrintProduct(std::string("mqwarden ") + kVersion + "\n", kExitOk);
    };
  });
}

}  // namespace mqwarden
