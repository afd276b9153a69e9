// What holds of the reader on any bytes: it ends, it counts everything, and where
// the bytes were cut does not show.
#ifndef MQWARDEN_TESTS_FUZZ_STREAM_FUZZING_H_
#define MQWARDEN_TESTS_FUZZ_STREAM_FUZZING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/event_id.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {

// Reads `bytes` in chunks of `chunk` and shows all that comes out.
inline std::string ReadStream(std::string_view bytes,
                              const IngestOptions& options, size_t chunk) {
  std::string out;
  EventIdentity identity;
  EventStream stream(options, [&](Event& event) {
    // A copy owns its texts, so a view that has gone bad is read here.
    Event copy;
    copy.CopyFrom(event);
    identity.Assign(&copy);
    AppendEventJson(copy, &out);
    out += '\n';
  });
  // Through the decoder too: most inputs are plain, some are compressed.
  ByteDecoder decoder([&](std::string_view plain) { stream.Feed(plain); });
  while (!bytes.empty()) {
    const std::string piece(bytes.substr(0, chunk));
    bytes.remove_prefix(piece.size());
    decoder.Feed(piece);
  }
  decoder.Finish();
  stream.Finish();

  const IngestStats& stats = stream.stats();
  int64_t rejected = 0;
  for (const auto& [reason, count] : stats.rejected) {
    MQWARDEN_CHECK(count > 0, "a reason is there because of a record");
    MQWARDEN_CHECK(stats.samples.contains(reason), "each reason has a sample");
    rejected += count;
    out += reason + ' ' + std::to_string(count) + ' ' +
           std::to_string(stats.samples.at(reason).offset) + ' ' +
           stats.samples.at(reason).excerpt + '\n';
  }
  for (const auto& [what, count] : stats.passed_over) {
    MQWARDEN_CHECK(count > 0 && !what.empty(), "what is passed over is named");
    out += what + ' ' + std::to_string(count) + '\n';
  }
  MQWARDEN_CHECK(stats.records == stats.events + rejected,
                 "every record is an event or rejected");
  return out;
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FUZZ_STREAM_FUZZING_H_
