#include "mqwarden/ingest/formats/amqsevt_json.h"

#include <cstdint>
#include <cstring>
#include <string_view>

#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kBefore = EnumCode(EnumType::kObjectState, "before");
constexpr int64_t kAfter = EnumCode(EnumType::kObjectState, "after");
constexpr int64_t kAmqsevt = EnumCode(EnumType::kSource, "amqsevt");
constexpr int64_t kAmqsevtg = EnumCode(EnumType::kSource, "amqsevtg");

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
  size_t named = 0;
  for (size_t i = at + 1; i < node.end; i = nodes[i].end) {
    if (nodes[i].has_key("value")) {
      if (const auto number = NumberOf(nodes[i])) return *number;
    } else if (nodes[i].has_key("name")) {
      named = i;
    }
  }
  return named == 0 ? 0 : from_word(nodes[named]);
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
                                             Provenance* provenance,
                                             uint32_t shape) {
  nodes_ = nodes;
  Recall(shape);
  record_.Clear();
  command_end_ = 0;
  is_go_ = false;

  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    if (node.has_key("eventSource")) {
      ReadSource(i);
    } else if (node.has_key("eventType")) {
      record_.event_class = NamedNumber(nodes, i, MqKind::kCommand);
    } else if (node.has_key("eventReason")) {
      record_.reason = NamedNumber(nodes, i, MqKind::kReason);
    } else if (node.has_key("eventCreation")) {
      ReadCreation(i);
    } else if (node.has_key("eventData") && node.is_container()) {
      AddMembers(i + 1, node.end);
    } else if (node.has_key("objectState")) {
      const bool before = node.text.starts_with("Before");
      const bool after = node.text.starts_with("After");
      if (before || after) {
        record_.object_state = before ? kBefore : kAfter;
      }
    } else if (node.has_key("correlationID")) {
      record_.correlation = TrimPadding(node.text);
    } else {
      if (node.has_key("msgType") || (node.has_key("callbackReason") &&
                                    node.type == JsonType::kObject)) {
        is_go_ = true;
      }
      AddMembers(i, node.end);
    }
  }
  if (record_.event_class == 0 && record_.reason == 0) {
    return Reject{kBadValue, "neither an event type nor an event reason"};
  }
  record_.source = is_go_ ? kAmqsevtg : kAmqsevt;
  normalizer_.Normalize(record_, event, provenance);
  return std::nullopt;
}

// Makes known_ what is known of the shape. A few are kept; one that is met again
// after others have taken its place is learned again.
void AmqsevtDecoder::Recall(uint32_t shape) {
  known_ = {};
  if (shape == 0) return;
  constexpr size_t kShapes = 64;
  if (shapes_.empty()) shapes_.resize(kShapes);
  KnownShape& known = shapes_[shape % kShapes];
  if (known.shape != shape) {
    known.shape = shape;
    known.nodes.assign(nodes_.size(), {});
  }
  known_ = known.nodes;
}

void AmqsevtDecoder::ReadSource(size_t object) {
  for (size_t i = object + 1; i < nodes_[object].end; i = nodes_[i].end) {
    if (nodes_[i].has_key("queueManager")) is_go_ = true;
    if (nodes_[i].has_key("queueMgr") || nodes_[i].has_key("queueManager")) {
      record_.qmgr = TrimPadding(nodes_[i].text);
    }
  }
}

void AmqsevtDecoder::ReadCreation(size_t object) {
  std::optional<int64_t> epoch;
  std::string_view stamp;
  for (size_t i = object + 1; i < nodes_[object].end; i = nodes_[i].end) {
    if (nodes_[i].has_key("epoch")) epoch = NumberOf(nodes_[i]);
    if (nodes_[i].has_key("timeStamp")) stamp = TrimPadding(nodes_[i].text);
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
      if (node.has_key("commandData")) command_end_ = node.end;
      i = AddComposite(i) ? node.end : i + 1;
    } else if (node.type == JsonType::kArray) {
      i = AddList(i) ? node.end : i + 1;
    } else {
      if (node.type != JsonType::kNull && !node.key.empty()) {
        MqParameter& p = AddParameter(i);
        p.in_command = i < command_end_;
        SetScalar(i, &p);
      }
      ++i;
    }
  }
}

MqParameter& AmqsevtDecoder::AddParameter(size_t node) {
  const std::string_view key = nodes_[node].key;
  Known unknown;
  Known& known = known_.empty() ? unknown : known_[node];
  if (!known.has_key) {
    known.has_key = true;
    const MqConstant* const parameter = ParameterByJsonKey(key);
    known.parameter = record_.AddKnown(key, parameter);
    known.may_be_number = parameter != nullptr && MayBeNumber(*parameter);
    known.is_go = parameter != nullptr && key != parameter->json_key &&
                  key == parameter->go_key;
    record_.parameters.pop_back();
  }
  is_go_ |= known.is_go;
  MqParameter& p = record_.parameters.emplace_back(known.parameter);
  p.first_element = static_cast<uint32_t>(record_.elements.size());
  return p;
}

void AmqsevtDecoder::SetScalar(size_t node, MqParameter* parameter) {
  if (nodes_[node].type == JsonType::kNumber) {
    const auto number = NumberOf(nodes_[node]);
    if (number.has_value()) {
      return SetParameterNumber(*number, nodes_[node].text, parameter);
    }
  }
  const std::string_view text = TextOf(nodes_[node]);
  if (known_.empty()) return SetParameterText(text, parameter);
  if (!known_[node].may_be_number) {
    parameter->text = text;
    return;
  }
  SetWord(text, &known_[node], parameter);
}

// As SetParameterText(), which is asked where the word is another one.
void AmqsevtDecoder::SetWord(std::string_view text, Known* known,
                             MqParameter* parameter) {
  if (text.size() == known->word_size && !text.empty() &&
      std::memcmp(text.data(), known->word.data(), text.size()) == 0) {
    parameter->number = known->number;
    parameter->has_number = true;
    parameter->text = known->text;
    return;
  }
  SetParameterText(text, parameter);
  known->word_size = 0;
  // A text that is its own stays with its record.
  if (!parameter->has_number || text.size() > Known::kMaxWordBytes ||
      parameter->text.data() == text.data()) {
    return;
  }
  known->word_size = static_cast<uint8_t>(text.size());
  std::memcpy(known->word.data(), text.data(), text.size());
  known->text = parameter->text;
  known->number = parameter->number;
}

// Whether what is in an object or array are parameters of their own.
bool AmqsevtDecoder::IsGroupOf(size_t node) {
  using Form = Known::Form;
  if (!known_.empty() && known_[node].form != Form::kUnknown) {
    return known_[node].form == Form::kGroup;
  }
  const JsonNode& container = nodes_[node];
  const bool is_object = container.type == JsonType::kObject;
  bool is_group = container.key.empty();
  if (is_object && !is_group) {
    is_group = container.end == node + 1 ||
               IsGroup(ParameterByJsonKey(container.key));
  }
  for (size_t i = node + 1; i < container.end && !is_group; i = nodes_[i].end) {
    is_group = is_object ? !IsCompositeKey(nodes_[i].key)
                         : nodes_[i].is_container();
  }
  if (!known_.empty()) known_[node].form = is_group ? Form::kGroup : Form::kOne;
  return is_group;
}

// `{"options": N, "optionsString": [...]}`, `{"value": N, "valueHex": "0x..",
// "options": [...]}`, `{"name": word, "value": N}`: one parameter.
bool AmqsevtDecoder::AddComposite(size_t object) {
  const JsonNode& node = nodes_[object];
  if (IsGroupOf(object)) return false;
  MqParameter& p = AddParameter(object);
  p.in_command = object < command_end_;
  for (size_t i = object + 1; i < node.end; i = nodes_[i].end) {
    const JsonNode& member = nodes_[i];
    if (member.type == JsonType::kArray) {
      for (size_t j = i + 1; j < member.end; j = nodes_[j].end) {
        if (nodes_[j].is_container()) continue;
        record_.elements.push_back(TextOf(nodes_[j]));
        ++p.element_count;
      }
    } else if (member.has_key("value") || member.has_key("options")) {
      if (!known_.empty()) {
        known_[i].may_be_number =
            p.parameter != nullptr && MayBeNumber(*p.parameter);
      }
      SetScalar(i, &p);
    } else if (member.has_key("name") && p.text.empty()) {
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
    if (nodes_[i].has_key("name") && p.has_number) p.text = TextOf(nodes_[i]);
  }
  return true;
}

// A list of words, numbers or texts; false for an array of groups.
bool AmqsevtDecoder::AddList(size_t array) {
  const JsonNode& node = nodes_[array];
  if (IsGroupOf(array)) return false;
  MqParameter& p = AddParameter(array);
  p.in_command = array < command_end_;
  p.is_list = true;
  MqParameter element;
  element.parameter = p.parameter;
  const bool may_be_number =
      p.parameter != nullptr && MayBeNumber(*p.parameter);
  for (size_t i = array + 1; i < node.end; ++i) {
    if (nodes_[i].type == JsonType::kNull) continue;
    element.has_number = false;
    if (!known_.empty()) known_[i].may_be_number = may_be_number;
    SetScalar(i, &element);
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
