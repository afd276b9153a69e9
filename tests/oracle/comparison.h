// The engine against the oracle on one rule set and one stream: both are run,
// their alerts and counters are written as lines, and the lines are compared.
#ifndef MQWARDEN_TESTS_ORACLE_COMPARISON_H_
#define MQWARDEN_TESTS_ORACLE_COMPARISON_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/tests/oracle/oracle_lines.h"
#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {

struct Compiled {
  std::vector<ast::File> files;
  std::shared_ptr<const Plan> plan;  // null when it was refused
  std::string diagnostics;
};
Compiled CompileText(const std::string& text,
                     const std::map<std::string, std::string>& texts);

struct EngineRun {
  int32_t key_groups = 256;
  uint64_t hash_seed = 0;
  // Moves the watermark between the events as far as it can go.
  bool watermarks = false;
  // Asks every rule of an event's kind for its condition.
  bool without_index = false;
  // Gives the events in batches.
  bool in_batches = false;
  // Goes on from a checkpoint after every so many events; 0: never.
  size_t restart_every = 0;
};
// The lines of OracleLines() of the engine. `bytes` becomes all alerts as
// NDJSON.
std::vector<std::string> EngineLines(const Compiled& compiled,
                                     const Stream& stream, const EngineRun& run,
                                     std::string* bytes);

struct Outcome {
  bool refused = false;    // by the compiler
  size_t alerts = 0;       // of the oracle
  std::string difference;  // what differs first; "" when nothing does
};
// Engine and oracle; also the engine against itself for other key groups, hash
// seeds and watermarks, without its index of rules and in batches.
Outcome Compare(const RuleSet& rules, const Stream& stream);

// Takes out events, rules and clauses as long as there is a difference.
void Shrink(RuleSet* rules, Stream* stream);

// The rule text, the events as NDJSON and the difference.
std::string Report(const RuleSet& rules, const Stream& stream);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_COMPARISON_H_
