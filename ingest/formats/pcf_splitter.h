// Cuts a stream of PCF messages, back to back, each behind an MQMD or an MQEPH
// or bare, and finds the next one again after damage.
//
// The end of a message follows from the lengths and counts in it alone: a group
// adds its members, which the header does not count.
//
// Damage. A message that breaks is left at the next place where one may begin;
//         the search starts behind the broken message's first byte, so a message
//         that a truncated one has swallowed is found again.
// Invariant: the items depend on the bytes alone, never on how they were cut.
// Cost:   linear. A structure is walked again only where a message breaks; a
//         stream that breaks so often that this adds up is searched behind the
//         break instead.
// Memory: two times kMaxPcfBytes and one chunk.
#ifndef MQWARDEN_INGEST_FORMATS_PCF_SPLITTER_H_
#define MQWARDEN_INGEST_FORMATS_PCF_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/pcf_layout.h"

namespace mqwarden {

class PcfSplitter final {
 public:
  enum class ItemType : uint8_t {
    kMessage,
    kNoMessage,  // bytes in which no message begins
    kBadLength,  // a message with a length or a count that cannot be
    kTooLong,    // a message over kMaxPcfBytes
    kTruncated,  // a message that ends before all of its parameters
  };
  struct Item {
    ItemType type = ItemType::kMessage;
    int64_t offset = 0;  // of its first byte in the stream
    // The message; otherwise as much as is worth showing.
    std::string_view bytes;
  };

  // Views of items before are no longer valid.
  void Append(std::string_view bytes);
  // Promises that nothing more will be appended.
  void Finish() { finished_ = true; }
  // Puts the next item into `*item` and returns true, or returns false when it
  // needs more bytes, or there are none.
  bool Next(Item* item);
  // With an item in which no message begins: gives up the bytes from there on, to
  // be read another way; nothing follows.
  std::string TakeRest();

 private:
  enum class State : uint8_t { kBetween, kMessage, kSearch };
  enum class Part : uint8_t { kMqmd, kEph, kHeader, kParameters };
  enum class Walked : uint8_t { kAll, kNeedsMore, kBroken };
  enum class Start : uint8_t { kNo, kYes, kNeedsMore };

  void BeginMessage();
  Walked Walk();
  Walked WalkFront();
  Walked WalkParameters();
  Walked Break(ItemType type) {
    broken_as_ = type;
    return Walked::kBroken;
  }
  bool Leave(ItemType type, Item* item);
  bool Search();
  Start BeginsMessage(size_t at) const;
  Start BeginsHeader(size_t at) const;
  bool HasBadHeader(size_t at) const;
  Walked DoubtLastStruct();
  std::string_view Rest(size_t from) const {
    return std::string_view(buffer_).substr(from);
  }
  // Whether the message has `size` bytes behind what has been walked.
  bool Has(size_t size) const {
    return buffer_.size() - next_ >= walked_ + size;
  }

  std::string buffer_;
  int64_t dropped_ = 0;  // bytes of the stream before buffer_
  size_t next_ = 0;      // first byte of buffer_ that is not dealt with
  bool finished_ = false;
  State state_ = State::kBetween;

  // Of the current message, from its first byte, next_.
  Part part_ = Part::kMqmd;
  size_t walked_ = 0;      // bytes; may be beyond those there are
  uint64_t pending_ = 0;   // parameters to come, members of groups included
  size_t header_at_ = 0;   // of MQCFH
  size_t last_struct_at_ = 0;
  bool is_eph_broken_ = false;
  size_t eph_end_ = 0;     // where an MQEPH says that it ends; 0: no MQEPH
  PcfOrder order_ = PcfOrder::kLittle;
  ItemType broken_as_ = ItemType::kBadLength;

  // Offsets in the stream: the end of the message before, and what of the broken
  // message is known to break again.
  int64_t message_end_ = -1;
  int64_t item_offset_ = 0;  // of what was shown as damage last
  int64_t broken_eph_ = -1;
  int64_t broken_header_ = -1;

  int64_t steps_ = 0;  // structures walked in all of the stream
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_PCF_SPLITTER_H_
