// The catalogue as text for people: what `mqwarden fields` prints, and the page
// schema/README.md.
#ifndef MQWARDEN_SCHEMA_FIELD_DOCS_H_
#define MQWARDEN_SCHEMA_FIELD_DOCS_H_

#include <string>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// Appends what `mqwarden fields QUERY` prints: plain text, lines that end in a
// newline. An empty query lists the kinds and the fields. Any other finds,
// without regard to case, fields and enum values by a part of their name, and
// IBM MQ constants by their number or by a part of their name or word (these
// last not where the query is the whole name of a field or value). Returns
// false and appends nothing when nothing is found.
bool AppendFieldDocs(std::string_view query, std::string* out);

// What the values of a type are: "one of a closed set of names, bare in rules".
std::string_view FieldTypeMeaning(FieldType type);

// The page schema/README.md, which //schema:write_readme rewrites.
std::string FieldDocsMarkdown();

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_FIELD_DOCS_H_
