// A rule set that is compiled again and again while one text of it changes, as an
// editor's server does: each text is parsed once, and its tree is shared by every
// compilation that follows.
//
//   CompileRules(sources)  ==  CompileParsed(ParseSource of each source)
//
// A ParsedSource is immutable. Free functions, thread-safe.
#ifndef MQWARDEN_RULES_PARSED_SOURCE_H_
#define MQWARDEN_RULES_PARSED_SOURCE_H_

#include <memory>
#include <span>
#include <string>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {

struct ParsedSource {
  std::shared_ptr<const ast::File> tree;  // never null
  DiagnosticList diagnostics;             // the parser's
};

ParsedSource ParseSource(std::string path, std::string text);

// Paths are unique, as in a rule set they are.
CompileResult CompileParsed(std::span<const ParsedSource> sources,
                            FileReader* files, const CompileOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_PARSED_SOURCE_H_
