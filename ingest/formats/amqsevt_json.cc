#include "mqwarden/ingest/formats/amqsevt_json.h"

#include <cstdint>
#include <string_view>

#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// Epochs beyond it do not fit nanoseconds in 64 bits.
constexpr int64_t kMaxEpochSeconds = 9'223'372'035;
constexpr int kFractionDigits = 9;

std::optional<int64_t> NumberOf(const JsonNode& node) {
  if (node.type != JsonType::kNumber && node.type != JsonType::kString) {
    return std::nullopt;
  }
  std::string_view text = TrimPadding(node.text);
  if (text.starts_with('+')) text.remove_prefix(1);
  return ParseInteger(text);
}

// The number of `{"name": word, "value": number}`, of a number alone, or of the
// word of it in `kind`.
int64_t NamedNumber(std::span<const JsonNode> nodes, size_t at, MqKind kind) {
  const auto from_word = [kind](const JsonNode& node) {
    return MqValueOfWord(kind, TrimPadding(node.text)).value_or(0);
  };
  const JsonNode& node = nodes[at];
  if (node.type != JsonType::kObject) {
    const auto number = NumberOf(node);
    return number.has_value() ? *number : from_word(node);
  }
  int64_t named = 0;
  for (size_t i = at + 1; i < node.end; i = nodes[i].end) {
    if (nodes[i].key == "value") {
      if (const auto number = NumberOf(nodes[i])) return *number;
    } else if (nodes[i].key == "name") {
      named = from_word(nodes[i]);
    }
  }
  return named;
}

// The nanoseconds of the fraction of `2026-07-20T15:17:56.99Z`.
int64_t FractionOf(std::string_view stamp) {
  const size_t point = stamp.find('.');
  if (point == stamp.npos) return 0;
  int64_t nanos = 0;
  int digits = 0;
  for (size_t i = point + 1; i < stamp.size() && digits < kFractionDigits; ++i) {
    if (stamp[i] < '0' || stamp[i] > '9') break;
    nanos = nanos * 10 + (stamp[i] - '0');
    ++digits;
  }
  for (; digits < kFractionDigits; ++digits) nanos *= 10;
  return nanos;
}

std::string_view TextOf(const JsonNode& node) {
  switch (node.type) {
    case JsonType::kTrue:
      return "true";
    case JsonType::kFalse:
      return "false";
    default:
      return TrimPadding(node.text);
  }
}

// A member of an object that stands for one value, not for a group.
bool IsCompositeKey(std::string_view key) {
  return key == "name" || key == "value" || key == "valueHex" ||
         key == "options" || key == "optionsString";
}

bool IsGroup(const MqConstant* parameter) {
  return parameter != nullptr && parameter->name.starts_with("MQGA");
}

}  // namespace

std::optional<Reject> AmqsevtDecoder::Decode(std::span<const JsonNode> nodes,
                                             Event* event,
                                             Provenance* provenance) {
  nodes_ = nodes;
  record_.Clear();
  command_end_ = 0;
  is_go_ = false;

  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    if (node.key == "eventSource") {
      ReadSource(i);
    } else if (node.key == "eventType") {
      record_.event_class = NamedNumber(nodes, i, MqKind::kCommand);
    } else if (node.key == "eventReason") {
      record_.reason = NamedNumber(nodes, i, MqKind::kReason);
    } else if (node.key == "eventCreation") {
      ReadCreation(i);
    } else if (node.key == "eventData" && node.is_container()) {
      AddMembers(i + 1, node.end);
    } else if (node.key == "objectState") {
      const bool before = node.text.starts_with("Before");
      const bool after = node.text.starts_with("After");
      if (before || after) {
        record_.object_state = *FindEnumValue(EnumType::kObjectState,
                                              before ? "before" : "after");
      }
    } else if (node.key == "correlationID") {
      record_.correlation = TrimPadding(node.text);
    } else {
      if (node.key == "msgType" || (node.key == "callbackReason" &&
                                    node.type == JsonType::kObject)) {
        is_go_ = true;
      }
      AddMembers(i, node.end);
    }
  }
  if (record_.event_class == 0 && record_.reason == 0) {
    return Reject{kBadValue, "neither an event type nor an event reason"};
  }
  record_.source = *FindEnumValue(EnumType::kSource,
                                  is_go_ ? "amqsevtg" : "amqsevt");
  normalizer_.Normalize(record_, event, provenance);
  return std::nullopt;
}

void AmqsevtDecoder::ReadSource(size_t object) {
  for (size_t i = object + 1; i < nodes_[object].end; i = nodes_[i].end) {
    if (nodes_[i].key == "queueManager") is_go_ = true;
    if (nodes_[i].key == "queueMgr" || nodes_[i].key == "queueManager") {
      record_.qmgr = TrimPadding(nodes_[i].text);
    }
  }
}

void AmqsevtDecoder::ReadCreation(size_t object) {
  std::optional<int64_t> epoch;
  std::string_view stamp;
  for (size_t i = object + 1; i < nodes_[object].end; i = nodes_[i].end) {
    if (nodes_[i].key == "epoch") epoch = NumberOf(nodes_[i]);
    if (nodes_[i].key == "timeStamp") stamp = TrimPadding(nodes_[i].text);
  }
  if (stamp.find('.') != stamp.npos) is_go_ = true;
  if (epoch.has_value() && *epoch >= -kMaxEpochSeconds &&
      *epoch <= kMaxEpochSeconds) {
    const int64_t nanos = *epoch * kNanosPerSecond + FractionOf(stamp);
    record_.time = Time(Duration(nanos));
  } else if (!epoch.has_value()) {
    record_.time = ParseTime(stamp);
  }
}

// One parameter for each member in [first, end), those of groups at any depth
// included: the nodes stand in order, so that going on with the next one goes
// into a group.
void AmqsevtDecoder::AddMembers(size_t first, size_t end) {
  for (size_t i = first; i < end;) {
    const JsonNode& node = nodes_[i];
    if (node.type == JsonType::kObject) {
      if (node.key == "commandData") command_end_ = node.end;
      i = AddComposite(i) ? node.end : i + 1;
    } else if (node.type == JsonType::kArray) {
      i = AddList(i) ? node.end : i + 1;
    } else {
      if (node.type != JsonType::kNull && !node.key.empty()) {
        MqParameter& p = AddParameter(node.key);
        p.in_command = i < command_end_;
        SetScalar(node, &p);
      }
      ++i;
    }
  }
}

MqParameter& AmqsevtDecoder::AddParameter(std::string_view key) {
  MqParameter& p = record_.Add(key, {});
  if (p.parameter != nullptr && key != p.parameter->json_key &&
      key == p.parameter->go_key) {
    is_go_ = true;
  }
  return p;
}

void AmqsevtDecoder::SetScalar(const JsonNode& node, MqParameter* parameter) {
  if (node.type == JsonType::kNumber) {
    const auto number = NumberOf(node);
    if (number.has_value()) {
      return SetParameterNumber(*number, node.text, parameter);
    }
  }
  SetParameterText(TextOf(node), parameter);
}

// `{"options": N, "optionsString": [...]}`, `{"value": N, "valueHex": "0x..",
// "options": [...]}`, `{"name": word, "value": N}`: one parameter.
bool AmqsevtDecoder::AddComposite(size_t object) {
  const JsonNode& node = nodes_[object];
  if (node.key.empty() || node.end == object + 1 ||
      IsGroup(ParameterByJsonKey(node.key))) {
    return false;
  }
  for (size_t i = object + 1; i < node.end; i = nodes_[i].end) {
    if (!IsCompositeKey(nodes_[i].key)) return false;
  }
  MqParameter& p = AddParameter(node.key);
  p.in_command = object < command_end_;
  for (size_t i = object + 1; i < node.end; i = nodes_[i].end) {
    const JsonNode& member = nodes_[i];
    if (member.type == JsonType::kArray) {
      for (size_t j = i + 1; j < member.end; j = nodes_[j].end) {
        if (nodes_[j].is_container()) continue;
        record_.elements.push_back(TextOf(nodes_[j]));
        ++p.element_count;
      }
    } else if (member.key == "value" || member.key == "options") {
      SetScalar(member, &p);
    } else if (member.key == "name" && p.text.empty()) {
      SetParameterText(TextOf(member), &p);
    }
  }
  // The tokens of options say no more than their bits.
  if (p.has_number) {
    record_.elements.resize(p.first_element);
    p.element_count = 0;
  }
  // The name is the better text of a number that has no word of its own.
  for (size_t i = object + 1; i < node.end; i = nodes_[i].end) {
    if (nodes_[i].key == "name" && p.has_number) p.text = TextOf(nodes_[i]);
  }
  return true;
}

// A list of words, numbers or texts; false for an array of groups.
bool AmqsevtDecoder::AddList(size_t array) {
  const JsonNode& node = nodes_[array];
  if (node.key.empty()) return false;
  for (size_t i = array + 1; i < node.end; i = nodes_[i].end) {
    if (nodes_[i].is_container()) return false;
  }
  MqParameter& p = AddParameter(node.key);
  p.in_command = array < command_end_;
  p.is_list = true;
  MqParameter element;
  element.parameter = p.parameter;
  for (size_t i = array + 1; i < node.end; ++i) {
    if (nodes_[i].type == JsonType::kNull) continue;
    element.has_number = false;
    SetScalar(nodes_[i], &element);
    record_.elements.push_back(element.text);
    ++p.element_count;
    if (p.element_count == 1) {
      p.text = element.text;
      p.number = element.number;
      p.has_number = element.has_number;
    }
  }
  return true;
}

}  // namespace mqwarden
