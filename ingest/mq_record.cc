#include "mqwarden/ingest/mq_record.h"

#include <charconv>
#include <system_error>

namespace mqwarden {
namespace {

bool IsInteger(const MqConstant* parameter) {
  return parameter != nullptr && parameter->name.starts_with("MQIA");
}

// `0x10009528`, as amqsevt prints error ids and some options.
std::optional<int64_t> ParseHex(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  text.remove_prefix(2);
  uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, 16);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::string_view TrimPadding(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) {
    text.remove_suffix(1);
  }
  return text;
}

void MqRecord::Clear() {
  source = 0;
  event_class = 0;
  reason = 0;
  time.reset();
  object_state.reset();
  correlation = {};
  qmgr = {};
  parameters.clear();
  elements.clear();
}

MqParameter& MqRecord::Add(std::string_view key, std::string_view text) {
  MqParameter& p = parameters.emplace_back();
  p.parameter = ParameterByJsonKey(key);
  p.key = p.parameter == nullptr ? key : p.parameter->json_key;
  p.role = RoleOf(p.parameter);
  p.text = TrimPadding(text);
  p.first_element = static_cast<uint32_t>(elements.size());
  return p;
}

void SetParameterNumber(int64_t number, std::string_view digits,
                        MqParameter* parameter) {
  parameter->number = number;
  parameter->has_number = true;
  parameter->text = digits;
  if (parameter->parameter == nullptr) return;
  const MqKind kind = parameter->parameter->values_kind;
  const std::string_view word = MqWord(kind, number);
  if (!word.empty()) parameter->text = word;
}

void SetParameterText(std::string_view text, MqParameter* parameter) {
  parameter->text = TrimPadding(text);
  if (parameter->parameter == nullptr || parameter->text.empty()) return;
  const MqKind kind = parameter->parameter->values_kind;
  std::optional<int64_t> number;
  if (kind != MqKind::kNone) number = MqValueOfWord(kind, parameter->text);
  // Older builds quote negative numbers; amqsevtg can print all as numbers.
  if (!number.has_value() && IsInteger(parameter->parameter)) {
    number = ParseInteger(parameter->text);
    if (!number.has_value()) number = ParseHex(parameter->text);
  }
  if (number.has_value()) SetParameterNumber(*number, parameter->text, parameter);
}

}  // namespace mqwarden
