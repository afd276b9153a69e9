// The commands: each adds itself to the parser with its options, and says what
// to run when it is the one that was asked for.
//
// A command file turns flags into one library call and the answer into a product;
// exceptions of the parser stay in main.cc.
#ifndef MQWARDEN_CLI_COMMAND_H_
#define MQWARDEN_CLI_COMMAND_H_

#include <functional>

#include <CLI/CLI.hpp>

namespace mqwarden {

// What the command asked for will do; it returns the exit code.
using Action = std::function<int()>;

// `app` and `action` outlive the parse, in which `*action` is set.
void AddCheckCommand(CLI::App* app, Action* action);
void AddFmtCommand(CLI::App* app, Action* action);
void AddTestCommand(CLI::App* app, Action* action);
void AddReplayCommand(CLI::App* app, Action* action);
void AddRunCommand(CLI::App* app, Action* action);
void AddDemoCommand(CLI::App* app, Action* action);
void AddDiffCommand(CLI::App* app, Action* action);
void AddTuneCommand(CLI::App* app, Action* action);
void AddNormalizeCommand(CLI::App* app, Action* action);
void AddFieldsCommand(CLI::App* app, Action* action);
void AddExplainCommand(CLI::App* app, Action* action);
void AddListCommand(CLI::App* app, Action* action);
void AddLspCommand(CLI::App* app, Action* action);
void AddNewCommand(CLI::App* app, Action* action);
// Completes the commands of `app`.
void AddCompletionCommand(CLI::App* app, Action* action);
void AddVersionCommand(CLI::App* app, Action* action);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_COMMAND_H_
