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

// What a rule set defines, by name.
class Definitions {
 public:
  explicit Definitions(const OracleInput& input);

  // As deployed.
  const ast::File& file() const { return file_; }
  const ast::ListDef* FindList(const std::string& name) const;
  const ast::MacroDef* FindMacro(const std::string& name) const;
  const ast::PatternsDef* FindPatterns(const std::string& name) const;
  const ast::TableDef* FindTable(const std::string& name) const;
  const ast::CalendarDef* FindCalendar(const std::string& name) const;
  const ast::RecentDef* FindRecent(const std::string& name) const;
  // The contents of a file that a definition names.
  std::vector<std::string> Lines(const std::string& file) const;
  const CsvRows& Rows(const std::string& file) const { return rows_.at(file); }

  // A copy of the event with what the inventory adds to it.
  EventPtr WithInventory(const Event& event) const;

 private:
  const OracleInput& input_;
  const ast::File file_;
  std::map<std::string, CsvRows> rows_;
};

// The events that a match of a sequence holds, by step; the last may be missing.
using Match = std::vector<std::vector<EventPtr>>;

// Values that go by a name: those of `k = EXPR`, `each f` and `f from LIST`.
using NamedValues = std::map<std::string, Value>;

// What an expression may read.
struct Scope {
  const Definitions* definitions = nullptr;
  const Event* event = nullptr;
  std::span<const EventPtr> window{};       // for aggregates
  const ast::Rule* rule = nullptr;
  const Match* match = nullptr;             // for STEP.field
  const NamedValues* named = nullptr;
  // All events taken so far, in the total order: for recents.
  const std::vector<EventPtr>* history = nullptr;
  // Of the alert that is decided: its event's, or its deadline.
  std::optional<Time> alert_time{};
  // `rule`, `rule_tags` and `severity` are those of the alert to be sent, not
  // those of an event of kind `alert`.
  bool of_alert = false;
  Severity severity = Severity::kInfo;
};

Value Eval(const ast::Expr& expr, const Scope& scope);
bool Holds(const ast::Expr& condition, const Scope& scope);
bool Holds(const std::optional<ast::Expr>& condition, const Scope& scope);
std::string Fill(std::span<const ast::TextPart> parts, const Scope& scope);

// Parts of Eval() and Holds().
// A function, or an aggregate of the window (oracle_call.cc).
Value Call(const ast::Expr& call, const Scope& scope);
// `+ - * /` and the sign.
Value Arithmetic(const ast::Expr& expr, const Scope& scope);
// TABLE[f, g].column
Value Lookup(const ast::Expr& expr, const Scope& scope);
// RECENT[f, g] (oracle_times.cc)
bool HoldsRecent(const ast::Expr& recent, const Scope& scope);
// `during` CALENDAR, CALENDAR[f] or a list of these.
bool HoldsDuring(Time time, const ast::Expr& calendars, const Scope& scope);

const ast::Expr& WithoutParens(const ast::Expr& expr);
bool IsAggregate(const std::string& function);
// The field that a name or STEP.field stands for; null where it is something
// else.
const FieldInfo* FieldOf(const ast::Expr& expr);
// Whether an element of `in` fits the value: a network, or an equal.
bool IsIn(const Value& value, const Value& element);
bool OfKinds(std::span<const ast::Name> kinds, const Event& event);

// The values of `by f from LIST`, in the list's spelling.
std::vector<Value> Universe(const ast::Expr& list, const Scope& scope);

// One tuple of `by`.
struct KeyTuple {
  Key key;
  std::vector<AlertField> group;  // as it is shown; what is missing is left out
  NamedValues named;
};
// The tuples of an event, in their order: one, or one for each combination of
// the elements of `each` lists; none where a field without `?` is missing.
std::vector<KeyTuple> KeysOf(std::span<const ast::KeyPart> by,
                             const Scope& scope);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_EXPR_H_
