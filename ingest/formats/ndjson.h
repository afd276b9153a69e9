// Decodes one normalized event of NDJSON: keys are field names, values have the
// types of the catalogue, and an unknown key is an attr.
//
// Strict, because nothing stands between such a line and the rules: a value of
// the wrong type, an enum value or constant that does not exist, or a number
// that does not fit rejects the line. null, "" and [] are absent.
//   enum       one of its names
//   int        a whole number, or the name of an IBM MQ constant
//   ts         RFC 3339 with a zone, or whole nanoseconds since the epoch
//   duration   seconds, exact to the nanosecond, in any spelling of JSON
//   ip         an address; text that is none goes to the attr of that name
//   list       an array of texts
//   attr       an object; an enumerated parameter of IBM MQ gets its word and
//              its number, whichever of them is given; `"attr.NAME":` beside the
//              fields is the same
// Events of kind alert are made by the engine and never read.
#ifndef MQWARDEN_INGEST_FORMATS_NDJSON_H_
#define MQWARDEN_INGEST_FORMATS_NDJSON_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class NdjsonDecoder final {
 public:
  // `*event` has been cleared; its texts are views of those of `nodes`. Returns
  // why there is no event.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event);

 private:
  const FieldInfo* FieldOf(std::string_view key, size_t member);
  bool SetField(const FieldInfo& field, size_t at);
  bool SetList(FieldId field, size_t at);
  void AddAttrs(size_t first, size_t end);
  void AddAttr(std::string_view name, const JsonNode& node);
  bool AddListAttr(size_t array);

  std::span<const JsonNode> nodes_;
  Event* event_ = nullptr;
  bool keeps_blanks_ = false;  // blank attrs are facts of definitions only
  std::vector<size_t> unmapped_;  // nodes that become attrs
  // Lines of one writer have mostly the same keys in the same order: the fields of
  // the members of the line before, by their place in it.
  std::array<const FieldInfo*, 64> expected_{};
  std::vector<std::string_view> words_;
  std::string scratch_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_NDJSON_H_
