// What a rule set defines, by name, for completion and hover: read from the trees
// of its files, so that a set with errors has its names too.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_SET_NAMES_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_SET_NAMES_H_

#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/workspace.h"

namespace mqwarden {

// "param", "list", "rule" and the like: the word that defines it.
struct SetName {
  std::string_view sort;
  std::string_view name;
  const SourceFile* file;
  Span span;  // of the whole definition
};

// In the order of the files and, within one, by sort. Views live as long as the
// set's files.
std::vector<SetName> NamesOf(const RuleSet& set);

// The definitions of one file in the order of the text.
std::vector<SetName> NamesOf(const SourceFile& file);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_SET_NAMES_H_
