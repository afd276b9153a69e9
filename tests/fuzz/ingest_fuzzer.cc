// The reader on any bytes, see stream_fuzzing.h, and the scanner on their objects.
//
// The first byte of the input says how: its lowest bits choose the format, the
// rest the size of the chunks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/tests/fuzz/stream_fuzzing.h"

namespace {

// A scanner that has read other objects finds in one what a new one finds.
void CheckObjects(std::string_view bytes) {
  constexpr int kObjects = 32;
  using mqwarden::JsonScanner;
  JsonScanner reused;
  for (int round = 0; round < 2; ++round) {
    size_t at = bytes.find('{');
    for (int i = 0; i < kObjects && at != bytes.npos; ++i) {
      const std::string_view rest = bytes.substr(at);
      JsonScanner fresh;
      fresh.Start();
      reused.Start();
      const JsonScanner::Result result = fresh.Scan(rest);
      MQWARDEN_CHECK(reused.Scan(rest) == result &&
                         reused.position() == fresh.position() &&
                         reused.exact() == fresh.exact() &&
                         reused.nodes().size() == fresh.nodes().size(),
                     "an object is found as by a new scanner");
      for (size_t n = 0; n < fresh.nodes().size(); ++n) {
        const mqwarden::JsonNode& a = reused.nodes()[n];
        const mqwarden::JsonNode& b = fresh.nodes()[n];
        MQWARDEN_CHECK(a.key == b.key && a.text == b.text && a.end == b.end &&
                           a.type == b.type,
                       "its nodes are those that a new scanner finds");
      }
      const bool is_whole = result == JsonScanner::Result::kComplete;
      at = bytes.find('{', at + (is_whole ? fresh.position() : 1));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mqwarden::InputFormat;
  if (size == 0) return 0;
  const uint8_t how = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr InputFormat kFormats[] = {InputFormat::kAuto, InputFormat::kAmqsevt,
                                      InputFormat::kNdjson, InputFormat::kAuto};
  mqwarden::IngestOptions options;
  options.format = kFormats[how & 3];
  options.keep_raw = true;
  CheckObjects(bytes);
  const size_t chunk = 1 + (how >> 2);
  const std::string pieces = mqwarden::ReadStream(bytes, options, chunk);
  const std::string whole = mqwarden::ReadStream(bytes, options, size);
  MQWARDEN_CHECK(pieces == whole, "chunks do not show");
  // Plain lines have a reader of their own, but where filled fields are noted.
  options.explain = true;
  const std::string scanned = mqwarden::ReadStream(bytes, options, size);
  MQWARDEN_CHECK(scanned == whole, "how a line is read does not show");
  return 0;
}
