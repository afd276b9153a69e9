// Alerts, reports and counters as lines of text, in which engine and oracle are compared.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_LINES_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_LINES_H_

#include <map>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/tests/oracle/oracle.h"
#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {

// A duration since StreamStart().
std::string SinceStart(Time t);

//   TIME RULE STATE SEVERITY n=COUNT FIRST..LAST group {fields} …
// with times since StreamStart(), and without what it does not have; a title of
// `t` is not shown.
std::string AlertLine(const OracleAlert& alert);
//   TIME report NAME total=N [group n=COUNT SHARE {fields} before=VALUE] …
std::string ReportLine(const OracleReport& report);
std::string CountersLine(const OracleCounters& counters);

// Numbers identities by their first appearance: ` #1`.
template <typename Identity>
std::string Numbered(std::map<Identity, size_t>* numbers, const Identity& id) {
  const auto number = numbers->emplace(id, numbers->size() + 1).first;
  return " #" + std::to_string(number->second);
}

// One line an alert and a report, then one line a rule of its counters.
std::vector<std::string> OracleLines(
    std::span<const ast::File> files,
    const std::map<std::string, std::string>& texts, const Stream& stream);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_LINES_H_
