// What an editor shows of a whole file: its symbols, what can be folded, the
// lenses that run tests, and the sorts of its words.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_OUTLINE_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_OUTLINE_H_

#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/pipeline/language_server/text_positions.h"

namespace mqwarden {

// Each writes the result of its request as one value.
void WriteDocumentSymbols(const SourceFile& file, PositionEncoding encoding,
                          JsonWriter* out);
void WriteFoldingRanges(const SourceFile& file, JsonWriter* out);
// A lens `run test` over each test, whose command is kRunTestCommand with the
// arguments URI, name and rule ("" outside any).
inline constexpr std::string_view kRunTestCommand = "mqwarden.runTest";
void WriteCodeLenses(const SourceFile& file, PositionEncoding encoding,
                     JsonWriter* out);

// The sorts of words, by the numbers in which WriteSemanticTokens() tells them.
void WriteSemanticTokenLegend(JsonWriter* out);
void WriteSemanticTokens(const SourceFile& file, PositionEncoding encoding,
                         JsonWriter* out);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_OUTLINE_H_
