#include "mqwarden/ingest/formats/ndjson.h"

#include <cstdint>
#include <cstring>
#include <limits>

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

constexpr int64_t kPowersOfTen[] = {
    1,         10,         100,         1'000,        10'000,
    100'000,   1'000'000,  10'000'000,  100'000'000,  1'000'000'000};

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
    } else if (field->type == FieldType::kList) {
      if (!SetList(field->id, i)) return BadValue(*field, node);
    } else {
      const Set set = SetField(*field, node);
      if (set == Set::kBad) return BadValue(*field, node);
      if (set == Set::kIsAttr) unmapped_.push_back(i);
    }
  }
  return Finish();
}

std::optional<Reject> NdjsonDecoder::Finish() {
  if (!event_->Has(FieldId::kKind)) return Reject{kNoKind, {}};
  const int64_t kind = event_->Int(FieldId::kKind);
  if (kind == kAlertKind) {
    return Reject{kBadValue, "events of kind alert are not read"};
  }

  keeps_blanks_ = kind == kConfigKind || kind == kCommandKind;
  for (const size_t i : unmapped_) {
    const JsonNode& node = nodes_[i];
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
  Expected& expected = expected_[member];
  if (expected.field != nullptr && expected.field->name == key) {
    return expected.field;
  }
  const FieldInfo* const field = FindField(key);
  if (field != nullptr) {
    expected.field = field;
    expected.name = key.size() <= ShortText::kMaxBytes ? ShortText(key) : ShortText();
  }
  return field;
}

// All but lists.
NdjsonDecoder::Set NdjsonDecoder::SetField(const FieldInfo& field,
                                           const JsonNode& node) {
  const auto done = [](bool fits) { return fits ? Set::kDone : Set::kBad; };
  const bool is_text = node.type == JsonType::kString;
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      if (is_text) event_->SetText(field.id, node.text);
      return done(is_text);
    case FieldType::kEnum: {
      if (!is_text) return Set::kBad;
      if (node.text.empty()) return Set::kDone;
      const auto value = FindEnumValue(field.enum_type, node.text);
      if (value.has_value()) event_->SetInt(field.id, *value);
      return done(value.has_value());
    }
    case FieldType::kInt: {
      if (is_text && node.text.empty()) return Set::kDone;
      const auto value = is_text ? FindMqConstant(node.text) : IntegerOf(node);
      if (value.has_value()) event_->SetInt(field.id, *value);
      return done(value.has_value());
    }
    case FieldType::kBool:
      if (node.type != JsonType::kTrue && node.type != JsonType::kFalse) {
        return Set::kBad;
      }
      event_->SetInt(field.id, node.type == JsonType::kTrue ? 1 : 0);
      return Set::kDone;
    case FieldType::kIp:
      if (!is_text) return Set::kBad;
      if (const auto ip = ParseIp(node.text)) {
        event_->SetIp(field.id, *ip);
      } else {
        return Set::kIsAttr;
      }
      return Set::kDone;
    case FieldType::kTs: {
      if (is_text && node.text.empty()) return Set::kDone;
      const auto time = is_text ? NanosOf(node.text) : IntegerOf(node);
      if (time.has_value()) event_->SetInt(field.id, *time);
      return done(time.has_value());
    }
    case FieldType::kDuration: {
      if (node.type != JsonType::kNumber) return Set::kBad;
      const auto nanos = ParseJsonSeconds(node.text);
      if (nanos.has_value()) event_->SetInt(field.id, *nanos);
      return done(nanos.has_value());
    }
    case FieldType::kList:
    case FieldType::kReal:  // no field of the catalogue is one
      return Set::kBad;
  }
  return Set::kBad;
}

// FindEnumValue() for text that may be read beyond its end: the names of an enum
// are few and come again and again.
std::optional<int64_t> NdjsonDecoder::EnumOf(EnumType type, std::string_view text) {
  const size_t home = text.size() * 31 + static_cast<unsigned char>(text.front()) * 7 +
                      static_cast<unsigned char>(text.back()) +
                      static_cast<size_t>(type) * 64;
  KnownEnum& known = known_enums_[home % kKnownEnums];
  if (known.type == type && known.name.EqualsPadded(text)) return known.value;
  const auto value = FindEnumValue(type, text);
  if (value.has_value() && text.size() <= ShortText::kMaxBytes) {
    known = {ShortText(text), type, *value};
  }
  return value;
}

// ParseTime(), which times of one minute in UTC need only once.
std::optional<int64_t> NdjsonDecoder::NanosOf(std::string_view text) {
  // `2026-03-10T09:00:00Z`, with up to nine digits of a fraction.
  constexpr size_t kSecond = 17;
  constexpr size_t kWhole = 20;
  constexpr size_t kLongest = 30;
  const auto digit = [text](size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
  };
  int64_t nanos = 0;
  bool is_usual = text.size() >= kWhole && text.size() <= kLongest &&
                  text.back() == 'Z' && text[16] == ':' && digit(kSecond) <= 5 &&
                  digit(kSecond + 1) <= 9;
  if (is_usual) {
    if (text.size() > kWhole) {
      is_usual = text.size() > kWhole + 1 && text[kWhole - 1] == '.';
      size_t i = kWhole;
      for (; i + 1 < text.size(); ++i) {
        is_usual = is_usual && digit(i) <= 9;
        nanos = nanos * 10 + digit(i);
      }
      nanos *= kPowersOfTen[kLongest - 1 - i];
    }
    nanos += static_cast<int64_t>(digit(kSecond) * 10 + digit(kSecond + 1)) *
             kPowersOfTen[9];
  }
  if (is_usual && minute_start_ >= 0 &&
      std::memcmp(minute_.data(), text.data(), minute_.size()) == 0) {
    return minute_start_ + nanos;
  }
  const auto time = ParseTime(text);
  if (!time.has_value()) return std::nullopt;
  const int64_t count = time->time_since_epoch().count();
  // Near the ends of what fits, and before the epoch, each is parsed by itself.
  constexpr int64_t kLastMinute = std::numeric_limits<int64_t>::max() / 10 * 9;
  if (is_usual && count >= nanos && count < kLastMinute) {
    std::memcpy(minute_.data(), text.data(), minute_.size());
    minute_start_ = count - nanos;
  }
  return count;
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
