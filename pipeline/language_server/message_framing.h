// The frames in which a client and a language server exchange messages:
//
//   Content-Length: 123\r\n
//   \r\n
//   {"jsonrpc":"2.0", …}       123 bytes
//
//   bytes of the client -> MessageReader -> LanguageServer -> Framed -> bytes
//
// Bytes may come in any pieces. A header that cannot be read tells nothing of
// where the next message begins, so the stream ends there. Not thread-safe.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_MESSAGE_FRAMING_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_MESSAGE_FRAMING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mqwarden {

class MessageReader final {
 public:
  // A header or a message longer than this breaks the stream.
  static constexpr size_t kMaxHeaderBytes = 4096;
  static constexpr size_t kMaxMessageBytes = size_t{64} << 20;

  void Append(std::string_view bytes);
  // The next whole message; nullopt where more bytes are needed or the stream is
  // broken.
  std::optional<std::string> Next();
  bool is_broken() const { return broken_; }
  // Whether Next() would give a message.
  bool has_message() const;

 private:
  // Where the body of a message begins and ends in `bytes_`.
  struct Body {
    size_t begin = 0;
    size_t end = 0;  // 0: its header is not whole yet
  };
  void ReadHeader();

  std::string bytes_;
  size_t at_ = 0;  // what is before it was given out
  Body body_;      // of the message at `at_`, once its header was read
  bool broken_ = false;
};

std::string Framed(std::string_view message);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_MESSAGE_FRAMING_H_
