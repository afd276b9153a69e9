// What is due without an event: the instants at which open alerts must be looked
// at again and the ends of digest periods.
//
// A timer is never taken back. One whose key is gone (its slot has another
// generation) or whose alert has closed does nothing when it comes. Timers of
// one instant come by rule, then by target, then by limit, then as they were
// added; those of the rules that take alerts come after all others, and after the
// alerts that these made.
#ifndef MQWARDEN_ENGINE_TIMER_HEAP_H_
#define MQWARDEN_ENGINE_TIMER_HEAP_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "mqwarden/base/bytes.h"

namespace mqwarden {

struct KeySlot;

struct Timer {
  // Who handles it.
  enum class Target : uint8_t { kWindow, kDigest, kAbsence, kSequence, kReport };

  int64_t deadline = 0;
  uint32_t rule = 0;        // of kReport: which report
  uint32_t limit = 0;       // of a digest: which of the rule's
  KeySlot* slot = nullptr;  // of a key's timer
  uint32_t generation = 0;  // of the slot when the timer was added
  Target target = Target::kWindow;
};

class TimerHeap {
 public:
  // The rules whose timers come last, by index; before the first Add().
  void set_last(std::vector<bool> last) { last_ = std::move(last); }

  void Add(const Timer& timer) {
    const bool is_last = timer.target != Timer::Target::kReport &&
                         timer.rule < last_.size() && last_[timer.rule];
    heap_.push_back({timer, added_++, is_last});
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

  // Takes the next timer if it is of the same deadline, rule and target.
  bool PopAlike(const Timer& timer, Timer* next) {
    if (heap_.empty()) return false;
    const Timer& first = heap_.front().timer;
    if (first.deadline != timer.deadline || first.rule != timer.rule ||
        first.target != timer.target) {
      return false;
    }
    return Pop(timer.deadline, next);
  }

  bool HasDue(int64_t through) const {
    return !heap_.empty() && heap_.front().timer.deadline <= through;
  }

  // The same of a timer that does not come last.
  bool HasFirstDue(int64_t through) const {
    return HasDue(through) && !heap_.front().is_last;
  }

  // Writes the timers for which needed(timer) holds, in the order in which they
  // will come, those of a key with key_of(timer), its bytes.
  template <typename Needed, typename KeyOf>
  void Save(const Needed& needed, const KeyOf& key_of, ByteWriter* out) const {
    std::vector<const Entry*> entries;
    for (const Entry& entry : heap_) {
      if (needed(entry.timer)) entries.push_back(&entry);
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry* a, const Entry* b) { return IsLater(*b, *a); });
    out->I64(decided_);
    out->Varint(entries.size());
    for (const Entry* const entry : entries) {
      const Timer& timer = entry->timer;
      out->I64(timer.deadline);
      out->Varint(timer.rule);
      out->U8(static_cast<uint8_t>(timer.target));
      out->Varint(timer.limit);
      out->U8(timer.slot != nullptr ? 1 : 0);
      if (timer.slot != nullptr) out->Text(key_of(timer));
    }
  }
  // Of an empty heap. adopt(has_key, key, &timer) sets the slot and generation of
  // a key's timer, may renumber its rule, and says whether to keep it. False where
  // the bytes are of no heap.
  template <typename Adopt>
  bool Load(const Adopt& adopt, ByteReader* in) {
    decided_ = in->I64();
    const uint64_t size = in->Varint();
    for (uint64_t i = 0; i < size && in->ok(); ++i) {
      Timer timer;
      timer.deadline = in->I64();
      timer.rule = static_cast<uint32_t>(in->Varint());
      const uint8_t target = in->U8();
      timer.limit = static_cast<uint32_t>(in->Varint());
      const uint8_t has_key = in->U8();
      if (target > static_cast<uint8_t>(Timer::Target::kReport) || has_key > 1) {
        return false;
      }
      timer.target = static_cast<Timer::Target>(target);
      const std::string_view key = has_key == 1 ? in->Text() : std::string_view();
      if (in->ok() && adopt(has_key == 1, key, &timer)) Add(timer);
    }
    return in->ok();
  }

  // The instant up to and including which everything has been decided.
  int64_t decided() const { return decided_; }
  void set_decided(int64_t instant) { decided_ = std::max(decided_, instant); }

 private:
  struct Entry {
    Timer timer;
    uint64_t order;
    bool is_last;
  };

  static bool IsLater(const Entry& a, const Entry& b) {
    return std::tie(a.timer.deadline, a.is_last, a.timer.rule, a.timer.target,
                    a.timer.limit, a.order) >
           std::tie(b.timer.deadline, b.is_last, b.timer.rule, b.timer.target,
                    b.timer.limit, b.order);
  }

  std::vector<bool> last_;
  std::vector<Entry> heap_;
  uint64_t added_ = 0;
  int64_t decided_ = std::numeric_limits<int64_t>::min();
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_TIMER_HEAP_H_
