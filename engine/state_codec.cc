#include "mqwarden/engine/state_codec.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

// `in_list`: an element, which is never a list itself.
bool LoadValue(ByteReader* in, bool in_list, AlertValue* value) {
  const uint8_t form = in->U8();
  *value = AlertValue();
  switch (form) {
    case static_cast<uint8_t>(AlertValue::Form::kText):
    case static_cast<uint8_t>(AlertValue::Form::kNumber):
      value->text = in->Text();
      break;
    case static_cast<uint8_t>(AlertValue::Form::kBool):
      value->boolean = LoadBool(in);
      break;
    case static_cast<uint8_t>(AlertValue::Form::kList): {
      if (in_list) return false;
      const size_t size = LoadCount(in, 2);
      for (size_t i = 0; i < size && in->ok(); ++i) {
        if (!LoadValue(in, /*in_list=*/true, &value->list.emplace_back())) {
          return false;
        }
      }
      break;
    }
    default:
      return false;
  }
  value->form = static_cast<AlertValue::Form>(form);
  return in->ok();
}

}  // namespace

void SaveInt128(absl::int128 value, ByteWriter* out) {
  out->U64(absl::Int128Low64(value));
  out->I64(absl::Int128High64(value));
}

absl::int128 LoadInt128(ByteReader* in) {
  const uint64_t low = in->U64();
  const int64_t high = in->I64();
  return absl::MakeInt128(high, low);
}

bool LoadBool(ByteReader* in) {
  const uint8_t value = in->U8();
  if (value > 1) in->Fail();
  return value == 1;
}

size_t LoadCount(ByteReader* in, size_t least_bytes) {
  const uint64_t count = in->Varint();
  if (count > in->remaining() / least_bytes) {
    in->Fail();
    return 0;
  }
  return static_cast<size_t>(count);
}

void SaveAlertValue(const AlertValue& value, ByteWriter* out) {
  out->U8(static_cast<uint8_t>(value.form));
  switch (value.form) {
    case AlertValue::Form::kText:
    case AlertValue::Form::kNumber:
      out->Text(value.text);
      break;
    case AlertValue::Form::kBool:
      out->U8(value.boolean ? 1 : 0);
      break;
    case AlertValue::Form::kList:
      out->Varint(value.list.size());
      // An element is never a list, so this goes one level down.
      for (const AlertValue& element : value.list) SaveAlertValue(element, out);
      break;
  }
}

bool LoadAlertValue(ByteReader* in, AlertValue* value) {
  return LoadValue(in, /*in_list=*/false, value);
}

void SaveEventBytes(const std::shared_ptr<const std::string>& bytes,
                    ByteWriter* out) {
  out->Text(bytes == nullptr ? std::string_view() : *bytes);
}

bool LoadEventBytes(ByteReader* in, std::shared_ptr<const std::string>* bytes) {
  const std::string_view text = in->Text();
  bytes->reset();
  if (!in->ok()) return false;
  if (text.empty()) return true;
  auto kept = std::make_shared<const std::string>(text);
  Event event;
  if (!DecodeEvent(*kept, &event)) return false;
  *bytes = std::move(kept);
  return true;
}

}  // namespace mqwarden
