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
//
// Most lines are plain: no escape, no blank but one behind a colon or comma, no
// group but the attrs. DecodePlain() reads them from quote to quote without a
// scanner's pass, and gives no event at all where Decode() might give another one.
#ifndef MQWARDEN_INGEST_FORMATS_NDJSON_H_
#define MQWARDEN_INGEST_FORMATS_NDJSON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/formats/short_text.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/plain_line.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class NdjsonDecoder final {
 public:
  // `*event` has been cleared; its texts are views of those of `nodes`. Returns
  // why there is no event.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event);

  // The event of a line that is one object and nothing else, exactly as Decode()
  // makes it of the object's nodes. False when the line is not plain enough, is
  // perhaps of another format or is rejected: then `*event` is undefined, and the
  // line has to be read in full. The texts of `*event` are views of the line.
  bool DecodePlain(const PlainLine& line, Event* event);
  // Of the last plain line.
  std::string_view first_key() const { return first_key_; }

 private:
  enum class Set : uint8_t { kDone, kBad, kIsAttr };
  // The name of an enum value met before.
  struct KnownEnum {
    ShortText name;
    EnumType type = EnumType::kNone;
    int64_t value = 0;
  };
  static constexpr size_t kKnownEnums = 256;
  // What a member of the line before was.
  struct Expected {
    ShortText name;  // where it is short enough
    const FieldInfo* field = nullptr;
  };

  const FieldInfo* FieldOf(std::string_view key, size_t member);
  Set SetField(const FieldInfo& field, const JsonNode& node);
  bool AddPlainAttr(JsonNode node);
  // Of a plain line, so that bytes behind the text may be read.
  Set SetPadded(const FieldInfo& field, std::string_view text);
  std::optional<int64_t> EnumOf(EnumType type, std::string_view text);
  std::optional<int64_t> NanosOf(std::string_view text);
  bool SetList(FieldId field, size_t at);
  // Takes the fields that were not mapped, when the kind is known. Says why the
  // event is none.
  std::optional<Reject> Finish();
  void AddAttrs(size_t first, size_t end);
  void AddAttr(std::string_view name, const JsonNode& node);
  bool AddListAttr(size_t array);

  std::span<const JsonNode> nodes_;
  Event* event_ = nullptr;
  bool keeps_blanks_ = false;  // blank attrs are facts of definitions only
  std::vector<size_t> unmapped_;  // nodes that become attrs
  // Lines of one writer have mostly the same keys in the same order: the fields of
  // the members of the line before, by their place in it.
  std::array<Expected, 64> expected_;
  std::array<KnownEnum, kKnownEnums> known_enums_;
  // The minute of the last time, as it was written, and when it began.
  std::array<char, 16> minute_{};
  int64_t minute_start_ = -1;  // none yet
  std::vector<JsonNode> plain_nodes_;  // of a plain line, those that become attrs
  std::string_view first_key_;
  std::vector<std::string_view> words_;
  std::string scratch_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_NDJSON_H_
