// oamok, a module of the authorization service that logs what was allowed: one
// JSON object for every authentication and every authorization, on one line or
// on several.
//
// The module cuts an object at 1,023 bytes, with garbage and without a line end
// behind it; the splitter of the stream finds the object that follows.
#ifndef MQWARDEN_INGEST_FORMATS_OAMOK_H_
#define MQWARDEN_INGEST_FORMATS_OAMOK_H_

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What its keys become, in the order in which it writes them.
std::span<const FieldRow> OamokFields();

// Decodes one object. Thread-compatible.
class OamokObjectDecoder final {
 public:
  OamokObjectDecoder();

  // `*event` has been cleared; its texts are views of those of `nodes`.
  // `provenance` may be null. Returns why there is no event.
  std::optional<Reject> Decode(std::span<const JsonNode> nodes, Event* event,
                               Provenance* provenance);

 private:
  FieldLookup lookup_;
  std::vector<std::string_view> words_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_OAMOK_H_
