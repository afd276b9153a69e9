// Cuts a stream of bytes into JSON objects and the text between them, and finds
// the next object again after damage.
//
// It takes objects one after another in any layout, one a line, or as elements
// of an array, with text lines and byte order marks between them. Commas and
// brackets between objects are skipped.
//
// Damage. An object that breaks is left at the next place where an object of
//         this stream may begin: a `{` that is first on its line and no deeper
//         indented than the broken one; one with a first key that objects of
//         this stream begin with; one right after a `}`, or after a `},` when
//         the stream is an array. Behind text without a quote any does. The
//         search starts behind the broken object's own `{`, so an object that a
//         truncated one has swallowed is found again; one that a broken one has
//         as its own part is not taken for a record.
// Invariant: the items depend on the bytes alone, never on how they were cut.
// Cost:   linear; a byte is read again only when an object breaks, and then at
//         most once for each level that an object may nest.
// Memory: kMaxObjectBytes and one chunk.
#ifndef MQWARDEN_INGEST_RECORD_SPLITTER_H_
#define MQWARDEN_INGEST_RECORD_SPLITTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/ingest/json_scanner.h"

namespace mqwarden {

class RecordSplitter final {
 public:
  static constexpr size_t kMaxObjectBytes = 1 << 20;
  // As much of a text line as an item shows.
  static constexpr size_t kTextHeadBytes = 256;

  enum class ItemType : uint8_t {
    kObject,
    kText,       // a line, or the rest of one, that is no object
    kBroken,     // an object that is not even nearly JSON, behind its first key
    kTooLong,    // an object over kMaxObjectBytes
    kTruncated,  // an object that the end of the stream cuts off
  };
  struct Item {
    ItemType type = ItemType::kText;
    int64_t offset = 0;  // of its first byte in the stream
    // The object; otherwise as much as is worth showing.
    std::string_view bytes;
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

 private:
  enum class State : uint8_t {
    kBetween,
    kObject,
    kResync,    // looking for where to go on after a broken object
    kText,      // at the first byte of text
    kTextLine,  // in a text line whose item has been returned
  };
  enum class Start : uint8_t { kNo, kYes, kNeedsMore };

  bool SkipSeparators();
  bool TakeText(Item* item, bool* taken);
  bool TakeObject(Item* item, bool* taken);
  void Leave(ItemType type, Item* item);
  bool FindRestart();
  Start LooksLikeStart(size_t at) const;
  bool IsKnownFirstKey(std::string_view key) const;
  void RememberFirstKey();
  size_t Column(size_t at) const {
    return static_cast<size_t>(dropped_ + static_cast<int64_t>(at) - line_start_);
  }
  std::string_view Rest(size_t from) const {
    return std::string_view(buffer_).substr(from);
  }

  std::string buffer_;
  int64_t dropped_ = 0;  // bytes of the stream before buffer_
  size_t next_ = 0;      // first byte of buffer_ that is not dealt with
  bool finished_ = false;

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
