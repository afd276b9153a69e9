#include "mqwarden/schema/event_proto.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/reflection.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

// The proto field of each stored field; null for computed ones.
using Descriptors = std::array<const FieldDescriptor*, kFieldCount>;

const Descriptors& FieldDescriptors() {
  static const Descriptors* const descriptors = [] {
    auto* const found = new Descriptors{};
    for (const FieldInfo& field : AllFields()) {
      if ((field.flags & kFieldComputed) != 0) continue;
      const FieldDescriptor* const descriptor =
          v1::Event::descriptor()->FindFieldByName(std::string(field.name));
      MQWARDEN_CHECK(descriptor != nullptr,
                     "event.proto has every stored field");
      (*found)[static_cast<size_t>(field.id)] = descriptor;
    }
    return found;
  }();
  return *descriptors;
}

// protobuf refuses to parse texts that are no UTF-8.
std::string Utf8Of(std::string_view text) {
  if (IsValidUtf8(text)) return std::string(text);
  constexpr char32_t kReplacement = 0xFFFD;
  std::string out;
  while (!text.empty()) {
    const Utf8Char c = DecodeUtf8(text);
    if (c.valid) {
      out.append(text.substr(0, c.size));
    } else {
      AppendUtf8(kReplacement, &out);
    }
    text.remove_prefix(c.size);
  }
  return out;
}

absl::Status InvalidField(std::string_view name, std::string_view value) {
  constexpr size_t kShownBytes = 64;
  std::string message = "event field ";
  message += name;
  message += " has no such value: ";
  message += value.substr(0, kShownBytes);
  return absl::InvalidArgumentError(ToAbsl(message));
}

// Enum values of the protobuf form are numbered from 1.
absl::Status SetEnumFromProto(const FieldInfo& field, int number,
                              Event* event) {
  if (number == 0) return absl::OkStatus();
  const int64_t value = int64_t{number} - 1;
  if (EnumValueName(field.enum_type, value).empty()) {
    return InvalidField(field.name, std::to_string(number));
  }
  event->SetInt(field.id, value);
  return absl::OkStatus();
}

absl::Status SetFieldFromProto(const v1::Event& proto, const FieldInfo& field,
                               const FieldDescriptor* descriptor,
                               Event* event) {
  const Reflection& reflection = *proto.GetReflection();
  std::string scratch;
  if (field.type == FieldType::kList) {
    std::vector<std::string_view> elements;
    for (const std::string& element :
         reflection.GetRepeatedFieldRef<std::string>(proto, descriptor)) {
      elements.push_back(event->Keep(element));
    }
    event->SetList(field.id, elements);
    return absl::OkStatus();
  }
  if (!reflection.HasField(proto, descriptor)) return absl::OkStatus();
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      event->CopyText(field.id, reflection.GetStringReference(proto, descriptor,
                                                              &scratch));
      break;
    case FieldType::kEnum:
      return SetEnumFromProto(
          field, reflection.GetEnumValue(proto, descriptor), event);
    case FieldType::kBool:
      event->SetInt(field.id, reflection.GetBool(proto, descriptor) ? 1 : 0);
      break;
    case FieldType::kInt:
    case FieldType::kReal:
    case FieldType::kTs:
    case FieldType::kDuration:
      event->SetInt(field.id, reflection.GetInt64(proto, descriptor));
      break;
    case FieldType::kIp: {
      const std::string& text =
          reflection.GetStringReference(proto, descriptor, &scratch);
      if (text.empty()) break;
      const std::optional<IpAddress> ip = ParseIp(text);
      if (!ip.has_value()) return InvalidField(field.name, text);
      event->SetIp(field.id, *ip);
      break;
    }
    case FieldType::kList:
      break;
  }
  return absl::OkStatus();
}

absl::Status SetAllFromProto(const v1::Event& proto, Event* event) {
  for (const FieldInfo& field : AllFields()) {
    const FieldDescriptor* const descriptor =
        FieldDescriptors()[static_cast<size_t>(field.id)];
    if (descriptor == nullptr) continue;
    absl::Status status = SetFieldFromProto(proto, field, descriptor, event);
    if (!status.ok()) return status;
  }
  for (const v1::Attr& attr : proto.attr()) {
    if (attr.name().empty()) return InvalidField("attr", "(no name)");
    event->CopyAttr({.name = attr.name(),
                     .text = attr.text(),
                     .number = attr.number(),
                     .has_number = attr.has_number()});
  }
  return absl::OkStatus();
}

void FieldToProto(const Event& event, const FieldInfo& field,
                  const FieldDescriptor* descriptor, v1::Event* proto) {
  const Reflection& reflection = *proto->GetReflection();
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      reflection.SetString(proto, descriptor, Utf8Of(event.Text(field.id)));
      break;
    case FieldType::kEnum:
      reflection.SetEnumValue(proto, descriptor,
                              static_cast<int>(event.Int(field.id)) + 1);
      break;
    case FieldType::kBool:
      reflection.SetBool(proto, descriptor, event.Int(field.id) != 0);
      break;
    case FieldType::kInt:
    case FieldType::kReal:
    case FieldType::kTs:
    case FieldType::kDuration:
      reflection.SetInt64(proto, descriptor, event.Int(field.id));
      break;
    case FieldType::kIp:
      reflection.SetString(proto, descriptor, FormatIp(event.Ip(field.id)));
      break;
    case FieldType::kList:
      for (const std::string_view element : event.List(field.id)) {
        reflection.AddString(proto, descriptor, Utf8Of(element));
      }
      break;
  }
}

int64_t Nanos(Time time) { return time.time_since_epoch().count(); }

// `value` is no list.
void ScalarToProto(const AlertValue& value, v1::AlertValue* proto) {
  switch (value.form) {
    case AlertValue::Form::kNumber:
      proto->set_number(Utf8Of(value.text));
      break;
    case AlertValue::Form::kBool:
      proto->set_boolean(value.boolean);
      break;
    case AlertValue::Form::kText:
    case AlertValue::Form::kList:
      proto->set_text(Utf8Of(value.text));
      break;
  }
}

void AlertFieldToProto(const AlertField& field, v1::AlertField* proto) {
  proto->set_name(Utf8Of(field.name));
  if (field.value.form != AlertValue::Form::kList) {
    ScalarToProto(field.value, proto->mutable_value());
    return;
  }
  v1::AlertValue::List* const list = proto->mutable_value()->mutable_list();
  for (const AlertValue& element : field.value.list) {
    ScalarToProto(element, list->add_values());
  }
}

}  // namespace

absl::Status EventFromProto(const v1::Event& proto, Event* event) {
  event->Clear();
  absl::Status status = SetAllFromProto(proto, event);
  if (!status.ok()) event->Clear();
  return status;
}

void EventToProto(const Event& event, v1::Event* proto) {
  proto->Clear();
  event.ForEachPresent([&](FieldId f) {
    FieldToProto(event, GetField(f), FieldDescriptors()[static_cast<size_t>(f)],
                 proto);
  });
  for (const Attr& attr : event.attrs()) {
    v1::Attr* const added = proto->add_attr();
    added->set_name(Utf8Of(attr.name));
    added->set_text(Utf8Of(attr.text));
    if (attr.has_number) added->set_number(attr.number);
  }
}

void AlertToProto(const Alert& alert, v1::Alert* proto) {
  proto->Clear();
  proto->set_id(ToHex(alert.id));
  proto->set_rule(Utf8Of(alert.rule));
  proto->set_version(Utf8Of(alert.version));
  proto->set_state(static_cast<v1::State>(static_cast<int>(alert.state) + 1));
  proto->set_severity(
      static_cast<v1::Severity>(static_cast<int>(alert.severity) + 1));
  proto->set_title(Utf8Of(alert.title));
  proto->set_summary(Utf8Of(alert.summary));
  proto->set_time(Nanos(alert.time));
  if (alert.first.has_value()) proto->set_first(Nanos(*alert.first));
  if (alert.last.has_value()) proto->set_last(Nanos(*alert.last));
  proto->set_count(alert.count);
  for (const AlertField& field : alert.group) {
    AlertFieldToProto(field, proto->add_group());
  }
  for (const AlertField& field : alert.fields) {
    AlertFieldToProto(field, proto->add_fields());
  }
  for (const std::string& tag : alert.tags) proto->add_tags(Utf8Of(tag));
  for (const std::string& name : alert.notify) proto->add_notify(Utf8Of(name));
  proto->set_runbook(Utf8Of(alert.runbook));
  proto->set_held(alert.held);
  proto->set_muted(Utf8Of(alert.muted));
  proto->set_state_evicted(alert.state_evicted);
  for (const auto& event : alert.evidence) {
    EventToProto(*event, proto->add_evidence());
  }
  if (alert.trigger != nullptr) {
    EventToProto(*alert.trigger, proto->mutable_trigger());
  }
}

}  // namespace mqwarden
