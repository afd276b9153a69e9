// Diagnostics of a checked set as an editor gets them, and the repairs that it
// offers for them.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROBLEMS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROBLEMS_H_

#include <map>
#include <string>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/pipeline/language_server/text_positions.h"
#include "mqwarden/pipeline/language_server/workspace.h"

namespace mqwarden {

struct FileProblems {
  std::string uri;
  std::string json;  // an array of the protocol's diagnostics
};

// By path: every file of the set, with `[]` where nothing is wrong, and data
// files with something wrong in them.
std::map<std::string, FileProblems> ProblemsOf(const RuleSet& set,
                                               PositionEncoding encoding);

// An array of the repairs of what is wrong in `range` of the file: those that are
// certain, and names that were meant perhaps.
void WriteCodeActions(const RuleSet& set, const SourceFile& file, Span range,
                      PositionEncoding encoding, JsonWriter* out);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_PROBLEMS_H_
