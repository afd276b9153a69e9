// The tables of docs/sources.md, made from its samples and from the tables of the
// decoders.
#ifndef MQWARDEN_TESTS_DOCS_SOURCE_PAGE_H_
#define MQWARDEN_TESTS_DOCS_SOURCE_PAGE_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct SourcePage {
  std::string text;  // the page with its tables made anew
  std::vector<std::string> errors;
  int samples = 0;
  std::set<FieldId> filled;  // by the samples
  std::set<FieldId> listed;  // in the decoders' tables
};

// Between `<!-- fields -->`, `<!-- table: NAME -->` or `<!-- messages -->` and
// `<!-- end -->` stands what is made. Fields are those of the samples (fenced
// blocks marked `sample`) since the table before.
SourcePage MakeSourcePage(std::string_view page);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_DOCS_SOURCE_PAGE_H_
