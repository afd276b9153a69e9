// `mqwarden new rule NAME` and `new test NAME`: texts to begin with.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/cli/command.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

// Complete: it compiles, and its tests pass.
constexpr std::string_view kRule = R"(rule NAME {
  title    "Ten refusals of {user} in five minutes"
  severity medium
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 10 in 5m
  limit    1 per 1h by user
  alert {
    summary  "{count()} refusals of {user}, last on {qmgr}"
    fields   qmgr, objects = set(object, 10)
    evidence first 1 last 3
  }

  test "ten refusals in five minutes fire" {
    at 0s authz { outcome: failure, user: "ana", qmgr: "QM1" } x 10 every 10s
    expect 1 alert { user: "ana", at: 1m30s, severity: medium }
  }
  test "nine do not" {
    at 0s authz { outcome: failure, user: "ana", qmgr: "QM1" } x 9 every 10s
    expect no alerts
  }
}
)";

// Outside any rule: it runs the set as it is deployed.
constexpr std::string_view kTest = R"(test "NAME" {
  at 0s authz { outcome: failure, user: "ana", qmgr: "QM1" }
  expect no alerts
}
)";

std::string Named(std::string_view text, const std::string& name) {
  std::string named(text);
  named.replace(named.find("NAME"), 4, name);
  return named;
}

bool IsName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9');
         });
}

int NewRule(const std::string& name) {
  if (!IsName(name)) {
    PrintMessage("new rule: " + EscapeForTerminal(name) +
                 " is no name; names are made of letters, digits and _");
    return kExitUsage;
  }
  return PrintProduct(Named(kRule, name), kExitOk);
}

int NewTest(const std::string& name) {
  const bool plain =
      !name.empty() && IsValidUtf8(name) &&
      std::none_of(name.begin(), name.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20) || c == 0x7F;
      });
  if (!plain) {
    PrintMessage("new test: the name is one line of text");
    return kExitUsage;
  }
  std::string quoted;
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return PrintProduct(Named(kTest, quoted), kExitOk);
}

}  // namespace

void AddNewCommand(CLI::App* app, Action* action) {
  struct NewFlags {
    std::string sort;
    std::string name;
  };
  const auto flags = std::make_shared<NewFlags>();
  CLI::App* const command = app->add_subcommand(
      "new", "Print a rule or a test to begin with");
  command->add_option("SORT", flags->sort, "rule or test")
      ->type_name("")
      ->required()
      ->check(CLI::IsMember({"rule", "test"}));
  command->add_option("NAME", flags->name, "Its name")
      ->type_name("")
      ->required();
  command->callback([=] {
    *action = [flags] {
      return flags->sort == "rule" ? NewRule(flags->name)
                                   : NewTest(flags->name);
    };
  });
}

}  // namespace mqwarden
