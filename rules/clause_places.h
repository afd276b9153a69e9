// Where the clauses of every rule of a set stand in their texts: for tools that
// know a clause by its rule, its name and which of several it is, as plans do.
//
// Read from the syntax alone, once for all rules; total. Thread-safe.
#ifndef MQWARDEN_RULES_CLAUSE_PLACES_H_
#define MQWARDEN_RULES_CLAUSE_PLACES_H_

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "mqwarden/rules/compile.h"

namespace mqwarden {

// A line of a file, from 1; 0: not known.
struct ClausePlace {
  std::string path;
  int line = 0;
};

class ClausePlaces final {
 public:
  explicit ClausePlaces(std::span<const RuleSource> sources);

  // `clause`: "where", "exclude", "when", "severity", "escalate", "mute", "limit",
  // "resolve", "step"; `number` from 0 among those of the rule, those that `amend`
  // adds after its own. `rule` "" is the policy. Falls back on the rule itself.
  ClausePlace Find(std::string_view rule, std::string_view clause,
                   size_t number) const;

  // Clauses of all policies: in a plan they stand before a rule's own.
  size_t policy_excludes() const { return Count("", "exclude"); }
  size_t policy_mutes() const { return Count("", "mute"); }

 private:
  using Key = std::tuple<std::string, std::string, size_t>;

  void Add(std::string_view rule, std::string_view clause, ClausePlace place);
  size_t Count(std::string_view rule, std::string_view clause) const;

  std::map<Key, ClausePlace> places_;
  std::map<std::pair<std::string, std::string>, size_t> counts_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_CLAUSE_PLACES_H_
