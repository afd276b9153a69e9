#include "mqwarden/tests/sinks/syslog_parser.h"

#include "mqwarden/base/time.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

// Each step takes what the grammar has next, or says why it cannot.
class Parser {
 public:
  Parser(std::string_view text, std::string* why) : text_(text), why_(*why) {}

  bool Parse(ParsedSyslog* out) {
    return Expect("<") && Number(3, 191, &out->priority) && Expect(">1 ") &&
           Timestamp(&out->time) && Expect(" ") && Word(255, &out->hostname) &&
           Expect(" ") && Word(48, &out->app_name) && Expect(" ") &&
           Word(128, &out->process) && Expect(" ") && Word(32, &out->message_id) &&
           Expect(" ") && Elements(out) && Body(out);
  }

 private:
  bool Fail(const char* why) {
    why_ = std::string(why) + " at " + std::to_string(at_);
    return false;
  }
  bool At(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool Expect(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return Fail("another byte expected");
    at_ += what.size();
    return true;
  }
  bool Number(size_t digits, int most, int* out) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      if (at_ - start == digits) return Fail("too many digits");
      *out = *out * 10 + (text_[at_++] - '0');
    }
    if (at_ == start) return Fail("no digits");
    if (text_[start] == '0' && at_ > start + 1) return Fail("leading zero");
    return *out <= most || Fail("number too large");
  }
  bool Word(size_t most, std::string* out) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] > ' ' && text_[at_] < 0x7F) ++at_;
    *out = text_.substr(start, at_ - start);
    return (!out->empty() && out->size() <= most) || Fail("no word, or too long");
  }
  bool Timestamp(std::string* out) {
    if (!Word(32, out)) return false;
    const size_t point = out->find('.');
    if (point != std::string::npos && out->size() - point - 2 > 6) {
      return Fail("more than six digits of fraction");
    }
    return ParseTime(*out).has_value() || Fail("no time");
  }
  bool Name(std::string* out) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] > ' ' && text_[at_] < 0x7F &&
           text_[at_] != '=' && text_[at_] != ']' && text_[at_] != '"') {
      ++at_;
    }
    *out = text_.substr(start, at_ - start);
    return (!out->empty() && out->size() <= 32) || Fail("no name, or too long");
  }
  bool Value(std::string* out) {
    if (!Expect("\"")) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      char c = text_[at_++];
      if (c == ']') return Fail("bare bracket");
      if (c == '\\') {
        if (at_ == text_.size()) return Fail("cut escape");
        c = text_[at_++];
        if (c != '"' && c != '\\' && c != ']') return Fail("needless escape");
      }
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) return Fail("control");
      out->push_back(c);
    }
    return Expect("\"") && (IsValidUtf8(*out) || Fail("value is no UTF-8"));
  }
  bool Elements(ParsedSyslog* out) {
    if (At('-')) return Expect("-");
    if (!At('[')) return Fail("no structured data");
    while (At('[')) {
      ++at_;
      ParsedSyslog::Element element;
      if (!Name(&element.id)) return false;
      for (const auto& other : out->elements) {
        if (other.id == element.id) return Fail("an element twice");
      }
      while (At(' ')) {
        ++at_;
        std::string name;
        std::string value;
        if (!Name(&name) || !Expect("=") || !Value(&value)) return false;
        element.params.emplace_back(std::move(name), std::move(value));
      }
      if (!Expect("]")) return false;
      out->elements.push_back(std::move(element));
    }
    return true;
  }
  bool Body(ParsedSyslog* out) {
    if (at_ == text_.size()) return true;
    if (!Expect(" ")) return false;
    std::string_view body = text_.substr(at_);
    out->byte_order_mark = body.starts_with("\xEF\xBB\xBF");
    if (out->byte_order_mark) body.remove_prefix(3);
    for (const char c : body) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < ' ' || byte == 0x7F) return Fail("control in the body");
      if (byte >= 0x80 && !out->byte_order_mark) return Fail("unmarked UTF-8");
    }
    if (!IsValidUtf8(body)) return Fail("body is no UTF-8");
    out->body = body;
    return true;
  }

  const std::string_view text_;
  std::string& why_;
  size_t at_ = 0;
};

}  // namespace

std::string ParsedSyslog::Element::Value(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return "";
}

std::optional<ParsedSyslog> ParseSyslog(std::string_view message,
                                        std::string* why) {
  ParsedSyslog parsed;
  if (!Parser(message, why).Parse(&parsed)) return std::nullopt;
  return parsed;
}

std::optional<std::vector<std::string>> UnframeCounted(std::string_view stream) {
  std::vector<std::string> messages;
  while (!stream.empty()) {
    size_t size = 0;
    size_t at = 0;
    while (at < stream.size() && at < 8 && stream[at] >= '0' && stream[at] <= '9') {
      size = size * 10 + static_cast<size_t>(stream[at++] - '0');
    }
    if (at == 0 || stream[0] == '0' || at == stream.size() || stream[at] != ' ' ||
        stream.size() - at - 1 < size) {
      return std::nullopt;
    }
    messages.emplace_back(stream.substr(at + 1, size));
    stream.remove_prefix(at + 1 + size);
  }
  return messages;
}

std::optional<std::vector<std::string>> UnframeLines(std::string_view stream) {
  std::vector<std::string> messages;
  while (!stream.empty()) {
    const size_t end = stream.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    messages.emplace_back(stream.substr(0, end));
    stream.remove_prefix(end + 1);
  }
  return messages;
}

}  // namespace mqwarden
