#include "mqwarden/pipeline/language_server/message_framing.h"

#include <charconv>

namespace mqwarden {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:";

bool HasPrefixIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) {
      return false;
    }
  }
  return true;
}

std::optional<size_t> LengthIn(std::string_view header) {
  std::optional<size_t> length;
  while (!header.empty()) {
    const size_t end = header.find("\r\n");
    std::string_view line = header.substr(0, end);
    header = end == std::string_view::npos ? "" : header.substr(end + 2);
    if (!HasPrefixIgnoringCase(line, kLength)) continue;
    line.remove_prefix(kLength.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    while (line.ends_with(' ')) line.remove_suffix(1);
    size_t value = 0;
    const auto [rest, error] =
        std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc() || rest != line.data() + line.size() ||
        length.has_value()) {
      return std::nullopt;
    }
    length = value;
  }
  return length;
}

}  // namespace

void MessageReader::Append(std::string_view bytes) {
  if (broken_) return;
  if (at_ > 0 && at_ >= bytes_.size() / 2) {
    bytes_.erase(0, at_);
    body_.begin -= body_.end == 0 ? 0 : at_;
    body_.end -= body_.end == 0 ? 0 : at_;
    at_ = 0;
  }
  bytes_.append(bytes);
  ReadHeader();
}

void MessageReader::ReadHeader() {
  if (broken_ || body_.end != 0 || at_ == bytes_.size()) return;
  const std::string_view rest = std::string_view(bytes_).substr(at_);
  const size_t end = rest.substr(0, kMaxHeaderBytes).find(kEnd);
  if (end == std::string_view::npos) {
    broken_ = rest.size() >= kMaxHeaderBytes;
    return;
  }
  const std::optional<size_t> length = LengthIn(rest.substr(0, end));
  if (!length.has_value() || *length > kMaxMessageBytes) {
    broken_ = true;
    return;
  }
  body_.begin = at_ + end + kEnd.size();
  body_.end = body_.begin + *length;
}

bool MessageReader::has_message() const {
  return !broken_ && body_.end != 0 && bytes_.size() >= body_.end;
}

std::optional<std::string> MessageReader::Next() {
  if (!has_message()) return std::nullopt;
  std::string message =
      bytes_.substr(body_.begin, body_.end - body_.begin);
  at_ = body_.end;
  body_ = Body();
  ReadHeader();
  return message;
}

std::string Framed(std::string_view message) {
  std::string framed = "Content-Length: " + std::to_string(message.size());
  framed.append(kEnd).append(message);
  return framed;
}

}  // namespace mqwarden
