#include "mqwarden/ingest/detect.h"

#include <cstdint>


namespace mqwarden {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

// Whether `text` begins like `shape`, in which 9 stands for a digit, A for an
// upper-case letter, and all else for itself.
bool BeginsLike(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == '9'   ? IsDigit(text[i])
                      : shape[i] == 'A' ? IsUpper(text[i])
                                        : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

uint32_t BigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

// `<34>`, `<118> Apr 18`.
bool BeginsWithPriority(std::string_view text) {
  const size_t close = text.find('>');
  if (!text.starts_with('<') || close < 2 || close > 4) return false;
  for (const char c : text.substr(1, close - 1)) {
    if (!IsDigit(c)) return false;
  }
  return true;
}

// `[4711.3 @ Fri ...`, which oamlog writes.
bool BeginsWithThread(std::string_view text) {
  if (!text.starts_with('[')) return false;
  const size_t at = text.find(" @ ");
  return at != text.npos && at <= 24 &&
         text.substr(1, at - 1).find_first_not_of("0123456789.") == text.npos;
}

std::optional<InputFormat> DetectCapitalware(std::string_view text) {
  constexpr std::string_view kTime = "9999/99/99 99:99:99.999";
  if (!BeginsLike(text, kTime)) return std::nullopt;
  text.remove_prefix(kTime.size());
  while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
  if (text.starts_with(" MQAUSX ")) return InputFormat::kMqausx;
  if (text.starts_with(", CONN, ") || text.starts_with(", DISC, ")) {
    return InputFormat::kMqcci;
  }
  if (text.starts_with(", MQ")) return InputFormat::kMqauditor;
  return std::nullopt;
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

std::optional<InputFormat> DetectText(std::string_view head) {
  if (head.starts_with("**** Message #")) return InputFormat::kAmqsevt;
  if (BeginsLike(head, "A AAA ")) return InputFormat::kDmpmqmsg;
  if (BeginsWithThread(head)) return InputFormat::kOamlog;
  if (const auto format = DetectCapitalware(head)) return format;
  if (Contains(head.substr(0, 64), " - Process(")) return InputFormat::kAmqerr;
  if (BeginsLike(head, "9999-99-99T99:99:99") &&
      Contains(head.substr(0, 48), " AMQ")) {
    return InputFormat::kAmqerr;
  }
  if (BeginsWithPriority(head)) return InputFormat::kSyslog;
  if (Contains(head, "LEEF:") || Contains(head, "QAUDJRN:")) {
    return InputFormat::kSyslog;
  }
  if (head.starts_with("ICH408I ") || head.starts_with("+CSQ") ||
      head.starts_with("CSQX")) {
    return InputFormat::kZos;
  }
  return std::nullopt;
}

}  // namespace mqwarden
