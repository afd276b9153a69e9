// Which format a record is in, judged by its content alone.
//
// Stands between the splitter and the decoders. The decoders of text recognise
// the lines that begin their own records (see line_reader.h).
#ifndef MQWARDEN_INGEST_DETECT_H_
#define MQWARDEN_INGEST_DETECT_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/json_scanner.h"

namespace mqwarden {

// As many bytes of a stream as DetectBinary() wants to see.
inline constexpr size_t kBinaryHeadBytes = 8;

// The format of a stream that begins with bytes that are no text: PCF, bare or
// behind an MQMD or MQEPH. Nullopt for any other.
std::optional<InputFormat> DetectBinary(std::string_view head);

// The same in the middle of text, where `head` begins a line: an eye-catcher alone
// is not enough. MayBeBinary() is cheap, and never wrong about no.
bool MayBeBinary(char first);
bool BeginsBinary(std::string_view head);

// The format of a JSON object, by the first of its keys that only one format
// has; nullopt when it has none.
std::optional<InputFormat> DetectObject(std::span<const JsonNode> nodes);

// The format of messages in text that `line` is the first one of, `A VER 2` as
// dmpmqmsg unloads them; nullopt for a line of none.
std::optional<InputFormat> DetectMessageText(std::string_view line);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_DETECT_H_
