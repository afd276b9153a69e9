// Compiling short rule texts in tests.
#ifndef MQWARDEN_TESTS_RULES_COMPILE_TESTING_H_
#define MQWARDEN_TESTS_RULES_COMPILE_TESTING_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/compile.h"

namespace mqwarden {

// Files that stand in memory.
class MapReader final : public FileReader {
 public:
  MapReader() = default;
  explicit MapReader(std::map<std::string, std::string, std::less<>> files)
      : files_(std::move(files)) {}
  absl::StatusOr<std::string> Read(std::string_view rule_path,
                                   std::string_view name) override;

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

using Files = std::map<std::string, std::string, std::less<>>;

// One rule text `rules/a.mqw`; lint is off.
CompileResult Compile(std::string_view text, const Files& files = {});

// The codes of all diagnostics in order, such as "R0203 R0301".
std::string CodesOf(const CompileResult& result);

// `rule r { … }` with title, severity and `on authz`, and the clauses given.
std::string RuleWith(std::string_view clauses, std::string_view name = "r");

// An expression written out, such as "(and (== reason 2035) (exists user))".
std::string Written(const Plan& plan, ExprId id);

// The rule of that name; the test fails where there is none.
const RulePlan& RuleOf(const CompileResult& result, std::string_view name);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_RULES_COMPILE_TESTING_H_
