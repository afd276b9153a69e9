// The goldens of the PCF decoder.
#ifndef MQWARDEN_TESTS_INGEST_PCF_GOLDENS_H_
#define MQWARDEN_TESTS_INGEST_PCF_GOLDENS_H_

#include <string>

#include "mqwarden/ingest/formats/pcf.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"

namespace mqwarden {

// A line `name event` for each case.
inline std::string RenderPcfGoldens() {
  std::string out;
  PcfDecoder decoder;
  for (const PcfEventCase& c : PcfEventCases()) {
    Event event;
    const std::string message = c.Message();
    const auto reject = decoder.Decode(message, {}, &event);
    out += c.name + ' ';
    if (reject.has_value()) {
      out += std::string(reject->reason) + ": " + reject->detail;
    } else {
      AppendEventJson(event, &out);
    }
    out += '\n';
  }
  return out;
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_PCF_GOLDENS_H_
