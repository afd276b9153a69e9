// How the matches of a sequence are kept, decided once from its plan.
//
// The steps that are not `missing` are the positions of a match; a `missing`
// between two of them is a guard of the later one. Partial matches that wait for
// a position lie in lanes: one for each combination of the captured values that
// this position, its guards or a later one still read.
#ifndef MQWARDEN_ENGINE_SEQUENCE_SHAPE_H_
#define MQWARDEN_ENGINE_SEQUENCE_SHAPE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqwarden/engine/plan.h"

namespace mqwarden {

struct SequenceShape {
  // What an event has to be. The condition is evaluated per lane where it reads
  // captures.
  struct Test {
    uint32_t kinds = 0;
    ExprId where = kNoExpr;
    bool event_only = true;
    // Where `where` asks of each value that tells lanes apart that it equals one
    // of the event: these, in the order of `joins`. Then one look-up finds the
    // lane; otherwise all are tried.
    bool is_indexed = false;
    std::vector<ExprId> lookup;
  };
  struct Position {
    Test test;
    int64_t count = 1;
    std::vector<Test> guards;
    std::vector<uint32_t> joins;     // captures that tell its lanes apart
    std::vector<uint32_t> captures;  // taken of its last event
  };

  int64_t length = 0;
  std::vector<Position> positions;
  // The `missing` at the end: its only test is `test`; its lanes are matches
  // that stand. Without it has_final is false.
  bool has_final = false;
  Position final;
  size_t captures = 0;
  int64_t total_count = 0;  // events of a whole match
};

// `rule` has a sequence.
SequenceShape ShapeOfSequence(const RulePlan& rule, const PlanPool& pool);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SEQUENCE_SHAPE_H_
