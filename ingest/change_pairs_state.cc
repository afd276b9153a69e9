// The state of ChangePairs as bytes. What is found through the events and commands
// that are kept is made anew.
#include <cstddef>
#include <cstdint>
#include <string>

#include "mqwarden/ingest/change_pairs.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {

void ChangePairs::Save(ByteWriter* out) const {
  for (const int64_t count : {stats_.pairs, stats_.alone, stats_.given_up}) {
    out->I64(count);
  }
  std::string bytes;
  out->Varint(held_.size());
  for (const Held& held : held_) {
    bytes.clear();
    EncodeEvent(held.event, &bytes);
    out->Text(bytes);
    out->Text(held.key);
    out->U8(held.is_absorbed ? 1 : 0);
  }
  out->Varint(commands_.size());
  for (const Command& command : commands_) {
    out->Text(command.key);
    out->I64(command.time.time_since_epoch().count());
    out->Varint(command.changes.size());
    for (const std::string& change : command.changes) out->Text(change);
  }
}

void ChangePairs::Load(ByteReader* in) {
  held_.clear();
  waiting_.clear();
  commands_.clear();
  command_numbers_.clear();
  first_ = 0;
  first_command_ = 0;
  for (int64_t* const count :
       {&stats_.pairs, &stats_.alone, &stats_.given_up}) {
    *count = in->I64();
  }
  Event event;
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    if (!DecodeEvent(in->Text(), &event) || !event.Has(FieldId::kTime)) {
      return in->Fail();
    }
    Held& held = Hold(event);
    held.key = in->Text();
    const uint8_t absorbed = in->U8();
    held.is_absorbed = absorbed == 1;
    if (absorbed > 1) return in->Fail();
    if (held.key.empty()) continue;
    if (!event.Has(FieldId::kObjectState)) return in->Fail();
    waiting_[held.key].push_back(static_cast<int64_t>(held_.size()) - 1);
  }
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    Command& command = commands_.emplace_back();
    command.key = in->Text();
    command.time = Time(Duration(in->I64()));
    for (uint64_t n = in->Varint(); n > 0 && in->ok(); --n) {
      command.changes.emplace_back(in->Text());
    }
    command_numbers_[command.key] = static_cast<int64_t>(commands_.size()) - 1;
  }
}

}  // namespace mqwarden
