// The goldens of `check`: a rule text that is wrong, `NAME.mqw`, and all that
// is said about it, `NAME.expected`. The name begins with the code that the
// golden is about. Files that a rule text names stand beside it.
#ifndef MQWARDEN_TESTS_RULES_CHECK_GOLDENS_H_
#define MQWARDEN_TESTS_RULES_CHECK_GOLDENS_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mqwarden {

struct CheckGolden {
  std::string name;  // without its ending
  std::string text;
  std::optional<std::string> expected;

  std::string code() const { return name.substr(0, name.find('_')); }
};

// All of a folder, by name. An `.expected` without its text has an empty text.
std::vector<CheckGolden> ReadCheckGoldens(const std::filesystem::path& folder);

// What `check` says of it. Lint findings are left out unless it is about one.
std::string RenderCheckGolden(const std::filesystem::path& folder,
                              const CheckGolden& golden);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_RULES_CHECK_GOLDENS_H_
