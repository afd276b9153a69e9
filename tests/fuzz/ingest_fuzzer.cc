// The reader on any bytes, see stream_fuzzing.h.
//
// The first byte of the input says how: its lowest bits choose the format, the
// rest the size of the chunks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/tests/fuzz/stream_fuzzing.h"

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
