// Objects of JSON that are like one before but for the texts in them, found by
// comparing bytes.
//
// A program that prints events prints the same keys, brackets and blanks again
// and again. What the scanner has once taken apart is kept as the pieces of text
// between its strings and numbers; an object with the same pieces has the same
// nodes, and only the values have to be found.
//
// Invariant: Match() gives what the scanner gives, or nothing. Nothing is learned
//            but what is JSON as RFC 8259 has it.
// Bounds:    kMaxShapes, kMaxSteps, kMaxBytes; where they are reached all is
//            forgotten. Objects that are never like another are soon not learned.
// Cost:      benchmarks/decoder_benchmark.cc, amqsevt and oamok.
// Not thread-safe.
#ifndef MQWARDEN_INGEST_JSON_SHAPES_H_
#define MQWARDEN_INGEST_JSON_SHAPES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "mqwarden/base/arena.h"
#include "mqwarden/ingest/json_node.h"

namespace mqwarden {

struct JsonShape {
  uint32_t id = 0;  // not 0, and never given again
  // Their keys are the shape's own; their texts those of the last match.
  std::vector<JsonNode> nodes;
  std::vector<uint32_t> values;  // the nodes whose text differs, in order
};

class JsonShapes final {
 public:
  static constexpr size_t kMaxShapes = 256;
  static constexpr size_t kMaxSteps = 4 * 1024;
  static constexpr size_t kMaxBytes = 256 * 1024;
  // Of one object.
  static constexpr size_t kMaxObjectBytes = 16 * 1024;
  static constexpr size_t kMaxValues = 256;

  // The shape of the object that `bytes` begins with, its texts views of `bytes`,
  // and the object's size; null, and `*size` as it was, where it is not known or
  // has a value that has to be looked at closely. Good until the next call of
  // Learn() or Match().
  const JsonShape* Match(std::string_view bytes, size_t* size);

  // Learns from an object that was not matched, taken apart.
  void Learn(std::string_view object, std::span<const JsonNode> nodes);

 private:
  // A piece of text and the value behind it; those with the same pieces and values
  // before them share them.
  struct Step {
    const char* literal;
    uint32_t size;
    uint32_t next;     // another one in its place; 0: none
    uint32_t child;    // the first of those that follow; 0: none
    uint32_t shape;    // the object ends with it: index + 1; 0: a value follows
    bool is_number;    // of the value
  };

  bool MayLearn();
  uint32_t* FindOrAdd(uint32_t* first, std::string_view literal, bool is_number);
  void Forget();

  std::vector<Step> steps_ = std::vector<Step>(1);  // the first is none
  uint32_t first_ = 0;
  std::vector<std::unique_ptr<JsonShape>> shapes_;
  uint32_t last_id_ = 0;
  Arena texts_{4096};
  size_t text_bytes_ = 0;

  // Learning has to pay: it is given up where few objects are matched.
  int credit_ = 64;
  int misses_ = 0;
  std::vector<std::string_view> found_;  // values of the object being matched
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_JSON_SHAPES_H_
