// `mqwarden lsp`: the language server on standard input and output.
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/pipeline/language_server/message_framing.h"
#include "mqwarden/pipeline/language_server/rule_folders.h"
#include "mqwarden/pipeline/language_server/server.h"

namespace mqwarden {
namespace {

// How long the server waits for a further message before it compiles what has
// changed: an editor asks for completions right behind the change.
constexpr int kSettleDelayMs = 5;

bool InputWithin(int milliseconds) {
  pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return poll(&input, 1, milliseconds) != 0;
}

bool WriteAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      PrintMessage("lsp: cannot write: " + std::string(std::strerror(errno)));
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool WriteMessages(std::vector<std::string>* messages) {
  std::string bytes;
  for (const std::string& message : *messages) bytes += Framed(message);
  messages->clear();
  return WriteAll(bytes);
}

// False at the end of the input.
bool ReadMore(MessageReader* reader) {
  char bytes[65536];
  for (;;) {
    const ssize_t size = read(STDIN_FILENO, bytes, sizeof(bytes));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    reader->Append({bytes, static_cast<size_t>(size)});
    return true;
  }
}

int RunLsp() {
  DiskRuleFolders folders;
  LanguageServer server(&folders);
  MessageReader reader;
  std::vector<std::string> out;
  while (!server.exit_code().has_value()) {
    if (const std::optional<std::string> message = reader.Next()) {
      server.Handle(*message, &out);
    } else if (reader.is_broken()) {
      PrintMessage("lsp: the input is no message of the Language Server "
                   "Protocol");
      return kExitUsage;
    } else if (server.is_unsettled() && !InputWithin(kSettleDelayMs)) {
      server.Settle(&out);
    } else if (!ReadMore(&reader)) {
      // The editor went away without a word.
      return kExitFindings;
    }
    if (!WriteMessages(&out)) return kExitUsage;
  }
  return *server.exit_code() == 0 ? kExitOk : kExitFindings;
}

}  // namespace

void AddLspCommand(CLI::App* app, Action* action) {
  CLI::App* const command = app->add_subcommand(
      "lsp", "Serve editors: the Language Server Protocol on standard input "
             "and output");
  // Editors name the transport; there is but one.
  const auto stdio = std::make_shared<bool>(false);
  command->add_flag("--stdio", *stdio, "Standard input and output, as always");
  command->callback([=] { *action = [stdio] { return RunLsp(); }; });
}

}  // namespace mqwarden
