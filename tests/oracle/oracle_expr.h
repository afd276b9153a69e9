// Definitions and expressions of the oracle.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_EXPR_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_EXPR_H_

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/oracle/oracle.h"
#include "mqwarden/tests/oracle/oracle_value.h"

namespace mqwarden::oracle {

// The rows of a CSV file, by column name; an empty cell is not there.
using CsvRows = std::vector<std::map<std::string, std::string>>;

// What the files of a rule set define, by name. Points into the trees.
class Definitions {
 public:
  explicit Definitions(const OracleInput& input);

  const ast::ListDef* FindList(const std::string& name) const;
  const ast::MacroDef* FindMacro(const std::string& name) const;
  const ast::PatternsDef* FindPatterns(const std::string& name) const;
  const ast::TableDef* FindTable(const std::string& name) const;
  // The contents of a file that a definition names.
  std::vector<std::string> Lines(const std::string& file) const;
  const CsvRows& Rows(const std::string& file) const { return rows_.at(file); }

  // A copy of the event with what the inventory adds to it.
  EventPtr WithInventory(const Event& event) const;

 private:
  const OracleInput& input_;
  std::map<std::string, CsvRows> rows_;
};

// What an expression may read.
struct Scope {
  const Definitions* definitions = nullptr;
  const Event* event = nullptr;
  std::span<const EventPtr> window;  // for aggregates
  const ast::Rule* rule = nullptr;   // for `rule` and `rule_tags`
  std::optional<Severity> severity;  // of the alert to be sent
};

Value Eval(const ast::Expr& expr, const Scope& scope);
bool Holds(const ast::Expr& condition, const Scope& scope);

// The tuple of `by`; nullopt where a field without `?` is missing.
std::optional<Key> KeyOf(std::span<const ast::KeyPart> by, const Scope& scope);
// The same as it is shown; what is missing is left out.
std::vector<AlertField> GroupOf(std::span<const ast::KeyPart> by,
                                const Scope& scope);
std::string Fill(std::span<const ast::TextPart> parts, const Scope& scope);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_EXPR_H_
