// Where a text defines and names things that a rule set defines: rules, reports,
// params, lists, tables and the like, the steps of a sequence and the keys of a
// rule. For tools that jump to a definition, list its uses or rename it.
//
//   text -> parser -> FindOccurrences -> by space, owner and name
//
// Only the tree is read, so a text that is being typed gives what can be read of
// it; whether a name is defined anywhere, the caller sees by looking for its
// definition. A word that is a field, a constant of IBM MQ, or in its place an
// enum value, is none of them.
// Free functions over values, thread-safe.
#ifndef MQWARDEN_RULES_OCCURRENCES_H_
#define MQWARDEN_RULES_OCCURRENCES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

// Names of one space are unique: in the rule set, or for steps and keys in their
// rule.
enum class NameSpace : uint8_t {
  kRule,
  kReport,
  kDefinition,  // params, lists, recents, tables, patterns, calendars, macros
  kStep,
  kKey,         // by k = EXPR
};

enum class NameRole : uint8_t {
  kDefines,
  kReplaces,  // behind `override` or `with`: names it and defines it anew
  kUses,
};

struct Occurrence {
  Span span;  // of the name itself, without quotes
  std::string name;
  NameSpace space = NameSpace::kDefinition;
  NameRole role = NameRole::kUses;
  // Index in File::rules of the rule in which it stands; kNoRule outside.
  size_t rule = static_cast<size_t>(-1);
};
inline constexpr size_t kNoRule = static_cast<size_t>(-1);

// In the order of the text; none overlaps another.
std::vector<Occurrence> FindOccurrences(const ast::File& file);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_OCCURRENCES_H_
