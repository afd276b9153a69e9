#include "mqwarden/schema/event_json.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint64_t kNanosPerSecond = 1'000'000'000;
constexpr size_t kFractionDigits = 9;

// FormatTime() without the groups of three zeros that end its fraction.
std::string ShortTime(Time time) {
  std::string text = FormatTime(time);
  text.pop_back();  // Z
  size_t digits = kFractionDigits;
  while (digits > 0 && text.ends_with("000")) {
    text.resize(text.size() - 3);
    digits -= 3;
  }
  if (digits == 0) text.pop_back();  // the point
  text.push_back('Z');
  return text;
}

std::string Seconds(int64_t nanos) {
  // The magnitude of the least int64_t is no int64_t.
  const uint64_t magnitude = nanos < 0 ? -static_cast<uint64_t>(nanos)
                                       : static_cast<uint64_t>(nanos);
  std::string text = nanos < 0 ? "-" : "";
  text += std::to_string(magnitude / kNanosPerSecond);
  if (const uint64_t rest = magnitude % kNanosPerSecond; rest != 0) {
    std::string fraction = std::to_string(rest);
    fraction.insert(0, kFractionDigits - fraction.size(), '0');
    while (fraction.back() == '0') fraction.pop_back();
    text += '.';
    text += fraction;
  }
  return text;
}

void WriteField(const Event& event, const FieldInfo& field,
                JsonWriter* writer) {
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      writer->String(event.Text(field.id));
      break;
    case FieldType::kEnum:
      writer->String(EnumValueName(field.enum_type, event.Int(field.id)));
      break;
    case FieldType::kInt:
      writer->Int(event.Int(field.id));
      break;
    case FieldType::kBool:
      writer->Bool(event.Int(field.id) != 0);
      break;
    case FieldType::kIp:
      writer->String(FormatIp(event.Ip(field.id)));
      break;
    case FieldType::kTs:
      writer->String(ShortTime(Time(Duration(event.Int(field.id)))));
      break;
    case FieldType::kDuration:
    case FieldType::kReal:  // both are kept in units of 10^-9
      writer->Raw(Seconds(event.Int(field.id)));
      break;
    case FieldType::kList:
      writer->BeginArray();
      for (const std::string_view element : event.List(field.id)) {
        writer->String(element);
      }
      writer->EndArray();
      break;
  }
}

}  // namespace

void WriteEventJson(const Event& event, JsonWriter* writer) {
  writer->BeginObject();
  event.ForEachPresent([&](FieldId f) {
    const FieldInfo& field = GetField(f);
    writer->Key(field.name);
    WriteField(event, field, writer);
  });
  if (!event.attrs().empty()) {
    writer->Key("attr");
    writer->BeginObject();
    for (const Attr& attr : event.attrs()) {
      writer->Key(attr.name);
      if (attr.text.empty() && attr.has_number) {
        writer->Int(attr.number);
      } else {
        writer->String(attr.text);
      }
    }
    writer->EndObject();
  }
  writer->EndObject();
}

void AppendEventJson(const Event& event, std::string* out) {
  JsonWriter writer(out);
  WriteEventJson(event, &writer);
}

}  // namespace mqwarden
