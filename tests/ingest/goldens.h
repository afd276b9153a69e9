// The text of a golden of the reader.
#ifndef MQWARDEN_TESTS_INGEST_GOLDENS_H_
#define MQWARDEN_TESTS_INGEST_GOLDENS_H_

#include <string>

#include "mqwarden/tests/ingest/ingest_testing.h"

namespace mqwarden {

inline std::string RenderGolden(const Reading& reading) {
  std::string out;
  for (const std::string& event : reading.events) out += event + '\n';
  for (const auto& [reason, count] : reading.stats.rejected) {
    const RejectSample& sample = reading.stats.samples.at(reason);
    out += "rejected " + reason + " " + std::to_string(count) + ", first at " +
           std::to_string(sample.offset) + ": " + sample.detail + "\n";
  }
  return out;
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_GOLDENS_H_
