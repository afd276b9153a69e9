// What is due without an event: the instants at which open alerts must be looked
// at again and the ends of digest periods.
//
// A timer is never taken back. One whose key is gone (its slot has another
// generation) or whose alert has closed does nothing when it comes. Timers of
// one instant come by rule, then by limit, then as they were added.
#ifndef MQWARDEN_ENGINE_TIMER_HEAP_H_
#define MQWARDEN_ENGINE_TIMER_HEAP_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace mqwarden {

struct KeySlot;

struct Timer {
  int64_t deadline = 0;
  uint32_t rule = 0;
  uint32_t limit = 0;       // of a digest: which of the rule's
  KeySlot* slot = nullptr;  // null: of a digest
  uint32_t generation = 0;  // of the slot when the timer was added
};

class TimerHeap {
 public:
  void Add(const Timer& timer) {
    heap_.push_back({timer, added_++});
    std::push_heap(heap_.begin(), heap_.end(), IsLater);
  }

  // Takes the first timer whose deadline is at or before `through`.
  bool Pop(int64_t through, Timer* timer) {
    if (heap_.empty() || heap_.front().timer.deadline > through) return false;
    std::pop_heap(heap_.begin(), heap_.end(), IsLater);
    *timer = heap_.back().timer;
    heap_.pop_back();
    return true;
  }

  // The instant up to and including which everything has been decided.
  int64_t decided() const { return decided_; }
  void set_decided(int64_t instant) { decided_ = std::max(decided_, instant); }

 private:
  struct Entry {
    Timer timer;
    uint64_t order;
  };

  static bool IsLater(const Entry& a, const Entry& b) {
    return std::tie(a.timer.deadline, a.timer.rule, a.timer.limit, a.order) >
           std::tie(b.timer.deadline, b.timer.rule, b.timer.limit, b.order);
  }

  std::vector<Entry> heap_;
  uint64_t added_ = 0;
  int64_t decided_ = std::numeric_limits<int64_t>::min();
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_TIMER_HEAP_H_
