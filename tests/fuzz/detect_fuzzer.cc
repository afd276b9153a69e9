// Recognition of formats: any bytes, read by content or as any one format, with
// and without a note of what fills what.
//
// The first byte of the input says how: its lowest four bits choose the format,
// the rest the size of the chunks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/tests/fuzz/stream_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mqwarden::InputFormat;
  if (size == 0) return 0;
  const uint8_t how = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr int kFormats = static_cast<int>(InputFormat::kNdjson) + 1;
  mqwarden::IngestOptions options;
  options.format = static_cast<InputFormat>((how & 15) % kFormats);
  options.text.from = mqwarden::Time(std::chrono::seconds(1'767'225'600));
  options.text.date_order = mqwarden::DateOrder::kMdy;
  const size_t chunk = size_t{1} << (how >> 4);
  const std::string pieces = mqwarden::ReadStream(bytes, options, chunk);
  options.explain = true;
  const std::string whole = mqwarden::ReadStream(bytes, options, size);
  MQWARDEN_CHECK(pieces == whole, "neither chunks nor notes show");
  return 0;
}
