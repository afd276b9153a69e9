// What of a rule set its tests reach: every clause, and both outcomes of every
// condition and of each operand of `and`, `or` and `not` in it.
//
//   plan -> watched plan (kObserved around each condition) -> a run of each test
//        -> which outcomes came -> what never did
//
// A watched plan means what the plan means and is run by the same engine, once
// for each test, apart from the runs that judge it: so a test that fails covers
// what it covers. Operands are taken as the engine takes them, from the left: one
// that stands behind a false `and` is not reached. Clauses of the policy count
// once for the set, wherever they were reached.
//
// Thread-safe: tests may be run on several threads; the report depends on none.
#ifndef MQWARDEN_PIPELINE_COVERAGE_H_
#define MQWARDEN_PIPELINE_COVERAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/rules/clause_places.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {

// One outcome that no test reached.
struct UncoveredOutcome {
  std::string rule;    // "" of the policy
  std::string clause;  // "where", "exclude lab", "limit 2"
  ClausePlace place;
  std::string text;    // the condition in words; "" where the clause says it
  std::string what;    // "is never true", "never holds an alert back"
};

struct CoverageSummary {
  int64_t outcomes = 0;  // that tests can reach
  int64_t reached = 0;
  std::vector<UncoveredOutcome> uncovered;  // by rule, in the order of clauses
};

class Coverage final {
 public:
  // Of all rules of `plan`; `sources` are its texts.
  Coverage(std::shared_ptr<const Plan> plan, std::span<const RuleSource> sources);

  // Runs the test once and notes what it reaches. What is in its plan and not in
  // the plan, such as a disabled rule, is left out. Returns what RunRuleTest()
  // returns.
  absl::Status Run(const RuleTest& test);
  // The same for each of them, on several threads.
  absl::Status RunAll(std::span<const RuleTest* const> tests, int threads);

  // Of these rules and the policy; nullopt: of all.
  CoverageSummary Summary(
      const std::optional<std::set<std::string>>& rules = std::nullopt) const;

 private:
  class Watcher;
  class Rewriter;

  // A condition, or a clause whose one outcome is that it took effect.
  struct Item {
    std::string rule;
    std::string clause;
    ClausePlace place;
    std::string text;
    bool is_condition = false;
    std::string never_taken;  // of a clause that is no condition
    std::atomic<bool> seen_true = false;
    std::atomic<bool> seen_false = false;
  };

  // The item of a rule's clause by its place in the tree of its condition; null
  // where it was not among those of the plan.
  Item* Find(const std::string& key);
  void AddClause(const RulePlan& rule, std::string clause_name,
                 std::string_view kind, size_t number, std::string never_taken);
  void NoteStats(const EngineStats& stats);
  std::shared_ptr<const Plan> Watched(const std::shared_ptr<const Plan>& plan);

  const std::shared_ptr<const Plan> plan_;
  const ClausePlaces places_;
  std::deque<Item> items_;              // fixed after construction
  std::map<std::string, size_t> known_;  // key to index; likewise
  std::mutex mutex_;
  // Plans that are run, by the one that they watch.
  std::map<std::shared_ptr<const Plan>, std::shared_ptr<const Plan>> watched_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_COVERAGE_H_
