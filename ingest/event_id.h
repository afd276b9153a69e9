// Identity of events whose source gives them none: equal input gives equal ids,
// whatever the files were called and however they were read.
#ifndef MQWARDEN_INGEST_EVENT_ID_H_
#define MQWARDEN_INGEST_EVENT_ID_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Gives every event without an `event_id` one: 32 hex digits of a hash of its
// fields and attrs and of its number among equal events of its collector, so
// that ten equal records are ten events. `received`, `raw` and `sequence` do not
// count: they depend on the reading, not on what was read.
//
// Events come in the total order, before the inventory is applied. Equal events
// have equal times, so what is remembered is forgotten when time moves on.
// Thread-compatible.
class EventIdentity final {
 public:
  void Assign(Event* event);

 private:
  Hash128 Digest(const Event& event);
  void PutTag(uint32_t tag);
  void PutNumber(int64_t number);
  void PutText(std::string_view text);

  std::string bytes_;  // what is hashed
  int64_t time_ = 0;
  // How often each digest was seen at `time_`.
  absl::flat_hash_map<Hash128, int64_t> seen_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_ID_H_
