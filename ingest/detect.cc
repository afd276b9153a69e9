#include "mqwarden/ingest/detect.h"

#include <cstdint>

namespace mqwarden {
namespace {

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// Whether `text` begins like `shape`, in which A stands for an upper-case letter
// and all else for itself.
bool BeginsLike(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'A' && i > 0 ? !IsUpper(text[i]) : text[i] != shape[i]) {
      return false;
    }
  }
  return true;
}

uint32_t BigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}  // namespace

std::optional<InputFormat> DetectBinary(std::string_view head) {
  if (head.size() < kBinaryHeadBytes) return std::nullopt;
  const std::string_view eye = head.substr(0, 4);
  // In ASCII and in EBCDIC.
  if (eye == "MD  " || eye == "\xD4\xC4\x40\x40" || eye == "EPH " ||
      eye == "\xC5\xD7\xC8\x40") {
    return InputFormat::kPcf;
  }
  // MQCFH: its type and its length, in either byte order.
  constexpr uint32_t kHeaderBytes = 36;
  uint32_t type = BigEndian(head);
  uint32_t size = BigEndian(head.substr(4));
  if (size != kHeaderBytes) {
    type = __builtin_bswap32(type);
    size = __builtin_bswap32(size);
  }
  const bool is_header =
      size == kHeaderBytes && (type == 7 || type == 1 || type == 2 || type == 16);
  return is_header ? std::optional(InputFormat::kPcf) : std::nullopt;
}

std::optional<InputFormat> DetectObject(std::span<const JsonNode> nodes) {
  if (nodes.empty()) return std::nullopt;
  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const std::string_view key = nodes[i].key;
    if (key == "eventSource" || key == "eventType" || key == "eventReason" ||
        key == "eventData" || key == "eventCreation") {
      return InputFormat::kAmqsevt;
    }
    if (key == "kind") return InputFormat::kNdjson;
    if (key == "ibm_messageId") return InputFormat::kAmqerr;
    if (key == "connCorrel") return InputFormat::kOamok;
    if (key == "action" && (nodes[i].text == "authorise" ||
                            nodes[i].text == "authenticate")) {
      return InputFormat::kOamok;
    }
  }
  return std::nullopt;
}

std::optional<InputFormat> DetectMessageText(std::string_view line) {
  if (BeginsLike(line, "A AAA ")) return InputFormat::kDmpmqmsg;
  return std::nullopt;
}

}  // namespace mqwarden
