// What a JSON object comes out of the scanner as: a flat list of nodes, which
// decoders walk without recursion.
#ifndef MQWARDEN_INGEST_JSON_NODE_H_
#define MQWARDEN_INGEST_JSON_NODE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqwarden {

enum class JsonType : uint8_t {
  kString, kNumber, kTrue, kFalse, kNull, kObject, kArray,
};

struct JsonNode {
  std::string_view key;   // of a member, without its escapes; "" of an element
  std::string_view text;  // of a string without its escapes; of a number as written
  uint32_t end = 0;       // index of the node after this one and all inside it
  JsonType type = JsonType::kNull;

  // Whether the key is that literal, in a few instructions.
  template <size_t kSize>
  bool has_key(const char (&literal)[kSize]) const {
    return key.size() == kSize - 1 &&
           std::memcmp(key.data(), literal, kSize - 1) == 0;
  }
  bool is_container() const {
    return type == JsonType::kObject || type == JsonType::kArray;
  }
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_JSON_NODE_H_
