// Writes one JSON value, piece by piece, to the end of a string. Every JSON
// text the project puts out goes through here.
//
// What comes out is valid JSON in valid UTF-8 whatever bytes the texts hold,
// has no white space, and depends on the calls alone: equal calls, equal bytes.
// The caller keeps the grammar (a Key before each member, Begin and End in
// pairs); commas are the writer's.
#ifndef MQWARDEN_BASE_JSON_WRITER_H_
#define MQWARDEN_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mqwarden {

// Appends `text` in quotes. Quote, backslash and the bytes below 0x20 are
// escaped; a byte that is no UTF-8 becomes U+FFFD; all else stands as it is.
void AppendJsonString(std::string_view text, std::string* out);

class JsonWriter {
 public:
  // `out` stays the caller's and must outlive the writer.
  explicit JsonWriter(std::string* out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  void Key(std::string_view key);

  void String(std::string_view text);
  void Int(int64_t value);
  void UInt(uint64_t value);
  void Bool(bool value);
  void Null();
  // `json` is a complete JSON value already, such as an exact number.
  void Raw(std::string_view json);

 private:
  void Comma() {
    if (needs_comma_) out_->push_back(',');
    needs_comma_ = true;
  }
  void Open(char bracket) {
    Comma();
    out_->push_back(bracket);
    needs_comma_ = false;
  }
  void Close(char bracket) {
    out_->push_back(bracket);
    needs_comma_ = true;
  }

  std::string* const out_;
  // Whether the next value or key follows another of its level. One flag serves
  // all levels: opening one clears it, closing one sets it.
  bool needs_comma_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_JSON_WRITER_H_
