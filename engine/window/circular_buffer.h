// A queue in one block that grows by doubling: what the exact windows keep, one
// entry an event. Nothing is allocated while it stays within its capacity.
//
// Invariant: the capacity is zero or a power of two; element i lies at
// (head + i) modulo it.
#ifndef MQWARDEN_ENGINE_WINDOW_CIRCULAR_BUFFER_H_
#define MQWARDEN_ENGINE_WINDOW_CIRCULAR_BUFFER_H_

#include <cstddef>
#include <utility>
#include <vector>

namespace mqwarden {

template <typename T>
class CircularBuffer {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return slots_[(head_ + i) & mask()]; }
  const T& operator[](size_t i) const { return slots_[(head_ + i) & mask()]; }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == slots_.size()) Grow();
    slots_[(head_ + size_) & mask()] = std::move(value);
    ++size_;
  }

  void pop_front() {
    slots_[head_] = T();
    head_ = (head_ + 1) & mask();
    --size_;
  }

  void pop_back() {
    back() = T();
    --size_;
  }

  void clear() {
    while (!empty()) pop_front();
  }

 private:
  static constexpr size_t kFirstCapacity = 4;

  size_t mask() const { return slots_.size() - 1; }

  void Grow() {
    std::vector<T> grown(slots_.empty() ? kFirstCapacity : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i) grown[i] = std::move((*this)[i]);
    slots_ = std::move(grown);
    head_ = 0;
  }

  std::vector<T> slots_;
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_CIRCULAR_BUFFER_H_
