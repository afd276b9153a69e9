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
  // Up to 18 digits fit whatever they are.
  constexpr size_t kMaxDigits = 18;
  int64_t value = 0;
  if (!text.empty() && text.size() <= kMaxDigits) {
    size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      value = value * 10 + (text[i] - '0');
    }
    if (i == text.size()) return value;
    value = 0;
  }
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

bool MayBeNumber(const MqConstant& parameter) {
  return parameter.values_kind != MqKind::kNone || IsInteger(&parameter);
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
  MqParameter& p = AddKnown(key, ParameterByJsonKey(key));
  p.text = TrimPadding(text);
  return p;
}

MqParameter& MqRecord::AddKnown(std::string_view key,
                                const MqConstant* parameter) {
  const ParameterTraits traits = TraitsOf(parameter);
  MqParameter& p = parameters.emplace_back();
  p.parameter = parameter;
  p.key = parameter == nullptr ? key : parameter->json_key;
  p.role = traits.role;
  p.is_bytes = traits.is_bytes;
  p.is_secret = parameter == nullptr ? IsSecretKey(key) : traits.is_secret;
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
  if (kind == MqKind::kNone) return;
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
