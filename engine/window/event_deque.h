// The window of one key in full: every event in it, as far as the rule asks.
// Serves all conditions that CountRing cannot.
//
// An entry holds its time, one bit for each count(condition), the id of its
// tuple for each distinct(), the id of its value for each set(), and the encoded
// event where the rule shows evidence. The counters of what is in the window are
// kept as entries come and leave, so a question costs O(1).
//
// Bound. At `max_entries` the oldest entry leaves early. With `at_least_only`
// that loses nothing (see CountRing: the rule never asks for more). Otherwise
// the window is saturated until the lost entries would have left by themselves:
// its counters are lower bounds meanwhile.
//
// Times given to Add() do not decrease. Thread-compatible.
#ifndef MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_
#define MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/circular_buffer.h"
#include "mqwarden/engine/window/counted_values.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// What the windows of one rule keep. Immutable.
struct DequeLayout {
  DequeLayout(const RulePlan& rule, size_t max_entries, bool at_least_only);

  std::vector<Aggregate::Kind> kinds;     // as RulePlan::aggregates
  std::vector<uint32_t> places;           // among the aggregates of its kind
  uint32_t count_ifs = 0;
  uint32_t distincts = 0;
  std::vector<int32_t> set_sizes;         // as RulePlan::value_sets
  int32_t evidence_first = 0;
  int32_t evidence_last = 0;
  size_t max_entries;
  bool at_least_only;
};

class EventDeque {
 public:
  // One event to be added. `tuples` has the identity of the arguments of each
  // distinct(), empty where one is missing; `values` the value of each set().
  struct NewEntry {
    int64_t time = 0;
    uint64_t bits = 0;  // the i-th count(condition) counts it
    std::span<const std::string> tuples;
    std::span<const Value> values;
    std::shared_ptr<const std::string> event;
  };

  // `layout` outlives the window.
  explicit EventDeque(const DequeLayout& layout);

  // Events at or before `cutoff` leave.
  void LeaveThrough(int64_t cutoff);
  void Add(const NewEntry& entry);
  void Clear();

  size_t size() const { return times_.size(); }
  int64_t first() const { return times_.front(); }
  int64_t last() const { return times_.back(); }
  size_t CountAfter(int64_t cutoff) const;
  bool saturated() const { return saturated_; }
  // The time of the next event to leave, lost ones included. Not empty.
  int64_t next_to_leave() const { return saturated_ ? lost_ : times_.front(); }
  bool empty() const { return times_.empty(); }

  // The values of the rule's aggregates, in their order.
  void FillAggregates(std::vector<int64_t>* values) const;
  // The rule's value sets, each the first different values in order.
  std::vector<AlertValue> ValueSets() const;
  // Encoded events: the first and last ones, in order, without repeats.
  std::vector<std::shared_ptr<const std::string>> Evidence() const;

 private:
  // The values of one set(): known by their exact text, shown as they came.
  struct SetValues {
    CircularBuffer<uint32_t> ids;
    CountedValues values;
    std::vector<AlertValue> shown;        // by id
    std::vector<std::string> identities;  // by id: as the rule compares them
  };
  struct DistinctTuples {
    CircularBuffer<uint32_t> ids;
    CountedValues tuples;
  };

  void PopFront();

  const DequeLayout& layout_;

  CircularBuffer<int64_t> times_;
  CircularBuffer<uint64_t> bits_;
  std::vector<int64_t> counts_;  // per count(condition)
  std::vector<DistinctTuples> distincts_;
  std::vector<SetValues> sets_;
  CircularBuffer<std::shared_ptr<const std::string>> events_;
  std::string scratch_;
  bool saturated_ = false;
  int64_t lost_ = 0;  // time of the newest entry that left early
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_
