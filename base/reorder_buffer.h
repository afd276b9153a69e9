// Puts things that come almost in order into order.
//
// What comes in order is appended to a run, at O(1); what does not goes to a heap,
// at O(log displaced). The least of both is in front. So a stream that is in order
// costs an append and no more, and a displaced element costs others nothing.
//
//   ReorderBuffer<Item, Before> buffer;
//   buffer.Push(std::move(item));
//   while (!buffer.empty() && buffer.front().time < watermark) Use(buffer.Pop());
//
// Invariant: run_ is sorted. Equal elements of the run leave in the order in which
// they came; `Before` should leave none of the heap's equal.
// Thread-compatible. Unbounded: its owner counts.
#ifndef MQWARDEN_BASE_REORDER_BUFFER_H_
#define MQWARDEN_BASE_REORDER_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace mqwarden {

template <typename T, typename Before>
class ReorderBuffer {
 public:
  bool empty() const { return run_.empty() && heap_.empty(); }
  size_t size() const { return run_.size() + heap_.size(); }
  // Of these, how many came out of order.
  size_t displaced() const { return heap_.size(); }

  void Push(T item) {
    if (run_.empty() || !Before()(item, run_.back())) {
      run_.push_back(std::move(item));
      return;
    }
    heap_.push_back(std::move(item));
    std::push_heap(heap_.begin(), heap_.end(), After());
  }

  // The least; of a buffer that is not empty.
  const T& front() const {
    return FrontIsDisplaced() ? heap_.front() : run_.front();
  }

  T Pop() {
    if (FrontIsDisplaced()) {
      std::pop_heap(heap_.begin(), heap_.end(), After());
      T item = std::move(heap_.back());
      heap_.pop_back();
      return item;
    }
    T item = std::move(run_.front());
    run_.pop_front();
    return item;
  }

  // All, in no order.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const T& item : run_) visit(item);
    for (const T& item : heap_) visit(item);
  }

 private:
  // A heap of the standard library has the greatest in front.
  struct After {
    bool operator()(const T& a, const T& b) const { return Before()(b, a); }
  };

  bool FrontIsDisplaced() const {
    if (heap_.empty()) return false;
    return run_.empty() || Before()(heap_.front(), run_.front());
  }

  std::deque<T> run_;
  std::vector<T> heap_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_REORDER_BUFFER_H_
