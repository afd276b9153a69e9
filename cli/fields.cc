// `mqwarden fields`: the vocabulary of rules.
#include <memory>
#include <string>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"
#include "mqwarden/schema/field_docs.h"

namespace mqwarden {
namespace {

int RunFields(const std::string& query) {
  std::string text;
  if (!AppendFieldDocs(query, &text)) {
    PrintMessage("fields: nothing is named " + EscapeForTerminal(query));
    return kExitUsage;
  }
  return PrintProduct(text, kExitOk);
}

}  // namespace

void AddFieldsCommand(CLI::App* app, Action* action) {
  const auto query = std::make_shared<std::string>();
  CLI::App* const command = app->add_subcommand(
      "fields", "List kinds, fields, types, enum values and MQ constants");
  command->add_option("QUERY", *query,
                      "A part of a name, or a number: fields 2035")
      ->type_name("");
  command->callback([=] { *action = [query] { return RunFields(*query); }; });
}

}  // namespace mqwarden
