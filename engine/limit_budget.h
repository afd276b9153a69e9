// The budget of one `limit`: which tuples had how many alerts sent when, and how
// many were held since the last one that was sent.
//
// `limit N per D` passes an alert at t when fewer than N alerts of its tuple were
// sent later than t - D; so the last N send times are all there is to keep.
// Alerts of late events come with an earlier t: whatever was sent later than
// t - D counts against them, as far as it is still known.
//
// Memory: a tuple comes with the first alert sent for it and leaves when D has
// passed, unless it has held alerts to announce. At `max_tuples` those least
// recently sent for are given up and counted: their next alert passes.
// Thread-compatible.
#ifndef MQWARDEN_ENGINE_LIMIT_BUDGET_H_
#define MQWARDEN_ENGINE_LIMIT_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/window/circular_buffer.h"

namespace mqwarden {

class LimitBudget {
 public:
  // `count` and `per` are positive.
  LimitBudget(int64_t count, int64_t per, size_t max_tuples);

  bool Passes(std::string_view tuple, int64_t t) const;
  // An alert is held. It did not pass, so its tuple is known.
  void Hold(std::string_view tuple);
  // An alert is sent. Returns how many were held before it, which no later one
  // will announce; adds to `*given_up` the tuples that had to leave for it.
  int64_t Spend(std::string_view tuple, int64_t t, int64_t* given_up);

  size_t size() const { return tuples_.size(); }

  // In the order of tuples. Load() is false, and the budget as new, where the
  // bytes are of no budget.
  void Save(ByteWriter* out) const;
  bool Load(ByteReader* in);

 private:
  struct Tuple {
    CircularBuffer<int64_t> sent;  // in order, at least one
    int64_t held = 0;
  };

  void DropExpired(int64_t t);
  int64_t MakeRoom();

  const int64_t count_;
  const int64_t per_;
  const size_t max_tuples_;

  absl::flat_hash_map<std::string, Tuple, TextHash, TextEq> tuples_;
  size_t sweep_at_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_LIMIT_BUDGET_H_
