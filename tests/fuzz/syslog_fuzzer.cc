// Lines of syslog, their frames, and EBCDIC. The first byte says what the user has
// said, and how large the chunks of the frames are.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/ebcdic.h"
#include "mqwarden/ingest/formats/syslog.h"
#include "mqwarden/ingest/syslog_framing.h"
#include "mqwarden/tests/fuzz/line_fuzzing.h"

namespace mqwarden {
namespace {

std::string Unframed(std::string_view bytes, size_t chunk) {
  SyslogUnframer unframer;
  std::string lines;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, chunk);
    bytes.remove_prefix(piece.size());
    unframer.Append(piece, &lines);
  }
  unframer.Finish(&lines);
  return lines;
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  TextOptions options;
  if ((data[0] & 1) != 0) options.from = ParseTime("2026-01-01T00:00:00Z");
  if ((data[0] & 2) != 0) options.qsysopr_pattern = "([A-Z]+[0-9]+).(?P<sev>..)";
  const auto make = [&] { return MakeSyslogDecoder(options, nullptr); };
  FuzzLines(make, bytes);

  const std::string whole = Unframed(bytes, size);
  MQWARDEN_CHECK(Unframed(bytes, 1 + (data[0] >> 2)) == whole,
                 "chunks do not show");
  if (SyslogUnframer::IsFramed(bytes)) FuzzLines(make, whole);

  std::string text;
  EbcdicText().Append(bytes, &text);
  MQWARDEN_CHECK(IsValidUtf8(text), "text is UTF-8");
  if (IsEbcdicText(bytes)) FuzzLines(make, text);
  return 0;
}
