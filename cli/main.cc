// `mqwarden`: finds the command, and turns what goes wrong into exit codes. The
// only place that knows the parser's exceptions.
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/edit_distance.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

// The parser's own help() is that of the command it has just read.
std::string HelpOf(const CLI::App& app, const CLI::App* command) {
  const CLI::App* const shown = command == nullptr ? &app : command;
  std::string name = app.get_name();
  if (command != nullptr) name += " " + command->get_name();
  return shown->get_formatter()->make_help(shown, name,
                                           CLI::AppFormatMode::Normal);
}

CLI::App* FindCommand(CLI::App* app, const std::string& name) {
  const auto found = app->get_subcommands([&](const CLI::App* candidate) {
    return candidate->get_name() == name;
  });
  return found.empty() ? nullptr : found.front();
}

int RefuseCommand(CLI::App* app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* const command :
       app->get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::optional<std::string> near = Nearest(name, views);
  PrintMessage("no command " + EscapeForTerminal(name) +
               (near ? "; did you mean " + *near + "?"
                     : "; see mqwarden help"));
  return kExitUsage;
}

void AddHelpCommand(CLI::App* app, Action* action) {
  const auto about = std::make_shared<std::string>();
  CLI::App* const command =
      app->add_subcommand("help", "Print how a command is used");
  command->add_option("COMMAND", *about)->type_name("");
  command->callback([=] {
    *action = [app, about] {
      if (about->empty()) return PrintProduct(HelpOf(*app, nullptr), kExitOk);
      const CLI::App* const found = FindCommand(app, *about);
      if (found == nullptr) return RefuseCommand(app, *about);
      return PrintProduct(HelpOf(*app, found), kExitOk);
    };
  });
}

// The command whose options were being read when parsing failed.
const CLI::App* Current(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? nullptr : chosen.front();
}

int Run(int argc, char** argv) {
  CLI::App app("Finds attacks and mistakes in IBM MQ audit events by rules.",
               "mqwarden");
  app.require_subcommand(1);
  Action action;
  AddCheckCommand(&app, &action);
  AddFmtCommand(&app, &action);
  AddTestCommand(&app, &action);
  AddReplayCommand(&app, &action);
  AddRunCommand(&app, &action);
  AddDiffCommand(&app, &action);
  AddTuneCommand(&app, &action);
  AddNormalizeCommand(&app, &action);
  AddFieldsCommand(&app, &action);
  AddExplainCommand(&app, &action);
  AddListCommand(&app, &action);
  AddNewCommand(&app, &action);
  AddDemoCommand(&app, &action);
  AddLspCommand(&app, &action);
  AddCompletionCommand(&app, &action);
  AddVersionCommand(&app, &action);
  AddHelpCommand(&app, &action);
  if (argc < 2) {
    PrintMessage("which command? See mqwarden help");
    return kExitUsage;
  }
  if (argv[1][0] != '-' && FindCommand(&app, argv[1]) == nullptr) {
    return RefuseCommand(&app, argv[1]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintProduct(HelpOf(app, Current(app)), kExitOk);
  } catch (const CLI::ParseError& error) {
    const CLI::App* const command = Current(app);
    const std::string name = command == nullptr ? "" : command->get_name();
    PrintMessage((name.empty() ? "" : name + ": ") +
                 EscapeForTerminal(error.what()) + "; see mqwarden help" +
                 (name.empty() ? "" : " " + name));
    return kExitUsage;
  }
  return action();
}

}  // namespace
}  // namespace mqwarden

int main(int argc, char** argv) {
  // A reader that goes away is a failed write, which is told and has its code.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return mqwarden::Run(argc, argv);
  } catch (const std::exception& error) {
    mqwarden::PrintMessage(mqwarden::EscapeForTerminal(error.what()));
    return mqwarden::kExitUsage;
  }
}
