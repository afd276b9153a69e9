// Cuts a stream of bytes into JSON objects and the text between them, and finds
// the next object again after damage.
//
// It takes objects one after another in any layout, one a line, or as elements
// of an array, with text lines and byte order marks between them. Commas and
// brackets between objects are skipped.
//
// Text.   A line that begins no object is an item of its own, whole and with its
//         indentation. The caller says what it was: SkipLine() for a line of a
//         text record, behind which the next line follows; otherwise an object is
//         looked for inside of it. While text is being read, blank lines and
//         those that look like the punctuation of an array are items as well.
// Damage. An object that breaks is left at the next place where an object of
//         this stream may begin: a `{` that is first on its line and no deeper
//         indented than the broken one; one with a first key that objects of
//         this stream begin with; one right after a `}`, or after a `},` when
//         the stream is an array. Behind text without a quote any does. The
//         search starts behind the broken object's own `{`, so an object that a
//         truncated one has swallowed is found again; one that a broken one has
//         as its own part is not taken for a record. On the way each line that
//         might begin a record of text is an item; SkipLine() ends the search.
// Invariant: the items depend on the bytes alone, never on how they were cut.
// Cost:   linear; a byte is read again only when an object breaks, and then at
//         most once for each level that an object may nest.
// Memory: kMaxObjectBytes and one chunk.
#ifndef MQWARDEN_INGEST_RECORD_SPLITTER_H_
#define MQWARDEN_INGEST_RECORD_SPLITTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/ingest/json_scanner.h"

namespace mqwarden {

class RecordSplitter final {
 public:
  static constexpr size_t kMaxObjectBytes = 1 << 20;
  // A text line is cut there, and the rest of it passed over.
  static constexpr size_t kMaxLineBytes = 64 * 1024;

  enum class ItemType : uint8_t {
    kObject,
    kText,       // a line, or the rest of one, that is no object; without its end
    kBroken,     // an object that is not even nearly JSON, behind its first key
    kTooLong,    // an object over kMaxObjectBytes
    kTruncated,  // an object that the end of the stream cuts off
    kMessages,   // no text: messages in PCF begin with the line; see TakeRest()
  };
  struct Item {
    ItemType type = ItemType::kText;
    int64_t offset = 0;  // of its first byte in the stream
    // The object or the line; otherwise as much as is worth showing.
    std::string_view bytes;
    bool is_cut = false;          // a line over kMaxLineBytes
    bool is_punctuation = false;  // a line that may be of an array
    bool is_doubtful = false;     // a line that may be of a broken object
  };

  // Views of items before are no longer valid.
  void Append(std::string_view bytes);
  // Promises that nothing more will be appended.
  void Finish() { finished_ = true; }
  // Puts the next item into `*item` and returns true, or returns false when it
  // needs more bytes, or there are none. The views are good until the next call.
  bool Next(Item* item);
  // The object of the item just returned.
  const JsonScanner& object() const { return scanner_; }

  // Begins another stream, as if made anew.
  void Restart();
  // Since then: whether the items so far depend on nothing that stood before the
  // stream, were it a piece of one that is cut before a line that begins with `{`:
  // no text, no damage, no bracket of an array.
  bool has_only_objects() const { return has_only_objects_; }
  // Whether all that was appended is dealt with and what follows begins a line.
  bool at_line_start() const {
    return state_ == State::kBetween && at_line_start_ && next_ == buffer_.size();
  }
  // Where the bytes that follow stand in the stream.
  int64_t offset() const { return dropped_ + static_cast<int64_t>(next_); }
  // With at_line_start(): the next `bytes` of the stream were a line with one
  // object and nothing else, which somebody else has read.
  void PassObjectLine(size_t bytes, std::string_view first_key);
  std::span<const std::string> first_keys() const {
    return std::span(first_keys_).first(first_key_count_);
  }
  // With at_line_start(): somebody else has read the next `bytes` of the stream,
  // which were such a piece with `first_keys`.
  void PassObjects(size_t bytes, std::span<const std::string> first_keys);

  // What the line just returned was: one of a text record, or punctuation after
  // all. Without a word an object is looked for behind its first byte.
  void SkipLine();
  void ReadAsPunctuation();
  // Whether lines are looked at for messages in PCF.
  void set_finds_messages(bool finds) { finds_messages_ = finds; }
  // Gives up the bytes from `offset` on, that of the item just returned, to be read
  // another way.
  std::string TakeRest(int64_t offset);
  // Begins again where `offset` bytes of the stream have been read another way.
  void RestartAt(int64_t offset);
  // Whether no object is open, and nothing waits for more bytes.
  bool is_at_rest() const {
    return state_ != State::kObject && next_ == buffer_.size();
  }
  // Whether the objects are elements of an array.
  bool in_array() const { return in_array_; }
  void set_in_array(bool in_array) { in_array_ = in_array; }
  // Whether the lines that follow may belong to a record of text.
  void set_in_text(bool in_text) { in_text_ = in_text; }

 private:
  enum class State : uint8_t {
    kBetween,
    kObject,
    kResync,    // looking for where to go on after a broken object
    kText,      // at the first byte of text
    kTextLine,  // in a text line whose item has been returned
    kSkip,      // in a line that is dealt with
    kResyncLine,  // looking on, at the first byte of a line
    kDoubtful,    // the same, after the line's item has been returned
  };
  // Where the search for a restart stands.
  struct Search {
    size_t next;
    int64_t line_start;
    bool line_is_blank;
    bool line_has_quote;
    char last_byte;
    char byte_before;
  };
  enum class Start : uint8_t { kNo, kYes, kNeedsMore };
  // What the beginning of a line says of it.
  enum class Line : uint8_t { kNeedsMore, kBlank, kText, kObjects };

  Start BeginsMessages() const;

  void PassBytes(size_t bytes);
  Line JudgeLine();
  size_t FindLineEnd(size_t limit);
  void PassLineEnd();
  bool SkipSeparators();
  bool TakeText(Item* item, bool* taken);
  bool TakeObject(Item* item, bool* taken);
  void Leave(ItemType type, Item* item);
  bool FindRestart();
  bool HasRestart();
  bool OfferLine(Item* item, bool* taken);
  Start LooksLikeStart(size_t at) const;
  bool IsKnownFirstKey(std::string_view key) const;
  void RememberFirstKey();
  void RememberFirstKey(std::string_view key);
  size_t Column(size_t at) const {
    return static_cast<size_t>(dropped_ + static_cast<int64_t>(at) - line_start_);
  }
  std::string_view Rest(size_t from) const {
    return std::string_view(buffer_).substr(from);
  }

  std::string buffer_;
  int64_t dropped_ = 0;  // bytes of the stream before buffer_
  size_t next_ = 0;      // first byte of buffer_ that is not dealt with
  size_t searched_ = 0;  // no line ends between next_ and it
  bool finished_ = false;
  bool finds_messages_ = false;
  int64_t text_until_ = -1;  // a line that begins there, or before, is text
  bool at_line_start_ = true;  // next_ is the first byte of a line
  bool in_text_ = false;
  size_t text_start_ = 0;  // in buffer_, of the first byte of a line's text

  JsonScanner scanner_;
  State state_ = State::kBetween;
  int64_t line_start_ = 0;  // offset in the stream of the current line
  size_t column_ = 0;       // of the `{` of the current object

  // While looking for a restart: whether the line has nothing but separators so
  // far, whether it has a quote, and the last two bytes that are no white space.
  bool line_is_blank_ = true;
  bool line_has_quote_ = false;
  char last_byte_ = 0;
  char byte_before_ = 0;

  bool in_array_ = false;  // a `[` was seen between objects
  bool has_only_objects_ = true;
  // What stray brackets and quotes at the start of a line are the rest of.
  bool after_damage_ = false;
  bool after_object_ = false;

  // First keys of objects seen, so that one is known again inside damage. The
  // one of amqsevt is always known.
  std::array<std::string, 8> first_keys_;
  size_t first_key_count_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_RECORD_SPLITTER_H_
