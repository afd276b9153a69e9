// Reads one JSON object from bytes that nobody vouches for, in one pass that can
// stop at the end of any chunk and go on with the next.
//
// It is the first step of every JSON format: the object comes out as a flat list
// of nodes whose texts are views, which the decoders walk without recursion.
//
// Real `amqsevt` output is not always JSON, so the scanner takes more than
// RFC 8259 and says so in exact(): raw control bytes and bytes that are no UTF-8
// in strings, unknown escapes, whole numbers with leading zeros or a plus sign,
// and commas too many or too few. All else (a bare word, a bracket that closes
// the other kind, a brace where a key must stand) is kBroken.
//
// An object that is like one before but for its values is not taken apart again:
// see json_shapes.h.
//
// Invariant: the result depends on the bytes alone, never on how they were cut or
// on what was read before.
// Bounds: kMaxDepth levels, kMaxNodes nodes; beyond them the object is broken.
// Not thread-safe. Reused for many objects it allocates nothing.
#ifndef MQWARDEN_INGEST_JSON_SCANNER_H_
#define MQWARDEN_INGEST_JSON_SCANNER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mqwarden/base/arena.h"
#include "mqwarden/ingest/json_node.h"
#include "mqwarden/ingest/json_shapes.h"

namespace mqwarden {

class JsonScanner final {
 public:
  static constexpr int kMaxDepth = 32;
  static constexpr size_t kMaxNodes = 16 * 1024;

  enum class Result : uint8_t { kComplete, kNeedsMore, kBroken };

  // Forgets the object before, and its views.
  void Start();

  // `bytes` begins with the object's `{`. After kNeedsMore it is called again
  // with the same bytes and more behind them; they may have moved. What follows
  // the object is not looked at.
  Result Scan(std::string_view bytes);

  // After kComplete the size of the object; after kBroken where it broke.
  size_t position() const { return position_; }
  // Whether all so far was JSON as the RFC has it.
  bool exact() const { return exact_; }
  // After kComplete: the object itself, then all inside it in order. The views
  // live as long as the bytes and until the next Start().
  std::span<const JsonNode> nodes() const {
    return shape_ == nullptr ? std::span<const JsonNode>(nodes_)
                             : std::span<const JsonNode>(shape_->nodes);
  }
  // After kComplete, of an object whose keys, and the types of whose values, are
  // those of others: a number that it shares with them, and with no other objects
  // of this scanner. 0: it is not known to be like another.
  uint32_t shape() const { return shape_ == nullptr ? 0 : shape_->id; }

 private:
  enum class State : uint8_t {
    kFirstKey,      // after `{`
    kKey,           // after a comma of an object
    kColon,
    kValue,         // after a colon
    kFirstElement,  // after `[`
    kElement,       // after a comma of an array
    kAfterValue,
    kInKey,     // in the string of a key
    kInString,  // in a string value
    kInNumber,
    kInLiteral,
  };

  void Rebase(const char* begin);
  void EnterString(State state, const char* begin, const char** p);
  std::string_view StringText(std::string_view text);
  bool AddNode(JsonType type, std::string_view text);
  bool Open(JsonType type);
  bool Close(JsonType type);
  bool StartValue(char c);
  bool FinishNumber(std::string_view digits);

  Result ScanOn(std::string_view bytes);

  JsonShapes shapes_;
  const JsonShape* shape_ = nullptr;  // of the object, if it was found so

  Arena unescaped_{4096};
  std::vector<JsonNode> nodes_;
  std::array<uint32_t, kMaxDepth> open_;  // nodes of the containers around
  int depth_ = 0;
  bool in_object_ = false;  // the innermost container is an object
  const char* base_ = nullptr;  // of the bytes at the last call
  size_t size_ = 0;
  size_t position_ = 0;
  size_t token_ = 0;  // first byte of the string, number or literal
  std::string_view key_;
  State state_ = State::kValue;
  bool exact_ = true;
  bool has_escape_ = false;    // of the string being read
  bool has_non_ascii_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_JSON_SCANNER_H_
