// The reader on any bytes: it ends, it counts everything, and where the bytes
// were cut does not show.
//
// The first byte of the input says how: its lowest bits choose the format, the
// rest the size of the chunks.

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
namespace {

std::string Read(std::string_view bytes, InputFormat format, size_t chunk) {
  std::string out;
  EventIdentity identity;
  IngestOptions options;
  options.format = format;
  options.keep_raw = true;
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
  MQWARDEN_CHECK(stats.records == stats.events + rejected,
                 "every record is an event or rejected");
  return out;
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mqwarden::InputFormat;
  if (size == 0) return 0;
  const uint8_t how = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr InputFormat kFormats[] = {InputFormat::kAuto, InputFormat::kAmqsevt,
                                      InputFormat::kNdjson, InputFormat::kAuto};
  const InputFormat format = kFormats[how & 3];
  const size_t chunk = 1 + (how >> 2);
  const std::string pieces = mqwarden::Read(bytes, format, chunk);
  const std::string whole = mqwarden::Read(bytes, format, size);
  MQWARDEN_CHECK(pieces == whole, "chunks do not show");
  return 0;
}
