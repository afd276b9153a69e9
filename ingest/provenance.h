// Which word of a source filled which field of an event; kept only where
// somebody asks for it (`normalize --explain`).
#ifndef MQWARDEN_INGEST_PROVENANCE_H_
#define MQWARDEN_INGEST_PROVENANCE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct Provenance {
  // The source's own name of what was read, and the field that it filled. A
  // field that nothing is noted for was derived from others.
  std::vector<std::pair<std::string, FieldId>> filled;

  void Note(std::string_view source, FieldId field) {
    filled.emplace_back(source, field);
  }
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_PROVENANCE_H_
