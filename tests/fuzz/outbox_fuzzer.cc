// Any bytes as a segment of an outbox, with and without a state: it is refused, or its
// records are read to the end, and what is appended then is read as it was.
//
// The first two bytes are the lengths that the state claims.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/pipeline/live/outbox.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

void Fuzz(uint8_t end, uint8_t acknowledged, std::string_view bytes) {
  SimDisk disk(1);
  MQWARDEN_CHECK(disk.MakeFolder("box").ok(), "there is a folder");
  disk.SetContents("box/00000000000000000000.records", bytes);
  disk.SetContents("box/99999999999999999999.records", bytes);
  disk.SetContents("box/00000000000000000009.recordsx", bytes);
  Outbox outbox(&disk, "box", {});
  std::optional<OutboxState> state;
  if (end != 0) {
    state.emplace();
    state->end = end;
    state->acknowledged = acknowledged;
  }
  if (!outbox.Recover(state).ok()) return;
  int64_t position = outbox.state().acknowledged;
  while (position < outbox.state().end) {
    const auto item = outbox.Read(position);
    if (!item.ok()) return;
    MQWARDEN_CHECK(item->has_value() && (*item)->next > position,
                   "reading goes forward");
    position = (*item)->next;
  }
  MQWARDEN_CHECK(position == outbox.state().end, "records end where the outbox ends");
  MQWARDEN_CHECK(outbox.Append("one more").ok(), "there is room");
  const auto item = outbox.Read(position);
  MQWARDEN_CHECK(item.ok() && item->has_value() && (*item)->record == "one more",
                 "a record is read as it was written");
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  mqwarden::Fuzz(data[0], data[1], bytes);
  return 0;
}
