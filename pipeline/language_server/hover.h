// What is known of the word at a place: the meaning of a field, an enum value or a
// word of the language, the number of a constant, what a name of the set stands
// for, and how much memory a rule may take.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_HOVER_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_HOVER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/pipeline/language_server/workspace.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

struct HoverText {
  Span span;
  std::string markdown;
};

std::optional<HoverText> HoverAt(const Workspace& workspace, const RuleSet& set,
                                 const SourceFile& file, size_t offset);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_HOVER_H_
