// Identity of events whose source gives them none: equal input gives equal ids,
// whatever the files were called and however they were read.
#ifndef MQWARDEN_INGEST_EVENT_ID_H_
#define MQWARDEN_INGEST_EVENT_ID_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Gives every event without an `event_id` one: 32 hex digits of a hash of its
// fields and attrs and of its number among equal events of its collector, so
// that ten equal records are ten events. `received`, `raw` and `sequence` do not
// count: they depend on the reading, not on what was read.
//
// Events come in the total order, before the inventory is applied, or at most
// `disorder` behind the latest; equal ones are told apart in the order in which
// they come. Equal events have equal times, so what is remembered is forgotten
// when time has moved on. Thread-compatible.
class EventIdentity final {
 public:
  explicit EventIdentity(Duration disorder = Duration::zero())
      : disorder_(disorder) {}

  void Assign(Event* event);

  // The state as bytes, and back. Load() fails the reader where it cannot be.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

 private:
  Hash128 Digest(const Event& event);

  using Seen = absl::flat_hash_map<Hash128, int64_t>;
  Seen& SeenAt(int64_t time);

  const Duration disorder_;
  std::string bytes_;  // what is hashed is at its beginning
  int64_t time_ = 0;   // of seen_
  // How often each digest was seen at `time_`, and at the other times that are
  // not too long ago.
  Seen seen_;
  std::map<int64_t, Seen> others_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_ID_H_
