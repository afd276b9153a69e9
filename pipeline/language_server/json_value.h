// Reading one message: JSON by name and position, where whatever is missing or of
// another type is simply absent, so that no message can be read wrongly.
//
//   bytes -> JsonMessage -> JsonValue: root["params"]["textDocument"]["uri"]
//
// A JsonValue is a view: the message and its bytes outlive it.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_JSON_VALUE_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_JSON_VALUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/ingest/json_scanner.h"

namespace mqwarden {

class JsonValue final {
 public:
  JsonValue() = default;  // absent
  JsonValue(std::span<const JsonNode> nodes, size_t index)
      : nodes_(nodes), index_(index) {}

  bool exists() const { return !nodes_.empty(); }
  bool is(JsonType type) const { return exists() && node().type == type; }
  bool is_object() const { return is(JsonType::kObject); }
  bool is_array() const { return is(JsonType::kArray); }
  bool is_string() const { return is(JsonType::kString); }

  // The member of that name; absent where this is no object or has none.
  JsonValue operator[](std::string_view key) const;
  // "" for anything but a string.
  std::string_view text() const {
    return is_string() ? node().text : std::string_view();
  }
  // Nullopt for anything but a whole number in range.
  std::optional<int64_t> integer() const;
  bool is_true() const { return is(JsonType::kTrue); }

  // Calls `visit` with each element of an array.
  template <typename Visit>
  void ForEach(Visit visit) const {
    if (!is_array()) return;
    for (size_t i = index_ + 1; i < node().end; i = nodes_[i].end) {
      visit(JsonValue(nodes_, i));
    }
  }

  // Calls `visit` with the name and value of each member of an object.
  template <typename Visit>
  void ForEachMember(Visit visit) const {
    if (!is_object()) return;
    for (size_t i = index_ + 1; i < node().end; i = nodes_[i].end) {
      visit(nodes_[i].key, JsonValue(nodes_, i));
    }
  }

  // Writes a string, number or null as it came.
  void CopyScalar(JsonWriter* out) const;

 private:
  const JsonNode& node() const { return nodes_[index_]; }

  std::span<const JsonNode> nodes_;
  size_t index_ = 0;
};

class JsonMessage final {
 public:
  // False where `bytes`, which must live on, is not one JSON object.
  bool Parse(std::string_view bytes);
  JsonValue root() const { return {scanner_.nodes(), 0}; }

 private:
  JsonScanner scanner_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_JSON_VALUE_H_
