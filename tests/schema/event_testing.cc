#include "mqwarden/tests/schema/event_testing.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

uint64_t Below(uint64_t bound, std::mt19937_64* random) {
  return (*random)() % bound;
}

std::string RandomText(TextBytes bytes, std::mt19937_64* random) {
  static constexpr std::string_view kPieces[] = {
      "a", "B", "7", ".", " ", "\"", "\\", "\n", "\x1b", "é", "€", "😀"};
  std::string text;
  const uint64_t size = 1 + Below(Below(8, random) == 0 ? 300 : 12, random);
  for (uint64_t i = 0; i < size; ++i) {
    if (bytes == TextBytes::kAny) {
      text.push_back(static_cast<char>(Below(256, random)));
    } else {
      text += kPieces[Below(std::size(kPieces), random)];
    }
  }
  return text;
}

int64_t RandomInt(std::mt19937_64* random) {
  switch (Below(4, random)) {
    case 0:
      return static_cast<int64_t>(Below(200, random)) - 100;
    case 1:
      return INT64_MIN;
    case 2:
      return INT64_MAX;
    default:
      return static_cast<int64_t>((*random)());
  }
}

}  // namespace

void FillRandomEvent(TextBytes bytes, std::mt19937_64* random, Event* event) {
  event->Clear();
  for (const FieldInfo& field : AllFields()) {
    if ((field.flags & kFieldComputed) != 0 || Below(2, random) == 0) continue;
    switch (field.type) {
      case FieldType::kStr:
      case FieldType::kKw:
        event->CopyText(field.id, RandomText(bytes, random));
        break;
      case FieldType::kEnum:
        event->SetInt(field.id, static_cast<int64_t>(Below(
                                    EnumValues(field.enum_type).size(),
                                    random)));
        break;
      case FieldType::kBool:
        event->SetInt(field.id, static_cast<int64_t>(Below(2, random)));
        break;
      case FieldType::kInt:
      case FieldType::kReal:
      case FieldType::kTs:
      case FieldType::kDuration:
        event->SetInt(field.id, RandomInt(random));
        break;
      case FieldType::kIp: {
        IpAddress ip;
        const bool is_v4 = Below(2, random) == 0;
        if (is_v4) ip.bytes[10] = ip.bytes[11] = 0xFF;
        for (size_t i = is_v4 ? 12 : 0; i < ip.bytes.size(); ++i) {
          ip.bytes[i] = static_cast<uint8_t>(Below(256, random));
        }
        event->SetIp(field.id, ip);
        break;
      }
      case FieldType::kList: {
        std::vector<std::string> texts(1 + Below(30, random));
        for (std::string& text : texts) text = RandomText(bytes, random);
        event->CopyList(field.id, std::vector<std::string_view>(
                                      texts.begin(), texts.end()));
        break;
      }
    }
  }
  for (uint64_t i = Below(8, random); i > 0; --i) {
    const std::string name = RandomText(bytes, random);
    const std::string text =
        Below(4, random) == 0 ? "" : RandomText(bytes, random);
    const bool has_number = Below(2, random) == 0;
    event->CopyAttr({.name = name,
                     .text = text,
                     .number = has_number ? RandomInt(random) : 0,
                     .has_number = has_number});
  }
  event->set_sequence(RandomInt(random));
  event->set_infers_channel_type(Below(2, random) == 0);
}

std::string Dump(const Event& event) {
  const auto sized = [](std::string_view text) {
    return std::to_string(text.size()) + ":" + std::string(text);
  };
  std::string out;
  for (const FieldInfo& field : AllFields()) {
    if (!event.Has(field.id)) continue;
    out += field.name;
    switch (field.type) {
      case FieldType::kStr:
      case FieldType::kKw:
        out += "=" + sized(event.Text(field.id));
        break;
      case FieldType::kIp:
        out += "=" + FormatIp(event.Ip(field.id));
        break;
      case FieldType::kList:
        for (const std::string_view element : event.List(field.id)) {
          out += "," + sized(element);
        }
        break;
      default:
        out += "=" + std::to_string(event.Int(field.id));
    }
    out += "\n";
  }
  for (const Attr& attr : event.attrs()) {
    out += "attr." + sized(attr.name) + "=" + sized(attr.text);
    if (attr.has_number) out += " is " + std::to_string(attr.number);
    out += "\n";
  }
  out += "dropped " + std::to_string(event.attrs_dropped());
  out += " sequence " + std::to_string(event.sequence());
  out += event.infers_channel_type() ? " infers\n" : "\n";
  return out;
}

}  // namespace mqwarden
