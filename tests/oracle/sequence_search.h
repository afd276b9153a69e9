// Matches of a sequence by exhaustive search: section 8 of the language. Every
// choice of events is tried, so it is for small streams only.
#ifndef MQWARDEN_TESTS_ORACLE_SEQUENCE_SEARCH_H_
#define MQWARDEN_TESTS_ORACLE_SEQUENCE_SEARCH_H_

#include <cstddef>
#include <vector>

#include "mqwarden/tests/oracle/oracle_desk.h"

namespace mqwarden::oracle {

class SequenceSearch {
 public:
  // Both outlive the object.
  SequenceSearch(const RuleState* state, const Desk* desk);

  // The matches that end at the last of `events`, which are those of a key since
  // it last started afresh: of each combination of the values that a last
  // `missing` reads, the choice whose first event is latest, of equals the
  // newer. The latest of these comes first.
  std::vector<Match> EndingAtTheLast(const std::vector<EventPtr>& events) const;

  // Whether the event is one that the last step, a `missing`, forbids.
  bool Clears(const Event& event, const Match& match) const;
  bool waits() const { return waits_; }

 private:
  // An event to be chosen, and for which step.
  struct Slot {
    size_t step = 0;
    bool first = false;  // of its step
  };
  // One search.
  struct Search {
    const std::vector<EventPtr>& events;
    std::vector<size_t> chosen;  // by slot: its place in `events`
    std::vector<Key> combinations;
    std::vector<Match> found;
  };

  const std::vector<ast::SequenceStep>& steps() const {
    return state_.rule->when->steps;
  }
  void Choose(size_t slot, Search* search) const;
  void Complete(Search* search) const;
  bool Fits(const ast::SequenceStep& step, const Event& event,
            const Match& match) const;
  bool Holds(const Search& search, const Match& match) const;
  Key Combination(const Match& match) const;

  const RuleState& state_;
  const Desk& desk_;
  std::vector<Slot> slots_;
  bool waits_ = false;
};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_SEQUENCE_SEARCH_H_
