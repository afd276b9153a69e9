// What the `recent` definitions of a plan remember: per tuple, when an event
// passed last.
//
// The engine asks while it handles an event and tells the event afterwards, so
// that what is asked is always about strictly earlier ones. A tuple is forgotten
// when its D has passed, or at the bound, the oldest first; that is counted.
// Thread-compatible.
#ifndef MQWARDEN_ENGINE_RECENTS_H_
#define MQWARDEN_ENGINE_RECENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

class Recents {
 public:
  // The plan outlives the object.
  explicit Recents(const Plan& plan);

  bool empty() const { return tables_.empty(); }
  size_t size() const { return tables_.size(); }
  const RecentPlan& plan(size_t index) const { return *tables_[index].plan; }

  // Whether an event of `tuple` passed later than t - D.
  bool Holds(size_t index, std::string_view tuple, int64_t t) const;
  // An event of `tuple` passes at `t`, which does not decrease.
  void Remember(size_t index, std::string_view tuple, int64_t t);

  int64_t evicted() const { return evicted_; }

  // In the order of tuples, so that equal states give equal bytes.
  void Save(ByteWriter* out) const;
  // False, and nothing is remembered, where the bytes are of no such state.
  bool Load(ByteReader* in);

 private:
  struct Table {
    const RecentPlan* plan;
    absl::flat_hash_map<std::string, int64_t, TextHash, TextEq> last;
    size_t next_sweep = 1024;  // of this many tuples the expired ones go
  };

  void MakeRoom(Table* table, int64_t t);

  std::vector<Table> tables_;
  int64_t evicted_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RECENTS_H_
