#include "mqwarden/ingest/formats/ndjson.h"

#include <cstdint>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/seconds.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kNdjsonSource = EnumCode(EnumType::kSource, "ndjson");
constexpr int64_t kAlertKind = EnumCode(EnumType::kKind, "alert");
constexpr int64_t kConfigKind = EnumCode(EnumType::kKind, "config");
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr size_t kShownBytes = 40;

std::optional<int64_t> IntegerOf(const JsonNode& node) {
  if (node.type != JsonType::kNumber) return std::nullopt;
  return ParseInteger(node.text);
}

// "reason is no int: 2035a".
Reject BadValue(const FieldInfo& field, const JsonNode& node) {
  std::string detail(field.name);
  detail += " is no ";
  detail += FieldTypeName(field.type);
  if (!node.text.empty()) {
    detail += ": ";
    detail += node.text.substr(0, kShownBytes);
  }
  return {kBadValue, std::move(detail)};
}

}  // namespace

std::optional<Reject> NdjsonDecoder::Decode(std::span<const JsonNode> nodes,
                                            Event* event) {
  nodes_ = nodes;
  event_ = event;
  unmapped_.clear();
  event->SetInt(FieldId::kSource, kNdjsonSource);

  size_t member = 0;
  for (size_t i = 1; i < nodes.size(); i = nodes[i].end, ++member) {
    const JsonNode& node = nodes[i];
    if (node.type == JsonType::kNull) continue;
    const FieldInfo* const field = FieldOf(node.key, member);
    if (field == nullptr || field->flags != 0) {
      if (node.key == "attr" && node.type != JsonType::kObject) {
        return Reject{kBadValue, "attr is no object"};
      }
      unmapped_.push_back(i);
    } else if (!SetField(*field, i)) {
      return BadValue(*field, node);
    }
  }
  if (!event->Has(FieldId::kKind)) return Reject{kNoKind, {}};
  const int64_t kind = event->Int(FieldId::kKind);
  if (kind == kAlertKind) {
    return Reject{kBadValue, "events of kind alert are not read"};
  }

  keeps_blanks_ = kind == kConfigKind || kind == kCommandKind;
  for (const size_t i : unmapped_) {
    const JsonNode& node = nodes[i];
    if (node.key == "attr") {
      AddAttrs(i + 1, node.end);
    } else {
      AddAttrs(i, node.end);
    }
  }
  return std::nullopt;
}

const FieldInfo* NdjsonDecoder::FieldOf(std::string_view key, size_t member) {
  if (member >= expected_.size()) return FindField(key);
  const FieldInfo*& expected = expected_[member];
  if (expected != nullptr && expected->name == key) return expected;
  const FieldInfo* const field = FindField(key);
  if (field != nullptr) expected = field;
  return field;
}

bool NdjsonDecoder::SetField(const FieldInfo& field, size_t at) {
  const JsonNode& node = nodes_[at];
  const bool is_text = node.type == JsonType::kString;
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      if (is_text) event_->SetText(field.id, node.text);
      return is_text;
    case FieldType::kEnum: {
      if (!is_text) return false;
      if (node.text.empty()) return true;
      const auto value = FindEnumValue(field.enum_type, node.text);
      if (value.has_value()) event_->SetInt(field.id, *value);
      return value.has_value();
    }
    case FieldType::kInt: {
      if (is_text && node.text.empty()) return true;
      const auto value = is_text ? FindMqConstant(node.text) : IntegerOf(node);
      if (value.has_value()) event_->SetInt(field.id, *value);
      return value.has_value();
    }
    case FieldType::kBool:
      if (node.type != JsonType::kTrue && node.type != JsonType::kFalse) {
        return false;
      }
      event_->SetInt(field.id, node.type == JsonType::kTrue ? 1 : 0);
      return true;
    case FieldType::kIp:
      if (!is_text) return false;
      if (const auto ip = ParseIp(node.text)) {
        event_->SetIp(field.id, *ip);
      } else {
        unmapped_.push_back(at);
      }
      return true;
    case FieldType::kTs: {
      if (is_text && node.text.empty()) return true;
      const auto nanos = IntegerOf(node);
      const auto time = is_text ? ParseTime(node.text)
                        : nanos.has_value()
                            ? std::optional(Time(Duration(*nanos)))
                            : std::nullopt;
      if (time.has_value()) {
        event_->SetInt(field.id, time->time_since_epoch().count());
      }
      return time.has_value();
    }
    case FieldType::kDuration: {
      if (node.type != JsonType::kNumber) return false;
      const auto nanos = ParseJsonSeconds(node.text);
      if (nanos.has_value()) event_->SetInt(field.id, *nanos);
      return nanos.has_value();
    }
    case FieldType::kList:
      return SetList(field.id, at);
    case FieldType::kReal:
      return false;  // no field of the catalogue is one
  }
  return false;
}

bool NdjsonDecoder::SetList(FieldId field, size_t at) {
  if (nodes_[at].type != JsonType::kArray) return false;
  words_.clear();
  for (size_t i = at + 1; i < nodes_[at].end; i = nodes_[i].end) {
    if (nodes_[i].type != JsonType::kString) return false;
    words_.push_back(nodes_[i].text);
  }
  event_->SetList(field, words_);
  return true;
}

// Groups are flattened: their members stand behind them.
void NdjsonDecoder::AddAttrs(size_t first, size_t end) {
  for (size_t i = first; i < end;) {
    const JsonNode& node = nodes_[i];
    if (node.type == JsonType::kArray && AddListAttr(i)) {
      i = node.end;
    } else {
      if (!node.is_container()) AddAttr(node.key, node);
      ++i;
    }
  }
}

void NdjsonDecoder::AddAttr(std::string_view name, const JsonNode& node) {
  // As rules write it.
  constexpr std::string_view kPrefix = "attr.";
  if (name.size() > kPrefix.size() && name.starts_with(kPrefix)) {
    name.remove_prefix(kPrefix.size());
  }
  MqParameter value;
  switch (node.type) {
    case JsonType::kNumber:
      value.parameter = ParameterByJsonKey(name);
      if (const auto number = IntegerOf(node)) {
        SetParameterNumber(*number, node.text, &value);
      } else {
        value.text = node.text;
      }
      break;
    case JsonType::kString:
      value.parameter = ParameterByJsonKey(name);
      SetParameterText(node.text, &value);
      // What was blank at its end in the file stays so.
      if (!value.has_number) value.text = node.text;
      break;
    case JsonType::kTrue:
      value.text = "true";
      break;
    case JsonType::kFalse:
      value.text = "false";
      break;
    default:
      return;
  }
  if (value.text.empty() && !keeps_blanks_) return;
  event_->AddAttr({name, value.text, value.number, value.has_number});
}

// The first element is the attr; where there are more, all of them joined are
// the attr of that name and `_list`. False for an array of groups.
bool NdjsonDecoder::AddListAttr(size_t array) {
  const JsonNode& node = nodes_[array];
  for (size_t i = array + 1; i < node.end; i = nodes_[i].end) {
    if (nodes_[i].is_container()) return false;
  }
  const size_t count = node.end - (array + 1);
  if (count > 0) AddAttr(node.key, nodes_[array + 1]);
  if (count <= 1) return true;
  scratch_.clear();
  for (size_t i = array + 1; i < node.end; ++i) {
    if (scratch_.size() > Event::kMaxAttrBytes) break;
    if (i > array + 1) scratch_ += ',';
    scratch_ += nodes_[i].text.substr(0, Event::kMaxAttrBytes);
  }
  std::string name(node.key);
  name += "_list";
  event_->CopyAttr({name, scratch_});
  return true;
}

}  // namespace mqwarden
