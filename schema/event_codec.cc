#include "mqwarden/schema/event_codec.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// The bitmap: 64 fields a word.
constexpr size_t kBitmapWords = (kFieldCount + 63) / 64;
constexpr uint64_t kBitsOfLastWord =
    kFieldCount % 64 == 0 ? ~uint64_t{0}
                          : (uint64_t{1} << (kFieldCount % 64)) - 1;

// Flags of an event and of an attr.
constexpr uint8_t kInfersChannelType = 1;
constexpr uint8_t kHasNumber = 1;

// Small magnitudes of either sign become small numbers.
uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^
         static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t bits) {
  return static_cast<int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

std::string_view BytesOf(const IpAddress& ip) {
  return {reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size()};
}

void EncodeField(const Event& event, const FieldInfo& field,
                 ByteWriter* writer) {
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      writer->Text(event.Text(field.id));
      break;
    case FieldType::kEnum:
    case FieldType::kBool:
      writer->U8(static_cast<uint8_t>(event.Int(field.id)));
      break;
    case FieldType::kInt:
    case FieldType::kReal:
    case FieldType::kDuration:
      writer->Varint(ZigZag(event.Int(field.id)));
      break;
    case FieldType::kTs:  // a varint of today's nanoseconds is longer
      writer->I64(event.Int(field.id));
      break;
    case FieldType::kIp:
      writer->Raw(BytesOf(event.Ip(field.id)));
      break;
    case FieldType::kList:
      writer->Varint(event.List(field.id).size());
      for (const std::string_view element : event.List(field.id)) {
        writer->Text(element);
      }
      break;
  }
}

// Leaves the field absent where the value is none that an event can have.
void DecodeField(ByteReader* reader, const FieldInfo& field, Event* event) {
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      event->SetText(field.id, reader->Text());
      break;
    case FieldType::kEnum: {
      const uint8_t value = reader->U8();
      if (value < EnumValues(field.enum_type).size()) {
        event->SetInt(field.id, value);
      }
      break;
    }
    case FieldType::kBool: {
      const uint8_t value = reader->U8();
      if (value <= 1) event->SetInt(field.id, value);
      break;
    }
    case FieldType::kInt:
    case FieldType::kReal:
    case FieldType::kDuration:
      event->SetInt(field.id, UnZigZag(reader->Varint()));
      break;
    case FieldType::kTs:
      event->SetInt(field.id, reader->I64());
      break;
    case FieldType::kIp: {
      IpAddress ip;
      const std::string_view bytes = reader->Raw(ip.bytes.size());
      if (bytes.size() != ip.bytes.size()) break;
      std::memcpy(ip.bytes.data(), bytes.data(), bytes.size());
      event->SetIp(field.id, ip);
      break;
    }
    case FieldType::kList: {
      const uint64_t size = reader->Varint();
      if (size > reader->remaining()) break;  // each takes a byte at least
      absl::InlinedVector<std::string_view, 16> elements;
      for (uint64_t i = 0; i < size && reader->ok(); ++i) {
        elements.push_back(reader->Text());
      }
      event->SetList(field.id, elements);
      if (event->Has(field.id) && event->List(field.id).size() != size) {
        event->Unset(field.id);
      }
      break;
    }
  }
}

bool Decode(std::string_view bytes, Event* event) {
  ByteReader reader(bytes);
  const uint8_t flags = reader.U8();
  if ((flags & ~kInfersChannelType) != 0) return false;
  event->set_infers_channel_type((flags & kInfersChannelType) != 0);
  event->set_sequence(UnZigZag(reader.Varint()));
  const uint64_t dropped = reader.Varint();
  std::array<uint64_t, kBitmapWords> bitmap;
  for (uint64_t& word : bitmap) word = reader.U64();
  if (!reader.ok() || (bitmap.back() & ~kBitsOfLastWord) != 0) return false;
  for (size_t word = 0; word < kBitmapWords; ++word) {
    for (uint64_t rest = bitmap[word]; rest != 0; rest &= rest - 1) {
      const FieldInfo& field =
          AllFields()[word * 64 + std::countr_zero(rest)];
      if ((field.flags & kFieldComputed) != 0) return false;
      DecodeField(&reader, field, event);
      if (!reader.ok() || !event->Has(field.id)) return false;
    }
  }
  const uint64_t attr_count = reader.Varint();
  if (attr_count > Event::kMaxAttrs) return false;
  for (uint64_t i = 0; i < attr_count; ++i) {
    Attr attr;
    const uint8_t attr_flags = reader.U8();
    if ((attr_flags & ~kHasNumber) != 0) return false;
    attr.has_number = (attr_flags & kHasNumber) != 0;
    attr.name = reader.Text();
    attr.text = reader.Text();
    if (attr.has_number) attr.number = UnZigZag(reader.Varint());
    if (!reader.ok() || attr.text.size() > Event::kMaxAttrBytes ||
        !event->AddAttr(attr)) {
      return false;
    }
  }
  if (dropped > static_cast<uint64_t>(INT64_MAX)) return false;
  event->set_attrs_dropped(static_cast<int64_t>(dropped));
  return reader.done();
}

}  // namespace

void EncodeEvent(const Event& event, std::string* out) {
  ByteWriter writer(out);
  writer.U8(event.infers_channel_type() ? kInfersChannelType : 0);
  writer.Varint(ZigZag(event.sequence()));
  writer.Varint(static_cast<uint64_t>(event.attrs_dropped()));
  std::array<uint64_t, kBitmapWords> bitmap{};
  event.ForEachPresent([&bitmap](FieldId f) {
    const size_t i = static_cast<size_t>(f);
    bitmap[i / 64] |= uint64_t{1} << (i % 64);
  });
  for (const uint64_t word : bitmap) writer.U64(word);
  event.ForEachPresent(
      [&](FieldId f) { EncodeField(event, GetField(f), &writer); });
  writer.Varint(event.attrs().size());
  for (const Attr& attr : event.attrs()) {
    writer.U8(attr.has_number ? kHasNumber : 0);
    writer.Text(attr.name);
    writer.Text(attr.text);
    if (attr.has_number) writer.Varint(ZigZag(attr.number));
  }
}

bool DecodeEvent(std::string_view bytes, Event* event) {
  event->Clear();
  if (Decode(bytes, event)) return true;
  event->Clear();
  return false;
}

}  // namespace mqwarden
