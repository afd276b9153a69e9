// Reads the files that dmpmqmsg unloads queues to: for each message its MQMD as
// lines of `A CODE value`, then its data as lines `X hex`, `S "text"` or
// `T "text"`. `*` begins a comment; `N`, or an `A` line behind data, begins a
// further message.
//
// Little of this is published beyond the codes, so lines may be indented, blanks
// and unknown codes do not matter, and lines of no form are shown once a run.
//
// Invariant: the items depend on the bytes alone, never on how they were cut.
// Memory: one line of kMaxLineBytes, one message of kMaxPcfBytes and one chunk.
#ifndef MQWARDEN_INGEST_FORMATS_DMPMQMSG_H_
#define MQWARDEN_INGEST_FORMATS_DMPMQMSG_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/message_facts.h"
#include "mqwarden/ingest/formats/pcf_layout.h"

namespace mqwarden {

class DmpmqmsgReader final {
 public:
  // Room for a message in one line of hexadecimal digits.
  static constexpr size_t kMaxLineBytes = 2 * kMaxPcfBytes + 1024;

  enum class ItemType : uint8_t {
    kMessage,
    kNoMessage,  // lines of no form that is known
    kBadHex,     // a message with data that are no hexadecimal digits
    kTooLong,    // a message over kMaxPcfBytes
  };
  struct Item {
    ItemType type = ItemType::kMessage;
    int64_t offset = 0;     // of its first line in the stream
    std::string_view head;  // its text, as much as is worth showing
    std::string_view format;  // of the MQMD: "MQEVENT"; "" where none is stated
    std::string_view body;
    MessageFacts facts;
  };

  // Views of items before are no longer valid.
  void Append(std::string_view bytes);
  // Promises that nothing more will be appended.
  void Finish() { finished_ = true; }
  // Puts the next item into `*item` and returns true, or returns false when it
  // needs more bytes, or there are none. Its views are good until the next call.
  bool Next(Item* item);
  // With an item of lines of no known form: gives up the bytes from there on, to be
  // read another way. The message before them is still to come.
  std::string TakeRest();

 private:
  struct Message {
    int64_t offset = 0;
    bool begun = false;
    bool has_version = false;
    bool has_data = false;
    bool is_bad_hex = false;
    bool is_too_long = false;
    std::string head;
    std::string body;
    std::string format;
    std::string put_date;
    std::string put_time;
    std::string put_application;
    std::string message_id;
    std::string correlation_id;
    int32_t put_application_type = 0;
    int32_t encoding = 0;
    int32_t ccsid = 0;
  };

  bool TakeLine(std::string_view line, bool is_cut, Item* item);
  void Begin(std::string_view line);
  void SetAttribute(std::string_view code, std::string_view value);
  void AddData(char form, std::string_view value);
  void Give(Item* item);
  void ConsumeLine(size_t size);

  std::string buffer_;
  int64_t dropped_ = 0;     // bytes of the stream before buffer_
  size_t next_ = 0;         // first byte of buffer_ that is not dealt with
  size_t searched_ = 0;     // there is no end of a line before it
  bool finished_ = false;
  bool in_long_line_ = false;  // whose beginning has been dealt with
  bool in_unknown_ = false;    // lines of no form have been shown
  bool given_ = false;         // message_ was shown and is to be forgotten
  Message message_;
};

// Whether a file that begins so is one of dmpmqmsg: its first line that is no
// comment is `A VER 2` or the like, or `N`.
enum class DmpmqmsgHead : uint8_t { kNo, kYes, kNeedsMore };
DmpmqmsgHead BeginsDmpmqmsg(std::string_view head);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_DMPMQMSG_H_
