#include "mqwarden/pipeline/language_server/protocol_json.h"

namespace mqwarden {
namespace {

void WritePosition(const TextPosition& position, JsonWriter* out) {
  out->BeginObject();
  out->Key("line");
  out->Int(position.line);
  out->Key("character");
  out->Int(position.column);
  out->EndObject();
}

}  // namespace

void WriteRange(const LineIndex& lines, Span span, PositionEncoding encoding,
                JsonWriter* out) {
  out->BeginObject();
  out->Key("start");
  WritePosition(lines.PositionOf(span.begin, encoding), out);
  out->Key("end");
  WritePosition(lines.PositionOf(span.end, encoding), out);
  out->EndObject();
}

void WriteLocation(const SourceFile& file, Span span, PositionEncoding encoding,
                   JsonWriter* out) {
  out->BeginObject();
  out->Key("uri");
  out->String(file.uri());
  out->Key("range");
  WriteRange(file.lines(), span, encoding, out);
  out->EndObject();
}

void WriteEdit(const LineIndex& lines, Span span, std::string_view text,
               PositionEncoding encoding, JsonWriter* out) {
  out->BeginObject();
  out->Key("range");
  WriteRange(lines, span, encoding, out);
  out->Key("newText");
  out->String(text);
  out->EndObject();
}

void WriteMarkdown(std::string_view text, JsonWriter* out) {
  out->BeginObject();
  out->Key("kind");
  out->String("markdown");
  out->Key("value");
  out->String(text);
  out->EndObject();
}

std::optional<TextPosition> ReadPosition(JsonValue value) {
  const auto line = value["line"].integer();
  const auto column = value["character"].integer();
  if (!line.has_value() || !column.has_value() || *line < 0 || *column < 0) {
    return std::nullopt;
  }
  return TextPosition{*line, *column};
}

std::string EscapeMarkdown(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_{}[]<>()#+-!|&~";
  std::string escaped;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) escaped.push_back('\\');
    escaped.push_back(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
  }
  return escaped;
}

}  // namespace mqwarden
