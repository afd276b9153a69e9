#include "mqwarden/pipeline/language_server/json_value.h"

#include <charconv>
#include <system_error>

namespace mqwarden {

JsonValue JsonValue::operator[](std::string_view key) const {
  if (!is_object()) return JsonValue();
  for (size_t i = index_ + 1; i < node().end; i = nodes_[i].end) {
    if (nodes_[i].key == key) return {nodes_, i};
  }
  return JsonValue();
}

std::optional<int64_t> JsonValue::integer() const {
  if (!is(JsonType::kNumber)) return std::nullopt;
  const std::string_view text = node().text;
  int64_t value = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

void JsonValue::CopyScalar(JsonWriter* out) const {
  if (is_string()) {
    out->String(node().text);
  } else if (const auto number = integer(); number.has_value()) {
    out->Int(*number);
  } else {
    out->Null();
  }
}

bool JsonMessage::Parse(std::string_view bytes) {
  const auto is_space = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  };
  while (!bytes.empty() && is_space(bytes.front())) bytes.remove_prefix(1);
  while (!bytes.empty() && is_space(bytes.back())) bytes.remove_suffix(1);
  if (!bytes.starts_with('{')) return false;
  scanner_.Start();
  return scanner_.Scan(bytes) == JsonScanner::Result::kComplete &&
         scanner_.position() == bytes.size();
}

}  // namespace mqwarden
