// Pieces of messages that many answers have: places, edits, texts.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROTOCOL_JSON_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROTOCOL_JSON_H_

#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/pipeline/language_server/text_positions.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

// {"start":{…},"end":{…}} as a value.
void WriteRange(const LineIndex& lines, Span span, PositionEncoding encoding,
                JsonWriter* out);
// {"uri":…,"range":…}
void WriteLocation(const SourceFile& file, Span span, PositionEncoding encoding,
                   JsonWriter* out);
// {"range":…,"newText":…}
void WriteEdit(const LineIndex& lines, Span span, std::string_view text,
               PositionEncoding encoding, JsonWriter* out);
// {"kind":"markdown","value":…}
void WriteMarkdown(std::string_view text, JsonWriter* out);

// Nullopt for anything but {"line":N,"character":N}.
std::optional<TextPosition> ReadPosition(JsonValue value);

// `text` as Markdown shows it literally, on one line.
std::string EscapeMarkdown(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROTOCOL_JSON_H_
