// Random rule sets and random streams for them, from a seed: a small
// vocabulary, low thresholds and windows of a few instants, so that rules fire,
// limits hold and boundaries are met often. In one build, equal seeds give
// equal texts and streams.
#ifndef MQWARDEN_TESTS_ORACLE_RANDOM_RULES_H_
#define MQWARDEN_TESTS_ORACLE_RANDOM_RULES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/tests/oracle/oracle.h"

namespace mqwarden::oracle {

// A rule set in pieces that can be taken out one by one.
struct RuleSet {
  struct Rule {
    std::string name;
    std::vector<std::string> clauses;  // in their order
  };
  std::vector<std::string> definitions;
  std::vector<std::string> policy;  // its clauses
  std::vector<Rule> rules;
  std::map<std::string, std::string> texts;  // what `from` names

  std::string Text() const;
};

struct Stream {
  std::vector<EventPtr> events;  // in order; their sequence is their place
  Time watermark{};
};

// The instant of second 0; a multiple of every period the rules use.
Time StreamStart();

// Mostly accepted by the compiler; a draw may hold a condition that it refuses,
// such as one that is true of the empty window.
RuleSet DrawRuleSet(uint64_t seed);
Stream DrawStream(uint64_t seed, int max_events);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_RANDOM_RULES_H_
