#include "mqwarden/ingest/detect.h"

#include <cstdint>

namespace mqwarden {
namespace {

uint32_t BigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}  // namespace

bool MayBeBinary(char first) {
  switch (static_cast<unsigned char>(first)) {
    case 0:  // a big-endian header; the types of others
    case 1:
    case 2:
    case 7:
    case 16:
    case 'M':  // eye-catchers, in ASCII and in EBCDIC
    case 0xD4:
    case 'E':
    case 0xC5:
      return true;
    default:
      return false;
  }
}

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

bool BeginsBinary(std::string_view head) {
  if (!DetectBinary(head).has_value()) return false;
  const auto first = static_cast<unsigned char>(head[0]);
  if (first <= 16) return true;  // a header, whose length was right
  const uint32_t version = BigEndian(head.substr(4));
  for (const uint32_t known : {1u, 2u}) {
    if (version == known || version == __builtin_bswap32(known)) return true;
  }
  return false;
}

std::optional<InputFormat> DetectObject(std::span<const JsonNode> nodes) {
  if (nodes.empty()) return std::nullopt;
  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    if (node.has_key("eventSource") || node.has_key("eventType") ||
        node.has_key("eventReason") || node.has_key("eventData") ||
        node.has_key("eventCreation")) {
      return InputFormat::kAmqsevt;
    }
    if (node.has_key("kind")) return InputFormat::kNdjson;
    if (node.has_key("ibm_messageId")) return InputFormat::kAmqerr;
    if (node.has_key("connCorrel")) return InputFormat::kOamok;
    if (node.has_key("action") && (nodes[i].text == "authorise" ||
                            nodes[i].text == "authenticate")) {
      return InputFormat::kOamok;
    }
  }
  return std::nullopt;
}

std::optional<InputFormat> DetectMessageText(std::string_view line) {
  constexpr std::string_view kVersion = "A VER ";
  while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() != kVersion.size() + 1 || !line.starts_with(kVersion) ||
      (line.back() != '1' && line.back() != '2')) {
    return std::nullopt;
  }
  return InputFormat::kDmpmqmsg;
}

}  // namespace mqwarden
