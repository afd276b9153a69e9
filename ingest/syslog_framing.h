// Messages of syslog over TCP, one a line, whichever way they are framed.
//
// RFC 6587 has two ways: a length before each message (`83 <118>Apr 18 ...`), and
// a line end behind it. A sender may even mix them. Stands before the lines are
// cut: what comes out has one message a line. A line end within a message that is
// framed by its length becomes a blank.
#ifndef MQWARDEN_INGEST_SYSLOG_FRAMING_H_
#define MQWARDEN_INGEST_SYSLOG_FRAMING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/bytes.h"

namespace mqwarden {

// Thread-compatible. What comes out depends on the bytes alone, never on how they
// were cut.
class SyslogUnframer final {
 public:
  // A longer message is no frame.
  static constexpr size_t kMaxFrameBytes = 1 << 20;
  // As much of a stream as IsFramed() needs.
  static constexpr size_t kHeadBytes = 10;

  // Whether a stream that begins so is framed by lengths.
  static bool IsFramed(std::string_view head);

  // Appends to `*lines` what is known of them.
  void Append(std::string_view bytes, std::string* lines);
  // The end of the stream. A message that it cuts off is given as it is.
  void Finish(std::string* lines);

  // The state as bytes, and back. Load() fails the reader where it cannot be.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

 private:
  enum class State : uint8_t {
    kCount,     // within the digits of a length, kept in count_
    kFirst,     // at the first byte of a message
    kMessage,   // within it
    kLine,      // within a line that is not framed
  };

  void GiveUpFrame(std::string* lines);

  State state_ = State::kCount;
  std::string count_;
  size_t left_ = 0;  // bytes of the message still to come
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_SYSLOG_FRAMING_H_
