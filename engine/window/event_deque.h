// The window of one key in full: every event in it, as far as the rule asks.
// Serves all conditions of sliding windows that CountRing cannot.
//
// An entry holds its time, one bit for each count(condition), the id of its
// tuple for each distinct(), the id of its value for each set(), its number for
// each argument of sum and the like, and the encoded event where the rule shows
// evidence. What is asked of the window is kept as entries come and leave:
//   counts, totals   running numbers; totals in 128 bits, so that nothing drifts
//   min, max         a queue of the entries that can still become it: each one
//                    smaller (larger) than all that came later
//   percentile       an ordered multiset beside the queue
// so a question costs O(1), of a percentile a walk over a few chunks.
//
// Bound. At `max_entries` the oldest entry leaves early. With `at_least_only`
// that loses nothing (see CountRing: the rule never asks for more). Otherwise
// the window is saturated until the lost entries would have left by themselves:
// its counters are lower bounds meanwhile, its totals where nothing negative was
// lost.
//
// Times given to Add() do not decrease. Thread-compatible.
#ifndef MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_
#define MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/circular_buffer.h"
#include "mqwarden/engine/window/counted_values.h"
#include "mqwarden/engine/window/ordered_values.h"
#include "mqwarden/engine/window/window_contents.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class EventDeque final : public WindowContents {
 public:
  // `layout` outlives the window.
  explicit EventDeque(const WindowLayout& layout);

  // Events at or before `cutoff` leave.
  void LeaveThrough(int64_t cutoff);
  void Add(const WindowEntry& entry);
  void Clear();

  size_t size() const { return times_.size(); }
  int64_t first() const { return times_.front(); }
  int64_t last() const { return times_.back(); }
  size_t CountAfter(int64_t cutoff) const;
  bool saturated() const { return saturated_; }
  // Saturated, and a negative number was lost: no total is a lower bound.
  bool lost_negative() const { return lost_negative_; }
  // The time of the next event to leave, lost ones included. Not empty.
  int64_t next_to_leave() const { return saturated_ ? lost_ : times_.front(); }
  bool empty() const { return times_.empty(); }
  // About what the entries take; a function of them, not of how they came.
  size_t bytes() const;

  // The values of the rule's aggregates, in their order.
  void FillAggregates(std::vector<AggregateValue>* values) const;
  std::vector<AlertValue> ValueSets() const override;
  std::vector<std::shared_ptr<const std::string>> Evidence() const override;

  void Save(ByteWriter* out) const;
  // Of a new window. False, and then not to be used, where the bytes are of no
  // window of this layout.
  bool Load(ByteReader* in);

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
  struct NumberColumn {
    CircularBuffer<absl::int128> numbers;  // kNoNumber: none
    absl::int128 total = 0;
    int64_t present = 0;
    // Places of entries, counted from the first that ever was in the window.
    CircularBuffer<uint64_t> minima;
    CircularBuffer<uint64_t> maxima;
    OrderedValues ordered;
  };

  void PopFront();
  void AddNumber(absl::int128 number, const WindowLayout::Column& column,
                 NumberColumn* to) const;
  void RemoveFirstNumber(const WindowLayout::Column& column,
                         NumberColumn* from) const;
  // Of an entry that is in the window.
  absl::int128 NumberAt(const NumberColumn& column, uint64_t place) const {
    return column.numbers[static_cast<size_t>(place - left_)];
  }
  AggregateValue NumberAggregate(size_t index) const;
  // The id of a value with its two identities.
  static uint32_t AddToSet(SetValues* set, std::string_view exact,
                           std::string_view identity, const Value& value);
  bool LoadEntries(ByteReader* in, size_t size);
  static bool LoadSet(ByteReader* in, size_t size, SetValues* set);

  const WindowLayout& layout_;

  CircularBuffer<int64_t> times_;
  CircularBuffer<uint64_t> bits_;
  std::vector<int64_t> counts_;  // per count(condition)
  std::vector<DistinctTuples> distincts_;
  std::vector<SetValues> sets_;
  std::vector<NumberColumn> columns_;
  CircularBuffer<std::shared_ptr<const std::string>> events_;
  std::string scratch_;
  uint64_t left_ = 0;  // entries that have left
  bool saturated_ = false;
  bool lost_negative_ = false;
  int64_t lost_ = 0;  // time of the newest entry that left early
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_EVENT_DEQUE_H_
