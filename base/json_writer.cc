#include "mqwarden/base/json_writer.h"

#include <charconv>
#include <cstddef>

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendEscape(unsigned char byte, std::string* out) {
  switch (byte) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 0xF]);
  }
}

template <typename Integer>
void AppendInteger(Integer value, std::string* out) {
  char digits[24];
  const std::to_chars_result end =
      std::to_chars(digits, digits + sizeof(digits), value);
  out->append(digits, end.ptr);
}

}  // namespace

// Most text needs no change, so bytes are appended in runs; only a byte that
// must not stand as it is ends the run.
void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  size_t run = 0;  // start of what is not appended yet
  size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80) {
      const Utf8Char c = DecodeUtf8(text.substr(at));
      if (c.valid) {
        at += c.size;
        continue;
      }
    } else if (byte >= 0x20 && byte != '"' && byte != '\\') {
      ++at;
      continue;
    }
    out->append(text, run, at - run);
    if (byte >= 0x80) {
      AppendUtf8(0xFFFD, out);
    } else {
      AppendEscape(byte, out);
    }
    run = ++at;
  }
  out->append(text, run, at - run);
  out->push_back('"');
}

void JsonWriter::Key(std::string_view key) {
  Comma();
  AppendJsonString(key, out_);
  out_->push_back(':');
  needs_comma_ = false;
}

void JsonWriter::String(std::string_view text) {
  Comma();
  AppendJsonString(text, out_);
}

void JsonWriter::Int(int64_t value) {
  Comma();
  AppendInteger(value, out_);
}

void JsonWriter::UInt(uint64_t value) {
  Comma();
  AppendInteger(value, out_);
}

void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }

void JsonWriter::Null() { Raw("null"); }

void JsonWriter::Raw(std::string_view json) {
  Comma();
  out_->append(json);
}

}  // namespace mqwarden
