// `mqwarden completion SHELL`: a script that completes commands and options, made
// from the commands themselves, so that it is never behind them. Files stand
// everywhere else, and the shell completes those.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

struct OptionWords {
  std::vector<std::string> names;  // "-w", "--write"
  std::string description;
  bool takes_value = false;
};

struct CommandWords {
  std::string name;
  std::string description;
  std::vector<OptionWords> options;
};

std::vector<OptionWords> OptionsOf(const CLI::App& command) {
  std::vector<OptionWords> options;
  for (const CLI::Option* const option : command.get_options()) {
    if (option->get_positional() || option->get_group().empty()) continue;
    OptionWords words;
    for (const std::string& name : option->get_snames()) {
      words.names.push_back("-" + name);
    }
    for (const std::string& name : option->get_lnames()) {
      words.names.push_back("--" + name);
    }
    words.description = option->get_description();
    words.takes_value = option->get_items_expected_max() > 0;
    options.push_back(std::move(words));
  }
  return options;
}

std::vector<CommandWords> CommandsOf(const CLI::App& app) {
  std::vector<CommandWords> commands;
  for (const CLI::App* const command :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    commands.push_back({command->get_name(), command->get_description(),
                        OptionsOf(*command)});
  }
  return commands;
}

std::string Names(const std::vector<CommandWords>& commands) {
  std::string names;
  for (const CommandWords& command : commands) {
    names += (names.empty() ? "" : " ") + command.name;
  }
  return names;
}

std::string OptionNames(const CommandWords& command) {
  std::string names;
  for (const OptionWords& option : command.options) {
    for (const std::string& name : option.names) {
      names += (names.empty() ? "" : " ") + name;
    }
  }
  return names;
}

// In single quotes, as all three shells take it; fish knows \' and \\ inside.
std::string Quote(std::string_view text, std::string_view quote) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += quote;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string BashScript(const std::vector<CommandWords>& commands) {
  std::string script =
      "# bash completion of mqwarden: source <(mqwarden completion bash)\n"
      "_mqwarden() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    words=" +
      Quote(Names(commands), R"('\'')") +
      "\n"
      "  elif [[ $word == -* ]]; then\n"
      "    case ${COMP_WORDS[1]} in\n";
  for (const CommandWords& command : commands) {
    script += "      " + command.name + ") words=" +
              Quote(OptionNames(command), R"('\'')") + " ;;\n";
  }
  script +=
      "    esac\n"
      "  elif ((COMP_CWORD == 2)); then\n"
      "    case ${COMP_WORDS[1]} in\n"
      "      help) words=" +
      Quote(Names(commands), R"('\'')") +
      " ;;\n"
      "      new) words='rule test' ;;\n"
      "      completion) words='bash zsh fish' ;;\n"
      "    esac\n"
      "  fi\n"
      "  if [[ -n $words ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "  else\n"
      "    compopt -o default 2>/dev/null\n"
      "    COMPREPLY=()\n"
      "  fi\n"
      "}\n"
      "complete -F _mqwarden mqwarden\n";
  return script;
}

std::string ZshScript(const std::vector<CommandWords>& commands) {
  std::string script =
      "#compdef mqwarden\n"
      "# zsh completion of mqwarden: mqwarden completion zsh >_mqwarden, in a\n"
      "# folder of fpath\n"
      "_mqwarden() {\n"
      "  local -a commands options\n"
      "  commands=(\n";
  for (const CommandWords& command : commands) {
    script += "    " +
              Quote(command.name + ":" + command.description, R"('\'')") + "\n";
  }
  script +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe -t commands command commands\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n";
  for (const CommandWords& command : commands) {
    script += "    " + command.name + ") options=(";
    for (const OptionWords& option : command.options) {
      for (const std::string& name : option.names) {
        script += " " + Quote(name + ":" + option.description, R"('\'')");
      }
    }
    script += " ) ;;\n";
  }
  script +=
      "  esac\n"
      "  if [[ $PREFIX == -* ]]; then\n"
      "    _describe -t options option options\n"
      "  elif ((CURRENT == 3)) && [[ $words[2] == help ]]; then\n"
      "    _describe -t commands command commands\n"
      "  elif ((CURRENT == 3)) && [[ $words[2] == new ]]; then\n"
      "    compadd rule test\n"
      "  elif ((CURRENT == 3)) && [[ $words[2] == completion ]]; then\n"
      "    compadd bash zsh fish\n"
      "  else\n"
      "    _files\n"
      "  fi\n"
      "}\n"
      "compdef _mqwarden mqwarden\n";
  return script;
}

std::string FishScript(const std::vector<CommandWords>& commands) {
  std::string script =
      "# fish completion of mqwarden: mqwarden completion fish | source\n"
      "complete -c mqwarden -n __fish_use_subcommand -f\n";
  for (const CommandWords& command : commands) {
    script += "complete -c mqwarden -n __fish_use_subcommand -a " +
              command.name + " -d " + Quote(command.description, R"(\')") +
              "\n";
  }
  for (const CommandWords& command : commands) {
    const std::string inside = "complete -c mqwarden -n " +
                               Quote("__fish_seen_subcommand_from " +
                                         command.name,
                                     R"(\')");
    for (const OptionWords& option : command.options) {
      script += inside;
      for (const std::string& name : option.names) {
        script += name.starts_with("--") ? " -l " + name.substr(2)
                                         : " -s " + name.substr(1);
      }
      if (option.takes_value) script += " -r";
      script += " -d " + Quote(option.description, R"(\')") + "\n";
    }
  }
  const std::string words[][2] = {{"help", Names(commands)},
                                  {"new", "rule test"},
                                  {"completion", "bash zsh fish"}};
  for (const auto& [command, values] : words) {
    script += "complete -c mqwarden -n '__fish_seen_subcommand_from " +
              command + "' -f -a " + Quote(values, R"(\')") + "\n";
  }
  return script;
}

}  // namespace

void AddCompletionCommand(CLI::App* app, Action* action) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* const command = app->add_subcommand(
      "completion", "Print a script that completes commands in a shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([=] {
    *action = [app, shell] {
      const std::vector<CommandWords> commands = CommandsOf(*app);
      return PrintProduct(*shell == "bash"  ? BashScript(commands)
                          : *shell == "zsh" ? ZshScript(commands)
                                            : FishScript(commands),
                          kExitOk);
    };
  });
}

}  // namespace mqwarden
