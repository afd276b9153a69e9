// Reading bytes into comparable text, for the tests of the reader.
#ifndef MQWARDEN_TESTS_INGEST_INGEST_TESTING_H_
#define MQWARDEN_TESTS_INGEST_INGEST_TESTING_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/event_stream.h"

namespace mqwarden {

// All that a stream makes of some bytes.
struct Reading {
  std::vector<std::string> events;  // as NDJSON
  std::vector<int64_t> sequences;
  IngestStats stats;

  // Events and statistics, one a line: equal exactly when the readings are.
  std::string Dump() const;
  // How many records were rejected for `reason`.
  int64_t Rejected(std::string_view reason) const;
};

// Reads `bytes` in chunks of `chunk` bytes; 0: at once.
Reading ReadAll(std::string_view bytes, const IngestOptions& options = {},
                size_t chunk = 0);
// Reads `bytes` in two chunks.
Reading ReadSplit(std::string_view bytes, size_t split,
                  const IngestOptions& options = {});

// The bytes of a file below tests/ingest/.
std::string ReadTestFile(const std::string& name);
// Paths below tests/ingest/ of the files in one of its folders, sorted.
std::vector<std::string> ListTestFiles(const std::string& folder);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_INGEST_TESTING_H_
