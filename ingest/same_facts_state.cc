// The state of SameFacts and SameIds as bytes. The index is made anew.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/same_facts.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {

void SameFacts::Save(ByteWriter* out) const {
  out->I64(stats_.absorbed);
  out->I64(stats_.given_up);
  out->U32(seen_);
  std::string bytes;
  out->Varint(held_.size());
  for (const Held& held : held_) {
    bytes.clear();
    EncodeEvent(held.event, &bytes);
    out->Text(bytes);
    out->U8(held.may_match ? 1 : 0);
    out->U32(held.absorbed);
  }
}

void SameFacts::Load(ByteReader* in) {
  held_.clear();
  index_.clear();
  first_ = 0;
  stats_.absorbed = in->I64();
  stats_.given_up = in->I64();
  seen_ = in->U32();
  Event event;
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    if (!DecodeEvent(in->Text(), &event) || !event.Has(FieldId::kTime)) {
      return in->Fail();
    }
    const uint8_t may_match = in->U8();
    const uint32_t absorbed = in->U32();
    if (may_match > 1) return in->Fail();
    Held& held = held_.emplace_back();
    held.event.CopyFrom(event);
    held.may_match = may_match == 1;
    held.absorbed = absorbed;
    if (!held.may_match) continue;
    if (!CanBeFound(event)) return in->Fail();
    SetKeys(event, &held.keys);
    Enter(static_cast<int64_t>(held_.size()) - 1);
  }
}

void SameIds::Save(ByteWriter* out) const {
  out->I64(time_.time_since_epoch().count());
  std::vector<std::string_view> ids(ids_.begin(), ids_.end());
  std::sort(ids.begin(), ids.end());
  out->Varint(ids.size());
  for (const std::string_view id : ids) out->Text(id);
}

void SameIds::Load(ByteReader* in) {
  ids_.clear();
  time_ = Time(Duration(in->I64()));
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    ids_.emplace(in->Text());
  }
}

}  // namespace mqwarden
