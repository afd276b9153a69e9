// What `normalize --explain` prints of one event.
#ifndef MQWARDEN_CLI_EVENT_EXPLANATION_H_
#define MQWARDEN_CLI_EVENT_EXPLANATION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/ingest/provenance.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Appends a line that names the record and one for each field and attr: its name,
// its value, and what filled it. Escaped for terminals.
void AppendExplanation(const Event& event, const Provenance& provenance,
                       std::string_view path, int64_t offset,
                       std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_EVENT_EXPLANATION_H_
